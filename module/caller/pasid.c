// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller attaches PASIDs.
 *
 * The core attaches a PASID for a device, but means its group: the PASID of
 * each device of the group goes to the domain. It wants no owner of the group.
 * The caller is one all the same, for two reasons. The core warns if a driver
 * is unbound from a group whose PASIDs are attached, and a driver can be bound
 * to a group without owner at any time. And the core gives a group to no owner
 * once a PASID is attached, so that a claim would have to come first anyway.
 */
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"
#include "hold.h"

/**
 * struct held_pasid - a PASID that the caller has attached
 * @node: place in mock_group.pasids; protected by mock_group.lock
 * @pasid: the PASID
 * @domain: its domain, with a reference, and counted as a user
 * @device: the device that it was attached by; when that goes, the PASID is
 *          detached
 * @handle: what the core keeps of it
 */
struct held_pasid {
	struct list_head node;
	u32 pasid;
	struct mock_domain *domain;
	struct mock_device *device;
	struct kapi_handle *handle;
};

static struct held_pasid *find_locked(struct mock_group *mg, u32 pasid)
{
	struct held_pasid *held;

	lockdep_assert_held(&mg->lock);
	list_for_each_entry(held, &mg->pasids, node)
		if (held->pasid == pasid)
			return held;
	return NULL;
}

static struct held_pasid *held_new(struct mock_device *mdev, u32 pasid)
{
	struct held_pasid *held = kzalloc(sizeof(*held), GFP_KERNEL);

	if (!held)
		return NULL;
	held->pasid = pasid;
	held->device = mdev;
	held->handle = kapi_handle_new();
	if (held->handle)
		return held;
	kfree(held);
	return NULL;
}

static void held_free(struct held_pasid *held)
{
	kapi_handle_free(held->handle);
	kfree(held);
}

/* Explain the errno of a kernel that asked no driver. */
static int explain(const struct mock_domain *dom, struct mock_device *mdev,
		   u32 pasid, int err)
{
	struct mock_group *mg = mdev->group;
	struct held_pasid *held = find_locked(mg, pasid);

	if (held)
		return mock_fail(err, "PASID %u of group %s is on %s%s", pasid,
				 mg->obj.name, held->domain->obj.name,
				 held->domain == dom ? " already" :
						       ": detach it first");
	if (err == -EINVAL && (!pasid || pasid >= mdev->max_pasids))
		return mock_fail(err, "the PASIDs of %s are 1 to %u",
				 mdev->obj.name, mdev->max_pasids - 1);
	return mock_fail(err, "the kernel did not attach PASID %u of %s to %s",
			 pasid, mdev->obj.name, dom->obj.name);
}

int mock_hold_check_pasids(struct mock_group *mg, struct mock_device *mdev)
{
	int ret = mock_hold_usable(mg, mdev);

	if (ret)
		return ret;
	/*
	 * The core passes over devices without PASIDs, and if a group has no
	 * others, it attaches nothing and returns 0.
	 */
	if (!mdev->max_pasids)
		return mock_fail(-EOPNOTSUPP, "%s has no PASIDs: make it with pasids=, behind an instance made with pasid=",
				 mdev->obj.name);
	return 0;
}

static int attach_locked(struct mock_domain *dom, struct mock_device *mdev,
			 struct held_pasid *held)
{
	struct mock_group *mg = mdev->group;
	bool claimed = !mg->claimed;
	int ret;

	lockdep_assert_held(&mg->lock);
	ret = mock_hold_check_pasids(mg, mdev);
	if (!ret && claimed)
		ret = mock_hold_claim(mg);
	if (ret)
		return ret;
	mg->borrowed |= claimed;

	ret = kapi_pasid_attach(&dom->domain, mdev->dev, held->pasid,
				held->handle);
	if (ret) {
		mock_hold_settle(mg);
		/* An instance that refuses has left a sentence. */
		return mock_answer_has_error() ?
			       ret :
			       explain(dom, mdev, held->pasid, ret);
	}
	mock_hold_start(mg);
	kref_get(&dom->obj.ref);
	held->domain = dom;
	list_add_tail(&held->node, &mg->pasids);
	return 0;
}

static int replace_locked(struct mock_domain *dom, struct mock_device *mdev,
			  struct held_pasid *held)
{
	struct mock_group *mg = mdev->group;
	struct held_pasid *old;
	int ret;

