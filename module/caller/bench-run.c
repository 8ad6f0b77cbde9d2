// SPDX-License-Identifier: GPL-2.0-only
/* Benchmarks: the calls, the threads that make the calls, and the clock. */
#include <linux/iommu.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "bench.h"

/*
 * Strided: each call is far from the one before it, in another table even if a
 * call maps one page. The stride is odd and the number of calls is a power of
 * two, so every call has its turn.
 */
#define STRIDE 513

/* Number of entries in a page of entries. */
#define PAGE_ENTRIES (PAGE_SIZE / sizeof(u64))

/* Number of calls between two checks for signals and for a rescheduling. */
#define BREATH 1024

/* ---- the steps ----------------------------------------------------------- */

/**
 * struct step - one call
 * @iova: first input address
 * @phys: first output address
 * @size: bytes
 * @leaves: number of entries that these bytes take
 */
struct step {
	u64 iova;
	u64 phys;
	u64 size;
	u32 leaves;
};

/* Two megabytes as one page, two megabytes in small ones, and so on. */
static void mixed_step(const struct mock_bench_run *run, u32 i,
		       struct step *step)
{
	u32 small = SZ_2M / run->size, in = i % (small + 1);

	step->iova = (u64)(i / (small + 1)) * SZ_4M;
	if (in) {
		step->iova += SZ_2M + (in - 1) * run->size;
		return;
	}
	step->phys = run->phys;
	step->size = SZ_2M;
	step->leaves = 1;
}

/* The @i-th of a worker's calls. */
static void get_step(const struct mock_bench_run *run,
		     const struct mock_bench_worker *worker, u32 i,
		     struct step *step)
{
	const struct mock_bench_map *req = run->req;

	/*
	 * A call for several pages begins one page into the memory, so that the
	 * core cannot use larger pages. Calls for one page are scattered over
	 * the memory.
	 */
	step->phys = run->phys;
	if (req->batch > 1)
		step->phys += req->page;
	else
		step->phys += i * 7 * req->page & (MOCK_BENCH_MEMORY - 1);
	step->size = run->size;
	step->leaves = req->batch;
	if (req->pattern == MOCK_BENCH_MIXED)
		mixed_step(run, i, step);
	else if (req->pattern == MOCK_BENCH_STRIDED)
		step->iova = (i * STRIDE & (run->calls - 1)) * run->size;
	else
		step->iova = i * run->size;
	step->iova += worker->base;
}

/*
 * Store the entries of a call, all in one page; a large page takes one entry.
 */
static int store(struct mock_bench_worker *worker, const struct step *step,
		 bool unmap)
{
	const struct mock_bench_run *run = worker->run;
	u64 at = (step->iova - worker->base) >> ilog2(run->req->page);
	u64 value = unmap ? 0 : step->phys | 1;
	u64 add = unmap ? 0 : run->req->page;
	u64 **page = &worker->entries[at / PAGE_ENTRIES];
	u64 *entry;
	u32 n;

	if (!*page)
		*page = (u64 *)get_zeroed_page(GFP_KERNEL);
	if (!*page)
		return -ENOMEM;
	entry = *page + at % PAGE_ENTRIES;
	for (n = step->leaves; n; n--, entry++, value += add)
		WRITE_ONCE(*entry, value);
	return 0;
}

static int do_step(struct mock_bench_worker *worker, const struct step *step,
		   bool unmap)
{
	struct iommu_domain *domain = worker->run->domain;

	if (!domain)
		return store(worker, step, unmap);
	if (!unmap)
		return kapi_map(domain, step->iova, step->phys, step->size,
				IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE);
	if (iommu_unmap(domain, step->iova, step->size) != step->size)
		return -EIO;
	return 0;
}

/* ---- pages for entries --------------------------------------------------- */

static u64 entry_pages(const struct mock_bench_map *req)
{
	return DIV_ROUND_UP(mock_bench_part(req) >> ilog2(req->page),
			    PAGE_ENTRIES);
}

void mock_bench_free_entries(struct mock_bench_worker *worker)
{
	u64 i, n = entry_pages(worker->run->req);

	for (i = 0; i < n; i++) {
		free_page((unsigned long)worker->entries[i]);
		worker->entries[i] = NULL;
	}
}

int mock_bench_make_entries(struct mock_bench_worker *worker)
{
	const struct mock_bench_map *req = worker->run->req;
	u64 i, n = entry_pages(req);

	worker->entries = kvcalloc(n, sizeof(*worker->entries), GFP_KERNEL);
	if (!worker->entries)
		return -ENOMEM;
	for (i = 0; req->subject == MOCK_BENCH_LOOP && i < n; i++) {
		worker->entries[i] = (u64 *)get_zeroed_page(GFP_KERNEL);
		if (!worker->entries[i])
			return -ENOMEM;
	}
	return 0;
}

/* ---- the threads --------------------------------------------------------- */

