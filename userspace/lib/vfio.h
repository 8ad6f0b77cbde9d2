/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's VFIO with a type1 container. This is the only code that opens
 * /dev/vfio and its groups (iommufd.h has the other way). It also does DMA with
 * a mock PCI function, through the registers of docs/programming-model.md, as
 * any user-space driver does.
 *
 * A function returns 0 (or a file descriptor) or -errno, unless its comment
 * differs. vfio_error() is one sentence about the last failure.
 */
#ifndef LIB_VFIO_H
#define LIB_VFIO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/address.h"
#include "lib/ctx.h"
#include "lib/model.h"

#define VFIO_DRIVER "vfio-pci"

const char *vfio_error(void);
/* Sets what vfio_error() returns, for code around this; returns err. */
int vfio_explain(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * vfio_load() loads the missing modules of VFIO, and checks that the files
 * exist: 0, or -errno after a complaint. The second function loads one module;
 * the complaint is about a kernel "with WHAT".
 */
int vfio_load(struct ctx *ctx);
int vfio_need_module(struct ctx *ctx, const char *module, const char *what);

int vfio_container_open(struct ctx *ctx);
/* Does an open file answer as a container for type1? */
bool vfio_is_container(int fd);
/*
 * Call this once the container has its first group, and before anything else.
 */
int vfio_use_type1(int container, const struct m_device *dev);
/* The first version of it, where a part of a mapping can be unmapped. */
int vfio_use_type1_v1(int container, const struct m_device *dev);
/*
 * Removes from *space all that the container, with its present groups, does not
 * allow to be mapped. A kernel that keeps no list allows everything.
 */
int vfio_allow(int container, struct space *space);
int vfio_map(int container, void *memory, uint64_t iova, uint64_t size);
/* Devices may read it, not write to it. */
int vfio_map_readonly(int container, void *memory, uint64_t iova,
		      uint64_t size);
/* Everything that was mapped in the range. */
int vfio_unmap(int container, uint64_t iova, uint64_t size);
/*
 * The same, but returns 0 however many bytes were unmapped; *told is the number
 * that the kernel returned.
 */
int vfio_unmap_told(int container, uint64_t iova, uint64_t size,
		    uint64_t *told);

/* The group that a device is in; all of it is bound to vfio-pci. */
int vfio_group_open(struct ctx *ctx, const struct m_device *dev);
int vfio_group_join(int group, int container, const struct m_device *dev);
int vfio_group_leave(int group);

/* A function: opening and closing it resets it. */
int vfio_device_open(int group, const struct m_device *dev);

/* A function that is open and ready for DMA. */
struct vfio_function {
	const char *name; /* its name in the tool */
	int fd;
	off_t config; /* where its configuration space is in fd */
	unsigned int engine; /* the vendor-specific capability in there */
};

int vfio_function_use(int fd, const struct m_device *dev,
		      struct vfio_function *f);

/*
 * Lets the function fill memory with a pattern of 64 bits. -EFAULT if the DMA
 * faulted; the sentence then contains the address and the reason.
 */
int vfio_function_write(struct vfio_function *f, uint64_t iova, uint32_t size,
			uint64_t pattern);

#endif /* LIB_VFIO_H */
