// SPDX-License-Identifier: GPL-2.0-only
/* Translation: what is cached, what is compared, and what is stale. */
#include <stdlib.h>

#include "../datapath/mmu.h"
#include "pgtable-owner.h"
#include "tap.h"

#define RO PGT_READ
#define RW (PGT_READ | PGT_WRITE)

static struct pgt pt;
static struct mock_mmu mmu;
static struct mock_view view = { .table = &pt, .tag = 1 };

static void map(u64 iova, u64 phys, u64 size, u32 prot)
{
	struct pgt_leaf leaf = {
		.iova = iova, .phys = phys, .size = size, .prot = prot,
	};
	size_t done;

	if (owner_map(&pt, &leaf, 1, -1, &done, NULL))
		abort();
}

/* As the owner does: entries, then the era, then the invalidation. */
static void unmap(u64 iova, u64 size)
{
	if (owner_unmap(&pt, iova, size, NULL) != size)
		abort();
	view.era++;
}

static void invalidate(u64 iova, u64 size, bool lost)
{
	u32 at = 0;

	while (iotlb_invalidate(&mmu.tlb, view.tag, iova, size, lost, &at))
		;
}

static enum mock_dma_reason goes(u64 iova, u32 access, u64 *to)
{
	struct pgt_leaf leaf = { 0 };
	enum mock_dma_reason why =
		mock_mmu_translate(&mmu, &view, iova, access, &leaf);

	*to = leaf.phys + (iova - leaf.iova);
	return why;
}

/* Does the access reach @phys? */
static bool reaches(u64 iova, u32 access, u64 phys)
{
	u64 to;

	return goes(iova, access, &to) == MOCK_DMA_FINE && to == phys;
}

static bool faults(u64 iova, u32 access, enum mock_dma_reason why)
{
	u64 to;

	return goes(iova, access, &to) == why;
}

static void start(void)
{
	const struct pgt_format *fmt = pgt_format(MOCK_FORMAT_ARM_4K);

	owner_clear(&pt);
	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	free(iotlb_resize(&mmu.tlb, calloc(16, sizeof(struct iotlb_entry)),
			  16));
	mmu.walker = full_walker(MOCK_FORMAT_ARM_4K);
	view.era = 0;
}

static void eras(void)
{
	u64 walks;

	start();
	map(0x1000, 0x8000, SZ_4K, RO);
	map(0x2000, 0x9000, SZ_4K, RW);
	ok(reaches(0x1234, RO, 0x8234) && reaches(0x2000, PGT_WRITE, 0x9000),
	   "pages are found");
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_PERMISSION) &&
		   faults(0x3000, RO, MOCK_DMA_NOT_MAPPED),
	   "and only what is mapped, as it is mapped");
	walks = mmu.walks;
	ok(reaches(0x1fff, RO, 0x8fff) && mmu.walks == walks,
	   "a hit of the same era needs no walk");
	unmap(0x2000, SZ_4K);
	ok(reaches(0x1000, RO, 0x8000) && mmu.walks == walks + 1 &&
		   reaches(0x1000, RO, 0x8000) && mmu.walks == walks + 1,
	   "the first of a later one does");
	ok(faults(0x2000, RO, MOCK_DMA_NOT_MAPPED) && mmu.stale == 0,
	   "what waits for its invalidation is not followed, nor stale");
	map(0x2000, 0xa000, SZ_4K, RW);
	ok(reaches(0x2000, RO, 0xa000), "and what is mapped there then is found");
}

static void losses(void)
{
	start();
	map(0x1000, 0x8000, SZ_4K, RW);
	reaches(0x1000, RO, 0x8000);
	unmap(0x1000, SZ_4K);
	invalidate(0x1000, SZ_4K, true);
	ok(faults(0x1000, RO, MOCK_DMA_STALE) &&
		   faults(0x1000, RO, MOCK_DMA_STALE),
	   "an entry whose invalidation was lost is stale, each time");
	map(0x1000, 0x9000, SZ_4K, RW);
	ok(faults(0x1000, RO, MOCK_DMA_STALE),
	   "also with something else in its place");
	unmap(0x1000, SZ_4K);
	map(0x1000, 0x8000, SZ_4K, RW);
	ok(reaches(0x1000, RO, 0x8000), "but not if it is mapped back as it was");
	unmap(0x1000, SZ_4K);
	ok(faults(0x1000, RO, MOCK_DMA_NOT_MAPPED),
	   "after which the next unmap is as any other");
}

