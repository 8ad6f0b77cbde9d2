// SPDX-License-Identifier: GPL-2.0-only
/* 6.10: a driver makes a domain of the addresses of a process. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev,
					 struct mm_struct *mm));
void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev,
					 struct mm_struct *mm))
{
	ops->domain_alloc_sva = alloc;
}
