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
		   unmap(&pt, top - page, 8 * page) == page,
	   "%s: the last page is unmapped, and no more", fmt->name);
	owner_trim(&pt);
	ok(pt.tables == fmt->levels, "%s: its tables are trimmed", fmt->name);
	owner_clear(&pt);
}

static void arguments(void)
{
	u64 *spare = table_alloc(pgt_format(MOCK_FORMAT_ARM_4K));
	struct pgt_request req = {
		.pgsize = SZ_4K, .size = SZ_4K, .spare = spare,
	};
	struct pgt pt;
	size_t done;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	ok(map(&pt, 0x800, 0, SZ_4K, 1, &done) == -EINVAL, "an unaligned IOVA");
	ok(map(&pt, 0, SZ_4K, SZ_2M, 1, &done) == -EINVAL,
	   "an output address aligned to a smaller page");
	ok(map(&pt, 0, 0, SZ_512G, 1, &done) == -EINVAL, "a page of 512G");
	ok(map(&pt, 0, 0, 0x3000, 1, &done) == -EINVAL, "a page of 12K");
	ok(map(&pt, 0, 0, SZ_4K | SZ_2M, 1, &done) == -EINVAL,
	   "two page sizes at once");
	ok(map(&pt, 0, 0, SZ_4K, 0, &done) == -EINVAL, "no page at all");
	ok(pgt_map(&pt, &req) == -EINVAL, "neither read nor write");
	req.prot = 4;
	ok(pgt_map(&pt, &req) == -EINVAL, "another bit");
	ok(req.spare && req.size == SZ_4K && !req.iova && !req.freed.tables &&
		   !pt.tables,
	   "none of it touches anything");
	table_free(spare);
}

/* Map, with a spare table for each -EAGAIN, @most in all; returns how many. */
static unsigned int feed(struct pgt *pt, u64 iova, u64 size, size_t count,
			 unsigned int most, int *ret, size_t *done)
{
	struct pgt_request req = {
		.iova = iova, .pgsize = size, .size = size * count,
		.prot = PGT_READ,
	};
	unsigned int asked = 0;

	do {
		*ret = pgt_map(pt, &req);
		if (*ret == -EAGAIN && asked < most) {
			req.spare = table_alloc(pt->fmt);
			asked++;
			*ret = 0;
		}
	} while (!*ret && req.size == size * count);
	*done = req.iova - iova;
	if (req.spare)
		table_free(req.spare);
	return req.freed.tables ? -1 : asked;
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
	size_t done;
	int ret;

	ok(feed(pt, SZ_512G, SZ_4K, 1, 1, &ret, &done) == 1 && ret == -EAGAIN &&
		   pt->tables == 6 && live_tables == 6,
	   "another region needs two tables; one of them is in");
	owner_trim(pt);
	ok(pt->tables == 5 && live_tables == 5, "a trim takes it out again");
	owner_trim(pt);
	ok(pt->tables == 5 && live_tables == 5, "and no table in use");
	owner_clear(pt);
	owner_trim(pt);
	ok(!pt->tables && !live_tables, "nothing to trim in no table");
	ok(feed(pt, 0, SZ_4K, 1, 3, &ret, &done) == 3 && pt->tables == 3,
	   "three of four tables");
	owner_trim(pt);
	ok(!pt->root && !pt->tables && !live_tables,
	   "all of them go, the root included");
}

/* Unmap; returns how many tables that hands back. */
static long gives_back(struct pgt *pt, u64 iova, u64 size)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t done = owner_unmap(pt, iova, size, &freed);
	long tables = 0;
	u64 *table = freed.tables;

	for (; table; table = pgt_side(table, pgt_table_size(pt->fmt))->next)
		tables++;
	tables_free(pt->fmt, &freed);
	return done == size ? tables : -1;
}

/* Three tables of the lowest level, in the last two of the one above. */
static void covering(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);
	u64 page = 1ULL << fmt->granule, span = 1ULL << pgt_shift(fmt, 1);
	u64 start = (1ULL << fmt->ias) - (1ULL << pgt_shift(fmt, 2)) - span;
	struct pgt pt;
	size_t done;
	long tables;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	map(&pt, start, 0, page, 3 * span / page, &done);
	tables = pt.tables;
	ok(!gives_back(&pt, start, span - page) &&
		   !gives_back(&pt, start + span - page, page),
	   "%s: two unmaps that empty a table leave it", fmt->name);
	ok(!gives_back(&pt, start + span + page, span - page) &&
		   !gives_back(&pt, start + span, page),
	   "%s: in whatever order", fmt->name);
	map(&pt, start + page, 0, page, 2 * span / page - 1, &done);
	ok(pt.tables == tables, "%s: which is used again", fmt->name);
	ok(gives_back(&pt, start + page, 2 * span - page) == 1,
	   "%s: an unmap gives back what it covers whole, and no more",
	   fmt->name);
	map(&pt, start, 0, page, 2 * span / page, &done);
	ok(gives_back(&pt, start, 3 * span) == 3 && pt.tables == tables - 3,
	   "%s: three", fmt->name);
	owner_clear(&pt);
}

