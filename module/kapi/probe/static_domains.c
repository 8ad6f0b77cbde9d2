// SPDX-License-Identifier: GPL-2.0-only
/* 6.7: static identity and blocked domains, domain_alloc_paging(dev). */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops, struct iommu_domain *domain,
	   struct iommu_domain *(*alloc)(struct device *dev));
void probe(struct iommu_ops *ops, struct iommu_domain *domain,
	   struct iommu_domain *(*alloc)(struct device *dev))
{
	ops->identity_domain = domain;
	ops->blocked_domain = domain;
	ops->default_domain = domain;
	ops->domain_alloc_paging = alloc;
}
