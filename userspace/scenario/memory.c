// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios about the memory that type1 maps, and its addresses. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/address.h"
#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/container.h"
#include "scenario/judge.h"

static int map(struct scene *s, int container, void *memory, uint64_t iova)
{
	int err = s->broken ? 0 : vfio_map(container, memory, iova, SC_BYTES);

	if (!s->broken)
		sc_note(s, "VFIO: map 0x%llx+0x%x: %s",
			(unsigned long long)iova, SC_BYTES,
			err ? errno_name(err) : "done");
	return err;
}

/* ---- B83 ----------------------------------------------------------------- */

/* The addresses that AMD's HyperTransport keeps for itself. */
#define HOLE 0xfd00000000ULL
#define HOLE_END 0x10000000000ULL

static bool tells_hole(struct scene *s, int container)
{
	struct space space;
	bool told = false;

	space_init(&space);
	if (!s->broken && vfio_allow(container, &space))
		sc_fail(s, "%s", vfio_error());
	for (unsigned int i = 0; i < space.n; i++)
		told |= space.taken[i].start <= HOLE &&
			space.taken[i].last >= HOLE_END - 1;
	space_free(&space);
	return told;
}

/* A guest's memory that begins below the hole and ends above it. */
enum verdict sc_b83(struct scene *s)
{
	struct seen_b83 seen = { 0 };
	const char *reason;
	void *memory;
	int container;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_one_function(s, "format=amd-v1", "resv=reserved:0xfd00000000+12G");
	container = sc_container(s);
	sc_join(s, container, "a0", EMPTY);
	memory = sc_memory(s, SC_BYTES);
	seen.told = tells_hole(s, container);
	seen.into = map(s, container, memory, HOLE - SC_BYTES / 2);
	seen.inside = map(s, container, memory, HOLE);
	seen.out_of = map(s, container, memory, HOLE_END - SC_BYTES / 2);
	seen.reached = !sc_dma(s, "a0", HOLE - 0x1000, &reason) ||
		       !sc_dma(s, "a0", HOLE, &reason) ||
		       !sc_dma(s, "a0", HOLE_END - 0x1000, &reason) ||
		       !sc_dma(s, "a0", HOLE_END, &reason);
	seen.below = map(s, container, memory, HOLE - SC_BYTES);
	seen.above = map(s, container, memory, HOLE_END);
	seen.lost = sc_dma(s, "a0", HOLE - 0x1000, &reason) ||
		    sc_dma(s, "a0", HOLE_END, &reason);
	return sc_judge_b83(s, &seen);
}

/* ---- B85 ----------------------------------------------------------------- */

#define PAGES 1024
#define PAGES_BYTES (PAGES * 0x1000UL)

static long long counter(const char *all, const char *name)
{
	const char *at = all ? strstr(all, name) : NULL;

	return at ? atoll(at + strlen(name)) : 0;
}

/* Pages of the whole machine that are pinned and not released yet. */
static long long pins(struct scene *s)
{
	autofree char *all = NULL;

	/* The counts of single processors are added up. */
	root_write(s->ctx, "/proc/sys/vm/stat_refresh", "1");
	all = root_read(s->ctx, "/proc/vmstat");
	return counter(all, "nr_foll_pin_acquired ") -
	       counter(all, "nr_foll_pin_released ");
}

static bool counts_pins(struct scene *s)
{
	autofree char *all = root_read(s->ctx, "/proc/vmstat");

	return all && strstr(all, "nr_foll_pin_released ");
}

static bool zeros(const char *memory)
{
	for (unsigned long i = 0; i < PAGES_BYTES; i += 0x1000)
		if (memory[i])
			return false;
	return true;
}

/* Untouched memory, for reading: all of it is the one page of zeros. */
enum verdict sc_b85(struct scene *s)
{
	struct seen_b85 seen = { .pages = PAGES };
	const char *reason;
	long long before;
	int container;
	char *memory;

	if (sc_no_vfio(s))
		return NO_VFIO;
	if (!counts_pins(s))
		return sc_end(s, SC_CANNOT,
			      "this kernel does not count pinned pages");
	sc_one_function(s, "format=arm-4k", NULL);
	container = sc_container(s);
	sc_join(s, container, "a0", EMPTY);
	memory = sc_memory(s, PAGES_BYTES);
	if (s->broken)
		return SC_ERROR;
	/* The counts are of such mappings: seen with memory of our own. */
	memset(memory, 1, PAGES_BYTES);
	before = pins(s);
	vfio_map(container, memory, SC_IOVA, PAGES_BYTES);
	if (pins(s) - before < PAGES)
		sc_fail(s, "a mapping of %u pages pins %lld", PAGES,
			pins(s) - before);
	sc_unmap(s, container, SC_IOVA, PAGES_BYTES, &seen.told);
	/* Untouched again: only read, from now on. */
	madvise(memory, PAGES_BYTES, MADV_DONTNEED);
	/* Not the large page of zeros, which is counted like others. */
	madvise(memory, PAGES_BYTES, MADV_NOHUGEPAGE);
	before = pins(s);
	if (vfio_map_readonly(container, memory, SC_IOVA, PAGES_BYTES))
		sc_fail(s, "%s", vfio_error());
	/* The second write uses the IOTLB entry that the read made. */
	seen.written = !sc_dma(s, "a0", SC_IOVA, &reason);
	seen.unread = sc_dma_read(s, "a0", SC_IOVA, &reason);
	seen.written |= !sc_dma(s, "a0", SC_IOVA, &reason);
	seen.written |= !zeros(memory);
	sc_unmap(s, container, SC_IOVA, PAGES_BYTES, &seen.told);
	seen.left = pins(s) - before;
	sc_note(s, "/proc/vmstat: %lld pins more than before", seen.left);
	return sc_judge_b85(s, &seen);
}
