// SPDX-License-Identifier: GPL-2.0-only
/* Groups: which one a device is in, and how long there is one. */
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
	mg->id = mock_new_id();
	ret = mock_obj_add(&mg->obj, MOCK_GROUP, name);
	if (ret) {
		kfree(mg);
		return ERR_PTR(ret);
	}
	return mg;
}

/*
 * The group of a new device: one that is there, or a new one that is not
 * published yet. The device's own group must be new. With a reference.
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
 * The longest line that a core prints of a region: two numbers of 18 digits, the
 * longest word for a type, two spaces, the end of the line.
 */
#define RESV_LINE (18 + 1 + 18 + 1 + sizeof("direct-relaxable"))

/* One device more, with its reserved regions. */
static int group_begin_addition(struct mock_group *mg,
				const struct mock_device *mdev)
{
	/* With a byte that the core's sprintf() puts behind the last line. */
	BUILD_BUG_ON(MOCK_RESV_GROUP_MAX * RESV_LINE + 1 > PAGE_SIZE);
	lockdep_assert_held(&mock_topology);
	if (mg->regions + mdev->resv.count > MOCK_RESV_GROUP_MAX)
		return mock_fail(-E2BIG, "group %s has %u reserved regions, with those of %s %u, and at most %u fit into what sysfs shows of a group",
				 mg->obj.name, mg->regions, mdev->obj.name,
				 mg->regions + mdev->resv.count,
				 MOCK_RESV_GROUP_MAX);
	mg->regions += mdev->resv.count;
	mutex_lock(&mg->lock);
	mg->devices++;
	mutex_unlock(&mg->lock);
	return 0;
}

/*
 * A group without devices goes; a core that keeps it until then frees the
 * default domain when the last reference to its group is dropped, which thus
 * happens here.
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

/* Counted before the core can see the device: see detach_locked(). */
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
 * As drivers of real IOMMUs do: the group of an alias, a bridge, a neighbour,
 * or a new one. Others than those of our devices it does not find: they are
 * alone in their PCI domain.
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

/* Called by the core while it probes: which group is the device in? */
struct iommu_group *mock_device_group(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;
	struct iommu_group *group;
	int ret;

	/* Devices are probed by mock_device_create() only, one at a time. */
	if (mg && mg->group)
		return iommu_group_ref_get(mg->group);

	group = mdev->topology ? group_by_topology(mdev) : iommu_group_alloc();
	mg = mdev->group;
	if (IS_ERR(group) || mg->group)
		return group;
	ret = iommu_group_set_name(group, mg->obj.name);
	if (ret) {
		iommu_group_put(group);
		return ERR_PTR(ret);
	}
	iommu_group_set_iommudata(group, mg, NULL);
	mg->group = iommu_group_ref_get(group);
	return group;
}

/* The group of that name, or the device's own. */
int mock_group_join(struct mock_device *mdev, const char *name)
{
	struct mock_group *mg = group_get(mdev->obj.name, name);
	int ret;

	lockdep_assert_held(&mock_topology);
	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = group_enter(mdev, mg);
	if (ret) {
		group_drop(mg);
		mock_obj_put(&mg->obj);
	}
	return ret;
}

/* To be seen in its group, or not any more. */
void mock_group_show_member(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	spin_lock(&mg->members_lock);
	list_add_tail(&mdev->member, &mg->members);
	spin_unlock(&mg->members_lock);
}

void mock_group_hide_member(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	spin_lock(&mg->members_lock);
	list_del(&mdev->member);
	spin_unlock(&mg->members_lock);
}

/**
 * mock_group_begin_removal() - keep the in-kernel caller off the group while
 * a device of it goes
 * @mdev: the device
 * @unload: even if a driver is bound to it
 *
 * Return: 0; -EBUSY while a caller holds the device or the group, or functions
 * are behind it.
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

/* The device stays after all. */
void mock_group_cancel_removal(struct mock_group *mg)
{
	lockdep_assert_held(&mock_topology);
	mutex_lock(&mg->lock);
	mg->removing = false;
	mutex_unlock(&mg->lock);
}

/* One device less. The last one leaves the group closed for good. */
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
