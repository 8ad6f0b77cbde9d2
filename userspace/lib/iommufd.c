// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/iommufd-abi.h"
#include "lib/iommufd.h"
#include "lib/kmod.h"
#include "lib/mem.h"
#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "module/nested-abi.h"

#define IOMMUFD "/dev/iommu"
#define CDEVS "/dev/vfio/devices"

int iommufd_load(struct ctx *ctx)
{
	int st = vfio_need_module(ctx, "iommufd", "iommufd (CONFIG_IOMMUFD)");

	if (!st)
		st = vfio_need_module(ctx, VFIO_DRIVER, "VFIO");
	if (!st && !root_exists(ctx, IOMMUFD))
		return env_error(ctx,
				 "iommufd is loaded, but there is no " IOMMUFD
				 ": is devtmpfs mounted on /dev?");
	return st;
}

const char *iommufd_missing(struct ctx *ctx)
{
	if (ctx_recorded(ctx))
		return "iommufd of a recorded tree";
	if (module_need("iommufd") < 0 || !root_exists(ctx, IOMMUFD))
		return "iommufd";
	if (module_need(VFIO_DRIVER) < 0)
		return VFIO_DRIVER;
	return NULL;
}

int iommufd_check_cdevs(struct ctx *ctx)
{
	if (root_exists(ctx, CDEVS))
		return 0;
	return env_error(ctx, "vfio-pci has a function, but there is no " CDEVS
			      ": take a kernel with CONFIG_VFIO_DEVICE_CDEV");
}

int iommufd_open(struct ctx *ctx)
{
	int fd = root_open(ctx, IOMMUFD, O_RDWR);

	if (fd < 0)
		return vfio_explain(fd, "cannot open " IOMMUFD ": %s",
				    strerror(-fd));
	return fd;
}

int iommufd_container_open(struct ctx *ctx)
{
	int fd = iommufd_open(ctx);

	if (fd < 0 || vfio_is_container(fd))
		return fd;
	close(fd);
	return vfio_explain(-EOPNOTSUPP,
			    IOMMUFD " is no container of VFIO on this kernel");
}

int iommufd_ioas_alloc(int iommufd, uint32_t *ioas)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc) < 0)
		return vfio_explain(-errno, "iommufd makes no IOAS: %s",
				    strerror(errno));
	*ioas = alloc.out_ioas_id;
	return 0;
}

int iommufd_set_compat(int iommufd, uint32_t ioas)
{
	struct iommu_vfio_ioas set = {
		.size = sizeof(set),
		.ioas_id = ioas,
		.op = IOMMU_VFIO_IOAS_SET,
	};

	if (ioctl(iommufd, IOMMU_VFIO_IOAS, &set) < 0)
		return vfio_explain(-errno,
				    "iommufd takes no IOAS for VFIO: %s",
				    strerror(errno));
	return 0;
}

int iommufd_ioas_map(int iommufd, uint32_t ioas, void *memory, uint64_t iova,
		     uint64_t size)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = iova,
	};

	if (ioctl(iommufd, IOMMU_IOAS_MAP, &map) < 0)
		return vfio_explain(-errno,
				    "cannot map %llu bytes at 0x%llx: %s",
				    (unsigned long long)size,
				    (unsigned long long)iova, strerror(errno));
	return 0;
}

int iommufd_ioas_ranges(int iommufd, uint32_t ioas, struct iova_range *ranges,
			unsigned int max)
{
	struct iommu_ioas_iova_ranges arg = {
		.size = sizeof(arg),
		.ioas_id = ioas,
		.num_iovas = max,
		.allowed_iovas = (uintptr_t)ranges,
	};

	if (ioctl(iommufd, IOMMU_IOAS_IOVA_RANGES, &arg) < 0)
		return vfio_explain(-errno,
				    "the ranges of an IOAS cannot be read: %s",
				    strerror(errno));
	return (int)arg.num_iovas;
}

int iommufd_hwpt_alloc(int iommufd, uint32_t ioas, const struct m_device *dev,
		       uint32_t device, uint32_t flags, uint32_t *hwpt)
{
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.flags = flags,
		.dev_id = device,
		.pt_id = ioas,
	};

	if (ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc) < 0)
		return vfio_explain(
			-errno,
			"iommufd makes no page tables for %s: %s; the journal knows why",
			dev->name, strerror(errno));
	*hwpt = alloc.out_hwpt_id;
	return 0;
}

int iommufd_stage1_alloc(int iommufd, uint32_t stage2,
			 const struct m_device *dev, uint32_t device,
			 uint64_t root, uint32_t *hwpt)
{
	struct mock_nest_stage1 data = {
		.format = (__u32)word_index(format_words, "x86-4l"),
		.ias = 48,
		.root = root,
	};
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.dev_id = device,
		.pt_id = stage2,
		.data_type = MOCK_NEST_TYPE,
		.data_len = sizeof(data),
		.data_uptr = (uintptr_t)&data,
	};

	if (ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc) < 0)
		return vfio_explain(
			-errno,
			"iommufd makes no table of a guest for %s on page tables %u: %s; the journal knows why",
			dev->name, stage2, strerror(errno));
	*hwpt = alloc.out_hwpt_id;
	return 0;
}

int iommufd_viommu_alloc(int iommufd, uint32_t stage2,
			 const struct m_device *dev, uint32_t device,
			 uint32_t *viommu)
{
	struct viommu_alloc alloc = {
		.size = sizeof(alloc),
		.type = MOCK_NEST_TYPE,
		.dev_id = device,
		.hwpt_id = stage2,
	};

	if (ioctl(iommufd, VIOMMU_ALLOC, &alloc) < 0)
		return vfio_explain(
			-errno,
			"iommufd makes no vIOMMU for %s on page tables %u: %s; the journal knows why",
			dev->name, stage2, strerror(errno));
	*viommu = alloc.out_id;
	return 0;
}

