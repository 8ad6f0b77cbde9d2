// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench map: the cost to map and unmap a page, in every format. For comparison
 * it measures the least possible: the core's own part (a domain that does
 * nothing), the stores (a loop that does nothing else), and their memory (the
 * same loop, into zeroed pages that are allocated on the way). It also measures
 * the kernel's own page tables, where modules may use them.
 *
 * The subjects of a case take turns, round by round, so that a disturbance of
 * the machine affects all of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "cli/command.h"
#include "lib/knobs.h"
#include "lib/words.h"

#define K 1024ULL
#define M (1024 * K)
#define G (1024 * M)

enum {
	C_CASE,
	C_PATTERN,
	C_THREADS,
	C_TOTAL,
	C_SUBJECT,
	C_MAP,
	C_MAP_LOW,
	C_MAP_HIGH,
	C_MAP_NULL,
	C_MAP_FLOOR,
	C_MAP_ALLOC,
	C_MAP_AMDV1,
	C_MAP_VTDSS,
	C_UNMAP,
	C_UNMAP_LOW,
	C_UNMAP_HIGH,
	C_UNMAP_NULL,
	C_UNMAP_FLOOR,
	C_UNMAP_ALLOC,
	C_UNMAP_AMDV1,
	C_UNMAP_VTDSS,
	C_TABLES,
	C_LEAST,
	C_ATTACHED,
	C_PAGE,
	C_BATCH,
	C_ROUNDS,
	C_WHAT,
};

static const struct report_column columns[] = {
	{ "CASE", R_STRING, RC_DEFAULT, "what is mapped by a call", 0 },
	{ "PATTERN", R_STRING, RC_DEFAULT, "in which order", 0 },
	{ "THREADS", R_NUMBER, RC_DEFAULT, "how many, side by side", 0 },
	{ "TOTAL", R_SIZE, RC_DEFAULT, "mapped in all", 0 },
	{ "SUBJECT", R_STRING, RC_DEFAULT,
	  "a format; or null, loop, alloc: see bench in docs/ABI.md; or the kernel's amdv1, vtdss, x86_64",
	  0 },
	{ "MAP", R_DECIMAL, RC_DEFAULT, "ns a page, median of the rounds", 0 },
	{ "MAP_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "MAP_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "MAP_NULL", R_DECIMAL, RC_DEFAULT, "times null", 0 },
	{ "MAP_FLOOR", R_DECIMAL, RC_DEFAULT, "times null and loop together",
	  0 },
	{ "MAP_ALLOC", R_DECIMAL, RC_DEFAULT, "times null and alloc together",
	  0 },
	{ "MAP_AMDV1", R_DECIMAL, RC_DEFAULT, "times the kernel's amdv1", 0 },
	{ "MAP_VTDSS", R_DECIMAL, RC_DEFAULT, "times the kernel's vtdss", 0 },
	{ "UNMAP", R_DECIMAL, RC_DEFAULT, "the same of unmapping", 0 },
	{ "UNMAP_LOW", R_DECIMAL, 0, "", 0 },
	{ "UNMAP_HIGH", R_DECIMAL, 0, "", 0 },
	{ "UNMAP_NULL", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "UNMAP_FLOOR", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "UNMAP_ALLOC", R_DECIMAL, 0, "", 0 },
	{ "UNMAP_AMDV1", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "UNMAP_VTDSS", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "TABLES", R_SIZE, RC_DEFAULT, "page tables, while all was mapped",
	  0 },
	{ "LEAST", R_SIZE, 0, "the fewest the format can do with", 0 },
	{ "ATTACHED", R_BOOL, 0, "a device is on the domain", 0 },
	{ "PAGE", R_SIZE, 0, "page size", 0 },
	{ "BATCH", R_NUMBER, 0, "pages a call", 0 },
	{ "ROUNDS", R_NUMBER, 0, "rounds measured", 0 },
	{ "WHAT", R_STRING, 0, "case, pattern and threads in one", 0 },
	{ 0 },
};

const struct report_shape bench_map_shape = { "map", columns };

