// SPDX-License-Identifier: GPL-2.0-only
/*
 * radix.c against a model that is a list of leaves: random map, unmap and
 * walk with all page sizes, exact accounting of tables, and the -EAGAIN
 * protocol with its giving up.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../pgtable/pgtable.h"
#include "tap.h"

#define OPS 1500000
#define MAX_LEAVES 4096
#define SZ_4K 0x1000ULL
#define SZ_2M 0x200000ULL
#define SZ_1G 0x40000000ULL
#define SZ_512G 0x8000000000ULL

static struct pgt_leaf model[MAX_LEAVES];
static unsigned int nr_leaves;
static long live_tables;

static u64 random_state = 88172645463325252ULL;

/* xorshift64: the same run each time. */
static u32 rnd(u32 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 16) % below;
}

static u64 *table_alloc(void)
{
	void *table = aligned_alloc(PGT_TABLE_SIZE, PGT_TABLE_SIZE);

	if (!table)
		abort();
	live_tables++;
	return memset(table, 0, PGT_TABLE_SIZE);
}

static void tables_free(u64 *freed)
{
	u64 *table;

	while ((table = pgt_next_freed(&freed))) {
		live_tables--;
		free(table);
	}
}

/* ---- what the owner does, as objects/mapping.c --------------------------- */

/* Give up after @patience tables; -1: never. */
static int owner_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize,
		     size_t count, u32 prot, int patience, size_t *done)
{
	u64 *spare = NULL, *freed = NULL;
	int ret = 0;

	*done = 0;
	while (!ret && *done < pgsize * count) {
		size_t before = *done;

		ret = pgt_map(pt, iova + *done, phys + *done, pgsize,
			      count - *done / pgsize, prot, &spare, done);
		if (!ret && *done == before)
			return -EDEADLK; /* no progress: H13 */
		if (ret == -EAGAIN && patience--) {
			spare = table_alloc();
			ret = 0;
		} else if (ret == -EAGAIN) {
			ret = -ENOMEM;
		}
	}
	if (ret) {
		pgt_prune(pt, iova + *done, &freed);
		tables_free(freed);
	}
	if (spare) {
		live_tables--;
		free(spare);
	}
	return ret;
}

static size_t owner_unmap(struct pgt *pt, u64 iova, u64 size)
{
	size_t done = 0, step;
	u64 *freed = NULL;

	do {
		step = pgt_unmap(pt, iova + done, size - done, &freed);
		done += step;
	} while (step && done < size);
	tables_free(freed);
	return done;
}

/* ---- the model ----------------------------------------------------------- */

static struct pgt_leaf *model_overlap(u64 iova, u64 size)
{
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		if (model[i].iova < iova + size &&
		    iova < model[i].iova + model[i].size)
			return &model[i];
	return NULL;
}

static int model_map(u64 iova, u64 phys, u64 pgsize, size_t count, u32 prot,
		     size_t *done)
{
	*done = 0;
	for (; count; count--) {
		if (model_overlap(iova + *done, pgsize))
			return -EEXIST;
		model[nr_leaves++] = (struct pgt_leaf){
			.iova = iova + *done, .phys = phys + *done,
			.size = pgsize, .prot = prot,
		};
		*done += pgsize;
	}
	return 0;
}

static size_t model_unmap(u64 iova, u64 size)
{
	size_t done = 0;

	while (done < size) {
		struct pgt_leaf *leaf = model_overlap(iova + done, 1);

		if (!leaf || leaf->iova != iova + done ||
		    leaf->size > size - done)
			break;
		done += leaf->size;
		*leaf = model[--nr_leaves];
	}
	return done;
}

static const struct pgt_leaf *model_walk(u64 iova)
{
	const struct pgt_leaf *found = NULL;
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		if (model[i].iova + model[i].size > iova &&
		    (!found || model[i].iova < found->iova))
			found = &model[i];
	return found;
}

/* Is leaf @i the first of those that need a table for @span? */
static bool model_first(unsigned int i, u64 span)
{
	unsigned int j;

	if (model[i].size >= span)
		return false;
	for (j = 0; j < i; j++)
		if (model[j].size < span &&
		    model[j].iova / span == model[i].iova / span)
			return false;
	return true;
}

static u64 model_tables(void)
{
	u64 tables = nr_leaves ? 1 : 0;
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		tables += model_first(i, SZ_512G) + model_first(i, SZ_1G) +
			  model_first(i, SZ_2M);
	return tables;
}

static u64 model_mapped(void)
{
	unsigned int i;
	u64 mapped = 0;

	for (i = 0; i < nr_leaves; i++)
		mapped += model[i].size;
	return mapped;
}

/* ---- the property -------------------------------------------------------- */

