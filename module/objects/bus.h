/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of a bus on which devices appear. The room buses/ contains the
 * buses, and registers their tables at load. No file in objects/ includes
 * buses/.
 */
#ifndef MOCK_BUS_H
#define MOCK_BUS_H

#include <linux/types.h>

struct device;
struct mock_device;
struct mock_device_spec;
struct mock_thread;
struct mock_aer_error;
struct mock_irq_status;

/**
 * struct mock_error_status - the errors of a device
 * @correctable: the correctable errors that software has not cleared, by their bits
 * @uncorrectable: the same of uncorrectable errors
 * @received: number of messages about errors that a root port has received
 * @lost: number of those that none has received
 * @silent: number of errors without a message: it is masked, or not enabled
 */
struct mock_error_status {
	u32 correctable;
	u32 uncorrectable;
	u64 received;
	u64 lost;
	u64 silent;
};

/**
 * struct mock_vf_status - the virtual functions of a device
 * @total: how many it has
 * @enabled: how many of them software has enabled: the first ones
 * @offset: distance from the device to the first one
 * @stride: distance from one to the next
 */
struct mock_vf_status {
	u32 total;
	u32 enabled;
	u32 offset;
	u32 stride;
};

enum mock_slot_act {
	MOCK_SLOT_INSERT,
	MOCK_SLOT_REMOVE,
	MOCK_SLOT_BUTTON, /* the attention button */
};

/**
 * struct mock_slot_status - the hot-plug slot of a device
 * @card: the card is in it
 * @power: it has power
 * @link: the link to the card is up
 * @indicator: the power indicator: 1: on, 2: blinking, 3: off, 0: not a value
 * @attention: the same of the attention indicator
 */
struct mock_slot_status {
	bool card;
	bool power;
	bool link;
	u32 indicator;
	u32 attention;
};

enum mock_bus_kind {
	MOCK_BUS_PLATFORM,
	MOCK_BUS_PCI,
	MOCK_NR_BUSES,
};

/**
 * struct mock_bus_ops - a bus
 * @name: its name in /sys/bus
 * @add: puts a device on the bus, where the core probes it. Returns 0 with
 *       mdev->dev set, whether or not the core accepted the device, or -errno.
 *       A VF gets its place only: software enables it later. Under
 *       mock_topology
 * @del: takes a device off the bus. Under mock_topology
 * @of: returns the mock device behind a device of the core, or NULL. Any
 *      context
 * @below: returns the number of devices behind a device; NULL: always 0.
 *         Under mock_topology
 * @masters: may a device do DMA now? NULL: always. Under
 *           mock_instance.mmu_lock
 * @set_master: lets a device do DMA, as the probe of a driver does; NULL:
 *              nothing to do. May sleep
 * @memory: returns what a DMA to a physical address reaches that is not RAM, valid
 *          to the end of the page, or NULL; NULL: devices have no such memory.
 *          Under mock_instance.mmu_lock
 * @irq: raises an interrupt of a device; NULL: its devices have none. May sleep
 * @irq_status: how the interrupts of a device are set up; NULL if @irq is
 * @vf_status: the virtual functions of a device; NULL: its devices have none
 * @error: lets a device detect an error; returns 0, -EOPNOTSUPP or -ENODEV. NULL: its
 *         devices report no errors. May sleep
 * @errors: the errors of a device; NULL if @error is
 * @slot: does something with the hot-plug slot of a device; returns 0, -EOPNOTSUPP: it
 *        has none, or no button; -ENODEV, -ENOENT: there is no card, or -EBUSY: it is in the slot.
 *        NULL: its devices have no slots. May sleep
 * @slot_status: the state of the slot; false: the device has none. NULL if @slot is
 */
struct mock_bus_ops {
	const char *name;
	int (*add)(struct mock_device *mdev,
		   const struct mock_device_spec *spec);
	void (*del)(struct mock_device *mdev);
	struct mock_device *(*of)(struct device *dev);
	unsigned int (*below)(const struct mock_device *mdev);
	bool (*masters)(const struct mock_device *mdev);
	void (*set_master)(struct mock_device *mdev);
	void *(*memory)(u64 phys);
	void (*irq)(struct mock_device *mdev, unsigned int vector,
		    const struct mock_thread *by);
	void (*irq_status)(struct mock_device *mdev,
			   struct mock_irq_status *st);
	void (*vf_status)(struct mock_device *mdev, struct mock_vf_status *st);
	int (*error)(struct mock_device *mdev,
		     const struct mock_aer_error *error);
	void (*errors)(struct mock_device *mdev, struct mock_error_status *st);
	int (*slot)(struct mock_device *mdev, enum mock_slot_act act);
	bool (*slot_status)(struct mock_device *mdev,
			    struct mock_slot_status *st);
};

/*
 * Register a bus, at load, before the first device. A bus is never
 * unregistered: until the module is gone the core may ask for the mock device
 * behind a device.
 */
void mock_bus_register(enum mock_bus_kind kind, const struct mock_bus_ops *bus);

const struct mock_bus_ops *mock_bus_of(enum mock_bus_kind kind);

/* The mock device behind a device of any bus, or NULL. */
struct mock_device *mock_bus_device(struct device *dev);

unsigned int mock_bus_below(const struct mock_device *mdev);
void *mock_bus_memory(u64 phys);
bool mock_bus_masters(const struct mock_device *mdev);
void mock_bus_set_master(struct mock_device *mdev);
void mock_bus_irq_status(struct mock_device *mdev, struct mock_irq_status *st);
void mock_bus_vf_status(struct mock_device *mdev, struct mock_vf_status *st);
int mock_bus_error(struct mock_device *mdev, const struct mock_aer_error *error);
void mock_bus_errors(struct mock_device *mdev, struct mock_error_status *st);
int mock_bus_slot(struct mock_device *mdev, enum mock_slot_act act);
bool mock_bus_slot_status(struct mock_device *mdev, struct mock_slot_status *st);

#endif /* MOCK_BUS_H */
