// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench vfio: the cost for VFIO's type1 to map memory of a process for a PCI
 * function, and to unmap it. The functions are mock functions or others, each
 * in a container of its own. All use the same memory, in which no two pages are
 * contiguous.
 *
 * The functions take turns, round by round. The others are compared with the
 * first. Each pays for looking up and pinning the pages.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/pages.h"
#include "bench/peer.h"
#include "bench/samples.h"
#include "lib/vfio.h"

#define MAX_PEERS 16
/* An address at which no IOMMU of a PC reserves anything. */
#define IOVA (1ULL << 32)

enum {
	C_CASE,
	C_SUBJECT,
	C_IOMMU,
	C_FORMAT,
	C_IOTLB,
	C_MAP,
	C_MAP_LOW,
	C_MAP_HIGH,
	C_MAP_FIRST,
	C_UNMAP,
	C_UNMAP_LOW,
	C_UNMAP_HIGH,
	C_UNMAP_FIRST,
	C_BOTH,
	C_BOTH_LOW,
	C_BOTH_HIGH,
	C_BOTH_FIRST,
	C_PAGES,
	C_PIECES,
	C_ROUNDS,
};

static const struct report_column columns[] = {
	{ "CASE", R_STRING, RC_DEFAULT, "how the pages are mapped and unmapped",
	  0 },
	{ "SUBJECT", R_STRING, RC_DEFAULT, "the PCI function", 0 },
	{ "IOMMU", R_STRING, RC_DEFAULT, "the unit that it is behind", 0 },
	{ "FORMAT", R_STRING, 0, "of a mock's tables", 0 },
	{ "IOTLB", R_NUMBER, 0, "entries of a mock's", 0 },
	{ "MAP", R_DECIMAL, RC_DEFAULT, "ns a page, median of the rounds", 0 },
	{ "MAP_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "MAP_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "MAP_FIRST", R_DECIMAL, RC_DEFAULT, "times the first subject", 0 },
	{ "UNMAP", R_DECIMAL, RC_DEFAULT, "the same of unmapping", 0 },
	{ "UNMAP_LOW", R_DECIMAL, 0, "", 0 },
	{ "UNMAP_HIGH", R_DECIMAL, 0, "", 0 },
	{ "UNMAP_FIRST", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "BOTH", R_DECIMAL, RC_DEFAULT, "the same of both together", 0 },
	{ "BOTH_LOW", R_DECIMAL, 0, "", 0 },
	{ "BOTH_HIGH", R_DECIMAL, 0, "", 0 },
	{ "BOTH_FIRST", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "PAGES", R_NUMBER, 0, "mapped in a round", 0 },
	{ "PIECES", R_NUMBER, 0,
	  "that the memory is in, each of them mapped by itself", 0 },
	{ "ROUNDS", R_NUMBER, 0, "rounds measured", 0 },
	{ 0 },
};

const struct report_shape bench_vfio_shape = { "vfio", columns };

#define BARS(heading, column, text)                                       \
	{                                                                 \
		.kind = CHART_BARS, .title = (heading), .note = (text),   \
		.facet = C_CASE, .pick = -1, .series = { C_SUBJECT, -1 }, \
		.x = -1, .y = (column), .low = (column) + 1,              \
		.high = (column) + 2                                      \
	}

static const struct report_chart charts[] = {
	BARS("Map and unmap a page, ns", C_BOTH,
	     "Bar: median; line: from the least to the most of the rounds."),
	BARS("Map a page, ns", C_MAP, NULL),
	BARS("Unmap a page, ns", C_UNMAP, NULL),
	{ .title = NULL },
};

/* Bytes that a call maps, and unmaps; 0: all. */
static const struct vfio_case {
	const char *name;
	uint64_t map, unmap;
	bool pairs; /* unmap the pages of each call before the next one */
} cases[] = {
	{ "all at once", 0, 0, false },
	{ "page by page", PAGE, PAGE, false },
	{ "page by page, unmapped at once", PAGE, 0, false },
	{ "a page and back", PAGE, PAGE, true },
};

struct vfio_subject {
	const char *label;
	struct peer peer;
	struct samples map, unmap, both;
};

struct vfio_bench {
	struct lab *lab;
	struct report *report;
	struct pages pages;
	uint64_t pieces;
	struct vfio_subject subjects[MAX_PEERS];
	unsigned int n;
};

/* ---- subjects ------------------------------------------------------------------ */

static int add(struct vfio_bench *b, const char *which, const char *label)
{
	struct vfio_subject *s = &b->subjects[b->n];
	int st;

	if (b->n == MAX_PEERS)
		return fail(b->lab->ctx, which, "that is more than %d",
			    MAX_PEERS);
	st = peer_open(b->lab, which, &s->peer);
	if (!st) {
		s->label = label ? label : s->peer.name;
		b->n++;
	}
	return st;
}

/* The default functions: some formats, each without and with an IOTLB. */
static const struct own {
	const char *label, *format;
	unsigned int iotlb;
} own[] = {
	{ "vtd-4l iotlb=0", "vtd-4l", 0 }, { "vtd-4l", "vtd-4l", 256 },
	{ "amd-v1 iotlb=0", "amd-v1", 0 }, { "amd-v1", "amd-v1", 256 },
	{ "x86-4l iotlb=0", "x86-4l", 0 }, { "x86-4l", "x86-4l", 256 },
	{ "arm-4k iotlb=0", "arm-4k", 0 }, { "arm-4k", "arm-4k", 256 },
};