/* A table of the second level with leaves and tables, which are covered. */
static void covering_more(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);
	u64 page = 1ULL << fmt->granule, span = 1ULL << pgt_shift(fmt, 1);
	u64 all = 1ULL << pgt_shift(fmt, 2), start = fmt->levels > 3 ? all : 0;
	struct pgt pt;
	size_t done;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	map(&pt, start, 0, page, span / page, &done);
	map(&pt, start + span, 0, span, all / span - 2, &done);
	map(&pt, start + all - span, 0, page, span / page, &done);
	ok(pt.tables == fmt->levels + 1 &&
		   gives_back(&pt, start, all) == 3 &&
		   pt.tables == fmt->levels - 2 && !pgt_mapped(&pt),
	   "%s: with all that is below it", fmt->name);
	map(&pt, start, 0, span, all / span, &done);
	ok(!gives_back(&pt, start, all - span) &&
		   !gives_back(&pt, start + all - span, span) &&
		   pt.tables == fmt->levels - 1,
	   "%s: but not in two", fmt->name);
	owner_trim(&pt);
	ok(!pt.tables && !live_tables, "%s: until a trim", fmt->name);
}

/* The root is covered by whatever covers all; but it stays. */
static void covering_all(void)
{
	struct pgt pt;
	size_t done;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_3L), 39, 52);
	map(&pt, 0, 0, SZ_1G, 512, &done);
	ok(!gives_back(&pt, 0, SZ_512G) && pt.tables == 1,
	   "the root stays when all is unmapped at once");
	owner_clear(&pt);
}

