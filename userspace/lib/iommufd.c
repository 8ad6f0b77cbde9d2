// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface is declared here, because the headers of the oldest system
 * that builds the tool (Linux 6.1) do not have it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/iommufd.h"
#include "lib/kmod.h"
#include "lib/mem.h"
#include "lib/root.h"

#define CONTROL "/dev/iommu"

/* Documentation/userspace-api/iommufd.rst: each begins with its size. */
#define IOMMUFD(number) _IO(';', number)
#define IOAS_ALLOC IOMMUFD(0x81)
#define IOAS_IOVA_RANGES IOMMUFD(0x84)
#define IOAS_MAP IOMMUFD(0x85)
#define HWPT_ALLOC IOMMUFD(0x89)

struct ioas_alloc {
	uint32_t size, flags, ioas;
};

struct ioas_iova_ranges {
	uint32_t size, ioas, n, reserved;
	uint64_t ranges, alignment;
};

enum { MAP_FIXED_IOVA = 1, MAP_WRITEABLE = 2, MAP_READABLE = 4 };

struct ioas_map {
	uint32_t size, flags, ioas, reserved;
	uint64_t memory, length, iova;
};

struct hwpt_alloc {
	uint32_t size, flags, device, parent, hwpt, reserved;
	uint32_t data_type, data_len;
	uint64_t data;
	uint32_t fault, reserved2;
};

/* Documentation/driver-api/vfio.rst */
#define DEVICE_BIND _IO(VFIO_TYPE, VFIO_BASE + 18)
#define DEVICE_ATTACH _IO(VFIO_TYPE, VFIO_BASE + 19)
#define DEVICE_DETACH _IO(VFIO_TYPE, VFIO_BASE + 20)

struct device_bind {
	uint32_t size, flags;
	int32_t fd;
	uint32_t id;
};

struct device_attach {
	uint32_t size, flags, table;
};

struct device_detach {
	uint32_t size, flags;
};

static int call(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

const char *iommufd_missing(struct ctx *ctx)
{
	if (ctx_recorded(ctx))
		return "iommufd of a recorded tree";
	if (module_need("iommufd") < 0 || !root_exists(ctx, CONTROL))
		return "iommufd";
	if (module_need("vfio-pci") < 0)
		return "vfio-pci";
	return NULL;
}

int iommufd_open(struct ctx *ctx)
{
	return root_open(ctx, CONTROL, O_RDWR | O_CLOEXEC);
}

int iommufd_ioas_alloc(int fd, uint32_t *ioas)
{
	struct ioas_alloc c = { .size = sizeof(c) };
	int err = call(fd, IOAS_ALLOC, &c);

	*ioas = c.ioas;
	return err;
}

int iommufd_hwpt_alloc(int fd, uint32_t device, uint32_t ioas, uint32_t *hwpt)
{
	struct hwpt_alloc c = {
		.size = sizeof(c),
		.device = device,
		.parent = ioas,
	};
	int err = call(fd, HWPT_ALLOC, &c);

	*hwpt = c.hwpt;
	return err;
}

int iommufd_map(int fd, uint32_t ioas, void *memory, uint64_t iova,
		uint64_t size)
{
	struct ioas_map c = {
		.size = sizeof(c),
		.flags = MAP_FIXED_IOVA | MAP_WRITEABLE | MAP_READABLE,
		.ioas = ioas,
		.memory = (uintptr_t)memory,
		.length = size,
		.iova = iova,
	};

	return call(fd, IOAS_MAP, &c);
}

int iommufd_ranges(int fd, uint32_t ioas, struct iommufd_range *ranges,
		   unsigned int max)
{
	struct ioas_iova_ranges c = {
		.size = sizeof(c),
		.ioas = ioas,
		.n = max,
		.ranges = (uintptr_t)ranges,
	};
	int err = call(fd, IOAS_IOVA_RANGES, &c);

	return err ? err : (int)c.n;
}

/* vfio3, or noiommu-vfio3: the one entry of the device's vfio-dev. */
static char *character_device(struct ctx *ctx, const char *bus, const char *dev)
{
	autofree char *path =
		root_path(ctx, "/sys/bus/%s/devices/%s/vfio-dev", bus, dev);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	char *name = NULL;

	while (dir && !name && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			name = xprintf("/dev/vfio/devices/%s", entry->d_name);
	if (dir)
		closedir(dir);
	return name;
}

int iommufd_device_open(struct ctx *ctx, const char *bus, const char *dev)
{
	autofree char *path = character_device(ctx, bus, dev);

	return path ? root_open(ctx, path, O_RDWR | O_CLOEXEC) : -ENOENT;
}

int iommufd_bind(int device, int fd, uint32_t *id)
{
	struct device_bind c = { .size = sizeof(c), .fd = fd };
	int err = call(device, DEVICE_BIND, &c);

	*id = c.id;
	return err;
}

int iommufd_attach(int device, uint32_t *table)
{
	struct device_attach c = { .size = sizeof(c), .table = *table };
	int err = call(device, DEVICE_ATTACH, &c);

	if (!err)
		*table = c.table;
	return err;
}

int iommufd_detach(int device)
{
	struct device_detach c = { .size = sizeof(c) };

	return call(device, DEVICE_DETACH, &c);
}
