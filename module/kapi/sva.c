// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes: the driver makes domains of their addresses, and the in-kernel
 * caller binds them to devices.
 *
 * The core chooses the domain of a bond: it offers each domain that the process
 * has to the device, and then a new one. So the mock decides by its policy
 * which instances share one.
 */
#include "internal.h"
#include "../objects/objects.h"

const char *kapi_no_sva(void)
{
	if (KAPI_SVA)
		return NULL;
	if (!kapi_has_pasids())
		return "its IOMMU core has no call that attaches a PASID as this module expects it";
	if (!IS_ENABLED(CONFIG_IOMMU_SVA))
		return "it was built without CONFIG_IOMMU_SVA";
	if (!IS_ENABLED(CONFIG_MMU_NOTIFIER))
		return "it was built without CONFIG_MMU_NOTIFIER";
	return "its core refuses that on x86 (CVE-2025-71089), as others do before 6.18.7";
}

#if KAPI_SVA

static int set_sva_pasid(struct iommu_domain *domain, struct device *dev,
			 ioasid_t pasid, struct iommu_domain *old)
{
	return kapi_attach_pasid(domain, dev, pasid);
}

static void free_sva(struct iommu_domain *domain)
{
	struct mock_domain *dom = kapi_to_domain(domain);

	kapi_process_end(dom);
	mock_domain_destroy(dom);
}

static const struct iommu_domain_ops sva_ops = {
	.set_dev_pasid = set_sva_pasid,
	.free = free_sva,
};

/* The core sets the type, the owner and the process of the domain. */
static struct iommu_domain *alloc_sva(struct device *dev, struct mm_struct *mm)
{
	struct mock_device *mdev = kapi_device(dev);
	struct mock_domain *dom;
	int ret;

	if (!mdev)
		return ERR_PTR(-ENODEV);
	dom = kapi_paging_alloc(mdev->instance->driver, mdev, MOCK_DOMAIN_SVA);
	if (IS_ERR(dom))
		return ERR_CAST(dom);
	ret = kapi_process_begin(dom, mm);
	if (ret) {
		mock_domain_destroy(dom);
		return ERR_PTR(ret);
	}
	dom->domain.ops = &sva_ops;
	return &dom->domain;
}

void kapi_sva_ops(struct iommu_ops *ops)
{
	ops->domain_alloc_sva = alloc_sva;
}

struct iommu_sva *kapi_sva_bind(struct device *dev)
{
	return iommu_sva_bind_device(dev, current->mm);
}

void kapi_sva_unbind(struct iommu_sva *bond)
{
	iommu_sva_unbind_device(bond);
}

u32 kapi_sva_pasid(void)
{
	u32 pasid = mm_get_enqcmd_pasid(current->mm);

	return pasid == IOMMU_PASID_INVALID ? 0 : pasid;
}

struct mock_domain *kapi_sva_domain(const struct iommu_sva *bond)
{
	return kapi_to_domain(bond->handle.domain);
}

bool kapi_sva_made_by(const struct iommu_sva *bond, const struct device *dev)
{
	return bond->dev == dev;
}

#else /* no SVA: nobody calls what follows but to be told so */

void kapi_sva_ops(struct iommu_ops *ops)
{
}

struct iommu_sva *kapi_sva_bind(struct device *dev)
{
	return ERR_PTR(-EOPNOTSUPP);
}

void kapi_sva_unbind(struct iommu_sva *bond)
{
}

u32 kapi_sva_pasid(void)
{
	return 0;
}

struct mock_domain *kapi_sva_domain(const struct iommu_sva *bond)
{
	return NULL;
}

bool kapi_sva_made_by(const struct iommu_sva *bond, const struct device *dev)
{
	return false;
}

#endif /* KAPI_SVA */
