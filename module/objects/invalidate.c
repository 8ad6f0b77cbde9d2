// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation: the instances forget translations, and then the page tables
 * that waited for that are freed.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mock-trace.h"
#include "objects.h"

/*
 * Trace an invalidation, and record it. Records are large, and unmaps are
 * frequent, so the function fills one in only if the journal wants it.
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
	/*
	 * A lost invalidation, too, waits for devices that translated before.
	 */
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
 * @iova: where the unmap began that handed them back
 * @freed: as filled by pgt_unmap(); empty afterwards
 *
 * Context: any.
 */
void mock_domain_keep_tables(struct mock_domain *dom, u64 iova,
			     struct pgt_freed *freed)
{
	unsigned long flags;
	struct page *page;

	list_for_each_entry(page, &freed->pages, lru)
		set_page_private(page, iova);
	spin_lock_irqsave(&dom->pending_lock, flags);
	list_splice_tail_init(&freed->pages, &dom->pending.pages);
	spin_unlock_irqrestore(&dom->pending_lock, flags);
}

/*
 * Give back the tables that an unmap in the range handed back; @size 0: all. It is
 * not inlined, for each unmap comes by and few have such tables.
 */
static noinline void free_covered(struct mock_domain *dom, u64 iova, u64 size)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	struct page *page, *tmp;
	unsigned long flags;

	spin_lock_irqsave(&dom->pending_lock, flags);
	list_for_each_entry_safe(page, tmp, &dom->pending.pages, lru)
		if (!size || page_private(page) - iova < size)
			list_move_tail(&page->lru, &freed.pages);
	spin_unlock_irqrestore(&dom->pending_lock, flags);
	mock_domain_free_tables(&freed);
}

/**
 * struct unit_walk - a walk along the instances that a domain is in use on
 * @done: mock_unit_use.seq of the last instance visited
 * @end: mock_unit_use.seq of the last instance to visit, so that the walk ends
 */
struct unit_walk {
	u64 done;
	u64 end;
};

/*
 * The next instance of a walk. The instance stays until the RCU reader ends:
 * see mock_instance_delete(). Its last device may leave the domain meanwhile,
 * which causes one more invalidation.
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
 * The function invalidates each instance that the domain is in use on, once,
 * and then frees the tables that waited for that. Between two instances, and
 * between two steps on one instance, it holds no lock and has interrupts on.
 *
 * Context: any.
 */
void mock_domain_invalidate(struct mock_domain *dom, u64 iova, u64 size)
{
	struct unit_walk walk = { };
	struct mock_instance *inst;

	/*
	 * The unmap emptied the entries before this look at the list. A device
	 * that is attached later reads the entries later, and finds them empty.
	 * Pairs with commit_locked().
	 */
	smp_mb();
	/*
	 * A device that is off the list has made its last access: see
	 * mock_domain_drop_link().
	 */
	if (smp_load_acquire(&dom->units.next) != &dom->units) {
		rcu_read_lock();
		while ((inst = next_unit(dom, &walk)))
			invalidate_unit(dom, inst, iova, size);
		rcu_read_unlock();
	}
	/*
	 * A table of a user that joins later is attached later. So what is said of
	 * devices above is true of it, too.
	 */
	if (dom->stage2)
		mock_nested_invalidate(dom);
	/* Those of the caller's own unmap are there, or there are none. */
	if (!list_empty_careful(&dom->pending.pages))
		free_covered(dom, iova, size);
}

/**
 * mock_domain_left() - a device is leaving a domain
 * @dom: the domain; a DMA step of the device no longer finds it
 * @inst: the instance of the device
 * @last: no other device behind the instance is on the domain
 *
 * Afterwards the device is not in the middle of an access through the domain.
 * If it was the last device, the instance has forgotten the domain's
 * translations.
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

/* The same, asked for by a user: counted, traced and recorded. */
int mock_instance_renew_iotlb(struct mock_instance *inst, u32 entries)
{
	int ret = mock_instance_set_iotlb(inst, entries);

	if (ret)
		return ret;
	count(inst, MOCK_SCOPE_ALL, false);
	report(inst, "", MOCK_SCOPE_ALL, 0, 0, false);
	return 0;
}

/* Copy the IOTLB's state, the walker, and their counters. */
void mock_instance_get_mmu(struct mock_instance *inst, struct mock_mmu *mmu)
{
	spin_lock_irq(&inst->mmu_lock);
	*mmu = inst->mmu;
	spin_unlock_irq(&inst->mmu_lock);
}