static const struct report_chart charts[] = {
	{ .kind = CHART_LINES,
	  .title = "Map 4K pages in calls of 1M, ns a page",
	  .note = "Flat: what a page costs does not depend on how much is mapped. The smallest totals also pay for the upper tables.",
	  .facet = -1,
	  .pick = C_CASE,
	  .picked = "4K by 256",
	  .series = { C_SUBJECT, -1 },
	  .x = C_TOTAL,
	  .y = C_MAP,
	  .low = -1,
	  .high = -1,
	  .log_x = true,
	  .x_label = "mapped",
	  .y_label = "ns" },
	{ .kind = CHART_LINES,
	  .title = "Unmap them, ns a page",
	  .facet = -1,
	  .pick = C_CASE,
	  .picked = "4K by 256",
	  .series = { C_SUBJECT, -1 },
	  .x = C_TOTAL,
	  .y = C_UNMAP,
	  .low = -1,
	  .high = -1,
	  .log_x = true,
	  .x_label = "mapped",
	  .y_label = "ns" },
	{ .kind = CHART_BARS,
	  .title = "Map, ns a page",
	  .note = "Bar: median; line: from the least to the most of the rounds.",
	  .facet = C_WHAT,
	  .pick = -1,
	  .series = { C_SUBJECT, -1 },
	  .x = -1,
	  .y = C_MAP,
	  .low = C_MAP_LOW,
	  .high = C_MAP_HIGH },
	{ .title = NULL },
};

/* ---- cases ------------------------------------------------------------------ */

struct map_case {
	const char *name;
	uint64_t page;
	unsigned int batch;
	const char *pattern;
	unsigned int threads;
	uint64_t total;
	unsigned int rounds; /* in one measurement */
};

/* Totals are such that a call and a clock tick are small against them. */
static const struct map_case cases[] = {
	{ "4K", 4 * K, 1, "strided", 1, 64 * M, 1 },
	{ "4K", 4 * K, 1, "contiguous", 1, 64 * M, 1 },
	{ "4K", 4 * K, 1, "strided", 2, 256 * M, 1 },
	{ "4K", 4 * K, 1, "contiguous", 2, 256 * M, 1 },
	{ "4K by 512", 4 * K, 512, "contiguous", 1, G, 1 },
	{ "4K by 512", 4 * K, 512, "strided", 1, G, 1 },
	{ "4K by 512", 4 * K, 512, "contiguous", 2, 4 * G, 1 },
	{ "4K by 512", 4 * K, 512, "strided", 2, 4 * G, 1 },
	{ "2M", 2 * M, 1, "strided", 1, 32 * G, 1 },
	{ "2M", 2 * M, 1, "contiguous", 1, 32 * G, 1 },
	{ "2M", 2 * M, 1, "strided", 2, 128 * G, 1 },
	{ "2M", 2 * M, 1, "contiguous", 2, 128 * G, 1 },
	{ "2M and 4K by 512", 4 * K, 512, "mixed", 1, G, 1 },
	{ "2M and 4K by 512", 4 * K, 512, "mixed", 2, 4 * G, 1 },
	{ "16K", 16 * K, 1, "strided", 1, 256 * M, 1 },
	{ "16K by 128", 16 * K, 128, "contiguous", 1, 4 * G, 1 },
	{ "64K", 64 * K, 1, "strided", 1, G, 1 },
	{ "64K by 32", 64 * K, 32, "contiguous", 1, 16 * G, 1 },
};

/* The curves: the same amount of work for every total. */
#define CURVE_PAGE (4 * K)
#define CURVE_BATCH 256
#define CURVE_FROM M
#define CURVE_TO (4 * G)
#define CURVE_WORK (256 * M)

/* ---- subjects ---------------------------------------------------------------- */

/* Geometry of a format: 2^granule bytes a page and a table, and the levels. */
static const struct geometry {
	const char *format;
	unsigned int granule, levels;
} geometries[] = {
	{ "arm-4k", 12, 4 },	 { "arm-16k", 14, 4 },
	{ "arm-64k", 16, 3 },	 { "x86-4l", 12, 4 },
	{ "x86-5l", 12, 5 },	 { "vtd-3l", 12, 3 },
	{ "vtd-4l", 12, 4 },	 { "vtd-5l", 12, 5 },
	{ "amd-v1", 12, 5 },	 { "riscv-sv39", 12, 3 },
	{ "riscv-sv48", 12, 4 }, { "riscv-sv57", 12, 5 },
};

enum { S_NULL, S_LOOP, S_ALLOC, S_AMDV1, S_VTDSS, S_X86_64, S_FORMATS };

static const char *const limits[] = { "null",  "loop",	"alloc",
				      "amdv1", "vtdss", "x86_64" };

struct subject {
	const char *name;
	char *domain; /* of formats */
	const struct geometry *geometry; /* of formats */
	bool attached;
	bool absent; /* this kernel does not have it */
	struct samples map, unmap;
	struct cost cost;
};

