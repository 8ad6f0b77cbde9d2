// SPDX-License-Identifier: GPL-2.0-only
/* The radix tree: mapping and unmapping; pgtable.h says how it is shared. */
#include "tables.h"

void pgt_init(struct pgt *pt, const struct pgt_format *fmt, u32 ias, u32 oas)
{
	pt->fmt = fmt;
	pt->way = pgt_format_way(fmt);
	pt->root = 0;
	pt->ias = ias;
	pt->oas = oas;
	pt->tracks = false;
	atomic_long_set(&pt->tables, 0);
	pgt_tally_zero(&pt->mapped);
}

/*
 * Change an entry. No other operation changes it, if the callers keep the rule
 * of pgtable.h; a walker may set the dirty bit of a leaf, and never does so in
 * an entry that has become empty (pgt_mark_dirty()). If the callers break the
 * rule, leaves may be lost, but pointers must not be. So a plain store is enough
 * at level 0 only.
 */
static inline bool set_entry(u64 *entry, unsigned int level, u64 old, u64 new)
{
	if (level)
		return pgt_replace(entry, old, new);
	pgt_store(entry, new);
	return true;
}

/* ---- map ------------------------------------------------------------------ */

/* Level whose leaves have this size, or -EINVAL. */
static int size_level(const struct pgt_format *fmt, u64 pgsize)
{
	unsigned int level, shift = fmt->granule;

	if (!(fmt->pgsizes & pgsize))
		return -EINVAL;
	for (level = 0; level < fmt->levels; level++, shift += fmt->granule - 3)
		if (pgsize == 1ULL << (shift & 63))
			return level;
	return -EINVAL;
}

/* Link the spare table where the way ends too early, unless one is there. */
static int grow(struct pgt *pt, struct pgt_request *req, struct pgt_place at)
{
	u64 *slot = at.entry ?: &pt->root, *table = req->spare;
	u64 value = pgt_load(slot);

	if (value)
		return !at.entry || pgt_is_table(pt->fmt, at.level, value) ?
			0 : -EEXIST;
	if (!table)
		return -EAGAIN;
	value = pgt_table_address(table);
	if (at.entry)
		value = pgt_table_entry(pt->fmt, at.level, value);
	if (!pgt_replace(slot, 0, value))
		return 0;
	atomic_long_add(1, &pt->tables);
	req->spare = NULL;
	/* A caller that breaks the rules may have cut the way: see pgt_reap(). */
	if (at.entry && pgt_descend(pt, req->iova, at.level).entry != slot &&
	    pgt_replace(slot, value, 0))
		pgt_reap(pt, at.level - 1, table, &req->freed);
	return 0;
}

static inline u64 new_leaf(const struct pgt *pt, unsigned int level, u64 phys,
			   u32 prot)
{
	u64 leaf = pgt_leaf_entry(pt->fmt, level, phys, prot);

	return pt->tracks && (prot & PGT_WRITE) ?
		pgt_make_clean(pt->fmt, leaf) : leaf;
}

/* Fill empty entries of one table, as far as there are any; returns the bytes. */
static inline u64 fill(struct pgt *pt, struct pgt_place at, u64 phys, u64 size,
		       u32 prot)
{
	u64 leaf = new_leaf(pt, at.level, phys, prot);
	unsigned int shift = pgt_shift(pt->fmt, at.level);
	u64 step = 1ULL << ((shift - pt->fmt->addr_shift) & 63);
	long left = pgt_entries_left(pt, at.entry), n;

	if ((u64)left > size >> shift)
		left = size >> shift;
	for (n = 0; n < left; n++, at.entry++, leaf += step)
		if (pgt_load(at.entry) || !set_entry(at.entry, at.level, 0, leaf))
			break;
	pgt_tally_add(&pt->mapped, n << shift);
	return (u64)n << shift;
}

/* Are all of the addresses small enough? */
static inline bool fits(u64 start, u64 size, u32 bits)
{
	return !((start | (size - 1) | (start + size - 1)) >> (bits & 63));
}

