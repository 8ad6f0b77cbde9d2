/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects: driver, instance, group, device, domain, buffer.
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

#include <linux/atomic.h>
#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "../abi.h"
#include "../buses/config.h"
#include "../datapath/mmu.h"
#include "../kapi/kapi.h"
#include "../pgtable/pgtable.h"
#include "../policy/policy.h"
#include "dma.h"
#include "fault.h"
#include "journal.h"
#include "resv.h"

struct dentry;

enum mock_kind {
	MOCK_DRIVER,
	MOCK_INSTANCE,
	MOCK_GROUP,
	MOCK_DEVICE,
	MOCK_DOMAIN,
	MOCK_BUFFER,
	MOCK_NR_KINDS,
};

/**
 * struct mock_obj - what all objects have
 * @name: unique in its kind while the object is registered; immutable
 * @kind: immutable
 * @ref: lifetime of the memory; registration holds one reference
 * @order: place in the registry's list, protected by its lock
 * @hash: place in the registry's hash, protected by its lock
 * @dir: the object's directory, owned by knobs/
 */
struct mock_obj {
	char name[MOCK_NAME_LEN];
	enum mock_kind kind;
	struct kref ref;
	struct list_head order;
	struct hlist_node hash;
	struct dentry *dir;
};

extern struct mutex mock_topology;

/* registry.c */

/**
 * struct mock_watcher - told when objects come and go
 * @added: the object is about to become visible; 0, or it cannot be
 * @removed: it is about to go; wait here for its users
 *
 * Called without spinlocks.
 */
struct mock_watcher {
	int (*added)(struct mock_obj *obj);
	void (*removed)(struct mock_obj *obj);
};

void mock_registry_init(void);
void mock_registry_watch(const struct mock_watcher *w);
int mock_obj_add(struct mock_obj *obj, enum mock_kind kind, const char *name);
int mock_obj_publish(struct mock_obj *obj);
void mock_obj_withdraw(struct mock_obj *obj);
void mock_obj_del(struct mock_obj *obj);
struct mock_obj *mock_obj_find(enum mock_kind kind, const char *name);
bool mock_obj_exists(enum mock_kind kind, const char *name);
void mock_obj_put(struct mock_obj *obj);
bool mock_obj_registered(struct mock_obj *obj);
struct mock_obj *mock_obj_next(enum mock_kind kind, struct mock_obj *obj);
unsigned int mock_obj_count(enum mock_kind kind);
int mock_obj_for_each(enum mock_kind kind,
		      int (*fn)(struct mock_obj *obj, void *arg), void *arg);
struct mock_obj *mock_obj_last(enum mock_kind kind);

/* An allocated object is freed by its kind. */
void mock_driver_free(struct mock_obj *obj);
void mock_instance_free(struct mock_obj *obj);
void mock_group_free(struct mock_obj *obj);
void mock_device_free(struct mock_obj *obj);
void mock_domain_free(struct mock_obj *obj);
void mock_buffer_free(struct mock_obj *obj);

/* instance.c */

/**
 * struct mock_driver - one set of driver callbacks
 * @obj: name, lifetime
 * @ops: what the core sees as the driver
 * @id: identity in struct mock_traits
 * @blocked: the default domain blocks instead of being an identity
 * @instances: how many use it; protected by mock_topology
 */
struct mock_driver {
	struct mock_obj obj;
	struct kapi_driver *ops;
	u32 id;
	bool blocked;
	unsigned int instances;
};

enum mock_stat {
	MOCK_STAT_PROBES,
	MOCK_STAT_RELEASES,
	MOCK_STAT_ALLOCS,
	MOCK_STAT_ATTACHES,
	MOCK_STAT_ATTACHED,
	MOCK_STAT_REFUSED,
	MOCK_STAT_FAULTS,
	MOCK_STAT_FOREIGN,
	MOCK_STAT_MAPS,
	MOCK_STAT_UNMAPS,
	MOCK_STAT_INVALIDATIONS,
	MOCK_STAT_LOST,
	MOCK_STAT_INV_RANGE,
	MOCK_STAT_INV_DOMAIN,
	MOCK_STAT_INV_ALL,
	MOCK_STAT_DMAS,
	MOCK_STAT_DMA_FAULTS,
	MOCK_NR_STATS,
};

