// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/root.h"
#include "lib/vdpa.h"
#include "lib/vfio.h"
#include "module/abi.h"

/* The kernel's own, which no header of user space has. */
#define ENOTSUPP 524

#define BUS "/sys/bus/vdpa"
#define NODES "/dev/"
#define NODE "vhost-vdpa-"

int vdpa_load(struct ctx *ctx)
{
	int st = vfio_need_module(ctx, "vhost_vdpa",
				  "vhost-vdpa (CONFIG_VHOST_VDPA)");

	if (!st && !root_exists(ctx, BUS))
		return env_error(ctx,
				 "vhost-vdpa is loaded, but there is no " BUS);
	return st;
}

/* The entry of a directory that begins with this; free() it. NULL: none does. */
static char *entry_like(struct ctx *ctx, const char *dir, const char *begin)
{
	autofree char *name = root_entry(ctx, dir, begin);

	return name ? xprintf("%s/%s", dir, name) : NULL;
}

/* .../NAME/vdpaN/vhost-vdpa-M in sysfs is /dev/vhost-vdpa-M. */
static char *node_of(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *dir =
		xprintf("/sys/bus/%s/devices/%s", dev->bus, dev->dev);
	autofree char *vdpa = entry_like(ctx, dir, "vdpa");
	autofree char *node = vdpa ? entry_like(ctx, vdpa, NODE) : NULL;

	return node ? xprintf(NODES "%s", strrchr(node, '/') + 1) : NULL;
}

static int not_opened(const struct m_device *dev, const char *node, int err)
{
	if (err == -ENOTSUPP)
		return vfio_explain(
			err,
			"vhost-vdpa does not take %s, because its DMA is not coherent: make it with coherent=1",
			dev->name);
	return vfio_explain(
		err,
		"cannot open %s, the vDPA device of %s: %s; the journal knows if its driver refused",
		node, dev->name, strerror(-err));
}

int vdpa_open(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *node = node_of(ctx, dev);
	int fd;

	if (!node)
		return vfio_explain(-ENOENT,
				    "%s has no vDPA device that vhost_vdpa has",
				    dev->name);
	fd = root_open(ctx, node, O_RDWR);
	return fd < 0 ? not_opened(dev, node, fd) : fd;
}

int vdpa_own(int fd)
{
	if (ioctl(fd, VHOST_SET_OWNER) < 0)
		return vfio_explain(-errno, "vhost-vdpa takes no owner: %s",
				    strerror(errno));
	return 0;
}

int vdpa_range(int fd, struct iova_range *range)
{
	struct vhost_vdpa_iova_range addresses;

	if (ioctl(fd, VHOST_VDPA_GET_IOVA_RANGE, &addresses) < 0)
		return vfio_explain(
			-errno,
			"vhost-vdpa does not say what may be mapped: %s",
			strerror(errno));
	range->start = addresses.first;
	range->last = addresses.last;
	return 0;
}

static int send(int fd, const struct vhost_msg_v2 *msg, const char *what)
{
	ssize_t n = write(fd, msg, sizeof(*msg));

	if (n == (ssize_t)sizeof(*msg))
		return 0;
	return vfio_explain(
		n < 0 ? -errno : -EIO,
		"vhost-vdpa does not %s %llu bytes at 0x%llx: no memory, more than may be locked (ulimit -l), or its domain refuses",
		what, (unsigned long long)msg->iotlb.size,
		(unsigned long long)msg->iotlb.iova);
}

int vdpa_map(int fd, void *memory, uint64_t iova, uint64_t size)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = {
			.iova = iova,
			.size = size,
			.uaddr = (uintptr_t)memory,
			.perm = VHOST_ACCESS_RW,
			.type = VHOST_IOTLB_UPDATE,
		},
	};

	return send(fd, &msg, "map");
}

int vdpa_unmap(int fd, uint64_t iova, uint64_t size)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = {
			.iova = iova,
			.size = size,
			.type = VHOST_IOTLB_INVALIDATE,
		},
	};

	return send(fd, &msg, "unmap");
}
