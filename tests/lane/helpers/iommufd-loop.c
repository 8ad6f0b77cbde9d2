// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd on any PCI functions, also those that are not of the mock:
 *
 *	iommufd-loop ROUNDS FUNCTION...
 *
 * binds the functions to one iommufd, attaches them to one address space, in that
 * order, maps 64K at 1M and unmaps them, ROUNDS times, and prints how many
 * nanoseconds a round took. The functions are bound to vfio-pci already.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../../userspace/lib/iommufd-abi.h"
#include "loop.h"

static uint32_t ioas;

/* The file of VFIO for the device, in /dev/vfio/devices. */
static int open_device(const char *function)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev",
		 function);
	dir = opendir(path);
	if (!dir)
		die(path);
	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	if (!entry)
		die(path);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(dir);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die(path);
	return fd;
}

static void attach(int iommufd, const char *function)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = iommufd,
	};
	struct vfio_device_attach_iommufd_pt pt = {
		.argsz = sizeof(pt),
		.pt_id = ioas,
	};
	int device = open_device(function);

	if (ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		die("VFIO_DEVICE_BIND_IOMMUFD");
	if (ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &pt))
		die("VFIO_DEVICE_ATTACH_IOMMUFD_PT");
}

static int join(char **functions, int n)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	int iommufd = open("/dev/iommu", O_RDWR);

	if (iommufd < 0)
		die("/dev/iommu");
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))
		die("IOMMU_IOAS_ALLOC");
	ioas = alloc.out_ioas_id;
	for (int i = 0; i < n; i++)
		attach(iommufd, functions[i]);
	return iommufd;
}

static void one_round(int iommufd, void *memory)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_WRITEABLE |
			 IOMMU_IOAS_MAP_READABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)memory,
		.length = SIZE,
		.iova = AT,
	};
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = AT,
		.length = SIZE,
	};

	if (ioctl(iommufd, IOMMU_IOAS_MAP, &map))
		die("IOMMU_IOAS_MAP");
	if (ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap))
		die("IOMMU_IOAS_UNMAP");
}

int main(int argc, char **argv)
{
	return loop(argc, argv, join, one_round);
}
