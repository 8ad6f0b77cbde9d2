// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of iommufd itself, with VFIO's character devices. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/judge.h"
#include "scenario/seat.h"

#define HOLE 0xfee00000
#define PCI "bus=pci"
#define PCI_WITH_HOLE PCI " resv=reserved:0xfee00000+1M"

/* Functions a0 and b0, each behind an instance of its own, a and b. */
static int begin_two(struct scene *s, const char *a, const char *b,
		     const char *b0_keys, struct seat *a0, struct seat *b0)
{
	int fd = seat_begin(s);

	sc_instance(s, "a", a);
	sc_instance(s, "b", b);
	sc_device(s, "a0", "a", PCI);
	sc_device(s, "b0", "b", b0_keys);
	*a0 = seat_sit(s, fd, "a0");
	*b0 = seat_sit(s, fd, "b0");
	return fd;
}

/* ---- B01 ----------------------------------------------------------------- */

/* Refused another domain: does the device still translate by its own? */
static bool lost_by_refusal(struct scene *s, const struct seat *seat,
			    uint32_t other, int *err, char **after)
{
	autofree char *before = sc_where(s, "a0");
	const char *reason;

	if (sc_dma(s, "a0", SEAT_IOVA, &reason))
		sc_fail(s, "DMA does not arrive before the replace (%s)",
			reason);
	*err = seat_attach(s, seat, other, "replace by the HWPT of b0");
	if (!*err)
		sc_fail(s, "the replace was not refused");
	free(*after);
	*after = sc_where(s, "a0");
	return sc_dma(s, "a0", SEAT_IOVA, &reason) || strcmp(*after, before);
}

/*
 * First with a driver that unhooks after its checks, then with one that unhooks
 * before.
 */
enum verdict sc_b01(struct scene *s)
{
	autofree char *after = NULL;
	struct seat a0, b0;
	uint32_t ioas, own, other;
	const char *reason;
	int fd, err;

	SEAT_MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=any", PCI, &a0, &b0);
	ioas = seat_ioas(s, fd);
	seat_map(s, fd, ioas);
	other = seat_hwpt(s, fd, &b0, ioas);
	own = seat_hwpt(s, fd, &a0, ioas);
	seat_must_attach(s, &a0, own, "attach a0 to its HWPT");
	if (lost_by_refusal(s, &a0, other, &err, &after))
		return sc_end(
			s, SC_ERROR,
			"a driver that changes nothing before it refuses has its device on %s now",
			after);
	sc_set(s, "a", "misbehave", "unhook-first");
	if (!lost_by_refusal(s, &a0, other, &err, &after))
		return sc_end(
			s, SC_ABSENT,
			"the replace failed with %s, and the device still translates by its old domain",
			seat_result(err));
	/* The calls that user space would try. */
	seat_attach(s, &a0, own, "attach a0 to its HWPT again");
	sc_dma(s, "a0", SEAT_IOVA, &reason);
	return sc_end(
		s, SC_PRESENT,
		"the replace failed with %s; iommufd says that the device is on its old HWPT, but it is on %s, and its DMA faults",
		seat_result(err), after);
}

/* ---- B02 ----------------------------------------------------------------- */

enum verdict sc_b02(struct scene *s)
{
	struct seat a0, b0;
	uint32_t ioas, own, other;
	int fd, err;

	SEAT_MISSING(s);
	if (!s->info.multi_driver)
		return sc_end(s, SC_CANNOT,
			      "this kernel has one IOMMU driver for a bus");
	fd = begin_two(s, "driver=" SC_PREFIX "p policy=any",
		       "driver=" SC_PREFIX "q policy=any", PCI, &a0, &b0);
	ioas = seat_ioas(s, fd);
	own = seat_hwpt(s, fd, &a0, ioas);
	other = seat_hwpt(s, fd, &b0, ioas);
	err = seat_attach(s, &a0, other,
			  "attach a0 to the HWPT of the other driver");
	if (err != -EINVAL || sc_attached_with(s, "a0", "foreign"))
		sc_fail(s, "the core did not refuse an attach (%s)",
			seat_result(err));
	seat_must_attach(s, &a0, own, "attach a0 to its HWPT");
	err = seat_attach(s, &a0, other,
			  "replace by the HWPT of the other driver");
	if (sc_attached_with(s, "a0", "foreign"))
		return sc_end(
			s, SC_PRESENT,
			"the core called attach_dev of one driver with a device of another driver, and it returned %s; the core refuses the same attach without a call",
			seat_result(err));
	return sc_end(
		s, SC_ABSENT,
		"the replace failed with %s, and the core called no driver",
		seat_result(err));
}