	lockdep_assert_held(&mg->lock);
	ret = mock_hold_check_pasids(mg, mdev);
	if (ret)
		return ret;
	if (!kapi_replaces_pasids())
		return mock_fail(-EOPNOTSUPP, "this kernel does not export iommu_replace_device_pasid()");
	old = find_locked(mg, held->pasid);
	if (!old)
		return mock_fail(-EINVAL, "PASID %u of group %s is on no domain: attach it first",
				 held->pasid, mg->obj.name);
	ret = kapi_pasid_replace(&dom->domain, mdev->dev, held->pasid,
				 held->handle);
	if (ret)
		return mock_answer_has_error() ?
			       ret :
			       mock_fail(ret, "the kernel did not move PASID %u of %s from %s to %s",
					 held->pasid, mdev->obj.name,
					 old->domain->obj.name, dom->obj.name);
	kref_get(&dom->obj.ref);
	held->domain = dom;
	list_replace(&old->node, &held->node);
	/* A request that is being passed on may read the old handle, and its domain. */
	kapi_handle_retire(old->handle);
	mock_hold_sweep(mg);
	mock_hold_forget(old->domain);
	kfree(old);
	return 0;
}

static int attach(struct mock_domain *dom, struct mock_device *mdev, u32 pasid,
		  bool replace)
{
	struct held_pasid *held;
	int ret;

	held = held_new(mdev, pasid);
	if (!held)
		return -ENOMEM;
	ret = mock_caller_use(dom);
	if (!ret) {
		mutex_lock(&mdev->group->lock);
		ret = replace ? replace_locked(dom, mdev, held) :
				attach_locked(dom, mdev, held);
		mutex_unlock(&mdev->group->lock);
		if (ret)
			mock_caller_unuse(dom);
	}
	if (ret)
		held_free(held);
	return ret;
}

static void detach_locked(struct held_pasid *held)
{
	struct mock_group *mg = held->device->group;

	lockdep_assert_held(&mg->lock);
	kapi_pasid_detach(&held->domain->domain, held->device->dev,
			  held->pasid);
	list_del(&held->node);
	mock_hold_settle(mg);
	mock_hold_forget(held->domain);
	held_free(held);
}

void mock_hold_drop_pasids(struct mock_group *mg, struct mock_device *mdev)
{
	struct held_pasid *held, *tmp;

	lockdep_assert_held(&mg->lock);
	list_for_each_entry_safe(held, tmp, &mg->pasids, node) {
		if (mdev && held->device != mdev)
			continue;
		mock_caller_record_pasid("detach_pasid",
					 held->domain->obj.name,
					 held->device->obj.name, held->pasid,
					 0);
		detach_locked(held);
	}
}

/**
 * mock_caller_attach_pasid() - iommu_attach_device_pasid()
 * @dom: a domain of the in-kernel caller
 * @mdev: the device; the group is claimed first, if it is not claimed yet
 * @pasid: the PASID
 *
 * Return: 0; -EPERM; -EOPNOTSUPP if the kernel or the device has no PASIDs; the
 * kernel's errno.
 */
int mock_caller_attach_pasid(struct mock_domain *dom, struct mock_device *mdev,
			     u32 pasid)
{
	int ret = attach(dom, mdev, pasid, false);

	mock_caller_record_pasid("attach_pasid", dom->obj.name, mdev->obj.name,
				 pasid, ret);
	return ret;
}

/* iommu_replace_device_pasid(), as far as the kernel exports it. */
int mock_caller_replace_pasid(struct mock_domain *dom, struct mock_device *mdev,
			      u32 pasid)
{
	int ret = attach(dom, mdev, pasid, true);

	mock_caller_record_pasid("replace_pasid", dom->obj.name,
				 mdev->obj.name, pasid, ret);
	return ret;
}

int mock_caller_detach_pasid(struct mock_domain *dom, struct mock_device *mdev,
			     u32 pasid)
{
	struct mock_group *mg = mdev->group;
	struct held_pasid *held;
	int ret;

	mutex_lock(&mg->lock);
	ret = mock_hold_usable(mg, mdev);
	held = find_locked(mg, pasid);
	if (ret)
		;
	else if (!held || held->domain != dom)
		ret = mock_fail(-EINVAL, "PASID %u of group %s is not on %s",
				pasid, mg->obj.name, dom->obj.name);
	else
		detach_locked(held);
	mutex_unlock(&mg->lock);
	mock_caller_record_pasid("detach_pasid", dom->obj.name, mdev->obj.name,
				 pasid, ret);
	return ret;
}
