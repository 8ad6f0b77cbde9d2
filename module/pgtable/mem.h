/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tables need of their surroundings: a list of freed ones, access to
 * entries, and a reader's section in which no table that was seen goes away.
 *
 * In the kernel, the list lives in the struct page of the table. In user space
 * it lives behind the table.
 */
#ifndef MOCK_PGTABLE_MEM_H
#define MOCK_PGTABLE_MEM_H

#include "../types.h"

#ifdef __KERNEL__

#ifndef CONFIG_64BIT
#error "64-bit kernels only: an entry of 64 bits is changed at once"
#endif

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>

struct pgt_freed {
	struct list_head pages;
};

#define PGT_FREED_INIT(name) { LIST_HEAD_INIT((name).pages) }

/*
 * A tally that many change at once and few read: a part for each CPU. The
 * owner allocates it before the table is used.
 */
struct pgt_tally {
	long __percpu *parts;
};

static inline void pgt_tally_add(struct pgt_tally *tally, long n)
{
	this_cpu_add(*tally->parts, n);
}

static inline long pgt_tally_read(const struct pgt_tally *tally)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(tally->parts, cpu));
	return sum;
}

/* Nobody else changes it any more, or yet. */
static inline void pgt_tally_zero(struct pgt_tally *tally)
{
	int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(*per_cpu_ptr(tally->parts, cpu), 0);
}

static inline u64 pgt_table_address(const u64 *table)
{
	return virt_to_phys((void *)table);
}

static inline u64 *pgt_address_table(u64 address)
{
	return phys_to_virt(address);
}

static inline void pgt_push_freed(struct pgt_freed *freed, u64 *table,
				  size_t size)
{
	list_add_tail(&virt_to_page(table)->lru, &freed->pages);
}

/* Short, and for each page that is mapped: no calls, as rcu_read_lock() is. */
static inline void pgt_read_lock(void)
{
	rcu_read_lock_sched();
}

static inline void pgt_read_unlock(void)
{
	rcu_read_unlock_sched();
}

/*
 * For a function that runs for each page: it lies within one page of code, for an
 * emulated CPU has to look up each jump from one page into another; and it has a
 * section of its own, so that only this function is aligned.
 */
#define pgt_apart __section(".text.pgt_apart")
#define pgt_in_page __aligned(1024)

#define pgt_load(p) READ_ONCE(*(p))
#define pgt_store(p, value) WRITE_ONCE(*(p), value)

/* Publishes what the new value points to. */
static inline bool pgt_replace(u64 *p, u64 old, u64 new)
{
	return cmpxchg(p, old, new) == old;
}

#else /* user space */

#include <errno.h>

/* Behind each table; see tests/. */
struct pgt_side {
	u64 *next;
};

#define atomic_long_t long

struct pgt_freed {
	u64 *tables;
};

#define PGT_FREED_INIT(name) { NULL }

struct pgt_tally {
	long sum;
};

static inline void pgt_tally_add(struct pgt_tally *tally, long n)
{
	__atomic_add_fetch(&tally->sum, n, __ATOMIC_RELAXED);
}

static inline long pgt_tally_read(const struct pgt_tally *tally)
{
	return __atomic_load_n(&tally->sum, __ATOMIC_RELAXED);
}

static inline void pgt_tally_zero(struct pgt_tally *tally)
{
	tally->sum = 0;
}

static inline struct pgt_side *pgt_side(u64 *table, size_t size)
{
	return (struct pgt_side *)((char *)table + size);
}

static inline u64 pgt_table_address(const u64 *table)
{
	return (uintptr_t)table;
}

static inline u64 *pgt_address_table(u64 address)
{
	return (u64 *)(uintptr_t)address;
}

static inline void pgt_push_freed(struct pgt_freed *freed, u64 *table,
				  size_t size)
{
	pgt_side(table, size)->next = freed->tables;
	freed->tables = table;
}

static inline void pgt_read_lock(void)
{
}

static inline void pgt_read_unlock(void)
{
}

static inline long atomic_long_read(const atomic_long_t *v)
{
	return __atomic_load_n(v, __ATOMIC_ACQUIRE);
}

static inline void atomic_long_set(atomic_long_t *v, long n)
{
	__atomic_store_n(v, n, __ATOMIC_RELEASE);
}

static inline void atomic_long_add(long n, atomic_long_t *v)
{
	__atomic_add_fetch(v, n, __ATOMIC_RELAXED);
}

#define pgt_apart
#define pgt_in_page

#define pgt_load(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define pgt_store(p, value) __atomic_store_n(p, value, __ATOMIC_RELAXED)

static inline bool pgt_replace(u64 *p, u64 old, u64 new)
{
	return __atomic_compare_exchange_n(p, &old, new, 0, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

#endif /* __KERNEL__ */

#endif /* MOCK_PGTABLE_MEM_H */
