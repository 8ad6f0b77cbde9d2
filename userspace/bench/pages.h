/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory whose pages lie scattered, as those of a process that has run for a
 * while do: no two of them can be mapped at once.
 */
#ifndef BENCH_PAGES_H
#define BENCH_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/ctx.h"

#define PAGE 4096ULL

struct pages {
	char *memory;
	uint64_t size;
};

/* Zeroed memory of so many bytes: 0 or -errno. */
int pages_get(struct pages *p, uint64_t size);
void pages_put(struct pages *p);

/* The numbers below n, each once, in an order that is the same each time. */
void pages_order(uint32_t *order, uint32_t n);

/*
 * In how many pieces the memory lies; 0 if the kernel does not say. The second
 * is what it makes of entries as /proc/PID/pagemap has them.
 */
uint64_t pages_pieces(struct ctx *ctx, const struct pages *p);
uint64_t pages_count_pieces(const uint64_t *entries, size_t n);

#endif /* BENCH_PAGES_H */
