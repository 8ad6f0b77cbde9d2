// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench attach: the cost to attach and detach a device through the module's
 * files, with few and with many instances and domains.
 */
#include "bench/bench.h"
#include "bench/samples.h"
#include "lib/words.h"

#define SAMPLE 32 /* devices that are moved in a round */

enum step { STEP_ATTACH, STEP_DETACH, STEP_CLAIM, STEP_RELEASE, STEPS };

enum {
	C_INSTANCES,
	C_MAKE,
	C_ATTACH,
	C_CLAIM = C_ATTACH + 3 * STEP_CLAIM,
};

static const struct report_column columns[] = {
	{ "INSTANCES", R_NUMBER, RC_DEFAULT, "and as many devices and domains",
	  0 },
	{ "MAKE", R_DECIMAL, RC_DEFAULT,
	  "us to make an instance, a device and a domain, on the way there",
	  0 },
	{ "ATTACH", R_DECIMAL, RC_DEFAULT,
	  "us to attach a device, its group being claimed on the way; median of the rounds",
	  0 },
	{ "ATTACH_LOW", R_DECIMAL, 0, "the least of them", 0 },
	{ "ATTACH_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "DETACH", R_DECIMAL, RC_DEFAULT, "us to detach it", 0 },
	{ "DETACH_LOW", R_DECIMAL, 0, "the least", 0 },
	{ "DETACH_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "CLAIM", R_DECIMAL, RC_DEFAULT, "us to claim a group", 0 },
	{ "CLAIM_LOW", R_DECIMAL, 0, "the least", 0 },
	{ "CLAIM_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ "RELEASE", R_DECIMAL, RC_DEFAULT, "us to give it back", 0 },
	{ "RELEASE_LOW", R_DECIMAL, 0, "the least", 0 },
	{ "RELEASE_HIGH", R_DECIMAL, 0, "the most", 0 },
	{ 0 },
};

const struct report_shape bench_attach_shape = { "attach", columns };

#define CURVE(heading, column, text)                                        \
	{                                                                   \
		.kind = CHART_LINES, .title = (heading), .note = (text),    \
		.facet = -1, .pick = -1, .series = { -1, -1 },              \
		.x = C_INSTANCES, .y = (column), .low = -1, .high = -1,     \
		.log_x = true, .x_label = "instances, devices and domains", \
		.y_label = "us"                                             \
	}

static const struct report_chart charts[] = {
	CURVE("Attach a device, us", C_ATTACH,
	      "Flat: who else is there does not matter."),
	CURVE("Claim a group, us", C_CLAIM, NULL),
	CURVE("Make an instance, a device and a domain, us", C_MAKE,
	      "The kernel looks at every device each time an instance is registered, and at every instance each time a device is probed."),
	{ .title = NULL },
};

static int add_one(struct lab *lab, unsigned int i)
{
	autofree char *name = lab_name("a%u", i);
	int st = lab_instance(lab, name, "");

	if (!st)
		st = lab_device(lab, name, name);
	return !st ? lab_domain(lab, name, name) : st;
}

/* Attaches and detaches; a device, its group and its domain share one name. */
static int there_and_back(struct lab *lab, const char *name, bool claim,
			  double *there, double *back)
{
	unsigned int before = lab->scope.n;
	uint64_t start = now_ns(), middle;
	int st = claim ? lab_claim(lab, name) : lab_attach(lab, name, name);

	if (st)
		return st;
	middle = now_ns();
	st = lab_undo(lab, before);
	*there += (double)(middle - start);
	*back += (double)(now_ns() - middle);
	return st;
}

/* A sample of the devices, from the first to the last. */
static int one_round(struct lab *lab, unsigned int n, struct samples *steps)
{
	unsigned int picked = n < SAMPLE ? n : SAMPLE;
	double ns[STEPS] = { 0 };
	int st = 0;

	for (unsigned int i = 0; i < picked && !st; i++) {
		autofree char *name = lab_name("a%u", i * n / picked);

		st = lab_stopped(lab);
		if (!st)
			st = there_and_back(lab, name, false, &ns[STEP_ATTACH],
					    &ns[STEP_DETACH]);
		if (!st)
			st = there_and_back(lab, name, true, &ns[STEP_CLAIM],
					    &ns[STEP_RELEASE]);
	}
	for (unsigned int i = 0; i < STEPS; i++)
		samples_add(&steps[i], ns[i] / picked / 1000);
	return st;
}

/* Makes the missing objects up to n, and returns the microseconds for each. */
static int grow(struct lab *lab, unsigned int from, unsigned int n, double *us)
{
	uint64_t start = now_ns();
	int st = 0;

	for (unsigned int i = from; i < n && !st; i++) {
		st = lab_stopped(lab);
		if (!st)
			st = add_one(lab, i);
	}
	*us = (double)(now_ns() - start) / (n - from) / 1000;
	return st;
}

static int run(struct lab *lab, struct report *report)
{
	unsigned int max = lab->quick ? 100 : 1000, n, last = 0;
	int st = 0;

	for (n = 1; n <= max && !st; n *= 10) {
		struct samples steps[STEPS] = { 0 };
		autofree char *what = xprintf(
			"%u %s", n, by_count(n, "instance", "instances"));
		struct report_row *row;
		double make;

		lab_progress(what);
		st = grow(lab, last, n, &make);
		last = n;
		for (unsigned int i = 0; i < lab->rounds && !st; i++)
			st = one_round(lab, n, steps);
		if (st)
			break;
		row = report_add(report, NULL);
		report_num(row, C_INSTANCES, n);
		put_decimal(row, C_MAKE, make);
		for (unsigned int i = 0; i < STEPS; i++)
			put_samples(row, C_ATTACH + 3 * i, &steps[i]);
	}
	return st;
}

const struct bench bench_attach = { "attach", &bench_attach_shape, charts, run,
				    false };
