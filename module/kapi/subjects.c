// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains to compare with: one whose callbacks do nothing. iommu_map() and
 * iommu_unmap() need a type, page sizes and two callbacks of a domain, and no
 * device or registration behind it.
 */
#include <linux/slab.h>

#include "internal.h"

#ifdef KAPI_FAMILY_BUS_OPS

static int null_map(struct iommu_domain *domain, unsigned long iova,
		    phys_addr_t phys, size_t size, int prot, gfp_t gfp)
{
	return 0;
}

static size_t null_unmap(struct iommu_domain *domain, unsigned long iova,
			 size_t size, struct iommu_iotlb_gather *gather)
{
	return size;
}

static const struct iommu_ops null_ops = {
	.map = null_map,
	.unmap = null_unmap,
};

#else

static int null_map(struct iommu_domain *domain, unsigned long iova,
		    phys_addr_t phys, size_t pgsize, size_t count, int prot,
		    gfp_t gfp, size_t *mapped)
{
	*mapped = pgsize * count;
	return 0;
}

static size_t null_unmap(struct iommu_domain *domain, unsigned long iova,
			 size_t pgsize, size_t count,
			 struct iommu_iotlb_gather *gather)
{
	return pgsize * count;
}

static const struct iommu_domain_ops null_ops = {
	.map_pages = null_map,
	.unmap_pages = null_unmap,
};

#endif /* KAPI_FAMILY_BUS_OPS */

struct iommu_domain *kapi_null_new(u64 pgsizes)
{
	struct iommu_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->type = IOMMU_DOMAIN_UNMANAGED;
	domain->ops = &null_ops;
	domain->pgsize_bitmap = pgsizes;
	domain->geometry.aperture_end = ULONG_MAX;
	domain->geometry.force_aperture = true;
	return domain;
}

void kapi_null_free(struct iommu_domain *domain)
{
	kfree(domain);
}
