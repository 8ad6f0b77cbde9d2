// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller handles requests of devices for pages of its domains.
 *
 * The core calls the handler while a device passes a request on, that is under the
 * device's gate. The handler answers at once, or holds the request until the user
 * answers. The core frees a held request together with the device's place in the queue.
 * So each held request is answered before that: mock_request_settle() has the requests
 * swept that were made for a domain which the device has left. An answer holds the gate
 * for reading and the sweep for writing, so that only one of them has the request.
 */
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "../objects/words.h"
#include "caller.h"
#include "hold.h"

/**
 * struct held_request - a group of requests that waits for the user's answer
 * @node: place in held; protected by mock_held_lock
 * @domain: the domain. It stays while the request is held: a domain is freed when no
 *          device is on it
 * @device: the device; likewise
 * @page: the last request of the group
 * @asked: what the core has of it
 */
struct held_request {
	struct list_head node;
	struct mock_domain *domain;
	struct mock_device *device;
	struct mock_page page;
	struct iopf_group *asked;
};

/* Protects the list; see objects.h. */
static DEFINE_SPINLOCK(mock_held_lock);
static LIST_HEAD(held);

/* ---- attach ----------------------------------------------------------------- */

/* The core finds the handler of a domain only by a handle. */
int mock_hold_attach(struct mock_domain *dom, struct mock_group *mg,
		     struct mock_device *mdev)
{
	struct kapi_handle *handle;
	int ret;

	lockdep_assert_held(&mg->lock);
	/* As iommu_attach_device(). */
	if (mdev && mg->devices - mg->gone != 1)
		return -EINVAL;
	handle = kapi_handle_new();
	if (!handle)
		return -ENOMEM;
	ret = kapi_group_attach(&dom->domain, mg->group, handle);
	if (ret)
		kapi_handle_free(handle);
	else
		mg->handle = handle;
	return ret;
}

/* ---- the handler -------------------------------------------------------------- */

static bool hold(struct mock_domain *dom, struct mock_device *mdev,
		 struct iopf_group *asked, const struct mock_page *page)
{
	struct held_request *req = kzalloc(sizeof(*req), GFP_KERNEL);

	if (!req)
		return false;
	req->domain = dom;
	req->device = mdev;
	req->page = *page;
	req->asked = asked;
	spin_lock(&mock_held_lock);
	list_add_tail(&req->node, &held);
	spin_unlock(&mock_held_lock);
	return true;
}

static struct mock_buffer *get_buffer(struct mock_domain *dom)
{
	struct mock_buffer *buf;

	mutex_lock(&dom->maps_lock);
	buf = dom->handler_buffer;
	if (buf)
		kref_get(&buf->obj.ref);
	mutex_unlock(&dom->maps_lock);
	return buf;
}

/* Map the page of the buffer that belongs at an address. */
static int map_page(struct mock_domain *dom, u64 iova, u64 size)
{
	struct mock_map_request req = {
		.iova = iova, .size = size, .prot = IOMMU_READ | IOMMU_WRITE,
	};
	int ret;

	req.buffer = get_buffer(dom);
	/* The user has just chosen another way to answer. */
	if (!req.buffer)
		return -ENODEV;
	div64_u64_rem(iova, req.buffer->size, &req.offset);
	ret = mock_caller_map(dom, &req);
	mock_obj_put(&req.buffer->obj);
	return ret;
}

/* Bring one page in, unless it is there. Return 0, or -errno. */
static int bring_in(void *arg, const struct mock_page *page)
{
	struct mock_domain *dom = arg;
	u64 size = dom->domain.pgsize_bitmap & -dom->domain.pgsize_bitmap;
	struct pgt_leaf leaf;

	if (mock_domain_walk(dom, page->iova, &leaf) && leaf.iova <= page->iova)
		return page->access & ~leaf.prot ? -EPERM : 0;
	return map_page(dom, page->iova & ~(size - 1), size);
}

