// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench dma: the cost of an operation of a device's DMA engine, when the IOTLB
 * of the instance contains every page, and when each page needs a walk. The
 * operation is done by one engine; by two behind one instance, which take turns
 * page by page; and by two behind two instances, which run in parallel.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "lib/dma.h"
#include "lib/knobs.h"

#define PAGE 4096ULL
#define MAX_SIZE MOCK_DMA_MAX
#define IOVA (1ULL << 30) /* each engine has its own source and target there */
#define ENGINES 2
#define ENTRIES 8192 /* many times the pages: few sets overflow */
#define END_MS 60000 /* longer than any measurement */

enum {
	C_OPERATION,
	C_ENGINES,
	C_SIZE,
	C_IOTLB,
	C_NS,
	C_LOW,
	C_HIGH,
	C_HIT,
	C_ONE,
	C_RATE,
	C_HITS,
	C_MISSES,
	C_REPEAT,
	C_ROUNDS,
};

static const struct report_column columns[] = {
	{ "OPERATION", R_STRING, RC_DEFAULT, "of a DMA engine", 0 },
	{ "ENGINES", R_STRING, RC_DEFAULT,
	  "that do it at once, and behind how many instances", 0 },
	{ "SIZE", R_SIZE, RC_DEFAULT, "of the operation", 0 },
	{ "IOTLB", R_STRING, RC_DEFAULT,
	  "hit: it has all pages; miss: there is none", 0 },
	{ "NS", R_DECIMAL, RC_DEFAULT,
	  "ns until all have done it, median of the rounds", 0 },
	{ "NS_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "NS_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "TIMES_HIT", R_DECIMAL, RC_DEFAULT, "times the same with hits", 0 },
	{ "TIMES_ONE", R_DECIMAL, RC_DEFAULT, "times the same by one engine",
	  0 },
	{ "MB_S", R_DECIMAL, RC_DEFAULT, "10^6 bytes a second, of all engines",
	  0 },
	{ "HITS", R_NUMBER, 0, "of the IOTLB, in all rounds", 0 },
	{ "MISSES", R_NUMBER, 0, "", 0 },
	{ "REPEAT", R_NUMBER, 0, "operations in a round, of an engine", 0 },
	{ "ROUNDS", R_NUMBER, 0, "rounds measured", 0 },
	{ 0 },
};

const struct report_shape bench_dma_shape = { "dma", columns };

static const struct report_chart charts[] = {
	{ .kind = CHART_LINES,
	  .title = "Time of an operation, ns",
	  .note = "Up to a page there is one translation, from there on one for each page.",
	  .facet = C_OPERATION,
	  .pick = -1,
	  .series = { C_ENGINES, C_IOTLB },
	  .x = C_SIZE,
	  .y = C_NS,
	  .low = -1,
	  .high = -1,
	  .log_x = true,
	  .log_y = true,
	  .x_label = "size",
	  .y_label = "ns" },
	{ .title = NULL },
};

/* The working engines, in order of their instances. */
static const struct way {
	const char *name;
	unsigned int engines;
	bool apart; /* each behind an instance of its own */
} ways[] = {
	{ "1", 1, false },
	{ "2 behind 1", 2, false },
	{ "2 behind 2", 2, true },
};

/* All ways for one operation; the others would show the same. */
static const struct operation {
	const char *name, *options;
	bool to; /* it has a second address */
	unsigned int ways;
} operations[] = {
	{ "write", " pattern=0x5aa55aa5", false, ARRAY_SIZE(ways) },
	{ "read", "", false, 1 },
	{ "copy", "", true, 1 },
	{ "sum", "", false, 1 },
};

static const uint64_t sizes[] = {
	64, 1024, PAGE, 8 * PAGE, 64 * PAGE, MAX_SIZE
};

enum { HIT, MISS, KINDS };
static const char *const kind_words[] = { "hit", "miss" };

/* The first instance of each kind has two devices, the second one. */
enum { FIRST, SECOND, THIRD, DEVICES };

struct kind {
	char *instances[ENGINES];
	char *devices[DEVICES];
	struct samples ns;
	uint64_t hits, misses;
};

struct dma_bench {
	struct lab *lab;
	struct report *report;
	struct kind kinds[KINDS];
	char *domain, *buffer;
	struct samples one[KINDS]; /* by one engine */
};

