// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mappings of a domain. Every function here may be called in atomic
 * context. Several threads may call them at once for ranges that do not
 * overlap: the page table needs no lock, and its memory is allocated with the
 * caller's gfp.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mock-trace.h"
#include "objects.h"

static u32 table_prot(int prot)
{
	return (prot & IOMMU_READ ? PGT_READ : 0) |
	       (prot & IOMMU_WRITE ? PGT_WRITE : 0);
}

/* The instance whose features the domain copied, or NULL before that. */
struct mock_instance *mock_domain_instance(struct mock_domain *dom)
{
	/* Pairs with mock_domain_bind(), which sets up the table first. */
	return smp_load_acquire(&dom->instance);
}

/* Bytes of the tables of all domains that have not been freed yet. */
static atomic64_t tables_held = ATOMIC64_INIT(0);

static u64 *alloc_table(struct mock_domain *dom, gfp_t gfp)
{
	unsigned int order = get_order(pgt_table_size(dom->table.fmt));
	struct page *page;

	/* Older cores do not pass __GFP_ACCOUNT, so add it. */
	page = alloc_pages(gfp | __GFP_ACCOUNT | __GFP_ZERO | __GFP_COMP,
			   order);
	if (!page)
		return NULL;
	atomic64_add(PAGE_SIZE << order, &tables_held);
	return page_address(page);
}

static void free_table(struct page *page)
{
	unsigned int order = compound_order(page);

	set_page_private(page, 0);
	atomic64_sub(PAGE_SIZE << order, &tables_held);
	__free_pages(page, order);
}

static void free_table_rcu(struct rcu_head *head)
{
	free_table(container_of(head, struct page, rcu_head));
}

/**
 * mock_domain_free_tables() - give back tables that were unlinked
 * @freed: the tables; the entries that the IOTLBs had from them are invalidated
 *
 * A walk of the domain may still read the tables.
 */
void mock_domain_free_tables(struct pgt_freed *freed)
{
	struct page *page, *tmp;

	list_for_each_entry_safe(page, tmp, &freed->pages, lru) {
		list_del(&page->lru);
		call_rcu(&page->rcu_head, free_table_rcu);
	}
}

static noinline int injected(struct mock_domain *dom,
			     enum mock_fault_point point, u64 size)
{
	struct mock_fault_call call = {
		.point = point, .domain = dom, .size = size,
	};

	return mock_fault_check(dom->instance, &call);
}

/* Called for each page, so it prepares nothing unless the fault is set. */
static inline int map_fault(struct mock_domain *dom,
			    enum mock_fault_point point, u64 size)
{
	if (likely(!READ_ONCE(dom->instance->fault[point].on)))
		return 0;
	return injected(dom, point, size);
}

/* As mock_domain_map(), for a map that needs a table or another page size. */
static noinline int map_rest(struct mock_domain *dom, u64 iova, u64 phys,
			     u64 pgsize, u64 size, int prot, gfp_t gfp,
			     size_t *mapped)
{
	struct pgt_request req = {
		.iova = iova, .phys = phys, .pgsize = pgsize, .size = size,
		.prot = table_prot(prot), .freed = PGT_FREED_INIT(req.freed),
	};
	int ret;

	do {
		ret = pgt_map(&dom->table, &req);
		if (ret == -EAGAIN) {
			req.spare = alloc_table(dom, gfp);
			ret = req.spare ? 0 : -ENOMEM;
		}
	} while (!ret && req.size);
	if (req.spare)
		free_table(virt_to_page(req.spare));
	mock_domain_free_tables(&req.freed);
	*mapped += req.iova - iova;
	return ret;
}

/**
 * mock_domain_map() - called by the core: map pages
 * @dom: the domain
 * @iova: first input address
 * @phys: first output address
 * @pgsize: page size, one of the domain's
 * @count: number of pages
 * @prot: IOMMU_READ, IOMMU_WRITE; the rest is ignored
 * @gfp: for tables
 * @mapped: raised by the bytes mapped, also on error
 *
 * Context: any that @gfp allows.
 * Return: 0; -ENODEV if the domain has no features yet; -EEXIST, -ERANGE,
 * -ENOMEM; an injected errno.
 */
int mock_domain_map(struct mock_domain *dom, u64 iova, u64 phys, u64 pgsize,
		    size_t count, int prot, gfp_t gfp, size_t *mapped)
{
	u64 size = pgsize * count, done = 0, before = *mapped;
	int ret;

	if (!mock_domain_instance(dom))
		return -ENODEV;
	mock_instance_stat(dom->instance, MOCK_STAT_MAPS);
	ret = map_fault(dom, MOCK_FAULT_MAP, size);
	if (!ret) {
		done = pgt_map_quick(&dom->table, iova, phys, pgsize, size,
				     table_prot(prot));
		*mapped += done;
	}
	if (!ret && done < size)
		ret = map_rest(dom, iova + done, phys + done, pgsize,
			       size - done, prot, gfp, mapped);
	trace_mock_map(dom->obj.name, iova, phys, size, *mapped - before, prot,
		       ret);
	return ret;
}