/* Counters of one CPU. */
struct mock_counters {
	u64 n[MOCK_NR_STATS];
};

/**
 * struct mock_settings - what may change at any time
 * @checks: the policy
 * @misbehave: bitmap of enum mock_misbehaviour
 * @errnos: what a refusal answers
 */
struct mock_settings {
	u32 checks;
	u32 misbehave;
	struct mock_errnos errnos;
};

/**
 * struct mock_instance - one mock IOMMU unit
 * @obj: name, lifetime
 * @driver: immutable
 * @unit: its registration with the core
 * @stats: counters of each CPU
 * @mmu_lock: protects @mmu. Held, too, while a device behind the instance
 *            touches memory, a page at a time: an invalidation that takes it
 *            has waited for whoever translated before
 * @mmu: the IOTLB and the walker
 * @lock: protects all below
 * @traits: features; frozen while @devices or @domains is not 0
 * @set: policy and misbehaviours
 * @fault: injected failures
 * @devices: devices behind it
 * @domains: domains that copied its features
 */
struct mock_instance {
	struct mock_obj obj;
	struct mock_driver *driver;
	struct kapi_unit unit;
	struct mock_counters __percpu *stats;
	spinlock_t mmu_lock; /* protects @mmu, and accesses to memory */
	struct mock_mmu mmu;
	spinlock_t lock; /* protects all below */
	struct mock_traits traits;
	struct mock_settings set;
	struct mock_fault fault[MOCK_NR_FAULT_POINTS];
	unsigned int devices;
	unsigned int domains;
};

/**
 * struct mock_instance_spec - what new_instance asks for
 * @driver: name of the driver
 * @blocked: its default domain blocks
 * @iotlb: entries of its IOTLB
 * @traits: @driver and @instance are filled in by creation
 * @set: settings
 */
struct mock_instance_spec {
	char driver[MOCK_NAME_LEN];
	bool blocked;
	u32 iotlb;
	struct mock_traits traits;
	struct mock_settings set;
};

void mock_instance_spec_init(struct mock_instance_spec *spec);
u32 mock_new_id(void);
int mock_instance_create(const char *name,
			 const struct mock_instance_spec *spec);
int mock_instance_delete(struct mock_instance *inst);
int mock_instance_set_traits(struct mock_instance *inst,
			     int (*edit)(struct mock_traits *traits,
					 const void *arg),
			     const void *arg);
void mock_instance_get_traits(struct mock_instance *inst,
			      struct mock_traits *traits);
void mock_instance_set_settings(struct mock_instance *inst,
				void (*edit)(struct mock_settings *set,
					     const void *arg),
				const void *arg);
void mock_instance_get_settings(struct mock_instance *inst,
				struct mock_settings *set);
void mock_instance_set_fault(struct mock_instance *inst,
			     enum mock_fault_point point,
			     const struct mock_fault *fault);
void mock_instance_stat(struct mock_instance *inst, enum mock_stat stat);
u64 mock_instance_stat_sum(struct mock_instance *inst, enum mock_stat stat);
void mock_instance_stats_zero(struct mock_instance *inst);
void mock_instance_get_mmu(struct mock_instance *inst, struct mock_mmu *mmu);
int mock_instance_set_iotlb(struct mock_instance *inst, u32 entries);
int mock_instance_renew_iotlb(struct mock_instance *inst, u32 entries);
bool mock_instance_misbehaves(struct mock_instance *inst,
			      enum mock_misbehaviour mis);

int mock_pair_set(struct mock_instance *a, struct mock_instance *b,
		  enum mock_pair pair);
