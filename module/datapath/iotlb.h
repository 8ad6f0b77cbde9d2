/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IOTLB: a set-associative cache of translations, tagged by domain.
 *
 * This is pure code, also compiled for user-space tests. It contains no locks:
 * the owner of the cache holds a lock around each call.
 *
 * An entry remembers how many unmaps its domain had seen when it was last
 * known to be right (@era). As long as that has not changed, a hit needs no
 * look at the table; otherwise the owner walks the table, and compares. An
 * entry whose invalidation was lost stays, marked: if the table contradicts
 * it, it is stale. If the table agrees, the mark goes.
 */
#ifndef MOCK_IOTLB_H
#define MOCK_IOTLB_H

#include "../types.h"

#define IOTLB_WAYS 4U

/* How many entries are looked at in one step of an invalidation, at most. */
#define IOTLB_STEP 2048U

/* Never the era of a domain: the entry has to be compared. */
#define IOTLB_NO_ERA (~0ULL)

/**
 * struct iotlb_entry - one translation
 * @tag: the domain's serial number
 * @iova: first input address of the page
 * @phys: first output address
 * @era: unmaps of the domain when the entry was right
 * @prot: PGT_READ | PGT_WRITE
 * @shift: log2 of the page's size
 * @valid: the entry is in use
 * @lost: an invalidation of it was lost since it was known to be right
 */
struct iotlb_entry {
	u64 tag;
	u64 iova;
	u64 phys;
	u64 era;
	u32 prot;
	u8 shift;
	bool valid;
	bool lost;
};

/**
 * struct iotlb - the cache
 * @entries: @size of them, a set after the other; NULL if @size is 0
 * @size: 0, or a power of two, at least IOTLB_WAYS
 * @used: entries in use
 * @victim: which way of a full set goes next
 * @shifts: bitmap of the page sizes in use
 * @by_shift: entries in use of each page size
 */
struct iotlb {
	struct iotlb_entry *entries;
	u32 size;
	u32 used;
	u32 victim;
	u64 shifts;
	u32 by_shift[64];
};

/* Give it an array of @size zeroed entries, or none; returns the old one. */
struct iotlb_entry *iotlb_resize(struct iotlb *tlb,
				 struct iotlb_entry *entries, u32 size);

/* The entry for an address, or NULL. It may be changed, but not moved. */
struct iotlb_entry *iotlb_find(struct iotlb *tlb, u64 tag, u64 iova);

/* Add an entry that is not there yet; true if another one had to go. */
bool iotlb_insert(struct iotlb *tlb, const struct iotlb_entry *entry);

void iotlb_drop(struct iotlb *tlb, struct iotlb_entry *entry);

/**
 * iotlb_invalidate() - forget a range of a domain, one step of it
 * @tlb: the cache
 * @tag: the domain's serial number
 * @iova: first address
 * @size: bytes; 0: everything of the domain
 * @lost: mark the entries instead: the invalidation is lost
 * @at: 0 before the first step; where the next one begins
 *
 * A step looks at IOTLB_STEP entries at most. Between two of them the owner may
 * drop its lock: what others insert there has been translated after the first.
 *
 * Return: true if there is another step to be made.
 */
bool iotlb_invalidate(struct iotlb *tlb, u64 tag, u64 iova, u64 size,
		      bool lost, u32 *at);

#endif /* MOCK_IOTLB_H */
