// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty bits: the entries of each format, by the manuals; what a scan finds and
 * clears; and walkers, scans and unmaps at once.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "pgtable-owner.h"
#include "tap.h"

#define RO PGT_READ
#define RW (PGT_READ | PGT_WRITE)

/*
 * A page at 0x1000 of level 0, that can be written: clean, and written. The
 * bits are those that formats.c names: DBM 51 and AP[2] 7; D 6; D 9; D 6; D 7.
 */
static const struct {
	enum mock_format format;
	u64 clean;
	u64 dirty;
	u64 read_only;
} entries[] = {
	{ MOCK_FORMAT_ARM_4K, 0x8000000001fc7, 0x8000000001f47, 0x1fc7 },
	{ MOCK_FORMAT_X86_4L, 0x1027, 0x1067, 0x1025 },
	{ MOCK_FORMAT_X86_5L, 0x1027, 0x1067, 0x1025 },
	{ MOCK_FORMAT_VTD_3L, 0x1003, 0x1203, 0x1001 },
	{ MOCK_FORMAT_VTD_4L, 0x1003, 0x1203, 0x1001 },
	{ MOCK_FORMAT_VTD_5L, 0x1003, 0x1203, 0x1001 },
	{ MOCK_FORMAT_AMD_V1, 0x6000000000001001, 0x6000000000001041,
	  0x2000000000001001 },
	{ MOCK_FORMAT_RISCV_SV39, 0x457, 0x4d7, 0x453 },
	{ MOCK_FORMAT_RISCV_SV48, 0x457, 0x4d7, 0x453 },
	{ MOCK_FORMAT_RISCV_SV57, 0x457, 0x4d7, 0x453 },
};

static struct pgt pt;
static struct pgt_walker walker;

static void start(enum mock_format format)
{
	owner_clear(&pt);
	pgt_init(&pt, pgt_format(format), pgt_format(format)->ias,
		 pgt_format(format)->oas);
	pt.tracks = true;
	walker = full_walker(format);
	walker.dirty = true;
}

static void map(u64 iova, u64 size, u64 count, u32 prot)
{
	struct pgt_leaf leaf = {
		.iova = iova,
		.phys = 0x40000000,
		.size = size,
		.prot = prot,
	};
	size_t done;

	if (owner_map(&pt, &leaf, count, -1, &done, NULL))
		abort();
}

static int write_to(u64 iova)
{
	return pgt_mark_dirty(&pt, &walker, iova);
}

/* Up to three ranges that are dirty: "at+size at+size ...", as numbers. */
struct seen {
	unsigned int count;
	u64 at[8];
	u64 size[8];
};

static struct seen scan(u64 iova, u64 end, bool clear)
{
	struct pgt_dirty_scan scan = {
		.iova = iova,
		.end = end,
		.clear = clear,
	};
	struct seen seen = { 0 };
	unsigned long calls = 0;

	while (scan.iova < scan.end && calls++ < 1000000) {
		if (!pgt_scan_dirty(&pt, &scan))
			continue;
		if (seen.count < 8) {
			seen.at[seen.count] = scan.at;
			seen.size[seen.count] = scan.size;
		}
		seen.count++;
	}
	if (scan.iova < scan.end)
		seen.count = 999;
	return seen;
}

static bool one(struct seen seen, u64 at, u64 size)
{
	return seen.count == 1 && seen.at[0] == at && seen.size[0] == size;
}

static u64 entry_at(u64 iova)
{
	u64 *table = pgt_address_table(pt.root);
	int level = pt.fmt->levels - 1;

	for (; level; level--)
		table = pgt_address_table(pgt_entry_address(
			pt.fmt, table[pgt_index(pt.fmt, level, iova)]));
	return table[pgt_index(pt.fmt, 0, iova)];
}

