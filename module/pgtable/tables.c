// SPDX-License-Identifier: GPL-2.0-only
/* Life and death of tables; pgtable.h says what may go on meanwhile. */
#include "tables.h"

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
 * @iova: an address that it translates
 * @level: level of @table
 * @table: the table
 * @died: where it dies
 *
 * Whoever emptied entries, or gave up filling them, asks for it after a full
 * barrier, so that of several the last one sees what the others did; if somebody
 * uses the table still, it is left to him. The generation tells whether
 * somebody filled entries that had been looked at.
 *
 * Return: whether it died, by our hand.
 */
static bool kill(const struct pgt *pt, u64 iova, unsigned int level,
		 u64 *table, u64 died)
{
	atomic_long_t *count = pgt_count_of(pt, table);
	long old;

	do {
		old = atomic_long_read_acquire(count);
		if (old < 0 || (old & PGT_USERS) ||
		    !is_empty(pt, iova, level, table))
			return false;
	} while (atomic_long_cmpxchg(count, old, pgt_dead_count(died)) != old);
	return true;
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

		if (!pgt_slot_has_table(pt, at, value))
			return NULL;
		slot = &pgt_slot_table(pt, at, value)[pgt_index(pt->fmt, at, iova)];
	}
	return slot;
}

void pgt_bury(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
	      u64 died, struct pgt_freed *freed)
{
	while (kill(pt, iova, level, table, died)) {
		u64 *slot = find_slot(pt, iova, level);
		bool ours = slot && pgt_replace(slot,
						pgt_slot_value(pt, level, table),
						0);

		pgt_push_freed(freed, table, pgt_table_size(pt->fmt));
		atomic_long_add(-1, &pt->tables);
		/*
		 * Somebody put a new table in its place, so the slot is used;
		 * or he cleared it, and went on from there.
		 */
		if (!ours || level == pt->fmt->levels - 1U)
			return;
		/* What is above it has not died: it counts our pointer yet. */
		level++;
		slot = find_slot(pt, iova, level);
		table = pgt_slot_table(pt, level, pgt_load(slot));
		pgt_drop(pgt_count_of(pt, table));
	}
}

/* ---- the one that is kept -------------------------------------------------- */

/*
 * pgt.kept says where a table became empty, and no more: that it is still there,
 * or still empty, is looked at by who takes the word out. He alone may do away
 * with it, so it is done once; and he needs the address to be covered, so that
 * nothing waits for an invalidation that may have been done meanwhile.
 *
 * Beside the address: there is one; an invalidation has covered it.
 */
#define KEPT 1ULL
#define COVERED 2ULL

static u64 kept_iova(u64 kept)
{
	return kept & ~(KEPT | COVERED);
}

/* What was kept there dies, if it is not in use again, nor the one to stay. */
static void evict(struct pgt *pt, u64 kept, u64 *stays, u64 died,
		  struct pgt_freed *freed)
{
	u64 iova = kept_iova(kept);
	unsigned int level;
	u64 *table = pgt_descend(pt, iova, 0, &level);

	if (table && table != stays)
		pgt_bury(pt, iova, level, table, died, freed);
}

/*
 * Keep a table instead of another one, which dies; false if it cannot be kept.
 * While what is there is not covered, somebody is about to invalidate it.
 */
static bool keep(struct pgt *pt, u64 iova, u64 *table, struct pgt_freed *freed)
{
	u64 old = pgt_load(&pt->kept);

	if ((old && !(old & COVERED)) ||
	    !pgt_replace(&pt->kept, old, iova | KEPT))
		return false;
	if (old)
		evict(pt, old, table, iova, freed);
	return true;
}

/*
 * Is one of level 0 kept already? Whether it is empty this time, too, need not be
 * known, and takes long to find out. Above that level, another one may be meant.
 */
static bool is_kept(struct pgt *pt, u64 iova, unsigned int level)
{
	u64 old = pgt_load(&pt->kept);

	return old && !level && !((old ^ iova) >> pgt_shift(pt->fmt, 1)) &&
	       (old == (iova | KEPT) ||
		pgt_replace(&pt->kept, old, iova | KEPT));
}

void pgt_retire(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
		struct pgt_freed *freed)
{
	long count = atomic_long_read(pgt_count_of(pt, table));

	/* As in kill() */
	if (count < 0 || (count & PGT_USERS) || is_kept(pt, iova, level) ||
	    !is_empty(pt, iova, level, table))
		return;
	if (!pt->keeps || !keep(pt, iova, table, freed))
		pgt_bury(pt, iova, level, table, iova, freed);
}

