// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains: how they are made and freed. attach.c puts devices on them.
 *
 * An attach first allocates all its memory. Then it decides and links under the
 * domain's lock. So it happens completely or not at all. The core relies on
 * that: it no longer re-attaches the device that failed (commit 2b33598e666d).
 * Older cores do not repair a half-attached group; with such attaches a caller
 * can.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "answers.h"
#include "objects.h"
#include "words.h"

static atomic64_t last_serial = ATOMIC64_INIT(0);

/* Protects the list of hints; a leaf lock. */
static DEFINE_SPINLOCK(mock_hints_lock);
static LIST_HEAD(hints);

void mock_domain_hint_begin(struct mock_alloc_hint *hint)
{
	hint->task = current;
	spin_lock(&mock_hints_lock);
	list_add(&hint->node, &hints);
	spin_unlock(&mock_hints_lock);
}

void mock_domain_hint_end(struct mock_alloc_hint *hint)
{
	spin_lock(&mock_hints_lock);
	list_del(&hint->node);
	spin_unlock(&mock_hints_lock);
}

/*
 * The hint of the current thread, if it allocates as the in-kernel caller. The
 * hint stays valid until the allocation returns.
 */
static struct mock_alloc_hint *find_hint(void)
{
	struct mock_alloc_hint *hint, *found = NULL;

	spin_lock(&mock_hints_lock);
	list_for_each_entry(hint, &hints, node)
		if (hint->task == current)
			found = hint;
	spin_unlock(&mock_hints_lock);
	return found;
}

/* ---- making and freeing ------------------------------------------------ */

static void free_memory(struct mock_domain *dom)
{
	free_percpu(dom->era);
	free_percpu(dom->table.mapped.parts);
	kfree(dom);
}

void mock_domain_free(struct mock_obj *obj)
{
	struct mock_domain *dom = to_domain(obj);

	if (dom->instance)
		mock_obj_put(&dom->instance->obj);
	mock_obj_put(&dom->driver->obj);
	if (dom->handler_buffer)
		mock_obj_put(&dom->handler_buffer->obj);
	mutex_destroy(&dom->maps_lock);
	if (dom->process)
		kapi_process_free(dom->process);
	if (dom->viommu)
		kapi_viommu_put(dom->viommu);
	if (dom->parent)
		mock_obj_put(&dom->parent->obj);
	free_memory(dom);
}

/*
 * The domain was allocated while another driver had the bus. That happens where
 * there is one driver at a time, and all drivers share their callbacks.
 */
static void swap_driver(struct mock_domain *dom, struct mock_driver *drv)
{
	struct mock_driver *old = dom->driver;

	lockdep_assert_held(&dom->lock);
	dom->driver = drv;
	mock_obj_put(&old->obj);
}

/* Copy the features of an instance to the domain. */
void mock_domain_bind_instance(struct mock_domain *dom,
			       struct mock_instance *inst)
{
	bool promised = dom->traits.enforce;

	lockdep_assert_held(&dom->lock);
	spin_lock(&inst->lock);
	dom->traits = inst->traits;
	dom->traits.sva = dom->sva;
	dom->traits.dirty = dom->dirty;
	dom->traits.nest = false;
	/* mock_domain_enforce() may have promised it already. */
	dom->traits.enforce |= promised;
	inst->domains++;
	spin_unlock(&inst->lock);
	kref_get(&inst->obj.ref);
	if (dom->driver != inst->driver) {
		kref_get(&inst->driver->obj.ref);
		swap_driver(dom, inst->driver);
	}
	pgt_init(&dom->table, pgt_format(dom->traits.format), dom->traits.ias,
		 dom->traits.oas);
	dom->table.tracks = dom->dirty;
	/*
	 * Pairs with mock_domain_instance(): a reader that sees it sees the
	 * table.
	 */
	smp_store_release(&dom->instance, inst);
	kapi_domain_features(&dom->domain, &dom->traits);
}

/* Likewise of the device's instance: the domain is made for the device. */
void mock_domain_bind(struct mock_domain *dom, struct mock_device *mdev)
{
	lockdep_assert_held(&dom->lock);
	dom->made_group = mdev->group->id;
	strscpy(dom->made_for, mdev->obj.name, sizeof(dom->made_for));
	mock_domain_bind_instance(dom, mdev->instance);
}

