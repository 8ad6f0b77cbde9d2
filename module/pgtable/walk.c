// SPDX-License-Identifier: GPL-2.0-only
/* Readers of the tables. pgtable.h says what a reader may find. */
#include "tables.h"

/* The table that an entry points to. */
static u64 *entry_table(const struct pgt_format *fmt, u64 entry)
{
	return pgt_address_table(pgt_entry_address(fmt, entry));
}

static void leaf_of(const struct pgt_format *fmt, unsigned int level,
		    u64 iova, u64 entry, struct pgt_leaf *leaf)
{
	leaf->size = 1ULL << pgt_shift(fmt, level);
	leaf->iova = iova & ~(leaf->size - 1);
	leaf->phys = pgt_entry_address(fmt, entry) & ~(leaf->size - 1);
	leaf->prot = pgt_leaf_prot(fmt, entry);
}

u64 pgt_output(const struct pgt *pt, u64 iova)
{
	const struct pgt_format *fmt = pt->fmt;
	struct pgt_place at;
	u64 inside, phys = 0;

	if (!fmt || iova >> fmt->ias)
		return 0;
	pgt_read_lock();
	at = pgt_descend(pt, iova, 0);
	if (at.entry) {
		u64 entry = pgt_load(at.entry);

		inside = (1ULL << pgt_shift(fmt, at.level)) - 1;
		/* Nothing, or a table that was put there just now. */
		if (pgt_is_leaf(fmt, at.level, entry))
			phys = (pgt_entry_address(fmt, entry) & ~inside) |
			       (iova & inside);
	}
	pgt_read_unlock();
	return phys;
}

bool pgt_walk(const struct pgt *pt, u64 iova, struct pgt_leaf *leaf)
{
	const struct pgt_format *fmt = pt->fmt;
	unsigned int top = fmt ? fmt->levels - 1 : 0, at = top;
	u64 *path[PGT_MAX_LEVELS];
	bool found = false;
	u64 root, entry;

	if (!fmt)
		return false;
	pgt_read_lock();
	root = pgt_load(&pt->root);
	if (root)
		path[at] = pgt_address_table(root);
	while (root && !found && !(iova >> fmt->ias)) {
		entry = pgt_load(&path[at][pgt_index(fmt, at, iova)]);
		if (pgt_is_table(fmt, at, entry)) {
			at--;
			path[at] = entry_table(fmt, entry);
			continue;
		}
		if (pgt_is_leaf(fmt, at, entry)) {
			leaf_of(fmt, at, iova, entry, leaf);
			found = true;
			break;
		}
		iova = (iova | ((1ULL << pgt_shift(fmt, at)) - 1)) + 1;
		/* Past the end of this table: go on in the one above. */
		while (at < top && !pgt_index(fmt, at, iova))
			at++;
	}
	pgt_read_unlock();
	return found;
}

/* ---- as an instance's walker reads it ------------------------------------- */

/*
 * What the walker takes for a leaf, in a table that really is of level @at:
 * all of its memory must be in that of a leaf.
 */
static int translate_leaf(const struct pgt *pt, const struct pgt_walker *w,
			  u64 iova, unsigned int at, unsigned int level,
			  u64 entry, struct pgt_leaf *leaf)
{
	struct pgt_leaf own, got;

	if (!pgt_is_leaf(pt->fmt, at, entry))
		return -EILSEQ;
	leaf_of(pt->fmt, at, 0, entry, &own);
	leaf_of(w->fmt, level, iova, entry, &got);
	if (!(w->pgsizes & got.size) || (got.phys + got.size - 1) >> w->oas)
		return -EILSEQ;
	if (got.phys < own.phys || got.phys + got.size > own.phys + own.size)
		return -EILSEQ;
	got.prot &= own.prot;
	*leaf = got;
	return 0;
}

