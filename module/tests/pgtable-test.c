// SPDX-License-Identifier: GPL-2.0-only
/* radix.c: limits, arguments, and the protocol between map and its owner. */
#include <errno.h>
#include <string.h>

#include "pgtable-owner.h"
#include "tap.h"

static int map(struct pgt *pt, u64 iova, u64 phys, u64 size, size_t count,
	       size_t *done)
{
	struct pgt_leaf leaf = {
		.iova = iova, .phys = phys, .size = size, .prot = PGT_READ,
	};

	return owner_map(pt, &leaf, count, -1, done, NULL);
}

static size_t unmap(struct pgt *pt, u64 iova, u64 size)
{
	return owner_unmap(pt, iova, size, NULL);
}

static void past_the_end(struct pgt *pt, u64 top, u64 out)
{
	size_t done;

	ok(map(pt, top, 0, SZ_4K, 1, &done) == -ERANGE, "an address past ias");
	ok(map(pt, top - SZ_4K, 0, SZ_4K, 2, &done) == -ERANGE && !done,
	   "the second page past ias: not even the first");
	ok(map(pt, 0, out, SZ_4K, 1, &done) == -ERANGE,
	   "an output address past oas");
	ok(map(pt, 0, out - SZ_4K, SZ_4K, 2, &done) == -ERANGE,
	   "the second page past oas");
	ok(map(pt, 1ULL << 63, 0, SZ_4K, 1, &done) == -ERANGE,
	   "the highest address");
	ok(map(pt, 0, 0, SZ_4K, (size_t)1 << 51, &done) == -ERANGE,
	   "a count that is too large");
	ok(!pt->tables && !live_tables, "none of it took a table");
}

static void bounds(void)
{
	const u64 top = 1ULL << 39, out = 1ULL << 40;
	struct pgt_leaf leaf;
	struct pgt pt;
	size_t done;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 39, 40);
	past_the_end(&pt, top, out);
	ok(!map(&pt, top - SZ_4K, out - SZ_4K, SZ_4K, 1, &done),
	   "the last page to the last page");
	ok(pgt_walk(&pt, top - 1, &leaf) && leaf.phys == out - SZ_4K,
	   "is found by its last byte");
	ok(!pgt_walk(&pt, top, &leaf) && !pgt_walk(&pt, ~0ULL, &leaf),
	   "nothing after it");
	ok(!unmap(&pt, top, SZ_4K) && !unmap(&pt, ~0xfffULL, SZ_4K),
	   "unmap past the end does nothing");
	owner_clear(&pt);

	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 21, 48);
	ok(map(&pt, 0, 0, SZ_1G, 1, &done) == -ERANGE &&
		   !map(&pt, 0, 0, SZ_2M, 1, &done),
	   "21 bits: a page of 2M, none of 1G");
	owner_clear(&pt);
}

/* 57 bits: the last leaf of all, and the loop of who shows a table. */
static void widest(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);
	const u64 top = 1ULL << fmt->ias, page = 1ULL << fmt->granule;
	unsigned int leaves = 0;
	struct pgt_leaf leaf;
	struct pgt pt;
	size_t done;
	u64 iova = 0;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	map(&pt, 0, 0, page, 1, &done);
	map(&pt, top - page, (1ULL << fmt->oas) - page, page, 1, &done);
	while (leaves < 9 && pgt_walk(&pt, iova, &leaf)) {
		iova = leaf.iova + leaf.size;
		leaves++;
	}
	ok(leaves == 2 && iova == top && !pgt_walk(&pt, iova, &leaf) &&
		   !pgt_walk(&pt, ~0ULL, &leaf),
	   "%s: a walk ends after the last page", fmt->name);
	ok(pt.tables == 2 * fmt->levels - 1 &&
		   unmap(&pt, top - page, 8 * page) == page &&
		   pt.tables == fmt->levels,
	   "%s: the last page is unmapped, and no more", fmt->name);
	owner_clear(&pt);
}

