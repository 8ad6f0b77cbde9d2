// SPDX-License-Identifier: GPL-2.0-only
/* Drivers, instances and devices: how they are made known to the core. */
#include <linux/fwnode.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "../abi.h"
#include "../objects/bus.h"
#include "internal.h"

/* ---- drivers ------------------------------------------------------------ */

#if HAVE_BUS_IOMMU_OPS

/* One set of callbacks for as long as the module is loaded: H1, H2. */
static struct kapi_driver bus_driver;

int kapi_init(void)
{
	int ret;

	bus_driver.ops = kapi_ops_init(&bus_driver, false);
	if (!bus_driver.ops)
		return -ENOMEM;
	ret = kapi_bus_init(bus_driver.ops);
	if (ret)
		kfree(bus_driver.ops);
	return ret;
}

void kapi_exit(void)
{
	kapi_statics_leave();
	kapi_bus_exit(bus_driver.ops);
	kfree(bus_driver.ops);
}

struct kapi_driver *kapi_driver_alloc(bool blocked)
{
	struct kapi_driver *kdrv = kzalloc(sizeof(*kdrv), GFP_KERNEL);

	if (!kdrv)
		return ERR_PTR(-ENOMEM);
	kdrv->ops = bus_driver.ops;
	return kdrv;
}

void kapi_driver_free(struct kapi_driver *kdrv)
{
	kfree(kdrv);
}

bool kapi_multi_driver(void)
{
	return false;
}

#else

int kapi_init(void)
{
	return 0;
}

void kapi_exit(void)
{
	kapi_statics_leave();
}

struct kapi_driver *kapi_driver_alloc(bool blocked)
{
	struct kapi_driver *kdrv = kzalloc(sizeof(*kdrv), GFP_KERNEL);

	if (!kdrv)
		return ERR_PTR(-ENOMEM);
	kdrv->ops = kapi_ops_init(kdrv, blocked);
	if (!kdrv->ops) {
		kfree(kdrv);
		return ERR_PTR(-ENOMEM);
	}
	return kdrv;
}

void kapi_driver_free(struct kapi_driver *kdrv)
{
	if (kdrv)
		kfree(kdrv->ops);
	kfree(kdrv);
}

/*
 * Where domains are allocated for a bus, iommu_domain_alloc(bus) warns and
 * returns NULL as soon as the devices of the bus have two drivers. The warning
 * comes once, the NULL each time, also for the callers of the other driver.
 */
bool kapi_multi_driver(void)
{
	return !KAPI_ALLOC_BY_BUS;
}

#endif /* HAVE_BUS_IOMMU_OPS */

bool kapi_allocates_for_device(void)
{
	return !KAPI_ALLOC_BY_BUS;
}

/* ---- instances ---------------------------------------------------------- */

#if HAVE_DEVICE_REGISTER_OPS
static int core_register(struct kapi_unit *unit, struct kapi_driver *kdrv)
{
	return iommu_device_register(&unit->iommu, kdrv->ops,
				     &unit->pdev->dev);
}
#else
static int core_register(struct kapi_unit *unit, struct kapi_driver *kdrv)
{
	/* Not iommu_device_set_ops(): it sets the owner, see kapi_driver.ops. */
	__iommu_device_set_ops(&unit->iommu, kdrv->ops);
	iommu_device_set_fwnode(&unit->iommu, unit->fwnode);
	return iommu_device_register(&unit->iommu);
}
#endif

/* The parent of the instance in sysfs, with the fwnode devices look for. */
static int unit_appear(struct kapi_unit *unit, const char *name)
{
	struct platform_device_info info = { .id = PLATFORM_DEVID_NONE };
	char full[sizeof(MOCK_UNIT_PREFIX) + MOCK_NAME_LEN];

	unit->fwnode = fwnode_create_software_node(NULL, NULL);
	if (IS_ERR(unit->fwnode))
		return PTR_ERR(unit->fwnode);
	snprintf(full, sizeof(full), "%s%s", MOCK_UNIT_PREFIX, name);
	info.name = full;
	info.fwnode = unit->fwnode;
	unit->pdev = platform_device_register_full(&info);
	if (IS_ERR(unit->pdev)) {
		fwnode_remove_software_node(unit->fwnode);
		return PTR_ERR(unit->pdev);
	}
	return 0;
}