/* Leaves past the walker's and the domain's addresses. */
static void bounds(void)
{
	start();
	map(0, SZ_1G, SZ_1G, RW);
	mmu.walker.ias = 29;
	ok(reaches(0x1000, RO, SZ_1G + 0x1000), "within the walker's addresses");
	ok(faults(1ULL << 29, RO, MOCK_DMA_NOT_MAPPED),
	   "not past them, though the cached page is larger");
	invalidate(0, 0, true);
	ok(faults(1ULL << 29, RO, MOCK_DMA_NOT_MAPPED),
	   "which is not stale, whatever was lost");
	start();
	map(0, SZ_1G, SZ_1G, RW);
	reaches(0x1000, RO, SZ_1G + 0x1000);
	pt.ias = 29;
	ok(faults(1ULL << 29, RO, MOCK_DMA_NOT_MAPPED),
	   "nor past the domain's");
	ok(faults(~0ULL, RO, MOCK_DMA_NOT_MAPPED), "nor at the last one of all");
}

/* Is the page of an address dirty? Makes it clean, if it is to. */
static bool dirty(u64 iova, bool clear)
{
	struct pgt_dirty_scan scan = {
		.iova = iova,
		.end = iova + SZ_4K,
		.clear = clear,
	};
	bool found = false;

	while (scan.iova < scan.end)
		found |= pgt_scan_dirty(&pt, &scan);
	return found;
}

static void tracking(void)
{
	start();
	pt.tracks = true;
	mmu.walker.dirty = true;
	view.tracking = false;
	map(0x1000, 0x8000, SZ_4K, RW);
	map(0x2000, 0x9000, SZ_4K, RO);
	ok(reaches(0x1000, PGT_WRITE, 0x8000) && !dirty(0x1000, false),
	   "a write while nothing is tracked leaves no trace");
	view.tracking = true;
	ok(reaches(0x1000, RO, 0x8000) && !dirty(0x1000, false),
	   "nor does a read later");
	ok(reaches(0x1008, PGT_WRITE, 0x8008) && dirty(0x1000, true),
	   "a write does, by the same entry");
	ok(faults(0x2000, PGT_WRITE, MOCK_DMA_PERMISSION) &&
		   !dirty(0x2000, false),
	   "a write that faults does not");
	invalidate(0x1000, SZ_4K, false);
	ok(reaches(0x1000, PGT_WRITE, 0x8000) && dirty(0x1000, true),
	   "and again, after an invalidation");
	invalidate(0x1000, SZ_4K, true);
	ok(reaches(0x1000, PGT_WRITE, 0x8000) && !dirty(0x1000, false),
	   "but not if the invalidation is lost: the entry has the bit for set");
	start();
	pt.tracks = true;
	mmu.walker.dirty = true;
	map(0x1000, 0x8000, SZ_4K, RW);
	reaches(0x1000, RO, 0x8000);
	unmap(0x1000, SZ_4K);
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_NOT_MAPPED),
	   "a page that is unmapped is not marked");
	free(iotlb_resize(&mmu.tlb, NULL, 0));
	map(0x3000, 0xa000, SZ_4K, RW);
	ok(reaches(0x3000, PGT_WRITE, 0xa000) && dirty(0x3000, true) &&
		   reaches(0x3000, PGT_WRITE, 0xa000) && dirty(0x3000, true),
	   "without an IOTLB each write does");
	view.tracking = false;
}

static struct mock_found found;

