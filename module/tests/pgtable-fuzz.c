// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables against the model, by a fuzzer: the first byte is the format, all
 * others choose what to do; see pgtable-fuzz.t.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pgtable-model.h"

static const uint8_t *input;
static size_t left;

/* One byte for a small choice, two for a large one; 0 when there are no more. */
u32 choose(u32 below)
{
	u32 value = 0, bytes = below > 256 ? 2 : 1;

	for (; bytes && left; bytes--, left--)
		value = value << 8 | *input++;
	return value % below;
}

static void check(const char *differs)
{
	if (!differs)
		return;
	fprintf(stderr, "differs from the model: %s\n", differs);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input = data;
	left = size;
	model_start(choose(MOCK_NR_FORMATS));
	while (left)
		check(model_operate());
	check(model_compare());
	check(model_end());
	return 0;
}
