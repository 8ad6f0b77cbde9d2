/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's iommufd. This is the only code that opens /dev/iommu, and that
 * opens functions as files under /dev/vfio/devices ("cdev") instead of through
 * their group.
 *
 * A function returns 0 (or a file descriptor) or -errno, unless its comment
 * differs. vfio_error() is one sentence about the last failure. Ids are the
 * kernel's; each open /dev/iommu has one name space for all of them.
 */
#ifndef LIB_IOMMUFD_H
#define LIB_IOMMUFD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/ctx.h"
#include "lib/model.h"

/*
 * Loads the missing modules, and checks that the files exist: 0, or -errno
 * after a complaint.
 */
int iommufd_load(struct ctx *ctx);
/* The same without complaint: NULL, or what the kernel lacks. */
const char *iommufd_missing(struct ctx *ctx);
/* The same for the files of functions, once a function is bound to vfio-pci. */
int iommufd_check_cdevs(struct ctx *ctx);

int iommufd_open(struct ctx *ctx);
/* As a container of VFIO, for the calls of vfio.h. */
int iommufd_container_open(struct ctx *ctx);

/* An address space and its mappings. */
int iommufd_ioas_alloc(int iommufd, uint32_t *ioas);
/* The IOAS that calls of VFIO's containers, made of iommufd, are for. */
int iommufd_set_compat(int iommufd, uint32_t ioas);
int iommufd_ioas_map(int iommufd, uint32_t ioas, void *memory, uint64_t iova,
		     uint64_t size);

/*
 * The ranges that may be mapped, in ascending order: their number, at most max,
 * or -errno.
 */
int iommufd_ioas_ranges(int iommufd, uint32_t ioas, struct iova_range *ranges,
			unsigned int max);

/*
 * Allocates page tables for one device, with all mappings of the address space.
 * Other devices may be attached to these tables too. The kernel allocates its
 * automatic page tables itself. The flags are those of the kernel.
 */
#define HWPT_NEST 1U /* IOMMU_HWPT_ALLOC_NEST_PARENT: a stage 2 */
#define HWPT_DIRTY 2U /* IOMMU_HWPT_ALLOC_DIRTY_TRACKING */
#define HWPT_PASID 8U /* IOMMU_HWPT_ALLOC_PASID */
int iommufd_hwpt_alloc(int iommufd, uint32_t ioas, const struct m_device *dev,
		       uint32_t device, uint32_t flags, uint32_t *hwpt);
/*
 * On page tables that were allocated with HWPT_NEST: a table of a guest for a device, in
 * the format "x86-4l", whose top table is at this address of stage 2.
 */
int iommufd_stage1_alloc(int iommufd, uint32_t stage2,
			 const struct m_device *dev, uint32_t device,
			 uint64_t root, uint32_t *hwpt);
/* A vIOMMU of the device's instance, on page tables of HWPT_NEST. */
int iommufd_viommu_alloc(int iommufd, uint32_t stage2,
			 const struct m_device *dev, uint32_t device,
			 uint32_t *viommu);
int iommufd_destroy(int iommufd, uint32_t id);

/*
 * Page tables that were allocated with HWPT_DIRTY: track the writes of devices; and which
 * of the pages of this size did they write? Each is a bit of the bitmap, and is clean
 * afterwards.
 */
int iommufd_track(int iommufd, uint32_t hwpt, bool on);
int iommufd_dirty(int iommufd, uint32_t hwpt, uint64_t iova, uint64_t size,
		  uint64_t page, void *bitmap);

/*
 * The name of the file that VFIO made for a function, or NULL with errno. It begins with
 * "noiommu-" for a function that has no IOMMU, in kernels with CONFIG_IOMMUFD_NOIOMMU
 * (7.3.4 calls it so). free() it.
 */
char *iommufd_device_file(const struct ctx *ctx, const struct m_device *dev);

/*
 * Opens a function that is bound to vfio-pci, and claims it. *device is its id.
 * Closing the file undoes all that follows.
 */
int iommufd_device_open(struct ctx *ctx, int iommufd,
			const struct m_device *dev, uint32_t *device);

/*
 * Attaches a device to an address space, for which the kernel chooses page
 * tables, or to page tables of iommufd_hwpt_alloc(). If the device is attached
 * already, the kernel moves it, and calls this "replace".
 */
int iommufd_device_attach(int fd, const struct m_device *dev, uint32_t pt);
int iommufd_device_detach(int fd, const struct m_device *dev);

/*
 * The same for a PASID of the device. The page tables are those of iommufd_hwpt_alloc()
 * with HWPT_PASID; if the device itself is attached to page tables, so are these.
 */
int iommufd_pasid_attach(int fd, const struct m_device *dev, uint32_t pasid,
			 uint32_t hwpt);
int iommufd_pasid_detach(int fd, const struct m_device *dev, uint32_t pasid);

#endif /* LIB_IOMMUFD_H */
