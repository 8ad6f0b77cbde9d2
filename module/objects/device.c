// SPDX-License-Identifier: GPL-2.0-only
/* Devices and their groups. */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../buses/buses.h"
#include "objects.h"

/* ---- groups ----------------------------------------------------------- */

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
	INIT_LIST_HEAD(&mg->drivers);
	spin_lock_init(&mg->members_lock);
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

/* One device more. */
static void group_begin_addition(struct mock_group *mg)
{
	lockdep_assert_held(&mock_topology);
	mutex_lock(&mg->lock);
	mg->devices++;
	mutex_unlock(&mg->lock);
}

/* One device less. The last one leaves the group closed for good. */
static void group_end_removal(struct mock_group *mg)
{
	lockdep_assert_held(&mock_topology);
	mutex_lock(&mg->lock);
	mg->devices--;
	mg->removing = !mg->devices;
	mutex_unlock(&mg->lock);
}

/*
 * A group without devices goes; on kernels before 6.4
 * the core frees the default domain when the last reference to its group is
 * dropped, which thus happens here.
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
	if (ret)
		return ret;
	group_begin_addition(mg);
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

/* ---- devices ---------------------------------------------------------- */

void mock_device_free(struct mock_obj *obj)
{
	struct mock_device *mdev = to_device(obj);

	if (mdev->group)
		mock_obj_put(&mdev->group->obj);
	if (mdev->instance)
		mock_obj_put(&mdev->instance->obj);
	kvfree(mdev->dma.data);
	kfree(mdev);
}

static void instance_count_device(struct mock_instance *inst, int delta)
{
	spin_lock_irq(&inst->lock);
	inst->devices += delta;
	spin_unlock_irq(&inst->lock);
}

/* First the engine, which may be at work for the function that goes. */
static void device_disappear(struct mock_device *mdev)
{
	mock_dma_shutdown(mdev);
	if (mdev->function)
		mock_pci_del(mdev);
	else
		mock_platform_del(mdev);
}

/* Put the device on its bus, and see whether the core took it. */
static int device_appear(struct mock_device *mdev,
			 const struct mock_device_spec *spec)
{
	struct iommu_group *group;
	int ret;

	ret = spec->pci ? mock_pci_add(mdev, spec) : mock_platform_add(mdev);
	if (ret)
		return ret;

	group = iommu_group_get(mdev->dev);
	if (group) {
		iommu_group_put(group);
		return 0;
	}
	/* The core's bus notifier swallows errors, so we remembered ours. */
	device_disappear(mdev);
	return mdev->probe_error ?: -ENODEV;
}

/* The defaults of docs/ABI.md, new_device. */
void mock_device_spec_init(struct mock_device_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	spec->isolated = true;
	spec->coherent = true;
	spec->ids = (struct mock_config_ids){
		.vendor = MOCK_PCI_VENDOR, .device = MOCK_PCI_DEVICE,
		.sub_vendor = MOCK_PCI_VENDOR, .sub_device = MOCK_PCI_DEVICE,
		.class = MOCK_PCI_CLASS,
	};
}

/* The group of that name, or the device's own. */
static int device_group_choose(struct mock_device *mdev, const char *name)
{
	struct mock_group *mg = group_get(mdev->obj.name, name);
	int ret;

	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = group_enter(mdev, mg);
	if (ret) {
		group_drop(mg);
		mock_obj_put(&mg->obj);
	}
	return ret;
}

/**
 * mock_device_create() - make a dummy device and have the core probe it
 * @name: a valid name
 * @inst: the instance it is behind
 * @spec: what is wanted; the values are in range
 *
 * Context: process, under mock_topology.
 * Return: 0; -EEXIST; what probing it gave.
 */
