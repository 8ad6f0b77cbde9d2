// SPDX-License-Identifier: GPL-2.0-only
/*
 * radix.c against a model that is a sorted list of leaves: random map, unmap
 * and walk in every format, with all its page sizes; maps that give up; and
 * after each operation, exactly the tables that the leaves need.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pgtable-owner.h"
#include "tap.h"

#define OPS 200000
/* To zero a large table takes long. */
#define OPS_LARGE 30000
#define MAX_LEAVES 4096

static const struct pgt_format *fmt;
static struct pgt_leaf model[MAX_LEAVES];
static unsigned int nr_leaves;
static u64 state = 88172645463325252ULL;

/* ---- the model ----------------------------------------------------------- */

/* Index of the first leaf that ends after @iova. */
static unsigned int model_after(u64 iova)
{
	unsigned int i = 0;

	while (i < nr_leaves && model[i].iova + model[i].size <= iova)
		i++;
	return i;
}

static bool model_in_range(u64 start, u64 size, u32 bits)
{
	return start + size <= 1ULL << bits;
}

static int model_map(const struct pgt_leaf *want, size_t count, size_t *done)
{
	*done = 0;
	if (!want->prot)
		return -EINVAL;
	if (!model_in_range(want->iova, want->size * count, fmt->ias) ||
	    !model_in_range(want->phys, want->size * count, fmt->oas))
		return -ERANGE;
	for (; count; count--) {
		u64 iova = want->iova + *done;
		unsigned int i = model_after(iova);

		if (i < nr_leaves && model[i].iova < iova + want->size)
			return -EEXIST;
		memmove(&model[i + 1], &model[i],
			(nr_leaves++ - i) * sizeof(model[0]));
		model[i] = (struct pgt_leaf){
			.iova = iova, .phys = want->phys + *done,
			.size = want->size,
			.prot = expected_prot(fmt, want->prot),
		};
		*done += want->size;
	}
	return 0;
}

static size_t model_unmap(u64 iova, u64 size)
{
	unsigned int first = model_after(iova), i = first;
	size_t done = 0;

	while (i < nr_leaves && model[i].iova == iova + done &&
	       model[i].size <= size - done)
		done += model[i++].size;
	memmove(&model[first], &model[i], (nr_leaves - i) * sizeof(model[0]));
	nr_leaves -= i - first;
	return done;
}

/* Tables of a level: leaves that need the same one are neighbours. */
static u64 model_level(unsigned int level)
{
	u64 span = 1ULL << pgt_shift(fmt, level + 1), last = ~0ULL, tables = 0;
	unsigned int i;

	for (i = 0; i < nr_leaves; i++) {
		if (model[i].size >= span || (model[i].iova & ~(span - 1)) == last)
			continue;
		last = model[i].iova & ~(span - 1);
		tables++;
	}
	return tables;
}

static void model_census(struct pgt_level_count counts[PGT_MAX_LEVELS])
{
	unsigned int level, i;

	memset(counts, 0, PGT_MAX_LEVELS * sizeof(*counts));
	for (level = 0; level < fmt->levels; level++) {
		counts[level].tables = model_level(level);
		for (i = 0; i < nr_leaves; i++)
			counts[level].leaves +=
				model[i].size == 1ULL << pgt_shift(fmt, level);
		counts[level].used = counts[level].leaves;
		if (level)
			counts[level].used += counts[level - 1].tables;
	}
}

