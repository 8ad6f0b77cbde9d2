/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of pgtable/ share: memory, and the owner of a table. */
#ifndef MOCK_TESTS_PGTABLE_OWNER_H
#define MOCK_TESTS_PGTABLE_OWNER_H

#include "../pgtable/pgtable.h"

#define SZ_4K 0x1000ULL
#define SZ_2M 0x200000ULL
#define SZ_1G 0x40000000ULL
#define SZ_512G 0x8000000000ULL

/* Tables that were allocated and not freed yet; all threads together. */
extern long live_tables;

/* Tables are aligned to that, if it is more than their size. */
extern size_t table_align;

u64 *table_alloc(const struct pgt_format *fmt);
void table_free(u64 *table);
void tables_free(const struct pgt_format *fmt, struct pgt_freed *freed);

/**
 * owner_map() - map as objects/mapping.c does
 * @pt: the table
 * @want: first leaf to map; all leaves have its size and protection
 * @count: number of leaves
 * @patience: give up after that many tables; -1: never
 * @done: set to the bytes mapped
 * @freed: gets tables that are handed back; NULL: they are freed at once
 */
int owner_map(struct pgt *pt, const struct pgt_leaf *want, size_t count,
	      int patience, size_t *done, struct pgt_freed *freed);

/* Unmap as objects/mapping.c does. */
size_t owner_unmap(struct pgt *pt, u64 iova, u64 size, struct pgt_freed *freed);

/* pgt_trim(), or pgt_clear(), and free what they hand back. */
void owner_trim(struct pgt *pt);
void owner_clear(struct pgt *pt);

/* The walker of an instance whose features are the most of a format. */
struct pgt_walker full_walker(enum mock_format format);

/* What a leaf that was mapped with @prot grants, as the manuals have it. */
u32 expected_prot(const struct pgt_format *fmt, u32 prot);

/* xorshift64: the same run each time. */
static inline u64 rnd64(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static inline u32 rnd(u64 *state, u32 below)
{
	return (rnd64(state) >> 16) % below;
}

#endif /* MOCK_TESTS_PGTABLE_OWNER_H */
