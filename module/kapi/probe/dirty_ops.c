// SPDX-License-Identifier: GPL-2.0-only
/* 6.7: a domain can track the writes of devices. */
#include <linux/iommu.h>

void probe(struct iommu_domain *domain, struct iommu_dirty_ops *ops,
	   int (*set)(struct iommu_domain *domain, bool on),
	   int (*read)(struct iommu_domain *domain, unsigned long iova,
		       size_t size, unsigned long flags,
		       struct iommu_dirty_bitmap *dirty));
void probe(struct iommu_domain *domain, struct iommu_dirty_ops *ops,
	   int (*set)(struct iommu_domain *domain, bool on),
	   int (*read)(struct iommu_domain *domain, unsigned long iova,
		       size_t size, unsigned long flags,
		       struct iommu_dirty_bitmap *dirty))
{
	ops->set_dirty_tracking = set;
	ops->read_and_clear_dirty = read;
	domain->dirty_ops = ops;
}
