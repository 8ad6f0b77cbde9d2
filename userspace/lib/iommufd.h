/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's iommufd, and VFIO's devices as it takes them: the only code
 * that opens /dev/iommu and /dev/vfio/devices.
 *
 * Unless it says otherwise, a function returns 0 (or a file descriptor) or
 * -errno, as the kernel said it, and says nothing.
 */
#ifndef LIB_IOMMUFD_H
#define LIB_IOMMUFD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/model.h"

/* Load what there is of it: NULL, or what the kernel lacks. */
const char *iommufd_missing(struct ctx *ctx);

int iommufd_open(struct ctx *ctx);

/* Objects have numbers; closing the file ends them all. */
int iommufd_ioas_alloc(int fd, uint32_t *ioas);
int iommufd_hwpt_alloc(int fd, uint32_t device, uint32_t ioas, uint32_t *hwpt);

/* Memory of this process, readable and writeable, at an address. */
int iommufd_map(int fd, uint32_t ioas, void *memory, uint64_t iova,
		uint64_t size);

struct iommufd_range {
	uint64_t start, last;
};

/* What may be mapped, upwards: how many ranges, at most max, or -errno. */
int iommufd_ranges(int fd, uint32_t ioas, struct iommufd_range *ranges,
		   unsigned int max);

/*
 * A device, by its place on a bus: it is bound to VFIO's driver. -ENOENT if it
 * has no character device (CONFIG_VFIO_DEVICE_CDEV).
 */
int iommufd_device_open(struct ctx *ctx, const char *bus, const char *dev);
int iommufd_bind(int device, int fd, uint32_t *id);

/*
 * To a HWPT, or to an IOAS: *table is then the HWPT that it is on. If it is on
 * one already, it is moved (replace).
 */
int iommufd_attach(int device, uint32_t *table);
int iommufd_detach(int device);

#endif /* LIB_IOMMUFD_H */
