// SPDX-License-Identifier: GPL-2.0-only
/* See seat.h. */
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/seat.h"

const char *seat_result(int err)
{
	return err ? errno_name(err) : "done";
}

void seat_must(struct scene *s, const char *what, int err)
{
	if (s->broken)
		return;
	sc_note(s, "iommufd: %s: %s", what, seat_result(err));
	if (err < 0)
		sc_fail(s, "iommufd: %s: %s", what, errno_name(err));
}

int seat_begin(struct scene *s)
{
	int fd = iommufd_open(s->ctx);

	seat_must(s, "open", fd < 0 ? fd : 0);
	if (fd >= 0)
		sc_keep_fd(s, fd);
	return fd;
}

uint32_t seat_ioas(struct scene *s, int fd)
{
	uint32_t ioas = 0;

	if (!s->broken)
		seat_must(s, "IOAS_ALLOC", iommufd_ioas_alloc(fd, &ioas));
	return ioas;
}

uint32_t seat_hwpt(struct scene *s, int fd, const struct seat *seat,
		   uint32_t ioas)
{
	return seat_hwpt_for(s, fd, seat, ioas, 0);
}

uint32_t seat_hwpt_for(struct scene *s, int fd, const struct seat *seat,
		       uint32_t ioas, uint32_t flags)
{
	uint32_t hwpt = 0;

	if (!s->broken)
		seat_must(s, "HWPT_ALLOC",
			  iommufd_hwpt_alloc(fd, ioas, &seat->dev, seat->id,
					     flags, &hwpt));
	return hwpt;
}

void seat_map(struct scene *s, int fd, uint32_t ioas)
{
	void *memory = sc_memory(s, SEAT_BYTES);

	if (!s->broken)
		seat_must(s, "IOAS_MAP",
			  iommufd_ioas_map(fd, ioas, memory, SEAT_IOVA,
					   SEAT_BYTES));
}

struct seat seat_take(struct scene *s, int fd, const struct m_device *dev,
		      const char *name)
{
	struct seat seat = { -1, 0, { .name = name } };
	autofree char *what = xprintf("bind %s", name);

	if (s->broken)
		return seat;
	seat.fd = iommufd_device_open(s->ctx, fd, dev, &seat.id);
	seat_must(s, what, seat.fd < 0 ? seat.fd : 0);
	if (seat.fd >= 0)
		sc_keep_fd(s, seat.fd);
	return seat;
}

struct seat seat_sit(struct scene *s, int fd, const char *device)
{
	struct seat seat = { -1, 0, { .name = device } };
	const struct m_device *dev;
	struct model *m;

	sc_bind(s, device);
	dev = sc_look(s, device, &m);
	if (dev)
		seat = seat_take(s, fd, dev, device);
	model_free(m);
	return seat;
}

int seat_attach(struct scene *s, const struct seat *seat, uint32_t table,
		const char *what)
{
	int err = s->broken ?
			  0 :
			  iommufd_device_attach(seat->fd, &seat->dev, table);

	if (!s->broken)
		sc_note(s, "iommufd: %s: %s", what, seat_result(err));
	return err;
}

void seat_must_attach(struct scene *s, const struct seat *seat, uint32_t table,
		      const char *what)
{
	int err = seat_attach(s, seat, table, what);

	if (err)
		sc_fail(s, "iommufd: %s: %s", what, errno_name(err));
}
