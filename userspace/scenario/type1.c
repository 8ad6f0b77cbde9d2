// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of VFIO's type1: real containers, with PCI functions of the scene.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/knobs.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/container.h"
#include "scenario/judge.h"

/* Two functions, the first of them in a container, which is returned. */
static int first_of_two(struct scene *s, const char *a, const char *b)
{
	int container;

	sc_two_functions(s, a, b);
	container = sc_container(s);
	sc_join(s, container, "a0", FIRST);
	return container;
}

/* ---- B06 ----------------------------------------------------------------- */

/* Everything but EINVAL means: stop. */
enum verdict sc_b06(struct scene *s)
{
	static const char *const hard[] = { "ENXIO",	  "EXDEV",  "EFAULT",
					    "EOPNOTSUPP", "EBUSY",  "ENODEV",
					    "ENOMEM",	  "ENOSPC", "EPERM",
					    "EIO" };
	autobuf struct buf swallowed = { 0 };
	unsigned int n = 0;
	int container;

	if (sc_no_vfio(s))
		return NO_VFIO;
	container =
		first_of_two(s, "policy=same-instance", "policy=same-instance");
	for (unsigned int i = 0; i < ARRAY_SIZE(hard) && !s->broken; i++) {
		sc_set(s, "b", "errno", hard[i]);
		if (sc_join(s, container, "b0", LATER) || s->broken)
			continue;
		sc_leave(s);
		buf_printf(&swallowed, "%s%s", n++ ? ", " : "", hard[i]);
	}
	if (!n)
		return sc_end(
			s, SC_ABSENT,
			"each of %zu errnos other than EINVAL ended the attach",
			ARRAY_SIZE(hard));
	return sc_end(
		s, SC_PRESENT,
		"type1 took %u of %zu errnos that mean 'stop' for 'try the next domain': %s",
		n, ARRAY_SIZE(hard), swallowed.text);
}

/* ---- B07 ----------------------------------------------------------------- */

/*
 * One attach fails with ENOMEM: that of the second function to the first
 * function's domain.
 */
enum verdict sc_b07(struct scene *s)
{
	unsigned int domains;
	int container, err;

	if (sc_no_vfio(s))
		return NO_VFIO;
	container = first_of_two(s, "policy=compatible", NULL);
	sc_fault(s, "a",
		 "attach errno=ENOMEM times=1 filter=existing device=" SC_PREFIX
		 "b0");
	err = sc_join(s, container, "b0", LATER);
	domains = sc_domains_in_use(s);
	if (!sc_attached_with(s, "b0", "fault"))
		return sc_end(s, SC_ERROR,
			      "the second function was never asked to share");
	if (!err && domains == 2)
		return sc_end(
			s, SC_PRESENT,
			"both functions fit one domain, but an attach that found no memory once left two of them, and everything is mapped twice");
	return sc_end(s, SC_ABSENT,
		      "the attach ended with %s, and there is %u domain",
		      err ? errno_name(err) : "success", domains);
}

/* ---- B09 ----------------------------------------------------------------- */

/* Both accept any domain, but only one of them can enforce snooping. */
enum verdict sc_b09(struct scene *s)
{
	unsigned int domains;
	int container, err;

	if (sc_no_vfio(s))
		return NO_VFIO;
	container =
		first_of_two(s, "policy=any enforce=1", "policy=any enforce=0");
	err = sc_join(s, container, "b0", LATER);
	domains = sc_domains_in_use(s);
	if (err)
		return sc_end(s, SC_ERROR, "the second function: %s",
			      vfio_error());
	if (domains == 1)
		return sc_end(s, SC_ABSENT, "both functions share one domain");
	return sc_end(
		s, SC_PRESENT,
		"one domain would do for two functions that accept any, but there are %u: their drivers were not asked",
		domains);
}

/* ---- B17 ----------------------------------------------------------------- */

/* The second function needs a domain of its own, which cannot be filled. */
enum verdict sc_b17(struct scene *s)
{
	struct seen_b17 seen = { 0 };
	const char *reason;
	int container;

