// SPDX-License-Identifier: GPL-2.0-only
/* The buses that are registered; see bus.h. */
#include "objects.h"

/* The module writes these while it is loaded, and never later. */
static const struct mock_bus_ops *bus_tables[MOCK_NR_BUSES];

void mock_bus_register(enum mock_bus_kind kind, const struct mock_bus_ops *bus)
{
	bus_tables[kind] = bus;
}

const struct mock_bus_ops *mock_bus_of(enum mock_bus_kind kind)
{
	return bus_tables[kind];
}

struct mock_device *mock_bus_device(struct device *dev)
{
	struct mock_device *mdev = NULL;
	unsigned int i;

	for (i = 0; i < MOCK_NR_BUSES && !mdev; i++)
		mdev = bus_tables[i] ? bus_tables[i]->of(dev) : NULL;
	return mdev;
}

unsigned int mock_bus_below(const struct mock_device *mdev)
{
	lockdep_assert_held(&mock_topology);
	return mdev->bus->below ? mdev->bus->below(mdev) : 0;
}

bool mock_bus_masters(const struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->instance->mmu_lock);
	return !mdev->bus->masters || mdev->bus->masters(mdev);
}

void mock_bus_set_master(struct mock_device *mdev)
{
	if (mdev->bus->set_master)
		mdev->bus->set_master(mdev);
}

/* The memory of a device of any bus at a physical address, or NULL. */
void *mock_bus_memory(u64 phys)
{
	void *memory = NULL;
	unsigned int i;

	for (i = 0; i < MOCK_NR_BUSES && !memory; i++)
		if (bus_tables[i] && bus_tables[i]->memory)
			memory = bus_tables[i]->memory(phys);
	return memory;
}

/* Of a bus whose devices have no interrupts: nothing but zeros. */
void mock_bus_irq_status(struct mock_device *mdev, struct mock_irq_status *st)
{
	*st = (struct mock_irq_status){ };
	if (mdev->bus->irq_status)
		mdev->bus->irq_status(mdev, st);
}

/* Of a bus whose devices have no virtual functions: nothing but zeros. */
void mock_bus_vf_status(struct mock_device *mdev, struct mock_vf_status *st)
{
	*st = (struct mock_vf_status){ };
	if (mdev->bus->vf_status)
		mdev->bus->vf_status(mdev, st);
}

/* On a bus whose devices report no errors: -EOPNOTSUPP. */
int mock_bus_error(struct mock_device *mdev, const struct mock_aer_error *error)
{
	return mdev->bus->error ? mdev->bus->error(mdev, error) : -EOPNOTSUPP;
}

void mock_bus_errors(struct mock_device *mdev, struct mock_error_status *st)
{
	*st = (struct mock_error_status){ };
	if (mdev->bus->errors)
		mdev->bus->errors(mdev, st);
}

/* On a bus whose devices have no slots: -EOPNOTSUPP. */
int mock_bus_slot(struct mock_device *mdev, enum mock_slot_act act)
{
	return mdev->bus->slot ? mdev->bus->slot(mdev, act) : -EOPNOTSUPP;
}

bool mock_bus_slot_status(struct mock_device *mdev, struct mock_slot_status *st)
{
	return mdev->bus->slot_status && mdev->bus->slot_status(mdev, st);
}
