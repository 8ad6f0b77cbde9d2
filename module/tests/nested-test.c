// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation by two stages: a table of a user, in memory that a table of ours maps.
 * The memory is an array; stage 2 maps the addresses from GUEST on to it.
 */
#include <stdlib.h>
#include <string.h>

#include "../datapath/mmu.h"
#include "pgtable-owner.h"
#include "tap.h"

#define RO PGT_READ
#define RW (PGT_READ | PGT_WRITE)
#define GUEST 0x10000000ULL /* in the addresses that stage 2 translates */
#define MEMORY 0x80000000ULL /* the physical address of the array */
#define SIZE (4 * SZ_2M)
#define VA 0x5432000ULL
#define DATA 0x700000ULL /* where in the array the data begin */

static u64 memory[SIZE / 8];
static struct pgt pt;
static struct mock_mmu mmu;
static struct mock_stage1 stage1;
static struct mock_view view = {
	.table = &pt, .stage1 = &stage1, .tag = 1,
};

static bool read_memory(u64 phys, u64 *entry)
{
	if (phys < MEMORY || phys >= MEMORY + SIZE || phys % 8)
		return false;
	*entry = memory[(phys - MEMORY) / 8];
	return true;
}

/* ---- stage 2 ---------------------------------------------------------------- */

static void map2(u64 at, u64 phys, u64 size, u32 prot)
{
	struct pgt_leaf leaf = {
		.iova = at, .phys = phys, .size = SZ_4K, .prot = prot,
	};
	size_t done;

	if (owner_map(&pt, &leaf, size / SZ_4K, -1, &done, NULL))
		abort();
}

/* As objects/ does: entries, the era, and everything of the tables on it. */
static void unmap2(u64 at, u64 size, bool lost)
{
	u32 next = 0;

	if (owner_unmap(&pt, at, size, NULL) != size)
		abort();
	view.era++;
	while (iotlb_invalidate(&mmu.tlb, view.tag, 0, 0, lost, &next))
		;
}

/* ---- stage 1 ---------------------------------------------------------------- */

/* Table @n of the user, which are 64K apart, in the addresses of stage 2. */
static u64 table_at(unsigned int n)
{
	return GUEST + n * 0x10000ULL;
}

/* The entry for VA in table @n, which is of this level. */
static u64 *entry1(unsigned int n, unsigned int level)
{
	return &memory[(table_at(n) - GUEST) / 8 +
		       pgt_index(stage1.fmt, level, VA)];
}

/* Tables 0 to levels - 1 - @leaf, which map VA to @to by a leaf of that level. */
static void map1(unsigned int leaf, u64 to, u32 prot)
{
	const struct pgt_format *fmt = stage1.fmt;
	unsigned int level = fmt->levels - 1, n = 0;

	memset(memory, 0, DATA);
	for (; level > leaf; level--, n++)
		*entry1(n, level) = pgt_table_entry(fmt, level, table_at(n + 1));
	*entry1(n, level) = pgt_leaf_entry(fmt, level, to, prot);
}

static u64 *leaf1(void)
{
	return entry1(stage1.fmt->levels - 1, 0);
}

/* The user changed its table, and says so. */
static void invalidate1(u64 iova, u64 size)
{
	u32 next = 0;

	view.era++;
	while (iotlb_invalidate(&mmu.tlb, view.tag, iova, size, false, &next))
		;
}

static void start(enum mock_format one, enum mock_format two)
{
	const struct pgt_format *fmt = pgt_format(two);

	owner_clear(&pt);
	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	free(iotlb_resize(&mmu.tlb, calloc(16, sizeof(struct iotlb_entry)),
			  16));
	mmu.walker = full_walker(two);
	mmu.stale = 0;
	view.era = 0;
	stage1 = (struct mock_stage1){
		.fmt = pgt_format(one), .ias = pgt_format(one)->ias,
		.root = GUEST, .read = read_memory,
	};
	map2(GUEST, MEMORY, SIZE, RW);
	map1(0, GUEST + DATA, RW);
}

