// SPDX-License-Identifier: GPL-2.0-only
/* 6.13: who asks for a paging domain can say what he wants of it. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev, u32 flags,
					 const struct iommu_user_data *data));
void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev, u32 flags,
					 const struct iommu_user_data *data))
{
	ops->domain_alloc_paging_flags = alloc;
}
