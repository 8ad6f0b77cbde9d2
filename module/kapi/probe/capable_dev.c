// SPDX-License-Identifier: GPL-2.0-only
/* 6.0: the capable callback is asked about a device, not a bus. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops,
	   bool (*capable)(struct device *dev, enum iommu_cap cap));
void probe(struct iommu_ops *ops,
	   bool (*capable)(struct device *dev, enum iommu_cap cap))
{
	ops->capable = capable;
}
