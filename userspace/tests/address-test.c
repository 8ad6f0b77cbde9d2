// SPDX-License-Identifier: GPL-2.0-only
/* Where devices may be mapped: what is free, and what the kernel's texts say. */
#include <stdio.h>
#include <string.h>

#include "lib/address.h"
#include "lib/mem.h"

#define NONE 1ULL /* no multiple of any align used here */
#define ALL UINT64_MAX
#define G (1ULL << 30)
#define M (1ULL << 20)

static int number, failures;

static void is(uint64_t got, uint64_t wanted, const char *what)
{
	printf("%sok %d - %s\n", got == wanted ? "" : "not ", ++number, what);
	if (got != wanted) {
		printf("# got 0x%llx, wanted 0x%llx\n", (unsigned long long)got,
		       (unsigned long long)wanted);
		failures++;
	}
}

/* 2 MiB at multiples of 2 MiB, at best at 1 GiB. */
static uint64_t find(uint64_t last, const struct iova_range *taken,
		     unsigned int n)
{
	uint64_t address = NONE;

	address_find(2 * M, 2 * M, G, last, taken, n, &address);
	return address;
}

static uint64_t find_in(struct space *space)
{
	uint64_t address = find(space->last, space->taken, space->n);

	space_free(space);
	return address;
}

static void addresses(void)
{
	const struct iova_range low = { 0, 4 * G - 1 };
	const struct iova_range page = { G, G + 4095 };
	const struct iova_range before = { 0, G - 1 };
	const struct iova_range after = { G + 2 * M, ALL };
	const struct iova_range last_byte = { G + 2 * M - 1, G + 2 * M - 1 };
	const struct iova_range everything = { 0, ALL };
	const struct iova_range falling[] = { { 4 * M, 2 * G },
					      { 1 * M, 3 * M } };
	const struct iova_range around[] = { { 0, 7 * M }, { 10 * M, ALL } };
	const struct iova_range small[] = { { 0, 7 * M }, { 9 * M, ALL } };
	const struct iova_range top[] = { { 0, ALL - 2 * M + 1 } };
	const struct iova_range nested[] = { { 0, 4 * G },
					     { G, G + 4095 },
					     { 3 * G, 5 * G - 1 } };
	uint64_t address = NONE;

	is(find(ALL, NULL, 0), G, "the preferred one, if all is free");
	is(find(ALL, &low, 1), 4 * G, "above 4 GiB that are taken");
	is(find(ALL, &page, 1), 0, "the lowest, if the preferred one is taken");
	is(find(ALL, &last_byte, 1), 0, "its last byte is as good as all");
	is(find(ALL, &before, 1), G, "what ends before it is no obstacle");
	is(find(ALL, &after, 1), G, "nor what begins behind it");
	is(find(ALL, falling, 2), 2 * G + 2 * M,
	   "in any order: the next multiple after what is taken");
	is(find(ALL, nested, 3), 5 * G, "ranges that overlap");
	is(find(ALL, around, 2), 8 * M, "a hole of just the size");
	is(find(ALL, small, 2), NONE, "a hole that is too small is none");
	is(find(ALL, top, 1), NONE, "nor is the end, if it is too small");
	is(find(ALL, &everything, 1), NONE, "all is taken");
	is(find(G + 2 * M - 1, NULL, 0), G, "the end may be its last byte");
	is(find(G + 2 * M - 2, NULL, 0), 0, "but not be inside of it");
	is(find(2 * M - 1, NULL, 0), 0, "all there is");
	is(find(2 * M - 2, NULL, 0), NONE, "less than that");
	is(address_find(4096, 4096, ALL - 4095, ALL, NULL, 0, &address), true,
	   "the last page of 64 bits");
	is(address, ALL - 4095, "may be preferred");
	is(address_find(4096, 4096, ALL - 8191, ALL, &everything, 1, &address),
	   false, "what is not found");
	is(address, ALL - 4095, "is not written");
}

static void spaces(void)
{
	const struct iova_range holes[] = { { 4 * M, 8 * M - 1 },
					    { 4 * G, ALL } };
	const struct iova_range first[] = { { 0, 4 * M - 1 } };
	struct space space, copy;
	uint64_t address = G;

	space_init(&space);
	space_bits(&space, 64);
	space_bits(&space, 100);
	is(space.last, ALL, "64 bits, or more");
	space_bits(&space, 30);
	space_bits(&space, 48);
	is(space.last, G - 1, "the narrowest page tables count");
	is(find_in(&space), 0, "and what they cannot map is not preferred");

	space_allow(&space, holes, 2);
	is(find_in(&space), 4 * M, "the first that the kernel allows");
	space_allow(&space, holes, 2);
	space_take(&space, 0, 5 * M);
	is(find_in(&space), 6 * M, "and that is not reserved");
	space_allow(&space, first, 1);
	is(find_in(&space), 0, "what is not in a range is not allowed");
	space_allow(&space, NULL, 0);
	is(find_in(&space), NONE, "no ranges allow nothing");

	space_reserve(&space, "0x0000000000000000 0x00000000ffffffff reserved\n"
			      "0x0000000100000000 0x00000001000fffff msi\n");
	is(space.n, 2, "two regions of sysfs");
	is(find_in(&space), 4 * G + 2 * M, "and what is beside them");
	space_reserve(&space,
		      "0x0000000040000000 0x0000000040000fff direct-relaxable");
	is(find_in(&space), G, "what is relaxable is no obstacle");
	space_reserve(&space, "0x0000000040000000 0x0000000040000fff direct");
	is(find_in(&space), 0, "what is direct is one");
	space_reserve(&space, "");
	space_reserve(&space, NULL);
	space_reserve(&space, "0x2 0x1 msi\n\nmsi 0x0 0x1\n0x0 0x");
	is(space.n, 0, "no regions, and what is none");
	space_free(&space);

	space_take(&space, 0, M);
	space_take(&space, 4 * M + 1, ALL);
	is(space_find(&space, 2 * M + 4096, &address), true,
	   "no multiple of 2 MiB is free");
	is(address, M + 64 * 1024, "but one of 64 KiB");
	space_take(&space, 3 * M, 3 * M);
	is(space_find(&space, 2 * M, &address), false, "nor one of 64 KiB");
	is(address, M + 64 * 1024, "the address is kept");
	space_free(&space);

	space_take(&space, G, G);
	space_bits(&space, 40);
	space_copy(&copy, &space);
	space_free(&space);
	is(copy.last, (1ULL << 40) - 1, "a copy has its own end");
	is(find_in(&copy), 0, "and its own ranges");
}

int main(void)
{
	addresses();
	spaces();
	printf("1..%d\n", number);
	return failures > 0;
}
