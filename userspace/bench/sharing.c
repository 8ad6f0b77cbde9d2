// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench sharing: one domain for all instances, or a copy for each. How much do
 * shared page tables save, and what do they cost?
 */
#include <stdlib.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "lib/knobs.h"
#include "lib/words.h"

#define MAX_INSTANCES 64
#define TOTAL (16ULL << 20) /* mapped, for each device to see */

enum {
	C_CASE,
	C_INSTANCES,
	C_WAY,
	C_DOMAINS,
	C_TABLES,
	C_MAP,
	C_MAP_LOW,
	C_MAP_HIGH,
	C_UNMAP,
	C_UNMAP_LOW,
	C_UNMAP_HIGH,
	C_CALLS,
	C_INVALIDATIONS,
	C_TOTAL,
};

static const struct report_column columns[] = {
	{ "CASE", R_STRING, RC_DEFAULT, "what is mapped by a call", 0 },
	{ "INSTANCES", R_NUMBER, RC_DEFAULT, "each with one device", 0 },
	{ "WAY", R_STRING, RC_DEFAULT,
	  "shared: one domain, all devices on it; copied: a domain for each",
	  0 },
	{ "DOMAINS", R_NUMBER, RC_DEFAULT, "how many that takes", 0 },
	{ "TABLES", R_SIZE, RC_DEFAULT, "their page tables", 0 },
	{ "MAP", R_DECIMAL, RC_DEFAULT,
	  "us to map all of it for all devices, median of the rounds", 0 },
	{ "MAP_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "MAP_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "UNMAP", R_DECIMAL, RC_DEFAULT, "us to unmap it", 0 },
	{ "UNMAP_LOW", R_DECIMAL, 0, "the least", 0 },
	{ "UNMAP_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "CALLS", R_NUMBER, RC_DEFAULT, "of iommu_unmap()", 0 },
	{ "INVALIDATIONS", R_NUMBER, RC_DEFAULT,
	  "that the instances got for them", 0 },
	{ "TOTAL", R_SIZE, 0, "mapped", 0 },
	{ 0 },
};

const struct report_shape bench_sharing_shape = { "sharing", columns };

#define CURVE(heading, column, label, text)                               \
	{                                                                 \
		.kind = CHART_LINES, .title = (heading), .note = (text),  \
		.facet = C_CASE, .pick = -1, .series = { C_WAY, -1 },     \
		.x = C_INSTANCES, .y = (column), .low = -1, .high = -1,   \
		.log_x = true, .x_label = "instances", .y_label = (label) \
	}

static const struct report_chart charts[] = {
	CURVE("Page tables", C_TABLES, "bytes",
	      "16M mapped for every device. A copy for each instance takes that many times the memory."),
	CURVE("Time to map, us", C_MAP, "us", NULL),
	CURVE("Time to unmap, us", C_UNMAP, "us",
	      "Sharing does the table's part once; what is left is one invalidation for each instance."),
	CURVE("Invalidations", C_INVALIDATIONS, "", NULL),
	{ .title = NULL },
};

static const struct sharing_case {
	const char *name;
	uint64_t page;
	unsigned int batch;
} cases[] = {
	{ "4K", 4096, 1 },
	{ "4K by 512", 4096, 512 },
	{ "2M", 2 << 20, 1 },
};

/* A way to place the instances, and its cost in one round. */
struct way {
	const char *name;
	bool shared;
	struct samples map, unmap;
	uint64_t tables, calls, invalidations;
};

struct sharing {
	struct lab *lab;
	struct report *report;
	unsigned int n; /* instances */
	char *devices[MAX_INSTANCES]; /* and their instances' names */
	char *own[MAX_INSTANCES]; /* their domains */
	char *shared; /* domain for all */
};

static int add_one(struct sharing *s)
{
	struct lab *lab = s->lab;
	char *name = lab_name("i%u", s->n), *own = lab_name("own%u", s->n);
	int st;

	s->devices[s->n] = name;
	s->own[s->n++] = own;
	st = lab_instance(lab, name, "");
	if (!st)
		st = lab_device(lab, name, name);
	if (!st)
		st = lab_domain(lab, own, name);
	if (!st && s->n == 1) {
		s->shared = lab_name("shared");
		st = lab_domain(lab, s->shared, name);
	}
	return st;
}

static int count_invalidations(struct sharing *s, uint64_t *sum)
{
	int st = 0;

	*sum = 0;
	for (unsigned int i = 0; i < s->n && !st; i++) {
		uint64_t n = 0;

		st = lab_stat(s->lab, s->devices[i], "invalidations", &n);
		*sum += n;
	}
	return st;
}

static int attach_all(struct sharing *s, bool shared)
{
	int st = 0;

	for (unsigned int i = 0; i < s->n && !st; i++)
		st = lab_attach(s->lab, shared ? s->shared : s->own[i],
				s->devices[i]);
	return st;
}

/* Map and unmap in each of the domains. */
static int work_all(struct sharing *s, const struct sharing_case *c,
		    const struct way *way, struct cost *sum)
{
	unsigned int domains = way->shared ? 1 : s->n;

	*sum = (struct cost){ 0 };
	for (unsigned int i = 0; i < domains; i++) {
		const struct work work = {
			.subject = "domain",
			.domain = way->shared ? s->shared : s->own[i],
			.page = c->page,
			.total = TOTAL,
			.batch = c->batch,
			.pattern = "contiguous",
			.threads = 1,
			.rounds = 1,
		};
		struct cost cost;
		int err = lab_measure(s->lab, &work, &cost);

		if (err)
			return knob_fail(s->lab->ctx, work.domain, err);
		sum->map_ns += cost.map_ns;
		sum->unmap_ns += cost.unmap_ns;
		sum->tables += cost.tables;
		sum->calls += cost.calls;
	}
	return 0;
}

static int one_round(struct sharing *s, const struct sharing_case *c,
		     struct way *way)
{
	unsigned int before = s->lab->scope.n;
	uint64_t invalidated = 0, after = 0;
	struct cost cost = { 0 };
	int st = attach_all(s, way->shared), undone;

	if (!st)
		st = count_invalidations(s, &invalidated);
	if (!st)
		st = work_all(s, c, way, &cost);
	if (!st)
		st = count_invalidations(s, &after);
	if (!st) {
		samples_add(&way->map, (double)cost.map_ns / 1000);
		samples_add(&way->unmap, (double)cost.unmap_ns / 1000);
		way->tables = cost.tables;
		way->calls = cost.calls;
		way->invalidations = after - invalidated;
	}
	undone = lab_undo(s->lab, before);
	return !st ? undone : st;
}

static void put_way(struct sharing *s, const struct sharing_case *c,
		    const struct way *way)
{
	struct report_row *row = report_add(s->report, NULL);

	report_str(row, C_CASE, c->name);
	report_num(row, C_INSTANCES, s->n);
	report_str(row, C_WAY, way->name);
	report_num(row, C_DOMAINS, way->shared ? 1 : s->n);
	report_num(row, C_TABLES, way->tables);
	put_samples(row, C_MAP, &way->map);
	put_samples(row, C_UNMAP, &way->unmap);
	report_num(row, C_CALLS, way->calls);
	report_num(row, C_INVALIDATIONS, way->invalidations);
	report_num(row, C_TOTAL, TOTAL);
}

static int run_case(struct sharing *s, const struct sharing_case *c)
{
	struct way ways[] = { { .name = "shared", .shared = true },
			      { .name = "copied" } };
	autofree char *what = xprintf("%u %s, %s", s->n,
				      by_count(s->n, "instance", "instances"),
				      c->name);
	int st = 0;

	lab_progress(what);
	for (unsigned int round = 0; round < s->lab->rounds; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(ways); i++) {
			if (!st)
				st = lab_stopped(s->lab);
			if (!st)
				st = one_round(s, c, &ways[i]);
		}
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ways) && !st; i++)
		put_way(s, c, &ways[i]);
	return st;
}

static int run(struct lab *lab, struct report *report)
{
	struct sharing *s = xalloc(sizeof(*s));
	unsigned int max = lab->quick ? 16 : MAX_INSTANCES;
	unsigned int step = lab->quick ? 4 : 2;
	int st = 0;

	s->lab = lab;
	s->report = report;
	for (unsigned int n = 1; n <= max && !st; n *= step) {
		while (s->n < n && !st)
			st = add_one(s);
		for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++)
			if (!st)
				st = run_case(s, &cases[i]);
	}
	for (unsigned int i = 0; i < s->n; i++) {
		free(s->devices[i]);
		free(s->own[i]);
	}
	free(s->shared);
	free(s);
	return st;
}

const struct bench bench_sharing = { "sharing", &bench_sharing_shape, charts,
				     run, false };