static bool reaches(u64 iova, u32 access, u64 phys)
{
	struct pgt_leaf leaf = { 0 };

	return mock_mmu_translate(&mmu, &view, iova, access, &leaf) ==
		       MOCK_DMA_FINE &&
	       leaf.phys + (iova - leaf.iova) == phys;
}

static bool faults(u64 iova, u32 access, enum mock_dma_reason why)
{
	struct pgt_leaf leaf;

	return mock_mmu_translate(&mmu, &view, iova, access, &leaf) == why;
}

/* ---- the tests ---------------------------------------------------------------- */

/* Each format of stage 1 on one of stage 2 with pages of 4K. */
static void formats(void)
{
	unsigned int n;

	for (n = 0; n < MOCK_NR_FORMATS; n++) {
		start(n, MOCK_FORMAT_ARM_4K);
		ok(reaches(VA + 8, PGT_WRITE, MEMORY + DATA +
			   ((VA + 8) & ((1ULL << stage1.fmt->granule) - 1))),
		   "stage 1 of format %s", stage1.fmt->name);
		ok(faults(VA + (1ULL << stage1.fmt->granule), RO,
			  MOCK_DMA_NOT_MAPPED) &&
			   faults(1ULL << (stage1.ias & 63), RO,
				  MOCK_DMA_NOT_MAPPED),
		   "%s: nothing beside it", stage1.fmt->name);
	}
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_X86_4L);
	ok(reaches(VA, RO, MEMORY + DATA), "one of Arm on one of x86");
}

/* The page is the smaller one of the two, and grants what both do. */
static void pages(void)
{
	struct pgt_leaf huge = {
		.iova = SZ_1G, .phys = 4 * SZ_1G, .size = SZ_2M, .prot = RO,
	};
	struct pgt_leaf leaf;
	size_t done;

	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_ARM_4K);
	map1(1, GUEST + 0x200000, RW);
	ok(mock_mmu_translate(&mmu, &view, VA, RO, &leaf) == MOCK_DMA_FINE &&
		   leaf.iova == VA && leaf.size == SZ_4K &&
		   leaf.phys == MEMORY + 0x200000 + (VA & (SZ_2M - 1)),
	   "a page of 2M on pages of 4K: 4K");
	if (owner_map(&pt, &huge, 1, -1, &done, NULL))
		abort();
	map1(0, SZ_1G + 0x5000, RW);
	invalidate1(0, 0);
	ok(mock_mmu_translate(&mmu, &view, VA, RO, &leaf) == MOCK_DMA_FINE &&
		   leaf.iova == VA && leaf.size == SZ_4K &&
		   leaf.phys == 4 * SZ_1G + 0x5000,
	   "a page of 4K on one of 2M: 4K");
	ok(faults(VA, PGT_WRITE, MOCK_DMA_PERMISSION),
	   "stage 2 permits no write");
	map1(1, SZ_1G, RW);
	invalidate1(0, 0);
	ok(mock_mmu_translate(&mmu, &view, VA, RO, &leaf) == MOCK_DMA_FINE &&
		   leaf.size == SZ_2M && leaf.phys == 4 * SZ_1G &&
		   leaf.iova == (VA & ~(SZ_2M - 1)),
	   "both of 2M: 2M");
	map1(0, GUEST + DATA, RO);
	invalidate1(0, 0);
	ok(reaches(VA, RO, MEMORY + DATA) &&
		   faults(VA, PGT_WRITE, MOCK_DMA_PERMISSION),
	   "stage 1 permits no write");
}

