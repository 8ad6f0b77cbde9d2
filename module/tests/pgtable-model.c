// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "pgtable-model.h"

#define MAX_LEAVES 4096
#define MAX_TABLES 2048

static struct pgt pt;
static const struct pgt_format *fmt;
static struct pgt_leaf model[MAX_LEAVES];
static unsigned int nr_leaves;

/* Where the tables of each level begin, in no order. */
static u64 tables[PGT_MAX_LEVELS][MAX_TABLES];
static unsigned int nr_tables[PGT_MAX_LEVELS];

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

static u64 table_start(unsigned int level, u64 iova)
{
	return iova >> pgt_shift(fmt, level + 1) << pgt_shift(fmt, level + 1);
}

static bool has_table(unsigned int level, u64 iova)
{
	unsigned int i;

	for (i = 0; i < nr_tables[level]; i++)
		if (tables[level][i] == table_start(level, iova))
			return true;
	return false;
}

/* Make the tables that lead to a leaf, from the top; false if they do not do. */
static bool make_tables(const struct pgt_leaf *leaf, int *patience)
{
	unsigned int level;

	for (level = fmt->levels; level--;) {
		if (leaf->size > 1ULL << pgt_shift(fmt, level))
			break;
		if (has_table(level, leaf->iova))
			continue;
		if (!*patience)
			return false;
		--*patience;
		tables[level][nr_tables[level]++] =
			table_start(level, leaf->iova);
	}
	return true;
}

/* The tables below the top that lie in a range are gone. */
static void drop_tables(u64 iova, u64 size)
{
	unsigned int level, i;

	for (level = 0; level < fmt->levels - 1U; level++) {
		u64 span = 1ULL << pgt_shift(fmt, level + 1);

		for (i = 0; i < nr_tables[level];) {
			u64 start = tables[level][i];

			if (start >= iova && start + span <= iova + size)
				tables[level][i] =
					tables[level][--nr_tables[level]];
			else
				i++;
		}
	}
}

static int model_map(const struct pgt_leaf *want, size_t count, int patience,
		     size_t *done)
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
		struct pgt_leaf leaf = {
			.iova = iova, .phys = want->phys + *done,
			.size = want->size,
			.prot = expected_prot(fmt, want->prot),
		};

		if (i < nr_leaves && model[i].iova < iova + want->size)
			return -EEXIST;
		if (!make_tables(&leaf, &patience))
			return -ENOMEM;
		drop_tables(iova, want->size);
		memmove(&model[i + 1], &model[i],
			(nr_leaves++ - i) * sizeof(model[0]));
		model[i] = leaf;
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
	drop_tables(iova, done);
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

/* Forget the tables that no leaf needs. */
static void model_trim(void)
{
	int patience = -1;
	unsigned int i;

	memset(nr_tables, 0, sizeof(nr_tables));
	for (i = 0; i < nr_leaves; i++)
		make_tables(&model[i], &patience);
}

static void model_census(struct pgt_level_count counts[PGT_MAX_LEVELS])
{
	unsigned int level, i;

	memset(counts, 0, PGT_MAX_LEVELS * sizeof(*counts));
	for (level = 0; level < fmt->levels; level++) {
		struct pgt_level_count *count = &counts[level];

		count->tables = nr_tables[level];
		for (i = 0; i < nr_leaves; i++)
			count->leaves += model[i].size ==
					 1ULL << pgt_shift(fmt, level);
		count->used = count->leaves + (level ? count[-1].tables : 0);
	}
}

static u64 model_tables(void)
{
	unsigned int level;
	u64 sum = 0;

	for (level = 0; level < fmt->levels; level++)
		sum += nr_tables[level];
	return sum;
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

/* Now and then, more than a table has. */
static size_t some_count(void)
{
	return choose(1000) != 1 ? 1 + choose(4) : 500 + choose(100);
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
	want = model_map(&leaf, count, patience, &wanted);
	return ret != want || done != wanted;
}

static bool unmap_differs(void)
{
	u64 size, iova;

	if (nr_leaves && choose(3)) {
		const struct pgt_leaf *leaf = &model[choose(nr_leaves)];

		iova = leaf->iova;
		size = leaf->size * (1 + choose(3));
	} else if (choose(2)) {
		/* All that a table translates, one below the top. */
		size = 1ULL << pgt_shift(fmt, 1 + choose(fmt->levels - 1));
		iova = some_iova(size);
	} else {
		iova = some_iova(1ULL << fmt->granule);
		size = some_size() * some_count();
	}
	return model_unmap(iova, size) != owner_unmap(&pt, iova, size, NULL);
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

/* Seldom, so that there are empty tables. */
static bool trim_differs(void)
{
	if (choose(4))
		return false;
	model_trim();
	owner_trim(&pt);
	return false;
}

static bool tables_differ(void)
{
	return (u64)pt.tables != model_tables() || live_tables != pt.tables ||
	       pgt_bytes(&pt) != (u64)pt.tables * pgt_table_size(fmt);
}

/* ---- for the programs ---------------------------------------------------- */

void model_start(enum mock_format format)
{
	fmt = pgt_format(format);
	pgt_init(&pt, fmt, fmt->ias, fmt->oas);
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
		{ translate_differs, "translate" }, { trim_differs, "trim" },
		{ output_differs, "output" },
	};
	u32 i = choose(sizeof(operations) / sizeof(operations[0]));

	if (operations[i].differs())
		return operations[i].name;
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
	return census_differs() ? "census" : NULL;
}

const char *model_end(void)
{
	owner_clear(&pt);
	nr_leaves = 0;
	memset(nr_tables, 0, sizeof(nr_tables));
	return pt.tables || pgt_mapped(&pt) || pt.root || live_tables ? "left" : NULL;
}