/* ---- engines and their memory ------------------------------------------------------------- */

static int add_kind(struct dma_bench *b, unsigned int which)
{
	struct kind *k = &b->kinds[which];
	autofree char *options =
		xprintf("pgsizes=4K iotlb=%d", which == HIT ? ENTRIES : 0);
	int st = 0;

	for (unsigned int i = 0; i < ENGINES && !st; i++) {
		k->instances[i] = lab_name("%s%u", kind_words[which], i);
		st = lab_instance(b->lab, k->instances[i], options);
	}
	for (unsigned int i = 0; i < DEVICES && !st; i++) {
		k->devices[i] = lab_name("%s-%u", kind_words[which], i);
		st = lab_device(b->lab, k->devices[i],
				k->instances[i == THIRD]);
	}
	return st;
}

/* One domain for all, where each engine of the two has its own memory. */
static int add_domain(struct dma_bench *b)
{
	uint64_t size = ENGINES * 2 * MAX_SIZE;
	autofree char *length = xprintf("%" PRIu64, size);
	autofree char *iova = xprintf("0x%llx", IOVA);
	int st;

	b->domain = lab_name("dma");
	b->buffer = lab_name("memory");
	st = lab_buffer(b->lab, b->buffer, size);
	if (!st)
		st = lab_domain(b->lab, b->domain, b->kinds[0].devices[0]);
	for (unsigned int i = 0; i < KINDS * DEVICES && !st; i++)
		st = lab_attach(b->lab, b->domain,
				b->kinds[i / DEVICES].devices[i % DEVICES]);
	return !st ? lab_map(b->lab, b->domain, iova, length, b->buffer) : st;
}

static const char *device_of(const struct kind *k, const struct way *way,
			     unsigned int engine)
{
	return k->devices[engine == 0 ? FIRST : way->apart ? THIRD : SECOND];
}

/* ---- measuring ----------------------------------------------------------------- */

static int start(struct dma_bench *b, const char *device,
		 const struct operation *op, unsigned int engine, uint64_t size,
		 unsigned int repeat)
{
	uint64_t from = IOVA + engine * 2 * MAX_SIZE;
	autofree char *to = op->to ? xprintf(" to=0x%" PRIx64,
					     (uint64_t)(from + MAX_SIZE)) :
				     xstrdup("");
	autofree char *request =
		xprintf("%s 0x%" PRIx64 " %" PRIu64 "%s%s repeat=%u", op->name,
			from, size, op->options, to, repeat);

	return dma_start(b->lab->ctx, device, request);
}

/* Waits until the operation ends without error; closes the file. */
static int end(struct dma_bench *b, const char *device, int fd)
{
	autobuf struct buf line = { 0 };
	struct dma_status status;
	int err = dma_wait(b->lab->ctx, fd, END_MS, &status, &line);

	close(fd);
	if (err)
		return knob_read_fail(b->lab->ctx, device, "what came of it",
				      err);
	if (status.ret)
		return fail(b->lab->ctx, device, "%s", line.text);
	return 0;
}

/* All engines at once, and then all have ended. */
static int work(struct dma_bench *b, const struct kind *k,
		const struct way *way, const struct operation *op,
		uint64_t size, unsigned int repeat)
{
	int fds[ENGINES], st = 0;
	unsigned int n;

	for (n = 0; n < way->engines && !st; n++) {
		const char *device = device_of(k, way, n);

		fds[n] = start(b, device, op, n, size, repeat);
		if (fds[n] < 0) {
			st = knob_fail(b->lab->ctx, device, fds[n]);
			break;
		}
	}
	for (unsigned int i = 0; i < n; i++) {
		int ended = end(b, device_of(k, way, i), fds[i]);

		st = !st ? ended : st;
	}
	return st;
}

static int count(struct dma_bench *b, const struct kind *k, const char *key,
		 uint64_t *sum)
{
	int st = 0;

	*sum = 0;
	for (unsigned int i = 0; i < ENGINES && !st; i++) {
		uint64_t n = 0;

		st = lab_stat(b->lab, k->instances[i], key, &n);
		*sum += n;
	}
	return st;
}

