// SPDX-License-Identifier: GPL-2.0-only
/* The in-kernel caller: ownership, domains, attach and detach. */
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/string.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"
#include "hold.h"

/*
 * The owner, in the core's view, of a group that the in-kernel caller claimed.
 */
static char owner_token;

void mock_caller_record_pasid(const char *op, const char *object,
			      const char *arg, u32 pasid, int ret)
{
	struct mock_record rec = {
		.event = MOCK_EV_CALL, .ret = ret, .call = { .pasid = pasid },
	};

	strscpy(rec.call.op, op, MOCK_NAME_LEN);
	strscpy(rec.call.object, object, MOCK_NAME_LEN);
	strscpy(rec.call.arg, arg, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

void mock_caller_record(const char *op, const char *object, const char *arg,
			int ret)
{
	mock_caller_record_pasid(op, object, arg, 0, ret);
}

/* ---- ownership ----------------------------------------------------------- */

static void release_locked(struct mock_group *mg)
{
	lockdep_assert_held(&mg->lock);
	kapi_group_release(mg->group);
	mg->claimed = false;
	mg->borrowed = false;
	module_put(THIS_MODULE);
}

/*
 * Give up a claim that was made for an attach only, when nothing of the group
 * is attached any more. A release with PASIDs attached would fail, and warn.
 */
void mock_hold_settle(struct mock_group *mg)
{
	lockdep_assert_held(&mg->lock);
	if (mg->borrowed && !mg->domain && list_empty(&mg->pasids) &&
	    list_empty(&mg->bonds))
		release_locked(mg);
}

/* Undo what an attach did to the domain: its count of users, and a reference. */
void mock_hold_forget(struct mock_domain *dom)
{
	mock_caller_unuse(dom);
	mock_obj_put(&dom->obj);
}

/* Take the group off its domain; with @mdev by iommu_detach_device(). */
static void detach_core(struct mock_group *mg, struct mock_device *mdev)
{
	struct iommu_domain *domain = &mg->domain->domain;

	lockdep_assert_held(&mg->lock);
	/*
	 * A group that was moved, or whose domain has a handler, has a handle, which
	 * the core must drop.
	 */
	if (mg->handle)
		kapi_group_detach(domain, mg->group);
	else if (mdev)
		iommu_detach_device(domain, mdev->dev);
	else
		iommu_detach_group(domain, mg->group);
	kapi_handle_free(mg->handle);
	mg->handle = NULL;
	mg->domain = NULL;
}

/*
 * Give up what was attached by this device, and with the last device the group,
 * as a driver does in its remove(): see mock_group.let_go.
 */
static void let_go_locked(struct mock_group *mg, struct mock_device *mdev)
{
	struct mock_domain *dom = mg->domain;

	lockdep_assert_held(&mg->lock);
	mock_hold_drop_pasids(mg, mdev);
	mock_hold_drop_bonds(mg, mdev);
	if (mg->gone < mg->devices)
		return;
	if (dom) {
		detach_core(mg, NULL);
		mock_caller_record("detach_group", dom->obj.name, mg->obj.name,
				   0);
		mock_hold_forget(dom);
	}
	if (mg->claimed) {
		release_locked(mg);
		mock_caller_record("release", mg->obj.name, "", 0);
	}
}

/* A claim pins the module: a claimed group would outlive the module's files. */
int mock_hold_claim(struct mock_group *mg)
{
	int ret;

	lockdep_assert_held(&mg->lock);
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	ret = kapi_group_claim(mg->group, &owner_token);
	if (ret) {
		module_put(THIS_MODULE);
		return mock_fail(ret, "the kernel does not give group %s to the caller: a driver is bound to one of its devices, or the group has another owner",
				 mg->obj.name);
	}
	mg->claimed = true;
	mg->let_go = let_go_locked;
	return 0;
}

/*
 * Check that no device of the group is going. If the function returns 0, none
 * goes as long as the caller holds the group's lock.
 */
int mock_hold_usable(struct mock_group *mg, struct mock_device *mdev)
{
	lockdep_assert_held(&mg->lock);
	if (mdev && mock_device_absent(mdev))
		return mock_fail_absent(mdev);
	if (mg->removing || mg->gone == mg->devices ||
	    (mdev && (mdev->going || !mock_obj_registered(&mdev->obj))))
		return mock_fail(-ENODEV, "a device of group %s is being removed, or is absent: a virtual function that is not enabled, or a card that is not in its slot",
				 mg->obj.name);
	return 0;
}

/* Refuse a claim of a group in use, even if the kernel would allow it. */
static int check_unclaimed(struct mock_group *mg)
{
	lockdep_assert_held(&mg->lock);
	if (mg->domain)
		return mock_fail(-EBUSY, "group %s is on %s%s: detach it first, and claim it before the next attach",
				 mg->obj.name, mg->domain->obj.name,
				 mg->borrowed ? " and claimed by that attach" : "");
	if (mg->claimed)
		return mock_fail(-EBUSY, "group %s is claimed already%s",
				 mg->obj.name,
				 mg->borrowed ? ", by the attach of a PASID" : "");
	return 0;
}

/**
 * mock_caller_claim() - take a group, or give it back
 * @mg: the group
 * @claim: take it; else give it back
 *
 * Return: 0; -EBUSY if the in-kernel caller owns the group already, even if
 * only for an attach; the errno of iommu_group_claim_dma_owner().
 */
int mock_caller_claim(struct mock_group *mg, bool claim)
{
	int ret;

	mutex_lock(&mg->lock);
	ret = mock_hold_usable(mg, NULL);
	if (ret) {
		;
	} else if (claim) {
		ret = check_unclaimed(mg) ?: mock_hold_claim(mg);
	} else if (!mg->claimed) {
		ret = mock_fail(-EINVAL, "group %s is not claimed",
				mg->obj.name);
	} else if (mg->domain) {
		ret = mock_fail(-EBUSY, "group %s is on %s: detach it first",
				mg->obj.name, mg->domain->obj.name);
	} else if (!list_empty(&mg->pasids)) {
		ret = mock_fail(-EBUSY, "PASIDs of group %s are on domains: detach them first",
				mg->obj.name);
	} else if (!list_empty(&mg->bonds)) {
		ret = mock_fail(-EBUSY, "processes are bound to devices of group %s: unbind them first",
				mg->obj.name);
	} else {
		release_locked(mg);
	}
	mutex_unlock(&mg->lock);
	mock_caller_record(claim ? "claim" : "release", mg->obj.name, "", ret);
	return ret;
}

/* ---- domains ------------------------------------------------------------- */

/**
 * mock_caller_domain_new() - allocate a domain for a device
 * @name: a valid name
 * @mdev: the device
 * @dirty: it can track the writes of devices; only if kapi_tracks_dirty()
 *
 * Return: 0, -EEXIST, or the errno of the kernel.
 */
int mock_caller_domain_new(const char *name, struct mock_device *mdev,
			   bool dirty)
{
	struct mock_alloc_hint hint = { .name = name, .device = mdev };
	struct iommu_domain *domain;
	struct mock_domain *dom;
	int ret;

	mutex_lock(&mdev->group->lock);
	ret = mock_hold_usable(mdev->group, mdev);
	if (!ret) {
		mock_domain_hint_begin(&hint);
		domain = dirty ? kapi_domain_alloc_dirty(mdev->dev) :
				 kapi_domain_alloc(mdev->dev);
		mock_domain_hint_end(&hint);
		ret = PTR_ERR_OR_ZERO(domain);
	}
	mutex_unlock(&mdev->group->lock);
	mock_caller_record("new_domain", name, mdev->obj.name, ret);
	if (ret && !mock_answer_has_error())
		mock_fail(ret, "the kernel did not allocate a domain for %s (errno %d)",
			  mdev->obj.name, -ret);
	if (ret)
		return ret;
	dom = container_of(domain, struct mock_domain, domain);
	ret = mock_obj_publish(&dom->obj);
	if (ret)
		iommu_domain_free(domain);
	return ret;
}

/* Raise the domain's count of users, unless it is about to be freed. */
int mock_caller_use(struct mock_domain *dom)
{
	int ret = 0;

	if (!dom->caller)
		return mock_fail(-EPERM, "%s was made by %s (process %d): only its maker can use it",
				 dom->obj.name, dom->by.comm, dom->by.pid);
	spin_lock_irq(&dom->lock);
	if (dom->dying)
		ret = -ENODEV;
	else
		dom->users++;
	spin_unlock_irq(&dom->lock);
	return ret;
}

void mock_caller_unuse(struct mock_domain *dom)
{
	spin_lock_irq(&dom->lock);
	dom->users--;
	spin_unlock_irq(&dom->lock);
}

/**
 * mock_caller_domain_del() - free a domain
 * @dom: the domain; the caller of this function keeps its reference
 *
 * Return: 0; -EPERM; -EBUSY while a group is on it.
 */
int mock_caller_domain_del(struct mock_domain *dom)
{
	char name[MOCK_NAME_LEN];
	int ret = 0;

	if (!dom->caller)
		return mock_fail(-EPERM, "%s was made by %s (process %d): only its maker can free it",
				 dom->obj.name, dom->by.comm, dom->by.pid);
	spin_lock_irq(&dom->lock);
	if (dom->dying)
		ret = -ENODEV;
	else if (dom->users)
		ret = -EBUSY;
	else
		dom->dying = true;
	spin_unlock_irq(&dom->lock);
	if (ret == -EBUSY)
		return mock_fail(ret, "devices are on %s: detach them first",
				 dom->obj.name);
	if (ret)
		return ret;

	strscpy(name, dom->obj.name, sizeof(name));
	/* Wait for threads in the domain's files: they may be mapping. */
	mock_obj_withdraw(&dom->obj);
	mock_caller_unmap_all(dom);
	iommu_domain_free(&dom->domain);
	mock_caller_forget_maps(dom);
	mock_caller_record("del_domain", name, "", 0);
	return 0;
}

/* ---- attach and detach --------------------------------------------------- */

/*
 * The in-kernel caller stands for a driver, so it does what the probe of a
 * driver does: PCI functions become bus masters, and stay so when they are
 * detached.
 */
static int start_device(struct device *dev, void *unused)
{
	struct mock_device *mdev = mock_bus_device(dev);

	if (mdev)
		mock_bus_set_master(mdev);
	return 0;
}

void mock_hold_start(struct mock_group *mg)
{
	lockdep_assert_held(&mg->lock);
	iommu_group_for_each_dev(mg->group, NULL, start_device);
}

/* Explain the kernel's errno for an attach in a sentence. */
static int explain_refusal(const struct mock_domain *dom,
			   const struct mock_group *mg,
			   const struct mock_device *mdev, int err)
{
	const char *name = mdev ? mdev->obj.name : mg->obj.name;

	lockdep_assert_held(&mg->lock);
	if (err == -EINVAL && mdev && mg->devices != 1)
		return mock_fail(err, "group %s has several devices: attach the group",
				 mg->obj.name);
	if (err == -EBUSY && mg->domain == dom)
		return mock_fail(err, "%s is on %s already", name,
				 dom->obj.name);
	if (err == -EBUSY && mg->domain)
		return mock_fail(err, "%s is on %s: detach it first", name,
				 mg->domain->obj.name);
	return mock_fail(err, "the kernel did not attach %s to %s", name,
			 dom->obj.name);
}

/* Put the group on the domain; with @mdev by iommu_attach_device(). */
static int attach_core(struct mock_domain *dom, struct mock_group *mg,
		       struct mock_device *mdev)
{
	/* It stays: the domain has a user. */
	if (READ_ONCE(dom->handler) != MOCK_HANDLER_NONE)
		return mock_hold_attach(dom, mg, mdev);
	return mdev ? iommu_attach_device(&dom->domain, mdev->dev) :
		      iommu_attach_group(&dom->domain, mg->group);
}

/*
 * The steps of both kinds of attach: own the group, attach it, keep the
 * ownership or give it back. With @mdev it calls iommu_attach_device(), and
 * without iommu_attach_group().
 */
static int attach_locked(struct mock_domain *dom, struct mock_group *mg,
			 struct mock_device *mdev, bool claim)
{
	bool claimed = false;
	int ret;

	lockdep_assert_held(&mg->lock);
	ret = mock_hold_usable(mg, mdev);
	if (ret)
		return ret;
	/*
	 * A claim fails if the group has another owner. Without a claim, the
	 * kernel attaches even a group that has another owner, if that owner
	 * has not attached it yet. A group may also look owned because a
	 * driver is bound to one of its devices.
	 */
	if (!mg->claimed && !claim && kapi_group_claimed(mg->group) &&
	    !atomic_read(&mg->bound))
		return mock_fail(-EBUSY, "group %s has another owner",
				 mg->obj.name);
	if (!mg->claimed && claim) {
		ret = mock_hold_claim(mg);
		if (ret)
			return ret;
		claimed = true;
	}

	ret = attach_core(dom, mg, mdev);
	if (ret) {
		if (claimed)
			release_locked(mg);
		/* An instance that refuses has left a sentence. */
		return mock_answer_has_error() ?
			       ret :
			       explain_refusal(dom, mg, mdev, ret);
	}
	mock_hold_start(mg);
	if (claimed)
		mg->borrowed = true;
	kref_get(&dom->obj.ref);
	mg->domain = dom;
	mg->let_go = let_go_locked;
	return 0;
}

static int attach(struct mock_domain *dom, struct mock_group *mg,
		  struct mock_device *mdev, bool claim)
{
	int ret;

	ret = mock_caller_use(dom);
	if (ret)
		return ret;
	mutex_lock(&mg->lock);
	ret = attach_locked(dom, mg, mdev, claim);
	mutex_unlock(&mg->lock);
	if (ret)
		mock_caller_unuse(dom);
	return ret;
}

static int detach_locked(struct mock_domain *dom, struct mock_group *mg,
			 struct mock_device *mdev)
{
	int ret;

	lockdep_assert_held(&mg->lock);
	ret = mock_hold_usable(mg, mdev);
	if (ret)
		return ret;
	if (mg->domain != dom)
		return mock_fail(-EINVAL, "%s is not on %s",
				 mdev ? mdev->obj.name : mg->obj.name,
				 dom->obj.name);
	/* If the group has grown, iommu_detach_device() only WARNs. */
	if (mdev && mg->devices - mg->gone != 1)
		return mock_fail(-EINVAL, "group %s has several devices: detach the group",
				 mg->obj.name);
	detach_core(mg, mdev);
	mock_hold_settle(mg);
	return 0;
}

static int detach(struct mock_domain *dom, struct mock_group *mg,
		  struct mock_device *mdev)
{
	int ret;

	mutex_lock(&mg->lock);
	ret = detach_locked(dom, mg, mdev);
	mutex_unlock(&mg->lock);
	if (!ret)
		mock_hold_forget(dom);
	return ret;
}

/**
 * mock_caller_attach() - iommu_attach_device()
 * @dom: a domain of the in-kernel caller
 * @mdev: the device
 * @claim: own the group first, if the in-kernel caller does not own it yet
 *
 * Return: 0, -EPERM, or the kernel's errno.
 */
int mock_caller_attach(struct mock_domain *dom, struct mock_device *mdev,
		       bool claim)
{
	int ret = attach(dom, mdev->group, mdev, claim);

	mock_caller_record("attach", dom->obj.name, mdev->obj.name, ret);
	return ret;
}

int mock_caller_detach(struct mock_domain *dom, struct mock_device *mdev)
{
	int ret = detach(dom, mdev->group, mdev);

	mock_caller_record("detach", dom->obj.name, mdev->obj.name, ret);
	return ret;
}

/* As mock_caller_attach(), by iommu_attach_group(). */
int mock_caller_attach_group(struct mock_domain *dom, struct mock_group *mg,
			     bool claim)
{
	int ret = attach(dom, mg, NULL, claim);

	mock_caller_record("attach_group", dom->obj.name, mg->obj.name, ret);
	return ret;
}

int mock_caller_detach_group(struct mock_domain *dom, struct mock_group *mg)
{
	int ret = detach(dom, mg, NULL);

	mock_caller_record("detach_group", dom->obj.name, mg->obj.name, ret);
	return ret;
}

/* Detach and release a group, whatever its state (reset). */
int mock_caller_let_go(struct mock_group *mg)
{
	struct mock_domain *dom;
	int ret = 0;

	mutex_lock(&mg->lock);
	mock_hold_drop_pasids(mg, NULL);
	mock_hold_drop_bonds(mg, NULL);
	dom = mg->domain;
	if (dom)
		kref_get(&dom->obj.ref);
	mutex_unlock(&mg->lock);
	if (dom) {
		ret = mock_caller_detach_group(dom, mg);
		mock_obj_put(&dom->obj);
	}
	if (!ret && READ_ONCE(mg->claimed))
		ret = mock_caller_claim(mg, false);
	return ret;
}