/* Besides the formats, one of them with a device: its unmaps invalidate. */
#define MAX_SUBJECTS (S_FORMATS + ARRAY_SIZE(geometries) + 1)

struct map_bench {
	struct lab *lab;
	struct report *report;
	struct subject subjects[MAX_SUBJECTS];
	unsigned int n;
};

/* True if the subject has pages of that size. The kernel's own tables have 4K and 2M. */
static bool has_page(const struct map_bench *b, unsigned int i, uint64_t page)
{
	const struct geometry *g = b->subjects[i].geometry;

	if (!g)
		return i < S_AMDV1 || page == 4 * K || page == 2 * M;
	return page == 1ULL << g->granule ||
	       (page == 2 * M && g->granule == 12);
}

/* The fewest bytes of tables that can map a total from 0 on. */
static uint64_t least(const struct geometry *g, const struct map_case *c)
{
	unsigned int level = c->page > 1ULL << g->granule,
		     index = g->granule - 3;
	uint64_t tables = 0;

	for (; level < g->levels; level++) {
		uint64_t span = 1ULL << (g->granule + (level + 1) * index);

		/* Mixed: a table of small pages for every other 2M. */
		if (!level && !strcmp(c->pattern, "mixed"))
			span *= 2;
		tables += (c->total + span - 1) / span;
	}
	return tables << g->granule;
}

static void add_limits(struct map_bench *b)
{
	for (unsigned int i = 0; i < S_FORMATS; i++)
		b->subjects[b->n++].name = limits[i];
}

/*
 * A domain of that format. The domain has been on a device once, because some
 * kernels do not know its format before.
 */
static int add_format(struct map_bench *b, const struct geometry *g,
		      bool attached)
{
	struct lab *lab = b->lab;
	struct subject *s = &b->subjects[b->n];
	autofree char *name =
		lab_name("%s%s", g->format, attached ? "-on" : "");
	autofree char *options = xprintf("format=%s", g->format);
	unsigned int before;
	int st = lab_instance(lab, name, options);

	if (!st)
		st = lab_device(lab, name, name);
	if (!st)
		st = lab_domain(lab, name, name);
	before = lab->scope.n;
	if (!st)
		st = lab_attach(lab, name, name);
	if (!st && !attached)
		st = lab_undo(lab, before);
	if (st)
		return st;
	s->domain = xstrdup(name);
	s->name = attached ? "arm-4k attached" : g->format;
	s->geometry = g;
	s->attached = attached;
	b->n++;
	return 0;
}

static int add_formats(struct map_bench *b)
{
	int st = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(geometries) && !st; i++)
		st = add_format(b, &geometries[i], false);
	return !st ? add_format(b, &geometries[0], true) : st;
}

/* ---- measuring ---------------------------------------------------------------- */

static int once(struct map_bench *b, struct subject *s,
		const struct map_case *c)
{
	const struct work work = {
		.subject = s->geometry ? "domain" : s->name,
		.domain = s->domain,
		.page = c->page,
		.total = c->total,
		.batch = c->batch,
		.pattern = c->pattern,
		.threads = c->threads,
		.rounds = c->rounds,
	};
	int err = lab_measure(b->lab, &work, &s->cost);

	if (err == -EOPNOTSUPP) {
		s->absent = true;
		return 0;
	}
	if (err)
		return knob_fail(b->lab->ctx, s->name, err);
	samples_add(&s->map, (double)s->cost.map_ns / (double)s->cost.pages);
	samples_add(&s->unmap,
		    (double)s->cost.unmap_ns / (double)s->cost.pages);
	return 0;
}

static bool takes_part(const struct map_bench *b, unsigned int i,
		       const struct map_case *c, bool (*in)(unsigned int i))
{
	return !b->subjects[i].absent && has_page(b, i, c->page) &&
	       (!in || in(i));
}

/* Measures the subjects that "in" selects (NULL: all), which take turns in each round. */
static int measure(struct map_bench *b, const struct map_case *c,
		   bool (*in)(unsigned int i))
{
	autofree char *what =
		xprintf("%s %s, %u %s", c->name, c->pattern, c->threads,
			by_count(c->threads, "thread", "threads"));
	int st = 0;

	for (unsigned int i = 0; i < b->n; i++)
		b->subjects[i].map.n = b->subjects[i].unmap.n = 0;
	for (unsigned int round = 0; round < b->lab->rounds; round++) {
		lab_progress(what);
		for (unsigned int i = 0; i < b->n && !st; i++) {
			if (!takes_part(b, i, c, in))
				continue;
			st = lab_stopped(b->lab);
			if (!st)
				st = once(b, &b->subjects[i], c);
		}
	}
	return st;
}