/* One round before the measurement fills the IOTLB. */
static int once(struct dma_bench *b, struct kind *k, const struct way *way,
		const struct operation *op, uint64_t size, unsigned int repeat)
{
	uint64_t hits = 0, misses = 0, all_hits = 0, all_misses = 0, from;
	int st = work(b, k, way, op, size, 1);

	if (!st)
		st = count(b, k, "hits", &hits);
	if (!st)
		st = count(b, k, "misses", &misses);
	from = now_ns();
	if (!st)
		st = work(b, k, way, op, size, repeat);
	if (!st)
		samples_add(&k->ns, (double)(now_ns() - from) / repeat);
	if (!st)
		st = count(b, k, "hits", &all_hits);
	if (!st)
		st = count(b, k, "misses", &all_misses);
	k->hits += all_hits - hits;
	k->misses += all_misses - misses;
	return st;
}

/* Enough operations for a measurable time, by pages and by bytes. */
static unsigned int repeats(const struct lab *lab, uint64_t size)
{
	uint64_t bytes = (lab->quick ? 4ULL : 32ULL) << 20;
	uint64_t most = lab->quick ? 2000 : 20000;

	return (unsigned int)(bytes / size < most ? bytes / size : most);
}

static void put_row(struct dma_bench *b, const struct way *way,
		    const struct operation *op, uint64_t size,
		    unsigned int which)
{
	const struct kind *k = &b->kinds[which];
	struct report_row *row = report_add(b->report, NULL);
	double ns = samples_median(&k->ns);

	report_str(row, C_OPERATION, op->name);
	report_str(row, C_ENGINES, way->name);
	report_num(row, C_SIZE, size);
	report_str(row, C_IOTLB, kind_words[which]);
	put_samples(row, C_NS, &k->ns);
	put_ratio(row, C_HIT, &k->ns, &b->kinds[HIT].ns);
	put_ratio(row, C_ONE, &k->ns, &b->one[which]);
	if (ns > 0)
		put_decimal(row, C_RATE,
			    (double)(size * way->engines) * 1000 / ns);
	report_num(row, C_HITS, k->hits);
	report_num(row, C_MISSES, k->misses);
	report_num(row, C_REPEAT, repeats(b->lab, size));
	report_num(row, C_ROUNDS, k->ns.n);
}

static int run_size(struct dma_bench *b, const struct way *way,
		    const struct operation *op, uint64_t size)
{
	int st = 0;

	for (unsigned int i = 0; i < KINDS; i++) {
		b->kinds[i].ns.n = 0;
		b->kinds[i].hits = b->kinds[i].misses = 0;
	}
	for (unsigned int round = 0; round < b->lab->rounds; round++) {
		for (unsigned int i = 0; i < KINDS && !st; i++) {
			st = lab_stopped(b->lab);
			if (!st)
				st = once(b, &b->kinds[i], way, op, size,
					  repeats(b->lab, size));
		}
	}
	for (unsigned int i = 0; i < KINDS && !st; i++) {
		if (way->engines == 1)
			b->one[i] = b->kinds[i].ns;
		put_row(b, way, op, size, i);
	}
	return st;
}

static int run_operation(struct dma_bench *b, const struct operation *op)
{
	int st = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (unsigned int w = 0; w < op->ways && !st; w++) {
			autofree char *what =
				xprintf("%s of %" PRIu64 ", engines: %s",
					op->name, sizes[i], ways[w].name);

			lab_progress(what);
			st = run_size(b, &ways[w], op, sizes[i]);
		}
	}
	return st;
}

static int run(struct lab *lab, struct report *report)
{
	struct dma_bench *b = xalloc(sizeof(*b));
	int st = 0;

	b->lab = lab;
	b->report = report;
	for (unsigned int i = 0; i < KINDS && !st; i++)
		st = add_kind(b, i);
	if (!st)
		st = add_domain(b);
	for (unsigned int i = 0; i < ARRAY_SIZE(operations); i++)
		if (!st)
			st = run_operation(b, &operations[i]);
	for (unsigned int i = 0; i < KINDS; i++) {
		for (unsigned int k = 0; k < ENGINES; k++)
			free(b->kinds[i].instances[k]);
		for (unsigned int k = 0; k < DEVICES; k++)
			free(b->kinds[i].devices[k]);
	}
	free(b->domain);
	free(b->buffer);
	free(b);
	return st;
}

const struct bench bench_dma = { "dma", &bench_dma_shape, charts, run, false };
