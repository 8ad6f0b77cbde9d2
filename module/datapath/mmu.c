// SPDX-License-Identifier: GPL-2.0-only
/* Translation; mmu.h describes it. */
#include "mmu.h"

/* The entry of a user's table at @at, an address that stage 2 translates. */
static enum mock_dma_reason read_entry(const struct mock_mmu *mmu,
				       const struct mock_view *view, u64 at,
				       u64 *entry)
{
	struct pgt_leaf leaf;
	unsigned int steps;

	if (pgt_translate(view->table, &mmu->walker, at, &leaf, &steps) ||
	    !(leaf.prot & PGT_READ) ||
	    !view->stage1->read(leaf.phys + (at - leaf.iova), entry))
		return MOCK_DMA_STAGE1_TABLE;
	return MOCK_DMA_FINE;
}

/* The user's table alone: @leaf gets what its leaf says. */
static enum mock_dma_reason walk_stage1(const struct mock_mmu *mmu,
					const struct mock_view *view, u64 iova,
					struct pgt_leaf *leaf)
{
	const struct mock_stage1 *s1 = view->stage1;
	const struct pgt_format *fmt = s1->fmt;
	unsigned int level = fmt->levels - 1;
	enum mock_dma_reason why;
	u64 table = s1->root, entry;

	if (iova >> s1->ias)
		return MOCK_DMA_NOT_MAPPED;
	for (;; level--) {
		why = read_entry(mmu, view,
				 table + pgt_index(fmt, level, iova) *
						 sizeof(entry), &entry);
		if (why != MOCK_DMA_FINE)
			return why;
		if (!(entry & fmt->present))
			return MOCK_DMA_NOT_MAPPED;
		if (!pgt_is_valid(fmt, level, entry))
			return MOCK_DMA_FORMAT;
		if (!pgt_is_table(fmt, level, entry))
			break;
		table = pgt_entry_address(fmt, entry);
	}
	leaf->size = 1ULL << pgt_shift(fmt, level);
	leaf->iova = iova & ~(leaf->size - 1);
	leaf->phys = pgt_entry_address(fmt, entry) & ~(leaf->size - 1);
	leaf->prot = pgt_leaf_prot(fmt, entry, false);
	return fmt->pgsizes & leaf->size ? MOCK_DMA_FINE : MOCK_DMA_FORMAT;
}

/*
 * Both stages: @leaf gets the smaller one of the two pages, and @between the address
 * that stage 2 translates.
 */
static enum mock_dma_reason walk_nested(const struct mock_mmu *mmu,
					const struct mock_view *view, u64 iova,
					struct pgt_leaf *leaf, u64 *between)
{
	enum mock_dma_reason why = walk_stage1(mmu, view, iova, leaf);
	struct pgt_leaf second;
	unsigned int steps;
	int ret;

	if (why != MOCK_DMA_FINE)
		return why;
	*between = leaf->phys + (iova - leaf->iova);
	ret = pgt_translate(view->table, &mmu->walker, *between, &second,
			    &steps);
	if (ret)
		return ret == -ENOENT ? MOCK_DMA_STAGE2 : MOCK_DMA_FORMAT;
	if (leaf->size > second.size)
		leaf->size = second.size;
	leaf->iova = iova & ~(leaf->size - 1);
	leaf->phys = second.phys + ((*between & ~(leaf->size - 1)) -
				    second.iova);
	leaf->prot &= second.prot;
	return MOCK_DMA_FINE;
}

/* @input gets the address that the domain's own table, or that of stage 2, translates. */
static enum mock_dma_reason walk(struct mock_mmu *mmu,
				 const struct mock_view *view, u64 iova,
				 struct pgt_leaf *leaf, u64 *input)
{
	unsigned int steps;

	mmu->walks++;
	if (view->stage1)
		return walk_nested(mmu, view, iova, leaf, input);
	*input = iova;
	switch (pgt_translate(view->table, &mmu->walker, iova, leaf, &steps)) {
	case 0:
		return MOCK_DMA_FINE;
	case -ENOENT:
		return MOCK_DMA_NOT_MAPPED;
	default:
		return MOCK_DMA_FORMAT;
	}
}

