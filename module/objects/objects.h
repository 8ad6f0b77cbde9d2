/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects: driver, instance, group, device, domain, buffer. One includes
 * this file, and has them all.
 *
 * Locks, outermost first; a lock may be taken while holding those above it:
 *
 *   mock_topology        creation and deletion of instances, groups, devices
 *                        and buffers, by knobs and by unload
 *   mock_group.lock      what the in-kernel caller does with one group
 *   group->mutex         the core's, held around attach callbacks
 *   mock_domain.maps_lock   what the in-kernel caller mapped into one domain
 *   mock_registry.lock   one kind's names and order
 *   mock_dma.data_lock   what a device read by DMA last
 *   mock_group.members_lock  spinlock: the devices in one group
 *   mock_domain.lock     spinlock, irqs off: one domain (map and unmap may
 *                        come from atomic context)
 *   mock_instance.mmu_lock  spinlock, irqs off: one instance's IOTLB, and an
 *                        access of a device behind it to memory
 *   mock_device.place_lock  spinlock, irqs off: where one device is
 *   mock_instance.lock   spinlock, irqs off: one instance's settings
 *   mock_domain.pending_lock, mock_dma.lock, the pairs'   leaf spinlocks, irqs off
 *   journal, answers, hints   leaf spinlocks
 *
 * An attach callback runs under group->mutex and so takes none of the locks
 * above it. Files of an object are removed while mock_topology is held, and
 * their removal waits for their users: a file of an object never takes
 * mock_topology, only the files at the top level do.
 */
#ifndef MOCK_OBJECTS_H
#define MOCK_OBJECTS_H

#include <linux/lockdep.h>

#include "buffer.h"
#include "bus.h"
#include "device.h"
#include "domain.h"
#include "group.h"
#include "instance.h"
#include "journal.h"
#include "registry.h"

#endif /* MOCK_OBJECTS_H */
