// SPDX-License-Identifier: GPL-2.0-only
/* See address.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/address.h"
#include "lib/mem.h"

/* One of the ranges that meets these bytes, or NULL. */
static const struct iova_range *meets(uint64_t start, uint64_t last,
				      const struct iova_range *taken,
				      unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (taken[i].start <= last && taken[i].last >= start)
			return &taken[i];
	}
	return NULL;
}

static bool fits(uint64_t address, uint64_t bytes, uint64_t last)
{
	return address <= last && bytes - 1 <= last - address;
}

bool address_find(uint64_t bytes, uint64_t align, uint64_t preferred,
		  uint64_t last, const struct iova_range *taken, unsigned int n,
		  uint64_t *address)
{
	uint64_t at = 0;

	if (!(preferred & (align - 1)) && fits(preferred, bytes, last) &&
	    !meets(preferred, preferred + bytes - 1, taken, n)) {
		*address = preferred;
		return true;
	}
	/* Each turn ends the search, or moves past one range for good. */
	while (fits(at, bytes, last)) {
		const struct iova_range *r =
			meets(at, at + bytes - 1, taken, n);

		if (!r) {
			*address = at;
			return true;
		}
		/* The next multiple would be 2^64 or above. */
		if ((r->last | (align - 1)) == UINT64_MAX)
			return false;
		at = (r->last | (align - 1)) + 1;
	}
	return false;
}

void space_init(struct space *space)
{
	*space = (struct space){ .last = UINT64_MAX };
}

void space_free(struct space *space)
{
	free(space->taken);
	space_init(space);
}

void space_copy(struct space *to, const struct space *from)
{
	space_init(to);
	to->last = from->last;
	for (unsigned int i = 0; i < from->n; i++)
		space_take(to, from->taken[i].start, from->taken[i].last);
}

void space_take(struct space *space, uint64_t start, uint64_t last)
{
	space->taken =
		xrealloc(space->taken, space->n + 1, sizeof(*space->taken));
	space->taken[space->n++] = (struct iova_range){ start, last };
}

void space_bits(struct space *space, uint64_t bits)
{
	uint64_t last = bits < 64 ? (1ULL << bits) - 1 : UINT64_MAX;

	if (last < space->last)
		space->last = last;
}

void space_allow(struct space *space, const struct iova_range *ranges,
		 unsigned int n)
{
	uint64_t next = 0; /* what is below is dealt with */

	for (unsigned int i = 0; i < n; i++) {
		if (ranges[i].start > next)
			space_take(space, next, ranges[i].start - 1);
		if (ranges[i].last == UINT64_MAX)
			return;
		next = ranges[i].last + 1;
	}
	space_take(space, next, UINT64_MAX);
}

void space_reserve(struct space *space, const char *text)
{
	while (text && *text) {
		uint64_t start, last;
		char type[32];

		if (sscanf(text, "%" SCNx64 " %" SCNx64 " %31s", &start, &last,
			   type) == 3 &&
		    start <= last && strcmp(type, "direct-relaxable"))
			space_take(space, start, last);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

bool space_find(const struct space *space, uint64_t bytes, uint64_t *iova)
{
	static const uint64_t aligns[] = { 2 * 1024 * 1024, 64 * 1024 };

	for (unsigned int i = 0; i < ARRAY_SIZE(aligns); i++) {
		if (address_find(bytes, aligns[i], *iova, space->last,
				 space->taken, space->n, iova))
			return true;
	}
	return false;
}
