// SPDX-License-Identifier: GPL-2.0-only
/* 5.19: a group has an owner. */
#include <linux/iommu.h>

int probe(struct iommu_group *group, void *owner);
int probe(struct iommu_group *group, void *owner)
{
	return iommu_group_claim_dma_owner(group, owner);
}
