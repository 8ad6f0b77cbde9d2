/* SPDX-License-Identifier: GPL-2.0-only */
/* Paging domains, and the devices on them. */
#ifndef MOCK_DOMAIN_H
#define MOCK_DOMAIN_H

#include <linux/bits.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "../abi.h"
#include "../datapath/mmu.h"
#include "../pgtable/pgtable.h"
#include "../policy/policy.h"
#include "device.h"
#include "registry.h"
#include "thread.h"

struct kapi_process;
struct kapi_viommu;
struct mock_buffer;
struct mock_driver;
struct mock_instance;
struct task_struct;

/**
 * struct mock_unit_use - one instance that a domain is in use on
 * @node: place in mock_domain.units
 * @instance: the instance; the links of its devices hold the references
 * @devices: number of the domain's devices that are behind the instance
 * @seq: sorts the list; no other entry of the same domain ever has the number
 */
struct mock_unit_use {
	struct list_head node;
	u64 seq;
	struct mock_instance *instance;
	unsigned int devices;
};

/**
 * struct mock_link - an address space of a device, on a domain
 * @node: place in mock_domain.devices
 * @space: place in mock_device.pasids, if @pasid is not 0
 * @pasid: the PASID; 0: the DMA of the device that has none
 * @domain: the domain, with a reference
 * @device: the device, without a reference: the link goes when the device does
 * @instance: the device's instance, with a reference: the device may be gone
 *            before the link
 *
 * An attach allocates the link before it takes any lock, so that it happens
 * completely or not at all.
 */
struct mock_link {
	struct list_head node;
	struct list_head space;
	u32 pasid;
	struct mock_domain *domain;
	struct mock_device *device;
	struct mock_instance *instance;
};

/* What a domain is made for, as bits. */
#define MOCK_DOMAIN_PLAIN 0U
#define MOCK_DOMAIN_SVA BIT(0) /* the addresses of a process; excludes the others */
#define MOCK_DOMAIN_DIRTY BIT(1) /* tracking the writes of devices */
#define MOCK_DOMAIN_STAGE2 BIT(2) /* stage 1 tables of users may be on it */

enum mock_handler {
#define X(sym, name) MOCK_HANDLER_##sym,
	MOCK_HANDLERS(X)
#undef X
};

/**
 * struct mock_domain - a paging domain
 * @domain: the core's view of it
 * @obj: name, lifetime
 * @driver: the driver that it belongs to, with a reference; changes at most
 *          once, when a domain that was allocated for no device is attached to
 *          one
 * @serial: number that no other domain ever has, from 1 on; immutable. It tags
 *          IOTLB entries, names a domain "dN" that a foreign caller made, and
 *          is what a device remembers of the domain (restore.c)
 * @caller: the in-kernel caller made it; immutable
 * @sva: its addresses are those of a process; immutable
 * @process: that process, or NULL; set before the domain is attached
 * @stage2: tables of users may be on it; immutable
 * @parent: it is a table of a user on this stage 2, with a reference, or NULL; set
 *          before the domain is published. Its caller keeps the stage 2's own table
 * @stage1: with @parent: the table of the user; immutable
 * @viommu: with @parent: where its faults are told, or NULL; owned by kapi/
 * @only: with @viommu: the instance that it belongs to; the vIOMMU keeps it
 * @dirty: it was made to track the writes of devices; immutable
 * @tracking: it does so now, and so do the tables of users on it; changed under @lock,
 *            and read without it
 * @handler: how the in-kernel caller answers requests for pages; changed under @lock, and
 *           read without it
 * @by: the thread that made it
 * @era: number of unmaps that have cleared their entries, for each CPU
 * @closed: no DMA goes through it any more, see mock_domain_close()
 * @lock: protects the members that follow, up to @dying, and @driver
 * @made_for: the device it was allocated for or first attached to, or empty
 * @instance: the instance whose features it copied, with a reference; NULL
 *            before that
 * @traits: the features
 * @made_group: id of the group it was made for, or 0
 * @fresh: no device has ever been attached
 * @table: the page table; works without the lock once @instance is set
 * @devices: links to the devices on it
 * @units: the instances of these devices
 * @nested: the tables of users on it; changed under @lock, and read under RCU
 * @nest: with @parent: place in its @nested, protected by the lock of @parent
 * @last_use: the largest mock_unit_use.seq that was ever used in @units
 * @users: number of groups that the in-kernel caller has put or is putting on
 *         it
 * @dying: the in-kernel caller is freeing it
 * @pending_lock: protects @pending
 * @pending: tables that were unlinked, until an invalidation covers them
 * @maps_lock: protects the members that follow; taken before @lock
 * @maps: mappings of the in-kernel caller, by IOVA
 * @handler_buffer: what MOCK_HANDLER_MAP maps, with a reference; otherwise NULL
 * @kept: memory that the benchmark could not unmap; freed with the domain
 */
