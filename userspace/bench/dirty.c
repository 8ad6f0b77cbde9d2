// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench dirty: the cost of dirty tracking. The dirty bits of a small domain and
 * of a large one are read, with no page dirty and with all. Then a domain is
 * mapped, and written by DMA, while it tracks and while it does not.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "lib/dma.h"
#include "lib/env.h"
#include "lib/knobs.h"

#define PAGE 4096ULL
#define IOVA ((uint64_t)1 << 30)
#define SMALL 16 /* pages */
#define LARGE 4096
#define MAP_TOTAL (4ULL << 20)
#define ENTRIES 16384 /* many times the pages: few sets overflow */
#define END_MS 60000

enum {
	C_OPERATION,
	C_PAGES,
	C_TRACKING,
	C_NS,
	C_LOW,
	C_HIGH,
	C_OFF,
	C_SMALL,
	C_DIRTY,
	C_REPEAT,
	C_ROUNDS,
};

static const struct report_column columns[] = {
	{ "OPERATION", R_STRING, RC_DEFAULT, "what is measured", 0 },
	{ "PAGES", R_NUMBER, RC_DEFAULT, "of 4K that it is about", 0 },
	{ "TRACKING", R_STRING, RC_DEFAULT,
	  "off, on, or reread: on, and each page has become clean before", 0 },
	{ "NS", R_DECIMAL, RC_DEFAULT, "ns a page, median of the rounds", 0 },
	{ "NS_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "NS_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "TIMES_OFF", R_DECIMAL, RC_DEFAULT, "times the same without tracking",
	  0 },
	{ "TIMES_SMALL", R_DECIMAL, RC_DEFAULT,
	  "times a page of the small domain", 0 },
	{ "DIRTY", R_NUMBER, 0, "pages that one read finds", 0 },
	{ "REPEAT", R_NUMBER, 0, "operations in a round", 0 },
	{ "ROUNDS", R_NUMBER, 0, "rounds measured", 0 },
	{ 0 },
};

const struct report_shape bench_dirty_shape = { "dirty", columns };

static const struct report_chart charts[] = {
	{ .kind = CHART_BARS,
	  .title = "Time of a page, ns",
	  .note = "A read looks at each entry of the tables, and makes a list of what it finds.",
	  .facet = C_OPERATION,
	  .pick = -1,
	  .series = { C_PAGES, C_TRACKING },
	  .x = -1,
	  .y = C_NS,
	  .low = C_LOW,
	  .high = C_HIGH },
	{ .title = NULL },
};

enum size { S_SMALL, S_LARGE, SIZES };
static const unsigned int page_counts[] = { SMALL, LARGE };

enum tracking { OFF, ON, REREAD, TRACKINGS };
static const char *const tracking_words[] = { "off", "on", "reread" };

/* A domain with memory, and the device that writes to it. */
struct dirty_bench {
	struct lab *lab;
	struct report *report;
	char *instance, *empty; /* nothing is mapped in the last domain */
	char *devices[SIZES], *domains[SIZES], *buffers[SIZES];
	struct samples clean[SIZES], all[SIZES]; /* of a read */
	struct samples map[ON + 1], write[TRACKINGS];
	uint64_t last; /* dirty pages that the last read found */
	uint64_t clean_found[SIZES], all_found[SIZES];
};

/* ---- the objects ---------------------------------------------------------------- */

static int check_kernel(struct lab *lab)
{
	autobuf struct buf info = { 0 };
	autofree char *dirty = NULL;

	if (knob_read(lab->ctx, "build_info", &info) == 0)
		dirty = env_fact(info.text, "dirty");
	if (dirty && *dirty == '1')
		return 0;
	return env_errno(
		lab->ctx, -EOPNOTSUPP,
		"the IOMMU core of this kernel does not let drivers track the writes of devices");
}

static int add_size(struct dirty_bench *b, enum size size)
{
	uint64_t bytes = page_counts[size] * PAGE;
	autofree char *length = xprintf("%" PRIu64, bytes);
	autofree char *iova = xprintf("0x%" PRIx64, IOVA);
	int st;

	b->devices[size] = lab_name("dirty-%u", size);
	b->domains[size] = lab_name("tracks-%u", size);
	b->buffers[size] = lab_name("written-%u", size);
	st = lab_device(b->lab, b->devices[size], b->instance);
	if (!st)
		st = lab_tracking_domain(b->lab, b->domains[size],
					 b->devices[size]);
	if (!st)
		st = lab_buffer(b->lab, b->buffers[size], bytes);
	if (!st)
		st = lab_attach(b->lab, b->domains[size], b->devices[size]);
	return !st ? lab_map(b->lab, b->domains[size], iova, length,
			     b->buffers[size]) :
		     st;
}