int mock_device_create(const char *name, struct mock_instance *inst,
		       const struct mock_device_spec *spec)
{
	struct mock_device *mdev;
	struct mock_group *mg;
	int ret;

	lockdep_assert_held(&mock_topology);
	mdev = kzalloc(sizeof(*mdev), GFP_KERNEL);
	if (!mdev)
		return -ENOMEM;
	spin_lock_init(&mdev->place_lock);
	mock_dma_setup(mdev);
	ret = mock_obj_add(&mdev->obj, MOCK_DEVICE, name);
	if (ret) {
		kfree(mdev);
		return ret;
	}

	kref_get(&inst->obj.ref);
	mdev->instance = inst;
	mdev->bridge = spec->bridge;
	mdev->topology = spec->topology;
	mdev->isolated = spec->isolated;
	mdev->coherent = spec->coherent;
	mdev->resv = spec->resv;
	instance_count_device(inst, 1);

	ret = spec->topology ? 0 : device_group_choose(mdev, spec->group);
	if (!ret)
		ret = device_appear(mdev, spec);
	mg = mdev->group;
	if (ret)
		goto err_count;
	spin_lock(&mg->members_lock);
	list_add_tail(&mdev->member, &mg->members);
	spin_unlock(&mg->members_lock);
	ret = mg->devices == 1 ? mock_obj_publish(&mg->obj) : 0;
	if (!ret)
		ret = mock_obj_publish(&mdev->obj);
	if (ret)
		goto err_member;
	return 0;

err_member:
	spin_lock(&mg->members_lock);
	list_del(&mdev->member);
	spin_unlock(&mg->members_lock);
	device_disappear(mdev);
err_count:
	instance_count_device(inst, -1);
	if (mg) {
		group_end_removal(mg);
		group_drop(mg);
	}
	mock_obj_del(&mdev->obj);
	return ret;
}

/*
 * Is a driver bound to it that may hold it? Not that of a bridge, which the
 * kernel binds unasked: there it only waits for events.
 */
bool mock_device_driven(struct mock_device *mdev)
{
	char driver[MOCK_NAME_LEN];

	mock_device_driver(mdev, driver);
	return *driver && !mdev->bridge;
}

