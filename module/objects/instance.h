/* SPDX-License-Identifier: GPL-2.0-only */
/* Drivers and instances. */
#ifndef MOCK_INSTANCE_H
#define MOCK_INSTANCE_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "../abi.h"
#include "../datapath/mmu.h"
#include "../policy/policy.h"
#include "fault.h"
#include "kernel.h"
#include "registry.h"

/**
 * struct mock_driver - one set of driver callbacks
 * @obj: name, lifetime
 * @ops: the callbacks that the core sees as the driver
 * @id: identity in struct mock_traits
 * @blocked: the default domain blocks instead of being an identity
 * @instances: number of instances that use it; protected by mock_topology
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

/* The counters of one CPU. */
struct mock_counters {
	u64 n[MOCK_NR_STATS];
};

/**
 * struct mock_settings - settings that may change at any time
 * @checks: the policy
 * @misbehave: bitmap of enum mock_misbehaviour
 * @errnos: the errnos of refusals
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
 * @pasid_bits: its PASIDs have so many bits; 0: it has none. Immutable
 * @unit: its registration with the core
 * @pri: so many requests for pages may wait; 0: it takes none. Immutable
 * @queue: the core's queue for them, or NULL; immutable while it has devices
 * @requests: number of requests that wait
 * @stats: counters of each CPU
 * @mmu_lock: protects @mmu. A device behind the instance also holds it while it
 *            touches memory, one page at a time. So an invalidation that takes
 *            the lock waits for each device that translated before
 * @mmu: the IOTLB and the walker
 * @lock: protects the members that follow
 * @traits: features; frozen while one of the counts below is not 0
 * @set: policy, errnos and misbehaviours
 * @fault: injected failures
 * @devices: number of devices behind it
 * @domains: number of domains that copied its features
 * @viommus: number of vIOMMU objects that are of it
 */
struct mock_instance {
	struct mock_obj obj;
	struct mock_driver *driver;
	u32 pasid_bits;
	struct kapi_unit unit;
	u32 pri;
	struct iopf_queue *queue;
	atomic_t requests;
	struct mock_counters __percpu *stats;
	spinlock_t mmu_lock; /* protects @mmu, and accesses to memory */
	struct mock_mmu mmu;
	spinlock_t lock; /* protects the members that follow */
	struct mock_traits traits;
	struct mock_settings set;
	struct mock_fault fault[MOCK_NR_FAULT_POINTS];
	unsigned int devices;
	unsigned int domains;
	unsigned int viommus;
};

/**
 * struct mock_instance_spec - the instance that new_instance asks for
 * @driver: name of the driver
 * @blocked: the default domain blocks
 * @iotlb: number of entries of the IOTLB
 * @pasid_bits: bits of its PASIDs, or 0
 * @pri: so many requests for pages may wait, or 0
 * @traits: features; mock_instance_create() sets @driver and @instance in them
 * @set: settings
 */
struct mock_instance_spec {
	char driver[MOCK_NAME_LEN];
	bool blocked;
	u32 iotlb;
	u32 pasid_bits;
	u32 pri;
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

#define to_driver(o) container_of(o, struct mock_driver, obj)
#define to_instance(o) container_of(o, struct mock_instance, obj)

/* PASIDs of the instance are below this number; 0: it has none. */
static inline u32 mock_instance_pasids(const struct mock_instance *inst)
{
	return inst->pasid_bits ? 1U << inst->pasid_bits : 0;
}

/* Context: any. */
static inline void mock_instance_stat(struct mock_instance *inst,
				      enum mock_stat stat)
{
	this_cpu_inc(inst->stats->n[stat]);
}

#endif /* MOCK_INSTANCE_H */