static int set_up(struct dirty_bench *b)
{
	autofree char *options =
		xprintf("dirty=1 pgsizes=4K iotlb=%d", ENTRIES);
	int st;

	b->instance = lab_name("dirty");
	b->empty = lab_name("empty");
	st = lab_instance(b->lab, b->instance, options);
	for (unsigned int i = 0; i < SIZES && !st; i++)
		st = add_size(b, i);
	return !st ? lab_tracking_domain(b->lab, b->empty,
					 b->devices[S_SMALL]) :
		     st;
}

static void free_names(struct dirty_bench *b)
{
	for (unsigned int i = 0; i < SIZES; i++) {
		free(b->devices[i]);
		free(b->domains[i]);
		free(b->buffers[i]);
	}
	free(b->instance);
	free(b->empty);
}

/* ---- operations ----------------------------------------------------------------- */

static int track(struct dirty_bench *b, const char *domain, enum tracking how)
{
	autofree char *file = xprintf("domains/%s/dirty", domain);

	return knob_do(b->lab->ctx, domain, file, how == OFF ? "off" : "on");
}

/* Which pages are dirty? They are clean after it. */
static int read_bits(struct dirty_bench *b, enum size size)
{
	autofree char *file = xprintf("domains/%s/dirty", b->domains[size]);
	autobuf struct buf answer = { 0 };
	int err = knob_ask(b->lab->ctx, file, &answer, "read");
	uint64_t bytes = 0;

	if (err)
		return knob_fail(b->lab->ctx, b->domains[size], err);
	for (const char *at = answer.text; (at = strstr(at, " size="));)
		bytes += strtoull(at += strlen(" size="), NULL, 0);
	b->last = bytes / PAGE;
	return 0;
}

/* One write of the engine. */
static int dma(struct dirty_bench *b, enum size size, uint64_t at,
	       uint64_t bytes)
{
	autofree char *request = xprintf("write 0x%" PRIx64 " %" PRIu64
					 " pattern=0x5aa55aa5",
					 IOVA + at, bytes);
	autobuf struct buf line = { 0 };
	struct dma_status status;
	int fd = dma_start(b->lab->ctx, b->devices[size], request);
	int err;

	if (fd < 0)
		return knob_fail(b->lab->ctx, b->devices[size], fd);
	err = dma_wait(b->lab->ctx, fd, END_MS, &status, &line);
	close(fd);
	if (err)
		return knob_read_fail(b->lab->ctx, b->devices[size],
				      "what came of it", err);
	return status.ret ?
		       fail(b->lab->ctx, b->devices[size], "%s", line.text) :
		       0;
}

/* The device writes all pages of its domain. */
static int write_all(struct dirty_bench *b, enum size size)
{
	uint64_t bytes = page_counts[size] * PAGE, step;
	int st = 0;

	for (uint64_t at = 0; at < bytes && !st; at += step) {
		step = bytes - at < MOCK_DMA_MAX ? bytes - at : MOCK_DMA_MAX;
		st = dma(b, size, at, step);
	}
	return st;
}

/* ---- rounds --------------------------------------------------------------------- */

/* A small domain is read more often, so that a round takes a while. */
static unsigned int reads(const struct dirty_bench *b, enum size size)
{
	return (b->lab->quick ? 4 : 32) * (size == S_SMALL ? 8 : 1);
}

static int round_of_reads(struct dirty_bench *b, enum size size, bool all)
{
	struct samples *ns = all ? &b->all[size] : &b->clean[size];
	uint64_t *found = all ? b->all_found : b->clean_found;
	unsigned int n = reads(b, size);
	uint64_t spent = 0;
	int st = read_bits(b, size);

	for (unsigned int i = 0; i < n && !st; i++) {
		uint64_t from;

		if (all)
			st = write_all(b, size);
		from = now_ns();
		if (!st)
			st = read_bits(b, size);
		spent += now_ns() - from;
	}
	if (!st)
		samples_add(ns, (double)spent / n / page_counts[size]);
	found[size] = b->last;
	return st;
}

static unsigned int maps(const struct dirty_bench *b)
{
	return b->lab->quick ? 1 : 4;
}