static void formats(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		const char *name = pgt_format(entries[i].format)->name;
		struct pgt_leaf leaf = { .iova = 0x1000,
					 .phys = 0x1000,
					 .size = SZ_4K,
					 .prot = RW };
		size_t done;
		unsigned int steps;

		start(entries[i].format);
		owner_map(&pt, &leaf, 1, -1, &done, NULL);
		ok(entry_at(0x1000) == entries[i].clean,
		   "%s: mapped clean, 0x%llx (is 0x%llx)", name,
		   entries[i].clean, entry_at(0x1000));
		ok(!pgt_translate(&pt, &walker, 0x1000, &leaf, &steps) &&
			   (leaf.prot & PGT_WRITE) && pgt_walk(&pt, 0, &leaf) &&
			   (leaf.prot & PGT_WRITE),
		   "%s: and can be written", name);
		ok(!write_to(0x1234) && entry_at(0x1000) == entries[i].dirty,
		   "%s: written, 0x%llx (is 0x%llx)", name, entries[i].dirty,
		   entry_at(0x1000));
		ok(one(scan(0, SZ_2M, true), 0x1000, SZ_4K) &&
			   entry_at(0x1000) == entries[i].clean,
		   "%s: and clean again", name);
		owner_unmap(&pt, 0x1000, SZ_4K, NULL);
		leaf = (struct pgt_leaf){ .iova = 0x1000,
					  .phys = 0x1000,
					  .size = SZ_4K,
					  .prot = RO };
		owner_map(&pt, &leaf, 1, -1, &done, NULL);
		ok(entry_at(0x1000) == entries[i].read_only &&
			   write_to(0x1000) == -EACCES &&
			   entry_at(0x1000) == entries[i].read_only &&
			   !scan(0, SZ_2M, false).count,
		   "%s: a page that cannot be written never is", name);
	}
	for (i = 0; i < MOCK_NR_FORMATS; i++) {
		const struct pgt_format *fmt = pgt_format(i);
		u64 page = 1ULL << fmt->granule,
		    large = 1ULL << pgt_shift(fmt, 1);

		start(i);
		map(large, large, 2, RW);
		map(0, page, 8, RW);
		write_to(3 * page + 1);
		ok(one(scan(0, 1ULL << fmt->ias, true), 3 * page, page),
		   "%s: one page of eight", fmt->name);
		write_to(2 * large + page);
		ok(one(scan(0, 1ULL << fmt->ias, true), 2 * large, large) &&
			   !scan(0, 1ULL << fmt->ias, true).count,
		   "%s: a large page, once", fmt->name);
	}
}

static void walkers(void)
{
	struct pgt_leaf leaf;
	unsigned int steps;

	start(MOCK_FORMAT_ARM_4K);
	map(0x1000, SZ_4K, 1, RW);
	walker.dirty = false;
	ok(!pgt_translate(&pt, &walker, 0x1000, &leaf, &steps) &&
		   leaf.prot == PGT_READ && write_to(0x1000) == -EACCES,
	   "a walker that sets no dirty bits reads a clean page of Arm as read-only");
	start(MOCK_FORMAT_VTD_4L);
	map(0x1000, SZ_4K, 1, RW);
	ok(write_to(0x3000) == -ENOENT && write_to(1ULL << 48) == -ENOENT,
	   "nothing is mapped there");
	pt.tracks = false;
	owner_clear(&pt);
	pgt_init(&pt, pgt_format(MOCK_FORMAT_ARM_4K), 48, 48);
	map(0x1000, SZ_4K, 1, RW);
	ok(entry_at(0x1000) == 0x40000f47,
	   "a table that does not track is as before");
}