/* Few places, close to the ends of tables, so that operations meet. */
static u64 some_iova(u64 align)
{
	static const u32 ends[] = { 0, 1, 2, 510, 511 };
	u64 iova = rnd(2) * 255 * SZ_512G;

	iova += ends[rnd(5)] * SZ_1G;
	iova += ends[rnd(5)] * SZ_2M;
	iova += ends[rnd(5)] * SZ_4K;
	return iova & ~(align - 1);
}

static u64 some_size(void)
{
	static const u64 sizes[] = { SZ_4K, SZ_4K, SZ_2M, SZ_1G };

	return sizes[rnd(4)];
}

static size_t some_count(void)
{
	return rnd(2000) ? 1 + rnd(4) : 500 + rnd(100);
}

static unsigned long try_map(struct pgt *pt)
{
	u64 pgsize = some_size(), iova = some_iova(pgsize);
	u64 phys = rnd(1U << 10) * SZ_1G;
	int patience = rnd(6) ? -1 : (int)rnd(3), ret, want;
	size_t count = some_count(), done, wanted;
	u32 prot = 1 + rnd(3);

	if (nr_leaves + count > MAX_LEAVES)
		return 0;
	ret = owner_map(pt, iova, phys, pgsize, count, prot, patience, &done);
	/* Had it not given up, it would have gone on. */
	if (ret == -ENOMEM)
		count = done / pgsize;
	want = model_map(iova, phys, pgsize, count, prot, &wanted);
	return (ret != -ENOMEM && ret != want) || done != wanted;
}

static unsigned long try_unmap(struct pgt *pt)
{
	u64 size, iova;

	if (nr_leaves && rnd(2)) {
		const struct pgt_leaf *leaf = &model[rnd(nr_leaves)];

		iova = leaf->iova;
		size = leaf->size * (1 + rnd(3));
	} else {
		iova = some_iova(SZ_4K);
		size = some_size() * some_count();
	}
	return model_unmap(iova, size) != owner_unmap(pt, iova, size);
}

static unsigned long try_walk(struct pgt *pt)
{
	u64 iova = some_iova(1) + rnd(8192);
	const struct pgt_leaf *want = model_walk(iova);
	struct pgt_leaf leaf;

	if (pgt_walk(pt, iova, &leaf) != !!want)
		return 1;
	return want && (leaf.iova != want->iova || leaf.phys != want->phys ||
			leaf.size != want->size || leaf.prot != want->prot);
}

static void clear(struct pgt *pt)
{
	u64 *freed = NULL;

	pgt_clear(pt, &freed);
	tables_free(freed);
	nr_leaves = 0;
}

static void property(void)
{
	unsigned long results = 0, tables = 0, bytes = 0, leaks = 0, clears = 0;
	struct pgt pt = { .ias = 48, .oas = 48 };
	unsigned long i;

	for (i = 0; i < OPS; i++) {
		switch (rnd(8)) {
		case 0: case 1: case 2:
			results += try_map(&pt);
			break;
		case 3: case 4: case 5:
			results += try_unmap(&pt);
			break;
		default:
			results += try_walk(&pt);
		}
		leaks += live_tables != (long)pt.tables;
		if (i % 16 == 0) {
			tables += pt.tables != model_tables();
			bytes += pt.mapped != model_mapped();
		}
		if (nr_leaves > 1000 || !rnd(500)) {
			clear(&pt);
			clears += pt.tables || pt.mapped || pt.root ||
				  live_tables;
		}
	}
	clear(&pt);
	ok(!results, "%d operations: results as the model's (%lu differ)", OPS,
	   results);
	ok(!tables, "tables are exactly what the leaves need (%lu differ)",
	   tables);
	ok(!bytes, "mapped bytes (%lu differ)", bytes);
	ok(!leaks, "every table alive is counted (%lu differ)", leaks);
	ok(!clears && !pt.root && !live_tables,
	   "a cleared table has nothing left (%lu differ)", clears);
}

/* ---- single facts -------------------------------------------------------- */

static void bounds(void)
{
	struct pgt pt = { .ias = 39, .oas = 40 };
	const u64 top = 1ULL << 39, out = 1ULL << 40;
	struct pgt_leaf leaf;
	size_t done;

	ok(owner_map(&pt, top, 0, SZ_4K, 1, 1, -1, &done) == -ERANGE,
	   "an address past ias");
	ok(owner_map(&pt, top - SZ_4K, 0, SZ_4K, 2, 1, -1, &done) == -ERANGE &&
		   !done, "the second page past ias: not even the first");
	ok(owner_map(&pt, 0, out, SZ_4K, 1, 1, -1, &done) == -ERANGE,
	   "an output address past oas");
	ok(owner_map(&pt, 0, out - SZ_4K, SZ_4K, 2, 1, -1, &done) == -ERANGE,
	   "the second page past oas");
	ok(owner_map(&pt, 1ULL << 63, 0, SZ_4K, 1, 1, -1, &done) == -ERANGE,
	   "the highest address");
	ok(pgt_map(&pt, 0, 0, SZ_4K, (size_t)1 << 60, 1, NULL, &done) == -ERANGE,
	   "a count that wraps");
	ok(!pt.tables && !live_tables, "none of it took a table");

	ok(!owner_map(&pt, top - SZ_4K, out - SZ_4K, SZ_4K, 1, 3, -1, &done),
	   "the last page to the last page");
	ok(pgt_walk(&pt, top - 1, &leaf) && leaf.phys == out - SZ_4K,
	   "is found by its last byte");
	ok(!pgt_walk(&pt, top, &leaf) && !pgt_walk(&pt, ~0ULL, &leaf),
	   "nothing after it");
	ok(owner_unmap(&pt, top, SZ_4K) == 0 && !owner_unmap(&pt, ~0xfffULL, SZ_4K),
	   "unmap past the end does nothing");
	clear(&pt);
}