/* Wait until all workers have called this function. */
static void meet(struct mock_bench_run *run, unsigned int *meetings)
{
	int all = ++*meetings * run->req->threads;

	atomic_inc(&run->arrived);
	while (atomic_read_acquire(&run->arrived) < all) {
		cond_resched();
		cpu_relax();
	}
}

/*
 * Reschedule, and check whether to stop. Kernel threads get no signals: they
 * stop when the process that waits for them is killed.
 */
static bool breathe(struct mock_bench_run *run)
{
	cond_resched();
	if (fatal_signal_pending(current))
		WRITE_ONCE(run->stop, true);
	return READ_ONCE(run->stop);
}

static void map_part(struct mock_bench_run *run,
		     struct mock_bench_worker *worker)
{
	struct step step;
	u32 i;

	worker->start = ktime_get_ns();
	for (i = 0; i < run->calls; i++) {
		if (!(i % BREATH) && breathe(run))
			break;
		get_step(run, worker, i, &step);
		worker->err = do_step(worker, &step, false);
		if (worker->err)
			break;
	}
	worker->end = ktime_get_ns();
	worker->mapped = i;
	if (worker->err)
		WRITE_ONCE(run->stop, true);
}

/* Unmap all of the part, whatever happens: nothing may stay mapped. */
static void unmap_part(struct mock_bench_run *run,
		       struct mock_bench_worker *worker)
{
	struct step step;
	u32 i;

	worker->start = ktime_get_ns();
	for (i = 0; i < worker->mapped; i++) {
		if (!(i % BREATH))
			cond_resched();
		get_step(run, worker, i, &step);
		worker->err = do_step(worker, &step, true) ?: worker->err;
	}
	if (run->req->subject == MOCK_BENCH_ALLOC)
		mock_bench_free_entries(worker);
	worker->end = ktime_get_ns();
	worker->mapped = 0;
}

/* Time from the start of the first worker to the end of the last one. */
static u64 elapsed(const struct mock_bench_run *run)
{
	u64 start = U64_MAX, end = 0;
	unsigned int i;

	for (i = 0; i < run->req->threads; i++) {
		start = min(start, run->workers[i].start);
		end = max(end, run->workers[i].end);
	}
	return end - start;
}

static u64 table_bytes(struct mock_domain *dom)
{
	return dom ? mock_domain_tables(dom) : 0;
}

/* The first worker updates the result while the others wait for it. */
static void run_worker(struct mock_bench_worker *worker)
{
	struct mock_bench_run *run = worker->run;
	bool first = worker == run->workers;
	unsigned int meetings = 0;
	u32 rounds = run->req->rounds;

	do {
		meet(run, &meetings);
		map_part(run, worker);
		meet(run, &meetings);
		if (first) {
			run->last = !--rounds || READ_ONCE(run->stop);
			run->result->map_ns += elapsed(run);
			run->result->tables = table_bytes(run->req->dom);
		}
		meet(run, &meetings);
		unmap_part(run, worker);
		meet(run, &meetings);
		if (first)
			run->result->unmap_ns += elapsed(run);
	} while (!run->last);
}

static int worker_thread(void *arg)
{
	struct mock_bench_worker *worker = arg;

	run_worker(worker);
	complete(&worker->finished);
	return 0;
}

static int make_thread(struct mock_bench_worker *worker, unsigned int i)
{
	struct task_struct *task;

	task = kthread_create(worker_thread, worker, "mock-bench/%u", i);
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* Each thread has a CPU of its own, if there are enough CPUs. */
	kthread_bind(task, cpumask_local_spread(i, NUMA_NO_NODE));
	get_task_struct(task);
	worker->task = task;
	return 0;
}

/*
 * Run the threads. The process waits for them, and stops them if it is killed.
 */
static int run_threads(struct mock_bench_run *run)
{
	unsigned int i, n = run->req->threads;
	struct mock_bench_worker *worker = run->workers;
	int ret = 0;

	for (i = 0; i < n && !ret; i++)
		ret = make_thread(&worker[i], i);
	for (i = 0; i < n && !ret; i++)
		wake_up_process(worker[i].task);
	for (i = 0; i < n && !ret; i++) {
		if (wait_for_completion_killable(&worker[i].finished)) {
			WRITE_ONCE(run->stop, true);
			wait_for_completion(&worker[i].finished);
		}
	}
	/*
	 * The last instructions of a thread are in the module: wait for its
	 * end.
	 */
	for (i = 0; i < n; i++) {
		if (worker[i].task) {
			kthread_stop(worker[i].task);
			put_task_struct(worker[i].task);
		}
	}
	return ret;
}

int mock_bench_run(struct mock_bench_run *run)
{
	unsigned int i, n = run->req->threads;
	int ret = 0;

	if (n == 1)
		run_worker(run->workers);
	else
		ret = run_threads(run);
	for (i = 0; i < n; i++)
		ret = ret ?: run->workers[i].err;
	return ret ?: run->stop ? -EINTR : 0;
}
