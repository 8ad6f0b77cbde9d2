/* SPDX-License-Identifier: GPL-2.0-only */
/* Where dummy devices appear. */
#ifndef MOCK_BUSES_H
#define MOCK_BUSES_H

#include <linux/device.h>

struct mock_device;
struct mock_device_spec;

/* platform.c */
int mock_platform_init(void);
void mock_platform_exit(void);
int mock_platform_add(struct mock_device *mdev);
void mock_platform_del(struct mock_device *mdev);
struct mock_device *mock_platform_device(struct device *dev);

/* pci.c */
int mock_pci_init(void);
void mock_pci_exit(void);
int mock_pci_add(struct mock_device *mdev, const struct mock_device_spec *spec);
unsigned int mock_pci_below(const struct mock_device *mdev);
void mock_pci_del(struct mock_device *mdev);
struct mock_device *mock_pci_device(struct device *dev);
bool mock_pci_masters(const struct mock_device *mdev);
void mock_pci_set_master(struct device *dev);

/* The mock device behind a device of any bus, or NULL. */
static inline struct mock_device *mock_bus_device(struct device *dev)
{
	return mock_platform_device(dev) ?: mock_pci_device(dev);
}

#endif /* MOCK_BUSES_H */
