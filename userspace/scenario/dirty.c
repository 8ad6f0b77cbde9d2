// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of dirty tracking, by iommufd. */
#include <sys/mman.h>

#include "lib/vfio.h"
#include "scenario/judge.h"
#include "scenario/seat.h"

/* ---- B87 ----------------------------------------------------------------- */

/*
 * The bitmap of the page; a failure to read it is none of the bug. The bitmap is not on the
 * stack: that may be the last page of the process, where the kernel pins no bitmap
 * (docs/findings.md, B87).
 */
static bool is_dirty(struct scene *s, int fd, uint32_t hwpt)
{
	static uint64_t bitmap;

	bitmap = 0;
	if (!s->broken)
		seat_must(s, "GET_DIRTY_BITMAP",
			  iommufd_dirty(fd, hwpt, SEAT_IOVA, SEAT_BYTES,
					SEAT_BYTES, &bitmap));
	sc_note(s, "iommufd: the bitmap is 0x%llx", (unsigned long long)bitmap);
	return bitmap & 1;
}

static void write_page(struct scene *s)
{
	const char *reason;

	if (!s->broken && sc_dma(s, "a0", SEAT_IOVA, &reason))
		sc_fail(s, "DMA does not arrive (%s)", reason);
}

/* A function on page tables that track its writes: the page tables. */
static uint32_t begin_tracking(struct scene *s, int fd)
{
	uint32_t ioas, hwpt = 0;
	struct seat a0;

	sc_instance(s, "a", "dirty=1");
	sc_device(s, "a0", "a", "bus=pci");
	a0 = seat_sit(s, fd, "a0");
	ioas = seat_ioas(s, fd);
	seat_map(s, fd, ioas);
	if (s->broken)
		return 0;
	seat_must(s, "HWPT_ALLOC with dirty tracking",
		  iommufd_hwpt_alloc(fd, ioas, &a0.dev, a0.id, HWPT_DIRTY,
				     &hwpt));
	seat_must_attach(s, &a0, hwpt, "attach a0");
	if (!s->broken)
		seat_must(s, "HWPT_SET_DIRTY_TRACKING",
			  iommufd_track(fd, hwpt, true));
	return hwpt;
}

/* First as it should be, so that the bitmap of a good address is known to work. */
enum verdict sc_b87(struct scene *s)
{
	struct seen_b87 seen = { 0 };
	void *nowhere;
	uint32_t hwpt;
	int fd;

	SEAT_MISSING(s);
	if (!s->info.dirty)
		return sc_end(s, SC_CANNOT,
			      "the IOMMU core of this kernel tracks no writes");
	nowhere = mmap(NULL, SEAT_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	if (nowhere == MAP_FAILED)
		sc_fail(s, "no memory");
	fd = seat_begin(s);
	hwpt = begin_tracking(s, fd);
	write_page(s);
	if (!is_dirty(s, fd, hwpt))
		sc_fail(s, "the page that was written is not dirty");
	write_page(s);
	if (s->broken)
		return SC_ERROR;
	seen.err = iommufd_dirty(fd, hwpt, SEAT_IOVA, SEAT_BYTES, SEAT_BYTES,
				 nowhere);
	sc_note(s, "iommufd: GET_DIRTY_BITMAP where no memory is: %s",
		seat_result(seen.err));
	seen.kept = is_dirty(s, fd, hwpt);
	munmap(nowhere, SEAT_BYTES);
	return sc_judge_b87(s, &seen);
}
