// SPDX-License-Identifier: GPL-2.0-only
/* The public API as the in-kernel caller uses it, and the list of facts. */
#include <linux/device.h>
#include <linux/seq_file.h>

#include "internal.h"

/* Return: the domain or an ERR_PTR; -ENOMEM where the kernel gives no errno. */
#if HAVE_PAGING_DOMAIN_ALLOC
struct iommu_domain *kapi_domain_alloc(struct device *dev)
{
	return iommu_paging_domain_alloc(dev);
}
#else
struct iommu_domain *kapi_domain_alloc(struct device *dev)
{
	return iommu_domain_alloc(dev->bus) ?: ERR_PTR(-ENOMEM);
}
#endif

#if HAVE_MAP_GFP
int kapi_map(struct iommu_domain *domain, unsigned long iova,
	     phys_addr_t phys, size_t size, int prot)
{
	return iommu_map(domain, iova, phys, size, prot, GFP_KERNEL);
}
#else
int kapi_map(struct iommu_domain *domain, unsigned long iova,
	     phys_addr_t phys, size_t size, int prot)
{
	return iommu_map(domain, iova, phys, size, prot);
}
#endif

#if HAVE_GROUP_DMA_OWNER
int kapi_group_claim(struct iommu_group *group, void *owner)
{
	return iommu_group_claim_dma_owner(group, owner);
}

void kapi_group_release(struct iommu_group *group)
{
	iommu_group_release_dma_owner(group);
}

bool kapi_group_claimed(struct iommu_group *group)
{
	return iommu_group_dma_owner_claimed(group);
}
#else
/* No ownership yet: the caller that attaches first has the group. */
int kapi_group_claim(struct iommu_group *group, void *owner)
{
	return 0;
}

void kapi_group_release(struct iommu_group *group)
{
}

bool kapi_group_claimed(struct iommu_group *group)
{
	return false;
}
#endif

void kapi_show_facts(struct seq_file *m)
{
#define FACT(name, value) seq_printf(m, "probe_%s=%d\n", name, value)
	KAPI_FACTS(FACT);
#undef FACT
}
