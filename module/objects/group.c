// SPDX-License-Identifier: GPL-2.0-only
/* Groups: the group of each device, and the lifetime of groups. */
#include <linux/pci.h>
#include <linux/slab.h>

#include "answers.h"
#include "objects.h"

/* A driver that a group keeps alive; see mock_group.drivers. */
struct group_driver {
	struct list_head node;
	struct mock_driver *driver;
};

void mock_group_free(struct mock_obj *obj)
{
	struct mock_group *mg = to_group(obj);
	struct group_driver *pin, *tmp;

	list_for_each_entry_safe(pin, tmp, &mg->drivers, node) {
		mock_obj_put(&pin->driver->obj);
		kfree(pin);
	}
	mutex_destroy(&mg->lock);
	kfree(mg);
}

static int group_pin_driver(struct mock_group *mg, struct mock_driver *drv)
{
	struct group_driver *pin;

	lockdep_assert_held(&mock_topology);
	list_for_each_entry(pin, &mg->drivers, node)
		if (pin->driver == drv)
			return 0;
	pin = kzalloc(sizeof(*pin), GFP_KERNEL);
	if (!pin)
		return -ENOMEM;
	kref_get(&drv->obj.ref);
	pin->driver = drv;
	list_add_tail(&pin->node, &mg->drivers);
	return 0;
}

static struct mock_group *group_create(const char *name)
{
	struct mock_group *mg = kzalloc(sizeof(*mg), GFP_KERNEL);
	int ret;

	if (!mg)
		return ERR_PTR(-ENOMEM);
	mutex_init(&mg->lock);
	mock_lock_name(&mg->lock, "mock_group.lock");
	INIT_LIST_HEAD(&mg->drivers);
	spin_lock_init(&mg->members_lock);
	mock_lock_name(&mg->members_lock, "mock_group.members_lock");
	INIT_LIST_HEAD(&mg->members);
	INIT_LIST_HEAD(&mg->pasids);
	INIT_LIST_HEAD(&mg->bonds);
	mg->id = mock_new_id();
	ret = mock_obj_add(&mg->obj, MOCK_GROUP, name);
	if (ret) {
		kfree(mg);
		return ERR_PTR(ret);
	}
	return mg;
}

/*
 * Get the group of a new device, with a reference: an existing group, or a new
 * one that is not published yet. A group of the device's own must be new.
 */
static struct mock_group *group_get(const char *device, const char *group)
{
	struct mock_group *mg;
	struct mock_obj *obj;

	lockdep_assert_held(&mock_topology);
	if (*group) {
		obj = mock_obj_find(MOCK_GROUP, group);
		if (obj)
			return to_group(obj);
	}
	mg = group_create(*group ? group : device);
	if (!IS_ERR(mg))
		kref_get(&mg->obj.ref);
	return mg;
}

/*
 * The longest line that a core prints for a region: two numbers of 18
 * characters, the longest word for a type, two spaces, the end of the line.
 */
#define RESV_LINE (18 + 1 + 18 + 1 + sizeof("direct-relaxable"))

/* Count one more device, with its reserved regions. */
static int group_begin_addition(struct mock_group *mg,
				const struct mock_device *mdev)
{
	/* The core's sprintf() writes one more byte after the last line. */
	BUILD_BUG_ON(MOCK_RESV_GROUP_MAX * RESV_LINE + 1 > PAGE_SIZE);
	lockdep_assert_held(&mock_topology);
	if (mg->regions + mdev->resv.count > MOCK_RESV_GROUP_MAX)
		return mock_fail(-E2BIG, "group %s has %u reserved regions, and %u with those of %s: sysfs can show at most %u of a group",
				 mg->obj.name, mg->regions,
				 mg->regions + mdev->resv.count,
				 mdev->obj.name, MOCK_RESV_GROUP_MAX);
	mg->regions += mdev->resv.count;
	mutex_lock(&mg->lock);
	mg->devices++;
	mutex_unlock(&mg->lock);
	return 0;
}

/*
 * Free a group that has no devices left. Some cores keep the default domain as
 * long as their group, and free it with the last reference to the group: here.
 */
static void group_drop(struct mock_group *mg)
{
	lockdep_assert_held(&mock_topology);
	if (mg->devices)
		return;
	mock_obj_withdraw(&mg->obj);
	if (mg->group)
		iommu_group_put(mg->group);
	mock_obj_del(&mg->obj);
}

/*
 * Put a device into a group. The group counts it before the core can see it:
 * see detach_locked().
 */
static int group_enter(struct mock_device *mdev, struct mock_group *mg)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	ret = group_pin_driver(mg, mdev->instance->driver);
	if (!ret)
		ret = group_begin_addition(mg, mdev);
	if (ret)
		return ret;
	mdev->group = mg;
	return 0;
}

/*
 * Let the core choose, as drivers of real IOMMUs do: the group of an alias, a
 * bridge or a neighbour, or a new group. The core finds only groups of our
 * devices, since no other device is in their PCI domain.
 */
static struct iommu_group *group_by_topology(struct mock_device *mdev)
{
	struct iommu_group *group = pci_device_group(mdev->dev);
	struct mock_group *mg;
	int ret;

