// SPDX-License-Identifier: GPL-2.0-only
/* 6.3: iommu_map() takes gfp flags. */
#include <linux/iommu.h>

int probe(struct iommu_domain *domain);
int probe(struct iommu_domain *domain)
{
	return iommu_map(domain, 0, 0, 4096, IOMMU_READ, GFP_KERNEL);
}