/* After an unmap, IOTLBs have to compare their entries with the table. */
void mock_domain_next_era(struct mock_domain *dom)
{
	/* A reader that sees the new era sees the empty entries. */
	smp_wmb();
	this_cpu_inc(*dom->era);
}

/*
 * The era of the entries that the caller reads from the table after this call.
 * Two eras with the same value are the same era, since no CPU's part of the sum
 * ever decreases.
 */
u64 mock_domain_era(struct mock_domain *dom)
{
	u64 era = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		era += READ_ONCE(*per_cpu_ptr(dom->era, cpu));
	/* With two stages: neither part of the sum ever shrinks. */
	if (dom->parent)
		era += mock_domain_era(dom->parent);
	/* Pairs with mock_domain_next_era(). */
	smp_rmb();
	return era;
}

/*
 * Foreign callers free the memory even if an unmap has failed: iommufd, and
 * VFIO type1 for all domains of a container but the first one. So from now on
 * no device may reach memory through the domain. Pairs with reach(). When this
 * function has returned, no device is in the middle of an access.
 */
static void mock_domain_close(struct mock_domain *dom)
{
	WRITE_ONCE(dom->closed, true);
	mock_domain_invalidate(dom, 0, 0);
}

/**
 * mock_domain_unmap() - called by the core: unmap a range
 * @dom: the domain
 * @iova: first input address
 * @size: bytes
 *
 * Leaves that are not wholly inside stay. The tables that the range covers
 * whole wait for the invalidation that follows.
 *
 * Context: any.
 * Return: bytes unmapped, contiguous from @iova.
 */
size_t mock_domain_unmap(struct mock_domain *dom, u64 iova, u64 size)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);
	size_t done = 0, step;

	if (!mock_domain_instance(dom))
		return 0;
	mock_instance_stat(dom->instance, MOCK_STAT_UNMAPS);
	if (map_fault(dom, MOCK_FAULT_UNMAP, 1)) {
		if (!dom->caller)
			mock_domain_close(dom);
		return 0;
	}
	do {
		step = pgt_unmap(&dom->table, iova, size, done, &freed);
		done += step;
	} while (step && done < size);
	mock_domain_next_era(dom);
	if (!list_empty(&freed.pages))
		mock_domain_keep_tables(dom, iova, &freed);
	trace_mock_unmap(dom->obj.name, iova, size, done);
	return done;
}

/* Get the leaf at or after an address; false: there is none. Context: any. */
bool mock_domain_walk(struct mock_domain *dom, u64 iova, struct pgt_leaf *leaf)
{
	return mock_domain_instance(dom) && pgt_walk(&dom->table, iova, leaf);
}

/* Called by the core. 0 means: not mapped. */
u64 mock_domain_iova_to_phys(struct mock_domain *dom, u64 iova)
{
	return mock_domain_instance(dom) ? pgt_output(&dom->table, iova) : 0;
}

/**
 * mock_domain_trim() - give back the tables that are empty
 * @dom: the domain
 *
 * Context: process. No map and no unmap runs, and every unmap is invalidated.
 */
void mock_domain_trim(struct mock_domain *dom)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	if (!mock_domain_instance(dom))
		return;
	pgt_trim(&dom->table, &freed);
	mock_domain_free_tables(&freed);
}

/* Bytes of page tables, those that are empty included. Any context. */
u64 mock_domain_tables(struct mock_domain *dom)
{
	return mock_domain_instance(dom) ? pgt_bytes(&dom->table) : 0;
}

/*
 * Called by the core: enforce snooping on this domain from now on. A domain
 * without features promises to enforce it on the instances that come later. An
 * instance that cannot enforce it then refuses the domain, if its policy
 * contains that check.
 */
bool mock_domain_enforce(struct mock_domain *dom)
{
	struct mock_unit_use *use;
	struct mock_traits traits;
	bool able;

	spin_lock_irq(&dom->lock);
	able = !dom->instance || dom->traits.enforce;
	list_for_each_entry(use, &dom->units, node) {
		mock_instance_get_traits(use->instance, &traits);
		able = able && traits.enforce;
	}
	if (able)
		dom->traits.enforce = true;
	spin_unlock_irq(&dom->lock);
	return able;
}

static int add_tables(struct mock_obj *obj, void *arg)
{
	struct mock_domain *dom = to_domain(obj);

	*(u64 *)arg += mock_domain_tables(dom);
	return 0;
}

/*
 * The same, and the bytes of the tables that were unlinked and wait for an
 * invalidation, or for the end of a walk that reads them. The value is 0 when
 * all domains are gone and rcu_barrier() has returned.
 */
u64 mock_domain_tables_held(void)
{
	return atomic64_read(&tables_held);
}

/* Page-table memory of all domains, bytes. */
u64 mock_domain_tables_bytes(void)
{
	u64 bytes = 0;

	mock_obj_for_each(MOCK_DOMAIN, add_tables, &bytes);
	return bytes;
}
