// SPDX-License-Identifier: GPL-2.0-only
/* 6.10 to 6.13: a driver takes a PASID off its domain. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   void (*remove)(struct device *dev, u32 pasid,
			  struct iommu_domain *domain));
void probe(struct iommu_ops *ops,
	   void (*remove)(struct device *dev, u32 pasid,
			  struct iommu_domain *domain))
{
	ops->remove_dev_pasid = remove;
}