static int domain_name(struct mock_domain *dom,
		       const struct mock_alloc_hint *hint)
{
	char name[MOCK_NAME_LEN];

	if (hint)
		return mock_obj_add(&dom->obj, MOCK_DOMAIN, hint->name);
	snprintf(name, sizeof(name), "d%llu", dom->serial);
	return mock_obj_add(&dom->obj, MOCK_DOMAIN, name);
}

/* A domain for nobody yet, which is not published. It pins the module. */
struct mock_domain *mock_domain_new(struct mock_driver *driver,
				    const struct mock_alloc_hint *hint)
{
	struct mock_domain *dom;
	int ret;

	if (!try_module_get(THIS_MODULE))
		return ERR_PTR(-ENODEV);
	/* Users of VFIO and iommufd can make any number, so charge them. */
	dom = kzalloc(sizeof(*dom), GFP_KERNEL_ACCOUNT);
	if (!dom) {
		ret = -ENOMEM;
		goto err_module;
	}
	dom->era = alloc_percpu_gfp(u64, GFP_KERNEL_ACCOUNT);
	dom->table.mapped.parts = alloc_percpu_gfp(long, GFP_KERNEL_ACCOUNT);
	if (!dom->era || !dom->table.mapped.parts) {
		ret = -ENOMEM;
		goto err_free;
	}
	dom->serial = atomic64_inc_return(&last_serial);
	ret = domain_name(dom, hint);
	if (ret)
		goto err_free;
	spin_lock_init(&dom->lock);
	mock_lock_name(&dom->lock, "mock_domain.lock");
	spin_lock_init(&dom->pending_lock);
	mock_lock_name(&dom->pending_lock, "mock_domain.pending_lock");
	INIT_LIST_HEAD(&dom->pending.pages);
	mutex_init(&dom->maps_lock);
	mock_lock_name(&dom->maps_lock, "mock_domain.maps_lock");
	INIT_LIST_HEAD(&dom->devices);
	INIT_LIST_HEAD(&dom->units);
	INIT_LIST_HEAD(&dom->nested);
	INIT_LIST_HEAD(&dom->nest);
	dom->maps = RB_ROOT;
	INIT_LIST_HEAD(&dom->kept);
	kref_get(&driver->obj.ref);
	dom->driver = driver;
	dom->fresh = true;
	dom->caller = hint;
	mock_thread_now(&dom->by);
	return dom;

err_free:
	free_memory(dom);
err_module:
	module_put(THIS_MODULE);
	return ERR_PTR(ret);
}

/* Does the device's instance accept domains of processes? */
static int check_sva(struct mock_device *mdev)
{
	struct mock_traits traits;

	mock_instance_get_traits(mdev->instance, &traits);
	if (traits.sva)
		return 0;
	return mock_fail(-EOPNOTSUPP, "%s does not translate addresses of processes: set sva=1 when it is made",
			 mdev->instance->obj.name);
}

/* Does the device's instance set dirty bits? */
static int check_dirty(struct mock_device *mdev)
{
	struct mock_traits traits;

	mock_instance_get_traits(mdev->instance, &traits);
	if (traits.dirty)
		return 0;
	return mock_fail(-EOPNOTSUPP, "%s does not track the writes of devices: set dirty=1 when it is made",
			 mdev->instance->obj.name);
}

/**
 * mock_domain_create() - called by the core: make a paging domain
 * @driver: the driver that the domain belongs to
 * @mdev: the device that the domain is for, or NULL where the core does not
 *        name one: then the domain gets its features at the first attach
 * @kind: MOCK_DOMAIN_PLAIN, or bits of what it is for: then there is a device
 *
 * The domain is complete but not published. The caller publishes it by
 * mock_obj_publish() when the core has filled in its part, too. The domain pins
 * the module.
 *
 * Return: the domain or an ERR_PTR.
 */
