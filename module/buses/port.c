// SPDX-License-Identifier: GPL-2.0-only
/*
 * Root ports: their interrupt, and their hot-plug slot, whose registers are those of
 * config/slot.c; and what a reset of the bus behind a bridge has to be kept from.
 *
 * The kernel's own driver of such slots, pciehp, binds the port. It finds the functions of
 * a card that is inserted, and removes those of a card that is gone.
 */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "../kapi/kapi.h"
#include "function.h"

/* Why the port sends an interrupt now: a bit for each of its services. */
unsigned int mock_port_events(const struct mock_function *port)
{
	lockdep_assert_held(&mock_slots_lock);
	return mock_aer_interrupts(&port->config) |
	       mock_slot_interrupts(&port->config) << 1;
}

/* Send the interrupt of each service that has a reason which it had not @before. */
void mock_port_notify_locked(struct mock_function *port, unsigned int before)
{
	if (mock_port_events(port) & ~before)
		mock_irq_ask_locked(port, 0);
}

/* May an access reach the function, as far as its slot is concerned? */
bool mock_card_reached(const struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	return !fn->bus->bridge || mock_slot_up(&fn->bus->bridge->config);
}

/* The link went up or down, and with it the power of the card. */
void mock_port_link_locked(struct mock_function *port)
{
	bool up = mock_slot_up(&port->config);
	unsigned int i;

	lockdep_assert_held(&mock_slots_lock);
	for (i = 0; i < MOCK_DEVFNS; i++) {
		struct mock_function *fn = port->below->functions[i];

		if (!fn)
			continue;
		if (up)
			mock_config_power_up(&fn->config);
		mock_function_reset_locked(fn);
	}
}

static void move_card_locked(struct mock_function *port)
{
	unsigned int before = mock_port_events(port);

	if (mock_slot_move_card(&port->config))
		mock_port_link_locked(port);
	mock_port_notify_locked(port, before);
}

/* The last function of a card has gone, and with it the card. */
void mock_port_empty_locked(struct mock_function *port)
{
	if (port->config.place.hotplug && mock_slot_has_card(&port->config))
		move_card_locked(port);
}

/* Is there a card in the slot to which no function can be added? */
bool mock_port_full(const struct mock_function *port)
{
	bool full;

	raw_spin_lock_irq(&mock_slots_lock);
	full = port->config.place.hotplug && mock_slot_has_card(&port->config);
	raw_spin_unlock_irq(&mock_slots_lock);
	return full;
}

static int act_locked(struct mock_function *port, enum mock_slot_act act)
{
	unsigned int before = mock_port_events(port);
	bool in = mock_slot_has_card(&port->config);

	lockdep_assert_held(&mock_slots_lock);
	switch (act) {
	case MOCK_SLOT_BUTTON:
		if (port->config.place.hotplug != MOCK_HOTPLUG_BUTTON)
			return -EOPNOTSUPP;
		mock_slot_press(&port->config);
		mock_port_notify_locked(port, before);
		return 0;
	case MOCK_SLOT_INSERT:
		if (!port->below->users)
			return -ENOENT;
		if (in)
			return -EBUSY;
		break;
	case MOCK_SLOT_REMOVE:
		if (!in)
			return -ENOENT;
		break;
	}
	move_card_locked(port);
	return 0;
}

/*
 * A port with a slot is not locked: when its driver is unbound, the port is locked while
 * the driver's thread ends, and the thread takes pci_lock_rescan_remove(). It is the
 * thread that adds the functions of a card.
 */
static struct device *bridge_to_lock(const struct mock_bus *bus)
{
	const struct mock_function *bridge = bus->bridge;

	return bridge && !bridge->config.place.hotplug ? &bridge->dev->dev : NULL;
}