	if (IS_ERR(group))
		return group;
	mg = iommu_group_get_iommudata(group);
	if (mg)
		kref_get(&mg->obj.ref);
	else
		mg = group_get(mdev->obj.name, "");
	ret = IS_ERR(mg) ? PTR_ERR(mg) : group_enter(mdev, mg);
	if (!ret)
		return group;
	if (!IS_ERR(mg)) {
		group_drop(mg);
		mock_obj_put(&mg->obj);
	}
	iommu_group_put(group);
	mdev->probe_error = ret;
	return ERR_PTR(ret);
}

/* Tie the core's group to ours, which takes the reference if it succeeds. */
static int group_tie(struct mock_group *mg, struct iommu_group *group)
{
	int ret = iommu_group_set_name(group, mg->obj.name);

	if (ret)
		return ret;
	iommu_group_set_iommudata(group, mg, NULL);
	mg->group = group;
	return 0;
}

/*
 * A transient device comes without mock_topology. So it got its group when it was made, as
 * mock_transient_join() expects the core to choose. Does the core?
 */
static struct iommu_group *group_of_transient(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group, *chosen;
	struct iommu_group *group;

	if (!mdev->topology)
		return iommu_group_ref_get(mg->group);
	group = pci_device_group(mdev->dev);
	if (IS_ERR(group))
		return group;
	chosen = iommu_group_get_iommudata(group);
	iommu_group_put(group);
	if (chosen ? chosen != mg : mdev->pf && mg == mdev->pf->group) {
		pr_err("the kernel does not put %s into group %s\n",
		       mdev->obj.name, mg->obj.name);
		return ERR_PTR(-EXDEV);
	}
	return iommu_group_ref_get(mg->group);
}

/* Called by the core during a probe: return the group of the device. */
struct iommu_group *mock_device_group(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;
	struct iommu_group *group;
	int ret;

	if (mdev->transient)
		return group_of_transient(mdev);
	/* mock_device_create() has all others probed, one at a time. */
	if (mg && mg->group)
		return iommu_group_ref_get(mg->group);

	group = mdev->topology ? group_by_topology(mdev) : iommu_group_alloc();
	mg = mdev->group;
	if (IS_ERR(group) || mg->group)
		return group;
	ret = group_tie(mg, group);
	if (ret) {
		iommu_group_put(group);
		return ERR_PTR(ret);
	}
	return iommu_group_ref_get(group);
}

/* Give the group of a transient device the core's group before the device comes. */
static int group_prepare(struct mock_group *mg)
{
	struct iommu_group *group;
	int ret;

	lockdep_assert_held(&mock_topology);
	if (mg->group)
		return 0;
	group = iommu_group_alloc();
	if (IS_ERR(group))
		return PTR_ERR(group);
	ret = group_tie(mg, group);
	if (ret)
		iommu_group_put(group);
	return ret;
}

/* Put the device into the group of that name; empty: into one of its own. */
int mock_group_join(struct mock_device *mdev, const char *name)
{
	struct mock_group *mg = group_get(mdev->obj.name, name);
	int ret;

	lockdep_assert_held(&mock_topology);
	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = mdev->transient ? group_prepare(mg) : 0;
	if (!ret)
		ret = group_enter(mdev, mg);
	if (ret) {
		group_drop(mg);
		mock_obj_put(&mg->obj);
	}
	return ret;
}

/* Show the device in the list of its group's members. */
void mock_group_show_member(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	spin_lock(&mg->members_lock);
	list_add_tail(&mdev->member, &mg->members);
	spin_unlock(&mg->members_lock);
}

/* Take it off that list. */
void mock_group_hide_member(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	spin_lock(&mg->members_lock);
	list_del(&mdev->member);
	spin_unlock(&mg->members_lock);
}

/**
 * mock_group_begin_removal() - keep the in-kernel caller off a group
 * @mdev: the device of the group that is about to be removed
 * @unload: begin even if a driver is bound to the device
 *
 * Return: 0; -EBUSY while a caller holds the device or the group, or functions
 * are behind the device.
 */
int mock_group_begin_removal(struct mock_device *mdev, bool unload)
{
	struct mock_group *mg = mdev->group;
	int ret = 0;

	lockdep_assert_held(&mock_topology);
	if (mock_bus_below(mdev))
		return -EBUSY;
	mutex_lock(&mg->lock);
	if (mg->claimed || mg->domain || mdev->place == MOCK_PLACE_PAGING ||
	    (!unload && mock_device_driven(mdev)))
		ret = -EBUSY;
	else
		mg->removing = true;
	mutex_unlock(&mg->lock);
	return ret;
}

/* The device stays: let the in-kernel caller use the group again. */
void mock_group_cancel_removal(struct mock_group *mg)
{
	lockdep_assert_held(&mock_topology);
	mutex_lock(&mg->lock);
	mg->removing = false;
	mutex_unlock(&mg->lock);
}

/* Count one device less. Without devices the group stays closed. */
void mock_group_leave(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	lockdep_assert_held(&mock_topology);
	mg->regions -= mdev->resv.count;
	mutex_lock(&mg->lock);
	mg->devices--;
	mg->gone -= mdev->going;
	mg->removing = !mg->devices;
	mutex_unlock(&mg->lock);
	group_drop(mg);
}
