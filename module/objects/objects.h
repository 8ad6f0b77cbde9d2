/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects: driver, instance, group, device, domain, buffer. A source that
 * uses objects includes this file.
 *
 * Locks, outermost first: a thread that holds a lock takes only locks of later
 * lines. lockdep's reports show the same names (lock.h), and
 * tests/lane/lock-order.t compares them with this table. The last lines are
 * leaf locks: a thread that holds one takes none of the others.
 *
 *   mock_topology            mutex: creation and deletion of instances, groups,
 *                            devices and buffers, by knobs and by unload
 *   mock_traits_lock         mutex: a change of an instance's features
 *   pci_rescan_remove_lock   the PCI core's: functions come and go
 *   mock_group.lock          mutex: what the in-kernel caller does with one
 *                            group
 *   iommu_sva_lock           the IOMMU core's: it binds a process to a device
 *   &group->mutex            the IOMMU core's: it calls the attach callbacks
 *   mock_device.gate         rwsem: a device's requests for pages on their way to
 *                            the core
 *   kapi_viommu.lock         rwsem: a vIOMMU that is told of a fault, or destroyed
 *   mock_domain.maps_lock    mutex: what the in-kernel caller mapped into one
 *                            domain
 *   mock_access.lock         mutex: one access object of iommufd
 *   mock_access.pins_lock    mutex: what one access object has pinned; iommufd's
 *                            callback takes it. iommufd's locks nest inside
 *   mock_registry.lock       mutex: the names and the order of one kind of object
 *   mock_dma.data_lock       mutex: what a device read by DMA last
 *   mock_reader.lock         mutex: one open journal, one read at a time
 *   mock_held_lock           spinlock: the requests for pages that the in-kernel caller
 *                            holds
 *   mock_group.members_lock  spinlock: the devices in one group
 *   mock_domain.lock         spinlock, irqs off: one domain (map and unmap may
 *                            come from atomic context)
 *   mock_instance.mmu_lock   spinlock, irqs off: one instance's IOTLB, and an
 *                            access of a device behind it to memory
 *   mock_device.place_lock   spinlock, irqs off: where one device is
 *   mock_instance.lock       spinlock, irqs off: one instance's settings
 *   pci_lock                 the PCI core's, raw: a configuration access
 *   mock_slots_lock          raw spinlock, irqs off: which function is where on
 *                            the PCI buses, and the configuration spaces. A
 *                            bus's masters() takes it under
 *                            mock_instance.mmu_lock
 *   mock_domain.pending_lock spinlock, irqs off: tables that wait for an
 *                            invalidation
 *   mock_device.requests_lock spinlock, irqs off: one device's requests for pages
 *   mock_dma.lock            spinlock, irqs off: one DMA engine's status
 *   mock_pairs_lock          spinlock, irqs off: the exceptions for pairs of
 *                            instances
 *   mock_journal.lock        spinlock, irqs off: the journal
 *   mock_msi_lock            raw spinlock, irqs off: which interrupts of the
 *                            MSI domains are allocated
 *   mock_answers_lock        spinlock: the answers of processes
 *   mock_hints_lock          spinlock: the domains that the in-kernel caller is
 *                            allocating
 *
 * The core calls an attach callback under group->mutex, so the callback takes
 * no lock above that line. Files of an object are removed under mock_topology,
 * and the removal waits for the users of the files. So a file of an object
 * never takes mock_topology; only the files at the top level take it.
 */
#ifndef MOCK_OBJECTS_H
#define MOCK_OBJECTS_H

#include "buffer.h"
#include "bus.h"
#include "device.h"
#include "domain.h"
#include "group.h"
#include "instance.h"
#include "irq.h"
#include "journal.h"
#include "lock.h"
#include "registry.h"
#include "request.h"
#include "restore.h"

#endif /* MOCK_OBJECTS_H */
