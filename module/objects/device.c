// SPDX-License-Identifier: GPL-2.0-only
/* Devices: creation and deletion, and the core's callbacks for a device. */
#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "answers.h"
#include "objects.h"
#include "words.h"

void mock_device_free(struct mock_obj *obj)
{
	struct mock_device *mdev = to_device(obj);

	mock_request_cleanup(mdev);
	if (mdev->group)
		mock_obj_put(&mdev->group->obj);
	if (mdev->instance)
		mock_obj_put(&mdev->instance->obj);
	if (mdev->pf)
		mock_obj_put(&mdev->pf->obj);
	kfree(mdev->vfs);
	kvfree(mdev->dma.data);
	kfree(mdev);
}

static void instance_count_device(struct mock_instance *inst, int delta)
{
	spin_lock_irq(&inst->lock);
	inst->devices += delta;
	spin_unlock_irq(&inst->lock);
}

/* Stop the engine first: it may be at work for the function that goes. */
static void device_disappear(struct mock_device *mdev)
{
	mock_dma_shutdown(mdev);
	mdev->bus->del(mdev);
}

/* Put the device on its bus, and check whether the core accepted it. */
static int device_appear(struct mock_device *mdev,
			 const struct mock_device_spec *spec)
{
	struct iommu_group *group;
	int ret;

	mdev->bus = mock_bus_of(spec->pci ? MOCK_BUS_PCI : MOCK_BUS_PLATFORM);
	ret = mdev->bus->add(mdev, spec);
	if (ret || mdev->transient)
		return ret;

	group = iommu_group_get(mdev->dev);
	if (group) {
		iommu_group_put(group);
		return 0;
	}
	/*
	 * The core's bus notifier drops errors, so the callbacks stored theirs.
	 */
	device_disappear(mdev);
	return mdev->probe_error ?: -ENODEV;
}

/* The defaults of docs/ABI.md, new_device. */
void mock_device_spec_init(struct mock_device_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	spec->isolated = true;
	spec->coherent = true;
	spec->vf_offset = 1;
	spec->vf_stride = 1;
	spec->ids = (struct mock_config_ids){
		.vendor = MOCK_PCI_VENDOR, .device = MOCK_PCI_DEVICE,
		.sub_vendor = MOCK_PCI_VENDOR, .sub_device = MOCK_PCI_DEVICE,
		.class = MOCK_PCI_CLASS,
	};
}

/*
 * VFIO's type1 expects that an IOMMU has a page size as small as the CPU's, and
 * warns at each map and unmap if it has none (vfio_dma_do_map()). Root may
 * choose such warnings, but the user of a function must not cause them.
 */
static int check_page_size(struct mock_instance *inst,
			   const struct mock_device_spec *spec)
{
	struct mock_traits traits;

	mock_instance_get_traits(inst, &traits);
	if (!spec->pci || spec->coarse ||
	    __ffs64(traits.pgsizes) <= PAGE_SHIFT)
		return 0;
	return mock_fail(-EINVAL, "the smallest page of %s, 0x%llx, is larger than the CPU's, so a user of VFIO could fill the log with warnings: set coarse=1 to allow that",
			 inst->obj.name, 1ULL << __ffs64(traits.pgsizes));
}

static int device_join(struct mock_device *mdev,
		       const struct mock_device_spec *spec)
{
	if (mdev->transient)
		return mock_transient_join(mdev, spec);
	return spec->topology ? 0 : mock_group_join(mdev, spec->group);
}

/* Make a device that is complete, but not yet on its bus; or an ERR_PTR. */
static struct mock_device *device_alloc(const char *name,
					struct mock_instance *inst,
					const struct mock_device_spec *spec)
{
	struct mock_device *mdev = kzalloc(sizeof(*mdev), GFP_KERNEL);
	int ret;

	if (!mdev)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&mdev->place_lock);
	mock_lock_name(&mdev->place_lock, "mock_device.place_lock");
	INIT_LIST_HEAD(&mdev->pasids);
	mock_dma_setup(mdev);
	mock_request_setup(mdev);
	ret = mock_obj_add(&mdev->obj, MOCK_DEVICE, name);
	if (ret) {
		kfree(mdev);
		return ERR_PTR(ret);
	}

	kref_get(&inst->obj.ref);
	mdev->instance = inst;
	if (spec->pf)
		kref_get(&spec->pf->obj.ref);
	mdev->pf = spec->pf;
	mdev->bridge = spec->bridge;
	mdev->hotplug = spec->hotplug;
	mdev->transient = mock_spec_transient(spec);
	mdev->topology = spec->topology;
	mdev->isolated = spec->isolated;
	mdev->coherent = spec->coherent;
	mdev->max_pasids = min(spec->pasids, mock_instance_pasids(inst));
	mdev->resv = spec->resv;
	return mdev;
}

