// SPDX-License-Identifier: GPL-2.0-only
/* Drivers, instances, and the exceptions for pairs of instances. */
#include <linux/hashtable.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "objects.h"

/* No identity is used twice, so an identity that is stale matches nothing. */
static atomic_t last_id = ATOMIC_INIT(0);

u32 mock_new_id(void)
{
	return atomic_inc_return(&last_id);
}

/* ---- drivers ---------------------------------------------------------- */

void mock_driver_free(struct mock_obj *obj)
{
	struct mock_driver *drv = to_driver(obj);

	kapi_driver_free(drv->ops);
	kfree(drv);
}

static struct mock_driver *driver_create(const char *name, bool blocked)
{
	struct mock_driver *drv;
	int ret;

	lockdep_assert_held(&mock_topology);
	drv = kzalloc(sizeof(*drv), GFP_KERNEL);
	if (!drv)
		return ERR_PTR(-ENOMEM);
	ret = mock_obj_add(&drv->obj, MOCK_DRIVER, name);
	if (ret) {
		kfree(drv);
		return ERR_PTR(ret);
	}
	drv->id = mock_new_id();
	drv->blocked = blocked;
	drv->ops = kapi_driver_alloc(blocked);
	if (IS_ERR(drv->ops)) {
		ret = PTR_ERR(drv->ops);
		drv->ops = NULL;
		mock_obj_del(&drv->obj);
		return ERR_PTR(ret);
	}
	ret = mock_obj_publish(&drv->obj);
	if (ret) {
		mock_obj_del(&drv->obj);
		return ERR_PTR(ret);
	}
	return drv;
}

/**
 * driver_get() - find the driver of a new instance, or make it
 * @spec: the instance that a write to new_instance asks for
 *
 * Return: the driver, with its count of instances raised, or an ERR_PTR: -EXDEV
 * if the driver has another default domain; -EBUSY if the kernel has one driver
 * per bus and another driver exists.
 */
static struct mock_driver *driver_get(const struct mock_instance_spec *spec)
{
	struct mock_driver *drv;
	struct mock_obj *obj;

	lockdep_assert_held(&mock_topology);
	obj = mock_obj_find(MOCK_DRIVER, spec->driver);
	if (obj) {
		drv = to_driver(obj);
		if (drv->blocked != spec->blocked) {
			mock_obj_put(obj);
			return ERR_PTR(-EXDEV);
		}
	} else {
		if (!kapi_multi_driver() && mock_obj_count(MOCK_DRIVER))
			return ERR_PTR(-EBUSY);
		drv = driver_create(spec->driver, spec->blocked);
		if (IS_ERR(drv))
			return drv;
		kref_get(&drv->obj.ref);
	}
	drv->instances++;
	return drv;
}

/* The instance gives up its driver. The driver goes with its last instance. */
static void driver_drop(struct mock_driver *drv)
{
	lockdep_assert_held(&mock_topology);
	if (!--drv->instances) {
		mock_obj_withdraw(&drv->obj);
		mock_obj_del(&drv->obj);
	}
}

/* ---- instances -------------------------------------------------------- */

void mock_instance_free(struct mock_obj *obj)
{
	struct mock_instance *inst = to_instance(obj);

	if (inst->driver)
		mock_obj_put(&inst->driver->obj);
	kvfree(inst->mmu.tlb.entries);
	free_percpu(inst->stats);
	kfree(inst);
}

/* The defaults of docs/ABI.md, new_instance. */
void mock_instance_spec_init(struct mock_instance_spec *spec)
{
	const struct pgt_format *fmt = pgt_format(MOCK_FORMAT_ARM_4K);

	memset(spec, 0, sizeof(*spec));
	strscpy(spec->driver, "mock", sizeof(spec->driver));
	spec->traits.format = MOCK_FORMAT_ARM_4K;
	spec->traits.ias = fmt->ias;
	spec->traits.oas = fmt->oas;
	spec->traits.pgsizes = fmt->pgsizes;
	spec->traits.coherent = true;
	spec->traits.enforce = true;
	spec->iotlb = MOCK_IOTLB_DEFAULT;
	spec->set.checks = MOCK_POLICY_COMPATIBLE;
	spec->set.errnos.error_default = EINVAL;
}

/* Set how the instance reads tables; its features decide that. */
static void set_walker(struct mock_instance *inst)
{
	const struct mock_traits *traits = &inst->traits;

	inst->mmu.walker = (struct pgt_walker){
		.fmt = pgt_format(traits->format), .ias = traits->ias,
		.oas = traits->oas, .pgsizes = traits->pgsizes,
		.dirty = traits->dirty,
	};
}

/**
 * mock_instance_create() - make an instance and register it with the core
 * @name: a valid name
 * @spec: the properties of the instance; the values are in range
 *
 * Context: process, under mock_topology.
 * Return: 0; -EEXIST; the errno of driver_get() or of the core's registration.
 */