static void changes(void)
{
	u64 walks;

	start(MOCK_FORMAT_X86_4L, MOCK_FORMAT_ARM_4K);
	reaches(VA, RO, MEMORY + DATA);
	walks = mmu.walks;
	*leaf1() = pgt_leaf_entry(stage1.fmt, 0, GUEST + DATA + SZ_4K, RW);
	ok(reaches(VA, RO, MEMORY + DATA) && mmu.walks == walks,
	   "what a user changes in its table, and does not say, is not seen");
	invalidate1(VA + SZ_4K, SZ_4K);
	*leaf1() = pgt_leaf_entry(stage1.fmt, 0, GUEST + DATA, RW);
	ok(reaches(VA, RO, MEMORY + DATA),
	   "an invalidation of another page leaves the entry");
	*leaf1() = pgt_leaf_entry(stage1.fmt, 0, GUEST + DATA + SZ_4K, RW);
	invalidate1(VA, SZ_4K);
	ok(reaches(VA, RO, MEMORY + DATA + SZ_4K), "one of this page does not");
	unmap2(GUEST + DATA + SZ_4K, SZ_4K, false);
	ok(faults(VA, RO, MOCK_DMA_STAGE2), "an unmap of stage 2 is seen");
	map2(GUEST + DATA + SZ_4K, MEMORY + DATA, SZ_4K, RW);
	ok(reaches(VA, RO, MEMORY + DATA), "and what is mapped in its place");
	unmap2(GUEST + DATA + SZ_4K, SZ_4K, true);
	ok(faults(VA, RO, MOCK_DMA_STALE) && mmu.stale == 1,
	   "an entry is stale whose invalidation for stage 2 was lost");
}

/* Every entry for VA in table 0 is a pointer to table 0. */
static void point_to_itself(void)
{
	unsigned int level;

	for (level = 0; level < stage1.fmt->levels; level++)
		*entry1(0, level) = pgt_table_entry(stage1.fmt, level, GUEST);
}

static void bad_tables(void)
{
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_ARM_4K);
	stage1.root = GUEST + SIZE;
	ok(faults(VA, RO, MOCK_DMA_STAGE1_TABLE),
	   "a top table that stage 2 does not map");
	stage1.root = GUEST;
	unmap2(table_at(2), SZ_4K, false);
	ok(faults(VA, RO, MOCK_DMA_STAGE1_TABLE), "nor one further down");
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_VTD_4L);
	unmap2(table_at(2), SZ_4K, false);
	map2(table_at(2), MEMORY + 2 * 0x10000, SZ_4K, PGT_WRITE);
	ok(faults(VA, RO, MOCK_DMA_STAGE1_TABLE),
	   "one that stage 2 does not let the device read");
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_ARM_4K);
	map2(SZ_1G, 0x1000, SZ_4K, RW);
	stage1.root = SZ_1G;
	ok(faults(VA, RO, MOCK_DMA_STAGE1_TABLE), "one that is in no memory");
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_ARM_4K);
	point_to_itself();
	ok(faults(VA, RO, MOCK_DMA_FORMAT),
	   "a table that points to itself ends the walk with Arm's format");
	start(MOCK_FORMAT_X86_4L, MOCK_FORMAT_ARM_4K);
	point_to_itself();
	ok(reaches(VA, RO, MEMORY + (VA & (SZ_4K - 1))),
	   "and is the page itself with that of x86");
	start(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_ARM_4K);
	*leaf1() = (GUEST + DATA) | 1;
	ok(faults(VA, RO, MOCK_DMA_FORMAT), "a leaf that the format lacks");
	*leaf1() = 0;
	ok(faults(VA, RO, MOCK_DMA_NOT_MAPPED), "an empty one");
	stage1.ias = 21;
	map1(0, GUEST + DATA, RW);
	ok(faults(VA, RO, MOCK_DMA_NOT_MAPPED),
	   "addresses past those that the user wants translated");
}

/* A table of another width than stage 2: its addresses are the user's affair. */
static void bounds(void)
{
	start(MOCK_FORMAT_X86_4L, MOCK_FORMAT_ARM_4K);
	mmu.walker.ias = 36;
	reaches(VA, RO, MEMORY + DATA);
	ok(reaches(VA, RO, MEMORY + DATA), "the walker translates enough bits");
	map1(0, 1ULL << 37, RW);
	invalidate1(0, 0);
	ok(faults(VA, RO, MOCK_DMA_STAGE2),
	   "what stage 1 leads to is past what the walker translates");
	mmu.walker.ias = 48;
	map1(0, GUEST + DATA, RW);
	invalidate1(0, 0);
	reaches(VA, RO, MEMORY + DATA);
	stage1.ias = 21;
	ok(faults(VA, RO, MOCK_DMA_NOT_MAPPED),
	   "an entry does not reach past the addresses of stage 1");
}

