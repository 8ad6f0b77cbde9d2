// SPDX-License-Identifier: GPL-2.0-only
/* The table of a guest that a caller writes: each address leads to itself, as TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callers/kernel/stage1.h"
#include "lib/mem.h"
#include "tests/tap.h"

#define PAGE 4096UL
#define AT 0x7f0000000UL
#define SIZE (2 * 1024 * 1024UL + 4 * PAGE)

static uint64_t memory[STAGE1_BYTES / 8 + 1];

/* As a device reads the table: the address that an address leads to; 0: a fault. */
static uint64_t walk(uint64_t root, uint64_t iova)
{
	uint64_t entry = root;

	for (int shift = 39; shift >= 12; shift -= 9) {
		uint64_t table = entry & 0xffffffffff000, offset;

		if (table < AT || table - AT >= STAGE1_BYTES)
			return 0;
		offset = (table - AT) / 8 + (iova >> shift & 511);
		entry = memory[offset];
		/* Present, writable, for users; and no leaf is larger than 4K. */
		if ((entry & 7) != 7 || (shift > 12 && entry & 0x80))
			return 0;
	}
	return (entry & 0xffffffffff000) | (iova & (PAGE - 1));
}

static void from(uint64_t iova, const char *what)
{
	autofree char *name = xprintf("%s: each address leads to itself", what);
	bool good = true;
	uint64_t root;

	memset(memory, 0, sizeof(memory));
	memory[STAGE1_BYTES / 8] = 0x5a;
	root = stage1_identity(memory, AT, iova, SIZE);
	for (uint64_t at = iova; at < iova + SIZE; at += PAGE)
		good &= walk(root, at + 8) == at + 8;
	ok(good && root >= AT && root < AT + STAGE1_BYTES, name);
	ok(!walk(root, iova - PAGE) && !walk(root, iova + SIZE),
	   "and none before or after them");
	ok(memory[STAGE1_BYTES / 8] == 0x5a, "in the memory that there is");
}

int main(void)
{
	from(0x40000000, "usual addresses");
	from(PAGE, "the lowest ones");
	from((1ULL << 30) - PAGE, "across a boundary of 1G");
	from((1ULL << 39) - PAGE, "across a boundary of 512G");
	from((1ULL << 47) - SIZE - PAGE, "high ones");
	return done_testing();
}