static void arguments(void)
{
	u64 *spare = table_alloc(pgt_format(MOCK_FORMAT_ARM_4K));
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t done = 0;
	struct pgt pt;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	ok(map(&pt, 0x800, 0, SZ_4K, 1, &done) == -EINVAL, "an unaligned IOVA");
	ok(map(&pt, 0, SZ_4K, SZ_2M, 1, &done) == -EINVAL,
	   "an output address aligned to a smaller page");
	ok(map(&pt, 0, 0, SZ_512G, 1, &done) == -EINVAL, "a page of 512G");
	ok(map(&pt, 0, 0, 0x3000, 1, &done) == -EINVAL, "a page of 12K");
	ok(map(&pt, 0, 0, SZ_4K | SZ_2M, 1, &done) == -EINVAL,
	   "two page sizes at once");
	ok(pgt_map(&pt, 0, 0, SZ_4K, 0, 1, &spare, &done, &freed) == -EINVAL,
	   "no page at all");
	ok(pgt_map(&pt, 0, 0, SZ_4K, 1, 0, &spare, &done, &freed) == -EINVAL &&
		   pgt_map(&pt, 0, 0, SZ_4K, 1, 4, &spare, &done, &freed) ==
			   -EINVAL,
	   "neither read nor write");
	ok(spare && !done && !freed.tables && !pt.tables,
	   "none of it touches anything");
	table_free(spare);
}

/* The spare that pgt_map() asks for, until it does not. */
static unsigned int feed(struct pgt *pt, u64 iova, u64 size, size_t count,
			 unsigned int most, int *ret, size_t *done)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	unsigned int asked = 0;
	u64 *spare = NULL;

	*done = 0;
	for (;;) {
		*ret = pgt_map(pt, iova, 0, size, count, PGT_READ, &spare, done,
			       &freed);
		if (*ret != -EAGAIN || asked == most)
			break;
		spare = table_alloc(pt->fmt);
		asked++;
	}
	if (spare)
		table_free(spare);
	if (freed.tables)
		return -1;
	return asked;
}

static void asking(struct pgt *pt)
{
	size_t done;
	int ret;

	ok(feed(pt, SZ_1G, SZ_4K, 3, 9, &ret, &done) == 4 && !ret &&
		   pt->tables == 4 && done == 3 * SZ_4K,
	   "a first 4K map asks for four tables, one at a time");
	ok(!feed(pt, 2 * SZ_1G, SZ_2M, 1, 0, &ret, &done) && ret == -EAGAIN &&
		   !done && pt->tables == 4, "a neighbour needs one more");
	ok(feed(pt, 2 * SZ_1G, SZ_2M, 1, 9, &ret, &done) == 1 && !ret &&
		   pt->tables == 5, "and takes it");
	ok(!feed(pt, SZ_1G + 510 * SZ_4K, SZ_4K, 4, 9, &ret, &done) && !ret &&
		   done == 2 * SZ_4K, "a map stops where its table ends");
	ok(!feed(pt, 2 * SZ_1G, SZ_2M, 1, 9, &ret, &done) && ret == -EEXIST &&
		   !feed(pt, 2 * SZ_1G, SZ_4K, 1, 9, &ret, &done) &&
		   ret == -EEXIST &&
		   !feed(pt, SZ_1G, SZ_1G, 1, 9, &ret, &done) && ret == -EEXIST,
	   "the same leaf, one inside, one around are refused");
	ok(!feed(pt, 0, SZ_1G, 4, 9, &ret, &done) && !ret && done == SZ_1G,
	   "a map stops before what is there");
}

static void giving_up(struct pgt *pt)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t done;
	int ret;

	ok(feed(pt, SZ_512G, SZ_4K, 1, 1, &ret, &done) == 1 && ret == -EAGAIN &&
		   pt->tables == 6 && live_tables == 6,
	   "another region needs two tables; one of them is in");
	pgt_prune(pt, SZ_512G, &freed);
	tables_free(pt->fmt, &freed);
	ok(pt->tables == 5 && live_tables == 5, "giving up takes it out again");
	pgt_prune(pt, SZ_1G, &freed);
	pgt_prune(pt, 0, &freed);
	ok(!freed.tables && pt->tables == 5, "a table in use is not pruned");
	owner_clear(pt);
	pgt_prune(pt, 0, &freed);
	ok(!freed.tables && !live_tables, "nothing to prune in no table");
	ok(feed(pt, 0, SZ_4K, 1, 3, &ret, &done) == 3 && pt->tables == 3,
	   "three of four tables");
	pgt_prune(pt, 0, &freed);
	tables_free(pt->fmt, &freed);
	ok(!pt->root && !pt->tables && !live_tables,
	   "all of them go, the root included");
}