static enum mock_page_code bring_all_in(struct mock_domain *dom,
					struct iopf_group *asked)
{
	switch (kapi_asked_each(asked, bring_in, dom)) {
	case 0:
		return MOCK_PAGE_CODE_SUCCESS;
	case -EINVAL:
	case -EPERM:
		return MOCK_PAGE_CODE_INVALID;
	default:
		return MOCK_PAGE_CODE_FAILURE;
	}
}

/**
 * mock_caller_asked() - called by the core: a device asks for pages of a domain
 * @dom: the domain, which has a handler
 * @mdev: the device
 * @asked: the group of requests; the function answers it, or keeps it
 *
 * Context: process, under mock_device.gate for reading.
 */
void mock_caller_asked(struct mock_domain *dom, struct mock_device *mdev,
		       struct iopf_group *asked)
{
	enum mock_page_code code = MOCK_PAGE_CODE_FAILURE;
	struct mock_page page;

	lockdep_assert_held(&mdev->gate);
	kapi_asked_page(asked, &page);
	mock_caller_record_pasid("asked", dom->obj.name, mdev->obj.name,
				 page.pasid, 0);
	switch (READ_ONCE(dom->handler)) {
	case MOCK_HANDLER_SUCCESS:
		code = MOCK_PAGE_CODE_SUCCESS;
		break;
	case MOCK_HANDLER_NONE:
	case MOCK_HANDLER_INVALID:
		code = MOCK_PAGE_CODE_INVALID;
		break;
	case MOCK_HANDLER_FAILURE:
		break;
	case MOCK_HANDLER_MAP:
		code = bring_all_in(dom, asked);
		/* The request succeeds, whatever its answer is. */
		mock_answer_begin();
		break;
	case MOCK_HANDLER_HOLD:
		if (hold(dom, mdev, asked, &page))
			return;
		break;
	}
	kapi_asked_answer(asked, code);
}

/* ---- answers to what is held ----------------------------------------------------- */

/* Nobody else answers a request that was taken off the list. */
static void answer(struct held_request *req, enum mock_page_code code)
{
	lockdep_assert_held(&req->device->gate);
	kapi_asked_answer(req->asked, code);
	kfree(req);
}

static bool has_left(const struct held_request *req)
{
	return !mock_device_on(req->device, req->page.pasid, req->domain);
}

/*
 * Answer "invalid" to all requests that are held for a domain which the device has left.
 *
 * Context: process, under mock_device.gate for writing.
 */
void mock_handler_sweep(struct mock_device *mdev)
{
	struct held_request *req, *tmp;
	LIST_HEAD(left);

	lockdep_assert_held_write(&mdev->gate);
	spin_lock(&mock_held_lock);
	list_for_each_entry_safe(req, tmp, &held, node)
		if (req->device == mdev && has_left(req))
			list_move_tail(&req->node, &left);
	spin_unlock(&mock_held_lock);
	list_for_each_entry_safe(req, tmp, &left, node)
		answer(req, MOCK_PAGE_CODE_INVALID);
}

static struct mock_device *find_left(struct mock_group *mg)
{
	struct mock_device *found = NULL;
	struct held_request *req;

	spin_lock(&mock_held_lock);
	list_for_each_entry(req, &held, node)
		if (req->device->group == mg && has_left(req))
			found = req->device;
	spin_unlock(&mock_held_lock);
	return found;
}

/*
 * A replace is done. Until the core had the new handle, it gave the old domain's handler
 * the requests of devices that had left that domain already.
 */
void mock_hold_sweep(struct mock_group *mg)
{
	struct mock_device *mdev;

	/* No device of the group goes meanwhile. */
	lockdep_assert_held(&mg->lock);
	while ((mdev = find_left(mg))) {
		down_write(&mdev->gate);
		mock_handler_sweep(mdev);
		up_write(&mdev->gate);
	}
}

