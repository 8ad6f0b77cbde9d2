// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "pgtable-model.h"

#define MAX_LEAVES 4096

static struct pgt pt;
static const struct pgt_format *fmt;
static struct pgt_leaf model[MAX_LEAVES];
static unsigned int nr_leaves;

unsigned int model_leaves(void)
{
	return nr_leaves;
}

/* ---- the model ----------------------------------------------------------- */

/* Index of the first leaf that ends after @iova. */
static unsigned int model_after(u64 iova)
{
	unsigned int low = 0, high = nr_leaves;

	while (low < high) {
		unsigned int i = (low + high) / 2;

		if (model[i].iova + model[i].size <= iova)
			low = i + 1;
		else
			high = i;
	}
	return low;
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

/* As the format's own walker reads it, which may have less than the format. */
static int model_translate(const struct pgt_walker *w, u64 iova,
			   struct pgt_leaf *leaf)
{
	unsigned int i = model_after(iova);

	if (iova >> w->ias || i == nr_leaves || model[i].iova > iova)
		return -ENOENT;
	*leaf = model[i];
	if (!(w->pgsizes & leaf->size) ||
	    !model_in_range(leaf->phys, leaf->size, w->oas))
		return -EILSEQ;
	return 0;
}

/* Is it no more memory than one leaf has, with no more rights? */
static bool model_reaches(const struct pgt_leaf *leaf)
{
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		if (leaf->phys >= model[i].phys &&
		    leaf->phys + leaf->size <= model[i].phys + model[i].size &&
		    !(leaf->prot & ~model[i].prot))
			return true;
	return false;
}

/* Leaves that need the same table are neighbours: count the changes. */
static void model_census(struct pgt_level_count counts[PGT_MAX_LEVELS])
{
	unsigned int level, i;

	memset(counts, 0, PGT_MAX_LEVELS * sizeof(*counts));
	for (level = 0; level < fmt->levels; level++) {
		struct pgt_level_count *count = &counts[level];
		unsigned int shift = pgt_shift(fmt, level);
		u64 last = ~0ULL;

		for (i = 0; i < nr_leaves; i++) {
			u64 table = model[i].iova >> pgt_shift(fmt, level + 1);

			if (model[i].size >> shift > 1)
				continue;
			count->tables += table != last;
			count->leaves += model[i].size == 1ULL << shift;
			last = table;
		}
		count->used = count->leaves + (level ? count[-1].tables : 0);
	}
}

static u64 model_tables(void)
{
	struct pgt_level_count counts[PGT_MAX_LEVELS];
	unsigned int level;
	u64 tables = 0;

	model_census(counts);
	for (level = 0; level < fmt->levels; level++)
		tables += counts[level].tables;
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

/* ---- what to do ---------------------------------------------------------- */

/*
 * Few places, close to the ends of tables, so that operations meet; of the top
 * table two places only.
 */
static u64 some_iova(u64 align)
{
	unsigned int level;
	u64 iova = 0;

	for (level = 0; level < fmt->levels; level++) {
		u64 last = (1ULL << pgt_index_bits(fmt, level)) - 1;
		u64 ends[] = { 0, 1, 2, last - 1, last };
		u32 n = level == fmt->levels - 1U ? choose(2) * 4 : choose(5);

		iova += ends[n] << pgt_shift(fmt, level);
	}
	return iova & ~(align - 1);
}

/* One of the format's; half of the time the smallest. */
static u64 some_size(void)
{
	u64 sizes = fmt->pgsizes;
	u32 skip;

	for (skip = choose(6); skip > 2; skip--)
		if (sizes & (sizes - 1))
			sizes &= sizes - 1;
	return sizes & -sizes;
}

static size_t some_count(void)
{
	return choose(4000) != 1 ? 1 + choose(4) : 500 + choose(100);
}

static struct pgt_leaf some_leaf(void)
{
	struct pgt_leaf leaf = { .size = some_size() };

	leaf.iova = some_iova(leaf.size);
	/* Bits in all places. */
	leaf.phys = (choose(65536) * 0x9e3779b97f4a7c15ULL) &
		    ((1ULL << fmt->oas) - 1) & ~(leaf.size - 1);
	leaf.prot = choose(50) != 1 ? 1 + choose(3) : 0;
	return leaf;
}

/* An instance with all that a format has, or with less. */
static struct pgt_walker some_walker(void)
{
	struct pgt_walker w = full_walker(choose(2) ? fmt - pgt_format(0) :
						      choose(MOCK_NR_FORMATS));

	if (!choose(4)) {
		w.ias -= choose(20);
		w.oas -= choose(20);
		w.pgsizes &= w.pgsizes - 1;
	}
	return w;
}

/* ---- operations ---------------------------------------------------------- */

static bool map_differs(void)
{
	struct pgt_leaf leaf = some_leaf();
	int patience = choose(5) != 1 ? -1 : (int)choose(4), ret, want;
	size_t count = some_count(), done, wanted;

	if (nr_leaves + count > MAX_LEAVES)
		return false;
	ret = owner_map(&pt, &leaf, count, patience, &done, NULL);
	/* Had it not given up, it would have gone on. */
	if (ret == -ENOMEM)
		count = done / leaf.size;
	want = model_map(&leaf, count, &wanted);
	return (ret != -ENOMEM && ret != want) || done != wanted;
}

static bool unmap_differs(void)
{
	u64 size, iova;

	if (nr_leaves && choose(3)) {
		const struct pgt_leaf *leaf = &model[choose(nr_leaves)];

		iova = leaf->iova;
		size = leaf->size * (1 + choose(3));
	} else {
		iova = some_iova(1ULL << fmt->granule);
		size = some_size() * some_count();
	}
	if (model_unmap(iova, size) != owner_unmap(&pt, iova, size, NULL))
		return true;
	/* The invalidation may come later, or be one of everything. */
	if (choose(4))
		pgt_cover(&pt, iova, size);
	else if (choose(2))
		pgt_cover(&pt, 0, 0);
	return false;
}

static bool leaf_differs(const struct pgt_leaf *a, const struct pgt_leaf *b)
{
	return a->iova != b->iova || a->phys != b->phys || a->size != b->size ||
	       a->prot != b->prot;
}

static bool walk_differs(void)
{
	u64 iova = some_iova(1) + choose(8192);
	unsigned int want = model_after(iova);
	struct pgt_leaf leaf;

	/* Past the last address, there is nothing. */
	if (pgt_walk(&pt, iova, &leaf) != (want < nr_leaves))
		return true;
	return want < nr_leaves && leaf_differs(&leaf, &model[want]);
}

static bool output_differs(void)
{
	u64 iova = some_iova(1) + choose(8192);
	unsigned int i = model_after(iova);
	u64 want = 0;

	if (i < nr_leaves && model[i].iova <= iova)
		want = model[i].phys + (iova - model[i].iova);
	return pgt_output(&pt, iova) != want;
}

static bool translate_differs(void)
{
	struct pgt_walker w = some_walker();
	u64 iova = some_iova(1) + choose(8192);
	struct pgt_leaf leaf, want;
	unsigned int steps;
	int ret = pgt_translate(&pt, &w, iova, &leaf, &steps);

	if (steps > w.fmt->levels)
		return true;
	if (w.fmt == fmt)
		return ret != model_translate(&w, iova, &want) ||
		       (!ret && leaf_differs(&leaf, &want));
	if (ret)
		return ret != -ENOENT && ret != -EILSEQ;
	return iova < leaf.iova || iova - leaf.iova >= leaf.size ||
	       !(w.pgsizes & leaf.size) || !model_reaches(&leaf);
}

/* Nothing that is empty is kept after this. */
static void settle(void)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	pgt_cover(&pt, 0, 0);
	pgt_settle(&pt, &freed);
	tables_free(fmt, &freed);
}

/* There is nothing to prune, for nobody works at it. */
static bool prune_differs(void)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	settle();
	pgt_prune(&pt, some_iova(1), &freed);
	return freed.tables;
}

