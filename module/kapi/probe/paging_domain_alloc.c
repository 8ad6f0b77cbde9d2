// SPDX-License-Identifier: GPL-2.0-only
/* 6.11: a paging domain is allocated for a device. */
#include <linux/iommu.h>

struct iommu_domain *probe(struct device *dev);
struct iommu_domain *probe(struct device *dev)
{
	return iommu_paging_domain_alloc(dev);
}
