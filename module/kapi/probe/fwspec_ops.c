// SPDX-License-Identifier: GPL-2.0-only
/* Until 6.10: a device's fwspec names the callbacks of its driver. */
#include <linux/iommu.h>

void probe(struct iommu_fwspec *fwspec, const struct iommu_ops *ops);
void probe(struct iommu_fwspec *fwspec, const struct iommu_ops *ops)
{
	fwspec->ops = ops;
}
