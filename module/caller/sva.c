// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller binds processes to devices: the device reaches the
 * addresses of the process by a PASID, which the process has for all devices.
 *
 * A bond belongs to an open file, since it has to end with something that
 * always ends: neither the process nor the core takes a bond back. The caller
 * claims the group for the same reasons as for a PASID (pasid.c).
 */
#include <linux/sched.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"
#include "hold.h"

void mock_bond_init(struct mock_bond *bond, struct mock_device *mdev)
{
	INIT_LIST_HEAD(&bond->node);
	kref_get(&mdev->obj.ref);
	bond->device = mdev;
}

static bool is_bound(const struct mock_bond *bond)
{
	lockdep_assert_held(&bond->device->group->lock);
	return !list_empty(&bond->node);
}

/* @name has MOCK_NAME_LEN bytes. */
static void domain_name(const struct mock_bond *bond, char *name)
{
	strscpy(name, kapi_sva_domain(bond->sva)->obj.name, MOCK_NAME_LEN);
}

/* Explain the errno of a kernel that asked no driver. */
static int explain(const struct mock_device *mdev, int err)
{
	const char *name = mdev->obj.name;
	u32 pasid = kapi_sva_pasid();

	if (err == -EOVERFLOW)
		return mock_fail(err, "the process has PASID %u, and the PASIDs of %s are 1 to %u: bind it to the device with the fewest PASIDs first",
				 pasid, name, mdev->max_pasids - 1);
	if (err == -ENOSPC)
		return mock_fail(err, "the PASIDs of %s are 1 to %u, and other processes have all of them",
				 name, mdev->max_pasids - 1);
	if (err == -EBUSY)
		return mock_fail(err, "PASID %u of %s, which the process has, is on a domain: detach it first",
				 pasid, name);
	return mock_fail(err, "the kernel did not bind the process to %s", name);
}

static int bind_locked(struct mock_bond *bond)
{
	struct mock_device *mdev = bond->device;
	struct mock_group *mg = mdev->group;
	struct iommu_sva *sva;
	bool claimed;
	int ret;

	lockdep_assert_held(&mg->lock);
	if (is_bound(bond))
		return mock_fail(-EBUSY, "this open file binds a process to %s already: open the file again, or unbind first",
				 mdev->obj.name);
	ret = mock_hold_check_pasids(mg, mdev);
	if (ret)
		return ret;
	claimed = !mg->claimed;
	if (claimed)
		ret = mock_hold_claim(mg);
	if (ret)
		return ret;
	mg->borrowed |= claimed;

	sva = kapi_sva_bind(mdev->dev);
	if (IS_ERR(sva)) {
		ret = PTR_ERR(sva);
		mock_hold_settle(mg);
		/* An instance that refuses has left a sentence. */
		return mock_answer_has_error() ? ret : explain(mdev, ret);
	}
	/* A domain that was refused on the way left a sentence, too. */
	mock_answer_begin();
	mock_hold_start(mg);
	bond->sva = sva;
	bond->pasid = kapi_sva_pasid();
	list_add_tail(&bond->node, &mg->bonds);
	return 0;
}

static void unbind_locked(struct mock_bond *bond)
{
	struct mock_device *mdev = bond->device;
	char domain[MOCK_NAME_LEN];

	lockdep_assert_held(&mdev->group->lock);
	/* The last bond frees the domain. */
	domain_name(bond, domain);
	kapi_sva_unbind(bond->sva);
	list_del_init(&bond->node);
	mock_hold_settle(mdev->group);
	mock_caller_record_pasid("sva_unbind", domain, mdev->obj.name,
				 bond->pasid, 0);
}

/*
 * End the bonds by this device; NULL: all. The core keeps one bond for a group
 * and a process, and detaches by the device that was first. So a bond by
 * another device of the group ends as well, if it would detach by this one.
 */
void mock_hold_drop_bonds(struct mock_group *mg, struct mock_device *mdev)
{
	struct mock_bond *bond, *tmp;

	lockdep_assert_held(&mg->lock);
	list_for_each_entry_safe(bond, tmp, &mg->bonds, node)
		if (!mdev || bond->device == mdev ||
		    kapi_sva_made_by(bond->sva, mdev->dev))
			unbind_locked(bond);
}

/**
 * mock_caller_bind() - iommu_sva_bind_device() for the current process
 * @bond: gets what is bound
 *
 * Return: 0; -EBUSY if @bond is in use; -EOPNOTSUPP if the kernel, the device or
 * its instance cannot; the kernel's errno.
 */
int mock_caller_bind(struct mock_bond *bond)
{
	struct mock_device *mdev = bond->device;
	struct mock_group *mg = mdev->group;
	char domain[MOCK_NAME_LEN] = "";
	int ret;

	mutex_lock(&mg->lock);
	ret = bind_locked(bond);
	if (!ret)
		domain_name(bond, domain);
	mutex_unlock(&mg->lock);
	mock_caller_record_pasid("sva_bind", domain, mdev->obj.name,
				 kapi_sva_pasid(), ret);
	return ret;
}

/* The bond ends, if there is one: its file is closed. */
void mock_bond_exit(struct mock_bond *bond)
{
	struct mock_group *mg = bond->device->group;

	mutex_lock(&mg->lock);
	if (is_bound(bond))
		unbind_locked(bond);
	mutex_unlock(&mg->lock);
	mock_obj_put(&bond->device->obj);
}

/* iommu_sva_unbind_device(): -EINVAL if @bond is not in use. */
int mock_caller_unbind(struct mock_bond *bond)
{
	struct mock_group *mg = bond->device->group;
	int ret = 0;

	mutex_lock(&mg->lock);
	if (is_bound(bond))
		unbind_locked(bond);
	else
		ret = mock_fail(-EINVAL, "this open file binds no process to %s",
				bond->device->obj.name);
	mutex_unlock(&mg->lock);
	return ret;
}

/* The PASID, or 0; @domain, of MOCK_NAME_LEN bytes, gets the domain's name. */
u32 mock_caller_bound(struct mock_bond *bond, char *domain)
{
	struct mock_group *mg = bond->device->group;
	u32 pasid = 0;

	mutex_lock(&mg->lock);
	strscpy(domain, "-", MOCK_NAME_LEN);
	if (is_bound(bond)) {
		pasid = bond->pasid;
		domain_name(bond, domain);
	}
	mutex_unlock(&mg->lock);
	return pasid;
}
