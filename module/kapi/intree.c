// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own page tables, where it lets modules use them: generic_pt
 * (6.19), which the drivers for AMD and Intel IOMMUs build theirs from. Set up
 * as these drivers do, for a unit that walks coherently, and with nothing to
 * invalidate.
 */
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "internal.h"

#if HAVE_GENERIC_PT

#include <linux/module.h>

#include "intree.h"

/**
 * struct intree - a domain with such a table
 * @domain: what the core knows
 * @iommu: what the formats have in common; begins with the domain
 * @amdv1: a format's table; begins with that
 * @vtdss: likewise
 * @x86_64: likewise
 * @top_lock: held by the table while it puts another level on top
 */
struct intree {
	union {
		struct iommu_domain domain;
		struct pt_iommu iommu;
		struct pt_iommu_amdv1 amdv1;
		struct pt_iommu_vtdss vtdss;
		struct pt_iommu_x86_64 x86_64;
	};
	spinlock_t top_lock; /* see above */
};

/* The tables that became empty are freed when the IOTLB has forgotten them. */
static void intree_sync(struct iommu_domain *domain,
			struct iommu_iotlb_gather *gather)
{
	iommu_put_pages_list(&gather->freelist);
}

static spinlock_t *intree_top_lock(struct pt_iommu *iommu)
{
	return &container_of(iommu, struct intree, iommu)->top_lock;
}

static void intree_change_top(struct pt_iommu *iommu, phys_addr_t top,
			      unsigned int level)
{
}

static const struct pt_iommu_driver_ops intree_driver_ops = {
	.get_top_lock = intree_top_lock,
	.change_top = intree_change_top,
};

static const struct iommu_domain_ops amdv1_ops = {
	IOMMU_PT_DOMAIN_OPS(amdv1),
	.iotlb_sync = intree_sync,
};

static const struct iommu_domain_ops vtdss_ops = {
	IOMMU_PT_DOMAIN_OPS(vtdss),
	.iotlb_sync = intree_sync,
};

static const struct iommu_domain_ops x86_64_ops = {
	IOMMU_PT_DOMAIN_OPS(x86_64),
	.iotlb_sync = intree_sync,
};

static int init_amdv1(struct intree *tree)
{
	const struct pt_iommu_amdv1_cfg cfg = {
		.common.features = BIT(PT_FEAT_DYNAMIC_TOP) |
				   BIT(PT_FEAT_AMDV1_ENCRYPT_TABLES) |
				   BIT(PT_FEAT_AMDV1_FORCE_COHERENCE) |
				   BIT(PT_FEAT_FLUSH_RANGE),
		.common.hw_max_vasz_lg2 = 48,
		.common.hw_max_oasz_lg2 = 52,
		.starting_level = 2,
	};

	tree->domain.ops = &amdv1_ops;
	return pt_iommu_amdv1_init(&tree->amdv1, &cfg, GFP_KERNEL);
}

static int init_vtdss(struct intree *tree)
{
	const struct pt_iommu_vtdss_cfg cfg = {
		.common.features = BIT(PT_FEAT_FLUSH_RANGE),
		.common.hw_max_vasz_lg2 = 48,
		.common.hw_max_oasz_lg2 = 52,
		.top_level = 3,
	};

	tree->domain.ops = &vtdss_ops;
	return pt_iommu_vtdss_init(&tree->vtdss, &cfg, GFP_KERNEL);
}

static int init_x86_64(struct intree *tree)
{
	const struct pt_iommu_x86_64_cfg cfg = {
		.common.features = BIT(PT_FEAT_FLUSH_RANGE) |
				   BIT(PT_FEAT_SIGN_EXTEND),
		.common.hw_max_vasz_lg2 = 48,
		.common.hw_max_oasz_lg2 = 52,
		.top_level = 3,
	};

	tree->domain.ops = &x86_64_ops;
	return pt_iommu_x86_64_init(&tree->x86_64, &cfg, GFP_KERNEL);
}

struct iommu_domain *kapi_intree_new(enum kapi_intree format)
{
	static int (*const init[])(struct intree *tree) = {
		[KAPI_INTREE_AMDV1] = init_amdv1,
		[KAPI_INTREE_VTDSS] = init_vtdss,
		[KAPI_INTREE_X86_64] = init_x86_64,
	};
	struct intree *tree = kzalloc(sizeof(*tree), GFP_KERNEL);
	int ret;

	if (!tree)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&tree->top_lock);
	tree->iommu.driver_ops = &intree_driver_ops;
	tree->iommu.nid = NUMA_NO_NODE;
	ret = init[format](tree);
	if (!ret)
		return &tree->domain;
	kfree(tree);
	return ERR_PTR(ret);
}

void kapi_intree_free(struct iommu_domain *domain)
{
	struct intree *tree = container_of(domain, struct intree, domain);

	pt_iommu_deinit(&tree->iommu);
	kfree(tree);
}

MODULE_IMPORT_NS("GENERIC_PT_IOMMU");

#else

struct iommu_domain *kapi_intree_new(enum kapi_intree format)
{
	return ERR_PTR(-EOPNOTSUPP);
}

void kapi_intree_free(struct iommu_domain *domain)
{
}

#endif /* HAVE_GENERIC_PT */
