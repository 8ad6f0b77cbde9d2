// SPDX-License-Identifier: GPL-2.0-only
/* Attaching: the verdict, the link between device and domain, the record. */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "answers.h"
#include "objects.h"
#include "words.h"

/* ---- the verdict ------------------------------------------------------- */

/**
 * struct attach - one attach under way
 * @dom: the candidate
 * @mdev: the device
 * @pasid: the PASID, or 0
 * @set: the instance's settings when the attach began
 * @link: the link that will tie the device to the domain
 * @use: a spare entry for the domain's list of instances, used if the device's
 *       instance is not on that list yet
 * @why: reason of the answer, for the journal
 * @ret: the answer
 * @done: the answer is final
 */
struct attach {
	struct mock_domain *dom;
	struct mock_device *mdev;
	u32 pasid;
	struct mock_settings set;
	struct mock_link *link;
	struct mock_unit_use *use;
	unsigned int why;
	int ret;
	bool done;
};

static bool misbehaves(const struct mock_settings *set,
		       enum mock_misbehaviour mis)
{
	return set->misbehave & (1U << mis);
}

/* MOCK_MIS_ALTER: narrow the candidate to the instance's features (B11). */
static void alter_locked(struct mock_domain *dom, struct mock_instance *inst)
{
	struct mock_traits own;

	lockdep_assert_held(&dom->lock);
	mock_instance_get_traits(inst, &own);
	dom->traits.ias = min(dom->traits.ias, own.ias);
	/*
	 * Without any page size, the core would WARN at the next map and unmap.
	 */
	if (dom->traits.pgsizes & own.pgsizes)
		dom->traits.pgsizes &= own.pgsizes;
	WRITE_ONCE(dom->table.ias, dom->traits.ias);
	/* IOTLBs have to compare their entries with the table again. */
	mock_domain_next_era(dom);
	kapi_domain_features(&dom->domain, &dom->traits);
}

/* A domain without features is going to get those of the instance. */
static void ask_locked(struct attach *at, struct mock_question *q)
{
	struct mock_domain *dom = at->dom;

	lockdep_assert_held(&dom->lock);
	q->checks = at->set.checks;
	q->misbehave = at->set.misbehave;
	q->fresh = dom->fresh;
	mock_instance_get_traits(at->mdev->instance, &q->instance);
	q->domain = dom->instance ? dom->traits : q->instance;
	/* Even a domain without features may have promised to enforce. */
	q->domain.enforce |= dom->traits.enforce;
	q->pair = mock_pair_get(q->domain.instance, q->instance.instance);
	q->own_group = !dom->instance || dom->only ||
		       dom->made_group == at->mdev->group->id;
}

static void judge_locked(struct attach *at)
{
	struct mock_instance *inst = at->mdev->instance;
	struct mock_domain *dom = at->dom;
	struct mock_question q;
	enum mock_check why;

	lockdep_assert_held(&dom->lock);
	ask_locked(at, &q);
	why = mock_policy_verdict(&q);
	/* What was made on a vIOMMU belongs to its instance, as its caches do. */
	if (why == MOCK_CHECK_NONE && dom->only && dom->only != inst)
		why = MOCK_CHECK_NEST;
	if (misbehaves(&at->set, MOCK_MIS_ALTER) && dom->instance)
		alter_locked(dom, inst);
	if (why == MOCK_CHECK_NONE)
		return;

	at->done = true;
	if (misbehaves(&at->set, MOCK_MIS_IGNORE)) {
		at->why = MOCK_WHY_MISBEHAVE;
		return;
	}
	at->why = why;
	at->ret = -(int)(at->set.errnos.error[why] ?:
			  at->set.errnos.error_default);
	mock_instance_stat(inst, MOCK_STAT_REFUSED);
}

/* An injected fault, which comes before the look at the domain. May sleep. */
static void attach_fault(struct attach *at)
{
	struct mock_fault_call call = {
		.point = at->pasid ? MOCK_FAULT_PASID_ATTACH :
				     MOCK_FAULT_ATTACH,
		.device = at->mdev,
		.domain = at->dom,
		.fresh = READ_ONCE(at->dom->fresh),
		.size = 1,
	};

	at->ret = mock_fault_check(at->mdev->instance, &call);
	if (at->ret) {
		at->why = MOCK_WHY_FAULT;
		at->done = true;
	}
}

