/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Benchmarks of iommu_map() and iommu_unmap(), and of the least they can cost.
 */
#ifndef MOCK_BENCH_H
#define MOCK_BENCH_H

#include <linux/completion.h>
#include <linux/sizes.h>

#include "../abi.h"
#include "../objects/objects.h"

enum mock_bench_subject {
#define X(sym, name) MOCK_BENCH_##sym,
	MOCK_BENCH_SUBJECTS(X)
#undef X
	MOCK_NR_BENCH_SUBJECTS,
};

enum mock_bench_pattern {
#define X(sym, name) MOCK_BENCH_##sym,
	MOCK_BENCH_PATTERNS(X)
#undef X
	MOCK_NR_BENCH_PATTERNS,
};

/**
 * struct mock_bench_map - a request to map and unmap
 * @subject: what to map into
 * @pattern: order of the calls
 * @page: page size
 * @total: bytes, from IOVA 0 on
 * @batch: number of pages of a call
 * @threads: number of threads that work at once, each on a part of its own
 * @rounds: number of times that all bytes are mapped and unmapped
 * @dom: the domain, if the subject is a domain
 */
struct mock_bench_map {
	u32 subject;
	u32 pattern;
	u64 page;
	u64 total;
	u32 batch;
	u32 threads;
	u32 rounds;
	struct mock_domain *dom;
};

/**
 * struct mock_bench_result - the cost of a request
 * @calls: number of calls of iommu_map(), and also of iommu_unmap()
 * @pages: number of pages that these calls mapped, and unmapped
 * @map_ns: time of all calls of iommu_map(), from the start of the first thread
 *          to the end of the last one
 * @unmap_ns: the same time of iommu_unmap()
 * @tables: bytes of page tables while all pages were mapped; of @dom only
 */
struct mock_bench_result {
	u64 calls;
	u64 pages;
	u64 map_ns;
	u64 unmap_ns;
	u64 tables;
};

int mock_bench_map(const struct mock_bench_map *req,
		   struct mock_bench_result *result);

/* ---- between bench.c and bench-run.c ------------------------------------- */

/*
 * Bytes of the memory that is mapped. It limits a call: its pages are
 * contiguous.
 */
#define MOCK_BENCH_MEMORY SZ_4M
#define MOCK_BENCH_THREADS 8

struct mock_bench_run;

/**
 * struct mock_bench_worker - one thread's part
 * @run: the operation
 * @base: first address of the part
 * @entries: pages for entries, if there is no domain; a page that is NULL is
 *           allocated during the run
 * @mapped: number of calls whose mappings exist
 * @start: time when the worker began to map, or to unmap
 * @end: time when it had finished that
 * @err: its first error, or 0
 * @task: its thread, with a reference, or NULL
 * @finished: completed when the thread no longer touches the run
 */
struct mock_bench_worker {
	struct mock_bench_run *run;
	u64 base;
	u64 **entries;
	u32 mapped;
	u64 start;
	u64 end;
	int err;
	struct task_struct *task;
	struct completion finished;
};

/**
 * struct mock_bench_run - one operation
 * @req: the request
 * @result: gets the cost
 * @domain: the domain to map into; NULL: store into entries
 * @memory: the memory that is mapped; NULL if the domain has to keep it
 * @phys: address of @memory
 * @size: bytes of a call
 * @calls: number of calls of a worker
 * @arrived: number of arrivals of workers at their meeting points
 * @stop: the workers shall stop early
 * @last: this is the last round; the first worker sets it, so that all agree
 * @workers: the workers, req->threads of them
 */
struct mock_bench_run {
	const struct mock_bench_map *req;
	struct mock_bench_result *result;
	struct iommu_domain *domain;
	struct page *memory;
	phys_addr_t phys;
	u64 size;
	u32 calls;
	atomic_t arrived;
	bool stop;
	bool last;
	struct mock_bench_worker workers[MOCK_BENCH_THREADS];
};

/* Bytes of a worker's part of the addresses. */
static inline u64 mock_bench_part(const struct mock_bench_map *req)
{
	return req->total / req->threads;
}

int mock_bench_run(struct mock_bench_run *run);
int mock_bench_make_entries(struct mock_bench_worker *worker);
void mock_bench_free_entries(struct mock_bench_worker *worker);

#endif /* MOCK_BENCH_H */
