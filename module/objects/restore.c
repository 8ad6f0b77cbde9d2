// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices go back to the domain that they have just left.
 *
 * The core moves a group from one paging domain to another, device by device.
 * When a later device refuses the new domain, the core puts the earlier ones
 * back on the old domain. That must not fail (R7), whatever the policy says by
 * now. A callback is not told which kind of attach it serves, so a device
 * remembers the domain that it came from, and takes that domain back without a
 * verdict, without a fault and without a failing allocation.
 *
 * The same holds for a PASID that the core moves. One memory is enough: the
 * core moves one address space of a group at a time.
 *
 * mock_device.prev is this memory: the serial number of that domain, 0 for
 * none. It is a number and not a pointer, since the domain may be freed
 * meanwhile, and serial numbers are never used twice. The memory begins and
 * ends as follows:
 *
 * - An attach to a paging domain sets it, if the device came from a paging
 *   domain and its group has other devices, which may refuse.
 * - An attach to a static domain, and the release of the device, clear it.
 * - A change of an instance's settings clears it for all devices behind the
 *   instance, because from then on the new settings count. That waits for a
 *   move that is under way: the core holds group->mutex from the first
 *   callback of a move to the last one, and iommu_group_for_each_dev() calls
 *   back under that mutex.
 */
#include <linux/atomic.h>
#include <linux/iommu.h>

#include "objects.h"

/* How many devices remember a domain. */
static atomic_t nr_remembering = ATOMIC_INIT(0);

static void set_prev(struct mock_device *mdev, u32 pasid, u64 serial)
{
	u64 was;

	mdev->prev_pasid = pasid;
	was = xchg(&mdev->prev, serial);
	atomic_add(!!serial - !!was, &nr_remembering);
}

/**
 * mock_restore_remember() - the device was attached: where did it come from?
 * @mdev: the device
 * @pasid: the PASID that was attached, or 0
 * @old: the paging domain that it was on, or NULL
 *
 * Context: under the core's group->mutex.
 */
void mock_restore_remember(struct mock_device *mdev, u32 pasid,
			   const struct mock_domain *old)
{
	bool shared = READ_ONCE(mdev->group->devices) > 1;

	set_prev(mdev, pasid, old && shared ? old->serial : 0);
}

/**
 * mock_restore_expected() - may this attach put the device back?
 * @mdev: the device
 * @pasid: the PASID, or 0
 * @dom: the candidate
 *
 * Context: under the core's group->mutex.
 * Return: true if the attach must not fail.
 */
bool mock_restore_expected(const struct mock_device *mdev, u32 pasid,
			   const struct mock_domain *dom)
{
	return READ_ONCE(mdev->prev) == dom->serial &&
	       mdev->prev_pasid == pasid;
}

/* Context: under the core's group->mutex, or when the device goes. */
void mock_restore_forget(struct mock_device *mdev)
{
	set_prev(mdev, 0, 0);
}

static int forget_if(struct device *dev, void *arg)
{
	struct mock_device *mdev = arg;

	if (dev == mdev->dev)
		mock_restore_forget(mdev);
	return 0;
}

/**
 * struct search - a search for a device that remembers a domain
 * @inst: its instance
 * @found: the device, with a reference
 * @group: its group, with a reference
 */
struct search {
	struct mock_instance *inst;
	struct mock_device *found;
	struct iommu_group *group;
};

static int find_remembering(struct mock_obj *obj, void *arg)
{
	struct search *search = arg;
	struct mock_device *mdev = to_device(obj);

	if (mdev->instance != search->inst || !READ_ONCE(mdev->prev))
		return 0;
	kref_get(&obj->ref);
	search->found = mdev;
	/*
	 * The device is published. It gives up its group after it has been
	 * withdrawn, so the group is still there.
	 */
	search->group = iommu_group_ref_get(mdev->group->group);
	return 1;
}

/**
 * mock_restore_forget_all() - make the instance's new settings count
 * @inst: the instance
 *
 * Context: process, no lock of ours held but mock_topology.
 */
void mock_restore_forget_all(struct mock_instance *inst)
{
	int left = atomic_read(&nr_remembering);
	struct search search = { .inst = inst };

	/*
	 * A device that remembers a domain from now on was attached under the
	 * new settings: the loop need not find it.
	 */
	while (left-- > 0 &&
	       mock_obj_for_each(MOCK_DEVICE, find_remembering, &search)) {
		iommu_group_for_each_dev(search.group, search.found, forget_if);
		iommu_group_put(search.group);
		mock_obj_put(&search.found->obj);
	}
}
