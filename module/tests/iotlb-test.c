// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOTLB against a model that never evicts: what is found was put in, and
 * has not been invalidated since; what is not found was never put in, was
 * invalidated, or was counted as evicted. Then the counts, and single cases.
 */
#include <stdlib.h>
#include <string.h>

#include "../datapath/iotlb.h"
#include "tap.h"

#define OPS 300000
#define KEPT 4096

static const u32 shifts[] = { 12, 21, 30 };

static struct iotlb_entry kept[KEPT];
static unsigned int nr_kept;
static u64 state = 0x9e3779b97f4a7c15ULL;

static u64 rnd(u64 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static bool inside(const struct iotlb_entry *e, u64 tag, u64 iova)
{
	return e->tag == tag && iova - e->iova < 1ULL << e->shift;
}

static struct iotlb_entry *model_find(u64 tag, u64 iova)
{
	unsigned int i;

	for (i = 0; i < nr_kept; i++)
		if (inside(&kept[i], tag, iova))
			return &kept[i];
	return NULL;
}

static void model_forget(unsigned int i)
{
	kept[i] = kept[--nr_kept];
}

static void model_invalidate(u64 tag, u64 iova, u64 size, bool lost)
{
	unsigned int i;

	for (i = nr_kept; i-- > 0;) {
		u64 end = kept[i].iova + (1ULL << kept[i].shift) - 1;

		if (kept[i].tag != tag)
			continue;
		if (size && (kept[i].iova > iova + size - 1 || end < iova))
			continue;
		if (lost)
			kept[i].lost = true;
		else
			model_forget(i);
	}
}

/* Forget in the model what the cache, which is smaller, had to evict. */
static unsigned int model_evict(struct iotlb *tlb)
{
	unsigned int i, gone = 0;

	for (i = nr_kept; i-- > 0;)
		if (!iotlb_find(tlb, kept[i].tag, 0, kept[i].iova)) {
			model_forget(i);
			gone++;
		}
	return gone;
}

static struct iotlb_entry random_entry(void)
{
	struct iotlb_entry e = {
		.tag = 1 + rnd(3), .shift = shifts[rnd(3)], .prot = 1 + rnd(3),
		.phys = rnd(1ULL << 40) << 12,
	};

	/* Close together, so that sizes meet; some at the very top. */
	e.iova = (rnd(1ULL << 31) + (rnd(8) ? 0 : 0xffffffff80000000ULL)) &
		 ~((1ULL << e.shift) - 1);
	return e;
}

/* Is there something of the domain anywhere in the page? */
static bool model_overlaps(const struct iotlb_entry *e)
{
	unsigned int i;

	for (i = 0; i < nr_kept; i++)
		if (kept[i].tag == e->tag &&
		    (inside(&kept[i], e->tag, e->iova) ||
		     inside(e, kept[i].tag, kept[i].iova)))
			return true;
	return false;
}

static bool same(const struct iotlb_entry *a, const struct iotlb_entry *b)
{
	return a && b && a->tag == b->tag && a->iova == b->iova &&
	       a->phys == b->phys && a->shift == b->shift &&
	       a->prot == b->prot && a->lost == b->lost;
}

static unsigned int used(const struct iotlb *tlb)
{
	unsigned int i, n = 0;

	for (i = 0; i < tlb->size; i++)
		n += tlb->entries[i].valid;
	return n;
}

/* All steps of an invalidation; how many there were. */
static unsigned int invalidate(struct iotlb *tlb, u64 tag, u64 iova, u64 size,
			       bool lost)
{
	unsigned int steps = 1;
	u32 at = 0;

	while (iotlb_invalidate(tlb, tag, iova, size, lost, &at))
		steps++;
	return steps;
}


static void property(u32 size)
{
	struct iotlb tlb = { 0 };
	unsigned long ops, found = 0, evicted = 0, counts = 0, lost = 0;

	nr_kept = 0;
	iotlb_resize(&tlb, calloc(size, sizeof(struct iotlb_entry)), size);
	for (ops = 0; ops < OPS; ops++) {
		struct iotlb_entry e = random_entry();

		if (rnd(100) < 70) {
			if (model_overlaps(&e))
				continue;
			kept[nr_kept++] = e;
			evicted += iotlb_insert(&tlb, &e) != model_evict(&tlb);
		} else if (rnd(100) < 60) {
			struct iotlb_entry *hit = iotlb_find(&tlb, e.tag, 0, e.iova);
			struct iotlb_entry *want = model_find(e.tag, e.iova);

			found += !!hit != !!want || (hit && !same(hit, want));
		} else {
			u64 bytes = rnd(4) ? (1 + rnd(600)) << 12 : rnd(2) << 40;
			bool lose = !rnd(8);

			invalidate(&tlb, e.tag, e.iova, bytes, lose);
			model_invalidate(e.tag, e.iova, bytes, lose);
		}
		counts += tlb.used != nr_kept || used(&tlb) != nr_kept;
	}
	for (ops = 0; ops < nr_kept; ops++)
		lost += !same(iotlb_find(&tlb, kept[ops].tag, 0, kept[ops].iova),
			      &kept[ops]);
	ok(!found, "%u entries: hits and misses as the model's (%lu differ)",
	   size, found);
	ok(!evicted, "%u entries: an eviction takes one, and says so (%lu differ)",
	   size, evicted);
	ok(!counts, "%u entries: what is used is counted (%lu differ)", size,
	   counts);
	ok(!lost, "%u entries: at the end, all that is kept is found (%lu are not)",
	   size, lost);
	free(iotlb_resize(&tlb, NULL, 0));
}

static void single_cases(void)
{
	struct iotlb tlb = { 0 };
	struct iotlb_entry e = { .tag = 1, .iova = 0x200000, .shift = 21 };
	struct iotlb_entry *hit;

	ok(!iotlb_find(&tlb, 1, 0, 0) && !iotlb_insert(&tlb, &e) && !tlb.used,
	   "without entries nothing is kept");
	invalidate(&tlb, 1, 0, 0, false);
	iotlb_resize(&tlb, calloc(16, sizeof(e)), 16);
	iotlb_insert(&tlb, &e);
	ok(iotlb_find(&tlb, 1, 0, 0x3fffff) && !iotlb_find(&tlb, 1, 0, 0x400000) &&
		   !iotlb_find(&tlb, 1, 0, 0x1fffff),
	   "an entry covers its page, and no more");
	ok(!iotlb_find(&tlb, 2, 0, 0x200000), "and its domain");
	invalidate(&tlb, 1, 0x3ff000, 0x1000, true);
	hit = iotlb_find(&tlb, 1, 0, 0x200000);
	ok(hit && hit->lost && hit->era == IOTLB_NO_ERA,
	   "a lost invalidation marks what overlaps its range");
	invalidate(&tlb, 1, 0x3ff000, 0x1000, false);
	ok(!iotlb_find(&tlb, 1, 0, 0x200000) && !tlb.used && !tlb.shifts,
	   "one that is not lost takes it, though it covers a part of it only");
	iotlb_insert(&tlb, &e);
	free(iotlb_resize(&tlb, calloc(4, sizeof(e)), 4));
	ok(!tlb.used && !iotlb_find(&tlb, 1, 0, 0x200000), "a new size is empty");
	free(iotlb_resize(&tlb, NULL, 0));
}

/* Two PASIDs on one domain: each has entries, and an unmap is for both. */
static void pasids(void)
{
	struct iotlb_entry e = { .tag = 1, .pasid = 5, .shift = 12 };
	struct iotlb tlb = { 0 };

	iotlb_resize(&tlb, calloc(4, sizeof(e)), 4);
	iotlb_insert(&tlb, &e);
	ok(iotlb_find(&tlb, 1, 5, 0) && !iotlb_find(&tlb, 1, 6, 0) &&
		   !iotlb_find(&tlb, 1, 0, 0),
	   "an entry is for its PASID");
	e.pasid = 0;
	iotlb_insert(&tlb, &e);
	ok(tlb.used == 2 && iotlb_find(&tlb, 1, 0, 0),
	   "the DMA without a PASID has an entry of its own");
	invalidate(&tlb, 1, 0, 4096, false);
	ok(!tlb.used, "an invalidation of a range is for all PASIDs");
	free(iotlb_resize(&tlb, NULL, 0));
}

/* Fill it with pages of 4K of two domains. */
static void fill(struct iotlb *tlb, u32 size)
{
	struct iotlb_entry e = { .shift = 12 };
	u32 i;

	iotlb_resize(tlb, calloc(size, sizeof(e)), size);
	for (i = 0; i < 4 * size; i++) {
		e.tag = 1 + i % 2;
		e.iova = (u64)i << 12;
		iotlb_insert(tlb, &e);
	}
}

static u32 entries_of(const struct iotlb *tlb, u64 tag)
{
	u32 i, n = 0;

	for (i = 0; i < tlb->size; i++)
		n += tlb->entries[i].valid && tlb->entries[i].tag == tag;
	return n;
}

/* An invalidation is made in steps, each of which is short. */
static void steps(void)
{
	struct iotlb_entry e = { .tag = 1, .shift = 12 };
	u64 part = (u64)(IOTLB_STEP / IOTLB_WAYS) << 12;
	struct iotlb tlb = { 0 };
	u32 size = 65536, other, before, at = 0, most = 0;
	bool more;

	fill(&tlb, size);
	other = entries_of(&tlb, 2);
	do {
		before = entries_of(&tlb, 1);
		more = iotlb_invalidate(&tlb, 1, 0, 0, false, &at);
		if (before - entries_of(&tlb, 1) > most)
			most = before - entries_of(&tlb, 1);
	} while (more);
	ok(most <= IOTLB_STEP, "a step of all forgets %u entries at most", most);
	ok(!entries_of(&tlb, 1) && entries_of(&tlb, 2) == other,
	   "all steps forget what is the domain's, and no more");
	ok(invalidate(&tlb, 2, 0, part, false) == 1,
	   "a range of as many pages as a step has is one step");
	ok(invalidate(&tlb, 2, 0, part + 4096, false) == size / IOTLB_STEP,
	   "one of more pages is as many as it takes to look at all");
	free(iotlb_resize(&tlb, NULL, 0));

	fill(&tlb, size);
	at = 0;
	iotlb_invalidate(&tlb, 1, 0, 0, false, &at);
	/* Translated after the invalidation had begun: it may stay. */
	e.iova = 1ULL << 40;
	iotlb_insert(&tlb, &e);
	while (iotlb_invalidate(&tlb, 1, 0, 0, false, &at))
		;
	ok(entries_of(&tlb, 1) <= 1, "what comes in between is all that may stay");
	at = 0;
	iotlb_invalidate(&tlb, 2, 0, 0, false, &at);
	free(iotlb_resize(&tlb, calloc(16, sizeof(e)), 16));
	iotlb_insert(&tlb, &e);
	ok(!iotlb_invalidate(&tlb, 2, 0, 0, false, &at),
	   "a cache that is smaller now ends it");
	free(iotlb_resize(&tlb, NULL, 0));
}

int main(void)
{
	single_cases();
	pasids();
	steps();
	property(4);
	property(16);
	property(256);
	return done_testing();
}
