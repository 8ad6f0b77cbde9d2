// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of iommufd itself, with VFIO's character devices. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/judge.h"

#define IOVA 0x100000
#define BYTES 0x1000
#define HOLE 0xfee00000
#define PCI "bus=pci"
#define PCI_WITH_HOLE PCI " resv=reserved:0xfee00000+1M"

/* A device that iommufd has: its file, its number there, and its name. */
struct seat {
	int fd;
	uint32_t id;
	struct m_device dev;
};

static const char *result(int err)
{
	return err ? errno_name(err) : "done";
}

/* Something of iommufd that must not fail. */
static void must(struct scene *s, const char *what, int err)
{
	if (s->broken)
		return;
	sc_note(s, "iommufd: %s: %s", what, result(err));
	if (err < 0)
		sc_fail(s, "iommufd: %s: %s", what, errno_name(err));
}

static int begin(struct scene *s)
{
	int fd = iommufd_open(s->ctx);

	must(s, "open", fd < 0 ? fd : 0);
	if (fd >= 0)
		sc_keep_fd(s, fd);
	return fd;
}

static uint32_t new_ioas(struct scene *s, int fd)
{
	uint32_t ioas = 0;

	if (!s->broken)
		must(s, "IOAS_ALLOC", iommufd_ioas_alloc(fd, &ioas));
	return ioas;
}

static uint32_t new_hwpt(struct scene *s, int fd, const struct seat *seat,
			 uint32_t ioas)
{
	uint32_t hwpt = 0;

	if (!s->broken)
		must(s, "HWPT_ALLOC",
		     iommufd_hwpt_alloc(fd, ioas, &seat->dev, seat->id, &hwpt));
	return hwpt;
}

static void map(struct scene *s, int fd, uint32_t ioas)
{
	void *memory = sc_memory(s, BYTES);

	if (!s->broken)
		must(s, "IOAS_MAP",
		     iommufd_ioas_map(fd, ioas, memory, IOVA, BYTES));
}

static struct seat take(struct scene *s, int fd, const struct m_device *dev,
			const char *name)
{
	struct seat seat = { -1, 0, { .name = name } };
	autofree char *what = xprintf("bind %s", name);

	if (s->broken)
		return seat;
	seat.fd = iommufd_device_open(s->ctx, fd, dev, &seat.id);
	must(s, what, seat.fd < 0 ? seat.fd : 0);
	if (seat.fd >= 0)
		sc_keep_fd(s, seat.fd);
	return seat;
}

/* A function of the scene: bound to vfio-pci, then to iommufd. */
static struct seat sit(struct scene *s, int fd, const char *device)
{
	struct seat seat = { -1, 0, { .name = device } };
	const struct m_device *dev;
	struct model *m;

	sc_bind(s, device);
	dev = sc_look(s, device, &m);
	if (dev)
		seat = take(s, fd, dev, device);
	model_free(m);
	return seat;
}

/* Functions a0 and b0, each behind an instance of its own, a and b. */
static int begin_two(struct scene *s, const char *a, const char *b,
		     const char *b0_keys, struct seat *a0, struct seat *b0)
{
	int fd = begin(s);

	sc_instance(s, "a", a);
	sc_instance(s, "b", b);
	sc_device(s, "a0", "a", PCI);
	sc_device(s, "b0", "b", b0_keys);
	*a0 = sit(s, fd, "a0");
	*b0 = sit(s, fd, "b0");
	return fd;
}

/* Attaches to an IOAS or a HWPT; what names it in the notes. */
static int attach(struct scene *s, const struct seat *seat, uint32_t table,
		  const char *what)
{
	int err = s->broken ?
			  0 :
			  iommufd_device_attach(seat->fd, &seat->dev, table);

	if (!s->broken)
		sc_note(s, "iommufd: %s: %s", what, result(err));
	return err;
}

static void must_attach(struct scene *s, const struct seat *seat,
			uint32_t table, const char *what)
{
	int err = attach(s, seat, table, what);

	if (err)
		sc_fail(s, "iommufd: %s: %s", what, errno_name(err));
}

#define MISSING(s)                                       \
	const char *missing = iommufd_missing((s)->ctx); \
                                                         \
	if (missing)                                     \
	return sc_end((s), SC_CANNOT, "this kernel has no %s", missing)

/* ---- B01 ----------------------------------------------------------------- */