static void parts(void)
{
	struct seen seen;

	start(MOCK_FORMAT_ARM_4K);
	map(SZ_2M, SZ_2M, 2, RW);
	map(0x1000, SZ_4K, 4, RW);
	write_to(SZ_2M + 5);
	ok(one(scan(SZ_2M + 0x3000, SZ_2M + 0x5000, true), SZ_2M + 0x3000,
	       0x2000),
	   "a part of a large page");
	ok(one(scan(0, SZ_2M + 0x1000, true), SZ_2M, 0x1000),
	   "does not make it clean, and its beginning neither");
	ok(one(scan(SZ_2M, 2 * SZ_2M, false), SZ_2M, SZ_2M) &&
		   one(scan(SZ_2M, 2 * SZ_2M, true), SZ_2M, SZ_2M) &&
		   !scan(0, 1ULL << 48, true).count,
	   "a look leaves it, all of it makes it clean");
	write_to(0x2000);
	write_to(0x4000);
	write_to(2 * SZ_2M);
	seen = scan(0, 1ULL << 48, true);
	ok(seen.count == 3 && seen.at[0] == 0x2000 && seen.at[1] == 0x4000 &&
		   seen.at[2] == 2 * SZ_2M && seen.size[2] == SZ_2M,
	   "what is dirty in order, large and small");
	ok(!scan(0, ~0ULL, true).count && !scan(1ULL << 50, ~0ULL, true).count,
	   "to the end of all addresses, and past those of the table");
	owner_clear(&pt);
	ok(!scan(0, 1ULL << 48, true).count, "an empty table");
}

/* ---- threads --------------------------------------------------------------- */

#define PAGES 64
#define ROUNDS 20000

static u64 large;
static bool finished;

/* Writes and scans of the same pages: each write is found by a later scan. */
static void *writer(void *arg)
{
	unsigned long i;

	for (i = 0; i < ROUNDS; i++)
		write_to(i % PAGES * SZ_4K);
	__atomic_store_n(&finished, true, __ATOMIC_RELEASE);
	return arg;
}

static void found_again(void)
{
	unsigned long found = 0;
	pthread_t thread;
	u64 state = 1;
	bool last;

	start(MOCK_FORMAT_ARM_4K);
	map(0, SZ_4K, PAGES, RW);
	finished = false;
	pthread_create(&thread, NULL, writer, NULL);
	do {
		last = __atomic_load_n(&finished, __ATOMIC_ACQUIRE);
		found +=
			scan(0, rnd(&state, PAGES) * SZ_4K + SZ_4K, !last).count;
	} while (!last);
	pthread_join(thread, NULL);
	/* Of what is there now, nothing is invented and nothing is lost. */
	ok(scan(0, PAGES * SZ_4K, true).count <= PAGES &&
		   !scan(0, PAGES * SZ_4K, true).count,
	   "writes while others look (%lu were found)", found);
}

/* A walker sets dirty bits, and a caller clears them, while pages are unmapped. */
static void *any_writer(void *arg)
{
	while (!__atomic_load_n(&finished, __ATOMIC_ACQUIRE)) {
		write_to(large);
		write_to(SZ_4K);
	}
	return arg;
}

static void *any_reader(void *arg)
{
	while (!__atomic_load_n(&finished, __ATOMIC_ACQUIRE))
		scan(0, 2 * SZ_2M, true);
	return arg;
}

static void unmapped_meanwhile(void)
{
	unsigned long i, bad = 0;
	pthread_t threads[2];

	start(MOCK_FORMAT_ARM_4K);
	large = SZ_2M;
	map(0, SZ_4K, 1, RW);
	finished = false;
	pthread_create(&threads[0], NULL, any_writer, NULL);
	pthread_create(&threads[1], NULL, any_reader, NULL);
	for (i = 0; i < ROUNDS; i++) {
		map(large, SZ_2M, 1, RW);
		map(SZ_4K, SZ_4K, 1, RW);
		bad += owner_unmap(&pt, large, SZ_2M, NULL) != SZ_2M;
		bad += owner_unmap(&pt, SZ_4K, SZ_4K, NULL) != SZ_4K;
		bad += pgt_output(&pt, large) || pgt_output(&pt, SZ_4K);
	}
	__atomic_store_n(&finished, true, __ATOMIC_RELEASE);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	ok(!bad,
	   "pages that are written and read are unmapped all the same (%lu)",
	   bad);
}

int main(void)
{
	formats();
	walkers();
	parts();
	found_again();
	unmapped_meanwhile();
	owner_clear(&pt);
	ok(!live_tables, "no table is left");
	return done_testing();
}
