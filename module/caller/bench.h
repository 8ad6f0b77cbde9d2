/* SPDX-License-Identifier: GPL-2.0-only */
/* What iommu_map() and iommu_unmap() cost, and what they could cost at least. */
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
 * struct mock_bench_map - what to map and unmap
 * @subject: into what
 * @pattern: in which order
 * @page: page size
 * @total: bytes, from IOVA 0 on
 * @batch: pages a call
 * @threads: how many work at once, each on its own part
 * @rounds: how often all of it is mapped and unmapped
 * @dom: the domain, if that is the subject
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
 * struct mock_bench_result - what that cost
 * @calls: of iommu_map(), and as many of iommu_unmap()
 * @pages: mapped by them, and unmapped
 * @map_ns: time of all calls of iommu_map(), from the first thread's start to
 *          the last one's end
 * @unmap_ns: the same of iommu_unmap()
 * @tables: page-table bytes while all was mapped; of @dom only
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

/* What is mapped, bytes. It limits a call: pages of a call are contiguous. */
#define MOCK_BENCH_MEMORY SZ_4M
#define MOCK_BENCH_THREADS 8

struct mock_bench_run;

/**
 * struct mock_bench_worker - one thread's part
 * @run: all of it
 * @base: its first address
 * @entries: pages for entries, where there is no domain; one that is NULL is
 *           allocated on the way
 * @mapped: calls that have mapped something which is still there
 * @start: when it began to map, or to unmap
 * @end: when it was finished with that
 * @err: what went wrong
 * @task: its thread, with a reference, or NULL
 * @finished: that touches nothing any more
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
 * @req: what to do
 * @result: gets what it cost
 * @domain: on what; NULL: stores into entries
 * @memory: what is mapped; NULL if the domain has to keep it
 * @phys: its address
 * @size: bytes a call
 * @calls: calls a worker
 * @arrived: how often a worker has come to a place where they meet
 * @stop: give up
 * @last: this is the last round; the first worker decides, so that all agree
 * @workers: req->threads of them
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

/* A worker's part of the addresses. */
static inline u64 mock_bench_part(const struct mock_bench_map *req)
{
	return req->total / req->threads;
}

int mock_bench_run(struct mock_bench_run *run);
int mock_bench_make_entries(struct mock_bench_worker *worker);
void mock_bench_free_entries(struct mock_bench_worker *worker);

#endif /* MOCK_BENCH_H */