int mock_instance_create(const char *name,
			 const struct mock_instance_spec *spec)
{
	struct mock_instance *inst;
	struct mock_driver *drv;
	int ret;

	lockdep_assert_held(&mock_topology);
	inst = kzalloc(sizeof(*inst), GFP_KERNEL);
	if (!inst)
		return -ENOMEM;
	spin_lock_init(&inst->lock);
	mock_lock_name(&inst->lock, "mock_instance.lock");
	spin_lock_init(&inst->mmu_lock);
	mock_lock_name(&inst->mmu_lock, "mock_instance.mmu_lock");
	ret = mock_obj_add(&inst->obj, MOCK_INSTANCE, name);
	if (ret) {
		kfree(inst);
		return ret;
	}

	ret = -ENOMEM;
	inst->stats = alloc_percpu(struct mock_counters);
	if (!inst->stats || mock_instance_set_iotlb(inst, spec->iotlb))
		goto err_del;
	drv = driver_get(spec);
	if (IS_ERR(drv)) {
		ret = PTR_ERR(drv);
		goto err_del;
	}
	inst->driver = drv;
	inst->pri = spec->pri;
	if (inst->pri)
		inst->queue = kapi_queue_new(name);
	ret = -ENOMEM;
	if (inst->pri && !inst->queue)
		goto err_driver;
	inst->pasid_bits = spec->pasid_bits;
	inst->traits = spec->traits;
	inst->traits.driver = drv->id;
	inst->traits.instance = mock_new_id();
	set_walker(inst);
	inst->set = spec->set;

	ret = kapi_unit_register(&inst->unit, drv->ops, name,
				 mock_instance_pasids(inst));
	if (ret)
		goto err_driver;
	ret = mock_obj_publish(&inst->obj);
	if (ret)
		goto err_unit;
	return 0;

err_unit:
	kapi_unit_unregister(&inst->unit);
err_driver:
	kapi_queue_free(inst->queue);
	driver_drop(drv);
err_del:
	mock_obj_del(&inst->obj);
	return ret;
}

/**
 * mock_instance_delete() - unregister and forget an instance
 * @inst: the instance; the caller keeps its own reference
 *
 * Context: process, under mock_topology.
 * Return: 0, or -EBUSY while devices, domains or vIOMMU objects depend on it.
 */
int mock_instance_delete(struct mock_instance *inst)
{
	struct mock_driver *drv = inst->driver;

	lockdep_assert_held(&mock_topology);
	if (READ_ONCE(inst->devices) || READ_ONCE(inst->domains) ||
	    READ_ONCE(inst->viommus))
		return -EBUSY;
	mock_obj_withdraw(&inst->obj);
	kapi_unit_unregister(&inst->unit);
	kapi_queue_free(inst->queue);
	mock_pair_forget(inst->traits.instance);
	driver_drop(drv);
	/* Wait for invalidations that began when it still had a device. */
	synchronize_rcu_expedited();
	mock_obj_del(&inst->obj);
	return 0;
}

/*
 * Held while the features of any instance change; outside mock_instance.lock.
 */
static DEFINE_MUTEX(mock_traits_lock);

/**
 * mock_instance_set_traits() - change features
 * @inst: the instance
 * @edit: changes a copy of the features; on an error of it nothing changes
 * @arg: argument of @edit
 *
 * Return: 0; -EBUSY while the features are frozen; the error of @edit.
 */
int mock_instance_set_traits(struct mock_instance *inst,
			     int (*edit)(struct mock_traits *traits,
					 const void *arg),
			     const void *arg)
{
	struct mock_traits traits;
	int ret;

	mutex_lock(&mock_traits_lock);
	mock_instance_get_traits(inst, &traits);
	ret = edit(&traits, arg);
	spin_lock_irq(&inst->lock);
	if (inst->devices || inst->domains || inst->viommus)
		ret = -EBUSY;
	if (!ret) {
		inst->traits = traits;
		/* Without a device there is no access that uses the walker. */
		set_walker(inst);
	}
	spin_unlock_irq(&inst->lock);
	mutex_unlock(&mock_traits_lock);
	return ret;
}

/* Context: any. */
void mock_instance_get_traits(struct mock_instance *inst,
			      struct mock_traits *traits)
{
	unsigned long flags;

	spin_lock_irqsave(&inst->lock, flags);
	*traits = inst->traits;
	spin_unlock_irqrestore(&inst->lock, flags);
}

/**
 * mock_instance_set_settings() - change policy, errnos or misbehaviours
 * @inst: the instance
 * @edit: changes the settings in place
 * @arg: argument of @edit
 *
 * Every attach callback sees either the old settings or the new ones. The core
 * can still undo the attach of a whole group: see restore.c.
 *
 * Context: process, no lock of ours held but mock_topology.
 */
void mock_instance_set_settings(struct mock_instance *inst,
				void (*edit)(struct mock_settings *set,
					     const void *arg),
				const void *arg)
{
	spin_lock_irq(&inst->lock);
	edit(&inst->set, arg);
	spin_unlock_irq(&inst->lock);
	mock_restore_forget_all(inst);
}

void mock_instance_get_settings(struct mock_instance *inst,
				struct mock_settings *set)
{
	unsigned long flags;