static int round_of_maps(struct dirty_bench *b, enum tracking how)
{
	struct work work = { .subject = "domain",
			     .domain = b->empty,
			     .page = PAGE,
			     .total = MAP_TOTAL,
			     .batch = 1,
			     .pattern = "strided",
			     .threads = 1,
			     .rounds = maps(b) };
	struct cost cost;
	int st = track(b, b->empty, how), err;

	if (st)
		return st;
	err = lab_measure(b->lab, &work, &cost);
	if (err)
		return knob_fail(b->lab->ctx, b->empty, err);
	samples_add(&b->map[how],
		    (double)(cost.map_ns + cost.unmap_ns) / cost.pages);
	return 0;
}

static unsigned int writes(const struct dirty_bench *b)
{
	return b->lab->quick ? 4 : 64;
}

/*
 * Before the first write the IOTLB has all pages, and the pages that are tracked
 * are dirty. A read of the bits makes them clean, and the IOTLB forgets them.
 */
static int round_of_writes(struct dirty_bench *b, enum tracking how)
{
	uint64_t bytes = MOCK_DMA_MAX, spent = 0;
	unsigned int n = writes(b);
	int st = track(b, b->domains[S_LARGE], how);

	if (!st)
		st = dma(b, S_LARGE, 0, bytes);
	for (unsigned int i = 0; i < n && !st; i++) {
		uint64_t from;

		if (how == REREAD)
			st = read_bits(b, S_LARGE);
		from = now_ns();
		if (!st)
			st = dma(b, S_LARGE, 0, bytes);
		spent += now_ns() - from;
	}
	if (!st)
		samples_add(&b->write[how],
			    (double)spent / n / ((double)bytes / PAGE));
	return st;
}

/* The operations take turns. */
static int one_round(struct dirty_bench *b)
{
	int st = 0;

	for (unsigned int i = 0; i <= ON && !st; i++)
		st = round_of_maps(b, i);
	for (unsigned int i = 0; i < TRACKINGS && !st; i++)
		st = round_of_writes(b, i);
	for (unsigned int i = 0; i < SIZES && !st; i++)
		st = track(b, b->domains[i], ON);
	for (unsigned int i = 0; i < SIZES && !st; i++) {
		st = round_of_reads(b, i, true);
		if (!st)
			st = round_of_reads(b, i, false);
	}
	return !st ? lab_stopped(b->lab) : st;
}

/* ---- rows ----------------------------------------------------------------------- */

static struct report_row *put_row(struct dirty_bench *b, const char *operation,
				  uint64_t pages, enum tracking how,
				  const struct samples *ns, unsigned int repeat)
{
	struct report_row *row = report_add(b->report, NULL);

	report_str(row, C_OPERATION, operation);
	report_num(row, C_PAGES, pages);
	report_str(row, C_TRACKING, tracking_words[how]);
	put_samples(row, C_NS, ns);
	report_num(row, C_REPEAT, repeat);
	report_num(row, C_ROUNDS, ns->n);
	return row;
}

static void put_reads(struct dirty_bench *b, const char *operation,
		      const struct samples *ns, const uint64_t *found)
{
	for (unsigned int i = 0; i < SIZES; i++) {
		struct report_row *row = put_row(b, operation, page_counts[i],
						 ON, &ns[i], reads(b, i));

		put_ratio(row, C_SMALL, &ns[i], &ns[S_SMALL]);
		report_num(row, C_DIRTY, found[i]);
	}
}

static void put_all(struct dirty_bench *b)
{
	put_reads(b, "read, all clean", b->clean, b->clean_found);
	put_reads(b, "read, all dirty", b->all, b->all_found);
	for (unsigned int i = 0; i <= ON; i++)
		put_ratio(put_row(b, "map, unmap", MAP_TOTAL / PAGE, i,
				  &b->map[i], maps(b)),
			  C_OFF, &b->map[i], &b->map[OFF]);
	for (unsigned int i = 0; i < TRACKINGS; i++)
		put_ratio(put_row(b, "DMA write", MOCK_DMA_MAX / PAGE, i,
				  &b->write[i], writes(b)),
			  C_OFF, &b->write[i], &b->write[OFF]);
}

static int run(struct lab *lab, struct report *report)
{
	struct dirty_bench *b;
	int st = check_kernel(lab);

	if (st)
		return st;
	b = xalloc(sizeof(*b));
	b->lab = lab;
	b->report = report;
	st = set_up(b);
	for (unsigned int round = 0; round < lab->rounds && !st; round++) {
		lab_progress("dirty tracking");
		st = one_round(b);
	}
	if (!st)
		put_all(b);
	free_names(b);
	free(b);
	return st;
}

const struct bench bench_dirty = { "dirty", &bench_dirty_shape, charts, run,
				   true };
