// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables against the model: random map, unmap, walk and translate in every
 * format, with all its page sizes; maps that give up; and after each operation,
 * exactly the tables that the rules of pgtable.h leave. The argument is the number of
 * operations in each format.
 */
#include <stdio.h>
#include <stdlib.h>
#include "pgtable-model.h"
#include "tap.h"

static u64 state = 88172645463325252ULL;
static unsigned long bad;
static const char *first;

u32 choose(u32 below)
{
	return rnd(&state, below);
}

static void check(const char *differs)
{
	if (differs && !bad++)
		first = differs;
}

static void property(enum mock_format format, unsigned long ops)
{
	unsigned long i;

	bad = 0;
	first = "";
	model_start(format);
	for (i = 0; i < ops && !bad; i++) {
		check(model_operate());
		if (i % 128 == 0)
			check(model_compare());
		/* Full tables now and then, mostly small ones. */
		if (model_leaves() > 700 || !choose(500)) {
			check(model_end());
			model_start(format);
		}
	}
	check(model_end());
	ok(!bad, "%s: %lu operations: all as in the model %s",
	   pgt_format(format)->name, i, first);
}

int main(int argc, char **argv)
{
	unsigned long ops = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	int format;

	if (!ops) {
		fprintf(stderr, "the argument is the number of operations\n");
		return 2;
	}
	/* To zero a large table takes long. */
	for (format = 0; format < MOCK_NR_FORMATS; format++)
		property(format, pgt_format(format)->granule > 12 ? ops / 6 :
								    ops);
	return done_testing();
}
