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
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "../datapath/memory.h"
#include "../nested-abi.h"
#include "objects.h"
#include "words.h"

/*
 * How often a device asks for one page whose answer is good and that is gone again,
 * or not writable: more often than a process that takes its own pages away.
 */
#define MOCK_PAGE_TRIES 100

static struct workqueue_struct *dma_wq;

/*
 * One queue for the waiters of all devices: a process that polls a file may
 * outlive the device, but not the module.
 */
static DECLARE_WAIT_QUEUE_HEAD(dma_wait);

/**
 * struct dma_walk - a page that is needed before the next step
 * @dom: the domain, with a reference: of a process, whose tables have to be walked, or
 *       one whose caller has to be asked; NULL: no page is needed
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @found: gets what the walk of a process finds
 * @why: why the step faults if the device cannot ask
 */
struct dma_walk {
	struct mock_domain *dom;
	u64 iova;
	u32 access;
	struct mock_found *found;
	enum mock_dma_reason why;
};

/**
 * struct dma_run - one round of an operation
 * @req: the operation
 * @data: bytes that "read" fills
 * @walk: the page that is needed
 * @found: what was found: for @req.iova, and for @req.to
 * @told: a stage 1 domain of which a fault is to be told, with a reference, or NULL
 * @asked: how often the device has asked for the page of the next step
 * @pos: bytes done
 * @sum: CRC-32 of these bytes
 * @why: why an access faulted, or MOCK_DMA_FINE
 * @access: PGT_READ or PGT_WRITE: the access that faulted
 * @at: address of that access
 * @ret: 0, or the errno that ends the operation
 */
struct dma_run {
	const struct mock_dma_request *req;
	u8 *data;
	struct dma_walk walk;
	struct mock_found found[2];
	struct mock_domain *told;
	unsigned int asked;
	u64 pos;
	u32 sum;
	enum mock_dma_reason why;
	u32 access;
	u64 at;
	int ret;
};

/* ---- one step ------------------------------------------------------------ */