enum mock_pair mock_pair_get(u32 a, u32 b);
void mock_pair_forget(u32 id);
unsigned int mock_pair_count(u32 id);

/* Groups and devices. */

enum mock_place {
	MOCK_PLACE_NONE,
	MOCK_PLACE_IDENTITY,
	MOCK_PLACE_BLOCKED,
	MOCK_PLACE_PAGING,
};

/**
 * struct mock_group - an IOMMU group and what the in-kernel caller holds
 * @obj: name, lifetime
 * @group: the core's, with a reference of ours; NULL until the first device
 *         is probed
 * @id: identity, never used twice, unlike the number that the core gives it
 * @drivers: those that ever had a device in it, each pinned: the core keeps
 *           pointers to the first one's static domains for as long as the
 *           group has devices. Protected by mock_topology
 * @bound: how many of its devices have a kernel driver bound to them
 * @members_lock: protects @members; outside mock_device.place_lock. The core
 *                has a list of its own, but behind a mutex that it holds
 *                while it attaches, however long that takes
 * @members: devices that are published
 * @devices: number of devices; changes under mock_topology and @lock, so
 *           that either may be held to read it
 * @lock: protects what follows
 * @removing: one of its devices is going; no new claim or attach
 * @claimed: the in-kernel caller owns the group
 * @borrowed: it does so only while it is attached
 * @domain: the in-kernel caller's domain it put the group on, or NULL
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
	struct mutex lock; /* protects what follows */
	bool removing;
	bool claimed;
	bool borrowed;
	struct mock_domain *domain;
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
 * @group: with a reference; immutable once the core has probed it. NULL before
 *         that, and of one that it did not take, if @topology
 * @bridge: PCI: a bridge, and which; immutable
 * @topology: PCI: its group is what the topology makes of it; immutable
 * @member: place in mock_group.members
 * @dev: the device on its bus
 * @function: PCI: its function; NULL on other buses
 * @isolated: PCI: its interrupts are isolated; immutable
 * @coherent: its DMA is coherent with CPU caches; immutable
 * @resv: its reserved regions; immutable
 * @probe_error: why the core did not take it; written while it is probed
 * @pinned: a driver of somebody else is bound to it, and pins the module;
 *          changes under the device's lock
 * @prev: serial number of the paging domain that it left for the present
 *        one, which the core may have to put back; 0: none. Set under the
 *        core's group->mutex
 * @dma: its DMA engine
 * @place_lock: protects what follows
 * @driver: name of the kernel driver bound to it, or empty
 * @place: what kind of domain it is on
 * @link: ties it to the paging domain it is on, or NULL
 */
struct mock_device {
	struct mock_obj obj;
	struct mock_instance *instance;
	struct mock_group *group;
	struct list_head member;
	struct device *dev;
	struct mock_function *function;
	enum mock_bridge bridge;
	bool topology;
	bool isolated;
	bool coherent;
	struct mock_resv resv;
	int probe_error;
	bool pinned;
	u64 prev;
	struct mock_dma dma;
	spinlock_t place_lock; /* protects what follows */
	char driver[MOCK_NAME_LEN];
	enum mock_place place;
	struct mock_link *link;
};

/**
 * struct mock_device_spec - what new_device asks for
 * @group: name of its group; empty: one of its own, named like the device
 * @pci: it is a PCI function, not a platform device
 * @topology: PCI: the topology says which group; @group is empty then
 * @bridge: PCI: a bridge, and which
 * @behind: PCI: the bridge that it is behind, or NULL
 * @slot: PCI: name of the slot that it shares, or empty
 * @acs: PCI: it has Access Control Services
 * @isolated: PCI: its interrupts are isolated from others'
 * @coherent: its DMA is coherent with CPU caches
 * @resv: its reserved regions
 * @ids: PCI: what it says it is
 */
struct mock_device_spec {
	char group[MOCK_NAME_LEN];
	bool pci;
	bool topology;
	enum mock_bridge bridge;
	struct mock_device *behind;
	char slot[MOCK_NAME_LEN];
	bool acs;
	bool isolated;
	bool coherent;
	struct mock_resv resv;
	struct mock_config_ids ids;
};

