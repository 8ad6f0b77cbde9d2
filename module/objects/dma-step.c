// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA: a device reaches memory through the domain that it is on.
 *
 * An operation consists of steps of at most one page. A step finds the domain,
 * translates the address and touches the memory, all under the mmu_lock of the
 * device's instance. This makes a step safe for two reasons:
 *
 * - After an unmap the caller has to invalidate before it uses the pages for
 *   anything else, and the invalidation takes the mmu_lock. So the invalidation
 *   waits for steps that translated before it, and later steps find nothing
 *   (R13). A lost invalidation waits as well.
 * - A detach takes the mmu_lock, too, before it drops the domain
 *   (mock_domain_left()). So the domain that a step found stays until the step
 *   ends.
 *
 * The addresses of a process are walked between two steps, without a lock of ours
 * (process.c). A step takes what was found only if nothing has changed since.
 */
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../datapath/memory.h"
#include "../nested-abi.h"
#include "dma-step.h"

/*
 * How often a device asks for one page whose answer is good and that is gone again,
 * or not writable: more often than a process that takes its own pages away.
 */
#define MOCK_PAGE_TRIES 100

static void fault(struct mock_dma_run *run, enum mock_dma_reason why, u32 access,
		  u64 at, int ret)
{
	run->why = why;
	run->access = access;
	run->at = at;
	run->ret = ret;
}

/*
 * Find the domain that a device, or a PASID of it, is on; it is valid under the
 * mmu_lock.
 */
static enum mock_dma_reason find_domain(struct mock_device *mdev, u32 pasid,
					struct mock_domain **dom)
{
	struct mock_link *link;
	enum mock_place place;

	lockdep_assert_held(&mdev->instance->mmu_lock);
	*dom = NULL;
	if (!mock_bus_masters(mdev))
		return MOCK_DMA_NOT_MASTER;
	spin_lock(&mdev->place_lock);
	place = pasid ? MOCK_PLACE_BLOCKED : mdev->place;
	link = mock_link_find(mdev, pasid);
	if (link)
		*dom = link->domain;
	spin_unlock(&mdev->place_lock);
	if (*dom)
		return MOCK_DMA_FINE;
	if (place == MOCK_PLACE_IDENTITY)
		return MOCK_DMA_IDENTITY;
	return place == MOCK_PLACE_BLOCKED ? MOCK_DMA_BLOCKED :
					     MOCK_DMA_NO_DOMAIN;
}

/*
 * Does a device ask for a page of this domain that it did not find? Yes, if its caller
 * has a handler for requests, as iommufd's page tables with a queue for faults have. Of a
 * process the walk asks.
 */
static bool asks(const struct mock_instance *inst, struct mock_domain *dom,
		 enum mock_dma_reason why)
{
	return (why == MOCK_DMA_NOT_MAPPED || why == MOCK_DMA_PERMISSION) &&
	       inst->queue && !dom->process && kapi_domain_asks(&dom->domain);
}

/* Translate an address; @found: of an earlier walk of a process. */
static enum mock_dma_reason translate(struct mock_device *mdev,
				      struct mock_dma_run *run, u64 iova, u32 access,
				      struct mock_found *found,
				      struct pgt_leaf *leaf)
{
	struct mock_instance *inst = mdev->instance;
	struct mock_domain *dom;
	struct mock_view view;
	enum mock_dma_reason why;

	lockdep_assert_held(&inst->mmu_lock);
	why = find_domain(mdev, run->req->pasid, &dom);
	if (why != MOCK_DMA_FINE)
		return why;
	if (READ_ONCE(dom->closed) ||
	    (dom->parent && READ_ONCE(dom->parent->closed)))
		return MOCK_DMA_INJECTED;
	view.table = dom->parent ? &dom->parent->table : &dom->table;
	view.stage1 = dom->parent ? &dom->stage1 : NULL;
	view.found = dom->process ? found : NULL;
	view.tag = dom->serial;
	view.pasid = run->req->pasid;
	view.tracking = READ_ONCE((dom->parent ?: dom)->tracking);
	view.era = mock_domain_era(dom);
	why = mock_mmu_translate(&inst->mmu, &view, iova, access, leaf);
	if (why != MOCK_DMA_WALK && !asks(inst, dom, why)) {
		if (why != MOCK_DMA_FINE && dom->viommu && !run->told) {
			kref_get(&dom->obj.ref);
			run->told = dom;
		}
		return why;
	}
	kref_get(&dom->obj.ref);
	run->walk = (struct mock_dma_walk){ dom, iova, access, found, why };
	return MOCK_DMA_WALK;
}

/**
 * reach() - find the memory behind an address, or fault
 * @mdev: the device
 * @run: gets the fault, or the walk that is needed first
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @found: what a walk of a process found for an address before
 * @len: bytes wanted; reduced to the bytes that are contiguous
 *
 * Return: the memory, or NULL.
 */
static void *reach(struct mock_device *mdev, struct mock_dma_run *run, u64 iova,
		   u32 access, struct mock_found *found, size_t *len)
{
	enum mock_dma_reason why;
	struct pgt_leaf leaf;
	void *memory = NULL;
	u64 inside;

	why = translate(mdev, run, iova, access, found, &leaf);
	if (why == MOCK_DMA_FINE) {
		inside = iova - leaf.iova;
		memory = mock_memory(leaf.phys + inside, access == PGT_WRITE);
		*len = min3((u64)*len, leaf.size - inside,
			    (u64)PAGE_SIZE - offset_in_page(leaf.phys + inside));
		if (!memory)
			memory = mock_bus_memory(leaf.phys + inside);
		if (!memory)
			why = MOCK_DMA_NOT_RAM;
	}
	if (why != MOCK_DMA_FINE && why != MOCK_DMA_WALK)
		fault(run, why, access, iova, -EFAULT);
	return memory;
}

