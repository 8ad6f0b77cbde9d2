// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench knobs: how many operations a second go through the module's files,
 * opened and closed each time, as a shell does; with few and with many
 * objects around.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "lib/knobs.h"

#define MANY 200

enum {
	C_OPERATION,
	C_OBJECTS,
	C_PER_SECOND,
	C_US,
	C_LOW,
	C_HIGH,
};

static const struct report_column columns[] = {
	{ "OPERATION", R_STRING, RC_DEFAULT, "what is done again and again",
	  0 },
	{ "OBJECTS", R_NUMBER, RC_DEFAULT,
	  "instances, and as many devices, groups and domains", 0 },
	{ "PER_SECOND", R_NUMBER, RC_DEFAULT, "operations", 0 },
	{ "US", R_DECIMAL, RC_DEFAULT, "us each, median of the rounds", 0 },
	{ "US_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "US_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ 0 },
};

const struct report_shape bench_knobs_shape = { "knobs", columns };

static const struct report_chart charts[] = {
	{ .kind = CHART_BARS,
	  .title = "Time of an operation, us; objects",
	  .note = "state is a line for each object; nothing else depends on how many there are.",
	  .facet = C_OBJECTS,
	  .pick = -1,
	  .series = { C_OPERATION, -1 },
	  .x = -1,
	  .y = C_US,
	  .low = C_LOW,
	  .high = C_HIGH },
	{ .title = NULL },
};

/*
 * Writes to up to two files, which undo each other, or a read. In file and
 * text NAME stands for the instance, device, group and domain that it is
 * tried on, BUFFER for a buffer of 4K.
 */
static const struct operation {
	const char *name;
	const char *file, *text; /* no text: it is read */
	const char *file2, *text2;
	bool ask; /* the answer is read as well */
} operations[] = {
	{ "read state", "state", NULL, NULL, NULL, false },
	{ "read stats", "stats", NULL, NULL, NULL, false },
	{ "read info", "domains/NAME/info", NULL, NULL, NULL, false },
	{ "set policy", "instances/NAME/policy", "compatible", NULL, NULL,
	  false },
	{ "map, unmap", "domains/NAME/map", "0 BUFFER", "domains/NAME/unmap",
	  "0 4K", false },
	{ "walk", "domains/NAME/walk", "1G", NULL, NULL, true },
	{ "claim, release", "groups/NAME/claim", "1", "groups/NAME/claim", "0",
	  false },
	{ "attach, detach", "domains/NAME/attach", "NAME",
	  "domains/NAME/detach", "NAME", false },
};

struct knobs_bench {
	struct lab *lab;
	struct report *report;
	unsigned int objects;
	char *name, *buffer;
};

/* With the names in place of NAME and BUFFER. */
static char *filled(const struct knobs_bench *b, const char *text)
{
	const char *at = text ? strstr(text, "NAME") : NULL;

	if (at)
		return xprintf("%.*s%s%s", (int)(at - text), text, b->name,
			       at + strlen("NAME"));
	at = text ? strstr(text, "BUFFER") : NULL;
	if (at)
		return xprintf("%.*s%s", (int)(at - text), text, b->buffer);
	return xstrdup_or_null(text);
}

static int once(struct knobs_bench *b, const char *file, const char *text,
		bool ask, struct buf *answer)
{
	struct ctx *ctx = b->lab->ctx;
	int err;

	if (text && !ask)
		return knob_do(ctx, b->name, file, "%s", text);
	err = ask ? knob_ask(ctx, file, answer, "%s", text) :
		    knob_read(ctx, file, answer);
	return err ? knob_fail(ctx, file, err) : 0;
}

static int repeat(struct knobs_bench *b, const struct operation *op,
		  unsigned int times, struct samples *us)
{
	autofree char *file = filled(b, op->file), *text = filled(b, op->text);
	autofree char *file2 = filled(b, op->file2);
	autofree char *text2 = filled(b, op->text2);
	autobuf struct buf answer = { 0 };
	uint64_t start = now_ns();
	int st = 0;

	for (unsigned int i = 0; i < times && !st; i++) {
		st = once(b, file, text, op->ask, &answer);
		if (!st && file2)
			st = once(b, file2, text2, false, &answer);
	}
	samples_add(us, (double)(now_ns() - start) / times / 1000);
	return st;
}

/* The operations take turns, too. */
static int measure(struct knobs_bench *b)
{
	struct samples us[ARRAY_SIZE(operations)] = { 0 };
	unsigned int times = b->lab->quick ? 20 : 100;
	int st = 0;

	for (unsigned int round = 0; round < b->lab->rounds; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(us); i++) {
			if (!st)
				st = lab_stopped(b->lab);
			if (!st)
				st = repeat(b, &operations[i], times, &us[i]);
		}
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(us) && !st; i++) {
		struct report_row *row = report_add(b->report, NULL);
		double each = samples_median(&us[i]);

		report_str(row, C_OPERATION, operations[i].name);
		report_num(row, C_OBJECTS, b->objects);
		report_num(row, C_PER_SECOND, (uint64_t)(1e6 / each));
		put_samples(row, C_US, &us[i]);
	}
	return st;
}

static int grow(struct knobs_bench *b, unsigned int to)
{
	struct lab *lab = b->lab;
	int st = 0;

	while (b->objects < to && !st) {
		autofree char *name = lab_name("k%u", b->objects++);

		st = lab_instance(lab, name, "");
		if (!st)
			st = lab_device(lab, name, name);
		if (!st)
			st = lab_domain(lab, name, name);
	}
	return st;
}

/* A page at 1G, for walk; the domain has its features only after an attach. */
static int prepare(struct knobs_bench *b)
{
	struct lab *lab = b->lab;
	unsigned int before;
	int st = grow(b, 1);

	if (!st)
		st = lab_buffer(lab, b->buffer, 4096);
	before = lab->scope.n;
	if (!st)
		st = lab_attach(lab, b->name, b->name);
	if (!st)
		st = lab_undo(lab, before);
	return !st ? lab_map(lab, b->name, "1G", "4K", b->buffer) : st;
}

static int run(struct lab *lab, struct report *report)
{
	struct knobs_bench b = {
		.lab = lab,
		.report = report,
		.name = lab_name("k0"),
		.buffer = lab_name("page"),
	};
	int st = prepare(&b);

	if (!st)
		st = measure(&b);
	if (!st)
		st = grow(&b, MANY);
	if (!st)
		st = measure(&b);
	free(b.name);
	free(b.buffer);
	return st;
}

const struct bench bench_knobs = { "knobs", &bench_knobs_shape, charts, run,
				   false };
