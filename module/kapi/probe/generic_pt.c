// SPDX-License-Identifier: GPL-2.0-only
/* 6.19: page tables for drivers, three formats of which are built in here. */
#include <linux/iommu.h>

#if IS_ENABLED(CONFIG_IOMMU_PT_AMDV1) && IS_ENABLED(CONFIG_IOMMU_PT_VTDSS) && \
	IS_ENABLED(CONFIG_IOMMU_PT_X86_64)
#include <linux/generic_pt/iommu.h>
#endif

void probe(struct iommu_domain_ops *ops, struct iommu_iotlb_gather *gather);
void probe(struct iommu_domain_ops *ops, struct iommu_iotlb_gather *gather)
{
	struct iommu_pages_list *list = &gather->freelist;

	ops->iova_to_phys = pt_iommu_amdv1_iova_to_phys;
	ops->iova_to_phys = pt_iommu_vtdss_iova_to_phys;
	ops->iova_to_phys = pt_iommu_x86_64_iova_to_phys;
	INIT_LIST_HEAD(&list->pages);
}
