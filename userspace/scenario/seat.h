/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps of scenarios that use iommufd, with VFIO's character devices. */
#ifndef SCENARIO_SEAT_H
#define SCENARIO_SEAT_H

#include <stdint.h>

#include "lib/iommufd.h"
#include "scenario/scenario.h"

/* Where memory is mapped, and how much. */
#define SEAT_IOVA 0x100000
#define SEAT_BYTES 0x1000

/* A device that iommufd has: its file, its number there, and its name. */
struct seat {
	int fd;
	uint32_t id;
	struct m_device dev;
};

/* The scenario ends here if the kernel has no iommufd. */
#define SEAT_MISSING(s)                                  \
	const char *missing = iommufd_missing((s)->ctx); \
                                                         \
	if (missing)                                     \
	return sc_end((s), SC_CANNOT, "this kernel has no %s", missing)

const char *seat_result(int err);
/* Something of iommufd that must not fail. */
void seat_must(struct scene *s, const char *what, int err);

/* Opens iommufd; the functions below must not fail either. */
int seat_begin(struct scene *s);
uint32_t seat_ioas(struct scene *s, int fd);
uint32_t seat_hwpt(struct scene *s, int fd, const struct seat *seat,
		   uint32_t ioas);
/* The same with flags of iommufd.h. */
uint32_t seat_hwpt_for(struct scene *s, int fd, const struct seat *seat,
		       uint32_t ioas, uint32_t flags);
void seat_map(struct scene *s, int fd, uint32_t ioas);
struct seat seat_take(struct scene *s, int fd, const struct m_device *dev,
		      const char *name);
/* A function of the scene: bound to vfio-pci, then to iommufd. */
struct seat seat_sit(struct scene *s, int fd, const char *device);
void seat_must_attach(struct scene *s, const struct seat *seat, uint32_t table,
		      const char *what);

/* Attaches to an IOAS or a HWPT; what names it in the notes. 0 or -errno. */
int seat_attach(struct scene *s, const struct seat *seat, uint32_t table,
		const char *what);

#endif /* SCENARIO_SEAT_H */
