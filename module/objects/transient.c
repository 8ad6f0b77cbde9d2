// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transient devices: virtual functions (VFs), and functions of a card for a hot-plug slot.
 *
 * They are absent at first. Software enables the VF, or finds the card in its slot; the PCI
 * core then makes the device, and later removes it: in its own time, under its own locks,
 * and without mock_topology. So all that needs mock_topology is done before: such a device
 * has its place, instance and group already. An absent one is in the same state as a device
 * that was removed by others (mock_device.going), so the in-kernel caller leaves it alone.
 */
#include <linux/string.h>

#include "answers.h"
#include "objects.h"

/* Does the device come and go without mock_topology? */
bool mock_spec_transient(const struct mock_device_spec *spec)
{
	return spec->pf || (spec->behind && spec->behind->hotplug);
}

/*
 * The group that the core is going to choose for a device if the topology decides: that of
 * the bridge for a VF whose PF is in there, as PF and VF share a bus; otherwise one of its
 * own. A port with a hot-plug slot has ACS, and so has each function that shares the slot.
 */
static const char *group_name(const struct mock_device *mdev,
			      const struct mock_device_spec *spec)
{
	const struct mock_group *shared = mdev->pf ? mdev->pf->group : NULL;

	if (!shared)
		return spec->group;
	if (!spec->topology || !spec->behind || spec->behind->group != shared)
		return "";
	return shared->obj.name;
}

/* Put the device into the group that it has each time that it comes. */
int mock_transient_join(struct mock_device *mdev,
			const struct mock_device_spec *spec)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	ret = mock_group_join(mdev, group_name(mdev, spec));
	if (!ret)
		mock_device_going(mdev);
	return ret;
}

/* Is it a transient device that is not there? */
bool mock_device_absent(const struct mock_device *mdev)
{
	return mdev->transient && READ_ONCE(mdev->going);
}

/* Explain that an operation needs a device that is absent. */
int mock_fail_absent(const struct mock_device *mdev)
{
	if (mdev->pf)
		return mock_fail(-ENODEV, "%s is not enabled: its physical function is %s, in whose directory in sysfs the file sriov_numvfs enables it",
				 mdev->obj.name, mdev->pf->obj.name);
	return mock_fail(-ENODEV, "the kernel has not found %s in its hot-plug slot: see the file slot of the port, to which insert and button can be written",
			 mdev->obj.name);
}

/* Called by the bus: a transient device has come, and the core has accepted it. */
void mock_device_arrived(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	mutex_lock(&mg->lock);
	mg->gone -= mdev->going;
	WRITE_ONCE(mdev->going, false);
	mutex_unlock(&mg->lock);
}