void pgt_cover(struct pgt *pt, u64 iova, u64 size)
{
	u64 kept = pgt_load(&pt->kept);

	/* Who changes it at the same time has an invalidation of his own to do. */
	if ((kept & KEPT) && !(kept & COVERED) &&
	    (!size || kept_iova(kept) - iova < size))
		pgt_replace(&pt->kept, kept, kept | COVERED);
}

void pgt_settle(struct pgt *pt, struct pgt_freed *freed)
{
	u64 old = pgt_load(&pt->kept);

	if (!(old & COVERED) || !pgt_replace(&pt->kept, old, 0))
		return;
	pgt_read_lock();
	evict(pt, old, NULL, kept_iova(old), freed);
	pgt_read_unlock();
}

/* ---- empty tables in the way ------------------------------------------------ */

/* The first entry of a table that is used, or how many it has. */
static unsigned int first_used(const struct pgt *pt, unsigned int level,
			       u64 *table)
{
	unsigned int n = 1U << pgt_index_bits(pt->fmt, level), i;

	for (i = 0; i < n && !pgt_load(&table[i]); i++)
		;
	return i;
}

/**
 * struct way - a table that a slot points to
 * @iova: where it begins
 * @level: level of the table that the slot is in
 * @above: that table
 * @slot: the slot
 * @value: what is in it
 */
struct way {
	u64 iova;
	unsigned int level;
	u64 *above;
	u64 *slot;
	u64 value;
};

/*
 * From a slot to the first table, and on to the first that this one points to,
 * until one is empty; or until a slot is, because somebody was faster. False if
 * there is a leaf.
 */
static bool find_empty(const struct pgt *pt, struct way *way)
{
	for (;;) {
		u64 *table;
		unsigned int i;

		way->value = pgt_load(way->slot);
		if (!pgt_is_table(pt->fmt, way->level, way->value))
			return !way->value;
		table = pgt_slot_table(pt, way->level - 1, way->value);
		i = first_used(pt, way->level - 1, table);
		if (i == 1U << pgt_index_bits(pt->fmt, way->level - 1))
			return true;
		way->level--;
		way->above = table;
		way->slot = &table[i];
		way->iova += (u64)i << pgt_shift(pt->fmt, way->level);
	}
}

/*
 * Who has killed it may not have come to unlinking it yet, and may even have
 * been interrupted by us: we do it for him.
 */
static bool unlink_empty(struct pgt *pt, const struct way *way,
			 struct pgt_freed *freed)
{
	u64 *table = pgt_slot_table(pt, way->level - 1, way->value);

	pgt_bury(pt, way->iova, way->level - 1, table, way->iova, freed);
	if (!pgt_is_dead(pt, table))
		return false;
	if (pgt_replace(way->slot, way->value, 0)) {
		pgt_drop(pgt_count_of(pt, way->above));
		pgt_bury(pt, way->iova, way->level, way->above, way->iova,
			 freed);
	}
	return true;
}

bool pgt_sweep(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
	       struct pgt_freed *freed)
{
	u64 *entry = &table[pgt_index(pt->fmt, level, iova)];

	while (pgt_load(entry)) {
		struct way way = {
			.iova = iova, .level = level, .above = table,
			.slot = entry,
		};

		if (!find_empty(pt, &way) ||
		    (way.value && !unlink_empty(pt, &way, freed)))
			return false;
	}
	return true;
}

/* ---- what the owner asks for ------------------------------------------------ */

void pgt_prune(struct pgt *pt, u64 iova, struct pgt_freed *freed)
{
	unsigned int level;
	u64 *table;

	pgt_read_lock();
	table = pgt_descend(pt, iova, 0, &level);
	if (table)
		pgt_bury(pt, iova, level, table, iova, freed);
	pgt_read_unlock();
}

void pgt_clear(struct pgt *pt, struct pgt_freed *freed)
{
	unsigned int at = pt->fmt ? pt->fmt->levels - 1 : 0;
	u64 *path[PGT_MAX_LEVELS];
	unsigned int next[PGT_MAX_LEVELS] = { 0 };

	pgt_store(&pt->kept, 0);
	if (!pt->fmt || !pt->root)
		return;
	path[at] = pgt_slot_table(pt, at, pt->root);
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
			path[at] = pgt_slot_table(pt, at, value);
		}
	}
	pt->root = 0;
	atomic_long_set(&pt->tables, 0);
	pgt_tally_zero(&pt->mapped);
}