/**
 * mock_bus_lock() - let functions of a bus come and go
 * @bus: the bus
 *
 * A reset of the bus behind a bridge, for example by the AER driver, locks the bridge and
 * then each function that it finds on the bus. At its end it unlocks the functions that it
 * finds then, and the kernel warns if one of them is new (pci_bus_lock() and
 * pci_bus_unlock() in drivers/pci/pci.c). The kernel's own scans do not look at that. This
 * function waits for the end of a reset, and keeps the next one out.
 *
 * Takes pci_lock_rescan_remove() first and the lock of the bridge second, as a removal of
 * the bridge through sysfs does.
 *
 * Context: process; sleeps as long as a reset takes, which is seconds.
 */
void mock_bus_lock(const struct mock_bus *bus)
{
	struct device *bridge;

	lockdep_assert_held(&mock_topology);
	pci_lock_rescan_remove();
	bridge = bridge_to_lock(bus);
	if (bridge)
		device_lock(bridge);
}

void mock_bus_unlock(const struct mock_bus *bus)
{
	struct device *bridge = bridge_to_lock(bus);

	if (bridge)
		device_unlock(bridge);
	pci_unlock_rescan_remove();
}

/**
 * mock_port_settle() - let the kernel's driver of a port finish what it does
 * @port: the port, behind which no function is left
 *
 * When the driver is unbound, it waits for the threads of its interrupt, under the device's
 * lock. The thread that recovers from an error (AER) takes this lock itself, to reset the
 * bus behind the port (pci_bus_lock()). So the threads must be idle before that. The module
 * sends the interrupt no more: the files of the port are closed, and so are those of the
 * functions that were behind it. What was sent is delivered first.
 *
 * Context: process; sleeps as long as a recovery takes, which is seconds.
 */
void mock_port_settle(struct mock_function *port)
{
	int irq;

	lockdep_assert_held(&mock_topology);
	if (!port->dev)
		return;
	flush_work(&port->irqs.work);
	kapi_irqs_wait();
	device_lock(&port->dev->dev);
	irq = port->dev->dev.driver ? pci_irq_vector(port->dev, 0) : 0;
	device_unlock(&port->dev->dev);
	if (irq > 0)
		synchronize_irq(irq);
}

/**
 * mock_port_slot() - do something with the hot-plug slot of a port
 * @mdev: the device of the port
 * @act: the act
 *
 * The driver of the slot takes notice of it later.
 *
 * Context: process. The port stays as long as the file of the device is open for this.
 * Return: 0; -EOPNOTSUPP: it has no such slot, or no button; -ENODEV: the port was
 * removed by sysfs; -ENOENT: there is no card to insert, as no function is behind the
 * port, or none to remove; -EBUSY: the card is in the slot already.
 */
int mock_port_slot(struct mock_device *mdev, enum mock_slot_act act)
{
	struct mock_function *port = mdev->function;
	int ret;

	raw_spin_lock_irq(&mock_slots_lock);
	if (!port->config.place.hotplug)
		ret = -EOPNOTSUPP;
	else if (!port->present)
		ret = -ENODEV;
	else
		ret = act_locked(port, act);
	raw_spin_unlock_irq(&mock_slots_lock);
	return ret;
}

bool mock_port_status(struct mock_device *mdev, struct mock_slot_status *st)
{
	const struct mock_config *cfg = &mdev->function->config;
	u32 control;

	if (!cfg->place.hotplug)
		return false;
	raw_spin_lock_irq(&mock_slots_lock);
	control = mock_slot_control(cfg);
	st->card = mock_slot_has_card(cfg);
	st->link = mock_slot_up(cfg);
	raw_spin_unlock_irq(&mock_slots_lock);
	st->power = !(control & PCI_EXP_SLTCTL_PCC);
	st->attention = (control & PCI_EXP_SLTCTL_AIC) / PCI_EXP_SLTCTL_ATTN_IND_ON;
	st->indicator = (control & PCI_EXP_SLTCTL_PIC) / PCI_EXP_SLTCTL_PWR_IND_ON;
	return true;
}
