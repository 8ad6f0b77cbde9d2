// SPDX-License-Identifier: GPL-2.0-only
/* The buses that there are; see bus.h. */
#include "objects.h"

/* Written at load only. */
static const struct mock_bus_ops *buses[MOCK_NR_BUSES];

void mock_bus_register(enum mock_bus_kind kind, const struct mock_bus_ops *bus)
{
	buses[kind] = bus;
}

const struct mock_bus_ops *mock_bus_of(enum mock_bus_kind kind)
{
	return buses[kind];
}

struct mock_device *mock_bus_device(struct device *dev)
{
	struct mock_device *mdev = NULL;
	unsigned int i;

	for (i = 0; i < MOCK_NR_BUSES && !mdev; i++)
		mdev = buses[i] ? buses[i]->of(dev) : NULL;
	return mdev;
}

unsigned int mock_bus_below(const struct mock_device *mdev)
{
	return mdev->bus->below ? mdev->bus->below(mdev) : 0;
}

bool mock_bus_masters(const struct mock_device *mdev)
{
	return !mdev->bus->masters || mdev->bus->masters(mdev);
}

void mock_bus_set_master(struct mock_device *mdev)
{
	if (mdev->bus->set_master)
		mdev->bus->set_master(mdev);
}