/* Refused another domain: does the device still translate by its own? */
static bool lost_by_refusal(struct scene *s, const struct seat *seat,
			    uint32_t other, int *err, char **after)
{
	autofree char *before = sc_where(s, "a0");
	const char *reason;

	if (sc_dma(s, "a0", IOVA, &reason))
		sc_fail(s, "DMA does not arrive before the replace (%s)",
			reason);
	*err = attach(s, seat, other, "replace by the HWPT of b0");
	if (!*err)
		sc_fail(s, "the replace was not refused");
	free(*after);
	*after = sc_where(s, "a0");
	return sc_dma(s, "a0", IOVA, &reason) || strcmp(*after, before);
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

	MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=any", PCI, &a0, &b0);
	ioas = new_ioas(s, fd);
	map(s, fd, ioas);
	other = new_hwpt(s, fd, &b0, ioas);
	own = new_hwpt(s, fd, &a0, ioas);
	must_attach(s, &a0, own, "attach a0 to its HWPT");
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
			result(err));
	/* The calls that user space would try. */
	attach(s, &a0, own, "attach a0 to its HWPT again");
	sc_dma(s, "a0", IOVA, &reason);
	return sc_end(
		s, SC_PRESENT,
		"the replace failed with %s; iommufd says that the device is on its old HWPT, but it is on %s, and its DMA faults",
		result(err), after);
}

/* ---- B02 ----------------------------------------------------------------- */

enum verdict sc_b02(struct scene *s)
{
	struct seat a0, b0;
	uint32_t ioas, own, other;
	int fd, err;

	MISSING(s);
	if (!s->info.multi_driver)
		return sc_end(s, SC_CANNOT,
			      "this kernel has one IOMMU driver for a bus");
	fd = begin_two(s, "driver=" SC_PREFIX "p policy=any",
		       "driver=" SC_PREFIX "q policy=any", PCI, &a0, &b0);
	ioas = new_ioas(s, fd);
	own = new_hwpt(s, fd, &a0, ioas);
	other = new_hwpt(s, fd, &b0, ioas);
	err = attach(s, &a0, other,
		     "attach a0 to the HWPT of the other driver");
	if (err != -EINVAL || sc_attached_with(s, "a0", "foreign"))
		sc_fail(s, "the core did not refuse an attach (%s)",
			result(err));
	must_attach(s, &a0, own, "attach a0 to its HWPT");
	err = attach(s, &a0, other, "replace by the HWPT of the other driver");
	if (sc_attached_with(s, "a0", "foreign"))
		return sc_end(
			s, SC_PRESENT,
			"the core called attach_dev of one driver with a device of another driver, and it returned %s; the core refuses the same attach without a call",
			result(err));
	return sc_end(
		s, SC_ABSENT,
		"the replace failed with %s, and the core called no driver",
		result(err));
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

	MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=same-instance",
		       PCI_WITH_HOLE, &a0, &b0);
	ioas = new_ioas(s, fd);
	must_attach(s, &a0, ioas, "attach a0 to the IOAS");
	must_attach(s, &b0, ioas, "attach b0 to the IOAS");
	if (!has_hole(s, fd, ioas, "the IOAS"))
		sc_fail(s,
			"the addresses were not reserved after the first attach");
	err = attach(s, &b0, ioas, "attach b0 to the IOAS again");
	if (has_hole(s, fd, ioas, "the IOAS"))
		return sc_end(
			s, SC_ABSENT,
			"after the second attach (%s) the device's addresses are still reserved",
			result(err));
	return sc_end(
		s, SC_PRESENT,
		"after the second attach (%s) to the same IOAS the device's addresses are no longer reserved; a map there: %s",
		result(err),
		result(iommufd_ioas_map(fd, ioas, sc_memory(s, BYTES), HOLE,
					BYTES)));
}

enum verdict sc_b15(struct scene *s)
{
	struct seat a0, b0;
	struct seen_b15 seen;
	uint32_t x, y, other;
	int fd;

	MISSING(s);
	fd = begin_two(s, "policy=same-instance", "policy=same-instance",
		       PCI_WITH_HOLE, &a0, &b0);
	x = new_ioas(s, fd);
	y = new_ioas(s, fd);
	other = new_hwpt(s, fd, &a0, y);
	must_attach(s, &b0, x, "attach b0 to the IOAS X");
	if (!has_hole(s, fd, x, "X") || has_hole(s, fd, y, "Y"))
		sc_fail(s, "the addresses were not reserved as they must");
	seen.err = attach(s, &b0, other, "replace by the HWPT of a0, in Y");
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

