// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: the user may ask for one of several types of hardware information. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   void *(*info)(struct device *dev, u32 *length,
			 enum iommu_hw_info_type *type));
void probe(struct iommu_ops *ops,
	   void *(*info)(struct device *dev, u32 *length,
			 enum iommu_hw_info_type *type))
{
	ops->hw_info = info;
}