/* Two leaves of one table, wherever they are: a trim leaves it while one is. */
static void last_but_one(enum mock_format format, unsigned int level)
{
	const struct pgt_format *fmt = pgt_format(format);
	unsigned int n = 1U << pgt_index_bits(fmt, level), bad = 0, i, k;
	u64 size = 1ULL << pgt_shift(fmt, level);
	struct pgt pt;
	size_t done;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	for (i = 0; i < n; i += n / 4 - 1) {
		for (k = i + 1; k < n; k += k % 5 + 1) {
			map(&pt, i * size, 0, size, 1, &done);
			map(&pt, k * size, 0, size, 1, &done);
			bad += unmap(&pt, (k & 1 ? i : k) * size, size) != size;
			owner_trim(&pt);
			bad += pt.tables != fmt->levels - level;
			bad += unmap(&pt, (k & 1 ? k : i) * size, size) != size;
			owner_trim(&pt);
			bad += !!pt.tables;
		}
	}
	ok(!bad, "%s level %u: a trim leaves a table while one leaf is left (%u not)",
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

static u64 quick(struct pgt *pt, u64 iova, u64 phys, u64 size)
{
	return pgt_map_quick(pt, iova, phys, SZ_4K, size, PGT_READ);
}

/* Where a table is there, and at the end of it; what pgt_map() would refuse. */
static void quickly(struct pgt *pt)
{
	const u64 top = 1ULL << 39, out = 1ULL << 40, end = SZ_2M - SZ_4K;
	size_t done;

	pgt_init(pt, pgt_format(MOCK_FORMAT_ARM_4K), 39, 40);
	ok(!quick(pt, 0, 0, SZ_4K), "quick: no table");
	map(pt, 0, 0, SZ_4K, 1, &done);
	map(pt, top - 2 * SZ_4K, 0, SZ_4K, 1, &done);
	ok(!quick(pt, 0, SZ_4K, SZ_4K), "quick: what is mapped stays");
	ok(!pgt_map_quick(pt, SZ_4K, 0, SZ_4K, SZ_4K, 0), "quick: no right");
	ok(!pgt_map_quick(pt, 0, 0, SZ_2M, SZ_2M, PGT_READ),
	   "quick: another page size");
	ok(!quick(pt, SZ_4K, 0, 0), "quick: no page");
	ok(!quick(pt, SZ_4K + 8, 0, SZ_4K) && !quick(pt, SZ_4K, 8, SZ_4K) &&
		   !quick(pt, SZ_4K, 0, SZ_4K + 8),
	   "quick: what is not aligned");
	ok(!quick(pt, top, 0, SZ_4K) && !quick(pt, top - SZ_4K, 0, 2 * SZ_4K) &&
		   !quick(pt, ~0xfffULL, 0, SZ_4K),
	   "quick: an address past ias");
	ok(!quick(pt, SZ_4K, out, SZ_4K) &&
		   !quick(pt, SZ_4K, out - SZ_4K, 2 * SZ_4K) &&
		   !quick(pt, SZ_4K, ~0xfffULL, 2 * SZ_4K),
	   "quick: an output address past oas");
	ok(pgt_mapped(pt) == 2 * SZ_4K, "quick: none of it maps anything");
	ok(quick(pt, top - SZ_4K, out - SZ_4K, SZ_4K) == SZ_4K,
	   "quick: the last page to the last");
	ok(quick(pt, end, 0, 3 * SZ_4K) == SZ_4K &&
		   pgt_output(pt, end + 1) == 1 && !pgt_output(pt, SZ_2M),
	   "quick: to the end of a table");
	owner_clear(pt);
}

/* Empty tables make room for a large page, at any level; others do not. */
static void making_room(struct pgt *pt)
{
	long tables;
	size_t done;

	map(pt, SZ_2M, 0, SZ_4K, 1, &done);
	unmap(pt, SZ_2M, SZ_4K);
	tables = pt->tables;
	ok(!map(pt, 0, 0, SZ_2M, 2, &done) && done == 2 * SZ_2M &&
		   pt->tables == tables - 1 && live_tables == tables - 1,
	   "large pages in the place of an empty table");
	map(pt, 3 * SZ_2M, 0, SZ_4K, 1, &done);
	unmap(pt, 3 * SZ_2M, SZ_4K);
	ok(map(pt, 0, 0, SZ_1G, 1, &done) == -EEXIST && pt->tables == tables &&
		   live_tables == tables,
	   "in the place of one that is in use: no, and nothing changes");
	unmap(pt, 0, 2 * SZ_2M);
	ok(!map(pt, 0, 0, SZ_1G, 1, &done) && pt->tables == tables - 2 &&
		   live_tables == tables - 2,
	   "a larger one in the place of two");
	unmap(pt, 0, SZ_1G);
	map(pt, SZ_4K, 0, SZ_4K, 1, &done);
	unmap(pt, SZ_4K, SZ_4K);
	ok(pt->tables && !pgt_mapped(pt), "an empty table again");
	owner_clear(pt);
	ok(!live_tables && !pt->tables, "is cleared with all others");
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

/*
 * A listing begins in a hole of 2M. From a hole at the end of a table it goes up by
 * two levels (1G), and by three (512G).
 */
static void listing(void)
{
	static const struct pgt_leaf want[] = {
		{ .iova = SZ_2M, .phys = SZ_1G, .size = SZ_4K },
		{ .iova = SZ_1G - SZ_2M, .phys = SZ_2M, .size = SZ_4K },
		{ .iova = SZ_1G - 2 * SZ_4K, .phys = SZ_4K, .size = SZ_4K },
		{ .iova = SZ_1G, .phys = SZ_4K, .size = SZ_4K },
		{ .iova = (1ULL << 39) - SZ_1G, .phys = 0, .size = SZ_2M },
		{ .iova = 1ULL << 40, .phys = SZ_1G, .size = SZ_1G },
	};
	const unsigned int leaves = sizeof(want) / sizeof(*want);
	bool as_wanted = true;
	struct pgt_leaf leaf;
	unsigned int n;
	struct pgt pt;
	size_t done;
	u64 iova;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	for (n = 0; n < leaves; n++)
		map(&pt, want[n].iova, want[n].phys, want[n].size, 1, &done);
	for (n = 0, iova = SZ_4K; as_wanted && pgt_walk(&pt, iova, &leaf); n++) {
		as_wanted = n < leaves && leaf.iova == want[n].iova &&
			    leaf.phys == want[n].phys && leaf.size == want[n].size;
		iova = leaf.iova + leaf.size;
	}
	ok(as_wanted && n == leaves,
	   "a listing goes from leaf to leaf, up by two levels and three: %u of %u",
	   n, leaves);
	owner_clear(&pt);
}

int main(void)
{
	struct pgt pt;

	bounds();
	widest(MOCK_FORMAT_X86_5L);
	widest(MOCK_FORMAT_VTD_3L);
	widest(MOCK_FORMAT_AMD_V1);
	widest(MOCK_FORMAT_ARM_64K);
	listing();
	arguments();
	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	asking(&pt);
	giving_up(&pt);
	covering(MOCK_FORMAT_X86_5L);
	covering(MOCK_FORMAT_ARM_16K);
	covering(MOCK_FORMAT_RISCV_SV39);
	covering_more(MOCK_FORMAT_X86_5L);
	covering_more(MOCK_FORMAT_RISCV_SV48);
	covering_all();
	last_but_one(MOCK_FORMAT_VTD_3L, 0);
	last_but_one(MOCK_FORMAT_X86_5L, 1);
	last_but_one(MOCK_FORMAT_ARM_64K, 1);
	counting();
	quickly(&pt);
	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_4L), 48, 52);
	making_room(&pt);
	unbound();
	return done_testing();
}