/* Unmap up to the end of one table; how many tables died, all of them there? */
static long dies_at(struct pgt *pt, u64 iova, u64 size)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t table_size = pgt_table_size(pt->fmt);
	long n = 0;
	u64 *table;

	pgt_unmap(pt, iova, size, &freed);
	for (table = freed.tables; table && n >= 0;
	     table = pgt_side(table, table_size)->next)
		n = pgt_freed_iova(table, table_size) == iova ? n + 1 : -1;
	tables_free(pt->fmt, &freed);
	return n;
}

static void dying(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);
	u64 page = 1ULL << fmt->granule, span = 1ULL << pgt_shift(fmt, 1);
	u64 top = 1ULL << fmt->ias;
	struct pgt pt;
	size_t done;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	map(&pt, top - 2 * span, 0, page, 2 * span / page, &done);
	ok(!dies_at(&pt, top - 2 * span, page) &&
		   dies_at(&pt, top - 2 * span + page, 2 * span) == 1,
	   "%s: a table says where the unmap began that left it empty",
	   fmt->name);
	ok(!dies_at(&pt, top - page, page) &&
		   dies_at(&pt, top - span, span) == fmt->levels,
	   "%s: and so do all above it, the root included", fmt->name);
	owner_clear(&pt);
}

/* Two leaves of one table, wherever they are: it stays while one is left. */
static void last_but_one(enum mock_format format, unsigned int level)
{
	const struct pgt_format *fmt = pgt_format(format);
	unsigned int n = 1U << pgt_index_bits(fmt, level), bad = 0, i, k;
	u64 size = 1ULL << pgt_shift(fmt, level);
	struct pgt pt;
	size_t done;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	for (i = 0; i < n; i += n / 8 - 1) {
		for (k = i + 1; k < n; k++) {
			map(&pt, i * size, 0, size, 1, &done);
			map(&pt, k * size, 0, size, 1, &done);
			bad += unmap(&pt, (k & 1 ? i : k) * size, size) != size;
			bad += pt.tables != fmt->levels - level;
			bad += unmap(&pt, (k & 1 ? k : i) * size, size) != size;
			bad += !!pt.tables;
		}
	}
	ok(!bad, "%s level %u: a table stays while one leaf is left (%u not)",
	   fmt->name, level, bad);
}

static void counting(void)
{
	/* 0, 1, 511 of one table; a block beside it; another table further on */
	const u64 at[] = { 0, SZ_4K, 511 * SZ_4K, 7 * SZ_1G + 3 * SZ_2M };
	const struct pgt_level_count want[PGT_MAX_LEVELS] = {
		{ .tables = 2, .used = 4, .leaves = 4 },
		{ .tables = 2, .used = 3, .leaves = 1 },
		{ .tables = 2, .used = 3, .leaves = 1 },
		{ .tables = 1, .used = 2, .leaves = 0 },
	};
	struct pgt_level_count counts[PGT_MAX_LEVELS] = { 0 };
	unsigned int steps = 1, i;
	struct pgt pt;
	size_t done;
	u64 iova = 0;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_4L), 48, 52);
	ok(!pgt_census_step(&pt, &iova, counts) && !iova &&
		   !memcmp(counts, &(struct pgt_level_count[PGT_MAX_LEVELS]){ 0 },
			   sizeof(counts)), "nothing to count in no table");
	for (i = 0; i < 4; i++)
		map(&pt, at[i], 0, SZ_4K, 1, &done);
	map(&pt, SZ_2M, 0, SZ_2M, 1, &done);
	map(&pt, 511 * SZ_512G + 4 * SZ_1G, 0, SZ_1G, 1, &done);
	while (pgt_census_step(&pt, &iova, counts))
		steps++;
	ok(!memcmp(counts, want, sizeof(want)) && pt.tables == 7,
	   "a census of seven tables");
	/*
	 * The first table of level 0, what follows it at level 1, six entries
	 * of level 2; three of level 1, the other table of level 0, the rest
	 * of 1, the rest of 2; the root up to its end; the last of level 2.
	 */
	ok(steps == 9, "a step goes no further than a table (%u steps)", steps);
	ok(!pgt_census_step(&pt, &iova, counts) &&
		   !memcmp(counts, want, sizeof(want)), "it ends once");
	owner_clear(&pt);
}

