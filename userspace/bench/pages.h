/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory with scattered pages, as in a process that has run for a while: no two
 * pages are contiguous.
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
 * The number of contiguous pieces of the memory; 0 if the kernel does not show
 * it. The second function computes the number from entries of
 * /proc/PID/pagemap.
 */
uint64_t pages_pieces(struct ctx *ctx, const struct pages *p);
uint64_t pages_count_pieces(const uint64_t *entries, size_t n);

#endif /* BENCH_PAGES_H */