/* An injected fault, which fails or delays between translation and access. */
static bool injected(struct mock_device *mdev, struct mock_dma_run *run, u32 access)
{
	struct mock_fault_call call = {
		.point = MOCK_FAULT_DMA, .device = mdev, .size = 1,
	};
	int ret = mock_fault_check(mdev->instance, &call);

	if (ret)
		fault(run, MOCK_DMA_INJECTED, access, run->req->iova + run->pos,
		      ret);
	return ret;
}

static size_t move_locked(struct mock_device *mdev, struct mock_dma_run *run)
{
	const struct mock_dma_request *req = run->req;
	u32 access = req->op == MOCK_DMA_OP_WRITE ? PGT_WRITE : PGT_READ;
	size_t len = min_t(u64, req->size - run->pos, PAGE_SIZE);
	void *memory, *to = NULL;

	lockdep_assert_held(&mdev->instance->mmu_lock);
	memory = reach(mdev, run, req->iova + run->pos, access, &run->found[0],
		       &len);
	if (memory && req->op == MOCK_DMA_OP_COPY)
		to = reach(mdev, run, req->to + run->pos, PGT_WRITE,
			   &run->found[1], &len);
	if (run->ret || run->walk.dom || injected(mdev, run, access))
		return 0;

	switch (req->op) {
	case MOCK_DMA_OP_READ:
		memcpy(run->data + run->pos, memory, len);
		break;
	case MOCK_DMA_OP_WRITE:
		mock_memory_fill(memory, len, req->pattern, run->pos);
		break;
	case MOCK_DMA_OP_COPY:
		memmove(to, memory, len);
		break;
	default:
		run->sum = mock_memory_sum(run->sum, memory, len);
		break;
	}
	run->asked = 0;
	/* Walks are no cache: each step that finds no entry walks. */
	run->found[0].valid = false;
	run->found[1].valid = false;
	return len;
}

/*
 * Ask for a page that is not there, or that the device may not write yet. If the
 * answer is good, the step walks again. Return false if the device cannot ask.
 */
static bool ask_for_page(struct mock_device *mdev, struct mock_dma_run *run)
{
	struct mock_dma_walk *walk = &run->walk;
	struct mock_page page = {
		.pasid = run->req->pasid, .iova = walk->iova,
		.access = walk->access, .last = true,
	};
	struct mock_request *req;
	enum mock_dma_reason why;

	if (run->asked == MOCK_PAGE_TRIES)
		return false;
	req = mock_request_begin(mdev, &page);
	if (!req)
		return false;
	if (IS_ERR(req)) {
		fault(run, MOCK_DMA_PAGE_FAILURE, walk->access, walk->iova,
		      PTR_ERR(req));
		return true;
	}
	while (!mock_request_wait(req) && !mock_dma_stopped(&mdev->dma, run->req))
		;
	why = mock_request_end(mdev, req);
	run->asked++;
	walk->found->valid = false;
	/* An engine that was told to stop does not wait, and ends. */
	if (why != MOCK_DMA_FINE && why != MOCK_DMA_WALK)
		fault(run, why, walk->access, walk->iova, -EFAULT);
	return true;
}

/*
 * Walk the tables of a process for the step, or ask for a page; the next step looks
 * whether that still holds.
 */
static void obtain_page(struct mock_device *mdev, struct mock_dma_run *run)
{
	struct mock_dma_walk *walk = &run->walk;

	if (walk->dom->process) {
		mock_process_walk(walk->dom, walk->iova, walk->access,
				  walk->found);
		if (walk->found->why != MOCK_DMA_FINE)
			ask_for_page(mdev, run);
	} else if (!ask_for_page(mdev, run)) {
		fault(run, walk->why, walk->access, walk->iova, -EFAULT);
	}
	mock_obj_put(&walk->dom->obj);
	walk->dom = NULL;
}

/* Tell the user whose table it is of a fault, for which a lock was in the way. */
static void tell(struct mock_device *mdev, struct mock_dma_run *run)
{
	struct device *dev = mock_device_get_dev(mdev);
	struct mock_nest_event event = {
		.pasid = run->req->pasid, .iova = run->at,
		.access = run->access, .reason = run->why,
	};

	if (dev)
		kapi_viommu_report(run->told->viommu, dev, &event);
	put_device(dev);
	mock_obj_put(&run->told->obj);
	run->told = NULL;
}

/**
 * mock_dma_step() - do one step of an operation
 * @mdev: the device
 * @run: the round
 *
 * Context: process; sleeps while a page is brought in.
 * Return: false if the round is over.
 */
bool mock_dma_step(struct mock_device *mdev, struct mock_dma_run *run)
{
	struct mock_instance *inst = mdev->instance;
	unsigned long flags;

	if (mock_dma_stopped(&mdev->dma, run->req)) {
		run->ret = -ECANCELED;
		return false;
	}
	spin_lock_irqsave(&inst->mmu_lock, flags);
	run->pos += move_locked(mdev, run);
	spin_unlock_irqrestore(&inst->mmu_lock, flags);
	if (run->told)
		tell(mdev, run);
	if (run->walk.dom)
		obtain_page(mdev, run);
	return !run->ret && run->pos < run->req->size;
}
