// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation: what makes the instances forget, and what has to wait for it.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mock-trace.h"
#include "objects.h"

/*
 * Tell who wants to know. Records are large, and unmaps many: one is made
 * only if somebody does.
 */
static void report(struct mock_instance *inst, const char *domain,
		   enum mock_scope scope, u64 iova, u64 size, bool lost)
{
	struct mock_record rec;

	trace_mock_invalidate(inst->obj.name, domain, scope, iova, size, lost);
	if (!mock_journal_wants(MOCK_EV_INVALIDATE))
		return;
	rec = (struct mock_record){
		.event = MOCK_EV_INVALIDATE,
		.invalidate = {
			.scope = scope, .iova = iova, .size = size,
			.lost = lost,
		},
	};
	strscpy(rec.invalidate.instance, inst->obj.name, MOCK_NAME_LEN);
	strscpy(rec.invalidate.domain, domain, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

static void count(struct mock_instance *inst, enum mock_scope scope, bool lost)
{
	static const enum mock_stat stat[] = {
		[MOCK_SCOPE_RANGE] = MOCK_STAT_INV_RANGE,
		[MOCK_SCOPE_DOMAIN] = MOCK_STAT_INV_DOMAIN,
		[MOCK_SCOPE_ALL] = MOCK_STAT_INV_ALL,
	};

	if (lost) {
		mock_instance_stat(inst, MOCK_STAT_LOST);
		return;
	}
	mock_instance_stat(inst, MOCK_STAT_INVALIDATIONS);
	mock_instance_stat(inst, stat[scope]);
}

static void invalidate_unit(struct mock_domain *dom, struct mock_instance *inst,
			    u64 iova, u64 size)
{
	struct mock_fault_call call = {
		.point = MOCK_FAULT_INVALIDATE, .domain = dom, .size = 1,
	};
	enum mock_scope scope = size ? MOCK_SCOPE_RANGE : MOCK_SCOPE_DOMAIN;
	bool lost = mock_instance_misbehaves(inst, MOCK_MIS_LOSE_INVALIDATION);
	unsigned long flags;
	bool more;
	u32 at = 0;

	lost |= mock_fault_check(inst, &call) != 0;
	/* Even if it is lost: it has waited for those who had translated. */
	do {
		spin_lock_irqsave(&inst->mmu_lock, flags);
		more = iotlb_invalidate(&inst->mmu.tlb, dom->serial, iova, size,
					lost, &at);
		spin_unlock_irqrestore(&inst->mmu_lock, flags);
	} while (more);
	count(inst, scope, lost);
	report(inst, dom->obj.name, scope, iova, size, lost);
}

/**
 * mock_domain_keep_tables() - keep tables until an invalidation covers them
 * @dom: the domain
 * @freed: as filled by pgt_unmap(); empty afterwards
 *
 * Context: any.
 */
void mock_domain_keep_tables(struct mock_domain *dom, struct pgt_freed *freed)
{
	unsigned long flags;

	spin_lock_irqsave(&dom->pending_lock, flags);
	list_splice_tail_init(&freed->pages, &dom->pending.pages);
	spin_unlock_irqrestore(&dom->pending_lock, flags);
}

/* Give back the tables that died in the range; @size 0: all. */
static void free_covered(struct mock_domain *dom, u64 iova, u64 size)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	struct page *page, *tmp;
	unsigned long flags;

	/* Those of the caller's own unmap are there, or there are none. */
	if (list_empty_careful(&dom->pending.pages))
		return;
	spin_lock_irqsave(&dom->pending_lock, flags);
	list_for_each_entry_safe(page, tmp, &dom->pending.pages, lru)
		if (!size || pgt_freed_iova(page) - iova < size)
			list_move_tail(&page->lru, &freed.pages);
	spin_unlock_irqrestore(&dom->pending_lock, flags);
	mock_domain_free_tables(&freed);
}

/**
 * struct unit_walk - a walk along the instances that a domain is in use on
 * @done: mock_unit_use.seq of the last one visited
 * @end: that of the last one to visit, so that a walk ends
 */
struct unit_walk {
	u64 done;
	u64 end;
};

/*
 * The next instance. It stays until the RCU reader ends: see
 * mock_instance_delete(). It may leave the domain meanwhile, which has it
 * invalidated once more.
 */
static struct mock_instance *next_unit(struct mock_domain *dom,
				       struct unit_walk *walk)
{
	struct mock_instance *next = NULL;
	struct mock_unit_use *use;
	unsigned long flags;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "the instance may go");
	spin_lock_irqsave(&dom->lock, flags);
	if (!walk->done)
		walk->end = dom->last_use;
	list_for_each_entry(use, &dom->units, node) {
		if (use->seq <= walk->done)
			continue;
		if (use->seq <= walk->end)
			next = use->instance;
		walk->done = use->seq;
		break;
	}
	spin_unlock_irqrestore(&dom->lock, flags);
	return next;
}

