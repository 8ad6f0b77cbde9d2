// SPDX-License-Identifier: GPL-2.0-only
/* 6.2: a device tells whether its domains can enforce snooping. */
#include <linux/iommu.h>

enum iommu_cap probe(void);
enum iommu_cap probe(void)
{
	return IOMMU_CAP_ENFORCE_CACHE_COHERENCY;
}
