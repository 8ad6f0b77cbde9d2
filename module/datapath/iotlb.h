/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IOTLB: a set-associative cache of translations, tagged by domain and PASID.
 *
 * This is pure code, also compiled for user-space tests. It contains no locks:
 * the owner of the cache holds a lock around each call.
 *
 * An entry stores the number of unmaps of its domain at the time when the entry
 * was last known to be right (@era). As long as that number has not changed, a
 * hit needs no look at the table. Otherwise the owner walks the table, and
 * compares. If an invalidation is lost, the entry stays and is marked. If the
 * table then contradicts a marked entry, the entry is stale. If the table
 * agrees with it, the owner removes the mark.
 */
#ifndef MOCK_IOTLB_H
#define MOCK_IOTLB_H

#include "../types.h"

#define IOTLB_WAYS 4U

/* The most entries that one step of an invalidation looks at. */
#define IOTLB_STEP 2048U

/* No domain ever has this era, so the entry has to be compared. */
#define IOTLB_NO_ERA (~0ULL)

/**
 * struct iotlb_entry - one translation
 * @tag: the domain's serial number
 * @pasid: the PASID of the accesses that it is for, or 0
 * @iova: first input address of the page
 * @phys: first output address
 * @era: unmaps of the domain when the entry was right
 * @prot: PGT_READ | PGT_WRITE
 * @shift: log2 of the page's size
 * @dirty: the dirty bit of the page is set, as far as the entry knows: writes by
 *         the entry do not set it again
 * @valid: the entry is in use
 * @lost: an invalidation of it was lost since it was known to be right
 */
struct iotlb_entry {
	u64 tag;
	u64 iova;
	u64 phys;
	u64 era;
	u32 pasid;
	u32 prot;
	u8 shift;
	bool dirty;
	bool valid;
	bool lost;
};

/**
 * struct iotlb - the cache
 * @entries: @size entries, one set after the other; NULL if @size is 0
 * @size: 0, or a power of two, at least IOTLB_WAYS
 * @used: number of entries in use
 * @victim: the way of a full set that is evicted next
 * @shifts: bitmap of the page sizes in use
 * @by_shift: number of entries in use of each page size
 */
struct iotlb {
	struct iotlb_entry *entries;
	u32 size;
	u32 used;
	u32 victim;
	u64 shifts;
	u32 by_shift[64];
};

/* Give the cache @size zeroed entries, or none. Returns the old array. */
struct iotlb_entry *iotlb_resize(struct iotlb *tlb,
				 struct iotlb_entry *entries, u32 size);

/*
 * Find the entry for an address, or NULL. The owner may change the entry, but
 * not its place.
 */
struct iotlb_entry *iotlb_find(struct iotlb *tlb, u64 tag, u32 pasid,
			       u64 iova);

/*
 * Add an entry that is not there yet. Returns true if it evicted another one.
 */
bool iotlb_insert(struct iotlb *tlb, const struct iotlb_entry *entry);

void iotlb_drop(struct iotlb *tlb, struct iotlb_entry *entry);

/**
 * iotlb_invalidate() - forget a range of a domain, for all PASIDs, one step of it
 * @tlb: the cache
 * @tag: the domain's serial number
 * @iova: first address
 * @size: bytes; 0: all addresses of the domain
 * @lost: the invalidation is lost: mark the entries instead
 * @at: place where the step begins; 0 before the first step. Set to the place
 *      where the next step begins
 *
 * A step looks at IOTLB_STEP entries at most. Between two steps the owner may
 * drop its lock: an entry that is inserted meanwhile was translated after the
 * first step, so the invalidation need not find it.
 *
 * Return: true if another step is necessary.
 */
bool iotlb_invalidate(struct iotlb *tlb, u64 tag, u64 iova, u64 size,
		      bool lost, u32 *at);

#endif /* MOCK_IOTLB_H */
