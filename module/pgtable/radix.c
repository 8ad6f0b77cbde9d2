// SPDX-License-Identifier: GPL-2.0-only
/* The radix tree; pgtable.h says how it is shared. */
#include "pgtable.h"

/* ---- counts -------------------------------------------------------------- */

static atomic_long_t *count_of(const struct pgt *pt, u64 *table)
{
	return pgt_count(table, pgt_table_size(pt->fmt));
}

static bool is_dead(const struct pgt *pt, u64 *table)
{
	return atomic_long_read(count_of(pt, table)) < 0;
}

/* Reserve @n entries, so that the table stays; false if it is dead. */
static bool hold(const struct pgt *pt, u64 *table, long n)
{
	atomic_long_t *count = count_of(pt, table);
	long old = atomic_long_read(count), was;

	while (old >= 0) {
		was = atomic_long_cmpxchg(count, old, old + n);
		if (was == old)
			return true;
		old = was;
	}
	return false;
}

/* Give @n entries back; true if the table died of that, at @iova. */
static bool drop(const struct pgt *pt, u64 iova, u64 *table, long n)
{
	atomic_long_t *count = count_of(pt, table);

	return !atomic_long_sub_return(n, count) &&
	       !atomic_long_cmpxchg(count, 0, pgt_dead_count(iova));
}

/* ---- slots: where the address of a table stands --------------------------- */

/* The root's slot holds a bare address; level is that of the table meant. */
static u64 *slot_table(const struct pgt *pt, unsigned int level, u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return pgt_address_table(value);
	return pgt_address_table(pgt_entry_address(pt->fmt, value));
}

static u64 slot_value(const struct pgt *pt, unsigned int level, u64 *table)
{
	u64 address = pgt_table_address(table);

	if (level == pt->fmt->levels - 1U)
		return address;
	return pgt_table_entry(pt->fmt, level + 1, address);
}

/* Does this slot hold a table of that level, and not a leaf or nothing? */
static bool slot_has_table(const struct pgt *pt, unsigned int level, u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return value;
	return pgt_is_table(pt->fmt, level + 1, value);
}

/**
 * find_slot() - find the slot of the table of a level
 * @pt: the table
 * @iova: address that the table translates
 * @level: its level
 *
 * Return: the slot, or NULL if there is no table above it.
 */
static u64 *find_slot(struct pgt *pt, u64 iova, unsigned int level)
{
	unsigned int at = pt->fmt->levels - 1;
	u64 *slot = &pt->root;

	for (; at > level; at--) {
		u64 value = pgt_load(slot);

		if (!slot_has_table(pt, at, value))
			return NULL;
		slot = &slot_table(pt, at, value)[pgt_index(pt->fmt, at, iova)];
	}
	return slot;
}

/**
 * release() - give entries back, and unlink what became empty
 * @pt: the table
 * @iova: an address that @table translates
 * @level: level of @table
 * @table: the table
 * @n: entries
 * @freed: gets what was unlinked
 */
static void release(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
		    long n, struct pgt_freed *freed)
{
	while (drop(pt, iova, table, n)) {
		/* What is above it cannot die while the slot is in use. */
		u64 *slot = find_slot(pt, iova, level);
		bool ours = slot && pgt_replace(slot,
						slot_value(pt, level, table),
						0);

		pgt_push_freed(freed, table, pgt_table_size(pt->fmt));
		atomic_long_add(-1, &pt->tables);
		/* Someone put a new table in its place, so the slot is used. */
		if (!ours || level == pt->fmt->levels - 1U)
			return;
		level++;
		slot = find_slot(pt, iova, level);
		table = slot_table(pt, level, pgt_load(slot));
		n = 1;
	}
}

/* ---- map ------------------------------------------------------------------ */

void pgt_init(struct pgt *pt, const struct pgt_format *fmt, u32 ias, u32 oas)
{
	pt->fmt = fmt;
	pt->root = 0;
	pt->ias = ias;
	pt->oas = oas;
	atomic_long_set(&pt->tables, 0);
	atomic_long_set(&pt->mapped, 0);
}

/* Level whose leaves have this size, or -EINVAL. */
static int size_level(const struct pgt_format *fmt, u64 pgsize)
{
	unsigned int level;

	if (!(fmt->pgsizes & pgsize))
		return -EINVAL;
	for (level = 0; level < fmt->levels; level++)
		if (pgsize == 1ULL << pgt_shift(fmt, level))
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
	atomic_long_set(count_of(pt, table), 0);
	/* Before anybody sees it, who could free it and count that. */
	atomic_long_add(1, &pt->tables);
	if (!pgt_replace(slot, old, slot_value(pt, level, table))) {
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

	if (slot_has_table(pt, level, value)) {
		if (!is_dead(pt, slot_table(pt, level, value)))
			return 0;
		return fill_slot(pt, level, slot, value, spare);
	}
	if (value)
		return -EEXIST;
	if (!*spare)
		return -EAGAIN;
	if (above && !hold(pt, above, 1))
		return -ESTALE;
	ret = fill_slot(pt, level, slot, 0, spare);
	if (ret && above)
		release(pt, iova, level + 1, above, 1, freed);
	return ret;
}

/* Go down to the table of a level, creating what is missing, and hold it. */
static int reach(struct pgt *pt, u64 iova, unsigned int level, long n,
		 u64 **spare, u64 **found, struct pgt_freed *freed)
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
		if (!slot_has_table(pt, at, value))
			goto again;
		above = slot_table(pt, at, value);
		if (at == level)
			break;
		slot = &above[pgt_index(pt->fmt, at, iova)];
	}
	if (!hold(pt, above, n))
		goto again;
	*found = above;
	return 0;
}

