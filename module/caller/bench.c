// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller with a clock: it maps and unmaps, and measures the time.
 * To compare the result, it can do the same steps
 *
 * - on a domain whose callbacks do nothing: the cost of the core itself;
 * - as stores into bare memory: the cost of writing the entries;
 * - on the kernel's own page tables.
 *
 * All calls map the same piece of memory, so that a small machine can measure
 * large tables. No device reads that memory.
 */
#include <linux/iommu.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "bench.h"
#include "caller.h"

/* Limits of one write: they take some seconds on a slow machine. */
#define MAX_CALLS SZ_4M
#define MAX_PAGES SZ_16M

/* A limit of memory: this number of entries takes 32 MiB. */
#define MAX_ENTRIES SZ_4M

/* ---- subjects ------------------------------------------------------------ */

/* The page sizes of a format that contains the size @page. */
static u64 page_sizes(u64 page)
{
	if (page == SZ_4K || page >= SZ_2M)
		return SZ_4K | SZ_2M | SZ_1G;
	return page | page << (ilog2(page) - 3);
}

static int run_on(struct mock_bench_run *run, struct iommu_domain *domain)
{
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	run->domain = domain;
	return mock_bench_run(run);
}

static int run_null(struct mock_bench_run *run)
{
	struct iommu_domain *domain = kapi_null_new(page_sizes(run->req->page));
	int ret = run_on(run, domain);

	if (!IS_ERR(domain))
		kapi_null_free(domain);
	return ret;
}

static int run_entries(struct mock_bench_run *run)
{
	unsigned int i, n = run->req->threads;
	int ret = 0;

	for (i = 0; i < n && !ret; i++)
		ret = mock_bench_make_entries(&run->workers[i]);
	ret = ret ?: mock_bench_run(run);
	for (i = 0; i < n && run->workers[i].entries; i++) {
		mock_bench_free_entries(&run->workers[i]);
		kvfree(run->workers[i].entries);
	}
	return ret;
}

static int run_intree(struct mock_bench_run *run, enum kapi_intree format)
{
	struct iommu_domain *domain = kapi_intree_new(format);
	int ret = run_on(run, domain);

	if (domain == ERR_PTR(-EOPNOTSUPP))
		return mock_fail(-EOPNOTSUPP, "this kernel has no page tables that modules may use");
	if (!IS_ERR(domain))
		kapi_intree_free(domain);
	return ret;
}

static int check_domain(const struct mock_bench_map *req)
{
	struct mock_domain *dom = req->dom;
	struct pgt_leaf leaf;
	u64 need = req->page | (req->pattern == MOCK_BENCH_MIXED ? SZ_2M : 0);

	lockdep_assert_held(&dom->maps_lock);
	if (!mock_domain_instance(dom))
		return mock_fail(-ENODEV, "%s has no features before its first attach",
				 dom->obj.name);
	if (need & ~dom->domain.pgsize_bitmap)
		return mock_fail(-EINVAL, "%s has no page size 0x%llx",
				 dom->obj.name,
				 need & ~(u64)dom->domain.pgsize_bitmap);
	if (req->total - 1 > dom->domain.geometry.aperture_end)
		return mock_fail(-EINVAL, "total is too large: the addresses of %s end at 0x%llx",
				 dom->obj.name,
				 (u64)dom->domain.geometry.aperture_end);
	if (!RB_EMPTY_ROOT(&dom->maps) || mock_domain_walk(dom, 0, &leaf))
		return mock_fail(-EBUSY, "something is mapped in %s",
				 dom->obj.name);
	return 0;
}

/*
 * If an unmap failed, devices still reach the memory. Then the domain keeps the
 * memory until it is freed.
 */
static void keep_memory(struct mock_bench_run *run, struct mock_domain *dom)
{
	struct pgt_leaf leaf;

	lockdep_assert_held(&dom->maps_lock);
	if (!mock_domain_walk(dom, 0, &leaf))
		return;
	list_add(&run->memory->lru, &dom->kept);
	run->memory = NULL;
}

/* No other thread maps into the domain meanwhile: see mock_domain.maps_lock. */
static int run_domain(struct mock_bench_run *run)
{
	struct mock_domain *dom = run->req->dom;
	int ret = mock_caller_use(dom);

	if (ret)
		return ret;
	ret = mutex_lock_killable(&dom->maps_lock);
	if (!ret) {
		ret = check_domain(run->req);
		if (!ret) {
			/* As the others, it begins with no tables. */
			mock_domain_trim(dom);
			ret = run_on(run, &dom->domain);
			keep_memory(run, dom);
		}
		mutex_unlock(&dom->maps_lock);
	}
	mock_caller_unuse(dom);
	return ret;
}

