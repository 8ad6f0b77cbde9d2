// SPDX-License-Identifier: GPL-2.0-only
/* 6.1: iommu_alloc_resv_region() takes gfp flags. */
#include <linux/iommu.h>

struct iommu_resv_region *probe(void);
struct iommu_resv_region *probe(void)
{
	return iommu_alloc_resv_region(0, 4096, 0, IOMMU_RESV_RESERVED,
				       GFP_KERNEL);
}
