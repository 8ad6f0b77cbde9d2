// SPDX-License-Identifier: GPL-2.0-only
/*
 * How walkers read tables: their own format's, and those of all others, where
 * each must end in a fault or in memory that the table maps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pgtable-owner.h"
#include "tap.h"

#define RO PGT_READ
#define RW (PGT_READ | PGT_WRITE)

static struct pgt pt;

static void start(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);

	owner_clear(&pt);
	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
}

static void map(u64 iova, u64 phys, u64 size, u32 prot)
{
	struct pgt_leaf leaf = {
		.iova = iova, .phys = phys, .size = size, .prot = prot,
	};
	size_t done;

	if (owner_map(&pt, &leaf, 1, -1, &done, NULL))
		abort();
}

/* Is this what the walker says of an address? @size 0: that errno. */
static bool is_at(const struct pgt_walker *w, u64 iova, u64 phys, u64 size,
		  u32 prot, unsigned int steps)
{
	struct pgt_leaf leaf;
	unsigned int n;

	return !pgt_translate(&pt, w, iova, &leaf, &n) && n == steps &&
	       leaf.iova == (iova & ~(size - 1)) && leaf.phys == phys &&
	       leaf.size == size && leaf.prot == prot;
}

static bool fails(const struct pgt_walker *w, u64 iova, int err,
		  unsigned int steps)
{
	struct pgt_leaf leaf;
	unsigned int n;

	return pgt_translate(&pt, w, iova, &leaf, &n) == err && n == steps;
}

/* ---- its own format ------------------------------------------------------ */

static void own_format(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);
	u64 page = 1ULL << fmt->granule, block = 1ULL << pgt_shift(fmt, 1);
	struct pgt_walker w = full_walker(format);
	u64 top = 1ULL << fmt->ias;
	/* 16K: the root has two entries, and both are used below. */
	unsigned int middle = fmt->top_bits == 1 ? 2 : 1;

	start(format);
	ok(fails(&w, 0, -ENOENT, 0), "%s: no table, nothing read", fmt->name);
	map(3 * block, 5 * page, page, RW);
	map(4 * block - page, 7 * page, page, RO);
	map(4 * block, 9 * block, block, RW);
	map(top - page, (1ULL << fmt->oas) - page, page, RO);
	ok(is_at(&w, 3 * block, 5 * page, page, RW, fmt->levels) &&
		   is_at(&w, 4 * block - 1, 7 * page, page, RO, fmt->levels) &&
		   is_at(&w, 4 * block + page, 9 * block, block, RW,
			 fmt->levels - 1) &&
		   is_at(&w, top - 1, (1ULL << fmt->oas) - page, page, RO,
			 fmt->levels),
	   "%s: pages and a block, at each level one read", fmt->name);
	ok(fails(&w, 3 * block + page, -ENOENT, fmt->levels) &&
		   fails(&w, 2 * block, -ENOENT, fmt->levels - 1) &&
		   fails(&w, top / 2, -ENOENT, middle),
	   "%s: nothing between them", fmt->name);
	ok(fails(&w, top, -ENOENT, 0) && fails(&w, ~0ULL, -ENOENT, 0),
	   "%s: nothing past the last address", fmt->name);
	owner_clear(&pt);
}