static int add_own(struct vfio_bench *b, const struct own *o)
{
	autofree char *name = lab_name("%s-%u", o->format, o->iotlb);
	autofree char *options =
		xprintf("format=%s iotlb=%u", o->format, o->iotlb);
	int st = lab_instance(b->lab, name, options);

	if (!st)
		st = lab_function(b->lab, name, name);
	return !st ? add(b, name, o->label) : st;
}

static int add_all(struct vfio_bench *b)
{
	int st = 0;

	for (int i = 0; i < b->lab->argc && !st; i++)
		st = add(b, b->lab->argv[i], NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(own) && !st; i++)
		if (!b->lab->argc)
			st = add_own(b, &own[i]);
	return st;
}

/* ---- measuring ----------------------------------------------------------------- */

/* In calls of so many bytes: 0 or -errno. */
static int map_range(struct vfio_bench *b, int container, uint64_t from,
		     uint64_t size, uint64_t call)
{
	int err = 0;

	for (uint64_t at = from; at < from + size && !err; at += call)
		err = vfio_map(container, b->pages.memory + at, IOVA + at,
			       call);
	return err;
}

static int unmap_range(int container, uint64_t from, uint64_t size,
		       uint64_t call)
{
	int err = 0;

	for (uint64_t at = from; at < from + size && !err; at += call)
		err = vfio_unmap(container, IOVA + at, call);
	return err;
}

/* One call unmaps what one call mapped. */
static uint64_t go_of(const struct vfio_bench *b, const struct vfio_case *c)
{
	return c->pairs ? PAGE : b->pages.size;
}

static int once(struct vfio_bench *b, struct vfio_subject *s,
		const struct vfio_case *c)
{
	uint64_t all = b->pages.size, go = go_of(b, c);
	uint64_t map_ns = 0, unmap_ns = 0;
	double pages = (double)(all / PAGE);
	int err = 0;

	for (uint64_t at = 0; at < all && !err; at += go) {
		uint64_t start = now_ns(), middle;

		err = map_range(b, s->peer.container, at, go,
				c->map ? c->map : all);
		middle = now_ns();
		map_ns += middle - start;
		if (!err)
			err = unmap_range(s->peer.container, at, go,
					  c->unmap ? c->unmap : all);
		unmap_ns += now_ns() - middle;
	}
	if (err)
		return fail(b->lab->ctx, s->label, "%s", vfio_error());
	samples_add(&s->map, (double)map_ns / pages);
	samples_add(&s->unmap, (double)unmap_ns / pages);
	samples_add(&s->both, (double)(map_ns + unmap_ns) / pages);
	return 0;
}

static void put_all(struct report_row *row, unsigned int column,
		    const struct samples *own_one, const struct samples *first)
{
	put_samples(row, column, own_one);
	put_ratio(row, column + 3, own_one, first);
}

static void put_row(struct vfio_bench *b, const struct vfio_case *c,
		    const struct vfio_subject *s)
{
	const struct vfio_subject *first = &b->subjects[0];
	struct report_row *row = report_add(b->report, NULL);

	report_str(row, C_CASE, c->name);
	report_str(row, C_SUBJECT, s->label);
	report_str(row, C_IOMMU, s->peer.unit);
	if (s->peer.format) {
		report_str(row, C_FORMAT, s->peer.format);
		report_num(row, C_IOTLB, s->peer.iotlb);
	}
	put_all(row, C_MAP, &s->map, &first->map);
	put_all(row, C_UNMAP, &s->unmap, &first->unmap);
	put_all(row, C_BOTH, &s->both, &first->both);
	report_num(row, C_PAGES, b->pages.size / PAGE);
	if (b->pieces)
		report_num(row, C_PIECES, b->pieces);
	report_num(row, C_ROUNDS, s->map.n);
}

static int run_case(struct vfio_bench *b, const struct vfio_case *c)
{
	int st = 0;

	for (unsigned int i = 0; i < b->n; i++)
		b->subjects[i].map.n = b->subjects[i].unmap.n =
			b->subjects[i].both.n = 0;
	lab_progress(c->name);
	for (unsigned int round = 0; round < b->lab->rounds; round++) {
		for (unsigned int i = 0; i < b->n && !st; i++) {
			st = lab_stopped(b->lab);
			if (!st)
				st = once(b, &b->subjects[i], c);
		}
	}
	for (unsigned int i = 0; i < b->n && !st; i++)
		put_row(b, c, &b->subjects[i]);
	return st;
}

static int run_cases(struct vfio_bench *b)
{
	uint64_t size = b->lab->quick ? 8ULL << 20 : 128ULL << 20;
	int st = 0;

	if (pages_get(&b->pages, size))
		return fail(b->lab->ctx, NULL, "no memory to map");
	b->pieces = pages_pieces(b->lab->ctx, &b->pages);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases) && !st; i++)
		st = run_case(b, &cases[i]);
	pages_put(&b->pages);
	return st;
}

static int run(struct lab *lab, struct report *report)
{
	unsigned int before = lab->scope.n;
	struct vfio_bench *b;
	int st = vfio_load(lab->ctx), undone;

	if (st)
		return st;
	b = xalloc(sizeof(*b));
	b->lab = lab;
	b->report = report;
	st = add_all(b);
	if (!st)
		st = run_cases(b);
	undone = lab_undo(lab, before);
	free(b);
	return !st ? undone : st;
}

const struct bench bench_vfio = { "vfio", &bench_vfio_shape, charts, run,
				  true };
