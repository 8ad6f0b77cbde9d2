// SPDX-License-Identifier: GPL-2.0-only
/* 5.13: iommu_device_register() takes the callbacks and the parent. */
#include <linux/iommu.h>

int probe(struct iommu_device *iommu, const struct iommu_ops *ops);
int probe(struct iommu_device *iommu, const struct iommu_ops *ops)
{
	return iommu_device_register(iommu, ops, NULL);
}