/* The instance has less than the domain uses. */
static void less_than_the_table(void)
{
	struct pgt_walker w = full_walker(MOCK_FORMAT_ARM_4K);

	start(MOCK_FORMAT_ARM_4K);
	map(0, SZ_1G, SZ_4K, RW);
	map(SZ_2M, SZ_512G, SZ_2M, RW);
	map(SZ_512G - SZ_4K, 0, SZ_4K, RW);
	w.ias = 38;
	ok(fails(&w, SZ_512G - 1, -ENOENT, 0) && is_at(&w, 0, SZ_1G, SZ_4K, RW, 4),
	   "an address past the walker's ias");
	w = full_walker(MOCK_FORMAT_ARM_4K);
	pt.ias = 38;
	ok(fails(&w, SZ_512G - 1, -ENOENT, 0) && is_at(&w, 0, SZ_1G, SZ_4K, RW, 4),
	   "an address past the domain's ias, which shrank");
	pt.ias = 48;
	w.pgsizes = SZ_4K | SZ_1G;
	ok(fails(&w, SZ_2M, -EILSEQ, 3) && is_at(&w, 0, SZ_1G, SZ_4K, RW, 4),
	   "a page size that the walker lacks");
	w = full_walker(MOCK_FORMAT_ARM_4K);
	w.oas = 39;
	ok(fails(&w, SZ_2M, -EILSEQ, 3) && is_at(&w, 0, SZ_1G, SZ_4K, RW, 4),
	   "an output address past the walker's oas");
	w.oas = 40;
	ok(is_at(&w, SZ_2M, SZ_512G, SZ_2M, RW, 3), "one just below it");
	owner_clear(&pt);
}

/* ---- another format, by hand ---------------------------------------------- */

static void fewer_levels(void)
{
	struct pgt_walker w = full_walker(MOCK_FORMAT_VTD_3L);

	start(MOCK_FORMAT_VTD_4L);
	map(0, SZ_1G, SZ_2M, RW);
	map(SZ_2M, 2 * SZ_1G, SZ_2M, RO);
	map(SZ_1G, 0, SZ_4K, RW);
	ok(is_at(&w, 0x123, SZ_1G, SZ_4K, RW, 3),
	   "three levels of four: a block of 2M is read as a page");
	ok(is_at(&w, SZ_4K, 2 * SZ_1G, SZ_4K, RO, 3),
	   "the next page is what is 2M further in truth");
	ok(fails(&w, SZ_2M, -EILSEQ, 3), "a pointer is read as a page: refused");
	ok(fails(&w, SZ_1G, -ENOENT, 1), "the root is read by other bits");
	owner_clear(&pt);
}

static void larger_tables(void)
{
	struct pgt_walker w = full_walker(MOCK_FORMAT_ARM_16K);

	table_align = 1 << 16;
	start(MOCK_FORMAT_ARM_4K);
	map(0, 0, SZ_4K, RW);
	map(SZ_2M, 0, SZ_2M, RW);
	ok(fails(&w, 511ULL << 36, -ENOENT, 2),
	   "16K: the last entry of a table of 4K");
	ok(fails(&w, 512ULL << 36, -EILSEQ, 1), "the one behind it is not read");
	ok(fails(&w, 0, -EILSEQ, 4), "a page of 16K where 4K are mapped: refused");
	ok(fails(&w, 1ULL << 25, -EILSEQ, 3), "a block of 32M for one of 2M, too");
	table_align = 0;
	owner_clear(&pt);
}

static void smaller_pages(void)
{
	struct pgt_walker w = full_walker(MOCK_FORMAT_ARM_4K);

	start(MOCK_FORMAT_ARM_16K);
	map(0, SZ_1G, 1 << 14, RW);
	map(1 << 14, 2 * SZ_1G, 1 << 14, RO);
	ok(is_at(&w, 0xfff, SZ_1G, SZ_4K, RW, 4), "4K of a page of 16K");
	ok(is_at(&w, SZ_4K, 2 * SZ_1G, SZ_4K, RO, 4), "and 4K of the next one");
	owner_clear(&pt);
}

/* ---- all formats on all formats ------------------------------------------- */

/*
 * What a walker sees of the first page or block of a table: a page that can be
 * written, one that cannot, and the like for blocks. w: it can be written, r:
 * read only, F: a fault. Where a pair is not named, all is F.
 */
struct pair {
	enum mock_format table, walker;
	const char *sees;
};