/* group.c */

struct iommu_group *mock_device_group(struct mock_device *mdev);
int mock_group_join(struct mock_device *mdev, const char *name);
void mock_group_leave(struct mock_group *mg);
int mock_group_begin_removal(struct mock_device *mdev, bool unload);
void mock_group_show_member(struct mock_device *mdev);
void mock_group_hide_member(struct mock_device *mdev);

/* device.c */

void mock_device_spec_init(struct mock_device_spec *spec);
int mock_device_create(const char *name, struct mock_instance *inst,
		       const struct mock_device_spec *spec);
int mock_device_delete(struct mock_device *mdev, bool unload);
struct iommu_device *mock_device_probe(struct mock_device *mdev);
void mock_device_release(struct mock_device *mdev);
struct mock_device *mock_device_of(struct device *dev);
void mock_device_where(struct mock_device *mdev, char *name);
void mock_device_driver(struct mock_device *mdev, char *name);
bool mock_device_driven(struct mock_device *mdev);
void mock_device_bound(struct mock_device *mdev,
		       const struct device_driver *driver, bool pin);
void mock_device_unbound(struct mock_device *mdev);
bool mock_device_on(struct mock_device *mdev, struct mock_domain *dom);
void mock_device_set_prev(struct mock_device *mdev, u64 serial);
void mock_device_forget_prev(struct mock_instance *inst);

/* domain.c */

/**
 * struct mock_unit_use - one instance that a domain is in use on
 * @node: place in mock_domain.units
 * @instance: without a reference: its devices are linked, and hold one
 * @devices: how many of the domain's devices are behind it
 */
struct mock_unit_use {
	struct list_head node;
	struct mock_instance *instance;
	unsigned int devices;
};

/**
 * struct mock_link - a device on a domain; allocated before any lock is
 * taken, so that an attach either happens whole or not at all
 * @node: place in mock_domain.devices
 * @domain: with a reference
 * @device: without: the link goes when the device does
 * @instance: the device's, with a reference: the device may be gone before
 *            the link
 */
struct mock_link {
	struct list_head node;
	struct mock_domain *domain;
	struct mock_device *device;
	struct mock_instance *instance;
};

/**
 * struct mock_domain - a paging domain
 * @domain: what the core knows
 * @obj: name, lifetime
 * @driver: whose, with a reference; changes at most once, when a domain that
 *          was allocated for no device is attached to one
 * @serial: never used twice; immutable
 * @caller: made by the in-kernel caller; immutable
 * @pid: process that made it
 * @comm: its name
 * @era: how many unmaps have cleared their entries, by CPU
 * @closed: no DMA goes through it any more: mock_domain_close()
 * @lock: protects what follows, up to @dying, and @driver
 * @made_for: device it was allocated for or first attached to, or empty
 * @instance: whose features it copied, with a reference; NULL before that
 * @traits: the features
 * @made_group: id of the group it was made for, or 0
 * @fresh: no device has ever been attached
 * @table: the page table; works without the lock once @instance is set
 * @devices: links to the devices on it
 * @units: instances they are behind
 * @users: groups that the in-kernel caller has put or is putting on it
 * @dying: the in-kernel caller is freeing it
 * @pending_lock: protects @pending
 * @pending: tables that are empty, until an invalidation covers them
 * @maps_lock: protects @maps and @kept; taken before @lock
 * @maps: what the in-kernel caller mapped, by IOVA
 * @kept: memory of its own that it could not unmap; freed with the domain
 */
