// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of devices for pages.
 *
 * A device that finds no page asks its instance for it and waits for the answer. The
 * instance passes the request to the core, whose handler of the domain brings the
 * page in and answers through the driver's callback. Requests of one group have one
 * answer, after the last of them.
 *
 * The core takes requests of a device that is in a queue, and looks up without a lock
 * what the PASID is attached to. So a device is in the queue of its instance before
 * it is on a domain. A detach first takes the device off the domain, then waits for
 * those that are passing a request on (the gate), then for the handlers, and only
 * then is the device out of the queue. Later requests find no domain, and the
 * instance itself answers them.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "objects.h"

/* The engine looks this often whether it was told to stop. */
#define LOOK_MS 10

/* One queue for all devices: see dma_wait. */
static DECLARE_WAIT_QUEUE_HEAD(answers);

/* ---- the gate --------------------------------------------------------------- */

/**
 * mock_request_open() - a device is going to be on a domain: it may ask for pages
 * @mdev: the device
 *
 * Context: an attach callback, under the core's group->mutex.
 * Return: 0 or -ENOMEM.
 */
int mock_request_open(struct mock_device *mdev)
{
	struct iopf_queue *queue = mdev->instance->queue;
	int ret;

	if (!queue || mdev->queued)
		return 0;
	ret = kapi_queue_join(queue, mdev->dev);
	if (ret)
		return ret;
	down_write(&mdev->gate);
	mdev->queued = true;
	up_write(&mdev->gate);
	return 0;
}

/* Is the device on no paging domain? */
static bool is_off(struct mock_device *mdev)
{
	bool off;

	spin_lock_irq(&mdev->place_lock);
	off = !mdev->link && list_empty(&mdev->pasids);
	spin_unlock_irq(&mdev->place_lock);
	return off;
}

/**
 * mock_request_settle() - a device, or a PASID of it, may have left a domain
 * @mdev: the device
 *
 * When the function has returned, no handler works on a request that was made for a
 * domain that the device has left.
 *
 * Context: a callback of the core, as for mock_request_open(), or its release.
 */
void mock_request_settle(struct mock_device *mdev)
{
	bool off;

	if (!mdev->queued)
		return;
	off = is_off(mdev);
	down_write(&mdev->gate);
	mdev->queued = !off;
	mock_handler_sweep(mdev);
	up_write(&mdev->gate);
	kapi_queue_flush(mdev->dev);
	if (off)
		kapi_queue_leave(mdev->instance->queue, mdev->dev);
}

static bool on_domain(struct mock_device *mdev, u32 pasid)
{
	bool on;

	spin_lock_irq(&mdev->place_lock);
	on = mock_link_find(mdev, pasid);
	spin_unlock_irq(&mdev->place_lock);
	return on;
}

/* ---- a request -------------------------------------------------------------- */

static void record(struct mock_device *mdev, const struct mock_page *page,
		   int ret)
{
	struct mock_record rec = {
		.event = MOCK_EV_REQUEST, .ret = ret,
		.request = {
			.pasid = page->pasid, .group = page->group,
			.iova = page->iova & PAGE_MASK, .access = page->access,
			.last = page->last,
		},
	};

	strscpy(rec.request.instance, mdev->instance->obj.name, MOCK_NAME_LEN);
	strscpy(rec.request.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_device_where(mdev, page->pasid, rec.request.domain);
	mock_journal_add(&rec);
}

/* Pass a request on. The answer may come before this function returns. */
static int pass_on(struct mock_device *mdev, const struct mock_page *page)
{
	int ret = 0;

	down_read(&mdev->gate);
	record(mdev, page, 0);
	if (mdev->queued && on_domain(mdev, page->pasid))
		ret = kapi_queue_report(mdev->dev, page);
	else if (page->last)
		mock_request_answer(mdev, page->pasid, page->group,
				    MOCK_PAGE_CODE_INVALID);
	up_read(&mdev->gate);
	return ret;
}

/*
 * Too many requests wait. Hardware drops the request, and with it may go the last of
 * a group, so those that came before are of no use.
 */
static void overflow(struct mock_device *mdev, const struct mock_page *page)
{
	record(mdev, page, -ENOSPC);
	kapi_queue_discard(mdev->instance->queue);
}

/* Take a place in the instance's queue; false: there is none. */
static bool take_place(struct mock_instance *inst)
{
	return atomic_add_unless(&inst->requests, 1, inst->pri);
}

static struct mock_request *find_locked(struct mock_device *mdev, u32 pasid,
					u32 group)
{
	struct mock_request *req;

	lockdep_assert_held(&mdev->requests_lock);
	list_for_each_entry(req, &mdev->requests, node)
		if (req->pasid == pasid && req->group == group)
			return req;
	return NULL;
}

static u32 new_group(struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->requests_lock);
	if (mdev->last_group <= MOCK_PAGE_GROUP_MAX)
		mdev->last_group = MOCK_PAGE_GROUP_MAX;
	return ++mdev->last_group;
}

