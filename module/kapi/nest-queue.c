// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of a vIOMMU: rings of invalidations in the guest's memory, which the instance
 * reads itself, as hardware such as NVIDIA's CMDQV does. iommufd pins the memory of a ring
 * as long as the queue exists, and gives its physical address.
 *
 * The user says in a page of doorbells, which it maps, how far the ring is filled. No write
 * to that page is seen at once, so a worker looks at it.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/workqueue.h>

#include "nest.h"

#if KAPI_NEST

/* How often the worker looks, in milliseconds, and for how many entries at once. */
#define LOOK_MS 5
#define BATCH 256

/**
 * struct queue - a queue, in the core's memory
 * @core: the core's part
 * @index: its number in the vIOMMU
 * @bell: its doorbell. The user can write all of it at any time
 * @ring: its entries. The guest can write them at any time
 * @entries: how many the ring has, a power of two
 * @consumer: number of entries that were executed, modulo 2^32; owned by @look
 * @look: looks at the doorbell, as long as the queue exists
 */
struct queue {
	struct iommufd_hw_queue core;
	u32 index;
	struct mock_nest_doorbell *bell;
	const struct mock_nest_invalidate *ring;
	u32 entries;
	u32 consumer;
	struct delayed_work look;
};

/* Execute the next entry: 0, or the errno at which the queue stops. */
static int execute_next(struct queue *queue)
{
	struct mock_nest_invalidate entry;

	memcpy(&entry, &queue->ring[queue->consumer & (queue->entries - 1)],
	       sizeof(entry));
	return kapi_nest_execute(queue->core.viommu, &entry);
}

static void execute_entries(struct queue *queue)
{
	struct mock_nest_doorbell *bell = queue->bell;
	u32 producer, n;
	int ret = 0;

	/* The user writes the entries before it rings. */
	producer = smp_load_acquire(&bell->producer);
	/* It has stopped, until the user writes 0 there. */
	if (READ_ONCE(bell->error))
		return;
	if (producer - queue->consumer > queue->entries)
		ret = -EOVERFLOW;
	for (n = 0; !ret && n < BATCH && queue->consumer != producer; n++) {
		ret = execute_next(queue);
		if (ret)
			break;
		/* The entry has taken effect before the user sees that. */
		smp_store_release(&bell->consumer, ++queue->consumer);
	}
	if (ret)
		WRITE_ONCE(bell->error, -ret);
}

static void look(struct work_struct *work)
{
	struct queue *queue = container_of(to_delayed_work(work), struct queue,
					   look);

	execute_entries(queue);
	mock_dma_queue_later(&queue->look, LOOK_MS);
}

/* When the function has returned, the core unpins the memory. */
static void queue_destroy(struct iommufd_hw_queue *core)
{
	struct queue *queue = container_of(core, struct queue, core);

	cancel_delayed_work_sync(&queue->look);
	memunmap((void *)queue->ring);
	memset(queue->bell, 0, sizeof(*queue->bell));
	clear_bit(queue->index, &to_viommu(core->viommu)->queues);
}

size_t kapi_queue_size(struct iommufd_viommu *core, enum iommu_hw_queue_type type)
{
	if (!to_viommu(core)->doorbells || (u32)type != MOCK_NEST_TYPE)
		return 0;
	return HW_QUEUE_STRUCT_SIZE(struct queue, core);
}

/**
 * kapi_queue_init() - called by the core: make a queue
 * @core: the core's part; its memory is pinned, and contiguous
 * @index: its number
 * @base: physical address of its memory
 *
 * destroy() is set last: with it the core calls it after a failure.
 *
 * Return: 0; -EINVAL: no such number, or not a ring; -EEXIST: there is one of that number;
 * -ENOMEM.
 */
int kapi_queue_init(struct iommufd_hw_queue *core, u32 index, phys_addr_t base)
{
	struct queue *queue = container_of(core, struct queue, core);
	struct viommu *viommu = to_viommu(core->viommu);
	u64 entries = core->length / sizeof(*queue->ring);

	if (index >= MOCK_NEST_QUEUES_MAX ||
	    core->length % sizeof(*queue->ring) || !is_power_of_2(entries) ||
	    entries > MOCK_NEST_QUEUE_ENTRIES_MAX ||
	    !IS_ALIGNED(base, sizeof(*queue->ring)))
		return -EINVAL;
	if (test_and_set_bit(index, &viommu->queues))
		return -EEXIST;
	queue->ring = memremap(base, core->length, MEMREMAP_WB);
	if (!queue->ring) {
		clear_bit(index, &viommu->queues);
		return -ENOMEM;
	}
	queue->index = index;
	queue->entries = entries;
	queue->bell = &viommu->doorbells[index];
	memset(queue->bell, 0, sizeof(*queue->bell));
	INIT_DELAYED_WORK(&queue->look, look);
	core->destroy = queue_destroy;
	mock_dma_queue_later(&queue->look, LOOK_MS);
	return 0;
}

/**
 * kapi_doorbells_make() - give a vIOMMU that is being made its doorbells
 * @viommu: the vIOMMU
 * @data: the data of the user
 *
 * Return: 0; -EINVAL or -EOPNOTSUPP: bad data; -EFAULT; -ENOMEM.
 */
int kapi_doorbells_make(struct viommu *viommu, const struct iommu_user_data *data)
{
	struct mock_nest_viommu user;
	int ret;

	BUILD_BUG_ON(MOCK_NEST_QUEUES_MAX * sizeof(*viommu->doorbells) > PAGE_SIZE);
	ret = iommu_copy_struct_from_user(&user, data, MOCK_NEST_TYPE,
					  mmap_length);
	if (ret)
		return ret;
	if (user.flags || user.reserved)
		return -EOPNOTSUPP;
	viommu->doorbells = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!viommu->doorbells)
		return -ENOMEM;
	ret = iommufd_viommu_alloc_mmap(&viommu->core,
					virt_to_phys(viommu->doorbells),
					PAGE_SIZE, &viommu->offset);
	if (ret)
		goto err_page;
	user.mmap_offset = viommu->offset;
	user.mmap_length = PAGE_SIZE;
	ret = iommu_copy_struct_to_user(data, &user, MOCK_NEST_TYPE,
					mmap_length);
	if (!ret)
		return 0;
	iommufd_viommu_destroy_mmap(&viommu->core, viommu->offset);
err_page:
	free_page((unsigned long)viommu->doorbells);
	viommu->doorbells = NULL;
	return ret;
}

/* All queues are gone. No mapping is left: it would keep the vIOMMU. */
void kapi_doorbells_free(struct viommu *viommu)
{
	if (!viommu->doorbells)
		return;
	iommufd_viommu_destroy_mmap(&viommu->core, viommu->offset);
	free_page((unsigned long)viommu->doorbells);
}

#endif /* KAPI_NEST */