struct mock_domain {
	struct iommu_domain domain;
	struct mock_obj obj;
	struct mock_driver *driver;
	u64 serial;
	bool caller;
	pid_t pid;
	char comm[16];
	u64 __percpu *era;
	bool closed;
	spinlock_t lock; /* protects what follows, up to @dying */
	char made_for[MOCK_NAME_LEN];
	struct mock_instance *instance;
	struct mock_traits traits;
	u32 made_group;
	bool fresh;
	struct pgt table;
	struct list_head devices;
	struct list_head units;
	unsigned int users;
	bool dying;
	spinlock_t pending_lock; /* protects @pending */
	struct pgt_freed pending;
	struct mutex maps_lock; /* protects @maps and @kept */
	struct rb_root maps;
	struct list_head kept;
};

/**
 * struct mock_alloc_hint - what the in-kernel caller knows about a domain
 * that it is about to allocate; found again by the task
 */
struct mock_alloc_hint {
	struct list_head node;
	struct task_struct *task;
	const char *name;
	struct mock_device *device;
};

void mock_domain_hint_begin(struct mock_alloc_hint *hint);
void mock_domain_hint_end(struct mock_alloc_hint *hint);
struct mock_domain *mock_domain_create(struct mock_driver *driver,
				       struct mock_device *mdev);
void mock_domain_destroy(struct mock_domain *dom);
void mock_domain_bind(struct mock_domain *dom, struct mock_device *mdev);
void mock_domain_unlink(struct mock_device *mdev, enum mock_place place);
void mock_domain_drop_link(struct mock_link *link, struct list_head *dead);
void mock_domain_bury(struct list_head *dead);
void mock_domain_free_tables(struct pgt_freed *freed);
void mock_domain_keep_tables(struct mock_domain *dom, struct pgt_freed *freed);
int mock_domain_attach(struct mock_domain *dom, struct mock_device *mdev);
void mock_domain_place_static(struct mock_device *mdev, enum mock_place place);
void mock_domain_foreign(struct mock_domain *dom, struct device *dev);
int mock_domain_map(struct mock_domain *dom, u64 iova, u64 phys, u64 pgsize,
		    size_t count, int prot, gfp_t gfp, size_t *mapped);
size_t mock_domain_unmap(struct mock_domain *dom, u64 iova, u64 size);
u64 mock_domain_iova_to_phys(struct mock_domain *dom, u64 iova);
struct mock_instance *mock_domain_instance(struct mock_domain *dom);
void mock_domain_next_era(struct mock_domain *dom);
u64 mock_domain_era(struct mock_domain *dom);
void mock_domain_invalidate(struct mock_domain *dom, u64 iova, u64 size);
void mock_domain_left(struct mock_domain *dom, struct mock_instance *inst,
		      bool last);
bool mock_domain_enforce(struct mock_domain *dom);
bool mock_domain_walk(struct mock_domain *dom, u64 iova,
		      struct pgt_leaf *leaf);
u64 mock_domain_tables_bytes(void);
u64 mock_domain_tables_held(void);
struct mock_domain *mock_domain_of(struct mock_device *mdev);

/* buffer.c */

/**
 * struct mock_buffer - memory to map
 * @obj: name, lifetime
 * @size: bytes
 * @maps: how often it is mapped
 * @nr_pieces: number of @pieces
 * @pieces: physically contiguous parts, in order
 */
struct mock_buffer {
	struct mock_obj obj;
	u64 size;
	atomic_t maps;
	unsigned int nr_pieces;
	struct mock_piece {
		struct page *page;
		u64 offset;
		unsigned int order;
	} *pieces;
};

int mock_buffer_create(const char *name, u64 size);
int mock_buffer_delete(struct mock_buffer *buf);
const struct mock_piece *mock_buffer_piece(const struct mock_buffer *buf,
					   u64 offset);

#define to_driver(o) container_of(o, struct mock_driver, obj)
#define to_instance(o) container_of(o, struct mock_instance, obj)
#define to_group(o) container_of(o, struct mock_group, obj)
#define to_device(o) container_of(o, struct mock_device, obj)
#define to_domain(o) container_of(o, struct mock_domain, obj)
#define to_buffer(o) container_of(o, struct mock_buffer, obj)

#endif /* MOCK_OBJECTS_H */
