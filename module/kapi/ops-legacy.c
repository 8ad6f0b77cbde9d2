// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks before 6.7: one allocator for every type of domain, which is not
 * told the device.
 *
 * 5.18 moved the domain's callbacks from iommu_ops to iommu_domain_ops, and
 * 5.15 gave them map_pages; the families bus_ops and domain_ops differ in
 * these two points only.
 */
#include "internal.h"
#ifndef KAPI_FAMILY_STATIC

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "../objects/objects.h"

#if HAVE_PUT_DMA_COOKIE
#include <linux/dma-iommu.h>

/* type1 gives a domain a cookie if its device has software-managed MSIs. */
static void drop_cookie(struct iommu_domain *domain)
{
	iommu_put_dma_cookie(domain);
}
#else
static void drop_cookie(struct iommu_domain *domain)
{
}
#endif

/* Protects the list of static domains; a leaf lock, which any context takes. */
static DEFINE_SPINLOCK(kapi_statics_lock);
static LIST_HEAD(statics);

bool kapi_is_ours(const struct iommu_ops *ops)
{
	return ops && ops->probe_device == kapi_probe_device;
}

/*
 * Identity and blocked domains of the core: it frees them when the group's last
 * reference goes (until 6.4), and the group lives longer than its devices. A
 * process that has /dev/vfio/N of 5.10 open holds it, though no function is left.
 */
#ifdef KAPI_FAMILY_DOMAIN_OPS
/**
 * struct static_domain - an identity or a blocked domain
 * @domain: what the core knows; the first member
 * @left: its callbacks when the module has gone
 * @node: place in statics
 */
struct static_domain {
	struct iommu_domain domain;
	struct iommu_domain_ops left;
	struct list_head node;
};

static void leave_static(struct static_domain *sd)
{
	sd->left.free = (void *)kfree;
	WRITE_ONCE(sd->domain.ops, &sd->left);
}
#else
struct static_domain {
	struct iommu_domain domain;
	struct iommu_ops left;
	struct list_head node;
};

static void leave_static(struct static_domain *sd)
{
	sd->left.domain_free = (void *)kfree;
	WRITE_ONCE(sd->domain.ops, &sd->left);
}
#endif

static struct iommu_domain *alloc_static(unsigned int type)
{
	struct static_domain *sd = kzalloc(sizeof(*sd), GFP_KERNEL_ACCOUNT);
	unsigned long flags;

	if (!sd)
		return NULL;
	sd->domain.type = type;
	spin_lock_irqsave(&kapi_statics_lock, flags);
	list_add(&sd->node, &statics);
	spin_unlock_irqrestore(&kapi_statics_lock, flags);
	return &sd->domain;
}

static void free_static(struct iommu_domain *domain)
{
	struct static_domain *sd = container_of(domain, struct static_domain,
						domain);
	unsigned long flags;

	spin_lock_irqsave(&kapi_statics_lock, flags);
	list_del_init(&sd->node);
	spin_unlock_irqrestore(&kapi_statics_lock, flags);
	kfree(sd);
}

/*
 * The module goes: what a group still holds is freed without it. The core does
 * nothing with the domain of a group without devices but free it, by the
 * callback that it reads from the domain; kfree() is one that stays. A task that
 * has read the old callback already is waited for by mock_exit(). Where the
 * kernel checks the type of what it calls (CFI), kfree() is none of these, and
 * the module waits for the group.
 */
void kapi_statics_leave(void)
{
	struct static_domain *sd, *next;
	unsigned long flags;

	BUILD_BUG_ON(offsetof(struct static_domain, domain));
	while (IS_ENABLED(CONFIG_CFI_CLANG) && !list_empty_careful(&statics))
		msleep(100);
	spin_lock_irqsave(&kapi_statics_lock, flags);
	list_for_each_entry_safe(sd, next, &statics, node) {
		list_del_init(&sd->node);
		leave_static(sd);
	}
	spin_unlock_irqrestore(&kapi_statics_lock, flags);
}

/* The callers of this generation know NULL only, no errno. */
static struct iommu_domain *alloc_paging(void)
{
	/* Of one driver at a time: see kapi_multi_driver(). */
	struct mock_obj *obj = mock_obj_last(MOCK_DRIVER);
	struct mock_domain *dom;

	if (!obj)
		return NULL;
	dom = kapi_paging_alloc(to_driver(obj), NULL, MOCK_DOMAIN_PLAIN);
	mock_obj_put(obj);
	return IS_ERR(dom) ? NULL : &dom->domain;
}