static int run_subject(struct mock_bench_run *run)
{
	switch (run->req->subject) {
	case MOCK_BENCH_NULL:
		return run_null(run);
	case MOCK_BENCH_LOOP:
	case MOCK_BENCH_ALLOC:
		return run_entries(run);
	case MOCK_BENCH_AMDV1:
		return run_intree(run, KAPI_INTREE_AMDV1);
	case MOCK_BENCH_VTDSS:
		return run_intree(run, KAPI_INTREE_VTDSS);
	case MOCK_BENCH_X86_64:
		return run_intree(run, KAPI_INTREE_X86_64);
	default:
		return run_domain(run);
	}
}

/* ---- in all -------------------------------------------------------------- */

static bool mixed(const struct mock_bench_map *req)
{
	return req->pattern == MOCK_BENCH_MIXED;
}

static int check_request(const struct mock_bench_map *req)
{
	u64 step = mixed(req) ? SZ_4M : req->page * req->batch;

	if (!is_power_of_2(req->page) || req->page < SZ_4K)
		return mock_fail(-EINVAL, "page is a power of two, at least 4K");
	if (!is_power_of_2(req->batch) || req->page > SZ_2M ||
	    req->page * req->batch > SZ_2M)
		return mock_fail(-EINVAL, "batch is a power of two, and batch pages are at most 2M");
	if (!is_power_of_2(req->threads) || req->threads > MOCK_BENCH_THREADS)
		return mock_fail(-EINVAL, "threads is 1, 2, 4 or %d",
				 MOCK_BENCH_THREADS);
	if (mixed(req) && req->page != SZ_4K)
		return mock_fail(-EINVAL, "the pattern mixed needs page=4K: it maps pages of 2M and of 4K");
	if (!is_power_of_2(req->total) || mock_bench_part(req) < step)
		return mock_fail(-EINVAL, "total is a power of two, for each thread at least 0x%llx",
				 step);
	if (req->total / req->page > MAX_ENTRIES)
		return mock_fail(-EINVAL, "total is at most %d pages",
				 MAX_ENTRIES);
	if (!req->rounds)
		return mock_fail(-EINVAL, "rounds is 1 or more");
	return 0;
}

/* Compute the members of a run that follow from the request. */
static int plan(struct mock_bench_run *run)
{
	const struct mock_bench_map *req = run->req;
	u64 part = mock_bench_part(req), pages;
	unsigned int i;

	for (i = 0; i < req->threads; i++) {
		run->workers[i].run = run;
		run->workers[i].base = i * part;
		init_completion(&run->workers[i].finished);
	}
	run->size = req->page * req->batch;
	run->calls = part / run->size;
	pages = req->total / req->page;
	if (mixed(req)) {
		run->calls = part / SZ_4M * (SZ_2M / run->size + 1);
		pages = req->total / SZ_4M * (SZ_2M / req->page + 1);
	}
	run->result->calls = (u64)run->calls * req->threads * req->rounds;
	run->result->pages = pages * req->rounds;
	if (run->result->calls > MAX_CALLS || run->result->pages > MAX_PAGES)
		return mock_fail(-EINVAL, "the request needs %llu calls for %llu pages: at most %d calls and %d pages are allowed",
				 run->result->calls, run->result->pages,
				 MAX_CALLS, MAX_PAGES);
	return 0;
}

/**
 * mock_bench_map() - time iommu_map() and iommu_unmap()
 * @req: the request
 * @result: gets the times
 *
 * Nothing stays mapped, unless iommu_unmap() fails. Then the domain keeps the
 * memory.
 *
 * Context: process; takes some seconds at most, and ends early if the process
 * is killed.
 * Return: 0; -EINVAL, -EBUSY, -ENODEV, -EPERM, -EOPNOTSUPP, -ENOMEM, -EINTR;
 * the errno of iommu_map(); -EIO if iommu_unmap() unmaps less than it was asked
 * to.
 */
int mock_bench_map(const struct mock_bench_map *req,
		   struct mock_bench_result *result)
{
	struct mock_bench_run *run;
	int ret = check_request(req);

	if (ret)
		return ret;
	memset(result, 0, sizeof(*result));
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run)
		return -ENOMEM;
	run->req = req;
	run->result = result;
	ret = plan(run);
	if (ret)
		goto out;
	run->memory = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN,
				  get_order(MOCK_BENCH_MEMORY));
	if (!run->memory) {
		ret = mock_fail(-ENOMEM, "the kernel has no 4M of free memory in one piece");
		goto out;
	}
	run->phys = page_to_phys(run->memory);
	ret = run_subject(run);
	if (run->memory)
		__free_pages(run->memory, get_order(MOCK_BENCH_MEMORY));
out:
	kfree(run);
	return ret;
}
