// SPDX-License-Identifier: GPL-2.0-only
/* The callbacks' bodies: from the core's words to ours. */
#include <linux/device.h>
#include <linux/limits.h>

#include "../objects/objects.h"
#include "internal.h"

struct mock_domain *kapi_to_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct mock_domain, domain);
}

/*
 * Callbacks of ours can be entered with a device of another driver: RID
 * replace has no gatekeeper (iommu_replace_group_handle()). So look at whose
 * the device is before looking at what its private pointer points to.
 *
 * The core keeps dev->iommu while a callback of the device runs. When the
 * in-kernel caller allocates, which is no callback of a device,
 * mock_device_going() has to wait for it.
 */
struct mock_device *kapi_device(struct device *dev)
{
	struct dev_iommu *param = READ_ONCE(dev->iommu);

	if (!param || !param->iommu_dev || !kapi_is_ours(param->iommu_dev->ops))
		return NULL;
	return param->priv;
}

struct iommu_device *kapi_probe_device(struct device *dev)
{
	struct mock_device *mdev = mock_bus_device(dev);
	struct iommu_device *iommu;

	/* Before 6.8 the core asks about every device on the bus. */
	if (!mdev) {
		kapi_bus_canary(dev);
		return ERR_PTR(-ENODEV);
	}
	iommu = mock_device_probe(mdev);
	if (!IS_ERR(iommu))
		dev_iommu_priv_set(dev, mdev);
	return iommu;
}

void kapi_release_device(struct device *dev)
{
	struct mock_device *mdev = dev_iommu_priv_get(dev);

	mock_device_release(mdev);
}

struct iommu_group *kapi_device_group(struct device *dev)
{
	return mock_device_group(dev_iommu_priv_get(dev));
}

/*
 * Identity: a paging default domain would bring the DMA API of every client
 * into the picture.
 */
int kapi_def_domain_type(struct device *dev)
{
	return IOMMU_DOMAIN_IDENTITY;
}

/* @pasid is 0 for the DMA that has none. */
static int attach_space(struct iommu_domain *domain, struct device *dev,
			u32 pasid)
{
	struct mock_domain *dom = kapi_to_domain(domain);
	struct mock_device *mdev = kapi_device(dev);

	if (!mdev) {
		mock_domain_foreign(dom, dev, pasid);
		return -EINVAL;
	}
	return mock_domain_attach(dom, mdev, pasid);
}

int kapi_attach_paging(struct iommu_domain *domain, struct device *dev)
{
	return attach_space(domain, dev, 0);
}

int kapi_attach_pasid(struct iommu_domain *domain, struct device *dev,
		      u32 pasid)
{
	return attach_space(domain, dev, pasid);
}

/* The static domains of a driver are given to its own devices only. */
static void attach_static(struct device *dev, u32 pasid, enum mock_place place)
{
	struct mock_device *mdev = kapi_device(dev);

	if (!WARN_ON(!mdev))
		mock_domain_place_static(mdev, pasid, place);
}

void kapi_attach_identity(struct device *dev)
{
	attach_static(dev, 0, MOCK_PLACE_IDENTITY);
}

void kapi_attach_blocked(struct device *dev)
{
	attach_static(dev, 0, MOCK_PLACE_BLOCKED);
}

/*
 * The core detaches a PASID from all devices of a group, also from a device
 * that joined the group later and was never asked.
 */
void kapi_block_pasid(struct device *dev, u32 pasid)
{
	attach_static(dev, pasid, MOCK_PLACE_BLOCKED);
}

int kapi_do_map(struct iommu_domain *domain, unsigned long iova,
		phys_addr_t phys, size_t pgsize, size_t count, int prot,
		gfp_t gfp, size_t *mapped)
{
	return mock_domain_map(kapi_to_domain(domain), iova, phys, pgsize,
			       count, prot, gfp, mapped);
}

size_t kapi_do_unmap(struct iommu_domain *domain, unsigned long iova,
		     size_t pgsize, size_t count,
		     struct iommu_iotlb_gather *gather)
{
	size_t done = mock_domain_unmap(kapi_to_domain(domain), iova,
					pgsize * count);

	/*
	 * Not iommu_iotlb_gather_add_page(), which syncs each time the page
	 * size changes: our invalidations go by range.
	 */
	if (done) {
		gather->start = min(gather->start, iova);
		gather->end = max_t(unsigned long, gather->end,
				    iova + done - 1);
	}
	return done;
}

phys_addr_t kapi_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	return mock_domain_iova_to_phys(kapi_to_domain(domain), iova);
}

void kapi_flush_all(struct iommu_domain *domain)
{
	mock_domain_invalidate(kapi_to_domain(domain), 0, 0);
}