/* ---- B42 ----------------------------------------------------------------- */

enum verdict sc_b42(struct scene *s)
{
	struct seat a0, b0;
	uint32_t ioas, stage2, id;
	int fd, table, err = 0;

	SEAT_MISSING(s);
	if (!s->info.nests)
		return sc_end(s, SC_CANNOT,
			      "this kernel has no vIOMMU objects");
	fd = begin_two(s, "driver=" SC_PREFIX "p policy=any nest=1",
		       "driver=" SC_PREFIX "q policy=any nest=1", PCI, &a0,
		       &b0);
	ioas = seat_ioas(s, fd);
	stage2 = seat_hwpt_for(s, fd, &a0, ioas, HWPT_NEST);
	table = s->broken ? 0 :
			    iommufd_stage1_alloc(fd, stage2, &b0.dev, b0.id, 0,
						 &id);
	if (table != -EINVAL)
		sc_fail(s,
			"iommufd did not refuse a table on another driver's stage 2 (%s)",
			seat_result(table));
	if (!s->broken)
		err = iommufd_viommu_alloc(fd, stage2, &b0.dev, b0.id, &id);
	sc_note(s, "iommufd: a vIOMMU for b0 on the stage 2 of a0: %s",
		seat_result(err));
	if (sc_saw(s, " viommu ", " instance=" SC_PREFIX "b ", "foreign"))
		return sc_end(
			s, SC_PRESENT,
			"iommufd called a driver for a vIOMMU on another driver's domain, and it returned %s; a table on the same domain is refused without a call",
			seat_result(err));
	if (err != -EINVAL)
		sc_fail(s, "no driver was called, and the answer is %s",
			seat_result(err));
	return sc_end(
		s, SC_ABSENT,
		"the vIOMMU was refused with %s, and no driver was called",
		seat_result(err));
}

/* ---- B03, B15 -------------------------------------------------------------- */

/* Are the reserved addresses of the device reserved in the IOAS? */
static bool has_hole(struct scene *s, int fd, uint32_t ioas, const char *name)
{
	struct iova_range ranges[16];
	int n = s->broken ? 0 : iommufd_ioas_ranges(fd, ioas, ranges, 16);
	bool hole = true;

	if (s->broken)
		return false;
	if (n < 0) {
		sc_fail(s, "iommufd: IOAS_IOVA_RANGES: %s", errno_name(n));
		return false;
	}
	for (int i = 0; i < n; i++)
		hole &= ranges[i].last < HOLE || ranges[i].start > HOLE;
	sc_note(s, "iommufd: IOAS_IOVA_RANGES of %s: 0x%x is %s", name, HOLE,
		hole ? "reserved" : "free");
	return hole;
}

enum verdict sc_b03(struct scene *s)
{
	struct seat a0, b0;
	uint32_t ioas;
	int fd, err;

	SEAT_MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=same-instance",
		       PCI_WITH_HOLE, &a0, &b0);
	ioas = seat_ioas(s, fd);
	seat_must_attach(s, &a0, ioas, "attach a0 to the IOAS");
	seat_must_attach(s, &b0, ioas, "attach b0 to the IOAS");
	if (!has_hole(s, fd, ioas, "the IOAS"))
		sc_fail(s,
			"the addresses were not reserved after the first attach");
	err = seat_attach(s, &b0, ioas, "attach b0 to the IOAS again");
	if (has_hole(s, fd, ioas, "the IOAS"))
		return sc_end(
			s, SC_ABSENT,
			"after the second attach (%s) the device's addresses are still reserved",
			seat_result(err));
	return sc_end(
		s, SC_PRESENT,
		"after the second attach (%s) to the same IOAS the device's addresses are no longer reserved; a map there: %s",
		seat_result(err),
		seat_result(iommufd_ioas_map(fd, ioas, sc_memory(s, SEAT_BYTES),
					     HOLE, SEAT_BYTES)));
}