/* Remove one device from its bus and from all lists. It has no VFs any more. */
void mock_device_remove(struct mock_device *mdev)
{
	lockdep_assert_held(&mock_topology);
	mock_group_hide_member(mdev);
	mock_dma_shutdown(mdev);
	mock_obj_withdraw(&mdev->obj);
	device_disappear(mdev);
	instance_count_device(mdev->instance, -1);
	mock_group_leave(mdev);
	mock_obj_del(&mdev->obj);
}

/* As mock_device_create(); returns the device, or an ERR_PTR. */
struct mock_device *mock_device_make(const char *name,
				     struct mock_instance *inst,
				     const struct mock_device_spec *spec)
{
	struct mock_device *mdev;
	struct mock_group *mg;
	int ret;

	lockdep_assert_held(&mock_topology);
	mdev = device_alloc(name, inst, spec);
	if (IS_ERR(mdev))
		return mdev;
	instance_count_device(inst, 1);
	/* The device counts, so the instance's features are frozen. */
	ret = check_page_size(inst, spec);
	if (!ret)
		ret = device_join(mdev, spec);
	if (!ret)
		ret = device_appear(mdev, spec);
	mg = mdev->group;
	if (ret)
		goto err_count;
	mock_group_show_member(mdev);
	ret = mg->devices == 1 ? mock_obj_publish(&mg->obj) : 0;
	if (!ret)
		ret = mock_obj_publish(&mdev->obj);
	if (!ret)
		ret = mock_vfs_make(mdev, spec);
	if (!ret)
		return mdev;
	mock_vfs_remove(mdev);
	mock_device_remove(mdev);
	return ERR_PTR(ret);

err_count:
	instance_count_device(inst, -1);
	if (mg)
		mock_group_leave(mdev);
	mock_obj_del(&mdev->obj);
	return ERR_PTR(ret);
}

/**
 * mock_device_create() - make a dummy device, which the core then probes
 * @name: a valid name
 * @inst: the instance in front of the device
 * @spec: the properties of the device; the values are in range
 *
 * Its VFs are devices as well, which the core probes when software enables them.
 *
 * Context: process, under mock_topology.
 * Return: 0; -EEXIST; the errno of the probe.
 */
int mock_device_create(const char *name, struct mock_instance *inst,
		       const struct mock_device_spec *spec)
{
	return PTR_ERR_OR_ZERO(mock_device_make(name, inst, spec));
}

/*
 * Is a driver bound that may hold the device? The driver of a bridge does not
 * count: the kernel binds it by itself, and it only waits for events.
 */
bool mock_device_driven(struct mock_device *mdev)
{
	char driver[MOCK_NAME_LEN];

	mock_device_driver(mdev, driver);
	return *driver && !mdev->bridge;
}

/*
 * From now on the driver core binds no driver to the device. Otherwise a driver
 * that was bound in between would be unbound under mock_topology, and vfio-pci
 * waits for its users then. The driver core calls kill_device() itself before
 * it removes a device; a second call does no harm.
 */
static int close_to_drivers(struct mock_device *mdev, bool unload)
{
	struct device *dev = mock_device_get_dev(mdev);
	int ret = 0;

	if (!dev)
		return 0;
	/*
	 * Bound by now, though mock_group_begin_removal() did not see it yet.
	 */
	device_lock(dev);
	if (!unload && !mdev->bridge && dev->driver)
		ret = -EBUSY;
	else
		kill_device(dev);
	device_unlock(dev);
	put_device(dev);
	return ret;
}

static int begin_removal(struct mock_device *mdev, bool unload)
{
	u32 i;
	int ret = mock_group_begin_removal(mdev, unload);

	for (i = 0; !ret && i < mdev->nr_vfs; i++)
		ret = mock_group_begin_removal(mdev->vfs[i], unload);
	/* The PF comes first: afterwards no driver can enable VFs. */
	if (!ret)
		ret = close_to_drivers(mdev, unload);
	for (i = 0; !ret && i < mdev->nr_vfs; i++)
		ret = close_to_drivers(mdev->vfs[i], unload);
	return ret;
}

static void cancel_removal(struct mock_device *mdev)
{
	u32 i;

	mock_group_cancel_removal(mdev->group);
	for (i = 0; i < mdev->nr_vfs; i++)
		mock_group_cancel_removal(mdev->vfs[i]->group);
}

/**
 * mock_device_delete() - take a device off its bus and forget it
 * @mdev: the device; the caller keeps its own reference. Not a VF: those go with
 *        their PF
 * @unload: delete the device even if a driver is bound to it; the driver is
 *          unbound
 *
 * Context: process, under mock_topology.
 * Return: 0; -EBUSY while a caller holds the device or its group, or functions
 * are behind the device.
 */
int mock_device_delete(struct mock_device *mdev, bool unload)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	ret = begin_removal(mdev, unload);
	if (ret) {
		cancel_removal(mdev);
		return ret;
	}
	mock_vfs_remove(mdev);
	mock_device_remove(mdev);
	return 0;
}

/* The device on its bus, with a reference; NULL for one that never was there. */
struct device *mock_device_get_dev(struct mock_device *mdev)
{
	struct device *dev;

