// SPDX-License-Identifier: GPL-2.0-only
/* Dummy PCI functions and bridges: the stock vfio-pci binds the functions. */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../config/config.h"
#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "buses.h"
#include "function.h"

static struct mock_function *dev_function(struct device *dev)
{
	struct mock_function *fn;
	struct pci_dev *pdev;
	unsigned long flags;

	if (dev->bus != &pci_bus_type)
		return NULL;
	pdev = to_pci_dev(dev);
	if (pdev->bus->ops != &mock_config_ops)
		return NULL;
	raw_spin_lock_irqsave(&mock_slots_lock, flags);
	fn = mock_slots_find(pdev->bus, pdev->devfn);
	raw_spin_unlock_irqrestore(&mock_slots_lock, flags);
	return fn;
}

/* The mock device of a PCI device, or NULL if it is not ours or not present. */
static struct mock_device *function_of(struct device *dev)
{
	struct mock_function *fn = dev_function(dev);

	return fn ? fn->mdev : NULL;
}

/*
 * A DMA step asks this under mock_instance.mmu_lock. So nothing that takes that
 * lock, or waits for a step, may hold mock_slots_lock.
 */
static bool function_masters(const struct mock_device *mdev)
{
	const struct mock_function *fn = mdev->function;
	unsigned long flags;
	bool masters;

	lockdep_assert_held(&mdev->instance->mmu_lock);
	raw_spin_lock_irqsave(&mock_slots_lock, flags);
	masters = mock_config_masters(&fn->config);
	raw_spin_unlock_irqrestore(&mock_slots_lock, flags);
	return masters;
}

static void function_set_master(struct mock_device *mdev)
{
	pci_set_master(to_pci_dev(mdev->dev));
}

/*
 * Let configuration accesses reach the function. Call it under mock_bus_lock(), so
 * that no other scan finds the function first.
 */
static void function_present(struct mock_function *fn)
{
	raw_spin_lock_irq(&mock_slots_lock);
	fn->present = true;
	raw_spin_unlock_irq(&mock_slots_lock);
}

static void function_gone(struct mock_function *fn)
{
	raw_spin_lock_irq(&mock_slots_lock);
	fn->present = false;
	mock_intx_update_locked(fn);
	/* The core's bus behind a bridge goes with the bridge. */
	if (fn->below)
		fn->below->bus = NULL;
	raw_spin_unlock_irq(&mock_slots_lock);
}

/* The PCI core found the function; the IOMMU core has not probed it yet. */
static void function_found(struct mock_function *fn, struct device *dev)
{
	struct mock_device *mdev = fn->mdev;
	struct pci_dev *last = fn->dev;

	raw_spin_lock_irq(&mock_slots_lock);
	fn->dev = pci_dev_get(to_pci_dev(dev));
	raw_spin_unlock_irq(&mock_slots_lock);
	/* It needs no time to change its power state. */
	fn->dev->d3hot_delay = 0;
	mock_bars_claim(fn);
	mock_device_set_dev(mdev, dev);
	/* A transient device may come again. */
	pci_dev_put(last);
	mdev->probe_error = kapi_device_prepare(dev, &mdev->instance->unit);
	kapi_msi_attach(dev, mdev->isolated);
	mock_intx_attach(fn);
}

static int bus_event(struct notifier_block *nb, unsigned long event,
		     void *data)
{
	struct device *dev = data;
	struct mock_function *fn = dev_function(dev);

	if (!fn)
		return NOTIFY_DONE;
	switch (event) {
	case BUS_NOTIFY_ADD_DEVICE:
		function_found(fn, dev);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		/* The driver of a port holds nothing of ours: do not pin. */
		mock_device_bound(fn->mdev, dev->driver, !fn->below);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		mock_device_unbound(fn->mdev);
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		mock_device_going(fn->mdev);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		/* No access reaches the function again, unless it may come again. */
		if (!fn->mdev->transient)
			function_gone(fn);
		break;
	}
	return NOTIFY_OK;
}

/* A transient device that the core has accepted has a group by now. */
static int arrival_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct mock_function *fn = dev_function(data);
	struct iommu_group *group;

	if (!fn || !fn->mdev->transient || event != BUS_NOTIFY_ADD_DEVICE)
		return NOTIFY_DONE;
	group = iommu_group_get(data);
	if (group)
		mock_device_arrived(fn->mdev);
	iommu_group_put(group);
	return NOTIFY_OK;
}

/* Called first: the core's notifier probes the device that ours prepares. */
static struct notifier_block bus_notifier = {
	.notifier_call = bus_event,
	.priority = INT_MAX,
};

/* Called last. */
static struct notifier_block arrival_notifier = {
	.notifier_call = arrival_event,
	.priority = INT_MIN,
};

/* Let the core find a function, and the bus behind it if it is a bridge. */
static int function_scan(struct mock_function *fn)
{
	struct pci_bus *bus = fn->bus->bus;
	struct pci_dev *pdev;

	function_present(fn);
	/* pci_scan_slot() would begin with function 0, which may be gone. */
	pdev = bus ? pci_scan_single_device(bus, fn->devfn) : NULL;
	if (pdev && fn->below) {
		pci_scan_bridge(bus, pdev, fn->below->number, 0);
		/*
		 * Where the core assigns all numbers of buses itself (arm64 with a
		 * device tree), it does so in a second pass: the next free one.
		 */
		if (!pdev->subordinate)
			pci_scan_bridge(bus, pdev, fn->below->number - 1, 1);
		fn->below->bus = pdev->subordinate;
	}
	if (!pdev)
		return -ENODEV;
	if (!mock_bars_claimed(fn))
		return -EADDRNOTAVAIL;
	pci_bus_add_devices(bus);
	return fn->below && !fn->below->bus ? -ENODEV : 0;
}