enum verdict sc_b15(struct scene *s)
{
	struct seat a0, b0;
	struct seen_b15 seen;
	uint32_t x, y, other;
	int fd;

	SEAT_MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=same-instance",
		       PCI_WITH_HOLE, &a0, &b0);
	x = seat_ioas(s, fd);
	y = seat_ioas(s, fd);
	other = seat_hwpt(s, fd, &a0, y);
	seat_must_attach(s, &b0, x, "attach b0 to the IOAS X");
	if (!has_hole(s, fd, x, "X") || has_hole(s, fd, y, "Y"))
		sc_fail(s, "the addresses were not reserved as they must");
	seen.err =
		seat_attach(s, &b0, other, "replace by the HWPT of a0, in Y");
	if (!seen.err)
		return sc_end(s, SC_ERROR, "the replace was not refused");
	seen.in_old = has_hole(s, fd, x, "X");
	seen.in_new = has_hole(s, fd, y, "Y");
	return sc_judge_b15(s, &seen);
}

/* ---- B08 ----------------------------------------------------------------- */

enum verdict sc_b08(struct scene *s)
{
	struct seat a0, b0;
	uint32_t ioas;
	int fd;

	SEAT_MISSING(s);
	fd = begin_two(s, "policy=any enforce=0", "policy=any enforce=1", PCI,
		       &a0, &b0);
	ioas = seat_ioas(s, fd);
	seat_must_attach(s, &a0, ioas, "attach a0, which cannot, to the IOAS");
	seat_must_attach(s, &b0, ioas, "attach b0, which can, to the IOAS");
	if (!s->broken)
		seat_must(s, "detach a0",
			  iommufd_device_detach(a0.fd, &a0.dev));
	if (sc_enforces(s, "b0"))
		return sc_end(
			s, SC_ABSENT,
			"the device can enforce snooping, and its domain enforces it");
	return sc_end(
		s, SC_PRESENT,
		"the device's IOMMU can enforce snooping, but the device is alone on a domain that does not, because it came second");
}

/* ---- B10 ----------------------------------------------------------------- */

/* The page tables of the first enforce snooping, which the second cannot. */
enum verdict sc_b10(struct scene *s)
{
	struct seat a0, b0;
	struct seen_b10 seen = { 0 };
	uint32_t ioas;
	int fd;

	SEAT_MISSING(s);
	fd = begin_two(s, "enforce=1", "enforce=0", PCI, &a0, &b0);
	ioas = seat_ioas(s, fd);
	seat_must_attach(s, &a0, ioas, "attach a0, which can, to the IOAS");
	if (!sc_enforces(s, "a0"))
		sc_fail(s, "the first device's domain enforces nothing");
	seen.soft = seat_attach(s, &b0, ioas, "attach b0, which cannot");
	if (!sc_attached_with(s, "b0", "enforce"))
		sc_fail(s, "b0 was never asked to share");
	seen.promised = !seen.soft && sc_enforces(s, "b0");
	if (!s->broken && !seen.soft)
		seat_must(s, "detach b0",
			  iommufd_device_detach(b0.fd, &b0.dev));
	sc_set(s, "b", "errno", "EOPNOTSUPP");
	seen.hard =
		seat_attach(s, &b0, ioas, "the same, refused with EOPNOTSUPP");
	return sc_judge_b10(s, &seen);
}

/* ---- B82 ----------------------------------------------------------------- */

/*
 * iommufd as a container of VFIO: an unmap of an address that is not mapped
 * succeeds.
 */
enum verdict sc_b82(struct scene *s)
{
	struct seen_b82 seen = { .mapped = 2 * SEAT_BYTES };
	void *memory;
	int fd;

