// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/kmod.h"
#include "lib/mem.h"
#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"

#define CONTAINER "/dev/vfio/vfio"

static _Thread_local char error[512];

const char *vfio_error(void)
{
	return error;
}

int vfio_explain(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, sizeof(error), fmt, ap);
	va_end(ap);
	return err;
}

int vfio_need_module(struct ctx *ctx, const char *module, const char *what)
{
	int err;

	if (ctx_recorded(ctx))
		return usage_error(
			ctx, "VFIO needs the running kernel, not --sysroot");
	err = module_need(module);
	if (err == -ENOENT)
		return env_error(
			ctx,
			"this kernel has no module %s: install the rest of its modules, or take a kernel with %s",
			module, what);
	if (err < 0)
		return env_error(
			ctx,
			"the module %s cannot be loaded: %s (%s); dmesg may know more",
			module, strerror(-err), errno_name(err));
	return 0;
}

int vfio_load(struct ctx *ctx)
{
	int st = vfio_need_module(ctx, "vfio_iommu_type1", "VFIO");

	if (!st)
		st = vfio_need_module(ctx, VFIO_DRIVER, "VFIO");
	if (!st && !root_exists(ctx, CONTAINER))
		return env_error(
			ctx,
			"VFIO is loaded, but there is no " CONTAINER
			": is devtmpfs mounted on /dev, and the kernel built with VFIO containers?");
	return st;
}

bool vfio_is_container(int fd)
{
	return ioctl(fd, VFIO_GET_API_VERSION) == VFIO_API_VERSION &&
	       ioctl(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) > 0;
}

int vfio_container_open(struct ctx *ctx)
{
	int fd = root_open(ctx, CONTAINER, O_RDWR);

	if (fd < 0)
		return vfio_explain(fd, "cannot open " CONTAINER ": %s",
				    strerror(-fd));
	if (vfio_is_container(fd))
		return fd;
	close(fd);
	return vfio_explain(-EOPNOTSUPP, CONTAINER
			    " knows no type1: is vfio_iommu_type1 loaded?");
}

/*
 * A claim of the group, or type1's attach of the group, has failed. The group
 * was viable a moment ago, so EPERM concerns interrupts.
 */
static int not_taken(const struct m_device *dev, int err)
{
	if (err == -EPERM)
		return vfio_explain(
			err,
			"type1 does not take %s, because its interrupts are not isolated: make it with isolated=1, or load vfio_iommu_type1 with allow_unsafe_interrupts=1",
			dev->name);
	if (err == -EBUSY)
		return vfio_explain(
			err,
			"the group of %s is in use: by another container, or an attach answered EBUSY",
			dev->name);
	return vfio_explain(
		err,
		"type1 finds no domain for the group of %s: %s; the journal knows who refused",
		dev->name, strerror(-err));
}

static int use(int container, unsigned long type, const struct m_device *dev)
{
	if (ioctl(container, VFIO_SET_IOMMU, type) < 0)
		return not_taken(dev, -errno);
	return 0;
}

int vfio_use_type1(int container, const struct m_device *dev)
{
	return use(container, VFIO_TYPE1v2_IOMMU, dev);
}

int vfio_use_type1_v1(int container, const struct m_device *dev)
{
	return use(container, VFIO_TYPE1_IOMMU, dev);
}

/* The ranges are one of the capabilities behind the answer, in a chain. */
static void allow_ranges(const struct vfio_iommu_type1_info *info,
			 struct space *space)
{
	const struct vfio_iommu_type1_info_cap_iova_range *cap;
	uint32_t at = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;

	for (; at && at <= info->argsz - sizeof(*cap); at = cap->header.next) {
		cap = (const void *)((const char *)info + at);
		if (cap->header.id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			continue;
		if (cap->nr_iovas <= (info->argsz - at - sizeof(*cap)) /
					     sizeof(cap->iova_ranges[0]))
			space_allow(space,
				    (const struct iova_range *)cap->iova_ranges,
				    cap->nr_iovas);
		return;
	}
}

int vfio_allow(int container, struct space *space)
{
	struct vfio_iommu_type1_info *info = xalloc(sizeof(*info));
	uint32_t size = sizeof(*info);
	int err = 0;

	/*
	 * If the structure is too small, the kernel returns the size that it
	 * needs.
	 */
	do {
		info = xrealloc(info, 1, size);
		memset(info, 0, size);
		info->argsz = size;
		if (ioctl(container, VFIO_IOMMU_GET_INFO, info) < 0)
			err = -errno;
		else if (info->argsz <= size)
			break;
		size = info->argsz;
	} while (!err);
	if (!err &&
	    size >= sizeof(*info) +
			    sizeof(struct vfio_iommu_type1_info_cap_iova_range))
		allow_ranges(info, space);
	free(info);
	if (err)
		return vfio_explain(
			err, "the ranges of a container cannot be read: %s",
			strerror(-err));
	return 0;
}

static int not_mapped(int err, uint64_t iova, uint64_t size)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (err == -ENOMEM)
		return vfio_explain(
			err,
			"cannot map %llu bytes at 0x%llx: no memory, or more than may be locked (ulimit -l is %llu KiB)",
			(unsigned long long)size, (unsigned long long)iova,
			(unsigned long long)limit.rlim_cur / 1024);
	return vfio_explain(err, "cannot map %llu bytes at 0x%llx: %s",
			    (unsigned long long)size, (unsigned long long)iova,
			    strerror(-err));
}

