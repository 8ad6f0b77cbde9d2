// SPDX-License-Identifier: GPL-2.0-only
/* 6.19: attach_dev is told the old domain. */
#include <linux/iommu.h>

void probe(struct iommu_domain_ops *ops,
	   int (*attach)(struct iommu_domain *domain, struct device *dev,
			 struct iommu_domain *old));
void probe(struct iommu_domain_ops *ops,
	   int (*attach)(struct iommu_domain *domain, struct device *dev,
			 struct iommu_domain *old))
{
	ops->attach_dev = attach;
}
