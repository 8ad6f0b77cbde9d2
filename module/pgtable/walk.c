// SPDX-License-Identifier: GPL-2.0-only
/* Readers of the tables. pgtable.h says what a reader may find. */
#include "tables.h"

/* The table that an entry points to. */
static u64 *entry_table(const struct pgt_format *fmt, u64 entry)
{
	return pgt_address_table(pgt_entry_address(fmt, entry));
}

static void leaf_of(const struct pgt_format *fmt, unsigned int level,
		    bool tracks, u64 iova, u64 entry, struct pgt_leaf *leaf)
{
	leaf->size = 1ULL << pgt_shift(fmt, level);
	leaf->iova = iova & ~(leaf->size - 1);
	leaf->phys = pgt_entry_address(fmt, entry) & ~(leaf->size - 1);
	leaf->prot = pgt_leaf_prot(fmt, entry, tracks);
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
			leaf_of(fmt, at, pt->tracks, iova, entry, leaf);
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
	leaf_of(pt->fmt, at, pt->tracks, 0, entry, &own);
	leaf_of(w->fmt, level, w->dirty, iova, entry, &got);
	if (!(w->pgsizes & got.size) || (got.phys + got.size - 1) >> w->oas)
		return -EILSEQ;
	if (got.phys < own.phys || got.phys + got.size > own.phys + own.size)
		return -EILSEQ;
	got.prot &= own.prot;
	*leaf = got;
	return 0;
}

/**
 * struct pgt_found - the entry of a leaf
 * @entry: the entry
 * @value: its value
 * @steps: the entries read on the way
 */
struct pgt_found {
	u64 *entry;
	u64 value;
	unsigned int steps;
};

/*
 * Every entry is decoded twice: at @level as the walker counts, and at @at,
 * which is the level that the table really has. No table is below level 0,
 * where neither format knows pointers.
 */
static int translate(const struct pgt *pt, const struct pgt_walker *w,
		     u64 iova, u64 *table, struct pgt_leaf *leaf,
		     struct pgt_found *found)
{
	unsigned int entries = pgt_table_size(pt->fmt) / sizeof(*table);
	unsigned int at = pt->fmt->levels - 1, level = w->fmt->levels - 1;

	for (;; at--, level--) {
		unsigned int i = pgt_index(w->fmt, level, iova);
		u64 entry;

		if (i >= entries)
			return -EILSEQ;
		entry = pgt_load(&table[i]);
		found->entry = &table[i];
		found->value = entry;
		found->steps++;
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

/* The caller is in a reader's section, and the entry may be of use to it. */
static int find_leaf(const struct pgt *pt, const struct pgt_walker *w, u64 iova,
		     struct pgt_leaf *leaf, struct pgt_found *found)
{
	u64 root;

	if (!pt->fmt || iova >> pgt_load(&pt->ias) || iova >> w->ias)
		return -ENOENT;
	root = pgt_load(&pt->root);
	return root ? translate(pt, w, iova, pgt_address_table(root), leaf,
				found) : -ENOENT;
}

int pgt_translate(const struct pgt *pt, const struct pgt_walker *w, u64 iova,
		  struct pgt_leaf *leaf, unsigned int *steps)
{
	struct pgt_found found = { .steps = 0 };
	int ret;

	pgt_read_lock();
	ret = find_leaf(pt, w, iova, leaf, &found);
	pgt_read_unlock();
	*steps = found.steps;
	return ret;
}

/* ---- dirty bits ----------------------------------------------------------- */

int pgt_mark_dirty(const struct pgt *pt, const struct pgt_walker *w, u64 iova)
{
	struct pgt_found found = { .steps = 0 };
	struct pgt_leaf leaf;
	int ret;

	pgt_read_lock();
	do {
		ret = find_leaf(pt, w, iova, &leaf, &found);
		if (!ret && !(leaf.prot & PGT_WRITE))
			ret = -EACCES;
	} while (!ret && !pgt_is_dirty(pt->fmt, found.value) &&
		 !pgt_replace(found.entry, found.value,
			      pgt_make_dirty(pt->fmt, found.value)));
	pgt_read_unlock();
	return ret;
}

/* Make a leaf clean, if it is dirty; returns whether it was. */
static bool take_dirty(const struct pgt_format *fmt, unsigned int level,
		       u64 *entry, bool clear)
{
	u64 value;

	do {
		value = pgt_load(entry);
		if (!pgt_is_leaf(fmt, level, value) ||
		    !pgt_is_dirty(fmt, value))
			return false;
	} while (clear && !pgt_replace(entry, value, pgt_make_clean(fmt, value)));
	return true;
}

/* Note the part of a leaf that is inside the range. */
static void note_dirty(struct pgt_dirty_scan *scan, u64 begin, u64 span)
{
	u64 end = begin + span < scan->end ? begin + span : scan->end;

	scan->at = begin > scan->iova ? begin : scan->iova;
	scan->size = end - scan->at;
}

bool pgt_scan_dirty(const struct pgt *pt, struct pgt_dirty_scan *scan)
{
	const struct pgt_format *fmt = pt->fmt;
	u64 begin = scan->iova, span;
	struct pgt_place at;
	bool found = false;
	long left = 0;

	if (!fmt || scan->iova >> fmt->ias) {
		scan->iova = scan->end;
		return false;
	}
	pgt_read_lock();
	at = pgt_descend(pt, scan->iova, 0);
	span = 1ULL << pgt_shift(fmt, at.level);
	if (at.entry) {
		begin &= ~(span - 1);
		left = pgt_entries_left(pt, at.entry);
	}
	for (; left && !found && begin < scan->end; left--, begin += span) {
		bool whole = begin >= scan->iova && scan->end - begin >= span;

		/* The way ended in the first entry, but may go on in others. */
		if (pgt_is_table(fmt, at.level, pgt_load(at.entry)))
			break;
		found = take_dirty(fmt, at.level, at.entry++,
				   scan->clear && whole);
		if (found)
			note_dirty(scan, begin, span);
	}
	pgt_read_unlock();
	if (!at.entry || begin >= scan->end)
		scan->iova = scan->end;
	else if (begin > scan->iova)
		scan->iova = begin;
	return found;
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
