/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For programs that use functions by iommufd and VFIO's files of devices: opening a
 * function, beside what docs/examples/vfio-dma.c has for it.
 */
#ifndef IOMMUFD_CDEV_H
#define IOMMUFD_CDEV_H

#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main
#include <dirent.h>

#include "../../../userspace/lib/iommufd-abi.h"

static int iommufd; /* of /dev/iommu */

/* Prints what a call returned. */
static inline void say(const char *what, int failed)
{
	printf("%s: %s\n", what, failed ? strerror(errno) : "0");
}

static int open_cdev(const char *name)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", name);
	dir = opendir(path);
	if (!dir)
		die("read", path);
	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	if (!entry)
		die("find the file of", name);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(dir);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die("open", path);
	return fd;
}

/* Opens a function and binds it: its id. */
static uint32_t bind_function(struct function *f, const char *name)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind), .iommufd = iommufd,
	};

	f->name = name;
	f->device = open_cdev(name);
	f->event = -1;
	if (ioctl(f->device, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		die("bind", name);
	find_engine(f);
	return bind.out_devid;
}

/* Opens /dev/iommu: the id of an address space. */
static inline uint32_t open_ioas(void)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	setvbuf(stdout, NULL, _IOLBF, 0);
	iommufd = open("/dev/iommu", O_RDWR);
	if (iommufd < 0 || ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))
		die("make an address space by", "/dev/iommu");
	return alloc.out_ioas_id;
}

/* Maps new memory for reading and writing; @flags: more flags of mmap(). */
static inline void *map_pages(uint32_t ioas, uint64_t iova, size_t size,
			      int flags)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = iova,
	};

	if (memory == MAP_FAILED || ioctl(iommufd, IOMMU_IOAS_MAP, &map))
		die("map", "memory");
	return memory;
}

static inline int attach_pasid(const struct function *f, uint32_t pasid,
			       uint32_t hwpt)
{
	struct attach_pasid attach = {
		sizeof(attach), ATTACH_PASID, hwpt, pasid
	};

	return ioctl(f->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
}

static inline int detach_pasid(const struct function *f, uint32_t pasid)
{
	struct detach_pasid detach = { sizeof(detach), ATTACH_PASID, pasid };

	return ioctl(f->device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach);
}

/*
 * One operation of DMA by the module's file: its reason, or "fine", until the next
 * call.
 */
static inline const char *dma_reason(const char *device, const char *operation)
{
	static char line[512];
	char path[256], *reason;
	int fd, len = strlen(operation);

	snprintf(path, sizeof(path),
		 "/sys/kernel/debug/iommu_mock/devices/%s/dma", device);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die("open", path);
	if (write(fd, operation, len) != len)
		die("start the DMA of", device);
	len = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[len > 0 ? len : 0] = '\0';
	reason = strstr(line, "reason=");
	if (!reason)
		return line;
	reason += strlen("reason=");
	reason[strcspn(reason, "\n ")] = '\0';
	return strcmp(reason, "-") ? reason : "fine";
}

#endif /* IOMMUFD_CDEV_H */