static void function_free(struct mock_function *fn)
{
	struct mock_device *mdev = fn->mdev;

	mock_slots_give(fn);
	/* No access can queue the works any more. */
	mock_regs_stop(fn);
	mock_engine_stop(fn);
	mock_irq_stop(fn);
	mock_intx_give(fn);
	mdev->function = NULL;
	pci_dev_put(fn->dev);
	kfree(fn);
}

/*
 * The driver of a hot-plug slot waits for its thread when it is unbound (pciehp_remove()),
 * and the thread takes pci_lock_rescan_remove(). So the driver is unbound without that lock.
 * close_to_drivers() has seen to it that none is bound again.
 */
static void release_slot_driver(struct mock_function *fn)
{
	if (fn->config.place.hotplug && fn->dev)
		device_release_driver(&fn->dev->dev);
}

static void function_del(struct mock_device *mdev)
{
	struct mock_function *fn = mdev->function;

	lockdep_assert_held(&mock_topology);
	if (fn->pf) {
		mock_vf_remove(fn);
	} else {
		mock_vfs_disable(fn);
		if (fn->below)
			mock_port_settle(fn);
		release_slot_driver(fn);
		mock_bus_lock(fn->bus);
		if (fn->dev && device_is_registered(&fn->dev->dev))
			pci_stop_and_remove_bus_device(fn->dev);
		mock_bus_unlock(fn->bus);
	}
	function_gone(fn);
	function_free(fn);
}

/*
 * Return 0; -EOPNOTSUPP if this machine cannot have buses of ours; -ENODEV if
 * the core does not find the function, for example behind a bridge that was
 * removed by sysfs; -EADDRNOTAVAIL if it does not accept the addresses in the
 * BARs; or the errno of mock_slots_take().
 */
static int function_add(struct mock_device *mdev,
			const struct mock_device_spec *spec)
{
	struct mock_function *fn;
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!kapi_pci_possible())
		return -EOPNOTSUPP;
	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (!fn)
		return -ENOMEM;
	fn->mdev = mdev;
	mock_engine_setup(fn);
	mock_irq_setup(fn);
	mock_regs_setup(fn);
	ret = mock_slots_take(fn, spec);
	if (ret) {
		kfree(fn);
		return ret;
	}
	ret = mock_intx_take(fn);
	if (ret) {
		mock_slots_give(fn);
		kfree(fn);
		return ret;
	}
	mdev->function = fn;
	if (fn->pf) {
		mock_vf_setup(fn);
		return 0;
	}
	if (mdev->transient) {
		function_present(fn);
		return 0;
	}

	mock_bus_lock(fn->bus);
	ret = function_scan(fn);
	mock_bus_unlock(fn->bus);
	if (ret)
		function_del(mdev);
	return ret;
}

static unsigned int functions_below(const struct mock_device *mdev)
{
	const struct mock_function *fn = mdev->function;

	lockdep_assert_held(&mock_topology);
	return fn && fn->below ? fn->below->users : 0;
}

static void function_irq(struct mock_device *mdev, unsigned int vector,
			 const struct mock_thread *by)
{
	mock_irq_raise(mdev->function, vector, MOCK_CAUSE_RAISED, by);
}

static void function_irq_status(struct mock_device *mdev,
				struct mock_irq_status *st)
{
	mock_irq_status(mdev->function, st);
}

static const struct mock_bus_ops function_ops = {
	.name = "pci",
	.add = function_add,
	.del = function_del,
	.of = function_of,
	.below = functions_below,
	.masters = function_masters,
	.set_master = function_set_master,
	.memory = mock_bars_memory,
	.irq = function_irq,
	.irq_status = function_irq_status,
	.vf_status = mock_vf_status,
	.error = mock_function_error,
	.errors = mock_function_errors,
	.slot = mock_port_slot,
	.slot_status = mock_port_status,
};

int mock_pci_init(const char *bar_memory)
{
	int ret = mock_bars_init(bar_memory);

	mock_bus_register(MOCK_BUS_PCI, &function_ops);
	if (ret)
		return ret;
	ret = kapi_msi_init();
	if (ret)
		goto err_bars;
	ret = kapi_intx_init();
	if (ret)
		goto err_msi;
	ret = bus_register_notifier(&pci_bus_type, &bus_notifier);
	if (ret)
		goto err_intx;
	ret = bus_register_notifier(&pci_bus_type, &arrival_notifier);
	if (!ret)
		return 0;
	bus_unregister_notifier(&pci_bus_type, &bus_notifier);
err_intx:
	kapi_intx_exit();
err_msi:
	kapi_msi_exit();
err_bars:
	mock_bars_exit();
	return ret;
}

/* All functions are gone already. */
void mock_pci_exit(void)
{
	mock_slots_exit();
	bus_unregister_notifier(&pci_bus_type, &arrival_notifier);
	bus_unregister_notifier(&pci_bus_type, &bus_notifier);
	kapi_intx_exit();
	kapi_msi_exit();
	mock_bars_exit();
}