/**
 * mock_domain_invalidate() - called by the core: forget translations
 * @dom: the domain
 * @iova: first input address
 * @size: bytes; 0: everything
 *
 * Reaches each instance that the domain is in use on, once, and then frees
 * the tables that were waiting for it. No lock is held, and interrupts are not
 * off, from one instance to the next, nor for more than a step of one.
 *
 * Context: any.
 */
void mock_domain_invalidate(struct mock_domain *dom, u64 iova, u64 size)
{
	struct unit_walk walk = { };
	struct mock_instance *inst;

	/*
	 * The entries are empty, and then nobody is there. Who attaches a
	 * device later reads them later: pairs with commit_locked().
	 */
	smp_mb();
	/* Who has left had made his last access: mock_domain_drop_link(). */
	if (smp_load_acquire(&dom->units.next) != &dom->units) {
		rcu_read_lock();
		while ((inst = next_unit(dom, &walk)))
			invalidate_unit(dom, inst, iova, size);
		rcu_read_unlock();
	}
	pgt_cover(&dom->table, iova, size);
	free_covered(dom, iova, size);
}

/**
 * mock_domain_left() - a device is leaving a domain
 * @dom: the domain, which the device cannot be found on any more
 * @inst: the instance that the device is behind
 * @last: no other device behind it is on the domain
 *
 * Afterwards the device is not in the middle of an access through the domain,
 * and an instance that has no device on it any more has forgotten it.
 *
 * Context: under mock_domain.lock.
 */
void mock_domain_left(struct mock_domain *dom, struct mock_instance *inst,
		      bool last)
{
	lockdep_assert_held(&dom->lock);
	if (last) {
		invalidate_unit(dom, inst, 0, 0);
		return;
	}
	spin_lock(&inst->mmu_lock);
	spin_unlock(&inst->mmu_lock);
}

/* ---- the IOTLB of an instance -------------------------------------------- */

/**
 * mock_instance_set_iotlb() - give an instance an empty IOTLB
 * @inst: the instance
 * @entries: 0, or a power of two, MOCK_IOTLB_MIN to MOCK_IOTLB_MAX
 *
 * Return: 0 or -ENOMEM.
 */
int mock_instance_set_iotlb(struct mock_instance *inst, u32 entries)
{
	struct iotlb_entry *fresh = NULL, *old;

	if (entries) {
		fresh = kvcalloc(entries, sizeof(*fresh), GFP_KERNEL_ACCOUNT);
		if (!fresh)
			return -ENOMEM;
	}
	spin_lock_irq(&inst->mmu_lock);
	old = iotlb_resize(&inst->mmu.tlb, fresh, entries);
	spin_unlock_irq(&inst->mmu_lock);
	kvfree(old);
	return 0;
}

/* The same by a user: something to be counted, and told. */
int mock_instance_renew_iotlb(struct mock_instance *inst, u32 entries)
{
	int ret = mock_instance_set_iotlb(inst, entries);

	if (ret)
		return ret;
	count(inst, MOCK_SCOPE_ALL, false);
	report(inst, "", MOCK_SCOPE_ALL, 0, 0, false);
	return 0;
}

/* A copy of what translates, with its counters. */
void mock_instance_get_mmu(struct mock_instance *inst, struct mock_mmu *mmu)
{
	spin_lock_irq(&inst->mmu_lock);
	*mmu = inst->mmu;
	spin_unlock_irq(&inst->mmu_lock);
}
