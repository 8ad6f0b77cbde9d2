// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracking the writes of devices: the driver's callbacks, and what the in-kernel
 * caller does as iommufd does it. Only iommufd uses the callbacks, and distribution
 * kernels are built without it; the in-kernel caller plays it there.
 */
#include <linux/module.h>

#include "internal.h"
#include "../objects/objects.h"

#if defined(KAPI_FAMILY_STATIC) && HAVE_DIRTY_OPS && \
	(HAVE_ALLOC_PAGING_FLAGS || HAVE_DOMAIN_ALLOC_USER)
#define KAPI_DIRTY 1
#else
#define KAPI_DIRTY 0
#endif

bool kapi_tracks_dirty(void)
{
	return KAPI_DIRTY;
}

#if KAPI_DIRTY

#include <uapi/linux/iommufd.h>

#if IS_ENABLED(CONFIG_IOMMUFD_DRIVER)
/* iova_bitmap_set(). The macro for this has changed what it takes. */
MODULE_INFO(import_ns, "IOMMUFD");
#endif

/**
 * struct own_bitmap - the bitmap of the in-kernel caller
 * @dirty: what the callback gets; its bitmap is OWN_BITMAP
 * @found: takes the pages
 * @arg: argument of @found
 *
 * The kernel's bitmaps are part of iommufd, and write to user memory.
 */
struct own_bitmap {
	struct iommu_dirty_bitmap dirty;
	mock_dirty_fn found;
	void *arg;
};

static char own_bitmap;
#define OWN_BITMAP ((struct iova_bitmap *)&own_bitmap)

static void found_dirty(void *arg, u64 iova, u64 size)
{
	struct iommu_dirty_bitmap *dirty = arg;
	struct own_bitmap *own;

	if (dirty->bitmap != OWN_BITMAP) {
		iommu_dirty_bitmap_record(dirty, iova, size);
		return;
	}
	own = container_of(dirty, struct own_bitmap, dirty);
	own->found(own->arg, iova, size);
	iommu_iotlb_gather_add_range(dirty->gather, iova, size);
}

static int set_tracking(struct iommu_domain *domain, bool on)
{
	return mock_domain_track(kapi_to_domain(domain), on);
}

/* Without a bitmap the core clears what was dirty before the tracking begins. */
static int read_and_clear(struct iommu_domain *domain, unsigned long iova,
			  size_t size, unsigned long flags,
			  struct iommu_dirty_bitmap *dirty)
{
	enum mock_dirty_op op = flags & IOMMU_DIRTY_NO_CLEAR ? MOCK_DIRTY_PEEK :
				dirty->bitmap ? MOCK_DIRTY_READ :
						MOCK_DIRTY_CLEAR;

	return mock_domain_read_dirty(kapi_to_domain(domain), iova, size, op,
				      found_dirty, dirty);
}

static const struct iommu_dirty_ops dirty_ops = {
	.set_dirty_tracking = set_tracking,
	.read_and_clear_dirty = read_and_clear,
};

/* A domain for PASIDs is like any other, if the device has PASIDs. */
#if HAVE_HWPT_ALLOC_PASID
static bool fits_pasids(const struct mock_device *mdev, u32 flags)
{
	return !(flags & IOMMU_HWPT_ALLOC_PASID) || mdev->max_pasids;
}

#define KNOWN_FLAGS (IOMMU_HWPT_ALLOC_DIRTY_TRACKING | IOMMU_HWPT_ALLOC_PASID)
#else
static bool fits_pasids(const struct mock_device *mdev, u32 flags)
{
	return true;
}

#define KNOWN_FLAGS IOMMU_HWPT_ALLOC_DIRTY_TRACKING
#endif

static u32 known_flags(void)
{
	return KNOWN_FLAGS | (kapi_nests() ? IOMMU_HWPT_ALLOC_NEST_PARENT : 0);
}

static u32 kind_of(u32 flags)
{
	u32 kind = MOCK_DOMAIN_PLAIN;

	if (flags & IOMMU_HWPT_ALLOC_NEST_PARENT)
		kind |= MOCK_DOMAIN_STAGE2;
	if (flags & IOMMU_HWPT_ALLOC_DIRTY_TRACKING)
		kind |= MOCK_DOMAIN_DIRTY;
	return kind;
}