static int map_for(uint32_t access, int container, void *memory, uint64_t iova,
		   uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = access,
		.vaddr = (uintptr_t)memory,
		.iova = iova,
		.size = size,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map) < 0)
		return not_mapped(-errno, iova, size);
	return 0;
}

int vfio_map(int container, void *memory, uint64_t iova, uint64_t size)
{
	return map_for(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		       container, memory, iova, size);
}

int vfio_map_readonly(int container, void *memory, uint64_t iova, uint64_t size)
{
	return map_for(VFIO_DMA_MAP_FLAG_READ, container, memory, iova, size);
}

int vfio_unmap_told(int container, uint64_t iova, uint64_t size, uint64_t *told)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0)
		return vfio_explain(-errno,
				    "cannot unmap %llu bytes at 0x%llx: %s",
				    (unsigned long long)size,
				    (unsigned long long)iova, strerror(errno));
	*told = unmap.size;
	return 0;
}

int vfio_unmap(int container, uint64_t iova, uint64_t size)
{
	uint64_t told = 0;
	int err = vfio_unmap_told(container, iova, size, &told);

	if (err || told == size)
		return err;
	return vfio_explain(-EIO,
			    "only %llu of %llu bytes at 0x%llx were unmapped",
			    (unsigned long long)told, (unsigned long long)size,
			    (unsigned long long)iova);
}

static int check_viable(int group, const struct m_device *dev)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status) < 0)
		return vfio_explain(-errno, "the group of %s has no status: %s",
				    dev->name, strerror(errno));
	if (status.flags & VFIO_GROUP_FLAGS_VIABLE)
		return 0;
	return vfio_explain(
		-EBUSY,
		"the group of %s is not viable: all of it must be bound to " VFIO_DRIVER
		" (or to nothing), and no other caller have it",
		dev->name);
}

int vfio_group_open(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *link = xprintf("/sys/bus/%s/devices/%s/iommu_group",
				      dev->bus, dev->dev);
	autofree char *number = root_link_name(ctx, link);
	autofree char *path = NULL;
	int fd, err;

	if (!number)
		return vfio_explain(-errno, "%s has no IOMMU group: %s",
				    dev->name, strerror(errno));
	path = xprintf("/dev/vfio/%s", number);
	fd = root_open(ctx, path, O_RDWR);
	if (fd == -ENOENT)
		return vfio_explain(
			fd, "there is no %s: is %s bound to " VFIO_DRIVER "?",
			path, dev->name);
	if (fd == -EBUSY)
		return vfio_explain(fd,
				    "another program has %s, the group of %s",
				    path, dev->name);
	if (fd < 0)
		return vfio_explain(fd, "cannot open %s, the group of %s: %s",
				    path, dev->name, strerror(-fd));
	err = check_viable(fd, dev);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int vfio_group_join(int group, int container, const struct m_device *dev)
{
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) < 0)
		return not_taken(dev, -errno);
	return 0;
}

int vfio_group_leave(int group)
{
	if (ioctl(group, VFIO_GROUP_UNSET_CONTAINER) < 0)
		return vfio_explain(-errno,
				    "a group does not leave its container: %s",
				    strerror(errno));
	return 0;
}

static int get(struct vfio_function *f, unsigned int where, size_t size,
	       uint64_t *value)
{
	*value = 0;
	if (pread(f->fd, value, size, f->config + where) == (ssize_t)size)
		return 0;
	return vfio_explain(-EIO, "cannot read the configuration space of %s",
			    f->name);
}

static int put(struct vfio_function *f, unsigned int where, size_t size,
	       uint64_t value)
{
	if (pwrite(f->fd, &value, size, f->config + where) == (ssize_t)size)
		return 0;
	return vfio_explain(-EIO, "cannot write the configuration space of %s",
			    f->name);
}