static struct mock_request *request_new(const struct mock_page *page,
					bool waits)
{
	struct mock_request *req = kzalloc(sizeof(*req), GFP_KERNEL);

	if (!req)
		return NULL;
	INIT_LIST_HEAD(&req->node);
	req->pasid = page->pasid;
	req->iova = page->iova;
	req->access = page->access;
	req->waits = waits;
	return req;
}

/* Put a request among those that wait; chooses its group if it has none. */
static int enlist(struct mock_device *mdev, struct mock_request *req,
		  struct mock_page *page)
{
	int ret = 0;

	spin_lock_irq(&mdev->requests_lock);
	if (!page->group)
		page->group = new_group(mdev);
	req->group = page->group;
	if (find_locked(mdev, req->pasid, req->group))
		ret = -EEXIST;
	else
		list_add_tail(&req->node, &mdev->requests);
	spin_unlock_irq(&mdev->requests_lock);
	return ret;
}

/* Ask for a page, for a device whose queue is full: it is answered at once. */
static void refuse(struct mock_device *mdev, struct mock_request *req,
		   struct mock_page *page)
{
	spin_lock_irq(&mdev->requests_lock);
	if (!page->group)
		page->group = new_group(mdev);
	spin_unlock_irq(&mdev->requests_lock);
	overflow(mdev, page);
	req->answered = true;
	req->why = MOCK_DMA_PAGE_OVERFLOW;
}

/**
 * mock_request_begin() - the engine of a device asks for a page
 * @mdev: the device
 * @page: the page
 *
 * Context: process, without locks.
 * Return: the request, for mock_request_end(); NULL if the instance takes none; or
 * ERR_PTR(-ENOMEM).
 */
struct mock_request *mock_request_begin(struct mock_device *mdev,
					const struct mock_page *page)
{
	struct mock_page copy = *page;
	struct mock_request *req;

	if (!mdev->instance->queue)
		return NULL;
	req = request_new(page, true);
	if (!req)
		return ERR_PTR(-ENOMEM);
	if (!take_place(mdev->instance)) {
		refuse(mdev, req, &copy);
		return req;
	}
	/* The group is new, so nobody has it. */
	enlist(mdev, req, &copy);
	pass_on(mdev, &copy);
	return req;
}

/* Wait a moment for the answer; false: there is none yet. */
bool mock_request_wait(struct mock_request *req)
{
	return wait_event_timeout(answers, READ_ONCE(req->answered),
				  msecs_to_jiffies(LOOK_MS));
}

/*
 * The engine waits no longer. If there is no answer yet, it will come, and free the
 * request: then the function returns MOCK_DMA_WALK. Otherwise it returns MOCK_DMA_FINE,
 * or why the engine has no page.
 */
enum mock_dma_reason mock_request_end(struct mock_device *mdev,
				      struct mock_request *req)
{
	enum mock_dma_reason why = MOCK_DMA_WALK;
	bool answered;

	spin_lock_irq(&mdev->requests_lock);
	answered = req->answered;
	if (answered)
		why = req->why;
	else
		req->waits = false;
	spin_unlock_irq(&mdev->requests_lock);
	if (answered)
		kfree(req);
	return why;
}

/**
 * mock_request_send() - a user makes a device ask for a page
 * @mdev: the device
 * @page: the page; the group is set if it is 0
 *
 * The function does not wait for the answer.
 *
 * Context: process, without locks.
 * Return: 0; -EOPNOTSUPP if the instance takes no requests; -EEXIST if a request of
 * the group waits; -ENOSPC if too many wait; -ENOMEM.
 */