/* Where a table is there, and at the end of it; what pgt_map() would refuse. */
static void quickly(struct pgt *pt)
{
	const u64 top = 1ULL << 39, out = 1ULL << 40, end = SZ_2M - SZ_4K;
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t done;

	pgt_init(pt, pgt_format(MOCK_FORMAT_ARM_4K), 39, 40);
	ok(!pgt_map_quick(pt, 0, 0, SZ_4K, PGT_READ, &freed), "quick: no table");
	map(pt, 0, 0, SZ_4K, 1, &done);
	map(pt, top - 2 * SZ_4K, 0, SZ_4K, 1, &done);
	ok(!pgt_map_quick(pt, 0, SZ_4K, SZ_4K, PGT_READ, &freed),
	   "quick: what is mapped stays");
	ok(!pgt_map_quick(pt, SZ_4K, 0, SZ_4K, 0, &freed), "quick: no right");
	ok(!pgt_map_quick(pt, SZ_4K, 0, 0, PGT_READ, &freed), "quick: no page");
	ok(!pgt_map_quick(pt, SZ_4K + 8, 0, SZ_4K, PGT_READ, &freed) &&
		   !pgt_map_quick(pt, SZ_4K, 8, SZ_4K, PGT_READ, &freed) &&
		   !pgt_map_quick(pt, SZ_4K, 0, SZ_4K + 8, PGT_READ, &freed),
	   "quick: what is not aligned");
	ok(!pgt_map_quick(pt, top, 0, SZ_4K, PGT_READ, &freed) &&
		   !pgt_map_quick(pt, top - SZ_4K, 0, 2 * SZ_4K, PGT_READ,
				  &freed) &&
		   !pgt_map_quick(pt, ~0xfffULL, 0, SZ_4K, PGT_READ, &freed),
	   "quick: an address past ias");
	ok(!pgt_map_quick(pt, SZ_4K, out, SZ_4K, PGT_READ, &freed) &&
		   !pgt_map_quick(pt, SZ_4K, out - SZ_4K, 2 * SZ_4K, PGT_READ,
				  &freed) &&
		   !pgt_map_quick(pt, SZ_4K, ~0xfffULL, 2 * SZ_4K, PGT_READ,
				  &freed),
	   "quick: an output address past oas");
	ok(pgt_mapped(pt) == 2 * SZ_4K, "quick: none of it maps anything");
	ok(pgt_map_quick(pt, top - SZ_4K, out - SZ_4K, SZ_4K, PGT_READ,
			 &freed) == SZ_4K, "quick: the last page to the last");
	ok(pgt_map_quick(pt, end, 0, 3 * SZ_4K, PGT_READ, &freed) == SZ_4K &&
		   pgt_output(pt, end + 1) == 1 && !pgt_output(pt, SZ_2M),
	   "quick: to the end of a table");
	owner_clear(pt);
}

/* Unmap, and perhaps invalidate; returns what was handed back, as dies_at(). */
static int leaves(struct pgt *pt, u64 iova, u64 size, bool covered)
{
	int n = dies_at(pt, iova, size);

	if (covered)
		pgt_cover(pt, iova, size);
	return n;
}

/* Settle; returns how many tables that took. */
static long settles(struct pgt *pt)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	long before = live_tables;

	pgt_settle(pt, &freed);
	tables_free(pt->fmt, &freed);
	return before - live_tables;
}

/*
 * One table is kept: @size is that of a leaf, @far is where others are, with
 * that many tables of their own.
 */
