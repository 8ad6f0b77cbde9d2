/* SPDX-License-Identifier: GPL-2.0-only */
/* Groups of devices. */
#ifndef MOCK_GROUP_H
#define MOCK_GROUP_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "registry.h"

struct iommu_group;
struct kapi_handle;
struct mock_device;
struct mock_domain;

/**
 * struct mock_group - an IOMMU group and what the in-kernel caller holds
 * @obj: name, lifetime
 * @group: the core's group, with a reference; NULL until the first device is
 *         probed
 * @id: identity that no other group ever has, unlike the number that the core
 *      gives a group
 * @drivers: drivers that ever had a device in the group, each pinned: the core
 *           keeps pointers to the static domains of the first driver as long as
 *           the group has devices. Protected by mock_topology
 * @bound: number of its devices that a kernel driver is bound to
 * @members_lock: protects @members; outside mock_device.place_lock. The core
 *                has a list of its own, but holds the mutex of that list during
 *                a whole attach, however long it takes
 * @members: devices that are published
 * @devices: number of devices; changes under mock_topology and @lock, so a
 *           reader holds one of the two
 * @regions: number of reserved regions of these devices; protected by
 *           mock_topology
 * @lock: protects the members that follow
 * @gone: number of its devices that have been removed from their bus
 * @let_go: set once the in-kernel caller has held the group; gives back what
 *          the caller holds of the group by a device that goes, like the
 *          remove() of a driver. Called under @lock
 * @removing: one of its devices is going; no new claim or attach
 * @claimed: the in-kernel caller owns the group
 * @borrowed: the in-kernel caller owns the group only while it is attached
 * @domain: the domain that the in-kernel caller put the group on, or NULL
 * @handle: what the core keeps of the group if the in-kernel caller moved it to
 *          @domain; see caller/replace.c
 * @pasids: the PASIDs that the in-kernel caller attached; see caller/pasid.c
 * @bonds: the processes that the in-kernel caller bound; see caller/sva.c
 */
struct mock_group {
	struct mock_obj obj;
	struct iommu_group *group;
	u32 id;
	struct list_head drivers;
	atomic_t bound;
	spinlock_t members_lock; /* protects @members */
	struct list_head members;
	unsigned int devices;
	unsigned int regions;
	struct mutex lock; /* protects what follows */
	unsigned int gone;
	void (*let_go)(struct mock_group *mg, struct mock_device *mdev);
	bool removing;
	bool claimed;
	bool borrowed;
	struct mock_domain *domain;
	struct kapi_handle *handle;
	struct list_head pasids;
	struct list_head bonds;
};

struct iommu_group *mock_device_group(struct mock_device *mdev);
int mock_group_join(struct mock_device *mdev, const char *name);
void mock_group_leave(struct mock_device *mdev);
int mock_group_begin_removal(struct mock_device *mdev, bool unload);
void mock_group_cancel_removal(struct mock_group *mg);
void mock_group_show_member(struct mock_device *mdev);
void mock_group_hide_member(struct mock_device *mdev);

#define to_group(o) container_of(o, struct mock_group, obj)

#endif /* MOCK_GROUP_H */
