// SPDX-License-Identifier: GPL-2.0-only
/* The radix tree: mapping and unmapping; pgtable.h says how it is shared. */
#include "tables.h"

/* ---- map ------------------------------------------------------------------ */

void pgt_init(struct pgt *pt, const struct pgt_format *fmt, u32 ias, u32 oas)
{
	pt->fmt = fmt;
	pt->root = 0;
	pt->ias = ias;
	pt->oas = oas;
	pt->keeps = false;
	pt->kept = 0;
	atomic_long_set(&pt->tables, 0);
	pgt_tally_zero(&pt->mapped);
}

/* Level whose leaves have this size, or -EINVAL. */
static int size_level(const struct pgt_format *fmt, u64 pgsize)
{
	unsigned int level, shift = fmt->granule;

	if (!(fmt->pgsizes & pgsize))
		return -EINVAL;
	for (level = 0; level < fmt->levels; level++, shift += fmt->granule - 3)
		if (pgsize == 1ULL << shift)
			return level;
	return -EINVAL;
}

/*
 * Put the spare table into a slot that holds @old: nothing, or a dead table,
 * whose place in the count above it takes over.
 */
static int fill_slot(struct pgt *pt, unsigned int level, u64 *slot, u64 old,
		     u64 **spare)
{
	u64 *table = *spare;

	if (!table)
		return -EAGAIN;
	atomic_long_set(pgt_count_of(pt, table), 0);
	/* Before anybody sees it, who could free it and count that. */
	atomic_long_add(1, &pt->tables);
	if (!pgt_replace(slot, old, pgt_slot_value(pt, level, table))) {
		atomic_long_add(-1, &pt->tables);
		return -ESTALE;
	}
	*spare = NULL;
	return 0;
}

/**
 * grow() - make sure that a slot holds a live table
 * @pt: the table
 * @iova: the address
 * @level: level of the table wanted
 * @above: the table that @slot is in, NULL for the root's
 * @slot: the slot
 * @spare: a table to put there
 * @freed: gets what dies on the way
 *
 * Return: 0; -EAGAIN; -EEXIST if a leaf is there; -ESTALE: look again from
 * the top.
 */
static int grow(struct pgt *pt, u64 iova, unsigned int level, u64 *above,
		u64 *slot, u64 **spare, struct pgt_freed *freed)
{
	u64 value = pgt_load(slot);
	int ret;

	if (pgt_slot_has_table(pt, level, value)) {
		if (!pgt_is_dead(pt, pgt_slot_table(pt, level, value)))
			return 0;
		return fill_slot(pt, level, slot, value, spare);
	}
	if (value)
		return -EEXIST;
	if (!*spare)
		return -EAGAIN;
	if (above && !pgt_hold(pgt_count_of(pt, above)))
		return -ESTALE;
	ret = fill_slot(pt, level, slot, 0, spare);
	if (ret && above) {
		pgt_drop(pgt_count_of(pt, above));
		pgt_bury(pt, iova, level + 1, above, iova, freed);
	}
	return ret;
}

/*
 * Most often all tables are there. Nobody passes through a dead one, for it is
 * empty; NULL: look again, and closer.
 */
static inline u64 *hold_existing(const struct pgt *pt, u64 iova,
				 unsigned int level)
{
	unsigned int at;
	u64 *table = pgt_descend(pt, iova, level, &at);

	if (table && at == level && pgt_hold(pgt_count_of(pt, table)))
		return table;
	return NULL;
}

/* Go down to the table of a level, creating what is missing, and hold it. */
static int reach(struct pgt *pt, u64 iova, unsigned int level, u64 **spare,
		 u64 **found, struct pgt_freed *freed)
{
	unsigned int at;
	u64 *above, *slot;
	int ret;

again:
	above = NULL;
	slot = &pt->root;
	for (at = pt->fmt->levels - 1;; at--) {
		u64 value;

		ret = grow(pt, iova, at, above, slot, spare, freed);
		if (ret == -ESTALE)
			goto again;
		if (ret)
			return ret;
		value = pgt_load(slot);
		if (!pgt_slot_has_table(pt, at, value))
			goto again;
		above = pgt_slot_table(pt, at, value);
		if (at == level)
			break;
		slot = &above[pgt_index(pt->fmt, at, iova)];
	}
	if (!pgt_hold(pgt_count_of(pt, above)))
		goto again;
	*found = above;
	return 0;
}

/*
 * Change an entry that is nobody else's if the callers keep the rules. At level
 * 0, a plain store will do: if they do not, leaves are lost, no more. Above it,
 * pointers must not be.
 */
static bool set_entry(u64 *entry, unsigned int level, u64 old, u64 new)
{
	if (level)
		return pgt_replace(entry, old, new);
	pgt_store(entry, new);
	return true;
}