/* ---- the report ---------------------------------------------------------------- */

static void put_ratios(struct report_row *row, unsigned int column,
		       const struct samples *own, const struct samples *of_null,
		       const struct samples *of_loop,
		       const struct samples *of_alloc,
		       const struct samples *of_amdv1,
		       const struct samples *of_vtdss)
{
	struct samples floor = samples_sum(of_null, of_loop);
	struct samples alloc = samples_sum(of_null, of_alloc);

	put_ratio(row, column, own, of_null);
	put_ratio(row, column + 1, own, &floor);
	put_ratio(row, column + 2, own, &alloc);
	put_ratio(row, column + 3, own, of_amdv1);
	put_ratio(row, column + 4, own, of_vtdss);
}

static void put_row(struct map_bench *b, const struct map_case *c,
		    const struct subject *s, bool curve)
{
	const struct subject *all = b->subjects;
	struct report_row *row = report_add(b->report, NULL);

	report_str(row, C_CASE, c->name);
	report_str(row, C_PATTERN, c->pattern);
	report_num(row, C_THREADS, c->threads);
	report_num(row, C_TOTAL, c->total);
	report_str(row, C_SUBJECT, s->name);
	put_samples(row, C_MAP, &s->map);
	put_ratios(row, C_MAP_NULL, &s->map, &all[S_NULL].map, &all[S_LOOP].map,
		   &all[S_ALLOC].map, &all[S_AMDV1].map, &all[S_VTDSS].map);
	put_samples(row, C_UNMAP, &s->unmap);
	put_ratios(row, C_UNMAP_NULL, &s->unmap, &all[S_NULL].unmap,
		   &all[S_LOOP].unmap, &all[S_ALLOC].unmap, &all[S_AMDV1].unmap,
		   &all[S_VTDSS].unmap);
	if (s->geometry) {
		report_num(row, C_TABLES, s->cost.tables);
		report_num(row, C_LEAST, least(s->geometry, c));
		report_num(row, C_ATTACHED, s->attached);
	}
	report_num(row, C_PAGE, c->page);
	report_num(row, C_BATCH, c->batch);
	report_num(row, C_ROUNDS, s->map.n);
	if (!curve)
		report_fmt(row, C_WHAT, "%s, %s, %u thread%s", c->name,
			   c->pattern, c->threads, c->threads > 1 ? "s" : "");
}

static int run_case(struct map_bench *b, const struct map_case *c,
		    bool (*in)(unsigned int i))
{
	int st = measure(b, c, in);

	for (unsigned int i = 0; i < b->n && !st; i++)
		if (b->subjects[i].map.n)
			put_row(b, c, &b->subjects[i], in);
	return st;
}

/* The most curves that a reader can tell apart in one picture. */
static bool on_curve(unsigned int i)
{
	return i != S_LOOP && i != S_X86_64 &&
	       (i < S_FORMATS || i == S_FORMATS || i == S_FORMATS + 8);
}

static int run_curves(struct map_bench *b)
{
	uint64_t step = b->lab->quick ? 16 : 4;
	int st = 0;

	for (uint64_t total = CURVE_FROM; total <= CURVE_TO && !st;
	     total *= step) {
		struct map_case c = {
			"4K by 256", CURVE_PAGE, CURVE_BATCH, "contiguous", 1,
			total,	     1
		};

		if (total < CURVE_WORK)
			c.rounds = (unsigned int)(CURVE_WORK / total);
		st = run_case(b, &c, on_curve);
	}
	return st;
}

static int run(struct lab *lab, struct report *report)
{
	struct map_bench *b = xalloc(sizeof(*b));
	int st;

	b->lab = lab;
	b->report = report;
	add_limits(b);
	st = add_formats(b);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases) && !st; i++) {
		struct map_case c = cases[i];

		if (lab->quick)
			c.total /= 4;
		st = run_case(b, &c, NULL);
	}
	if (!st)
		st = run_curves(b);
	for (unsigned int i = 0; i < b->n; i++)
		free(b->subjects[i].domain);
	free(b);
	return st;
}

const struct bench bench_map = { "map", &bench_map_shape, charts, run, false };
