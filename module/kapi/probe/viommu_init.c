// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: the core allocates a vIOMMU object, and the driver fills it in. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   size_t (*size)(struct device *dev, enum iommu_viommu_type type),
	   int (*init)(struct iommufd_viommu *viommu,
		       struct iommu_domain *parent,
		       const struct iommu_user_data *data));
void probe(struct iommu_ops *ops,
	   size_t (*size)(struct device *dev, enum iommu_viommu_type type),
	   int (*init)(struct iommufd_viommu *viommu,
		       struct iommu_domain *parent,
		       const struct iommu_user_data *data))
{
	ops->get_viommu_size = size;
	ops->viommu_init = init;
}
