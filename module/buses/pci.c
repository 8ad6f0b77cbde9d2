// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dummy PCI functions, on root buses of our own in a PCI domain of our own:
 * the stock vfio-pci binds them.
 *
 * A root bus has 32 slots with one function each; the next 32 functions get
 * the next root bus. A bus is made when it is needed, and stays until the
 * module goes.
 *
 * Config accesses of users run with interrupts off under a raw spinlock of
 * the PCI core's, those of the kernel under nothing at all. So what they need
 * is protected by a raw spinlock, and what may sleep is left to a worker.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "buses.h"
#include "config.h"

#define SLOTS 32
#define BUSES 256

/**
 * struct mock_function - a function
 * @mdev: whose; the device waits for the function to go
 * @dev: the PCI device, with a reference; set when the core makes it
 * @bus: index into @root_buses
 * @slot: where on the bus
 * @present: somebody who looks at the slot finds it; protected by slots_lock
 * @config: its configuration space; protected by slots_lock
 * @request: who asks for an operation by the DMA registers; likewise
 * @work: starts it
 */
struct mock_function {
	struct mock_device *mdev;
	struct pci_dev *dev;
	unsigned int bus;
	unsigned int slot;
	bool present;
	struct mock_config config;
	struct mock_dma_request request;
	struct work_struct work;
};

/**
 * struct root_bus - a root bus
 * @bus: what the core knows, NULL before it is needed
 * @numbers: the one bus number it has
 * @slots: functions, NULL where there is none; changed under mock_topology
 *         and slots_lock
 */
struct root_bus {
	struct pci_bus *bus;
	struct resource numbers;
	struct mock_function *slots[SLOTS];
};

static struct root_bus *root_buses[BUSES];

/* Protects the slots and the functions' configuration spaces; irqs off. */
static DEFINE_RAW_SPINLOCK(slots_lock);

/* ---- configuration space -------------------------------------------------- */

static struct mock_function *find_locked(struct pci_bus *bus,
					 unsigned int devfn)
{
	struct root_bus *root = root_buses[bus->number];
	struct mock_function *fn;

	lockdep_assert_held(&slots_lock);
	fn = root && !PCI_FUNC(devfn) ? root->slots[PCI_SLOT(devfn)] : NULL;
	return fn && fn->present ? fn : NULL;
}