static void unit_disappear(struct kapi_unit *unit)
{
	platform_device_unregister(unit->pdev);
	fwnode_remove_software_node(unit->fwnode);
}

/**
 * kapi_unit_register() - register an instance with the core
 * @unit: to be filled in
 * @kdrv: its driver's callbacks
 * @name: its name
 * @pasids: number of its PASIDs, or 0
 *
 * The core looks at every device of the platform and PCI buses each time, so
 * registering N instances beside M devices costs it N * M steps.
 *
 * Return: 0 or the core's errno.
 */
int kapi_unit_register(struct kapi_unit *unit, struct kapi_driver *kdrv,
		       const char *name, u32 pasids)
{
	int ret;

	ret = unit_appear(unit, name);
	if (ret)
		return ret;
	kapi_unit_pasids(unit, pasids);
	/* First of all: the core links each device it probes to it (H4). */
	ret = iommu_device_sysfs_add(&unit->iommu, &unit->pdev->dev, NULL,
				     "%s%s", MOCK_DEV_PREFIX, name);
	if (ret)
		goto err_unit;
	ret = core_register(unit, kdrv);
	if (ret)
		goto err_sysfs;
	return 0;

err_sysfs:
	iommu_device_sysfs_remove(&unit->iommu);
err_unit:
	unit_disappear(unit);
	return ret;
}

/* The devices behind it are gone already. */
void kapi_unit_unregister(struct kapi_unit *unit)
{
	iommu_device_unregister(&unit->iommu);
	iommu_device_sysfs_remove(&unit->iommu);
	unit_disappear(unit);
}

/* ---- devices ------------------------------------------------------------ */

#if HAVE_BUS_IOMMU_OPS

/* The bus leads to the driver, and the device to its mock device. */
int kapi_device_prepare(struct device *dev, struct kapi_unit *unit)
{
	return 0;
}

void kapi_device_abandon(struct device *dev)
{
}

#else

/**
 * kapi_device_prepare() - give a device the fwspec that leads to its instance
 * @dev: not on its bus yet, so nobody else knows it
 * @unit: the instance
 *
 * Spelt out instead of iommu_fwspec_init(), which asserts a lock that modules
 * cannot take (H14). The core frees both with kfree() and puts the fwnode.
 */
int kapi_device_prepare(struct device *dev, struct kapi_unit *unit)
{
	struct iommu_fwspec *fwspec;
	struct dev_iommu *param;

	param = kzalloc(sizeof(*param), GFP_KERNEL);
	fwspec = kzalloc(struct_size(fwspec, ids, 1), GFP_KERNEL);
	if (!param || !fwspec) {
		kfree(param);
		kfree(fwspec);
		return -ENOMEM;
	}
	mutex_init(&param->lock);
	fwspec->iommu_fwnode = fwnode_handle_get(unit->fwnode);
	fwspec->num_ids = 1;
#if !HAVE_FWSPEC_BY_FWNODE
	fwspec->ops = unit->iommu.ops;
#endif
	param->fwspec = fwspec;
	dev->iommu = param;
	return 0;
}

void kapi_device_abandon(struct device *dev)
{
	struct dev_iommu *param = dev->iommu;

	if (!param)
		return;
	dev->iommu = NULL;
	if (param->fwspec) {
		fwnode_handle_put(param->fwspec->iommu_fwnode);
		kfree(param->fwspec);
	}
	kfree(param);
}

#endif /* HAVE_BUS_IOMMU_OPS */

#if KAPI_ALLOC_BY_BUS && !HAVE_BUS_IOMMU_OPS

/* The group is compared only: another driver may be freeing it. */
static int is_taken(struct device *dev, void *unused)
{
	return READ_ONCE(dev->iommu_group) && !mock_bus_device(dev);
}

bool kapi_bus_taken(bool pci)
{
	if (pci)
		return bus_for_each_dev(&pci_bus_type, NULL, NULL, is_taken);
	return bus_for_each_dev(&platform_bus_type, NULL, NULL, is_taken);
}

#else

/* The module has every bus, or drivers can share one. */
bool kapi_bus_taken(bool pci)
{
	return false;
}

#endif