	MISSING(s);
	fd = begin_two(s, "policy=any enforce=0", "policy=any enforce=1", PCI,
		       &a0, &b0);
	ioas = new_ioas(s, fd);
	must_attach(s, &a0, ioas, "attach a0, which cannot, to the IOAS");
	must_attach(s, &b0, ioas, "attach b0, which can, to the IOAS");
	if (!s->broken)
		must(s, "detach a0", iommufd_device_detach(a0.fd, &a0.dev));
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

	MISSING(s);
	fd = begin_two(s, "enforce=1", "enforce=0", PCI, &a0, &b0);
	ioas = new_ioas(s, fd);
	must_attach(s, &a0, ioas, "attach a0, which can, to the IOAS");
	if (!sc_enforces(s, "a0"))
		sc_fail(s, "the first device's domain enforces nothing");
	seen.soft = attach(s, &b0, ioas, "attach b0, which cannot");
	if (!sc_attached_with(s, "b0", "enforce"))
		sc_fail(s, "b0 was never asked to share");
	seen.promised = !seen.soft && sc_enforces(s, "b0");
	if (!s->broken && !seen.soft)
		must(s, "detach b0", iommufd_device_detach(b0.fd, &b0.dev));
	sc_set(s, "b", "errno", "EOPNOTSUPP");
	seen.hard = attach(s, &b0, ioas, "the same, refused with EOPNOTSUPP");
	return sc_judge_b10(s, &seen);
}

/* ---- B82 ----------------------------------------------------------------- */

/*
 * iommufd as a container of VFIO: an unmap of an address that is not mapped
 * succeeds.
 */
enum verdict sc_b82(struct scene *s)
{
	struct seen_b82 seen = { .mapped = 2 * BYTES };
	void *memory;
	int fd;

	MISSING(s);
	fd = begin(s);
	if (!s->broken)
		must(s, "IOMMU_VFIO_IOAS set",
		     iommufd_set_compat(fd, new_ioas(s, fd)));
	memory = sc_memory(s, BYTES);
	if (s->broken)
		return SC_ERROR;
	seen.empty = vfio_unmap_told(fd, IOVA, BYTES, &seen.hole);
	must(s, "map as VFIO does", vfio_map(fd, memory, IOVA, BYTES));
	must(s, "map with a hole between",
	     vfio_map(fd, memory, IOVA + 2 * BYTES, BYTES));
	seen.between = vfio_unmap_told(fd, IOVA + BYTES, BYTES, &seen.hole);
	must(s, "unmap all three pages",
	     vfio_unmap_told(fd, IOVA, 3 * BYTES, &seen.around));
	sc_note(s, "iommufd: unmap of an empty space: %s, of the hole: %s",
		result(seen.empty), result(seen.between));
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
	autofree char *dir =
		xprintf("/sys/bus/%s/devices/%s/vfio-dev", dev->bus, dev->dev);
	autofree char *name = root_entry(s->ctx, dir, "vfio");
	autofree char *number = name ? xprintf("%s/%s/dev", dir, name) : NULL;

	return number && root_exists(s->ctx, number);
}

/* A function of the machine, given to us; VFIO takes it without an IOMMU. */
enum verdict sc_b29(struct scene *s)
{
	struct m_device spare = sc_spare(s);
	struct seat plain, a0;
	uint32_t x, y;
	int fd, err;

	MISSING(s);
	if (!root_exists(s->ctx, NOIOMMU))
		return sc_end(s, SC_CANNOT,
			      "this kernel has no VFIO without IOMMU");
	if (!s->spare)
		return sc_end(
			s, SC_CANNOT,
			"the scenario needs a PCI function that has no IOMMU and is not in use: name it with --spare");
	fd = begin(s);
	sc_file(s, NOIOMMU, "Y");
	sc_bind_spare(s);
	if (!s->broken && !has_cdev(s, &spare))
		return sc_end(
			s, SC_CANNOT,
			"VFIO of this kernel has no file for a function without IOMMU that iommufd can take");
	sc_instance(s, "a", "policy=any");
	sc_device(s, "a0", "a", PCI);
	a0 = sit(s, fd, "a0");
	plain = take(s, fd, &spare, s->spare);
	x = new_ioas(s, fd);
	y = new_ioas(s, fd);
	must_attach(s, &plain, x, "attach the function without IOMMU to X");
	must_attach(s, &a0, x, "attach a0 to X");
	if (!s->broken)
		must(s, "detach a0", iommufd_device_detach(a0.fd, &a0.dev));
	must_attach(s, &a0, y, "attach a0 to Y");
	err = attach(s, &a0, x, "replace Y by X");
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
