// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/pages.h"
#include "lib/mem.h"
#include "lib/root.h"

/* Of an entry of pagemap: there is a page, and this is its number. */
#define PRESENT (1ULL << 63)
#define NUMBER ((1ULL << 55) - 1)

/* Fisher and Yates; the numbers are Marsaglia's xorshift. */
void pages_order(uint32_t *order, uint32_t n)
{
	uint64_t x = 0x9e3779b97f4a7c15ULL;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		k = (uint32_t)(x % (i + 1));
		order[i] = order[k];
		order[k] = i;
	}
}

/*
 * The kernel gives pages in order of their first use, and most often upwards:
 * used in another order, they lie in another order.
 */
static void touch(struct pages *p)
{
	uint32_t n = (uint32_t)(p->size / PAGE);
	uint32_t *order = xrealloc(NULL, n, sizeof(*order));

	pages_order(order, n);
	for (uint32_t i = 0; i < n; i++)
		p->memory[order[i] * PAGE] = 0;
	free(order);
}

int pages_get(struct pages *p, uint64_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*p = (struct pages){ .memory = memory, .size = size };
	/* A kernel without large pages refuses, and makes none. */
	madvise(memory, size, MADV_NOHUGEPAGE);
	touch(p);
	return 0;
}

void pages_put(struct pages *p)
{
	if (p->memory)
		munmap(p->memory, p->size);
	p->memory = NULL;
}

uint64_t pages_count_pieces(const uint64_t *entries, size_t n)
{
	uint64_t pieces = 0;

	for (size_t i = 0; i < n; i++) {
		/* Without the privilege to read them the numbers are 0. */
		if (!(entries[i] & PRESENT) || !(entries[i] & NUMBER))
			return 0;
		pieces += !i || (entries[i] & NUMBER) !=
					(entries[i - 1] & NUMBER) + 1;
	}
	return pieces;
}

uint64_t pages_pieces(struct ctx *ctx, const struct pages *p)
{
	size_t n = p->size / PAGE, len = n * sizeof(uint64_t);
	off_t at = (off_t)((uintptr_t)p->memory / PAGE * sizeof(uint64_t));
	int fd = root_open(ctx, "/proc/self/pagemap", O_RDONLY);
	uint64_t *entries, pieces = 0;

	if (fd < 0)
		return 0;
	entries = xalloc(len);
	if (pread(fd, entries, len, at) == (ssize_t)len)
		pieces = pages_count_pieces(entries, n);
	free(entries);
	close(fd);
	return pieces;
}