/* The oldest request of a device that a domain holds; of a group, unless that is 0. */
static struct held_request *take(struct mock_domain *dom,
				 struct mock_device *mdev, u32 group)
{
	struct held_request *req;

	lockdep_assert_held(&mdev->gate);
	spin_lock(&mock_held_lock);
	list_for_each_entry(req, &held, node)
		if (req->domain == dom && req->device == mdev &&
		    (!group || req->page.group == group)) {
			list_del(&req->node);
			spin_unlock(&mock_held_lock);
			return req;
		}
	spin_unlock(&mock_held_lock);
	return NULL;
}

/**
 * mock_caller_answer() - the user answers a request that is held
 * @dom: the domain that it was made for
 * @mdev: the device that made it
 * @group: number of its group; 0: the oldest of the device
 * @code: the answer
 *
 * Return: 0 or -ENOENT.
 */
int mock_caller_answer(struct mock_domain *dom, struct mock_device *mdev,
		       u32 group, enum mock_page_code code)
{
	struct held_request *req;

	down_read(&mdev->gate);
	req = take(dom, mdev, group);
	if (req)
		answer(req, code);
	up_read(&mdev->gate);
	if (req)
		return 0;
	if (group)
		return mock_fail(-ENOENT, "%s holds no request of group %u of %s",
				 dom->obj.name, group, mdev->obj.name);
	return mock_fail(-ENOENT, "%s holds no request of %s", dom->obj.name,
			 mdev->obj.name);
}

/* Call a function for each request that a domain holds; it must not sleep. */
void mock_caller_each_held(struct mock_domain *dom,
			   void (*each)(void *arg,
					const struct mock_device *mdev,
					const struct mock_page *page),
			   void *arg)
{
	struct held_request *req;

	spin_lock(&mock_held_lock);
	list_for_each_entry(req, &held, node)
		if (req->domain == dom)
			each(arg, req->device, &req->page);
	spin_unlock(&mock_held_lock);
}

/* ---- the choice ---------------------------------------------------------------- */

/* The core looks for a handler when it attaches a group: by a handle, or without. */
static int choose(struct mock_domain *dom, enum mock_handler handler)
{
	bool on = handler != MOCK_HANDLER_NONE, was_on;
	int ret = 0;

	spin_lock_irq(&dom->lock);
	was_on = dom->handler != MOCK_HANDLER_NONE;
	if (dom->users && on != was_on) {
		ret = -EBUSY;
	} else {
		WRITE_ONCE(dom->handler, handler);
		kapi_domain_handle(&dom->domain, on);
	}
	spin_unlock_irq(&dom->lock);
	return ret;
}

/**
 * mock_caller_handle() - choose how the caller answers requests for pages of a domain
 * @dom: a domain of the in-kernel caller
 * @handler: how
 * @buf: MOCK_HANDLER_MAP: memory to map; otherwise NULL
 *
 * Requests that are held stay so.
 *
 * Return: 0; -EOPNOTSUPP; -EBUSY if a device is on the domain, and a handler would come
 * or go.
 */
int mock_caller_handle(struct mock_domain *dom, enum mock_handler handler,
		       struct mock_buffer *buf)
{
	struct mock_buffer *old = buf;
	int ret;

	if (!kapi_has_handlers())
		return mock_fail(-EOPNOTSUPP, "the IOMMU core of this kernel gives requests for pages to no handler of a module");
	mutex_lock(&dom->maps_lock);
	ret = choose(dom, handler);
	if (!ret) {
		if (buf)
			kref_get(&buf->obj.ref);
		old = dom->handler_buffer;
		dom->handler_buffer = buf;
	}
	mutex_unlock(&dom->maps_lock);
	if (!ret && old)
		mock_obj_put(&old->obj);
	if (ret)
		return mock_fail(ret, "devices are on %s: a handler comes and goes before the first is attached",
				 dom->obj.name);
	return 0;
}
