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
static void say(const char *what, int failed)
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

#endif /* IOMMUFD_CDEV_H */