int iommufd_track(int iommufd, uint32_t hwpt, bool on)
{
	struct iommu_hwpt_set_dirty_tracking set = {
		.size = sizeof(set),
		.flags = on ? IOMMU_HWPT_DIRTY_TRACKING_ENABLE : 0,
		.hwpt_id = hwpt,
	};

	if (ioctl(iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING, &set) < 0)
		return vfio_explain(-errno, "iommufd does not track writes: %s",
				    strerror(errno));
	return 0;
}

int iommufd_dirty(int iommufd, uint32_t hwpt, uint64_t iova, uint64_t size,
		  uint64_t page, void *bitmap)
{
	struct iommu_hwpt_get_dirty_bitmap get = {
		.size = sizeof(get),
		.hwpt_id = hwpt,
		.iova = iova,
		.length = size,
		.page_size = page,
		.data = (uintptr_t)bitmap,
	};

	if (ioctl(iommufd, IOMMU_HWPT_GET_DIRTY_BITMAP, &get) < 0)
		return vfio_explain(-errno, "iommufd reads no dirty pages: %s",
				    strerror(errno));
	return 0;
}

int iommufd_destroy(int iommufd, uint32_t id)
{
	struct iommu_destroy destroy = { .size = sizeof(destroy), .id = id };

	if (ioctl(iommufd, IOMMU_DESTROY, &destroy) < 0)
		return vfio_explain(
			-errno, "iommufd does not destroy its object %u: %s",
			id, strerror(errno));
	return 0;
}

char *iommufd_device_file(const struct ctx *ctx, const struct m_device *dev)
{
	autofree char *dir =
		xprintf("/sys/bus/%s/devices/%s/vfio-dev", dev->bus, dev->dev);
	char *name = root_entry(ctx, dir, "vfio");

	return name ? name : root_entry(ctx, dir, "noiommu-vfio");
}

static int open_cdev(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *name = iommufd_device_file(ctx, dev);
	autofree char *path = NULL;
	int fd;

	if (!name)
		return vfio_explain(-errno, "%s is not bound to " VFIO_DRIVER,
				    dev->name);
	path = xprintf(CDEVS "/%s", name);
	fd = root_open(ctx, path, O_RDWR);
	if (fd < 0)
		return vfio_explain(fd, "cannot open %s, the file of %s: %s",
				    path, dev->name, strerror(-fd));
	return fd;
}

static int not_bound(const struct m_device *dev, int err)
{
	if (err == -EPERM)
		return vfio_explain(
			err,
			"iommufd does not take %s, because its interrupts are not isolated (make it with isolated=1, or load iommufd with allow_unsafe_interrupts=1), or another caller has its group",
			dev->name);
	if (err == -EBUSY)
		return vfio_explain(
			err, "%s is in use: another program has its group",
			dev->name);
	if (err == -EINVAL)
		return vfio_explain(
			err,
			"%s does not bind to iommufd: another program has it, or its DMA is not coherent",
			dev->name);
	return vfio_explain(err, "%s does not bind to iommufd: %s", dev->name,
			    strerror(-err));
}

int iommufd_device_open(struct ctx *ctx, int iommufd,
			const struct m_device *dev, uint32_t *device)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = iommufd,
	};
	int fd = open_cdev(ctx, dev);
	int err;

	if (fd < 0)
		return fd;
	if (ioctl(fd, VFIO_DEVICE_BIND_IOMMUFD, &bind) < 0) {
		err = not_bound(dev, -errno);
		close(fd);
		return err;
	}
	*device = bind.out_devid;
	return fd;
}

int iommufd_device_attach(int fd, const struct m_device *dev, uint32_t pt)
{
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach),
		.pt_id = pt,
	};

	if (ioctl(fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) < 0)
		return vfio_explain(
			-errno,
			"iommufd does not attach %s: %s; the journal knows who refused",
			dev->name, strerror(errno));
	return 0;
}

int iommufd_device_detach(int fd, const struct m_device *dev)
{
	struct vfio_device_detach_iommufd_pt detach = {
		.argsz = sizeof(detach),
	};

	if (ioctl(fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach) < 0)
		return vfio_explain(-errno, "iommufd does not detach %s: %s",
				    dev->name, strerror(errno));
	return 0;
}

int iommufd_pasid_attach(int fd, const struct m_device *dev, uint32_t pasid,
			 uint32_t hwpt)
{
	struct attach_pasid attach = {
		.argsz = sizeof(attach),
		.flags = ATTACH_PASID,
		.pt_id = hwpt,
		.pasid = pasid,
	};

	if (ioctl(fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) < 0)
		return vfio_explain(
			-errno,
			"iommufd does not attach PASID %u of %s to page tables %u: %s; the journal knows who refused",
			pasid, dev->name, hwpt, strerror(errno));
	return 0;
}

int iommufd_pasid_detach(int fd, const struct m_device *dev, uint32_t pasid)
{
	struct detach_pasid detach = {
		.argsz = sizeof(detach),
		.flags = ATTACH_PASID,
		.pasid = pasid,
	};

	if (ioctl(fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach) < 0)
		return vfio_explain(
			-errno,
			"PASID %u of %s cannot leave its page tables: %s",
			pasid, dev->name, strerror(errno));
	return 0;
}