/* The rest of an attach that succeeds. */
static void commit_locked(struct attach *at)
{
	struct mock_device *mdev = at->mdev;

	lockdep_assert_held(&at->dom->lock);
	if (!at->dom->instance)
		mock_domain_bind(at->dom, mdev);
	mock_link_add_locked(at->dom, at->link, &at->use);
	/*
	 * The instance is on the list before the device's first access: see
	 * mock_domain_invalidate().
	 */
	smp_mb();
	at->dom->fresh = false;
	spin_lock(&mdev->place_lock);
	mock_link_hook(at->link);
	spin_unlock(&mdev->place_lock);
	at->link = NULL;
}

/* ---- attach ------------------------------------------------------------ */

static void begin_record(struct mock_record *rec, struct mock_device *mdev,
			 u32 pasid, const char *domain)
{
	struct mock_attach_event *event = &rec->attach;

	memset(rec, 0, sizeof(*rec));
	rec->event = MOCK_EV_ATTACH;
	event->why = MOCK_WHY_NONE;
	strscpy(event->instance, mdev->instance->obj.name,
		sizeof(event->instance));
	strscpy(event->device, mdev->obj.name, sizeof(event->device));
	strscpy(event->domain, domain, sizeof(event->domain));
	event->pasid = pasid;
	mock_device_where(mdev, pasid, event->old);
}

/*
 * Allocate the link, and let the device ask for pages. If the core may be putting
 * the device back on a domain, the attach must not fail (R7), not even for want of
 * memory.
 */
static int attach_prepare(struct attach *at, bool must_succeed)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | (must_succeed ? __GFP_NOFAIL : 0);

	at->link = kzalloc(sizeof(*at->link), gfp);
	at->use = kzalloc(sizeof(*at->use), gfp);
	if (!at->link || !at->use ||
	    (mock_request_open(at->mdev) && !must_succeed)) {
		at->ret = -ENOMEM;
		at->done = true;
		return -ENOMEM;
	}
	at->link->device = at->mdev;
	at->link->pasid = at->pasid;
	return 0;
}

/*
 * Take an address space off a domain that it has left for another one. The function
 * looks the link up and does not take a remembered pointer: a caller that
 * breaks R12 may be freeing the domain, and with it the link, at this moment.
 */
static void leave(struct mock_domain *old, struct mock_device *mdev, u32 pasid)
{
	struct mock_link *link, *tmp;
	LIST_HEAD(dead);

	spin_lock_irq(&old->lock);
	list_for_each_entry_safe(link, tmp, &old->devices, node)
		if (link->device == mdev && link->pasid == pasid)
			mock_domain_drop_link(link, &dead);
	spin_unlock_irq(&old->lock);
	mock_domain_bury(&dead);
}

/* The faults and misbehaviours that come before the domain's lock is taken. */
static void attach_overture(struct attach *at)
{
	mock_instance_get_settings(at->mdev->instance, &at->set);
	if (misbehaves(&at->set, MOCK_MIS_UNHOOK))
		mock_domain_unlink(at->mdev, at->pasid, MOCK_PLACE_BLOCKED);
	attach_fault(at);
	/*
	 * An injected delay may be long: settings that changed meanwhile count.
	 */
	mock_instance_get_settings(at->mdev->instance, &at->set);
}

/* MOCK_MIS_HALF_DONE: a PASID goes to the domain although the answer is no. */
static bool half_done(const struct attach *at)
{
	return at->pasid && at->ret && misbehaves(&at->set, MOCK_MIS_HALF_DONE);
}

static void attach_paging(struct attach *at)
{
	struct mock_device *mdev = at->mdev;
	struct mock_domain *dom = at->dom, *old;
	bool back = mock_restore_expected(mdev, at->pasid, dom);
	bool moved;

	if (attach_prepare(at, back))
		return;
	if (!back)
		attach_overture(at);
	if (at->done && !half_done(at))
		return;

	old = mock_domain_of(mdev, at->pasid);
	spin_lock_irq(&dom->lock);
	if (!back && !at->done)
		judge_locked(at);
	moved = !at->done || half_done(at);
	if (moved)
		commit_locked(at);
	spin_unlock_irq(&dom->lock);

	if (moved) {
		if (old)
			leave(old, mdev, at->pasid);
		mock_restore_remember(mdev, at->pasid, old);
		if (!at->ret)
			mock_instance_stat(mdev->instance,
					   MOCK_STAT_ATTACHED);
	}
	if (old)
		mock_obj_put(&old->obj);
}

