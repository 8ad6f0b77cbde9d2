/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside buses/: PCI functions, and the buses they are on.
 *
 *   slots.c  which buses there are, and who is where on them
 *   pci.c    configuration space, the DMA registers, coming and going
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
 * @mdev: whose; the device waits for the function to go
 * @dev: the PCI device, with a reference; set when the core makes it
 * @bus: the bus it is on
 * @devfn: where on the bus
 * @slot: name of the slot that it shares, or empty
 * @below: bridges: the bus behind it; NULL of other functions
 * @present: somebody who looks there finds it; protected by mock_slots_lock
 * @config: its configuration space; protected by mock_slots_lock
 * @request: who asks for an operation by the DMA registers; likewise
 * @work: starts it
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
 * @bus: what the core knows; NULL before it is needed, and when somebody has
 *       removed the bridge that led to it
 * @number: its number
 * @numbers: root buses: those that it and the buses behind it have
 * @bridge: leads to it; NULL of a root bus
 * @users: how many functions are on it
 * @functions: by devfn, NULL where there is none; changed under mock_topology
 *             and mock_slots_lock
 */
struct mock_bus {
	struct pci_bus *bus;
	unsigned int number;
	struct resource numbers;
	struct mock_function *bridge;
	unsigned int users;
	struct mock_function *functions[MOCK_DEVFNS];
};

/* Protects who is where, and their configuration spaces; irqs off. */
extern raw_spinlock_t mock_slots_lock;

struct mock_function *mock_slots_find(const struct pci_bus *bus,
				      unsigned int devfn);
int mock_slots_take(struct mock_function *fn,
		    const struct mock_device_spec *spec);
void mock_slots_give(struct mock_function *fn);
void mock_slots_exit(void);

extern struct pci_ops mock_config_ops;

#endif /* MOCK_BUSES_FUNCTION_H */
