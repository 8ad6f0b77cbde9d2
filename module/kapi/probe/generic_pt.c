// SPDX-License-Identifier: GPL-2.0-only
/*
 * 6.19: page tables for drivers, three formats of which are built in here. The
 * probe names everything that intree.c uses: a kernel that has a part of it
 * only does without.
 */
#include <linux/iommu.h>

#if IS_ENABLED(CONFIG_IOMMU_PT_AMDV1) && IS_ENABLED(CONFIG_IOMMU_PT_VTDSS) && \
	IS_ENABLED(CONFIG_IOMMU_PT_X86_64)
#include <linux/generic_pt/iommu.h>
#endif

#ifdef IOMMU_PT_DOMAIN_OPS
#define HAS_DOMAIN_OPS 1
#endif

void probe_domain(struct iommu_domain_ops *ops,
		  struct iommu_iotlb_gather *gather);
void probe_domain(struct iommu_domain_ops *ops,
		  struct iommu_iotlb_gather *gather)
{
	struct iommu_pages_list *list = &gather->freelist;
	int has = HAS_DOMAIN_OPS;

	ops->iova_to_phys = has ? pt_iommu_amdv1_iova_to_phys : NULL;
	ops->iova_to_phys = pt_iommu_vtdss_iova_to_phys;
	ops->iova_to_phys = pt_iommu_x86_64_iova_to_phys;
	INIT_LIST_HEAD(&list->pages);
}

void probe_driver(struct pt_iommu *iommu, struct pt_iommu_driver_ops *ops,
		  spinlock_t *(*lock)(struct pt_iommu *iommu),
		  void (*change)(struct pt_iommu *iommu, phys_addr_t top,
				 unsigned int level));
void probe_driver(struct pt_iommu *iommu, struct pt_iommu_driver_ops *ops,
		  spinlock_t *(*lock)(struct pt_iommu *iommu),
		  void (*change)(struct pt_iommu *iommu, phys_addr_t top,
				 unsigned int level))
{
	ops->get_top_lock = lock;
	ops->change_top = change;
	iommu->driver_ops = ops;
	iommu->nid = NUMA_NO_NODE;
	pt_iommu_deinit(iommu);
}

int probe_tables(struct pt_iommu_amdv1 *amdv1, struct pt_iommu_amdv1_cfg *a,
		 struct pt_iommu_vtdss *vtdss, struct pt_iommu_vtdss_cfg *v,
		 struct pt_iommu_x86_64 *x86_64, struct pt_iommu_x86_64_cfg *x);
int probe_tables(struct pt_iommu_amdv1 *amdv1, struct pt_iommu_amdv1_cfg *a,
		 struct pt_iommu_vtdss *vtdss, struct pt_iommu_vtdss_cfg *v,
		 struct pt_iommu_x86_64 *x86_64, struct pt_iommu_x86_64_cfg *x)
{
	a->common.features = BIT(PT_FEAT_DYNAMIC_TOP) |
			     BIT(PT_FEAT_AMDV1_ENCRYPT_TABLES) |
			     BIT(PT_FEAT_AMDV1_FORCE_COHERENCE) |
			     BIT(PT_FEAT_FLUSH_RANGE);
	x->common.features = BIT(PT_FEAT_SIGN_EXTEND);
	a->common.hw_max_vasz_lg2 = 48;
	a->common.hw_max_oasz_lg2 = 52;
	a->starting_level = 2;
	v->top_level = 3;
	x->top_level = 3;
	return pt_iommu_amdv1_init(amdv1, a, GFP_KERNEL) +
	       pt_iommu_vtdss_init(vtdss, v, GFP_KERNEL) +
	       pt_iommu_x86_64_init(x86_64, x, GFP_KERNEL);
}