static const struct pair pairs[] = {
	/*
	 * VT-d finds its R and W in the kind bits of Arm's pages and pointers,
	 * also where AP[2] says read-only; its PS is that AP[2], so that a
	 * block is a pointer if it can be written, or R alone at level 0.
	 */
	{ MOCK_FORMAT_ARM_4K, MOCK_FORMAT_VTD_4L, "wrFr" },
	{ MOCK_FORMAT_ARM_4K, MOCK_FORMAT_VTD_3L, "FFrr" },
	{ MOCK_FORMAT_ARM_16K, MOCK_FORMAT_VTD_4L, "wrFr" },
	{ MOCK_FORMAT_ARM_16K, MOCK_FORMAT_VTD_3L, "FFrr" },
	{ MOCK_FORMAT_ARM_64K, MOCK_FORMAT_VTD_3L, "wrFr" },
	/* The same bits and levels; all pages are smaller. */
	{ MOCK_FORMAT_ARM_16K, MOCK_FORMAT_ARM_4K, "wrwr" },
	/* x86 sets all that VT-d looks at. Not the other way round: U/S. */
	{ MOCK_FORMAT_X86_4L, MOCK_FORMAT_VTD_4L, "wrwr" },
	{ MOCK_FORMAT_X86_5L, MOCK_FORMAT_VTD_5L, "wrwr" },
	/* A level less: the last one read is that of blocks. */
	{ MOCK_FORMAT_X86_4L, MOCK_FORMAT_VTD_3L, "FFwr" },
	{ MOCK_FORMAT_X86_5L, MOCK_FORMAT_VTD_4L, "FFwr" },
	{ MOCK_FORMAT_X86_5L, MOCK_FORMAT_X86_4L, "FFwr" },
	{ MOCK_FORMAT_VTD_4L, MOCK_FORMAT_VTD_3L, "FFwr" },
	{ MOCK_FORMAT_VTD_5L, MOCK_FORMAT_VTD_4L, "FFwr" },
	{ MOCK_FORMAT_RISCV_SV48, MOCK_FORMAT_RISCV_SV39, "FFwr" },
	{ MOCK_FORMAT_RISCV_SV57, MOCK_FORMAT_RISCV_SV48, "FFwr" },
};

static const char *expected(enum mock_format table, enum mock_format walker)
{
	unsigned int i;

	if (table == walker)
		return "wrwr";
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].table == table && pairs[i].walker == walker)
			return pairs[i].sees;
	return "FFFF";
}

static char sees(const struct pgt_walker *w, u64 iova, u64 phys)
{
	struct pgt_leaf leaf;
	unsigned int steps;
	int ret = pgt_translate(&pt, w, iova, &leaf, &steps);

	if (ret)
		return ret == -EILSEQ ? 'F' : '-';
	if (leaf.iova != iova || leaf.phys != phys ||
	    !(w->pgsizes & leaf.size))
		return '?';
	return leaf.prot == RW ? 'w' : leaf.prot == RO ? 'r' : '0';
}

/* At 0, where the index is 0 at every level, as anybody counts them. */
static void pair(enum mock_format table, enum mock_format walker)
{
	struct pgt_walker w = full_walker(walker);
	const struct pgt_format *fmt = pgt_format(table);
	char got[5] = "";
	unsigned int i;

	for (i = 0; i < 4; i++) {
		u64 size = 1ULL << pgt_shift(fmt, i / 2);

		start(table);
		map(0, 32 * SZ_1G, size, i % 2 ? RO : RW);
		got[i] = sees(&w, 0, 32 * SZ_1G);
	}
	owner_clear(&pt);
	ok(!strcmp(got, expected(table, walker)), "%s walks %s: %s (is %s)",
	   w.fmt->name, fmt->name, expected(table, walker), got);
}

/* Rights that one of the two formats alone knows. */
static void write_only(void)
{
	struct pgt_walker vtd = full_walker(MOCK_FORMAT_VTD_4L);
	struct pgt_walker arm = full_walker(MOCK_FORMAT_ARM_4K);

	start(MOCK_FORMAT_VTD_4L);
	map(0, 0, SZ_4K, PGT_WRITE);
	ok(is_at(&vtd, 0, 0, SZ_4K, PGT_WRITE, 4), "VT-d: a page to write only");
	ok(fails(&arm, 0, -ENOENT, 4), "to Arm, it is not valid");
	owner_clear(&pt);
}

