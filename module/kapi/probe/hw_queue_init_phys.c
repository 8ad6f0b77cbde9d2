// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: a vIOMMU has queues in the guest's memory, which the hardware reads itself. */
#include <linux/types.h>

#if __has_include("linux/iommufd.h")
#include <linux/iommufd.h>
#endif

void probe(struct iommufd_viommu_ops *ops,
	   int (*init)(struct iommufd_hw_queue *queue, u32 index,
		       phys_addr_t base));
void probe(struct iommufd_viommu_ops *ops,
	   int (*init)(struct iommufd_hw_queue *queue, u32 index,
		       phys_addr_t base))
{
	ops->hw_queue_init_phys = init;
}
