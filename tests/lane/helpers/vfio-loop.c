// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO's type1 on any PCI functions, also those that are not of the mock:
 *
 *	vfio-loop ROUNDS FUNCTION...
 *
 * puts the groups of the functions into one container, in that order, maps 64K
 * at 1M and unmaps them, ROUNDS times, and prints how many nanoseconds a round
 * took. The functions are bound to vfio-pci already.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define AT 0x100000
#define SIZE 0x10000

static void die(const char *what)
{
	fprintf(stderr, "vfio-loop: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void join(int container, const char *function, int first)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t n;
	int group;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group",
		 function);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		die(path);
	link[n] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%s", basename(link));
	group = open(path, O_RDWR);
	if (group < 0)
		die(path);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		die("VFIO_GROUP_SET_CONTAINER");
	if (first && ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("VFIO_SET_IOMMU");
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void one_round(int container, void *memory)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.iova = AT,
		.size = SIZE,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = AT,
		.size = SIZE,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		die("VFIO_IOMMU_MAP_DMA");
	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		die("VFIO_IOMMU_UNMAP_DMA");
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	int container = open("/dev/vfio/vfio", O_RDWR);
	uint64_t start;
	void *memory;

	if (!rounds) {
		fprintf(stderr, "usage: vfio-loop ROUNDS FUNCTION...\n");
		return 2;
	}
	if (container < 0)
		die("/dev/vfio/vfio");
	for (int i = 2; i < argc; i++)
		join(container, argv[i], i == 2);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	start = now();
	for (unsigned long i = 0; i < rounds; i++)
		one_round(container, memory);
	printf("%llu\n", (unsigned long long)((now() - start) / rounds));
	return 0;
}
