// SPDX-License-Identifier: GPL-2.0-only
/* 5.19: a domain can be made to enforce snooping. */
#include <linux/iommu.h>

void probe(struct iommu_domain_ops *ops,
	   bool (*enforce)(struct iommu_domain *domain));
void probe(struct iommu_domain_ops *ops,
	   bool (*enforce)(struct iommu_domain *domain))
{
	ops->enforce_cache_coherency = enforce;
}
