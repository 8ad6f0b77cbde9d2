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
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../../userspace/lib/iommufd-abi.h"

#define AT 0x100000
#define SIZE 0x10000

static void die(const char *what)
{
	fprintf(stderr, "iommufd-loop: %s: %s\n", what, strerror(errno));
	exit(1);
}

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

static void join(int iommufd, uint32_t ioas, const char *function)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = iommufd,
	};
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach),
		.pt_id = ioas,
	};
	int device = open_device(function);

	if (ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		die("VFIO_DEVICE_BIND_IOMMUFD");
	if (ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
		die("VFIO_DEVICE_ATTACH_IOMMUFD_PT");
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void one_round(int iommufd, uint32_t ioas, void *memory)
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
	unsigned long rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	int iommufd = open("/dev/iommu", O_RDWR);
	uint64_t start;
	void *memory;

	if (!rounds) {
		fprintf(stderr, "usage: iommufd-loop ROUNDS FUNCTION...\n");
		return 2;
	}
	if (iommufd < 0)
		die("/dev/iommu");
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))
		die("IOMMU_IOAS_ALLOC");
	for (int i = 2; i < argc; i++)
		join(iommufd, alloc.out_ioas_id, argv[i]);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	start = now();
	for (unsigned long i = 0; i < rounds; i++)
		one_round(iommufd, alloc.out_ioas_id, memory);
	printf("%llu\n", (unsigned long long)((now() - start) / rounds));
	return 0;
}
