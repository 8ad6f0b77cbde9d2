/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside buses/: PCI functions, and the buses they are on.
 *
 *   slots.c  the buses, and which function is in which slot
 *   pci.c    configuration space, the DMA registers, creation and removal
 */
#ifndef MOCK_BUSES_FUNCTION_H
#define MOCK_BUSES_FUNCTION_H

#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../objects/objects.h"
#include "../config/config.h"

#define MOCK_DEVFNS 256

struct mock_bus;

/**
 * struct mock_function - a function
 * @mdev: its device, which stays until the function is gone
 * @dev: the PCI device, with a reference; set when the core makes it
 * @bus: the bus it is on
 * @devfn: its place on the bus
 * @slot: name of the slot that it shares, or empty
 * @below: bridges: the bus behind it; NULL for other functions
 * @present: configuration accesses reach it; protected by mock_slots_lock
 * @config: its configuration space; protected by mock_slots_lock
 * @request: the process that started the DMA engine by its registers; protected
 *           by mock_slots_lock
 * @work: starts the operation that the registers ask for
 */
struct mock_function {
	struct mock_device *mdev;
	struct pci_dev *dev;
	struct mock_bus *bus;
	unsigned int devfn;
	char slot[MOCK_NAME_LEN];
	struct mock_bus *below;
	bool present;
	struct mock_config config;
	struct mock_dma_request request;
	struct work_struct work;
};

/**
 * struct mock_bus - a bus
 * @bus: the core's bus; NULL before it is needed, and after the bridge that led
 *       to it was removed
 * @number: its number
 * @numbers: root buses: the numbers of the bus and of the buses behind it
 * @bridge: the bridge that leads to it; NULL for a root bus
 * @users: number of functions on it
 * @functions: the functions by devfn, NULL for an empty place; changed under
 *             mock_topology and mock_slots_lock
 */
struct mock_bus {
	struct pci_bus *bus;
	unsigned int number;
	struct resource numbers;
	struct mock_function *bridge;
	unsigned int users;
	struct mock_function *functions[MOCK_DEVFNS];
};

/*
 * Protects the places of functions and their configuration spaces. Irqs off; a
 * leaf lock, which a bus's masters() takes under mock_instance.mmu_lock.
 */
extern raw_spinlock_t mock_slots_lock;

struct mock_function *mock_slots_find(const struct pci_bus *bus,
				      unsigned int devfn);
int mock_slots_take(struct mock_function *fn,
		    const struct mock_device_spec *spec);
void mock_slots_give(struct mock_function *fn);
void mock_slots_exit(void);

extern struct pci_ops mock_config_ops;

#endif /* MOCK_BUSES_FUNCTION_H */