/* ---- writes that are tracked --------------------------------------------------- */

/* Is the page of stage 2 dirty? Clean it. */
static bool was_written(u64 at)
{
	struct pgt_dirty_scan scan = {
		.iova = at, .end = at + SZ_4K, .clear = true,
	};

	return pgt_scan_dirty(&pt, &scan);
}

/* Of stage 2, after dirty bits were cleared: nothing was unmapped. */
static void forget_all(bool lost)
{
	u32 next = 0;

	while (iotlb_invalidate(&mmu.tlb, view.tag, 0, 0, lost, &next))
		;
}

static void start_tracking(enum mock_format one, enum mock_format two)
{
	start(one, two);
	owner_clear(&pt);
	pt.tracks = true;
	map2(GUEST, MEMORY, SIZE, RW);
	mmu.walker.dirty = true;
	view.tracking = true;
}

static void tracking(enum mock_format two)
{
	const char *name = pgt_format(two)->name;

	start_tracking(MOCK_FORMAT_ARM_4K, two);
	ok(reaches(VA, RO, MEMORY + DATA) && !was_written(GUEST + DATA) &&
		   !was_written(table_at(3)),
	   "%s: a read leaves no page of stage 2 dirty", name);
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA) && was_written(GUEST + DATA),
	   "%s: a write makes the page of stage 2 dirty", name);
	ok(!was_written(table_at(0)) && !was_written(table_at(3)),
	   "%s: and no page that contains the user's table", name);
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA) && !was_written(GUEST + DATA),
	   "%s: an entry remembers that until it is invalidated", name);
	forget_all(false);
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA) && was_written(GUEST + DATA),
	   "%s: and afterwards the write is seen", name);
	forget_all(true);
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA) && !was_written(GUEST + DATA),
	   "%s: not if that invalidation is lost", name);
}

/* The page that gets dirty is the one that the write goes to. */
static void tracking_a_change(void)
{
	u64 hits;

	start_tracking(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_VTD_4L);
	reaches(VA, RO, MEMORY + DATA);
	*leaf1() = pgt_leaf_entry(stage1.fmt, 0, GUEST + DATA + SZ_4K, RW);
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA + SZ_4K) &&
		   was_written(GUEST + DATA + SZ_4K) &&
		   !was_written(GUEST + DATA),
	   "the first write walks again, and marks the page that it goes to");
	*leaf1() = pgt_leaf_entry(stage1.fmt, 0, GUEST + DATA, RW);
	hits = mmu.hits;
	ok(reaches(VA, PGT_WRITE, MEMORY + DATA + SZ_4K) &&
		   reaches(VA, RO, MEMORY + DATA + SZ_4K) &&
		   mmu.hits == hits + 2,
	   "which the entry then is for, whatever the user changes");
	unmap2(GUEST + DATA + SZ_4K, SZ_4K, true);
	ok(faults(VA, PGT_WRITE, MOCK_DMA_STALE),
	   "a stale entry is found by a write that is tracked, too");
	start_tracking(MOCK_FORMAT_ARM_4K, MOCK_FORMAT_VTD_4L);
	reaches(VA, RO, MEMORY + DATA);
	unmap2(GUEST + DATA, SZ_4K, true);
	ok(faults(VA, PGT_WRITE, MOCK_DMA_STALE),
	   "and by the first one");
	view.tracking = false;
}

int main(void)
{
	formats();
	pages();
	changes();
	bad_tables();
	bounds();
	tracking(MOCK_FORMAT_VTD_4L);
	tracking(MOCK_FORMAT_ARM_4K);
	tracking_a_change();
	owner_clear(&pt);
	free(iotlb_resize(&mmu.tlb, NULL, 0));
	return done_testing();
}