static void leaf_of(const struct iotlb_entry *entry, struct pgt_leaf *leaf)
{
	leaf->iova = entry->iova;
	leaf->phys = entry->phys;
	leaf->size = 1ULL << entry->shift;
	leaf->prot = entry->prot;
}

static void remember(struct mock_mmu *mmu, const struct mock_view *view,
		     const struct pgt_leaf *leaf)
{
	struct iotlb_entry entry = {
		.tag = view->tag,
		.pasid = view->pasid,
		.iova = leaf->iova,
		.phys = leaf->phys,
		.era = view->era,
		.prot = leaf->prot,
		.shift = __builtin_ctzll(leaf->size),
	};

	mmu->evictions += iotlb_insert(&mmu->tlb, &entry);
}

/*
 * Compare an entry with the table, after an unmap that came since the entry was
 * last known to be right. If the table contradicts the entry, there are two
 * cases. If its invalidation was lost, the entry is stale. Otherwise the
 * invalidation is yet to come and would drop the entry; the function drops it
 * now.
 */
static enum mock_dma_reason compare(struct mock_mmu *mmu,
				    const struct mock_view *view, u64 iova,
				    struct iotlb_entry *entry,
				    struct pgt_leaf *leaf, u64 *input)
{
	enum mock_dma_reason why = walk(mmu, view, iova, leaf, input);

	if (why == MOCK_DMA_FINE && leaf->iova == entry->iova &&
	    leaf->phys == entry->phys && leaf->prot == entry->prot &&
	    leaf->size == 1ULL << entry->shift) {
		/*
		 * The entry is right, even if an invalidation was lost before.
		 */
		entry->era = view->era;
		entry->lost = false;
		mmu->hits++;
		return MOCK_DMA_FINE;
	}
	if (entry->lost) {
		mmu->stale++;
		return MOCK_DMA_STALE;
	}
	iotlb_drop(&mmu->tlb, entry);
	mmu->misses++;
	if (why == MOCK_DMA_FINE)
		remember(mmu, view, leaf);
	return why;
}

/*
 * Find the entry for an address. An entry's page may reach past the last
 * address that can be translated; addresses past it are not translated.
 */
static struct iotlb_entry *find(struct mock_mmu *mmu,
				const struct mock_view *view, u64 iova)
{
	if (!view->stage1 && (iova >> mmu->walker.ias ||
			      iova >> pgt_load(&view->table->ias)))
		return NULL;
	if (view->stage1 && iova >> view->stage1->ias)
		return NULL;
	return iotlb_find(&mmu->tlb, view->tag, view->pasid, iova);
}

/* Is it a walk of this page, for this access, and has nothing changed since? */
static bool fits(const struct mock_found *found, const struct mock_view *view,
		 u64 iova, u32 access)
{
	return found->valid && found->tag == view->tag &&
	       found->era == view->era && found->access == access &&
	       iova - found->leaf.iova < found->leaf.size;
}

/*
 * An entry whose era is over, or that does not allow the access, against a walk
 * of the process. Hardware takes an entry that does not allow an access for none.
 */
static enum mock_dma_reason renew(struct mock_mmu *mmu,
				  const struct mock_view *view,
				  struct iotlb_entry *entry, u32 access)
{
	const struct mock_found *found = view->found;
	bool allows = (entry->prot & access) == access;
	bool right = found->why == MOCK_DMA_FINE &&
		     found->leaf.phys == entry->phys;

	if (right && allows) {
		entry->era = view->era;
		entry->lost = false;
		mmu->hits++;
		return MOCK_DMA_FINE;
	}
	if (entry->lost && allows) {
		mmu->stale++;
		return MOCK_DMA_STALE;
	}
	iotlb_drop(&mmu->tlb, entry);
	return MOCK_DMA_WALK;
}