static struct iommu_domain *legacy_alloc(unsigned int type)
{
	switch (type) {
	case IOMMU_DOMAIN_IDENTITY:
	case IOMMU_DOMAIN_BLOCKED:
		return alloc_static(type);
	case IOMMU_DOMAIN_UNMANAGED:
		return alloc_paging();
	default:
		return NULL;
	}
}

static void legacy_free(struct iommu_domain *domain)
{
	if (domain->type == IOMMU_DOMAIN_UNMANAGED) {
		drop_cookie(domain);
		mock_domain_destroy(kapi_to_domain(domain));
		return;
	}
	free_static(domain);
}

static int legacy_attach(struct iommu_domain *domain, struct device *dev)
{
	switch (domain->type) {
	case IOMMU_DOMAIN_IDENTITY:
		kapi_attach_identity(dev);
		return 0;
	case IOMMU_DOMAIN_BLOCKED:
		kapi_attach_blocked(dev);
		return 0;
	default:
		return kapi_attach_paging(domain, dev);
	}
}

/* 5.10 asks even an identity domain. */
static phys_addr_t legacy_iova_to_phys(struct iommu_domain *domain,
				       dma_addr_t iova)
{
	if (domain->type == IOMMU_DOMAIN_IDENTITY)
		return iova;
	if (domain->type == IOMMU_DOMAIN_BLOCKED)
		return 0;
	return kapi_iova_to_phys(domain, iova);
}

#if HAVE_CAPABLE_DEV
static bool legacy_capable(struct device *dev, enum iommu_cap cap)
{
	return kapi_device_capable(dev, cap);
}
#else
static bool legacy_capable(enum iommu_cap cap)
{
	return kapi_device_capable(NULL, cap);
}
#endif

static void init_common(struct iommu_ops *ops)
{
	ops->capable = legacy_capable;
	ops->domain_alloc = legacy_alloc;
	ops->probe_device = kapi_probe_device;
	ops->release_device = kapi_release_device;
	ops->device_group = kapi_device_group;
	ops->def_domain_type = kapi_def_domain_type;
	ops->get_resv_regions = kapi_get_resv_regions;
#if HAVE_PUT_RESV_REGIONS
	ops->put_resv_regions = generic_iommu_put_resv_regions;
#endif
	/* All that any format has; a domain is narrowed when it is bound. */
	ops->pgsize_bitmap = SZ_4K | SZ_16K | SZ_64K | SZ_2M | SZ_32M |
			     SZ_512M | SZ_1G;
}

#ifdef KAPI_FAMILY_DOMAIN_OPS

static const struct iommu_domain_ops legacy_domain_ops = {
	.attach_dev = legacy_attach,
	.map_pages = kapi_do_map,
	.unmap_pages = kapi_do_unmap,
	.flush_iotlb_all = kapi_flush_all,
	.iotlb_sync = kapi_iotlb_sync,
	.iova_to_phys = legacy_iova_to_phys,
#if HAVE_ENFORCE_COHERENCY
	.enforce_cache_coherency = kapi_enforce,
#endif
	.free = legacy_free,
};

static void init_domain_ops(struct iommu_ops *ops)
{
	ops->default_domain_ops = &legacy_domain_ops;
}

const char *kapi_family(void)
{
	return "domain_ops";
}

#else /* KAPI_FAMILY_BUS_OPS */

static int bus_map(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t phys, size_t size, int prot, gfp_t gfp)
{
	size_t mapped = 0;

	return kapi_do_map(domain, iova, phys, size, 1, prot, gfp, &mapped);
}

static size_t bus_unmap(struct iommu_domain *domain, unsigned long iova,
			size_t size, struct iommu_iotlb_gather *gather)
{
	return kapi_do_unmap(domain, iova, size, 1, gather);
}

static void init_domain_ops(struct iommu_ops *ops)
{
	ops->attach_dev = legacy_attach;
	ops->map = bus_map;
	ops->unmap = bus_unmap;
	ops->flush_iotlb_all = kapi_flush_all;
	ops->iotlb_sync = kapi_iotlb_sync;
	ops->iova_to_phys = legacy_iova_to_phys;
	ops->domain_free = legacy_free;
}

const char *kapi_family(void)
{
	return "bus_ops";
}

#endif

struct iommu_ops *kapi_ops_init(struct kapi_driver *kdrv, bool blocked)
{
	struct iommu_ops *ops = kzalloc(sizeof(*ops), GFP_KERNEL);

	if (!ops)
		return NULL;
	init_common(ops);
	init_domain_ops(ops);
	return ops;
}

bool kapi_blocked_default(void)
{
	return false;
}

#endif /* !KAPI_FAMILY_STATIC */
