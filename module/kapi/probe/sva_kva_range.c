// SPDX-License-Identifier: GPL-2.0-only
/*
 * 6.18.7: users of the addresses of processes hear of changes of the kernel's
 * own addresses. Without that, the core refuses SVA on x86 (CVE-2025-71089).
 */
#include <linux/iommu.h>

void probe(void);
void probe(void)
{
	iommu_sva_invalidate_kva_range(0, 0);
}