	spin_lock_irq(&mdev->place_lock);
	dev = get_device(mdev->dev);
	spin_unlock_irq(&mdev->place_lock);
	return dev;
}

/* Called by the bus: the device is about to be probed. */
void mock_device_set_dev(struct mock_device *mdev, struct device *dev)
{
	spin_lock_irq(&mdev->place_lock);
	mdev->dev = dev;
	spin_unlock_irq(&mdev->place_lock);
}

/* Called by the core: does an instance of ours translate for this device? */
struct iommu_device *mock_device_probe(struct mock_device *mdev)
{
	struct mock_instance *inst = mdev->instance;
	struct mock_fault_call call = {
		.point = MOCK_FAULT_PROBE, .device = mdev, .size = 1,
	};
	struct mock_record rec = { .event = MOCK_EV_PROBE, .probe = { } };
	int ret;

	mock_instance_stat(inst, MOCK_STAT_PROBES);
	ret = mock_fault_check(inst, &call);
	mdev->probe_error = ret;
	rec.ret = ret;
	strscpy(rec.probe.instance, inst->obj.name, MOCK_NAME_LEN);
	strscpy(rec.probe.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
	return ret ? ERR_PTR(ret) : &inst->unit.iommu;
}

/* Called by the core: the device is going, or its probe has failed. */
void mock_device_release(struct mock_device *mdev)
{
	struct mock_record rec = { .event = MOCK_EV_RELEASE, .release = { } };

	mock_domain_unlink(mdev, 0, MOCK_PLACE_NONE);
	/* The core does not detach the PASIDs of a device that goes. */
	mock_domain_unlink_pasids(mdev);
	mock_request_settle(mdev);
	mock_restore_forget(mdev);
	mock_instance_stat(mdev->instance, MOCK_STAT_RELEASES);
	strscpy(rec.release.instance, mdev->instance->obj.name, MOCK_NAME_LEN);
	strscpy(rec.release.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

/*
 * Name of the domain that the device, or a PASID of it, is on; @name has
 * MOCK_NAME_LEN bytes.
 */
void mock_device_where(struct mock_device *mdev, u32 pasid, char *name)
{
	static const char *const words[] = {
		[MOCK_PLACE_NONE] = "none",
		[MOCK_PLACE_IDENTITY] = "identity",
		[MOCK_PLACE_BLOCKED] = "blocked",
	};
	struct mock_link *link;

	spin_lock_irq(&mdev->place_lock);
	link = mock_link_find(mdev, pasid);
	strscpy(name,
		link ? link->domain->obj.name :
		       words[pasid ? MOCK_PLACE_BLOCKED : mdev->place],
		MOCK_NAME_LEN);
	spin_unlock_irq(&mdev->place_lock);
}

/* Name of the kernel driver bound, or ""; @name has MOCK_NAME_LEN bytes. */
void mock_device_driver(struct mock_device *mdev, char *name)
{
	spin_lock_irq(&mdev->place_lock);
	strscpy(name, mdev->driver, MOCK_NAME_LEN);
	spin_unlock_irq(&mdev->place_lock);
}

static void set_driver(struct mock_device *mdev, const char *name)
{
	char fit[MOCK_NAME_LEN];
	bool was, is = *name;

	mock_foreign_name(name, fit);
	spin_lock_irq(&mdev->place_lock);
	was = *mdev->driver;
	strscpy(mdev->driver, fit, sizeof(mdev->driver));
	spin_unlock_irq(&mdev->place_lock);
	/*
	 * The driver of a port does not count: it lets others own the group
	 * (driver_managed_dma).
	 */
	if (!mdev->bridge && mdev->group)
		atomic_add(is - was, &mdev->group->bound);
}

/**
 * mock_device_bound() - called by the bus: a driver is bound to the device
 * @mdev: the device
 * @driver: the driver
 * @pin: the driver is not ours, so it pins the module while it is bound: it
 *       holds its device, and a process that opened the device through it may
 *       hold the group. If the module is already being unloaded, pinning
 *       fails, and the unload unbinds the driver
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

/**
 * mock_device_going() - called by the bus: the device is being removed
 * @mdev: the device
 *
 * The function waits until the in-kernel caller has finished with the device.
 * After that check_usable() tells the caller that the device is gone. The caller
 * detaches the PASIDs that it attached by this device: the core does not. With
 * the group's last device the caller gives up the group, as a driver that is bound
 * to the device does in its remove(): the core warns if a group without devices
 * has an owner or a domain (__iommu_group_free_device()). When this function
 * has returned, the core frees dev->iommu.
 *
 * Context: process, for a function under pci_lock_rescan_remove(). Takes
 * mock_group.lock; no thread waits for a removal under that lock.
 */
void mock_device_going(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	/* The core did not accept the device, so it was not published. */
	if (!mg)
		return;
	mutex_lock(&mg->lock);
	mg->gone += !mdev->going;
	WRITE_ONCE(mdev->going, true);
	if (mg->let_go)
		mg->let_go(mg, mdev);
	mutex_unlock(&mg->lock);
}
