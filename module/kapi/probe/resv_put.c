// SPDX-License-Identifier: GPL-2.0-only
/* Until 5.18 a driver frees its reserved regions itself. */
#include <linux/iommu.h>

void probe(struct iommu_ops *ops);
void probe(struct iommu_ops *ops)
{
	ops->put_resv_regions = generic_iommu_put_resv_regions;
}
