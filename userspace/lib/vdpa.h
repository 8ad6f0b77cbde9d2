/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's vhost-vdpa. This is the only code that opens its files. A device of the
 * mock has one while it is bound to MOCK_VDPA_DRIVER.
 *
 * A function returns 0 (or a file descriptor) or -errno, unless its comment differs.
 * vfio_error() is one sentence about the last failure.
 */
#ifndef LIB_VDPA_H
#define LIB_VDPA_H

#include <stdint.h>

#include "lib/address.h"
#include "lib/ctx.h"
#include "lib/model.h"

/*
 * Loads the missing modules, and checks that the bus is there: 0, or -errno after a
 * complaint.
 */
int vdpa_load(struct ctx *ctx);

/*
 * Opens the file of a device: the kernel makes a domain, and attaches the device to it.
 * The errno is the kernel's. Closing the file undoes that, and all that follows.
 */
int vdpa_open(struct ctx *ctx, const struct m_device *dev);

/* Memory from now on is that of this process. */
int vdpa_own(int fd);
/* The addresses that may be mapped. */
int vdpa_range(int fd, struct iova_range *range);
/* The kernel answers EFAULT to all that fails. */
int vdpa_map(int fd, void *memory, uint64_t iova, uint64_t size);
int vdpa_unmap(int fd, uint64_t iova, uint64_t size);

#endif /* LIB_VDPA_H */