/*
 * Fill up to @n empty entries from @i on; returns how many. Nobody else works
 * on them if the callers keep the rules; if not, an entry is still filled by
 * one of them and emptied by one, so that counts stay right and no table is
 * lost.
 */
static long fill(struct pgt *pt, u64 *table, unsigned int level,
		 unsigned int i, long n, u64 phys, u32 prot)
{
	u64 entry = pgt_leaf_entry(pt->fmt, level, phys, prot);
	u64 step = 1ULL << (pgt_shift(pt->fmt, level) - pt->fmt->addr_shift);
	long done;

	for (done = 0; done < n; done++, entry += step)
		if (pgt_load(&table[i + done]) ||
		    !pgt_replace(&table[i + done], 0, entry))
			break;
	return done;
}

/* Are all of the addresses small enough? @start is aligned to @pgsize. */
static bool fits(u64 start, u64 pgsize, size_t count, u32 bits)
{
	u64 last = ~0ULL >> (64 - bits);

	return start <= last && pgsize - 1 <= last &&
	       (last - start) / pgsize >= count - 1;
}

int pgt_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, size_t count,
	    u32 prot, u64 **spare, size_t *mapped, struct pgt_freed *freed)
{
	const struct pgt_format *fmt = pt->fmt;
	int level = size_level(fmt, pgsize), ret;
	u64 *table;
	long n, done;

	if (level < 0 || !count || ((iova | phys) & (pgsize - 1)) ||
	    !(prot & (PGT_READ | PGT_WRITE)))
		return -EINVAL;
	if (!fits(iova, pgsize, count, pgt_load(&pt->ias)) ||
	    !fits(phys, pgsize, count, pt->oas))
		return -ERANGE;

	n = (1L << pgt_index_bits(fmt, level)) - pgt_index(fmt, level, iova);
	if ((size_t)n > count)
		n = count;
	pgt_read_lock();
	ret = reach(pt, iova, level, n, spare, &table, freed);
	if (!ret) {
		done = fill(pt, table, level, pgt_index(fmt, level, iova), n,
			    phys, prot);
		if (done < n)
			release(pt, iova, level, table, n - done, freed);
		atomic_long_add(done * (long)(pgsize >> 12), &pt->mapped);
		*mapped += done * pgsize;
		ret = done ? 0 : -EEXIST;
	}
	pgt_read_unlock();
	return ret;
}

/* ---- unmap ---------------------------------------------------------------- */

/* The table whose entry for @iova is no pointer, and its level; or NULL. */
static u64 *lowest_table(const struct pgt *pt, u64 iova, unsigned int *level)
{
	unsigned int at = pt->fmt->levels - 1;
	u64 value = pgt_load(&pt->root);
	u64 *table;

	if (!value)
		return NULL;
	for (;; at--) {
		table = slot_table(pt, at, value);
		value = pgt_load(&table[pgt_index(pt->fmt, at, iova)]);
		if (!pgt_is_table(pt->fmt, at, value))
			break;
	}
	*level = at;
	return table;
}

size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, struct pgt_freed *freed)
{
	unsigned int level, i, end;
	u64 done = 0, pgsize;
	u64 *table;

	if (!fits(iova, 1, 1, pt->fmt->ias))
		return 0;
	pgt_read_lock();
	table = lowest_table(pt, iova, &level);
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
		    !pgt_replace(&table[i], entry, 0))
			break;
		done += pgsize;
	}
	atomic_long_add(-(long)(done >> 12), &pt->mapped);
	if (done)
		release(pt, iova, level, table, done / pgsize, freed);
out:
	pgt_read_unlock();
	return done;
}

void pgt_prune(struct pgt *pt, u64 iova, struct pgt_freed *freed)
{
	unsigned int level;
	u64 *table;

	pgt_read_lock();
	table = lowest_table(pt, iova, &level);
	/* Raised and lowered again, it goes if nothing else is in it. */
	if (table && hold(pt, table, 1))
		release(pt, iova, level, table, 1, freed);
	pgt_read_unlock();
}

void pgt_clear(struct pgt *pt, struct pgt_freed *freed)
{
	unsigned int at = pt->fmt ? pt->fmt->levels - 1 : 0;
	u64 *path[PGT_MAX_LEVELS];
	unsigned int next[PGT_MAX_LEVELS] = { 0 };

	if (!pt->fmt || !pt->root)
		return;
	path[at] = slot_table(pt, at, pt->root);
	while (at < pt->fmt->levels) {
		u64 value;

		if (next[at] == 1U << pgt_index_bits(pt->fmt, at)) {
			next[at] = 0;
			pgt_push_freed(freed, path[at],
				       pgt_table_size(pt->fmt));
			at++;
			continue;
		}
		value = path[at][next[at]++];
		if (pgt_is_table(pt->fmt, at, value)) {
			at--;
			path[at] = slot_table(pt, at, value);
		}
	}
	pt->root = 0;
	atomic_long_set(&pt->tables, 0);
	atomic_long_set(&pt->mapped, 0);
}
