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
#include <fcntl.h>
#include <libgen.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop.h"

static void add(int container, const char *function, int first)
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

static int join(char **functions, int n)
{
	int container = open("/dev/vfio/vfio", O_RDWR);

	if (container < 0)
		die("/dev/vfio/vfio");
	for (int i = 0; i < n; i++)
		add(container, functions[i], i == 0);
	return container;
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
	return loop(argc, argv, join, one_round);
}