void kapi_iotlb_sync(struct iommu_domain *domain,
		     struct iommu_iotlb_gather *gather)
{
	/* start > end: nothing was gathered. */
	if (gather->start <= gather->end)
		mock_domain_invalidate(kapi_to_domain(domain), gather->start,
				       gather->end - gather->start + 1);
}

bool kapi_enforce(struct iommu_domain *domain)
{
	return mock_domain_enforce(kapi_to_domain(domain));
}

bool kapi_asks_devices(void)
{
	return HAVE_CAPABLE_DEV;
}

#if HAVE_CAP_ENFORCE_COHERENCY
/* A promise: its domains say yes when they are asked to enforce it. */
static bool promises(struct mock_device *mdev, enum iommu_cap cap)
{
	struct mock_traits traits;

	if (cap != IOMMU_CAP_ENFORCE_CACHE_COHERENCY || !mdev)
		return false;
	mock_instance_get_traits(mdev->instance, &traits);
	return traits.enforce;
}
#else
static bool promises(struct mock_device *mdev, enum iommu_cap cap)
{
	return false;
}
#endif

/*
 * @dev is NULL where the core asks about a bus, with all that may come on it:
 * then the answer is what devices are unless they are told otherwise.
 */
bool kapi_device_capable(struct device *dev, enum iommu_cap cap)
{
	struct mock_device *mdev = dev ? kapi_device(dev) : NULL;

	if (cap == IOMMU_CAP_CACHE_COHERENCY)
		return !mdev || mdev->coherent;
	return kapi_msi_isolated(mdev, cap) || promises(mdev, cap) ||
	       kapi_dirty_capable(mdev, cap);
}

static struct iommu_resv_region *alloc_resv(phys_addr_t start, size_t length,
					    int prot,
					    enum iommu_resv_type type)
{
#if HAVE_ALLOC_RESV_GFP
	return iommu_alloc_resv_region(start, length, prot, type, GFP_KERNEL);
#else
	return iommu_alloc_resv_region(start, length, prot, type);
#endif
}

/*
 * The regions that nobody may map on a device. The core frees them, and, as
 * drivers do, one for which there is no memory is left out.
 */
void kapi_get_resv_regions(struct device *dev, struct list_head *head)
{
	static const enum iommu_resv_type types[] = {
		[MOCK_RESV_DIRECT] = IOMMU_RESV_DIRECT,
		[MOCK_RESV_RELAXABLE] = IOMMU_RESV_DIRECT_RELAXABLE,
		[MOCK_RESV_RESERVED] = IOMMU_RESV_RESERVED,
		[MOCK_RESV_MSI] = IOMMU_RESV_MSI,
		[MOCK_RESV_SW_MSI] = IOMMU_RESV_SW_MSI,
	};
	struct mock_device *mdev = kapi_device(dev);
	struct iommu_resv_region *entry;
	u32 i;

	for (i = 0; mdev && i < mdev->resv.count; i++) {
		const struct mock_resv_region *r = &mdev->resv.regions[i];
		bool direct = r->type == MOCK_RESV_DIRECT ||
			      r->type == MOCK_RESV_RELAXABLE;

		entry = alloc_resv(r->iova, r->size,
				   direct ? IOMMU_READ | IOMMU_WRITE : 0,
				   types[r->type]);
		if (entry)
			list_add_tail(&entry->list, head);
	}
}

/**
 * kapi_domain_features() - tell the core what a domain can do
 * @domain: the domain
 * @traits: its features
 *
 * Before 6.11 this happens at the first attach; the core reads both members
 * each time it needs them.
 */
void kapi_domain_features(struct iommu_domain *domain,
			  const struct mock_traits *traits)
{
	domain->pgsize_bitmap = traits->pgsizes;
	domain->geometry.aperture_start = 0;
	domain->geometry.aperture_end = (1ULL << traits->ias) - 1;
	domain->geometry.force_aperture = true;
}

/**
 * kapi_paging_alloc() - the part of an allocation that does not differ
 * @driver: whose
 * @mdev: for which device, or NULL where the core does not say
 * @kind: what it is made for
 *
 * Return: a domain, published unless the in-kernel caller is going to do so
 * when the core is finished with it; or an ERR_PTR.
 */
struct mock_domain *kapi_paging_alloc(struct mock_driver *driver,
				      struct mock_device *mdev,
				      u32 kind)
{
	struct mock_domain *dom = mock_domain_create(driver, mdev, kind);

	if (IS_ERR(dom))
		return dom;
	dom->domain.type = IOMMU_DOMAIN_UNMANAGED;
	if (!mdev) {
		dom->domain.pgsize_bitmap = PAGE_SIZE;
		dom->domain.geometry.aperture_end = ULONG_MAX;
		dom->domain.geometry.force_aperture = true;
	}
	/* It may have to do without files, but that is no error. */
	if (!dom->caller)
		mock_obj_publish(&dom->obj);
	return dom;
}