static void keeping(struct pgt *pt, u64 size, u64 far, int own)
{
	long needed;
	size_t done;

	map(pt, 0, 0, size, 1, &done);
	needed = pt->tables;
	ok(!leaves(pt, 0, size, true) && pt->tables == needed && !pgt_mapped(pt),
	   "0x%llx: an empty table is kept, with those above", size);
	map(pt, 0, 0, size, 1, &done);
	ok(!leaves(pt, 0, size, true) && live_tables == needed,
	   "0x%llx: and used again", size);
	map(pt, far, 0, size, 1, &done);
	ok(leaves(pt, far, size, false) == own && pt->tables == needed,
	   "0x%llx: the next one takes its place, and both are not kept", size);
	map(pt, 0, 0, size, 1, &done);
	ok(leaves(pt, 0, size, false) == own && pt->tables == needed,
	   "0x%llx: but not before the invalidation", size);
	pgt_cover(pt, far + size, ~0ULL - far - size);
	pgt_cover(pt, 0, far);
	ok(!settles(pt), "0x%llx: another one will not do", size);
	pgt_cover(pt, far, size);
	ok(settles(pt) == needed && !pt->tables && !pt->root,
	   "0x%llx: then it can be had back", size);
	ok(!settles(pt), "0x%llx: once", size);
}

/* What is kept is not in the way, and goes with all others. */
static void kept_away(struct pgt *pt)
{
	long tables;
	size_t done;

	map(pt, SZ_2M, 0, SZ_4K, 1, &done);
	leaves(pt, SZ_2M, SZ_4K, true);
	tables = pt->tables;
	ok(!map(pt, 0, 0, SZ_2M, 2, &done) && done == 2 * SZ_2M &&
		   pt->tables == tables - 1 && live_tables == tables - 1,
	   "large pages in the place of a table that was kept");
	ok(map(pt, 0, 0, SZ_1G, 1, &done) == -EEXIST &&
		   pt->tables == tables - 1,
	   "in the place of one that is in use: no");
	leaves(pt, 0, 2 * SZ_2M, true);
	ok(!map(pt, 0, 0, SZ_1G, 1, &done), "a larger one after that");
	leaves(pt, 0, SZ_1G, true);
	map(pt, SZ_4K, 0, SZ_4K, 1, &done);
	leaves(pt, SZ_4K, SZ_4K, true);
	ok(pt->tables && !pgt_mapped(pt), "one is kept again");
	owner_clear(pt);
	ok(!live_tables && !pt->tables && !settles(pt),
	   "and cleared with all others");
}

static void unbound(void)
{
	struct pgt_walker w = full_walker(MOCK_FORMAT_ARM_4K);
	struct pgt pt = { .fmt = NULL };
	unsigned int steps;
	u64 iova = 0;
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	struct pgt_leaf leaf;

	pgt_clear(&pt, &freed);
	ok(!freed.tables && !pgt_walk(&pt, 0, &leaf) && !pgt_bytes(&pt) &&
		   !pgt_mapped(&pt) && !pgt_census_step(&pt, &iova, NULL) &&
		   pgt_translate(&pt, &w, 0, &leaf, &steps) == -ENOENT,
	   "a table without a format is empty");
}

int main(void)
{
	struct pgt pt;

	bounds();
	widest(MOCK_FORMAT_X86_5L);
	widest(MOCK_FORMAT_VTD_3L);
	widest(MOCK_FORMAT_AMD_V1);
	widest(MOCK_FORMAT_ARM_64K);
	arguments();
	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	asking(&pt);
	giving_up(&pt);
	dying(MOCK_FORMAT_X86_5L);
	dying(MOCK_FORMAT_ARM_16K);
	dying(MOCK_FORMAT_RISCV_SV39);
	last_but_one(MOCK_FORMAT_VTD_3L, 0);
	last_but_one(MOCK_FORMAT_X86_5L, 1);
	last_but_one(MOCK_FORMAT_ARM_64K, 1);
	counting();
	quickly(&pt);
	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_4L), 48, 52);
	pt.keeps = true;
	keeping(&pt, SZ_4K, SZ_1G, 2);
	keeping(&pt, SZ_4K, SZ_512G, 3);
	keeping(&pt, SZ_2M, SZ_1G, 1);
	kept_away(&pt);
	unbound();
	return done_testing();
}