static void fault(struct dma_run *run, enum mock_dma_reason why, u32 access,
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
				      struct dma_run *run, u64 iova, u32 access,
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
	view.tracking = READ_ONCE(dom->tracking);
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
	run->walk = (struct dma_walk){ dom, iova, access, found, why };
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
static void *reach(struct mock_device *mdev, struct dma_run *run, u64 iova,
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
static bool injected(struct mock_device *mdev, struct dma_run *run, u32 access)
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

static size_t move_locked(struct mock_device *mdev, struct dma_run *run)
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

/* Was the engine told to stop after the request was made? */
static bool stopped(struct mock_dma *dma, const struct mock_dma_request *req)
{
	return atomic_read(&dma->stops) != req->stops;
}

/*
 * Ask for a page that is not there, or that the device may not write yet. If the
 * answer is good, the step walks again. Return false if the device cannot ask.
 */
static bool ask_for_page(struct mock_device *mdev, struct dma_run *run)
{
	struct dma_walk *walk = &run->walk;
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
	while (!mock_request_wait(req) && !stopped(&mdev->dma, run->req))
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
static void obtain_page(struct mock_device *mdev, struct dma_run *run)
{
	struct dma_walk *walk = &run->walk;

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
static void tell(struct mock_device *mdev, struct dma_run *run)
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

/* Do one step. Return false if the round is over. */
static bool step(struct mock_device *mdev, struct dma_run *run)
{
	struct mock_instance *inst = mdev->instance;
	unsigned long flags;

	if (stopped(&mdev->dma, run->req)) {
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

/* ---- an operation -------------------------------------------------------- */

static void record(struct mock_device *mdev, const struct mock_dma_status *st)
{
	struct mock_record rec = {
		.event = MOCK_EV_DMA, .by = st->req.by,
		.ret = st->ret,
		.dma = {
			.op = st->req.op, .pasid = st->req.pasid,
			.iova = st->req.iova,
			.size = st->req.size, .done = st->done,
			.access = st->access, .at = st->at, .why = st->why,
			.since = st->since,
		},
	};

	mock_instance_stat(mdev->instance, MOCK_STAT_DMAS);
	if (st->why != MOCK_DMA_FINE)
		mock_instance_stat(mdev->instance, MOCK_STAT_DMA_FAULTS);
	strscpy(rec.dma.instance, mdev->instance->obj.name, MOCK_NAME_LEN);
	strscpy(rec.dma.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_device_where(mdev, st->req.pasid, rec.dma.domain);
	mock_journal_add(&rec);
}

static void finish(struct mock_device *mdev, struct mock_dma_status *st)
{
	struct mock_dma *dma = &mdev->dma;

	record(mdev, st);
	st->busy = false;
	spin_lock_irq(&dma->lock);
	dma->st = *st;
	if (st->req.op == MOCK_DMA_OP_READ)
		dma->len = st->done;
	spin_unlock_irq(&dma->lock);
	wake_up_all(&dma_wait);
	if (st->req.done)
		st->req.done(mdev, st);
}

static void dma_work(struct work_struct *work)
{
	struct mock_device *mdev = container_of(work, struct mock_device,
						dma.work);
	struct mock_dma_status st;
	struct dma_run run;

	mock_dma_get_status(mdev, &st);
	st.since = mock_journal_last();
	do {
		run = (struct dma_run){
			.req = &st.req, .data = mdev->dma.data,
			.why = MOCK_DMA_FINE,
		};
		while (step(mdev, &run))
			cond_resched();
		st.rounds += !run.ret;
		cond_resched();
	} while (!run.ret && st.rounds < st.req.repeat);
	st.done = run.pos;
	st.sum = run.sum;
	st.why = run.why;
	st.access = run.access;
	st.at = run.at;
	st.ret = run.ret;
	finish(mdev, &st);
}

/* Note that the current thread makes the request now. Context: any. */
void mock_dma_asked(struct mock_device *mdev, struct mock_dma_request *req)
{
	req->stops = atomic_read(&mdev->dma.stops);
	mock_thread_now(&req->by);
}

/*
 * If the engine is busy with an operation that was told to stop, wait for the
 * end of that operation, which is at most one step away. An operation that has
 * not begun may be queued behind operations of other devices, which were not
 * told to stop; this function ends it.
 *
 * The lock keeps other threads from starting an operation: work that is queued
 * while it is being canceled would be lost.
 */
static void end_stopped(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;
	struct mock_dma_status st;

	lockdep_assert_held(&dma->data_lock);
	mock_dma_get_status(mdev, &st);
	if (st.busy && stopped(dma, &st.req) && cancel_work_sync(&dma->work))
		dma_work(&dma->work);
}

/* Start the work; swaps *@data with the bytes of the last read. */
static int begin(struct mock_dma *dma, const struct mock_dma_request *req,
		 u8 **data)
{
	lockdep_assert_held(&dma->lock);
	if (dma->dying)
		return -ENODEV;
	if (stopped(dma, req))
		return -ECANCELED;
	if (dma->st.busy)
		return -EBUSY;
	if (*data) {
		swap(dma->data, *data);
		dma->len = 0;
	}
	dma->st = (struct mock_dma_status){
		.seq = dma->st.seq + 1, .busy = true, .req = *req,
		.why = MOCK_DMA_FINE,
	};
	queue_work(dma_wq, &dma->work);
	return 0;
}

/*
 * Queue work that starts an operation, for a caller that may not sleep. The
 * work runs on our own queue: newer kernels have renamed the shared queues, and
 * log a use of the old names.
 */
void mock_dma_queue(struct work_struct *work)
{
	queue_work(dma_wq, work);
}

/* The same, in so many milliseconds, unless it is going to run anyway. */
void mock_dma_queue_later(struct delayed_work *work, unsigned int ms)
{
	queue_delayed_work(dma_wq, work, msecs_to_jiffies(ms));
}

/**
 * mock_dma_start() - start an operation
 * @mdev: the device
 * @req: the operation, after mock_dma_asked(); its values are in range
 *
 * The function waits for an operation that was told to stop.
 *
 * Context: process.
 * Return: 0; -EBUSY while another operation runs; -ECANCELED if this one was
 * told to stop before it could begin; -ENODEV if the device is going; -ENOMEM.
 */
int mock_dma_start(struct mock_device *mdev,
		   const struct mock_dma_request *req)
{
	struct mock_dma *dma = &mdev->dma;
	u8 *data = NULL;
	int ret;

	if (req->op == MOCK_DMA_OP_READ) {
		data = kvzalloc(req->size, GFP_KERNEL_ACCOUNT);
		if (!data)
			return -ENOMEM;
	}
	mutex_lock(&dma->data_lock);
	end_stopped(mdev);
	spin_lock_irq(&dma->lock);
	ret = begin(dma, req, &data);
	spin_unlock_irq(&dma->lock);
	mutex_unlock(&dma->data_lock);
	kvfree(data);
	return ret;
}

/*
 * End the operations that were requested until now. Does not wait for their
 * end. Context: any.
 */
void mock_dma_stop(struct mock_device *mdev)
{
	atomic_inc(&mdev->dma.stops);
}

/* End them, and wait until the engine is free. Context: process. */
void mock_dma_stop_wait(struct mock_device *mdev)
{
	mock_dma_stop(mdev);
	mutex_lock(&mdev->dma.data_lock);
	end_stopped(mdev);
	mutex_unlock(&mdev->dma.data_lock);
}

void mock_dma_get_status(struct mock_device *mdev, struct mock_dma_status *st)
{
	spin_lock_irq(&mdev->dma.lock);
	*st = mdev->dma.st;
	spin_unlock_irq(&mdev->dma.lock);
}

static bool idle(struct mock_device *mdev)
{
	struct mock_dma_status st;

	mock_dma_get_status(mdev, &st);
	return !st.busy;
}

/* Wait until no operation runs. Return 0 or -EINTR. */
int mock_dma_wait(struct mock_device *mdev)
{
	return wait_event_interruptible(dma_wait, idle(mdev)) ? -EINTR : 0;
}

/* Are the values of a request in range? */
bool mock_dma_valid(const struct mock_dma_request *req)
{
	u64 last = req->size - 1;

	return req->op < MOCK_NR_DMA_OPS && last < MOCK_DMA_MAX &&
	       req->iova + last >= req->iova && req->repeat &&
	       req->repeat <= MOCK_DMA_REPEAT_MAX &&
	       (req->op != MOCK_DMA_OP_COPY || req->to + last >= req->to);
}

struct wait_queue_head *mock_dma_waitqueue(void)
{
	return &dma_wait;
}

/* ---- life ---------------------------------------------------------------- */

void mock_dma_setup(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	INIT_WORK(&dma->work, dma_work);
	spin_lock_init(&dma->lock);
	mock_lock_name(&dma->lock, "mock_dma.lock");
	mutex_init(&dma->data_lock);
	mock_lock_name(&dma->data_lock, "mock_dma.data_lock");
	dma->st.why = MOCK_DMA_FINE;
}

/*
 * The device goes. When this function has returned, no operation runs, and none
 * can be started. Call it before the device's files are removed: a user of
 * these files may be waiting for the end of an operation.
 */
void mock_dma_shutdown(struct mock_device *mdev)
{
	struct mock_dma *dma = &mdev->dma;

	spin_lock_irq(&dma->lock);
	dma->dying = true;
	spin_unlock_irq(&dma->lock);
	mock_dma_stop(mdev);
	/* The work may be queued behind that of other devices, which go on. */
	if (cancel_work_sync(&dma->work))
		dma_work(&dma->work);
}

int mock_dma_init(void)
{
	dma_wq = alloc_workqueue("iommu_mock", WQ_UNBOUND, 0);
	return dma_wq ? 0 : -ENOMEM;
}

void mock_dma_exit(void)
{
	destroy_workqueue(dma_wq);
}