/* Is it a request for pages, and for addresses that the table can have? */
static inline int check(const struct pgt *pt, u64 iova, u64 phys, u64 pgsize,
			u64 size, u32 prot)
{
	if (!size || ((iova | phys | size) & (pgsize - 1)) ||
	    !(prot & (PGT_READ | PGT_WRITE)))
		return -EINVAL;
	return fits(iova, size, pgt_load(&pt->ias)) &&
	       fits(phys, size, pt->oas) ? 0 : -ERANGE;
}

u64 pgt_apart pgt_in_page
pgt_map_quick(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, u64 size, u32 prot)
{
	struct pgt_place at;
	u64 done = 0;

	if (pgsize != pgt_table_size(pt->fmt) ||
	    check(pt, iova, phys, pgsize, size, prot))
		return 0;
	pgt_read_lock();
	at = pgt_descend(pt, iova, 0);
	if (at.entry && !at.level)
		done = fill(pt, at, phys, size, prot);
	pgt_read_unlock();
	return done;
}

int pgt_map(struct pgt *pt, struct pgt_request *req)
{
	int level = size_level(pt->fmt, req->pgsize), ret;
	struct pgt_place at;
	u64 done;

	if (level < 0)
		return level;
	ret = check(pt, req->iova, req->phys, req->pgsize, req->size, req->prot);
	if (ret)
		return ret;
	pgt_read_lock();
	at = pgt_descend(pt, req->iova, level);
	if (at.entry && at.level == level) {
		/* Empty tables make room. */
		if (level && pgt_load(at.entry))
			pgt_reap_empty(pt, level - 1, at.entry, &req->freed);
		done = fill(pt, at, req->phys, req->size, req->prot);
		ret = done ? 0 : -EEXIST;
		req->iova += done;
		req->phys += done;
		req->size -= done;
	} else {
		ret = grow(pt, req, at);
	}
	pgt_read_unlock();
	return ret;
}

/* ---- unmap ---------------------------------------------------------------- */

/*
 * Empty an entry, if it is a leaf. Above level 0 the entry may change at this
 * moment: a walker sets the dirty bit.
 */
static inline bool empty_leaf(const struct pgt_format *fmt, u64 *entry,
			      unsigned int level)
{
	u64 leaf;

	do {
		leaf = pgt_load(entry);
		if (!pgt_is_leaf(fmt, level, leaf))
			return false;
	} while (!set_entry(entry, level, leaf, 0));
	return true;
}

/*
 * Unlink the tables that an unmap of what is from @iova to @end covers whole,
 * among those that end there; the lowest is at @level. All of them are empty.
 */
static void unlink_covered(struct pgt *pt, u64 iova, u64 end,
			   unsigned int level, struct pgt_freed *freed)
{
	const struct pgt_format *fmt = pt->fmt;

	for (; level < fmt->levels - 1U; level++) {
		u64 span = 1ULL << pgt_shift(fmt, level + 1), value;
		struct pgt_place at;

		if ((end & (span - 1)) || end - iova < span)
			return;
		at = pgt_descend(pt, end - span, level + 1);
		if (!at.entry || at.level != level + 1)
			return;
		value = pgt_load(at.entry);
		if (pgt_is_table(fmt, level + 1, value) &&
		    pgt_replace(at.entry, value, 0))
			pgt_reap(pt, level, pgt_slot_table(pt, level, value),
				 freed);
	}
}

size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, size_t done,
		 struct pgt_freed *freed)
{
	const struct pgt_format *fmt = pt->fmt;
	struct pgt_place at;
	unsigned int shift;
	long n = 0, left;

	iova += done;
	size -= done;
	if (iova >> (fmt->ias & 63))
		return 0;
	pgt_read_lock();
	at = pgt_descend(pt, iova, 0);
	shift = pgt_shift(fmt, at.level);
	if (at.entry && !(iova & ((1ULL << shift) - 1))) {
		left = pgt_entries_left(pt, at.entry);
		if ((u64)left > size >> shift)
			left = size >> shift;
		for (; n < left; n++, at.entry++)
			if (!empty_leaf(fmt, at.entry, at.level))
				break;
		pgt_tally_add(&pt->mapped, -(n << shift));
	}
	if (n)
		unlink_covered(pt, iova - done, iova + ((u64)n << shift),
			       at.level, freed);
	pgt_read_unlock();
	return (u64)n << shift;
}
