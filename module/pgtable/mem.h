/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tables need of their surroundings: an entry count beside each
 * table, a list of freed ones, atomic access to entries, and a reader's
 * section in which no table that was seen goes away.
 *
 * In the kernel, count and list live in the struct page of the table. In
 * user space they live behind it.
 */
#ifndef MOCK_PGTABLE_MEM_H
#define MOCK_PGTABLE_MEM_H

#include "../types.h"

/* Count of a table that died when something at @iova went, and back. */
static inline long pgt_dead_count(u64 iova)
{
	return -1 - (long)(iova >> 12);
}

static inline u64 pgt_dead_iova(long count)
{
	return (u64)(-1 - count) << 12;
}

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
#include <linux/rcupdate.h>

struct pgt_freed {
	struct list_head pages;
};

#define PGT_FREED_INIT(name) { LIST_HEAD_INIT((name).pages) }

static inline u64 pgt_table_address(const u64 *table)
{
	return virt_to_phys((void *)table);
}

static inline u64 *pgt_address_table(u64 address)
{
	return phys_to_virt(address);
}

static inline atomic_long_t *pgt_count(u64 *table, size_t size)
{
	BUILD_BUG_ON(sizeof(atomic_long_t) != sizeof(unsigned long));
	return (atomic_long_t *)&virt_to_page(table)->private;
}

static inline void pgt_push_freed(struct pgt_freed *freed, u64 *table,
				  size_t size)
{
	list_add_tail(&virt_to_page(table)->lru, &freed->pages);
}

/* Where the unmap began that left this table empty; pgtable.h says more. */
static inline u64 pgt_freed_iova(struct page *page)
{
	return pgt_dead_iova(page_private(page));
}

static inline void pgt_read_lock(void)
{
	rcu_read_lock();
}

static inline void pgt_read_unlock(void)
{
	rcu_read_unlock();
}

#define pgt_load(p) READ_ONCE(*(p))

/* Publishes what the new value points to. */
static inline bool pgt_replace(u64 *p, u64 old, u64 new)
{
	return cmpxchg(p, old, new) == old;
}

#else /* user space */

#include <errno.h>

/* Behind each table; see tests/. */
struct pgt_side {
	long count;
	u64 *next;
};

#define atomic_long_t long

struct pgt_freed {
	u64 *tables;
};

#define PGT_FREED_INIT(name) { NULL }

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

static inline atomic_long_t *pgt_count(u64 *table, size_t size)
{
	return &pgt_side(table, size)->count;
}

static inline void pgt_push_freed(struct pgt_freed *freed, u64 *table,
				  size_t size)
{
	pgt_side(table, size)->next = freed->tables;
	freed->tables = table;
}

static inline u64 pgt_freed_iova(u64 *table, size_t size)
{
	return pgt_dead_iova(pgt_side(table, size)->count);
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

static inline long atomic_long_cmpxchg(atomic_long_t *v, long old, long new)
{
	__atomic_compare_exchange_n(v, &old, new, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return old;
}

static inline long atomic_long_sub_return(long n, atomic_long_t *v)
{
	return __atomic_sub_fetch(v, n, __ATOMIC_SEQ_CST);
}

static inline void atomic_long_add(long n, atomic_long_t *v)
{
	__atomic_add_fetch(v, n, __ATOMIC_RELAXED);
}

#define ATOMIC_LONG_INIT(n) (n)

#define pgt_load(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

static inline bool pgt_replace(u64 *p, u64 old, u64 new)
{
	return __atomic_compare_exchange_n(p, &old, new, 0, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

#endif /* __KERNEL__ */

#endif /* MOCK_PGTABLE_MEM_H */
