/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside kapi/: vIOMMU objects, and their queues of invalidations. */
#ifndef KAPI_NEST_H
#define KAPI_NEST_H

#include "internal.h"
#include "../nested-abi.h"
#include "../objects/objects.h"

/* All callbacks are there, or none of them is used. */
#if defined(KAPI_FAMILY_STATIC) && HAVE_ATTACH_OLD && HAVE_ALLOC_PAGING_FLAGS && \
	HAVE_DIRTY_OPS && HAVE_DOMAIN_ALLOC_NESTED && HAVE_HW_INFO_TYPE && \
	HAVE_VIOMMU_INIT && HAVE_HW_QUEUE_INIT_PHYS && defined(KAPI_PASIDS) && \
	HAVE_HWPT_ALLOC_PASID
#define KAPI_NEST 1
#else
#define KAPI_NEST 0
#endif

#if KAPI_NEST

#include <linux/iommufd.h>

/**
 * struct viommu - a vIOMMU, in the core's memory
 * @core: the core's part
 * @instance: the instance: see mock_nested_hold()
 * @parent: the stage 2, which the core keeps, and which keeps the module
 * @face: what domains know of it
 * @doorbells: the page of the doorbells, which the user maps; NULL: it has no queues
 * @offset: with @doorbells: where mmap() finds them
 * @queues: a bit for each queue that there is; atomic
 */
struct viommu {
	struct iommufd_viommu core;
	struct mock_instance *instance;
	struct mock_domain *parent;
	struct kapi_viommu *face;
	struct mock_nest_doorbell *doorbells;
	unsigned long offset;
	unsigned long queues;
};

static inline struct viommu *to_viommu(struct iommufd_viommu *core)
{
	return container_of(core, struct viommu, core);
}

/* nest.c: invalidate what the entry of a vIOMMU says; 0 or its errno. */
int kapi_nest_execute(struct iommufd_viommu *core,
		      const struct mock_nest_invalidate *entry);

/* nest-queue.c */
int kapi_doorbells_make(struct viommu *viommu, const struct iommu_user_data *data);
void kapi_doorbells_free(struct viommu *viommu);
size_t kapi_queue_size(struct iommufd_viommu *core, enum iommu_hw_queue_type type);
int kapi_queue_init(struct iommufd_hw_queue *core, u32 index, phys_addr_t base);

#endif /* KAPI_NEST */

#endif /* KAPI_NEST_H */