struct mock_domain *mock_domain_create(struct mock_driver *driver,
				       struct mock_device *mdev,
				       u32 kind)
{
	struct mock_alloc_hint *hint = find_hint();
	struct mock_device *asked = mdev ?: hint ? hint->device : NULL;
	struct mock_fault_call call = {
		.point = MOCK_FAULT_ALLOC, .device = asked,
		.size = sizeof(struct mock_domain),
	};
	struct mock_record rec = { .event = MOCK_EV_ALLOC, .alloc = { } };
	struct mock_domain *dom;
	int ret = 0;

	if (asked) {
		mock_instance_stat(asked->instance, MOCK_STAT_ALLOCS);
		strscpy(rec.alloc.device, asked->obj.name, MOCK_NAME_LEN);
		ret = mock_fault_check(asked->instance, &call);
	}
	if (kind & MOCK_DOMAIN_SVA)
		ret = ret ? mock_fail(ret, "%s makes no domain for a process: fault",
				      mdev->instance->obj.name) :
			    check_sva(mdev);
	if (!ret && (kind & MOCK_DOMAIN_DIRTY))
		ret = check_dirty(mdev);
	if (!ret && (kind & MOCK_DOMAIN_STAGE2))
		ret = mock_nested_possible(mdev->instance);
	dom = ret ? ERR_PTR(ret) : mock_domain_new(driver, hint);
	if (IS_ERR(dom)) {
		rec.ret = PTR_ERR(dom);
	} else {
		dom->sva = kind & MOCK_DOMAIN_SVA;
		dom->dirty = kind & MOCK_DOMAIN_DIRTY;
		dom->stage2 = kind & MOCK_DOMAIN_STAGE2;
		strscpy(rec.alloc.domain, dom->obj.name, MOCK_NAME_LEN);
		if (mdev) {
			spin_lock_irq(&dom->lock);
			mock_domain_bind(dom, mdev);
			spin_unlock_irq(&dom->lock);
			strscpy(rec.alloc.instance, mdev->instance->obj.name,
				MOCK_NAME_LEN);
		}
	}
	mock_journal_add(&rec);
	return dom;
}

/* No mapping is left, and no device is in the middle of an access. */
static void free_kept(struct mock_domain *dom)
{
	struct page *page, *tmp;

	list_for_each_entry_safe(page, tmp, &dom->kept, lru) {
		list_del(&page->lru);
		__free_pages(page, compound_order(page));
	}
}

/* Take one device off the domain, to no other one; false: there is none. */
static bool drop_one(struct mock_domain *dom, struct list_head *dead)
{
	struct mock_link *link;

	spin_lock_irq(&dom->lock);
	link = list_first_entry_or_null(&dom->devices, struct mock_link, node);
	if (link) {
		spin_lock(&link->device->place_lock);
		/* The device may be moving to another domain at this moment. */
		if (mock_link_find(link->device, link->pasid) == link) {
			mock_link_unhook(link);
			if (!link->pasid)
				link->device->place = MOCK_PLACE_NONE;
		}
		spin_unlock(&link->device->place_lock);
		mock_domain_drop_link(link, dead);
	}
	spin_unlock_irq(&dom->lock);
	return link;
}

/**
 * mock_domain_destroy() - called by the core: the domain is freed
 * @dom: the domain
 *
 * By R12 no device is on the domain. The function takes off a device that is,
 * so that it cannot reach the freed table, and the journal counts such devices.
 */
void mock_domain_destroy(struct mock_domain *dom)
{
	struct mock_record rec = { .event = MOCK_EV_FREE, .free = { } };
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	LIST_HEAD(dead);

	mock_obj_withdraw(&dom->obj);
	if (dom->parent)
		mock_nested_leave(dom);
	while (drop_one(dom, &dead))
		rec.free.attached++;

	spin_lock_irq(&dom->lock);
	if (dom->instance) {
		spin_lock(&dom->instance->lock);
		dom->instance->domains--;
		spin_unlock(&dom->instance->lock);
	}
	spin_unlock_irq(&dom->lock);

	mock_domain_bury(&dead);
	/* No other thread reaches the table any more. */
	pgt_clear(&dom->table, &freed);
	mock_domain_free_tables(&freed);
	mock_domain_free_tables(&dom->pending);
	free_kept(dom);
	strscpy(rec.free.domain, dom->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
	mock_obj_del(&dom->obj);
	/*
	 * Nothing else may pin the module from here on: iommufd frees a domain
	 * after it has dropped its last device and group. This thread has only
	 * to return, and mock_exit() waits for that.
	 */
	module_put(THIS_MODULE);
}
