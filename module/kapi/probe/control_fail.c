// SPDX-License-Identifier: GPL-2.0-only
/* must not compile on any kernel, or no probe can be believed. */
#include <linux/iommu.h>

int probe(struct iommu_domain *domain);
int probe(struct iommu_domain *domain)
{
	return domain->no_such_member_in_any_kernel;
}