static long model_tables(void)
{
	unsigned int level;
	long tables = 0;

	for (level = 0; level < fmt->levels; level++)
		tables += model_level(level);
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

/* ---- random operations --------------------------------------------------- */

/* Few places, close to the ends of tables, so that operations meet. */
static u64 some_iova(u64 align)
{
	unsigned int level;
	u64 iova = 0;

	for (level = 0; level < fmt->levels; level++) {
		u64 last = (1ULL << pgt_index_bits(fmt, level)) - 1;
		u64 ends[] = { 0, 1, 2, last - 1, last };
		/* The top has two places only. */
		u32 n = level == fmt->levels - 1U ? rnd(&state, 2) * 4 :
						    rnd(&state, 5);

		iova += ends[n] << pgt_shift(fmt, level);
	}
	return iova & ~(align - 1);
}

/* One of the format's; half of the time the smallest. */
static u64 some_size(void)
{
	u64 sizes = fmt->pgsizes;
	u32 skip;

	for (skip = rnd(&state, 6); skip > 2; skip--)
		if (sizes & (sizes - 1))
			sizes &= sizes - 1;
	return sizes & -sizes;
}

static size_t some_count(void)
{
	return rnd(&state, 4000) ? 1 + rnd(&state, 4) : 500 + rnd(&state, 100);
}

static struct pgt_leaf some_leaf(void)
{
	struct pgt_leaf leaf = { .size = some_size() };

	leaf.iova = some_iova(leaf.size);
	leaf.phys = rnd64(&state) & ((1ULL << fmt->oas) - 1) & ~(leaf.size - 1);
	leaf.prot = rnd(&state, 50) ? 1 + rnd(&state, 3) : 0;
	return leaf;
}

static bool map_differs(struct pgt *pt)
{
	struct pgt_leaf leaf = some_leaf();
	int patience = rnd(&state, 5) ? -1 : (int)rnd(&state, 4), ret, want;
	size_t count = some_count(), done, wanted;

	if (nr_leaves + count > MAX_LEAVES)
		return false;
	ret = owner_map(pt, &leaf, count, patience, &done, NULL);
	/* Had it not given up, it would have gone on. */
	if (ret == -ENOMEM)
		count = done / leaf.size;
	want = model_map(&leaf, count, &wanted);
	return (ret != -ENOMEM && ret != want) || done != wanted;
}

static bool unmap_differs(struct pgt *pt)
{
	u64 size, iova;

	if (nr_leaves && rnd(&state, 3)) {
		const struct pgt_leaf *leaf = &model[rnd(&state, nr_leaves)];

		iova = leaf->iova;
		size = leaf->size * (1 + rnd(&state, 3));
	} else {
		iova = some_iova(1ULL << fmt->granule);
		size = some_size() * some_count();
	}
	return model_unmap(iova, size) != owner_unmap(pt, iova, size, NULL);
}

static bool leaf_differs(const struct pgt_leaf *a, const struct pgt_leaf *b)
{
	return a->iova != b->iova || a->phys != b->phys || a->size != b->size ||
	       a->prot != b->prot;
}

static bool walk_differs(const struct pgt *pt)
{
	u64 iova = some_iova(1) + rnd(&state, 8192);
	unsigned int want = model_after(iova);
	struct pgt_leaf leaf;

	/* Past the last address, there is nothing. */
	if (pgt_walk(pt, iova, &leaf) != (want < nr_leaves))
		return true;
	return want < nr_leaves && leaf_differs(&leaf, &model[want]);
}

/* All leaves in turn, as who shows a table does it. */
static bool list_differs(const struct pgt *pt)
{
	struct pgt_leaf leaf;
	unsigned int i = 0;
	u64 iova = 0;

	while (pgt_walk(pt, iova, &leaf)) {
		if (i == nr_leaves || leaf_differs(&leaf, &model[i++]))
			return true;
		iova = leaf.iova + leaf.size;
	}
	return i != nr_leaves;
}

/* Each step goes on; and in the end all is counted. */
static bool census_differs(const struct pgt *pt)
{
	struct pgt_level_count counts[PGT_MAX_LEVELS] = { 0 };
	struct pgt_level_count want[PGT_MAX_LEVELS];
	u64 iova = 0, before = 0;

	while (pgt_census_step(pt, &iova, counts)) {
		if (iova <= before)
			return true;
		before = iova;
	}
	model_census(want);
	return memcmp(counts, want, sizeof(want));
}

/* ---- the property -------------------------------------------------------- */

static bool operation_differs(struct pgt *pt)
{
	switch (rnd(&state, 8)) {
	case 0: case 1: case 2:
		return map_differs(pt);
	case 3: case 4: case 5:
		return unmap_differs(pt);
	default:
		return walk_differs(pt);
	}
}

static void property(unsigned long ops)
{
	unsigned long results = 0, tables = 0, bytes = 0, lists = 0, i;
	unsigned long counts = 0;
	bool left = false;
	struct pgt pt;

	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	for (i = 0; i < ops; i++) {
		results += operation_differs(&pt);
		tables += pt.tables != model_tables() ||
			  pt.tables != live_tables ||
			  pgt_bytes(&pt) != pt.tables * pgt_table_size(fmt);
		bytes += pgt_mapped(&pt) != model_mapped();
		if (i % 128 == 0) {
			lists += list_differs(&pt);
			counts += census_differs(&pt);
		}
		if (nr_leaves > 700 || !rnd(&state, 500)) {
			owner_clear(&pt);
			nr_leaves = 0;
			left |= pt.tables || pt.mapped || pt.root || live_tables;
		}
	}
	owner_clear(&pt);
	nr_leaves = 0;
	left |= pt.tables || pt.mapped || pt.root || live_tables;
	ok(!results && !lists,
	   "%s: %lu operations: results as the model's (%lu differ, %lu lists)",
	   fmt->name, ops, results, lists);
	ok(!tables, "%s: always the tables that the leaves need (%lu differ)",
	   fmt->name, tables);
	ok(!counts, "%s: a census counts them (%lu differ)", fmt->name, counts);
	ok(!bytes, "%s: mapped bytes (%lu differ)", fmt->name, bytes);
	ok(!left, "%s: a cleared table has nothing left", fmt->name);
}

int main(void)
{
	int format;

	for (format = 0; format < MOCK_NR_FORMATS; format++) {
		fmt = pgt_format(format);
		property(fmt->granule > 12 ? OPS_LARGE : OPS);
	}
	return done_testing();
}