	spin_lock_irqsave(&inst->lock, flags);
	*set = inst->set;
	spin_unlock_irqrestore(&inst->lock, flags);
}

/* Set a fault and its counts. Context: as mock_instance_set_settings(). */
void mock_instance_set_fault(struct mock_instance *inst,
			     enum mock_fault_point point,
			     const struct mock_fault *fault)
{
	spin_lock_irq(&inst->lock);
	inst->fault[point] = *fault;
	spin_unlock_irq(&inst->lock);
	mock_restore_forget_all(inst);
}

/* Context: any. */
bool mock_instance_misbehaves(struct mock_instance *inst,
			      enum mock_misbehaviour mis)
{
	return READ_ONCE(inst->set.misbehave) & (1U << mis);
}

u64 mock_instance_stat_sum(struct mock_instance *inst, enum mock_stat stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(inst->stats, cpu)->n[stat]);
	return sum;
}

/* Zero all statistics. An event that is counted at this moment may remain. */
void mock_instance_stats_zero(struct mock_instance *inst)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(inst->stats, cpu), 0,
		       sizeof(struct mock_counters));
	spin_lock_irq(&inst->mmu_lock);
	inst->mmu.hits = 0;
	inst->mmu.misses = 0;
	inst->mmu.evictions = 0;
	inst->mmu.stale = 0;
	inst->mmu.walks = 0;
	spin_unlock_irq(&inst->mmu_lock);
}

/* ---- pairs ------------------------------------------------------------ */

#define PAIR_BITS 8

/* The exception for instances @lo and @hi, lo <= hi. */
struct pair_entry {
	struct hlist_node hash;
	u32 lo;
	u32 hi;
	enum mock_pair pair;
};

/* Protects the table of pairs; a leaf lock, irqs off. */
static DEFINE_SPINLOCK(mock_pairs_lock);
static DEFINE_HASHTABLE(pairs, PAIR_BITS);

static u64 pair_key(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

static struct pair_entry *pair_find(u32 lo, u32 hi)
{
	struct pair_entry *entry;

	lockdep_assert_held(&mock_pairs_lock);
	hash_for_each_possible(pairs, entry, hash, pair_key(lo, hi))
		if (entry->lo == lo && entry->hi == hi)
			return entry;
	return NULL;
}

enum mock_pair mock_pair_get(u32 a, u32 b)
{
	enum mock_pair pair = MOCK_PAIR_NONE;
	struct pair_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&mock_pairs_lock, flags);
	entry = pair_find(min(a, b), max(a, b));
	if (entry)
		pair = entry->pair;
	spin_unlock_irqrestore(&mock_pairs_lock, flags);
	return pair;
}

/**
 * mock_pair_set() - set or clear the exception for two instances
 * @a: one
 * @b: the other
 * @pair: MOCK_PAIR_NONE clears it
 *
 * Return: 0 or -ENOMEM.
 */
int mock_pair_set(struct mock_instance *a, struct mock_instance *b,
		  enum mock_pair pair)
{
	u32 lo = min(a->traits.instance, b->traits.instance);
	u32 hi = max(a->traits.instance, b->traits.instance);
	struct pair_entry *entry, *fresh;

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;

	spin_lock_irq(&mock_pairs_lock);
	entry = pair_find(lo, hi);
	if (!entry && pair != MOCK_PAIR_NONE) {
		entry = fresh;
		fresh = NULL;
		entry->lo = lo;
		entry->hi = hi;
		hash_add(pairs, &entry->hash, pair_key(lo, hi));
	}
	if (entry)
		entry->pair = pair;
	if (entry && pair == MOCK_PAIR_NONE) {
		hash_del(&entry->hash);
		kfree(entry);
	}
	spin_unlock_irq(&mock_pairs_lock);

	kfree(fresh);
	/*
	 * If an instance was deleted meanwhile, nothing else removes the entry.
	 */
	if (!mock_obj_registered(&a->obj))
		mock_pair_forget(a->traits.instance);
	if (!mock_obj_registered(&b->obj))
		mock_pair_forget(b->traits.instance);
	mock_restore_forget_all(a);
	mock_restore_forget_all(b);
	return 0;
}

/* Drop all exceptions of an instance that goes away. */
void mock_pair_forget(u32 id)
{
	struct pair_entry *entry;
	struct hlist_node *tmp;
	unsigned int bkt;

	spin_lock_irq(&mock_pairs_lock);
	hash_for_each_safe(pairs, bkt, tmp, entry, hash) {
		if (entry->lo == id || entry->hi == id) {
			hash_del(&entry->hash);
			kfree(entry);
		}
	}
	spin_unlock_irq(&mock_pairs_lock);
}

/* Number of exceptions of an instance. */
unsigned int mock_pair_count(u32 id)
{
	struct pair_entry *entry;
	unsigned int bkt, count = 0;

	spin_lock_irq(&mock_pairs_lock);
	hash_for_each(pairs, bkt, entry, hash)
		count += entry->lo == id || entry->hi == id;
	spin_unlock_irq(&mock_pairs_lock);
	return count;
}
