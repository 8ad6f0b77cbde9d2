// SPDX-License-Identifier: GPL-2.0-only
/* 6.13: a domain is attached to a PASID, and is told the old domain. */
#include <linux/iommu.h>

void probe(struct iommu_domain_ops *ops, struct iommu_device *iommu,
	   int (*set)(struct iommu_domain *domain, struct device *dev,
		      u32 pasid, struct iommu_domain *old));
void probe(struct iommu_domain_ops *ops, struct iommu_device *iommu,
	   int (*set)(struct iommu_domain *domain, struct device *dev,
		      u32 pasid, struct iommu_domain *old))
{
	iommu->max_pasids = 2;
	ops->set_dev_pasid = set;
}
