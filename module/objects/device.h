/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices. */
#ifndef MOCK_DEVICE_H
#define MOCK_DEVICE_H

#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "../abi.h"
#include "../config/config.h"
#include "bus.h"
#include "dma.h"
#include "registry.h"
#include "request.h"
#include "resv.h"

struct device;
struct device_driver;
struct iommu_device;
struct mock_domain;
struct mock_function;
struct mock_group;
struct mock_instance;
struct mock_link;

enum mock_place {
	MOCK_PLACE_NONE,
	MOCK_PLACE_IDENTITY,
	MOCK_PLACE_BLOCKED,
	MOCK_PLACE_PAGING,
};

enum mock_bridge {
	MOCK_BRIDGE_NONE,
	MOCK_BRIDGE_ROOT_PORT,
	MOCK_BRIDGE_PCI,
};

/**
 * struct mock_device - a dummy endpoint
 * @obj: name, lifetime
 * @instance: immutable, with a reference
 * @group: with a reference; immutable once the core has probed the device. If
 *         @topology is set, it is NULL before the probe, and stays NULL if the
 *         core does not accept the device
 * @pf: PCI: the device is a virtual function (VF): its physical function (PF),
 *      with a reference; else NULL. Immutable
 * @vfs: PCI: the device is a PF: its VFs; protected by mock_topology
 * @nr_vfs: length of @vfs; protected by mock_topology
 * @bridge: PCI: not a bridge, or the kind of bridge; immutable
 * @hotplug: PCI: a root port: the kind of its hot-plug slot; immutable
 * @transient: PCI: it comes and goes without mock_topology, see transient.c; immutable
 * @topology: PCI: the PCI topology decides its group; immutable
 * @member: place in mock_group.members
 * @dev: the device on its bus. Of a transient device: NULL until it comes for the
 *       first time, and later the last device that it was; changes under
 *       @place_lock
 * @bus: the bus that it is on; immutable
 * @function: PCI: its function; NULL on other buses
 * @isolated: PCI: its interrupts are isolated; immutable
 * @coherent: its DMA is coherent with CPU caches; immutable
 * @max_pasids: PASIDs are below this number; 0: it has none. Immutable
 * @resv: its reserved regions; immutable
 * @probe_error: why the core did not accept it; written during its probe
 * @going: it is being removed from its bus, or is transient and not there;
 *         protected by mock_group.lock
 * @pinned: a driver that is not ours is bound to it, and pins the module;
 *          changes under the device's lock
 * @prev: owned by restore.c; serial number of the paging domain that the core
 *        may put the device back on, or 0
 * @prev_pasid: owned by restore.c; the PASID that came from that domain, or 0
 * @dma: its DMA engine
 * @gate: held for reading while a request for a page goes to the core; protects
 *        @queued
 * @queued: it is in the queue of its instance; written under the core's
 *          group->mutex, too
 * @requests_lock: protects @requests and @last_group
 * @requests: requests for pages that wait for an answer
 * @last_group: number of the last group of requests that was chosen here
 * @place_lock: protects what follows
 * @driver: name of the kernel driver bound to it, or empty
 * @place: the kind of domain it is on
 * @link: ties it to the paging domain it is on, or NULL
 * @pasids: links of its PASIDs that are on domains
 */
struct mock_device {
	struct mock_obj obj;
	struct mock_instance *instance;
	struct mock_group *group;
	struct list_head member;
	struct device *dev;
	const struct mock_bus_ops *bus;
	struct mock_function *function;
	struct mock_device *pf;
	struct mock_device **vfs;
	u32 nr_vfs;
	enum mock_bridge bridge;
	enum mock_hotplug hotplug;
	bool transient;
	bool topology;
	bool isolated;
	bool coherent;
	u32 max_pasids;
	struct mock_resv resv;
	int probe_error;
	bool going;
	bool pinned;
	u64 prev;
	u32 prev_pasid;
	struct mock_dma dma;
	struct rw_semaphore gate;
	bool queued;
	spinlock_t requests_lock; /* protects @requests and @last_group */
	struct list_head requests;
	u32 last_group;
	spinlock_t place_lock; /* protects what follows */
	char driver[MOCK_NAME_LEN];
	enum mock_place place;
	struct mock_link *link;
	struct list_head pasids;
};

