// SPDX-License-Identifier: GPL-2.0-only
/* 6.11: what binds a process to a device is the handle of an attached PASID. */
#include <linux/iommu.h>

struct iommu_domain *probe(struct device *dev, struct mm_struct *mm);
struct iommu_domain *probe(struct device *dev, struct mm_struct *mm)
{
	struct iommu_sva *bond = iommu_sva_bind_device(dev, mm);

	return bond->dev == dev ? bond->handle.domain : NULL;
}
