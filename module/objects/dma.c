// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA engine of a device: starts and stops operations, and records how they
 * ended. dma-step.c does their work.
 */
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "dma-step.h"
#include "words.h"

static struct workqueue_struct *dma_wq;

/*
 * One queue for the waiters of all devices: a process that polls a file may
 * outlive the device, but not the module.
 */
static DECLARE_WAIT_QUEUE_HEAD(dma_wait);

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
	struct mock_dma_run run;

	mock_dma_get_status(mdev, &st);
	st.since = mock_journal_last();
	do {
		run = (struct mock_dma_run){
			.req = &st.req, .data = mdev->dma.data,
			.why = MOCK_DMA_FINE,
		};
		while (mock_dma_step(mdev, &run))
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
	if (st.busy && mock_dma_stopped(dma, &st.req) && cancel_work_sync(&dma->work))
		dma_work(&dma->work);
}

/* Start the work; swaps *@data with the bytes of the last read. */
static int begin(struct mock_dma *dma, const struct mock_dma_request *req,
		 u8 **data)
{
	lockdep_assert_held(&dma->lock);
	if (dma->dying)
		return -ENODEV;
	if (mock_dma_stopped(dma, req))
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