/* A refusal is not logged (R3), unless the misbehaviour log-refusal is set. */
static void explain(struct attach *at, const struct mock_attach_event *event)
{
	const char *why = mock_reason_name(event->why);

	mock_fail(at->ret, "%s refuses %s for %s: %s", event->instance,
		  event->domain, event->device, why);
	if (misbehaves(&at->set, MOCK_MIS_LOG))
		pr_err("%s refuses %s for %s: %s\n", event->instance,
		       event->domain, event->device, why);
	/* The probe of a device may end with this error. */
	at->mdev->probe_error = at->ret;
}

/**
 * mock_domain_attach() - called by the core: put a device on a paging domain
 * @dom: the domain
 * @mdev: the device
 * @pasid: the PASID that goes there, or 0: the DMA that has none
 *
 * Context: process, under the core's group->mutex. On bus_ops kernels the first
 * attach of a device runs without it, when no other thread can reach the
 * device. Return: 0; the errno for the check that failed; an injected errno;
 * -ENOMEM. On failure nothing has changed.
 */
int mock_domain_attach(struct mock_domain *dom, struct mock_device *mdev,
		       u32 pasid)
{
	struct attach at = {
		.dom = dom, .mdev = mdev, .pasid = pasid, .why = MOCK_WHY_NONE,
	};
	struct mock_record rec;

	begin_record(&rec, mdev, pasid, dom->obj.name);
	rec.attach.fresh = READ_ONCE(dom->fresh);
	mock_instance_stat(mdev->instance, MOCK_STAT_ATTACHES);

	/*
	 * A domain without features exists only where there is one driver at a
	 * time, so its driver need not be compared.
	 */
	if (dom->instance && dom->driver != mdev->instance->driver) {
		mock_instance_stat(mdev->instance, MOCK_STAT_FOREIGN);
		at.why = MOCK_WHY_FOREIGN;
		at.ret = -EINVAL;
	} else if (!mock_device_on(mdev, pasid, dom)) {
		attach_paging(&at);
		mock_request_settle(mdev);
	}
	kfree(at.link);
	kfree(at.use);

	rec.attach.why = at.why;
	rec.ret = at.ret;
	mock_journal_add(&rec);
	if (at.ret)
		explain(&at, &rec.attach);
	return at.ret;
}

/**
 * mock_domain_place_static() - called by the core: identity or blocked
 * @mdev: the device
 * @pasid: the PASID, or 0
 * @place: MOCK_PLACE_IDENTITY or MOCK_PLACE_BLOCKED; of a PASID the latter
 *
 * Never fails: R7, R10.
 */
void mock_domain_place_static(struct mock_device *mdev, u32 pasid,
			      enum mock_place place)
{
	struct mock_record rec;

	begin_record(&rec, mdev, pasid,
		     place == MOCK_PLACE_IDENTITY ? "identity" : "blocked");
	mock_instance_stat(mdev->instance, MOCK_STAT_ATTACHES);
	mock_instance_stat(mdev->instance, MOCK_STAT_ATTACHED);
	mock_domain_unlink(mdev, pasid, place);
	mock_request_settle(mdev);
	mock_restore_forget(mdev);
	mock_journal_add(&rec);
}

/* The core called our callback for a device of another driver: R5 is broken. */
void mock_domain_foreign(struct mock_domain *dom, struct device *dev,
			 u32 pasid)
{
	struct mock_record rec = {
		.event = MOCK_EV_ATTACH,
		.ret = -EINVAL,
		.attach = { .why = MOCK_WHY_FOREIGN, .pasid = pasid },
	};
	struct mock_attach_event *event = &rec.attach;

	mock_foreign_name(dev_name(dev), event->device);
	strscpy(event->domain, dom->obj.name, sizeof(event->domain));
	strscpy(event->old, "none", sizeof(event->old));
	mock_journal_add(&rec);
}
