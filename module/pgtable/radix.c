// SPDX-License-Identifier: GPL-2.0-only
/* The radix tree; pgtable.h says how it is shared. */
#include "pgtable.h"

/* ---- counts -------------------------------------------------------------- */

/*
 * A count: the pointers in a table and the calls that are filling it, and above
 * these a generation, which changes with every such call. It comes round after
 * 2^31 of them, more than there are while somebody looks through a table.
 */
#define USERS 0xffffffffL
#define GENERATION 0x100000000UL

static atomic_long_t *count_of(const struct pgt *pt, u64 *table)
{
	return pgt_count(table, pgt_table_size(pt->fmt));
}

static bool is_dead(const struct pgt *pt, u64 *table)
{
	return atomic_long_read(count_of(pt, table)) < 0;
}

/* Become one of those who use a table, so that it stays; false if it is dead. */
static bool hold(const struct pgt *pt, u64 *table)
{
	atomic_long_t *count = count_of(pt, table);
	long old = atomic_long_read(count), was;

	while (old >= 0) {
		was = atomic_long_cmpxchg(count, old, (old + GENERATION + 1) &
						      (~0UL >> 1));
		if (was == old)
			return true;
		old = was;
	}
	return false;
}

/* Be none of them any more. Orders what was stored before what is read next. */
static void drop(const struct pgt *pt, u64 *table)
{
	atomic_long_sub_return(1, count_of(pt, table));
}

/* Is nothing in a table? What is close to @iova is looked at first. */
static bool is_empty(const struct pgt *pt, u64 iova, unsigned int level,
		     u64 *table)
{
	unsigned int n = 1U << pgt_index_bits(pt->fmt, level), k;
	unsigned int i = pgt_index(pt->fmt, level, iova);

	for (k = 0; k <= n / 2; k++)
		if (pgt_load(&table[(i + k) & (n - 1)]) ||
		    pgt_load(&table[(i - k) & (n - 1)]))
			return false;
	return true;
}

/**
 * kill() - make a table dead if it is empty and nobody uses it
 * @pt: the table
 * @iova: where it dies
 * @level: level of @table
 * @table: the table
 *
 * Whoever emptied entries, or gave up filling them, asks for it after a full
 * barrier, so that of several the last one sees what the others did; if somebody
 * uses the table still, it is left to him. The generation tells whether
 * somebody filled entries that had been looked at.
 *
 * Return: whether it died, by our hand.
 */
static bool kill(const struct pgt *pt, u64 iova, unsigned int level,
		 u64 *table)
{
	atomic_long_t *count = count_of(pt, table);
	long old;

	do {
		old = atomic_long_read_acquire(count);
		if (old < 0 || (old & USERS) ||
		    !is_empty(pt, iova, level, table))
			return false;
	} while (atomic_long_cmpxchg(count, old, pgt_dead_count(iova)) != old);
	return true;
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
 * bury() - unlink a table if it is empty, and all that become so
 * @pt: the table
 * @iova: an address that @table translates
 * @level: level of @table
 * @table: the table
 * @freed: gets what was unlinked
 */
static void bury(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
		 struct pgt_freed *freed)
{
	while (kill(pt, iova, level, table)) {
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
		drop(pt, table);
	}
}

/**
 * descend() - go down as far as there are tables
 * @pt: the table
 * @iova: an address that it can translate
 * @stop: the lowest level to go to
 * @level: set to the level of the table returned
 *
 * Return: the table of level @stop, or the one above it whose entry for @iova is
 * no pointer; NULL if there is not even a root.
 */
static u64 *descend(const struct pgt *pt, u64 iova, unsigned int stop,
		    unsigned int *level)
{
	const struct pgt_format *fmt = pt->fmt;
	unsigned int at = fmt->levels - 1, bits = fmt->granule - 3;
	unsigned int shift = pgt_shift(fmt, at);
	u64 value = pgt_load(&pt->root);
	u64 *table;

	if (!value)
		return NULL;
	table = pgt_address_table(value);
	for (; at > stop; at--, shift -= bits) {
		/* The address has no bits above those of the top level. */
		value = pgt_load(&table[iova >> shift & ((1U << bits) - 1)]);
		if (!pgt_is_table(fmt, at, value))
			break;
		table = pgt_address_table(pgt_entry_address(fmt, value));
	}
	*level = at;
	return table;
}

/* ---- map ------------------------------------------------------------------ */

void pgt_init(struct pgt *pt, const struct pgt_format *fmt, u32 ias, u32 oas)
{
	pt->fmt = fmt;
	pt->root = 0;
	pt->ias = ias;
	pt->oas = oas;
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
	if (above && !hold(pt, above))
		return -ESTALE;
	ret = fill_slot(pt, level, slot, 0, spare);
	if (ret && above) {
		drop(pt, above);
		bury(pt, iova, level + 1, above, freed);
	}
	return ret;
}

/*
 * Most often all tables are there. Nobody passes through a dead one, for it is
 * empty; NULL: look again, and closer.
 */
static u64 *hold_existing(const struct pgt *pt, u64 iova, unsigned int level)
{
	unsigned int at;
	u64 *table = descend(pt, iova, level, &at);

	return table && at == level && hold(pt, table) ? table : NULL;
}

/* Go down to the table of a level, creating what is missing, and hold it. */
static int reach(struct pgt *pt, u64 iova, unsigned int level, u64 **spare,
		 u64 **found, struct pgt_freed *freed)
{
	unsigned int at;
	u64 *above, *slot;
	int ret;

	*found = hold_existing(pt, iova, level);
	if (*found)
		return 0;
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
	if (!hold(pt, above))
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
static long fill(struct pgt *pt, u64 *table, unsigned int level,
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
	unsigned int shift, i;
	u64 *table;
	long n, done;

	if (level < 0 || !count || ((iova | phys) & (pgsize - 1)) ||
	    !(prot & (PGT_READ | PGT_WRITE)))
		return -EINVAL;
	shift = pgt_shift(fmt, level);
	if (!fits(iova, shift, count, pgt_load(&pt->ias)) ||
	    !fits(phys, shift, count, pt->oas))
		return -ERANGE;

	i = pgt_index(fmt, level, iova);
	n = (1L << pgt_index_bits(fmt, level)) - i;
	if ((size_t)n > count)
		n = count;
	pgt_read_lock();
	ret = reach(pt, iova, level, spare, &table, freed);
	if (!ret) {
		done = fill(pt, table, level, i, n, phys, prot);
		drop(pt, table);
		/* What became empty meanwhile was left to us. */
		if (!pgt_load(&table[i]))
			bury(pt, iova, level, table, freed);
		pgt_tally_add(&pt->mapped, done << (shift - 12));
		*mapped += (size_t)done << shift;
		ret = done ? 0 : -EEXIST;
	}
	pgt_read_unlock();
	return ret;
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
	table = descend(pt, iova, 0, &level);
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
		bury(pt, iova, level, table, freed);
	}
out:
	pgt_read_unlock();
	return done;
}

void pgt_prune(struct pgt *pt, u64 iova, struct pgt_freed *freed)
{
	unsigned int level;
	u64 *table;

	pgt_read_lock();
	table = descend(pt, iova, 0, &level);
	if (table)
		bury(pt, iova, level, table, freed);
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
	pgt_tally_zero(&pt->mapped);
}
