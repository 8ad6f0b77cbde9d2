// SPDX-License-Identifier: GPL-2.0-only
/* The IOTLB; iotlb.h describes it. */
#include "iotlb.h"

/*
 * The set of a translation: a hash of domain, page number and page size. An
 * invalidation is for all PASIDs, so that a PASID does not choose the set.
 */
static struct iotlb_entry *set_of(const struct iotlb *tlb, u64 tag, u64 iova,
				  unsigned int shift)
{
	u64 sets = tlb->size / IOTLB_WAYS;
	u64 key = (iova >> shift) ^ (tag << 20) ^ ((u64)shift << 58);

	/* Fibonacci hashing: neighbouring pages go to different sets. */
	key *= 0x9e3779b97f4a7c15ULL;
	return &tlb->entries[((key >> 32) & (sets - 1)) * IOTLB_WAYS];
}

static bool covers(const struct iotlb_entry *entry, u64 tag, u64 iova)
{
	return entry->valid && entry->tag == tag &&
	       iova >> entry->shift == entry->iova >> entry->shift;
}

struct iotlb_entry *iotlb_resize(struct iotlb *tlb,
				 struct iotlb_entry *entries, u32 size)
{
	struct iotlb_entry *old = tlb->entries;
	struct iotlb fresh = { .entries = entries, .size = size };

	*tlb = fresh;
	return old;
}

struct iotlb_entry *iotlb_find(struct iotlb *tlb, u64 tag, u32 pasid,
			       u64 iova)
{
	u64 shifts = tlb->shifts;

	for (; shifts; shifts &= shifts - 1) {
		unsigned int shift = __builtin_ctzll(shifts), way;
		struct iotlb_entry *set = set_of(tlb, tag, iova, shift);

		for (way = 0; way < IOTLB_WAYS; way++)
			if (set[way].shift == shift &&
			    set[way].pasid == pasid &&
			    covers(&set[way], tag, iova))
				return &set[way];
	}
	return NULL;
}

void iotlb_drop(struct iotlb *tlb, struct iotlb_entry *entry)
{
	entry->valid = false;
	tlb->used--;
	if (!--tlb->by_shift[entry->shift])
		tlb->shifts &= ~(1ULL << entry->shift);
}

bool iotlb_insert(struct iotlb *tlb, const struct iotlb_entry *entry)
{
	struct iotlb_entry *set, *place;
	bool evicted;
	unsigned int way;

	if (!tlb->size)
		return false;
	set = set_of(tlb, entry->tag, entry->iova, entry->shift);
	place = &set[tlb->victim % IOTLB_WAYS];
	for (way = 0; way < IOTLB_WAYS; way++)
		if (!set[way].valid)
			place = &set[way];
	evicted = place->valid;
	if (evicted) {
		tlb->victim++;
		iotlb_drop(tlb, place);
	}
	*place = *entry;
	place->valid = true;
	tlb->used++;
	tlb->by_shift[entry->shift]++;
	tlb->shifts |= 1ULL << entry->shift;
	return evicted;
}

static void forget(struct iotlb *tlb, struct iotlb_entry *entry, bool lost)
{
	if (!lost) {
		iotlb_drop(tlb, entry);
		return;
	}
	entry->lost = true;
	entry->era = IOTLB_NO_ERA;
}

/*
 * The largest number of sets that pages of a range are in, of all sizes in use.
 */
static u64 sets_of_range(const struct iotlb *tlb, u64 iova, u64 last)
{
	u64 shifts = tlb->shifts, count = 0;

	for (; shifts; shifts &= shifts - 1) {
		unsigned int shift = __builtin_ctzll(shifts);

		count += (last >> shift) - (iova >> shift) + 1;
	}
	return count;
}

static void forget_pages(struct iotlb *tlb, u64 tag, u64 iova, u64 last,
			 bool lost)
{
	u64 shifts = tlb->shifts;

	for (; shifts; shifts &= shifts - 1) {
		unsigned int shift = __builtin_ctzll(shifts), way;
		u64 page;

		for (page = iova >> shift; page <= last >> shift; page++) {
			struct iotlb_entry *set =
				set_of(tlb, tag, page << shift, shift);

			for (way = 0; way < IOTLB_WAYS; way++)
				if (set[way].shift == shift &&
				    covers(&set[way], tag, page << shift))
					forget(tlb, &set[way], lost);
		}
	}
}

/* Is a part of the entry's page inside the range? */
static bool overlaps(const struct iotlb_entry *entry, u64 iova, u64 last)
{
	u64 end = entry->iova + ((1ULL << entry->shift) - 1);

	return entry->iova <= last && end >= iova;
}

/* Are the sets of a range fewer than the cache's, and no more than a step's? */
static bool by_pages(const struct iotlb *tlb, u64 iova, u64 last)
{
	u64 sets = sets_of_range(tlb, iova, last);

	return sets < tlb->size / IOTLB_WAYS && sets <= IOTLB_STEP / IOTLB_WAYS;
}

bool iotlb_invalidate(struct iotlb *tlb, u64 tag, u64 iova, u64 size,
		      bool lost, u32 *at)
{
	u64 last = size ? iova + (size - 1) : ~0ULL;
	u32 i, end;

	if (!tlb->used || *at >= tlb->size)
		return false;
	if (!*at && size && by_pages(tlb, iova, last)) {
		forget_pages(tlb, tag, iova, last, lost);
		return false;
	}
	end = tlb->size - *at < IOTLB_STEP ? tlb->size : *at + IOTLB_STEP;
	for (i = *at; i < end; i++)
		if (tlb->entries[i].valid && tlb->entries[i].tag == tag &&
		    overlaps(&tlb->entries[i], size ? iova : 0, last))
			forget(tlb, &tlb->entries[i], lost);
	*at = end;
	return end < tlb->size;
}
