// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks since 6.7: identity and blocked are static members of the driver.
 * Since 6.11 a paging domain is allocated for a device, before that for a bus.
 * Since 6.19 attach_dev is told the old domain; the mock knows it anyway.
 */
#include "internal.h"
#ifdef KAPI_FAMILY_STATIC

#include <linux/slab.h>

#include "../objects/objects.h"

bool kapi_is_ours(const struct iommu_ops *ops)
{
	return ops->probe_device == kapi_probe_device;
}

/* @mdev is NULL where the core does not say for which device. */
static struct iommu_domain *new_paging(struct mock_driver *drv,
				       struct mock_device *mdev)
{
	struct mock_domain *dom = kapi_paging_alloc(drv, mdev,
						    MOCK_DOMAIN_PLAIN);

	if (IS_ERR(dom))
		return ERR_CAST(dom);
	dom->domain.ops = drv->ops->ops->default_domain_ops;
	return &dom->domain;
}

#if KAPI_ALLOC_BY_BUS
/* A domain of the only driver: see kapi_multi_driver(). */
static struct iommu_domain *alloc_for_bus(void)
{
	struct mock_obj *obj = mock_obj_last(MOCK_DRIVER);
	struct iommu_domain *domain;

	if (!obj)
		return ERR_PTR(-ENODEV);
	domain = new_paging(to_driver(obj), NULL);
	mock_obj_put(obj);
	return domain;
}
#else
/* 6.12: iommu_domain_alloc(bus) of old is still there. Nobody uses it. */
static struct iommu_domain *alloc_for_bus(void)
{
	return ERR_PTR(-ENODEV);
}
#endif

static struct iommu_domain *static_alloc_paging(struct device *dev)
{
	struct mock_device *mdev;

	if (!dev)
		return alloc_for_bus();
	mdev = kapi_device(dev);
	if (!mdev)
		return ERR_PTR(-ENODEV);
	return new_paging(mdev->instance->driver, mdev);
}

static void static_free(struct iommu_domain *domain)
{
	mock_domain_destroy(kapi_to_domain(domain));
}

#if HAVE_ATTACH_OLD
static int static_attach(struct iommu_domain *domain, struct device *dev,
			 struct iommu_domain *old)
{
	return kapi_attach_paging(domain, dev);
}

static int static_attach_identity(struct iommu_domain *domain,
				  struct device *dev, struct iommu_domain *old)
{
	kapi_attach_identity(dev);
	return 0;
}

static int static_attach_blocked(struct iommu_domain *domain,
				 struct device *dev, struct iommu_domain *old)
{
	kapi_attach_blocked(dev);
	return 0;
}
#else
static int static_attach(struct iommu_domain *domain, struct device *dev)
{
	return kapi_attach_paging(domain, dev);
}

static int static_attach_identity(struct iommu_domain *domain,
				  struct device *dev)
{
	kapi_attach_identity(dev);
	return 0;
}

static int static_attach_blocked(struct iommu_domain *domain,
				 struct device *dev)
{
	kapi_attach_blocked(dev);
	return 0;
}
#endif

static bool static_capable(struct device *dev, enum iommu_cap cap)
{
	return kapi_device_capable(dev, cap);
}

/* Two drivers are two sets of all of these, each with its own addresses. */
struct iommu_ops *kapi_ops_init(struct kapi_driver *kdrv, bool blocked)
{
	struct iommu_ops *ops = kzalloc(sizeof(*ops), GFP_KERNEL);

	if (!ops)
		return NULL;
	kdrv->paging_ops = (struct iommu_domain_ops){
		.attach_dev = static_attach,
		.map_pages = kapi_do_map,
		.unmap_pages = kapi_do_unmap,
		.flush_iotlb_all = kapi_flush_all,
		.iotlb_sync = kapi_iotlb_sync,
		.iova_to_phys = kapi_iova_to_phys,
		.enforce_cache_coherency = kapi_enforce,
		.free = static_free,
	};
	kdrv->identity_ops.attach_dev = static_attach_identity;
	kdrv->identity.type = IOMMU_DOMAIN_IDENTITY;
	kdrv->identity.ops = &kdrv->identity_ops;
	kdrv->blocked_ops.attach_dev = static_attach_blocked;
	kdrv->blocked.type = IOMMU_DOMAIN_BLOCKED;
	kdrv->blocked.ops = &kdrv->blocked_ops;

	ops->capable = static_capable;
	ops->domain_alloc_paging = static_alloc_paging;
	ops->probe_device = kapi_probe_device;
	ops->release_device = kapi_release_device;
	ops->device_group = kapi_device_group;
	ops->def_domain_type = kapi_def_domain_type;
	ops->get_resv_regions = kapi_get_resv_regions;
	ops->default_domain_ops = &kdrv->paging_ops;
	ops->identity_domain = &kdrv->identity;
	ops->blocked_domain = &kdrv->blocked;
	kapi_pasid_ops(kdrv, ops);
	kapi_sva_ops(ops);
	kapi_iopf_ops(ops);
	kapi_dirty_ops(ops);
	kapi_nest_ops(ops);
	if (blocked)
		ops->default_domain = &kdrv->blocked;
	return ops;
}

bool kapi_blocked_default(void)
{
	/*
	 * The callbacks of a bus are made before its instances. A core without
	 * DMA through IOMMUs asks for identity as the default, and takes no
	 * other domain (iommu_get_default_domain_type()): so on riscv64, 7.2.
	 */
	return !HAVE_BUS_IOMMU_OPS && IS_ENABLED(CONFIG_IOMMU_DMA);
}

/* Nothing of ours outlives its devices here. */
void kapi_statics_leave(void)
{
}

const char *kapi_family(void)
{
	if (KAPI_ALLOC_BY_BUS)
		return "static_by_bus";
	return HAVE_ATTACH_OLD ? "attach_old" : "static_domains";
}

#endif /* KAPI_FAMILY_STATIC */