	if (sc_no_vfio(s))
		return NO_VFIO;
	container =
		first_of_two(s, "policy=same-instance", "policy=same-instance");
	sc_fault(s, "b", "map errno=ENOMEM");
	seen.first = sc_join(s, container, "b0", LATER);
	sc_fault(s, "b", "map off");
	if (seen.first)
		seen.second = sc_join(s, container, "b0", LATER);
	if (seen.first && !seen.second)
		seen.faults = sc_dma(s, "b0", SC_IOVA, &reason) ||
			      sc_dma(s, "a0", SC_IOVA, &reason);
	return sc_judge_b17(s, &seen);
}

/* ---- B47 ----------------------------------------------------------------- */

/*
 * Nothing is mapped, and nothing asked of the container afterwards: with no
 * page size it computes 1 << 64, and a MAP makes 7.3 warn.
 */
enum verdict sc_b47(struct scene *s)
{
	int container, err;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_instance(s, "a", "format=arm-4k pgsizes=4K policy=same-instance");
	sc_instance(s, "b", "format=arm-64k policy=same-instance");
	sc_device(s, "a0", "a", "bus=pci");
	sc_device(s, "b0", "b", "bus=pci coarse=1");
	sc_bind(s, "a0");
	sc_bind(s, "b0");
	container = sc_container(s);
	sc_join(s, container, "a0", EMPTY);
	err = sc_join(s, container, "b0", LATER);
	if (err)
		return sc_end(
			s, SC_ABSENT,
			"a group whose IOMMU has no page size in common with the container's is refused: %s",
			errno_name(err));
	if (sc_domains_in_use(s) != 2)
		sc_fail(s, "the two functions are not on two domains");
	return sc_end(
		s, SC_PRESENT,
		"a container has a domain with pages of 4K and one of 64K: no page size that both have is left to it");
}

/* ---- B79 ----------------------------------------------------------------- */

#define TO_THE_END (0ULL - 0x1000)

/* A range with all that is mapped in it, which ends where addresses do. */
enum verdict sc_b79(struct scene *s)
{
	const char *reason;
	int container, err, dma;
	uint64_t told;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_one_function(s, NULL, NULL);
	container = sc_container(s);
	sc_join(s, container, "a0", FIRST);
	if (sc_dma(s, "a0", SC_IOVA, &reason))
		sc_fail(s, "DMA does not arrive before (%s)", reason);
	err = sc_unmap(s, container, 0x1000, TO_THE_END, &told);
	dma = sc_dma(s, "a0", SC_IOVA, &reason);
	if (err)
		return sc_end(s, SC_ERROR, "the unmap failed with %s",
			      errno_name(err));
	if (told == SC_BYTES && dma)
		return sc_end(
			s, SC_ABSENT,
			"a range that ends at 2^64 is unmapped: DMA faults (%s)",
			reason);
	return sc_end(
		s, SC_PRESENT,
		"unmapping a range that ends at 2^64 succeeded with %llu bytes, and the device's DMA to what is mapped in it %s",
		(unsigned long long)told, dma ? "faults" : "arrives still");
}

/* ---- B80 ----------------------------------------------------------------- */

/*
 * All addresses but the last page are reserved, which leaves no room for
 * type1's trial mapping.
 */
#define ALL_BUT_A_PAGE "resv=reserved:0x0+0xfffffffff000"

static long maps_of(struct scene *s, const char *instance)
{
	autofree char *file =
		xprintf("instances/" SC_PREFIX "%s/stats", instance);
	autobuf struct buf text = { 0 };
	const char *found;

	if (s->broken)
		return 0;
	if (!knob_read(s->ctx, file, &text)) {
		found = strstr(text.text, "\nmaps=");
		if (found)
			return atol(found + strlen("\nmaps="));
	}
	sc_fail(s, "%s has no count of maps", file);
	return 0;
}

