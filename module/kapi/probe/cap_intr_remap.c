// SPDX-License-Identifier: GPL-2.0-only
/* Until 6.3: a driver tells whether it isolates interrupts. */
#include <linux/iommu.h>

enum iommu_cap probe(void);
enum iommu_cap probe(void)
{
	return IOMMU_CAP_INTR_REMAP;
}