int mock_request_send(struct mock_device *mdev, struct mock_page *page)
{
	struct mock_instance *inst = mdev->instance;
	struct mock_request *req;
	int ret;

	if (!inst->queue)
		return -EOPNOTSUPP;
	/* The core keeps it until the last of its group comes. */
	if (!page->last)
		return pass_on(mdev, page) == -ENOMEM ? -ENOMEM : 0;
	req = request_new(page, false);
	if (!req)
		return -ENOMEM;
	if (!take_place(inst)) {
		refuse(mdev, req, page);
		kfree(req);
		return -ENOSPC;
	}
	ret = enlist(mdev, req, page);
	if (ret) {
		atomic_dec(&inst->requests);
		kfree(req);
		return ret;
	}
	/* A last request is answered, also if the core returns an error. */
	pass_on(mdev, page);
	return 0;
}

/* ---- the answer ------------------------------------------------------------- */

static enum mock_dma_reason outcome(enum mock_page_code code, bool lost)
{
	if (lost)
		return MOCK_DMA_PAGE_LOST;
	if (code == MOCK_PAGE_CODE_SUCCESS)
		return MOCK_DMA_FINE;
	return code == MOCK_PAGE_CODE_INVALID ? MOCK_DMA_PAGE_INVALID :
						MOCK_DMA_PAGE_FAILURE;
}

/* Nobody else answers it from here on. */
static struct mock_request *claim(struct mock_device *mdev, u32 pasid,
				  u32 group)
{
	struct mock_request *req;

	spin_lock_irq(&mdev->requests_lock);
	req = find_locked(mdev, pasid, group);
	if (req)
		list_del_init(&req->node);
	spin_unlock_irq(&mdev->requests_lock);
	return req;
}

static void deliver(struct mock_device *mdev, struct mock_request *req,
		    enum mock_dma_reason why)
{
	bool waits;

	atomic_dec(&mdev->instance->requests);
	spin_lock_irq(&mdev->requests_lock);
	waits = req->waits;
	req->why = why;
	/* The engine may free it from here on. */
	WRITE_ONCE(req->answered, true);
	spin_unlock_irq(&mdev->requests_lock);
	if (waits)
		wake_up_all(&answers);
	else
		kfree(req);
}

/**
 * mock_request_answer() - called by the core: a group of requests is answered
 * @mdev: the device
 * @pasid: the PASID, or 0
 * @group: number of the group
 * @code: the answer
 *
 * A device to which the answer was lost gives up at once; hardware waits until its
 * time is over.
 *
 * Context: process, under locks of the core's queue.
 */
void mock_request_answer(struct mock_device *mdev, u32 pasid, u32 group,
			 enum mock_page_code code)
{
	struct mock_fault_call call = {
		.point = MOCK_FAULT_PAGE_RESPONSE, .device = mdev, .size = 1,
	};
	bool lost = mock_fault_check(mdev->instance, &call) != 0;
	struct mock_request *req = claim(mdev, pasid, group);
	struct mock_record rec = {
		.event = MOCK_EV_RESPONSE,
		.response = {
			.pasid = pasid, .group = group, .code = code,
			.known = req, .lost = lost,
		},
	};

	strscpy(rec.response.instance, mdev->instance->obj.name,
		MOCK_NAME_LEN);
	strscpy(rec.response.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
	if (req)
		deliver(mdev, req, outcome(code, lost));
}

/* ---- life -------------------------------------------------------------------- */

void mock_request_setup(struct mock_device *mdev)
{
	init_rwsem(&mdev->gate);
	mock_lock_name(&mdev->gate, "mock_device.gate");
	spin_lock_init(&mdev->requests_lock);
	mock_lock_name(&mdev->requests_lock, "mock_device.requests_lock");
	INIT_LIST_HEAD(&mdev->requests);
}

/* The device is gone, and the core with it: what it never answered. */
void mock_request_cleanup(struct mock_device *mdev)
{
	struct mock_request *req, *tmp;

	list_for_each_entry_safe(req, tmp, &mdev->requests, node) {
		atomic_dec(&mdev->instance->requests);
		kfree(req);
	}
}