static bool inside(int where, int size)
{
	return where >= 0 && where + size <= MOCK_CONFIG_SIZE;
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *value)
{
	struct mock_function *fn;
	unsigned long flags;

	/* All ones is nothing there; 5.10 does not say so itself. */
	*value = ~0U;
	if (!inside(where, size))
		return PCIBIOS_BAD_REGISTER_NUMBER;
	raw_spin_lock_irqsave(&slots_lock, flags);
	fn = find_locked(bus, devfn);
	if (fn)
		*value = mock_config_read(&fn->config, where, size);
	raw_spin_unlock_irqrestore(&slots_lock, flags);
	return fn ? PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static void start_locked(struct mock_function *fn)
{
	lockdep_assert_held(&slots_lock);
	if (mock_engine_get(&fn->config, MOCK_ENGINE_STATUS, 1) &
	    MOCK_ENGINE_BUSY)
		return;
	mock_engine_set(&fn->config, MOCK_ENGINE_STATUS, 4, MOCK_ENGINE_BUSY);
	mock_dma_asked(fn->mdev, &fn->request);
	queue_work(system_unbound_wq, &fn->work);
}

static void reset_locked(struct mock_function *fn)
{
	u64 busy;

	lockdep_assert_held(&slots_lock);
	busy = mock_engine_get(&fn->config, MOCK_ENGINE_STATUS, 4) &
	       MOCK_ENGINE_BUSY;
	mock_dma_stop(fn->mdev);
	mock_config_reset(&fn->config);
	/* It is over when the step under way is; the worker says so. */
	mock_engine_set(&fn->config, MOCK_ENGINE_STATUS, 4, busy);
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 value)
{
	struct mock_function *fn;
	unsigned long flags;

	if (!inside(where, size))
		return PCIBIOS_BAD_REGISTER_NUMBER;
	raw_spin_lock_irqsave(&slots_lock, flags);
	fn = find_locked(bus, devfn);
	switch (fn ? mock_config_write(&fn->config, where, size, value) :
		     MOCK_CONFIG_NOTHING) {
	case MOCK_CONFIG_RESET:
		reset_locked(fn);
		break;
	case MOCK_CONFIG_START:
		start_locked(fn);
		break;
	default:
		break;
	}
	raw_spin_unlock_irqrestore(&slots_lock, flags);
	return fn ? PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static struct pci_ops config_ops = {
	.read = config_read,
	.write = config_write,
};

/* ---- the DMA registers ----------------------------------------------------- */

/* What the registers ask for; false if they ask for nonsense. */
static bool read_request(struct mock_function *fn,
			 struct mock_dma_request *req)
{
	const struct mock_config *cfg = &fn->config;
	u64 op;

	raw_spin_lock_irq(&slots_lock);
	*req = fn->request;
	op = mock_engine_get(cfg, MOCK_ENGINE_COMMAND, 1);
	req->iova = mock_engine_get(cfg, MOCK_ENGINE_IOVA, 8);
	req->size = mock_engine_get(cfg, MOCK_ENGINE_SIZE, 4);
	req->pattern = mock_engine_get(cfg, MOCK_ENGINE_PATTERN, 8);
	req->to = mock_engine_get(cfg, MOCK_ENGINE_TO, 8);
	raw_spin_unlock_irq(&slots_lock);
	/* 1 is the first; 0 is nothing. */
	req->op = op - 1;
	req->repeat = 1;
	return op && op <= MOCK_NR_DMA_OPS && mock_dma_valid(req);
}

static u32 status_of(const struct mock_dma_status *st)
{
	u32 status = MOCK_ENGINE_COMPLETE;

	if (st->why != MOCK_DMA_FINE)
		status |= MOCK_ENGINE_FAULT | (st->why + 1) << 8;
	else if (st->ret)
		status |= MOCK_ENGINE_CANCELED;
	return status;
}

static void write_result(struct mock_function *fn, u32 status,
			 const struct mock_dma_status *st)
{
	struct mock_config *cfg = &fn->config;

	raw_spin_lock_irq(&slots_lock);
	mock_engine_set(cfg, MOCK_ENGINE_SUM, 4, st->sum);
	mock_engine_set(cfg, MOCK_ENGINE_DONE, 4, st->done);
	mock_engine_set(cfg, MOCK_ENGINE_AT, 8, st->at);
	mock_engine_set(cfg, MOCK_ENGINE_STATUS, 4, status);
	raw_spin_unlock_irq(&slots_lock);
}

static void engine_done(struct mock_device *mdev,
			const struct mock_dma_status *st)
{
	write_result(mdev->function, status_of(st), st);
}

static void engine_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						work);
	struct mock_dma_request req = { };
	const struct mock_dma_status st = { };

	if (!read_request(fn, &req)) {
		write_result(fn, MOCK_ENGINE_COMPLETE | MOCK_ENGINE_INVALID,
			     &st);
		return;
	}
	/* Busy with what the device's file dma asked for: canceled. */
	req.done = engine_done;
	if (mock_dma_start(fn->mdev, &req))
		write_result(fn, MOCK_ENGINE_COMPLETE | MOCK_ENGINE_CANCELED,
			     &st);
}

/* ---- buses ------------------------------------------------------------------ */

static struct root_bus *root_bus_make(unsigned int number)
{
	struct root_bus *root = kzalloc(sizeof(*root), GFP_KERNEL);
	LIST_HEAD(resources);

	lockdep_assert_held(&mock_topology);
	if (!root)
		return ERR_PTR(-ENOMEM);
	root->numbers.name = "iommu-mock";
	root->numbers.start = number;
	root->numbers.end = number;
	root->numbers.flags = IORESOURCE_BUS;
	pci_add_resource(&resources, &root->numbers);
	root_buses[number] = root;

	pci_lock_rescan_remove();
	root->bus = kapi_pci_root_bus(number, &config_ops, &resources);
	if (root->bus)
		pci_bus_add_devices(root->bus);
	pci_unlock_rescan_remove();
	if (root->bus)
		return root;
	root_buses[number] = NULL;
	pci_free_resource_list(&resources);
	kfree(root);
	return ERR_PTR(-ENODEV);
}

static void root_bus_remove(struct root_bus *root)
{
	struct pci_host_bridge *bridge = to_pci_host_bridge(root->bus->bridge);

	pci_lock_rescan_remove();
	pci_stop_root_bus(root->bus);
	pci_remove_root_bus(root->bus);
	pci_unlock_rescan_remove();
	/* The reference that pci_create_root_bus() left: H6. */
	pci_free_host_bridge(bridge);
}

/* A slot for a function, on a bus that is there or on a new one. */
static int take_slot(struct mock_function *fn)
{
	struct root_bus *root;
	unsigned int i;

	lockdep_assert_held(&mock_topology);
	for (i = 0; i < BUSES * SLOTS; i++) {
		root = root_buses[i / SLOTS];
		if (!root)
			root = root_bus_make(i / SLOTS);
		if (IS_ERR(root))
			return PTR_ERR(root);
		if (!root->slots[i % SLOTS])
			break;
	}
	if (i == BUSES * SLOTS)
		return -ENOSPC;
	fn->bus = i / SLOTS;
	fn->slot = i % SLOTS;
	raw_spin_lock_irq(&slots_lock);
	root->slots[fn->slot] = fn;
	fn->present = true;
	raw_spin_unlock_irq(&slots_lock);
	return 0;
}