/*
 * Every entry is decoded twice: at @level as the walker counts, and at @at,
 * which is the level that the table really has. No table is below level 0,
 * where neither format knows pointers.
 */
static int translate(const struct pgt *pt, const struct pgt_walker *w,
		     u64 iova, const u64 *table, struct pgt_leaf *leaf,
		     unsigned int *steps)
{
	unsigned int entries = pgt_table_size(pt->fmt) / sizeof(*table);
	unsigned int at = pt->fmt->levels - 1, level = w->fmt->levels - 1;

	for (;; at--, level--) {
		unsigned int i = pgt_index(w->fmt, level, iova);
		u64 entry;

		if (i >= entries)
			return -EILSEQ;
		entry = pgt_load(&table[i]);
		++*steps;
		if (!(entry & w->fmt->present))
			return -ENOENT;
		if (!pgt_is_valid(w->fmt, level, entry))
			return -EILSEQ;
		if (!pgt_is_table(w->fmt, level, entry))
			return translate_leaf(pt, w, iova, at, level, entry,
					      leaf);
		if (!pgt_is_table(pt->fmt, at, entry) ||
		    pgt_entry_address(w->fmt, entry) !=
			    pgt_entry_address(pt->fmt, entry))
			return -EILSEQ;
		table = entry_table(pt->fmt, entry);
	}
}

int pgt_translate(const struct pgt *pt, const struct pgt_walker *w, u64 iova,
		  struct pgt_leaf *leaf, unsigned int *steps)
{
	int ret = -ENOENT;
	u64 root;

	*steps = 0;
	if (!pt->fmt || iova >> pgt_load(&pt->ias) || iova >> w->ias)
		return -ENOENT;
	pgt_read_lock();
	root = pgt_load(&pt->root);
	if (root)
		ret = translate(pt, w, iova, pgt_address_table(root), leaf,
				steps);
	pgt_read_unlock();
	return ret;
}

/* ---- census --------------------------------------------------------------- */

/*
 * Go down to the table whose entry for @iova is no pointer; returns its level.
 * What begins at @iova on the way, tables and pointers, is counted.
 */
static unsigned int census_way(const struct pgt_format *fmt, u64 iova,
			       u64 **table, struct pgt_level_count *counts)
{
	unsigned int at = fmt->levels - 1;

	for (;; at--) {
		u64 entry = pgt_load(&(*table)[pgt_index(fmt, at, iova)]);
		u64 inside = iova & ((1ULL << pgt_shift(fmt, at)) - 1);

		counts[at].tables += !inside && !pgt_index(fmt, at, iova);
		if (!pgt_is_table(fmt, at, entry))
			return at;
		counts[at].used += !inside;
		*table = entry_table(fmt, entry);
	}
}

/* Count up to the next pointer, or to the end of the table; returns where. */
static u64 census_table(const struct pgt_format *fmt, u64 iova, u64 *table,
			struct pgt_level_count *counts)
{
	unsigned int at = census_way(fmt, iova, &table, counts);
	unsigned int i = pgt_index(fmt, at, iova);

	for (; i < 1U << pgt_index_bits(fmt, at); i++) {
		u64 entry = pgt_load(&table[i]);

		if (pgt_is_table(fmt, at, entry))
			break;
		counts[at].used += !!entry;
		counts[at].leaves += pgt_is_leaf(fmt, at, entry);
		iova += 1ULL << pgt_shift(fmt, at);
	}
	return iova;
}

bool pgt_census_step(const struct pgt *pt, u64 *iova,
		     struct pgt_level_count counts[PGT_MAX_LEVELS])
{
	u64 root;

	if (!pt->fmt || *iova >> pt->fmt->ias)
		return false;
	pgt_read_lock();
	root = pgt_load(&pt->root);
	if (root)
		*iova = census_table(pt->fmt, *iova, pgt_address_table(root),
				     counts);
	pgt_read_unlock();
	return root && !(*iova >> pt->fmt->ias);
}
