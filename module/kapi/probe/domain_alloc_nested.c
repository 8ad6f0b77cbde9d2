// SPDX-License-Identifier: GPL-2.0-only
/* 6.13: a domain for a table of a user is allocated on another domain. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops, struct iommu_domain_ops *domain_ops,
	   struct iommu_domain *(*alloc)(struct device *dev,
					 struct iommu_domain *parent, u32 flags,
					 const struct iommu_user_data *data),
	   int (*invalidate)(struct iommu_domain *domain,
			     struct iommu_user_data_array *array));
void probe(struct iommu_ops *ops, struct iommu_domain_ops *domain_ops,
	   struct iommu_domain *(*alloc)(struct device *dev,
					 struct iommu_domain *parent, u32 flags,
					 const struct iommu_user_data *data),
	   int (*invalidate)(struct iommu_domain *domain,
			     struct iommu_user_data_array *array))
{
	ops->domain_alloc_nested = alloc;
	domain_ops->cache_invalidate_user = invalidate;
}