/*
 * As many tables as the leaves need; and those of one way from the root to the
 * end, if one is kept.
 */
static bool tables_differ(void)
{
	u64 needed = model_tables(), more = (u64)pt.tables - needed;

	return more > (pt.kept ? fmt->levels : 0) || live_tables != pt.tables ||
	       pgt_bytes(&pt) != (u64)pt.tables * pgt_table_size(fmt);
}

/* ---- for the programs ---------------------------------------------------- */

void model_start(enum mock_format format)
{
	fmt = pgt_format(format);
	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
	pt.keeps = choose(2);
	/* Walkers of larger tables get on, or stop at the first pointer. */
	table_align = choose(2) << 16;
}

const char *model_operate(void)
{
	static const struct {
		bool (*differs)(void);
		const char *name;
	} operations[] = {
		{ map_differs, "map" }, { map_differs, "map" },
		{ map_differs, "map" }, { unmap_differs, "unmap" },
		{ unmap_differs, "unmap" }, { unmap_differs, "unmap" },
		{ walk_differs, "walk" }, { translate_differs, "translate" },
		{ translate_differs, "translate" }, { prune_differs, "prune" },
		{ output_differs, "output" },
	};
	u32 i = choose(sizeof(operations) / sizeof(operations[0]));

	if (operations[i].differs())
		return operations[i].name;
	if (!choose(2))
		settle();
	if (tables_differ())
		return "tables";
	return pgt_mapped(&pt) == model_mapped() ? NULL : "mapped";
}

/* All leaves in turn, as who shows a table does it. */
static bool list_differs(void)
{
	struct pgt_leaf leaf;
	unsigned int i = 0;
	u64 iova = 0;

	while (pgt_walk(&pt, iova, &leaf)) {
		if (i == nr_leaves || leaf_differs(&leaf, &model[i++]))
			return true;
		iova = leaf.iova + leaf.size;
	}
	return i != nr_leaves;
}

/* Each step goes on; and in the end all is counted. */
static bool census_differs(void)
{
	struct pgt_level_count counts[PGT_MAX_LEVELS] = { 0 };
	struct pgt_level_count want[PGT_MAX_LEVELS];
	u64 iova = 0, before = 0;

	while (pgt_census_step(&pt, &iova, counts)) {
		if (iova <= before)
			return true;
		before = iova;
	}
	model_census(want);
	return memcmp(counts, want, sizeof(want));
}

const char *model_compare(void)
{
	if (list_differs())
		return "list";
	settle();
	return census_differs() ? "census" : NULL;
}

const char *model_end(void)
{
	owner_clear(&pt);
	nr_leaves = 0;
	return pt.tables || pgt_mapped(&pt) || pt.root || live_tables ? "left" : NULL;
}