struct mock_domain {
	struct iommu_domain domain;
	struct mock_obj obj;
	struct mock_driver *driver;
	u64 serial;
	bool caller;
	bool sva;
	struct kapi_process *process;
	bool stage2;
	struct mock_domain *parent;
	struct mock_stage1 stage1;
	struct kapi_viommu *viommu;
	const struct mock_instance *only;
	bool dirty;
	bool tracking;
	enum mock_handler handler;
	struct mock_thread by;
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
	struct list_head nested;
	struct list_head nest;
	u64 last_use;
	unsigned int users;
	bool dying;
	spinlock_t pending_lock; /* protects @pending */
	struct pgt_freed pending;
	struct mutex maps_lock; /* protects the members that follow */
	struct rb_root maps;
	struct mock_buffer *handler_buffer;
	struct list_head kept;
};

/**
 * struct mock_alloc_hint - a domain that the in-kernel caller is allocating
 * @node: place in the list of hints
 * @task: the thread that allocates; the callback finds the hint by it
 * @name: name of the domain
 * @device: the device that the domain is for
 */
struct mock_alloc_hint {
	struct list_head node;
	struct task_struct *task;
	const char *name;
	struct mock_device *device;
};

void mock_domain_hint_begin(struct mock_alloc_hint *hint);
void mock_domain_hint_end(struct mock_alloc_hint *hint);
struct mock_domain *mock_domain_new(struct mock_driver *driver,
				    const struct mock_alloc_hint *hint);
struct mock_domain *mock_domain_create(struct mock_driver *driver,
				       struct mock_device *mdev,
				       u32 kind);
void mock_domain_destroy(struct mock_domain *dom);
void mock_domain_bind_instance(struct mock_domain *dom,
			       struct mock_instance *inst);
void mock_domain_bind(struct mock_domain *dom, struct mock_device *mdev);
void mock_domain_unlink(struct mock_device *mdev, u32 pasid,
			enum mock_place place);
void mock_domain_unlink_pasids(struct mock_device *mdev);
struct mock_link *mock_link_find(struct mock_device *mdev, u32 pasid);
void mock_link_hook(struct mock_link *link);
void mock_link_unhook(struct mock_link *link);
void mock_link_add_locked(struct mock_domain *dom, struct mock_link *link,
			  struct mock_unit_use **spare);
void mock_domain_drop_link(struct mock_link *link, struct list_head *dead);
void mock_domain_bury(struct list_head *dead);
void mock_domain_free_tables(struct pgt_freed *freed);
void mock_domain_keep_tables(struct mock_domain *dom, u64 iova,
			     struct pgt_freed *freed);
int mock_domain_attach(struct mock_domain *dom, struct mock_device *mdev,
		       u32 pasid);
void mock_domain_place_static(struct mock_device *mdev, u32 pasid,
			      enum mock_place place);
void mock_domain_foreign(struct mock_domain *dom, struct device *dev,
			 u32 pasid);
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

/* nested.c */
int mock_nested_possible(struct mock_instance *inst);
int mock_nested_check(struct mock_instance *inst, struct mock_domain *parent,
		      unsigned int *reason);
struct mock_domain *mock_nested_create(struct mock_device *mdev,
				       struct mock_instance *inst,
				       struct mock_domain *parent,
				       const struct mock_stage1 *stage1,
				       bool pasids);
void mock_nested_record(struct mock_instance *inst,
			const struct mock_domain *parent, bool gone,
			unsigned int why, int ret);
void mock_nested_leave(struct mock_domain *dom);
void mock_nested_hold(struct mock_instance *inst);
void mock_nested_drop(struct mock_instance *inst);
void mock_nested_invalidate(struct mock_domain *parent);
void mock_nested_changed(struct mock_domain *dom, u64 iova, u64 size);

/* dirty.c */
enum mock_dirty_op {
#define X(sym, name) MOCK_DIRTY_##sym,
	MOCK_DIRTY_OPS(X)
#undef X
};

typedef void (*mock_dirty_fn)(void *arg, u64 iova, u64 size);
int mock_domain_track(struct mock_domain *dom, bool on);
int mock_domain_read_dirty(struct mock_domain *dom, u64 iova, u64 size,
			   enum mock_dirty_op op, mock_dirty_fn found,
			   void *arg);
bool mock_domain_enforce(struct mock_domain *dom);
void mock_process_walk(struct mock_domain *dom, u64 iova, u32 access,
		       struct mock_found *found);
void mock_process_changed(struct mock_domain *dom, u64 iova, u64 size);
bool mock_domain_walk(struct mock_domain *dom, u64 iova,
		      struct pgt_leaf *leaf);
void mock_domain_trim(struct mock_domain *dom);
u64 mock_domain_tables(struct mock_domain *dom);
u64 mock_domain_tables_bytes(void);
u64 mock_domain_tables_held(void);
struct mock_domain *mock_domain_of(struct mock_device *mdev, u32 pasid);

#define to_domain(o) container_of(o, struct mock_domain, obj)

#endif /* MOCK_DOMAIN_H */