/**
 * struct mock_device_spec - the device that a write to new_device asks for
 * @group: name of its group; empty: a group of its own, with the device's name
 * @pci: it is a PCI function, not a platform device
 * @topology: PCI: the PCI topology decides its group; @group is empty then
 * @bridge: PCI: not a bridge, or the kind of bridge
 * @behind: PCI: the bridge that it is behind, or NULL
 * @slot: PCI: name of the slot that it shares, or empty
 * @acs: PCI: it has Access Control Services
 * @aer: PCI: it has Advanced Error Reporting
 * @hotplug: PCI: a root port: the kind of its hot-plug slot
 * @isolated: PCI: its interrupts are isolated from those of other devices
 * @vectors: PCI: number of its MSI vectors, a power of two; 0: no MSI
 * @intx: PCI: it has INTx
 * @msix: PCI: number of its MSI-X vectors; 0: no MSI-X
 * @msix_bar: PCI: the BAR that has the table of MSI-X
 * @bars: PCI: its BARs, without addresses
 * @regs: PCI: BAR 0 begins with the registers of its DMA engine
 * @coarse: PCI: its instance may lack a page size as small as the CPU's
 * @coherent: its DMA is coherent with CPU caches
 * @pasids: number of its PASIDs, PASID 0 included: a power of two, or 0
 * @resv: its reserved regions
 * @sriov: PCI: number of its VFs, which are devices, too
 * @vf_offset: PCI: with @sriov: distance from the function to its first VF
 * @vf_stride: PCI: with @sriov: distance from one VF to the next
 * @vf_device: PCI: with @sriov: device id of the VFs
 * @vf_bars: PCI: with @sriov: the BARs of each VF, without addresses
 * @vf_msix_bar: PCI: with @vf_bars and @msix: the BAR that has the VF's table of MSI-X
 * @vf_instances: PCI: with @sriov: the instances in front of the VFs, in turn
 * @nr_vf_instances: PCI: with @sriov: how many they are
 * @pf: PCI: it is a VF of this device, or NULL
 * @vf: PCI: with @pf: its number
 * @like: PCI: the known device that it is like, if the option was given
 * @ids: PCI: its ids, class and serial number
 */
struct mock_device_spec {
	char group[MOCK_NAME_LEN];
	bool pci;
	bool topology;
	enum mock_bridge bridge;
	struct mock_device *behind;
	char slot[MOCK_NAME_LEN];
	bool acs;
	bool aer;
	enum mock_hotplug hotplug;
	bool isolated;
	u32 vectors;
	bool intx;
	u32 msix;
	u32 msix_bar;
	struct mock_config_bar bars[MOCK_BARS];
	bool regs;
	bool coarse;
	bool coherent;
	u32 pasids;
	struct mock_resv resv;
	u32 sriov;
	u32 vf_offset;
	u32 vf_stride;
	u32 vf_device;
	struct mock_config_bar vf_bars[MOCK_BARS];
	u32 vf_msix_bar;
	struct mock_instance *vf_instances[MOCK_VF_INSTANCES_MAX];
	u32 nr_vf_instances;
	struct mock_device *pf;
	u32 vf;
	u32 like;
	struct mock_config_ids ids;
};

void mock_device_spec_init(struct mock_device_spec *spec);
int mock_device_create(const char *name, struct mock_instance *inst,
		       const struct mock_device_spec *spec);
int mock_device_delete(struct mock_device *mdev, bool unload);
struct device *mock_device_get_dev(struct mock_device *mdev);
void mock_device_set_dev(struct mock_device *mdev, struct device *dev);
struct iommu_device *mock_device_probe(struct mock_device *mdev);
void mock_device_release(struct mock_device *mdev);
void mock_device_where(struct mock_device *mdev, u32 pasid, char *name);
void mock_device_driver(struct mock_device *mdev, char *name);
bool mock_device_driven(struct mock_device *mdev);
void mock_device_bound(struct mock_device *mdev,
		       const struct device_driver *driver, bool pin);
void mock_device_unbound(struct mock_device *mdev);
void mock_device_going(struct mock_device *mdev);
bool mock_device_on(struct mock_device *mdev, u32 pasid,
		    struct mock_domain *dom);

/* device.c, for vf.c */
struct mock_device *mock_device_make(const char *name,
				     struct mock_instance *inst,
				     const struct mock_device_spec *spec);
void mock_device_remove(struct mock_device *mdev);

/* vf.c */
void mock_vf_name(const char *pf, u32 vf, char *name);
int mock_vfs_make(struct mock_device *pf, const struct mock_device_spec *spec);
void mock_vfs_remove(struct mock_device *pf);

/* transient.c */
bool mock_spec_transient(const struct mock_device_spec *spec);
int mock_transient_join(struct mock_device *mdev,
			const struct mock_device_spec *spec);
bool mock_device_absent(const struct mock_device *mdev);
int mock_fail_absent(const struct mock_device *mdev);
void mock_device_arrived(struct mock_device *mdev);

#define to_device(o) container_of(o, struct mock_device, obj)

#endif /* MOCK_DEVICE_H */