/* What the walk of a process finds; @phys 0: nothing, for the reason @why. */
static void walked(u64 iova, u32 access, u64 phys, enum mock_dma_reason why)
{
	found = (struct mock_found){
		.valid = true, .tag = view.tag, .era = view.era,
		.access = access, .why = phys ? MOCK_DMA_FINE : why,
		.leaf = {
			.iova = iova & ~(SZ_4K - 1), .phys = phys,
			.size = SZ_4K, .prot = access | PGT_READ,
		},
	};
}

static void process_starts(void)
{
	start();
	view.found = &found;
	found.valid = false;
	mmu.stale = 0;
}

static void processes(void)
{
	u64 hits;

	process_starts();
	ok(faults(0x1234, RO, MOCK_DMA_WALK), "a process is walked before");
	walked(0x1234, RO, 0x8000, 0);
	ok(faults(0x2234, RO, MOCK_DMA_WALK), "for each page");
	ok(faults(0x1234, PGT_WRITE, MOCK_DMA_WALK), "and each kind of access");
	ok(reaches(0x1234, RO, 0x8234), "and then it is translated");
	found.valid = false;
	hits = mmu.hits;
	ok(reaches(0x1fff, RO, 0x8fff) && mmu.hits == hits + 1,
	   "an entry needs no walk");
	ok(faults(0x1234, PGT_WRITE, MOCK_DMA_WALK),
	   "but it allows no more than it was made for");
	walked(0x1000, PGT_WRITE, 0x9000, 0);
	ok(reaches(0x1234, PGT_WRITE, 0x9234) && reaches(0x1234, RO, 0x9234),
	   "a write that gets a copy of the page takes its place");
	walked(0x3000, PGT_WRITE, 0, MOCK_DMA_PERMISSION);
	ok(faults(0x3000, PGT_WRITE, MOCK_DMA_PERMISSION), "no permission");
	walked(0x3000, RO, 0, MOCK_DMA_NOT_MAPPED);
	ok(faults(0x3000, RO, MOCK_DMA_NOT_MAPPED), "no page");
	ok(faults(1ULL << 48, RO, MOCK_DMA_NOT_MAPPED),
	   "past the walker's addresses nobody walks");
	walked(0x4000, RO, 1ULL << 48, 0);
	ok(faults(0x4000, RO, MOCK_DMA_FORMAT),
	   "memory past the addresses that the walker puts out");
	view.found = NULL;
}

static void process_changes(void)
{
	process_starts();
	walked(0x1000, RW & ~PGT_READ, 0x8000, 0);
	reaches(0x1000, PGT_WRITE, 0x8000);
	view.era++;
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_WALK),
	   "after a change the walk and the entry are of no use");
	walked(0x1000, PGT_WRITE, 0x8000, 0);
	found.era--;
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_WALK),
	   "nor is a walk from before the change");
	found.era++;
	ok(reaches(0x1000, PGT_WRITE, 0x8000), "one that agrees renews it");
	invalidate(0x1000, SZ_4K, true);
	walked(0x1000, PGT_WRITE, 0x9000, 0);
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_STALE) && mmu.stale == 1,
	   "an entry whose invalidation was lost is stale");
	walked(0x1000, PGT_WRITE, 0, MOCK_DMA_NOT_MAPPED);
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_STALE), "also if nothing is there");
	invalidate(0x1000, SZ_4K, false);
	ok(faults(0x1000, PGT_WRITE, MOCK_DMA_NOT_MAPPED) && mmu.stale == 2,
	   "after the invalidation it is gone");
	free(iotlb_resize(&mmu.tlb, NULL, 0));
	walked(0x1000, RO, 0x8000, 0);
	ok(reaches(0x1000, RO, 0x8000), "without an IOTLB the walk is enough");
	found.tag++;
	ok(faults(0x1000, RO, MOCK_DMA_WALK), "but not that of another process");
	view.found = NULL;
}

int main(void)
{
	eras();
	losses();
	bounds();
	tracking();
	processes();
	process_changes();
	owner_clear(&pt);
	free(iotlb_resize(&mmu.tlb, NULL, 0));
	ok(!live_tables, "no table is left");
	return done_testing();
}