enum verdict sc_b80(struct scene *s)
{
	int container;
	long maps;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_one_function(s, "format=arm-4k ias=48", ALL_BUT_A_PAGE);
	maps = maps_of(s, "a");
	container = sc_container(s);
	sc_join(s, container, "a0", EMPTY);
	maps = maps_of(s, "a") - maps;
	sc_note(s, "instance stats: %ld %s", maps,
		by_count(maps, "map", "maps"));
	if (!maps)
		return sc_end(
			s, SC_ABSENT,
			"nothing is mapped for a device whose addresses are reserved");
	return sc_end(
		s, SC_PRESENT,
		"type1 tried out a mapping where all that is as large is reserved, at address 0");
}

/* ---- B84 ----------------------------------------------------------------- */

#define LIMIT "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"
#define ENTRIES 10

/* Page by page, until the container takes no more; then *n are mapped. */
static int fill(struct scene *s, int container, char *memory, unsigned int *n)
{
	int err = 0;

	for (*n = 0; !err && *n <= ENTRIES;) {
		err = vfio_map(container, memory, SC_IOVA + *n * 0x2000ULL,
			       0x1000);
		*n += !err;
	}
	sc_note(s, "VFIO: %u %s of a page, then %s", *n,
		by_count(*n, "mapping", "mappings"),
		err ? errno_name(err) : "no end");
	return err;
}

/* The limit is that of containers opened from then on. */
enum verdict sc_b84(struct scene *s)
{
	struct seen_b84 seen = { .limit = ENTRIES };
	const char *reason;
	uint64_t told;
	char *memory;
	int container;

	if (sc_no_vfio(s))
		return NO_VFIO;
	if (!sc_file(s, LIMIT, "10"))
		return sc_end(s, SC_CANNOT, "there is no %s", LIMIT);
	sc_one_function(s, NULL, NULL);
	container = sc_container(s);
	sc_join(s, container, "a0", EMPTY);
	memory = sc_memory(s, SC_BYTES);
	if (s->broken)
		return SC_ERROR;
	seen.end = fill(s, container, memory, &seen.made);
	seen.next_faults =
		sc_dma(s, "a0", SC_IOVA + seen.made * 0x2000ULL, &reason);
	sc_unmap(s, container, SC_IOVA, 0x1000, &told);
	seen.again = vfio_map(container, memory, SC_IOVA, 0x1000);
	sc_note(s, "VFIO: one unmapped, and mapped again: %s",
		seen.again ? errno_name(seen.again) : "done");
	return sc_judge_b84(s, &seen);
}

/* ---- B86 ----------------------------------------------------------------- */

/* A part of a mapping: at its start, in the middle, at its end, over its end. */
enum verdict sc_b86(struct scene *s)
{
	static const struct {
		uint64_t iova, size;
	} parts[] = {
		{ SC_IOVA, 0x1000 },
		{ SC_IOVA + 0x1000, 0x1000 },
		{ SC_IOVA + SC_BYTES - 0x1000, 0x1000 },
		{ SC_IOVA - 0x1000, SC_BYTES },
		{ SC_IOVA + 0x1000, SC_BYTES },
	};
	struct seen_b86 seen = { .asked = ARRAY_SIZE(parts),
				 .mapped = SC_BYTES };
	const char *reason;
	int container;
	uint64_t told;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_one_function(s, NULL, NULL);
	container = sc_container(s);
	sc_join(s, container, "a0", FIRST);
	for (unsigned int i = 0; i < ARRAY_SIZE(parts) && !s->broken; i++)
		seen.refused += sc_unmap(s, container, parts[i].iova,
					 parts[i].size, &told) == -EINVAL;
	for (unsigned int at = 0; at < SC_BYTES && !s->broken; at += 0x1000)
		seen.lost += !!sc_dma(s, "a0", SC_IOVA + at, &reason);
	sc_unmap(s, container, SC_IOVA - 0x1000, SC_BYTES + 0x2000,
		 &seen.around);
	return sc_judge_b86(s, &seen);
}