/* Fill up to @n empty entries from @i on; returns how many. */
static inline long fill(struct pgt *pt, u64 *table, unsigned int level,
			unsigned int i, long n, u64 phys, u32 prot)
{
	u64 entry = pgt_leaf_entry(pt->fmt, level, phys, prot);
	u64 step = 1ULL << (pgt_shift(pt->fmt, level) - pt->fmt->addr_shift);
	long done;

	for (done = 0; done < n; done++, entry += step)
		if (pgt_load(&table[i + done]) ||
		    !set_entry(&table[i + done], level, 0, entry))
			break;
	return done;
}

/* Fill entries of a table that is held, and let it go; returns how many. */
static inline long fill_held(struct pgt *pt, u64 *table, unsigned int level,
			     u64 iova, long n, u64 phys, u32 prot,
			     struct pgt_freed *freed)
{
	unsigned int i = pgt_index(pt->fmt, level, iova);
	long done = fill(pt, table, level, i, n, phys, prot);

	if (!done && level && pgt_sweep(pt, iova, level, table, freed))
		done = fill(pt, table, level, i, n, phys, prot);
	pgt_drop(pgt_count_of(pt, table));
	/* What became empty meanwhile was left to us. */
	if (!pgt_load(&table[i]))
		pgt_bury(pt, iova, level, table, iova, freed);
	pgt_tally_add(&pt->mapped, done << (pgt_shift(pt->fmt, level) - 12));
	return done;
}

/*
 * Are all of the addresses small enough, of @count pages of 1 << @shift bytes?
 * @start is aligned to that.
 */
static bool fits(u64 start, unsigned int shift, size_t count, u32 bits)
{
	u64 last = ~0ULL >> (64 - bits);

	return start <= last && shift <= bits &&
	       (last - start) >> shift >= count - 1;
}

int pgt_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, size_t count,
	    u32 prot, u64 **spare, size_t *mapped, struct pgt_freed *freed)
{
	const struct pgt_format *fmt = pt->fmt;
	int level = size_level(fmt, pgsize), ret;
	unsigned int shift;
	u64 *table;
	long n;

	if (level < 0 || !count || ((iova | phys) & (pgsize - 1)) ||
	    !(prot & (PGT_READ | PGT_WRITE)))
		return -EINVAL;
	shift = pgt_shift(fmt, level);
	if (!fits(iova, shift, count, pgt_load(&pt->ias)) ||
	    !fits(phys, shift, count, pt->oas))
		return -ERANGE;

	n = (1L << pgt_index_bits(fmt, level)) - pgt_index(fmt, level, iova);
	if ((size_t)n > count)
		n = count;
	pgt_read_lock();
	table = hold_existing(pt, iova, level);
	ret = table ? 0 : reach(pt, iova, level, spare, &table, freed);
	if (!ret) {
		n = fill_held(pt, table, level, iova, n, phys, prot, freed);
		*mapped += (size_t)n << shift;
		ret = n ? 0 : -EEXIST;
	}
	pgt_read_unlock();
	return ret;
}

size_t pgt_map_quick(struct pgt *pt, u64 iova, u64 phys, u64 size, u32 prot,
		     struct pgt_freed *freed)
{
	const struct pgt_format *fmt = pt->fmt;
	unsigned int granule = fmt->granule;
	u64 page = 1ULL << granule, *table;
	long n, left = (1L << (granule - 3)) - pgt_index(fmt, 0, iova);

	if (((iova | phys | size) & (page - 1)) || !size ||
	    !(prot & (PGT_READ | PGT_WRITE)) ||
	    (iova | size | (iova + size - 1)) >> pgt_load(&pt->ias) ||
	    (phys | size | (phys + size - 1)) >> pt->oas)
		return 0;
	n = size >> granule;
	if (n > left)
		n = left;
	pgt_read_lock();
	table = hold_existing(pt, iova, 0);
	n = table ? fill_held(pt, table, 0, iova, n, phys, prot, freed) : 0;
	pgt_read_unlock();
	return (size_t)n << granule;
}

/* ---- unmap ---------------------------------------------------------------- */

size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, struct pgt_freed *freed)
{
	unsigned int level, i, end;
	u64 done = 0, pgsize;
	u64 *table;

	if (!fits(iova, 0, 1, pt->fmt->ias))
		return 0;
	pgt_read_lock();
	table = pgt_descend(pt, iova, 0, &level);
	if (!table)
		goto out;
	pgsize = 1ULL << pgt_shift(pt->fmt, level);
	if (iova & (pgsize - 1))
		goto out;
	end = 1U << pgt_index_bits(pt->fmt, level);
	for (i = pgt_index(pt->fmt, level, iova); i < end; i++) {
		u64 entry = pgt_load(&table[i]);

		if (!pgt_is_leaf(pt->fmt, level, entry) ||
		    size - done < pgsize ||
		    !set_entry(&table[i], level, entry, 0))
			break;
		done += pgsize;
	}
	pgt_tally_add(&pt->mapped, -(long)(done >> 12));
	if (done) {
		smp_mb(); /* kill() says what for */
		pgt_retire(pt, iova, level, table, freed);
	}
out:
	pgt_read_unlock();
	return done;
}