/* The name is that of a probe: userspace/record/probes.def. */
static struct iommu_domain *kapi_alloc_paging_flags(struct device *dev,
						    u32 flags,
						    const struct iommu_user_data *data)
{
	struct mock_device *mdev = kapi_device(dev);
	struct mock_domain *dom;

	if (!mdev)
		return ERR_PTR(-ENODEV);
	if (data || (flags & ~known_flags()) || !fits_pasids(mdev, flags))
		return ERR_PTR(-EOPNOTSUPP);
	dom = kapi_paging_alloc(mdev->instance->driver, mdev, kind_of(flags));
	if (IS_ERR(dom))
		return ERR_CAST(dom);
	dom->domain.ops = mdev->instance->driver->ops->ops->default_domain_ops;
	if (flags & IOMMU_HWPT_ALLOC_DIRTY_TRACKING)
		dom->domain.dirty_ops = &dirty_ops;
	return &dom->domain;
}

#if HAVE_ALLOC_PAGING_FLAGS

/* A driver has only one of the two allocators, and this one without flags too. */
void kapi_dirty_ops(struct iommu_ops *ops)
{
	ops->domain_alloc_paging = NULL;
	ops->domain_alloc_paging_flags = kapi_alloc_paging_flags;
}

static struct iommu_domain *alloc_dirty(struct device *dev)
{
	return iommu_paging_domain_alloc_flags(dev,
					       IOMMU_HWPT_ALLOC_DIRTY_TRACKING);
}

#else

/* This name, too. */
static struct iommu_domain *kapi_alloc_user(struct device *dev, u32 flags,
					    struct iommu_domain *parent,
					    const struct iommu_user_data *data)
{
	return parent ? ERR_PTR(-EOPNOTSUPP) :
			kapi_alloc_paging_flags(dev, flags, data);
}

void kapi_dirty_ops(struct iommu_ops *ops)
{
	ops->domain_alloc_user = kapi_alloc_user;
}

/* As iommufd does it: the core has no function for that. */
static struct iommu_domain *alloc_dirty(struct device *dev)
{
	const struct iommu_ops *ops = kapi_device(dev)->instance->driver->ops->ops;
	struct iommu_domain *domain;

	domain = ops->domain_alloc_user(dev, IOMMU_HWPT_ALLOC_DIRTY_TRACKING,
					NULL, NULL);
	if (!IS_ERR(domain))
		domain->owner = ops;
	return domain;
}

#endif

bool kapi_dirty_capable(struct mock_device *mdev, enum iommu_cap cap)
{
	struct mock_traits traits;

	if (cap != IOMMU_CAP_DIRTY_TRACKING || !mdev)
		return false;
	mock_instance_get_traits(mdev->instance, &traits);
	return traits.dirty;
}

struct iommu_domain *kapi_domain_alloc_dirty(struct device *dev)
{
	if (!device_iommu_capable(dev, IOMMU_CAP_DIRTY_TRACKING))
		return ERR_PTR(-EOPNOTSUPP);
	return alloc_dirty(dev);
}

int kapi_dirty_track(struct iommu_domain *domain, bool on)
{
	return domain->dirty_ops->set_dirty_tracking(domain, on);
}

int kapi_dirty_read(struct iommu_domain *domain, unsigned long iova,
		    size_t size, bool clear, struct iommu_iotlb_gather *gather,
		    mock_dirty_fn found, void *arg)
{
	struct own_bitmap own = {
		.dirty = { found ? OWN_BITMAP : NULL, gather },
		.found = found, .arg = arg,
	};

	return domain->dirty_ops->read_and_clear_dirty(domain, iova, size,
						       clear ? 0 : IOMMU_DIRTY_NO_CLEAR,
						       &own.dirty);
}

#else /* no such callbacks: nobody calls what follows but to be told so */

void kapi_dirty_ops(struct iommu_ops *ops)
{
}

bool kapi_dirty_capable(struct mock_device *mdev, enum iommu_cap cap)
{
	return false;
}

struct iommu_domain *kapi_domain_alloc_dirty(struct device *dev)
{
	return ERR_PTR(-EOPNOTSUPP);
}

int kapi_dirty_track(struct iommu_domain *domain, bool on)
{
	return -EOPNOTSUPP;
}

int kapi_dirty_read(struct iommu_domain *domain, unsigned long iova,
		    size_t size, bool clear, struct iommu_iotlb_gather *gather,
		    mock_dirty_fn found, void *arg)
{
	return -EOPNOTSUPP;
}

#endif /* KAPI_DIRTY */