static void arguments(void)
{
	struct pgt pt = { .ias = 48, .oas = 48 };
	size_t done;

	ok(owner_map(&pt, 0x800, 0, SZ_4K, 1, 1, -1, &done) == -EINVAL,
	   "an unaligned IOVA");
	ok(owner_map(&pt, 0, SZ_4K, SZ_2M, 1, 1, -1, &done) == -EINVAL,
	   "an output address aligned to a smaller page");
	ok(owner_map(&pt, 0, 0, SZ_512G, 1, 1, -1, &done) == -EINVAL,
	   "a page of 512G");
	ok(owner_map(&pt, 0, 0, 0x3000, 1, 1, -1, &done) == -EINVAL,
	   "a page of 12K");
}

static void protocol(void)
{
	struct pgt pt = { .ias = 48, .oas = 48 };
	u64 *spare = NULL, *freed = NULL;
	unsigned int asked = 0;
	size_t done = 0;
	int ret;

	while ((ret = pgt_map(&pt, SZ_1G, SZ_4K, SZ_4K, 3, 1, &spare, &done)) ==
	       -EAGAIN) {
		asked++;
		spare = table_alloc();
	}
	ok(!ret && asked == 4 && pt.tables == 4 && done == 3 * SZ_4K && !spare,
	   "a first 4K map asks for four tables, one at a time");
	done = 0;
	ok(pgt_map(&pt, 2 * SZ_1G, 0, SZ_2M, 1, 1, &spare, &done) == -EAGAIN &&
		   !done, "a neighbour needs one more");
	spare = table_alloc();
	ok(!pgt_map(&pt, 2 * SZ_1G, 0, SZ_2M, 1, 1, &spare, &done) &&
		   pt.tables == 5, "and takes it");
	ok(pgt_map(&pt, 2 * SZ_1G, 0, SZ_2M, 1, 1, &spare, &done) == -EEXIST &&
		   pgt_map(&pt, 2 * SZ_1G, 0, SZ_4K, 1, 1, &spare, &done) ==
			   -EEXIST &&
		   pgt_map(&pt, 0, 0, SZ_1G, 4, 1, &spare, &done) == 0 &&
		   pgt_map(&pt, SZ_1G, 0, SZ_1G, 1, 1, &spare, &done) == -EEXIST,
	   "the same leaf, one inside, one around are refused");

	ok(pgt_map(&pt, SZ_512G, 0, SZ_4K, 1, 1, &spare, &done) == -EAGAIN,
	   "another region needs tables");
	spare = table_alloc();
	ok(pgt_map(&pt, SZ_512G, 0, SZ_4K, 1, 1, &spare, &done) == -EAGAIN &&
		   pt.tables == 6 && live_tables == 6, "one of them is in");
	pgt_prune(&pt, SZ_512G, &freed);
	tables_free(freed);
	ok(pt.tables == 5 && live_tables == 5, "giving up takes it out again");
	freed = NULL;
	pgt_prune(&pt, SZ_1G, &freed);
	ok(!freed && pt.tables == 5, "a table in use is not pruned");
	clear(&pt);
	pgt_prune(&pt, 0, &freed);
	ok(!freed && !live_tables, "nothing to prune in no table");
}

static void formats(void)
{
	const struct pgt_format *fmt = pgt_format(MOCK_FORMAT_ARM_4K);

	ok(!strcmp(fmt->name, "arm-4k") && fmt->ias == 48 && fmt->oas == 48,
	   "arm-4k: 48 bits in and out");
	fmt = pgt_format(MOCK_FORMAT_RISCV_SV48);
	ok(!strcmp(fmt->name, "riscv-sv48") && fmt->oas == 52, "riscv-sv48");
	ok(!pgt_format(MOCK_NR_FORMATS), "there is no format after the last");
}

int main(void)
{
	bounds();
	arguments();
	protocol();
	formats();
	property();
	return done_testing();
}
