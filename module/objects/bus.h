/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a bus on which devices appear must do. The room buses/ has the buses,
 * and gives their tables at load; nothing in objects/ includes it.
 */
#ifndef MOCK_BUS_H
#define MOCK_BUS_H

#include <linux/types.h>

struct device;
struct mock_device;
struct mock_device_spec;

enum mock_bus_kind {
	MOCK_BUS_PLATFORM,
	MOCK_BUS_PCI,
	MOCK_NR_BUSES,
};

/**
 * struct mock_bus_ops - a bus
 * @add: put a device on the bus, where the core probes it. Returns 0 with
 *       mdev->dev set, whether or not the core took the device, or -errno.
 *       Under mock_topology
 * @del: take it away. Under mock_topology
 * @of: the mock device behind a device of the core, or NULL. Any context
 * @below: how many devices are behind this one; NULL: none ever.
 *         Under mock_topology
 * @masters: may it do DMA now? NULL: always. Under mock_instance.mmu_lock
 * @set_master: let it do DMA, as the probe of a driver does; NULL: nothing to
 *              do. May sleep
 */
struct mock_bus_ops {
	int (*add)(struct mock_device *mdev,
		   const struct mock_device_spec *spec);
	void (*del)(struct mock_device *mdev);
	struct mock_device *(*of)(struct device *dev);
	unsigned int (*below)(const struct mock_device *mdev);
	bool (*masters)(const struct mock_device *mdev);
	void (*set_master)(struct mock_device *mdev);
};

/*
 * At load, before the first device. There is no way back: the core may ask whose
 * a device is until the module is gone.
 */
void mock_bus_register(enum mock_bus_kind kind, const struct mock_bus_ops *bus);

const struct mock_bus_ops *mock_bus_of(enum mock_bus_kind kind);

/* The mock device behind a device of any bus, or NULL. */
struct mock_device *mock_bus_device(struct device *dev);

unsigned int mock_bus_below(const struct mock_device *mdev);
bool mock_bus_masters(const struct mock_device *mdev);
void mock_bus_set_master(struct mock_device *mdev);

#endif /* MOCK_BUS_H */