/* ---- whatever is read, memory that is not mapped is out of reach ---------- */

#define LEAVES 24
#define LOOKS 4000

static u64 state = 88172645463325252ULL;
static struct pgt_leaf mapped[LEAVES];

/* Low indices at every level, so that walkers who go astray find something. */
static u64 some_iova(const struct pgt_format *fmt)
{
	unsigned int level;
	u64 iova = 0;

	for (level = 0; level < fmt->levels; level++)
		iova |= (u64)rnd(&state, rnd(&state, 8) ? 2 : 1 << 13)
			<< pgt_shift(fmt, level);
	return iova & ((1ULL << fmt->ias) - 1);
}

static void map_some(void)
{
	unsigned int i;
	size_t done;

	for (i = 0; i < LEAVES; i++) {
		struct pgt_leaf *leaf = &mapped[i];
		unsigned int level = rnd(&state, 3);

		leaf->size = 1ULL << pgt_shift(pt.fmt, level);
		if (!(leaf->size & pt.fmt->pgsizes))
			leaf->size = 1ULL << pt.fmt->granule;
		leaf->iova = some_iova(pt.fmt) & ~(leaf->size - 1);
		leaf->phys = rnd64(&state) & ~(leaf->size - 1) &
			     ((1ULL << (rnd(&state, 2) ? pt.fmt->oas : 39)) - 1);
		leaf->prot = 1 + rnd(&state, 3);
		if (owner_map(&pt, leaf, 1, -1, &done, NULL))
			*leaf = (struct pgt_leaf){ .size = 0 };
		leaf->prot = expected_prot(pt.fmt, leaf->prot);
	}
}

/* No more memory than a leaf that was mapped, and no more rights to it. */
static bool is_mapped(const struct pgt_leaf *leaf)
{
	unsigned int i;

	for (i = 0; i < LEAVES; i++)
		if (leaf->phys >= mapped[i].phys &&
		    leaf->phys + leaf->size <= mapped[i].phys + mapped[i].size &&
		    !(leaf->prot & ~mapped[i].prot))
			return true;
	return false;
}

static void out_of_reach(enum mock_format format)
{
	unsigned long bad[MOCK_NR_FORMATS] = { 0 }, hits[MOCK_NR_FORMATS] = { 0 };
	unsigned int n, walker;

	for (n = 0; n < LOOKS; n++) {
		if (n % 100 == 0) {
			table_align = rnd(&state, 2) << 16;
			start(format);
			map_some();
		}
		for (walker = 0; walker < MOCK_NR_FORMATS; walker++) {
			struct pgt_walker w = full_walker(walker);
			u64 iova = some_iova(rnd(&state, 2) ? w.fmt : pt.fmt);
			unsigned int steps;
			struct pgt_leaf leaf;

			if (pgt_translate(&pt, &w, iova, &leaf, &steps))
				continue;
			hits[walker]++;
			bad[walker] += !is_mapped(&leaf) || iova < leaf.iova ||
				       iova - leaf.iova >= leaf.size ||
				       steps > w.fmt->levels;
		}
	}
	table_align = 0;
	owner_clear(&pt);
	for (walker = 0; walker < MOCK_NR_FORMATS; walker++)
		ok(!bad[walker] && (walker != format || hits[walker]),
		   "%s walks %s: %lu of %u hit, %lu what is not mapped",
		   pgt_format(walker)->name, pt.fmt->name, hits[walker], LOOKS,
		   bad[walker]);
}

int main(void)
{
	int format, walker;

	for (format = 0; format < MOCK_NR_FORMATS; format++)
		own_format(format);
	less_than_the_table();
	fewer_levels();
	larger_tables();
	smaller_pages();
	for (format = 0; format < MOCK_NR_FORMATS; format++)
		for (walker = 0; walker < MOCK_NR_FORMATS; walker++)
			pair(format, walker);
	write_only();
	for (format = 0; format < MOCK_NR_FORMATS; format++)
		out_of_reach(format);
	return done_testing();
}
