// SPDX-License-Identifier: GPL-2.0-only
/* 6.7 to 6.12: iommufd asks a driver for a domain, and says what it wants of it. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev, u32 flags,
					 struct iommu_domain *parent,
					 const struct iommu_user_data *data));
void probe(struct iommu_ops *ops,
	   struct iommu_domain *(*alloc)(struct device *dev, u32 flags,
					 struct iommu_domain *parent,
					 const struct iommu_user_data *data))
{
	ops->domain_alloc_user = alloc;
}
