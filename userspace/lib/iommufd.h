/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's iommufd: the only code that opens /dev/iommu, and functions as
 * the files under /dev/vfio/devices ("cdev") instead of through their group.
 *
 * Unless it says otherwise, a function returns 0 (or a file descriptor) or
 * -errno, and vfio_error() is one sentence about the last failure. Ids are
 * those of the kernel, one name space for each open /dev/iommu.
 */
#ifndef LIB_IOMMUFD_H
#define LIB_IOMMUFD_H

#include <stdint.h>

#include "lib/address.h"
#include "lib/ctx.h"
#include "lib/model.h"

/*
 * Load what is missing, and see that its files are there: 0, or another
 * status after having said what is not ready.
 */
int iommufd_load(struct ctx *ctx);
/* The same without a word: NULL, or what the kernel lacks. */
const char *iommufd_missing(struct ctx *ctx);
/* The same of files for functions, once one is bound to vfio-pci. */
int iommufd_check_cdevs(struct ctx *ctx);

int iommufd_open(struct ctx *ctx);
/* As a container of VFIO, for the calls of vfio.h. */
int iommufd_container_open(struct ctx *ctx);

/* An address space, and what is in it. */
int iommufd_ioas_alloc(int iommufd, uint32_t *ioas);
/* The IOAS that calls of VFIO's containers, made of iommufd, are for. */
int iommufd_set_compat(int iommufd, uint32_t ioas);
int iommufd_ioas_map(int iommufd, uint32_t ioas, void *memory, uint64_t iova,
		     uint64_t size);

/* What may be mapped there, upwards: how many ranges, at most max, or -errno. */
int iommufd_ioas_ranges(int iommufd, uint32_t ioas, struct iova_range *ranges,
			unsigned int max);

/*
 * Page tables for one device, with all that is in the address space; others
 * may be attached to them too. The kernel's automatic ones are not allocated.
 */
int iommufd_hwpt_alloc(int iommufd, uint32_t ioas, const struct m_device *dev,
		       uint32_t device, uint32_t *hwpt);
int iommufd_destroy(int iommufd, uint32_t id);

/*
 * Open a function that is bound to vfio-pci, and claim it: its id goes to
 * *device. Closing the file undoes all that follows.
 */
int iommufd_device_open(struct ctx *ctx, int iommufd,
			const struct m_device *dev, uint32_t *device);

/*
 * To an address space, by page tables that the kernel chooses, or to an
 * those of iommufd_hwpt_alloc(). One that is attached already is moved: the
 * kernel calls that "replace".
 */
int iommufd_device_attach(int fd, const struct m_device *dev, uint32_t pt);
int iommufd_device_detach(int fd, const struct m_device *dev);

#endif /* LIB_IOMMUFD_H */