	SEAT_MISSING(s);
	fd = seat_begin(s);
	if (!s->broken)
		seat_must(s, "IOMMU_VFIO_IOAS set",
			  iommufd_set_compat(fd, seat_ioas(s, fd)));
	memory = sc_memory(s, SEAT_BYTES);
	if (s->broken)
		return SC_ERROR;
	seen.empty = vfio_unmap_told(fd, SEAT_IOVA, SEAT_BYTES, &seen.hole);
	seat_must(s, "map as VFIO does",
		  vfio_map(fd, memory, SEAT_IOVA, SEAT_BYTES));
	seat_must(s, "map with a hole between",
		  vfio_map(fd, memory, SEAT_IOVA + 2 * SEAT_BYTES, SEAT_BYTES));
	seen.between = vfio_unmap_told(fd, SEAT_IOVA + SEAT_BYTES, SEAT_BYTES,
				       &seen.hole);
	seat_must(s, "unmap all three pages",
		  vfio_unmap_told(fd, SEAT_IOVA, 3 * SEAT_BYTES, &seen.around));
	sc_note(s, "iommufd: unmap of an empty space: %s, of the hole: %s",
		seat_result(seen.empty), seat_result(seen.between));
	return sc_judge_b82(s, &seen);
}

/* ---- B29 ----------------------------------------------------------------- */

#define NOIOMMU "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"

/*
 * VFIO may make no file for a function that it takes without an IOMMU
 * (vfio_device_add() in drivers/vfio/vfio.h).
 */
static bool has_cdev(struct scene *s, const struct m_device *dev)
{
	autofree char *name = iommufd_device_file(s->ctx, dev);
	autofree char *number =
		name ? xprintf("/sys/bus/%s/devices/%s/vfio-dev/%s/dev",
			       dev->bus, dev->dev, name) :
		       NULL;

	return number && root_exists(s->ctx, number);
}

/* A function of the machine, given to us; VFIO takes it without an IOMMU. */
enum verdict sc_b29(struct scene *s)
{
	struct m_device spare = sc_spare(s);
	struct seat plain, a0;
	uint32_t x, y;
	int fd, err;

	SEAT_MISSING(s);
	if (!root_exists(s->ctx, NOIOMMU))
		return sc_end(s, SC_CANNOT,
			      "this kernel has no VFIO without IOMMU");
	if (!s->spare)
		return sc_end(
			s, SC_CANNOT,
			"the scenario needs a PCI function that has no IOMMU and is not in use: name it with --spare");
	fd = seat_begin(s);
	sc_file(s, NOIOMMU, "Y");
	sc_bind_spare(s);
	if (!s->broken && !has_cdev(s, &spare))
		return sc_end(
			s, SC_CANNOT,
			"VFIO of this kernel has no file for a function without IOMMU that iommufd can take");
	sc_instance(s, "a", "policy=any");
	sc_device(s, "a0", "a", PCI);
	a0 = seat_sit(s, fd, "a0");
	plain = seat_take(s, fd, &spare, s->spare);
	x = seat_ioas(s, fd);
	y = seat_ioas(s, fd);
	seat_must_attach(s, &plain, x,
			 "attach the function without IOMMU to X");
	seat_must_attach(s, &a0, x, "attach a0 to X");
	if (!s->broken)
		seat_must(s, "detach a0",
			  iommufd_device_detach(a0.fd, &a0.dev));
	seat_must_attach(s, &a0, y, "attach a0 to Y");
	err = seat_attach(s, &a0, x, "replace Y by X");
	if (!err)
		return sc_end(
			s, SC_ABSENT,
			"the replace skipped the page table of the device without IOMMU, and made one that fits");
	if (err != -ENODEV)
		return sc_end(s, SC_ERROR,
			      "the replace failed with %s, which is not ENODEV",
			      errno_name(err));
	return sc_end(
		s, SC_PRESENT,
		"an attach to an IOAS that has a device without IOMMU succeeds, but a replace by that IOAS fails with %s",
		errno_name(err));
}