static void clear_slot(struct mock_function *fn)
{
	lockdep_assert_held(&mock_topology);
	raw_spin_lock_irq(&slots_lock);
	root_buses[fn->bus]->slots[fn->slot] = NULL;
	raw_spin_unlock_irq(&slots_lock);
}

/* ---- functions ---------------------------------------------------------------- */

static struct mock_function *dev_function(struct device *dev)
{
	struct mock_function *fn;
	struct pci_dev *pdev;
	unsigned long flags;

	if (dev->bus != &pci_bus_type)
		return NULL;
	pdev = to_pci_dev(dev);
	if (pdev->bus->ops != &config_ops)
		return NULL;
	raw_spin_lock_irqsave(&slots_lock, flags);
	fn = find_locked(pdev->bus, pdev->devfn);
	raw_spin_unlock_irqrestore(&slots_lock, flags);
	return fn;
}

/* The mock device of a PCI device of ours that is on the bus, or NULL. */
struct mock_device *mock_pci_device(struct device *dev)
{
	struct mock_function *fn = dev_function(dev);

	return fn ? fn->mdev : NULL;
}

static void function_gone(struct mock_function *fn)
{
	raw_spin_lock_irq(&slots_lock);
	fn->present = false;
	raw_spin_unlock_irq(&slots_lock);
}

/* A function has been found in a slot: before the IOMMU core hears of it. */
static void function_found(struct mock_function *fn, struct device *dev)
{
	struct mock_device *mdev = fn->mdev;

	fn->dev = pci_dev_get(to_pci_dev(dev));
	mdev->dev = dev;
	mdev->probe_error = kapi_device_prepare(dev, &mdev->instance->unit);
	kapi_pci_isolate_msi(dev, mdev->isolated);
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
		mock_device_bound(fn->mdev, dev->driver, true);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		mock_device_unbound(fn->mdev);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		/* Whoever removed it, nobody finds it again. */
		function_gone(fn);
		break;
	}
	return NOTIFY_OK;
}

/* First of all: the core's own probes the device that we prepare. */
static struct notifier_block bus_notifier = {
	.notifier_call = bus_event,
	.priority = INT_MAX,
};

/**
 * mock_pci_add() - put a function on a bus; the core probes it
 * @mdev: the device
 * @ids: what it says it is
 *
 * Return: 0, with @mdev->dev set, whether or not the core took the device;
 * -ENOSPC if all slots are in use; -EOPNOTSUPP where there is no such bus.
 */
int mock_pci_add(struct mock_device *mdev, const struct mock_config_ids *ids)
{
	struct mock_function *fn;
	struct pci_bus *bus;
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!kapi_pci_possible())
		return -EOPNOTSUPP;
	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (!fn)
		return -ENOMEM;
	fn->mdev = mdev;
	INIT_WORK(&fn->work, engine_work);
	mock_config_init(&fn->config, ids);
	ret = take_slot(fn);
	if (ret)
		goto err_free;
	mdev->function = fn;
	bus = root_buses[fn->bus]->bus;

	pci_lock_rescan_remove();
	if (pci_scan_slot(bus, PCI_DEVFN(fn->slot, 0)))
		pci_bus_add_devices(bus);
	pci_unlock_rescan_remove();
	if (fn->dev)
		return 0;
	ret = -ENODEV;
	mdev->function = NULL;
	clear_slot(fn);
err_free:
	kfree(fn);
	return ret;
}

void mock_pci_del(struct mock_device *mdev)
{
	struct mock_function *fn = mdev->function;

	lockdep_assert_held(&mock_topology);
	pci_lock_rescan_remove();
	if (fn->present)
		pci_stop_and_remove_bus_device(fn->dev);
	pci_unlock_rescan_remove();
	function_gone(fn);
	clear_slot(fn);
	/* Nobody starts it any more. */
	cancel_work_sync(&fn->work);
	mdev->function = NULL;
	pci_dev_put(fn->dev);
	kfree(fn);
}

int mock_pci_init(void)
{
	int ret = kapi_pci_init();

	if (ret)
		return ret;
	ret = bus_register_notifier(&pci_bus_type, &bus_notifier);
	if (ret)
		kapi_pci_exit();
	return ret;
}

/* The functions are gone already. */
void mock_pci_exit(void)
{
	unsigned int i;

	for (i = 0; i < BUSES; i++) {
		if (!root_buses[i])
			continue;
		root_bus_remove(root_buses[i]);
		kfree(root_buses[i]);
		root_buses[i] = NULL;
	}
	bus_unregister_notifier(&pci_bus_type, &bus_notifier);
	kapi_pci_exit();
}
