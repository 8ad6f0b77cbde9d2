// SPDX-License-Identifier: GPL-2.0-only
/* See stage1.h. */
#include "callers/kernel/stage1.h"

#define PAGE 4096UL
#define LEVELS 4
#define INDEX_BITS 9
#define ENTRIES (1U << INDEX_BITS)

/* Of x86's tables: present, writable, for users, accessed; of a leaf: dirty. */
#define TABLE 0x27ULL
#define LEAF 0x67ULL
#define ADDRESS 0x000ffffffffff000ULL

/* The pages of a table, of which the first is the top table. */
struct pages {
	uint64_t *memory;
	uint64_t at; /* in the addresses of stage 2 */
	unsigned int used;
};

static uint64_t *page(const struct pages *p, uint64_t address)
{
	return p->memory + (address - p->at) / sizeof(*p->memory);
}

static uint64_t new_page(struct pages *p)
{
	return p->at + p->used++ * PAGE;
}

static void map_page(struct pages *p, uint64_t iova)
{
	uint64_t *table = page(p, p->at);
	unsigned int shift = 12 + (LEVELS - 1) * INDEX_BITS;

	for (; shift > 12; shift -= INDEX_BITS) {
		uint64_t *entry = &table[iova >> shift & (ENTRIES - 1)];

		if (!*entry)
			*entry = new_page(p) | TABLE;
		table = page(p, *entry & ADDRESS);
	}
	table[iova >> shift & (ENTRIES - 1)] = iova | LEAF;
}

uint64_t stage1_identity(void *memory, uint64_t at, uint64_t iova,
			 uint64_t size)
{
	struct pages pages = { memory, at, 1 };

	for (uint64_t done = 0; done < size; done += PAGE)
		map_page(&pages, iova + done);
	return at;
}