/* Keep the in-kernel caller off the group while a device of it goes. */
static int group_begin_removal(struct mock_device *mdev, bool unload)
{
	struct mock_group *mg = mdev->group;
	int ret = 0;

	if (mock_pci_below(mdev))
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

/**
 * mock_device_delete() - take a device off its bus and forget it
 * @mdev: the device; the caller keeps its own reference
 * @unload: even if a driver is bound to it, which is unbound then
 *
 * Context: process, under mock_topology.
 * Return: 0; -EBUSY while a caller holds it or its group, or functions are
 * behind it.
 */
int mock_device_delete(struct mock_device *mdev, bool unload)
{
	struct mock_group *mg = mdev->group;
	int ret;

	lockdep_assert_held(&mock_topology);
	ret = group_begin_removal(mdev, unload);
	if (ret)
		return ret;
	spin_lock(&mg->members_lock);
	list_del(&mdev->member);
	spin_unlock(&mg->members_lock);
	mock_dma_shutdown(mdev);
	mock_obj_withdraw(&mdev->obj);
	device_disappear(mdev);
	instance_count_device(mdev->instance, -1);
	group_end_removal(mg);
	group_drop(mg);
	mock_obj_del(&mdev->obj);
	return 0;
}

/* Called by the core: is this device ours to drive? */
struct iommu_device *mock_device_probe(struct mock_device *mdev)
{
	struct mock_instance *inst = mdev->instance;
	struct mock_fault_call call = {
		.point = MOCK_FAULT_PROBE, .device = mdev, .size = 1,
	};
	struct mock_record rec = { .event = MOCK_EV_PROBE };

	mock_instance_stat(inst, MOCK_STAT_PROBES);
	rec.ret = mock_fault_check(inst, &call);
	mdev->probe_error = rec.ret;
	strscpy(rec.instance, inst->obj.name, sizeof(rec.instance));
	strscpy(rec.device, mdev->obj.name, sizeof(rec.device));
	mock_journal_add(&rec);
	return rec.ret ? ERR_PTR(rec.ret) : &inst->unit.iommu;
}

/* Called by the core: the device is going, or its probe was given up. */
void mock_device_release(struct mock_device *mdev)
{
	struct mock_record rec = { .event = MOCK_EV_RELEASE };

	mock_domain_unlink(mdev, MOCK_PLACE_NONE);
	mock_device_set_prev(mdev, 0);
	mock_instance_stat(mdev->instance, MOCK_STAT_RELEASES);
	strscpy(rec.instance, mdev->instance->obj.name, sizeof(rec.instance));
	strscpy(rec.device, mdev->obj.name, sizeof(rec.device));
	mock_journal_add(&rec);
}

/* Name of what the device is on; @name has room for MOCK_NAME_LEN bytes. */
void mock_device_where(struct mock_device *mdev, char *name)
{
	static const char *const words[] = {
		[MOCK_PLACE_NONE] = "none",
		[MOCK_PLACE_IDENTITY] = "identity",
		[MOCK_PLACE_BLOCKED] = "blocked",
	};

	spin_lock_irq(&mdev->place_lock);
	strscpy(name,
		mdev->link ? mdev->link->domain->obj.name : words[mdev->place],
		MOCK_NAME_LEN);
	spin_unlock_irq(&mdev->place_lock);
}

/* The kernel driver bound to it, or ""; @name: MOCK_NAME_LEN bytes. */
void mock_device_driver(struct mock_device *mdev, char *name)
{
	spin_lock_irq(&mdev->place_lock);
	strscpy(name, mdev->driver, MOCK_NAME_LEN);
	spin_unlock_irq(&mdev->place_lock);
}

static void set_driver(struct mock_device *mdev, const char *name)
{
	bool was, is = *name;

	spin_lock_irq(&mdev->place_lock);
	was = *mdev->driver;
	strscpy(mdev->driver, name, MOCK_NAME_LEN);
	spin_unlock_irq(&mdev->place_lock);
	/* The driver of a port lets others own its group (driver_managed_dma). */
	if (!mdev->bridge && mdev->group)
		atomic_add(is - was, &mdev->group->bound);
}

/**
 * mock_device_bound() - called by the bus: a driver is bound to the device
 * @mdev: the device
 * @driver: the driver
 * @pin: it is not ours: it holds its device, and whoever opened that through
 *       the driver may hold its group, so it pins the module while it is
 *       bound. One that came too late to pin, while we unload, is unbound
 *
 * Context: under the device's lock.
 */
void mock_device_bound(struct mock_device *mdev,
		       const struct device_driver *driver, bool pin)
{
	set_driver(mdev, driver->name);
	if (pin)
		mdev->pinned = try_module_get(THIS_MODULE);
}

void mock_device_unbound(struct mock_device *mdev)
{
	set_driver(mdev, "");
	if (mdev->pinned)
		module_put(THIS_MODULE);
	mdev->pinned = false;
}

/* ---- undoing a group's attach ----------------------------------------- */

/* How many devices have one. */
static atomic_t nr_prev = ATOMIC_INIT(0);

/* Context: under the core's group->mutex, or when the device goes. */
void mock_device_set_prev(struct mock_device *mdev, u64 serial)
{
	u64 was = xchg(&mdev->prev, serial);

	atomic_add(!!serial - !!was, &nr_prev);
}

static int forget_prev(struct device *dev, void *arg)
{
	struct mock_device *mdev = arg;

	if (dev == mdev->dev)
		mock_device_set_prev(mdev, 0);
	return 0;
}

/**
 * struct prev_search - a search for a device that remembers a domain
 * @inst: its instance
 * @found: the device, with a reference
 * @group: its group, with a reference
 */
struct prev_search {
	struct mock_instance *inst;
	struct mock_device *found;
	struct iommu_group *group;
};

static int find_prev(struct mock_obj *obj, void *arg)
{
	struct prev_search *search = arg;
	struct mock_device *mdev = to_device(obj);

	if (mdev->instance != search->inst || !READ_ONCE(mdev->prev))
		return 0;
	kref_get(&obj->ref);
	search->found = mdev;
	/* Ours goes after the device has been withdrawn, so not now. */
	search->group = iommu_group_ref_get(mdev->group->group);
	return 1;
}

/**
 * mock_device_forget_prev() - make the instance's settings count again
 * @inst: the instance
 *
 * When the core moves a group from one paging domain to another and a later
 * device refuses, it puts the earlier ones back where they were, and that may
 * not fail (R7), whatever the policy says by now. So a device remembers the
 * domain it came from, and takes it back unasked. A change of settings ends
 * this privilege, but only when no such move is under way: the core holds
 * group->mutex from the first callback to the last, and
 * iommu_group_for_each_dev() calls back under that mutex.
 *
 * Context: process, no lock of ours held but mock_topology.
 */
void mock_device_forget_prev(struct mock_instance *inst)
{
	int left = atomic_read(&nr_prev);
	struct prev_search search = { .inst = inst };

	/* A device that gains a prev meanwhile did so under the new settings. */
	while (left-- > 0 && mock_obj_for_each(MOCK_DEVICE, find_prev, &search)) {
		iommu_group_for_each_dev(search.group, search.found,
					 forget_prev);
		iommu_group_put(search.group);
		mock_obj_put(&search.found->obj);
	}
}