/*
 * The addresses of a process. An entry allows what it was made for: a page that was
 * only read may be one that others share until somebody writes.
 */
static enum mock_dma_reason translate_process(struct mock_mmu *mmu,
					      const struct mock_view *view,
					      u64 iova, u32 access,
					      struct pgt_leaf *leaf)
{
	const struct mock_found *found = view->found;
	enum mock_dma_reason why = MOCK_DMA_WALK;
	struct iotlb_entry *entry;

	if (iova >> mmu->walker.ias)
		return MOCK_DMA_NOT_MAPPED;
	entry = iotlb_find(&mmu->tlb, view->tag, view->pasid, iova);
	if (entry && entry->era == view->era &&
	    (entry->prot & access) == access) {
		mmu->hits++;
		leaf_of(entry, leaf);
		return MOCK_DMA_FINE;
	}
	if (!fits(found, view, iova, access))
		return MOCK_DMA_WALK;
	mmu->walks++;
	*leaf = found->leaf;
	if (entry)
		why = renew(mmu, view, entry, access);
	if (why != MOCK_DMA_WALK)
		return why;
	mmu->misses++;
	if (found->why != MOCK_DMA_FINE)
		return found->why;
	if ((leaf->phys + leaf->size - 1) >> mmu->walker.oas)
		return MOCK_DMA_FORMAT;
	remember(mmu, view, leaf);
	return MOCK_DMA_FINE;
}

/*
 * A write is going to happen: the one place where dirty bits are set. @input is the
 * address that the domain's own table, or that of stage 2, translates.
 */
static enum mock_dma_reason written(struct mock_mmu *mmu,
				    const struct mock_view *view, u64 iova,
				    u64 input)
{
	struct iotlb_entry *entry = find(mmu, view, iova);

	if (entry && entry->dirty)
		return MOCK_DMA_FINE;
	switch (pgt_mark_dirty(view->table, &mmu->walker, input)) {
	case 0:
		if (entry)
			entry->dirty = true;
		return MOCK_DMA_FINE;
	case -ENOENT:
		return view->stage1 ? MOCK_DMA_STAGE2 : MOCK_DMA_NOT_MAPPED;
	case -EACCES:
		return MOCK_DMA_PERMISSION;
	default:
		return MOCK_DMA_FORMAT;
	}
}

/*
 * The first write through an entry that contains both stages walks again, and uses what
 * that walk finds: the entry does not contain the address between the stages, whose
 * page gets dirty, and the user may have changed its table meanwhile.
 */
static struct iotlb_entry *forget_clean(struct mock_mmu *mmu,
					const struct mock_view *view,
					struct iotlb_entry *entry)
{
	if (!view->stage1 || !entry || entry->dirty || entry->era != view->era)
		return entry;
	iotlb_drop(&mmu->tlb, entry);
	return NULL;
}

enum mock_dma_reason mock_mmu_translate(struct mock_mmu *mmu,
					const struct mock_view *view, u64 iova,
					u32 access, struct pgt_leaf *leaf)
{
	bool tracked = view->tracking && (access & PGT_WRITE);
	enum mock_dma_reason why = MOCK_DMA_FINE;
	struct iotlb_entry *entry;
	u64 input = iova;

	if (view->found)
		return translate_process(mmu, view, iova, access, leaf);
	entry = find(mmu, view, iova);
	if (tracked)
		entry = forget_clean(mmu, view, entry);
	if (entry && entry->era == view->era) {
		mmu->hits++;
		leaf_of(entry, leaf);
	} else if (entry) {
		why = compare(mmu, view, iova, entry, leaf, &input);
	} else {
		mmu->misses++;
		why = walk(mmu, view, iova, leaf, &input);
		if (why == MOCK_DMA_FINE)
			remember(mmu, view, leaf);
	}
	if (why == MOCK_DMA_FINE && (leaf->prot & access) != access)
		return MOCK_DMA_PERMISSION;
	if (why == MOCK_DMA_FINE && tracked)
		why = written(mmu, view, iova, input);
	return why;
}
