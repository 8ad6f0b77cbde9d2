// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of PASIDs, by VFIO's character devices and iommufd. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/iommufd-abi.h"
#include "lib/vfio.h"
#include "scenario/judge.h"
#include "scenario/seat.h"

#define PASID 1

/* ---- B88 ----------------------------------------------------------------- */

/* The argument can be read, and not be written. */
static int attach_readonly(struct scene *s, const struct seat *seat,
			   uint32_t hwpt)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	struct attach_pasid *arg = mmap(NULL, size, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err = 0;

	if (arg == MAP_FAILED) {
		sc_fail(s, "no memory");
		return -ENOMEM;
	}
	*arg = (struct attach_pasid){ sizeof(*arg), ATTACH_PASID, hwpt, PASID };
	if (mprotect(arg, size, PROT_READ) ||
	    ioctl(seat->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, arg))
		err = -errno;
	munmap(arg, size);
	sc_note(s, "VFIO: attach PASID %d by memory that cannot be written: %s",
		PASID, seat_result(err));
	return err;
}

/* Is the PASID on a domain? */
static bool is_attached(struct scene *s)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, "a0", &m);
	bool attached = dev && dev->attached.n;

	sc_note(s, "PASID %d is %s", PASID,
		attached ? dev->attached.v[0] : "on no domain");
	model_free(m);
	return attached;
}

static uint32_t pasid_table(struct scene *s, int fd, const struct seat *seat,
			    uint32_t ioas, int *err)
{
	uint32_t hwpt = 0;

	if (s->broken)
		return 0;
	*err = iommufd_hwpt_alloc(fd, ioas, &seat->dev, seat->id, HWPT_PASID,
				  &hwpt);
	sc_note(s, "iommufd: HWPT_ALLOC for PASIDs: %s", seat_result(*err));
	return hwpt;
}

enum verdict sc_b88(struct scene *s)
{
	autofree char *before = NULL, *after = NULL;
	struct seen_b88 seen = { 0 };
	uint32_t ioas, own, other;
	struct seat a0;
	int fd, err = 0;

	SEAT_MISSING(s);
	if (!s->info.pasids)
		return sc_end(
			s, SC_CANNOT,
			"the IOMMU core of this kernel attaches no PASIDs in a way that is known here");
	fd = seat_begin(s);
	sc_instance(s, "a", "pasid=4");
	sc_device(s, "a0", "a", "bus=pci pasids=16");
	a0 = seat_sit(s, fd, "a0");
	ioas = seat_ioas(s, fd);
	own = pasid_table(s, fd, &a0, ioas, &err);
	if (err == -EOPNOTSUPP)
		return sc_end(s, SC_CANNOT,
			      "iommufd of this kernel attaches no PASIDs");
	other = pasid_table(s, fd, &a0, ioas, &err);
	seat_must_attach(s, &a0, own, "attach a0");
	if (s->broken || err)
		return SC_ERROR;
	before = sc_where(s, "a0");
	seen.err = attach_readonly(s, &a0, other);
	after = sc_where(s, "a0");
	seen.stays = !strcmp(before, after);
	seen.attached = is_attached(s);
	return sc_judge_b88(s, &seen);
}