/* Reads at most as many capabilities as fit: a broken list may be a loop. */
static int find_engine(struct vfio_function *f)
{
	uint64_t at, id;
	int err = get(f, PCI_CAPABILITY_LIST, 1, &at);

	for (int i = 0; !err && at && i < 48; i++) {
		err = get(f, at, 1, &id);
		if (!err && id == PCI_CAP_ID_VNDR) {
			f->engine = at;
			return 0;
		}
		if (!err)
			err = get(f, at + 1, 1, &at);
	}
	return err ? err :
		     vfio_explain(
			     -ENODEV,
			     "%s has no vendor-specific capability, where its DMA registers are",
			     f->name);
}

/* Why a function does not open: in a container of iommufd, that attaches it. */
static int not_opened(const struct m_device *dev, int err)
{
	if (err == -EPERM)
		return vfio_explain(
			err,
			"cannot open %s: its interrupts are not isolated (make it with isolated=1), or another caller has its group",
			dev->name);
	return vfio_explain(err, "cannot open %s: %s", dev->name,
			    strerror(-err));
}

int vfio_device_open(int group, const struct m_device *dev)
{
	int fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, dev->dev);

	return fd < 0 ? not_opened(dev, -errno) : fd;
}

int vfio_function_use(int fd, const struct m_device *dev,
		      struct vfio_function *f)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	uint64_t command;
	int err;

	*f = (struct vfio_function){ .name = dev->name, .fd = fd };
	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &region) < 0)
		return vfio_explain(-errno,
				    "where is %s's configuration space? %s",
				    f->name, strerror(errno));
	f->config = region.offset;
	err = find_engine(f);
	if (!err)
		err = get(f, PCI_COMMAND, 2, &command);
	return err ? err : put(f, PCI_COMMAND, 2, command | PCI_COMMAND_MASTER);
}

/* The registers, relative to the capability. */
enum {
	R_IOVA = 0x04,
	R_SIZE = 0x0c,
	R_PATTERN = 0x10,
	R_COMMAND = 0x20,
	R_STATUS = 0x24,
	R_AT = 0x30
};
enum { OP_WRITE = 2 };
enum { S_COMPLETE = 0x2, S_FAULT = 0x4 };

static int put64(struct vfio_function *f, unsigned int where, uint64_t value)
{
	int err = put(f, where, 4, (uint32_t)value);

	return err ? err : put(f, where + 4, 4, value >> 32);
}

static int get64(struct vfio_function *f, unsigned int where, uint64_t *value)
{
	uint64_t high;
	int err = get(f, where, 4, value);

	if (!err)
		err = get(f, where + 4, 4, &high);
	if (!err)
		*value |= high << 32;
	return err;
}

/* There is no interrupt, so this polls the register, for 5 s at most. */
static int wait_complete(struct vfio_function *f, uint64_t *status)
{
	struct timespec nap = { .tv_nsec = 100000 };

	for (int tries = 0; tries < 50000; tries++) {
		int err = get(f, f->engine + R_STATUS, 4, status);

		if (err || *status & S_COMPLETE)
			return err;
		nanosleep(&nap, NULL);
	}
	return vfio_explain(-ETIMEDOUT, "the DMA of %s did not end within 5 s",
			    f->name);
}

/* Bits 15:8 of the status count from 1. */
static const char *reason_of(uint64_t status)
{
#define X(id, name) name,
	static const char *const words[] = { "?", MOCK_DMA_REASONS(X) };
#undef X
	uint64_t reason = status >> 8 & 0xff;

	return words[reason < ARRAY_SIZE(words) ? reason : 0];
}

static int judge(struct vfio_function *f, uint64_t status)
{
	uint64_t at = 0;

	if (status == S_COMPLETE)
		return 0;
	if (!(status & S_FAULT))
		return vfio_explain(-EIO,
				    "the DMA of %s ended with status 0x%x",
				    f->name, (unsigned int)status);
	get64(f, f->engine + R_AT, &at);
	return vfio_explain(-EFAULT, "the DMA of %s faulted at 0x%llx (%s)",
			    f->name, (unsigned long long)at, reason_of(status));
}

int vfio_function_write(struct vfio_function *f, uint64_t iova, uint32_t size,
			uint64_t pattern)
{
	uint64_t status;
	int err = put64(f, f->engine + R_IOVA, iova);

	if (!err)
		err = put(f, f->engine + R_SIZE, 4, size);
	if (!err)
		err = put64(f, f->engine + R_PATTERN, pattern);
	if (!err)
		err = put(f, f->engine + R_COMMAND, 1, OP_WRITE);
	if (!err)
		err = wait_complete(f, &status);
	return err ? err : judge(f, status);
}
