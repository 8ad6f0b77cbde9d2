// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree. Level 0 tables hold 4K leaves; each level above resolves
 * nine more bits.
 *
 * An entry is 0 (empty), a leaf, or a pointer to the table below:
 *
 *   bit  0      present
 *   bit  1      leaf
 *   bits 2-3    leaf: PGT_READ, PGT_WRITE
 *   bits 12-51  address of the page or of the table
 *   bits 52-61  pointer: entries in use in the table below (0 to 512)
 *
 * Counting in the entry above makes "is this table empty now?" one
 * subtraction, and keeps a table at exactly 4 KiB. The root needs no count:
 * it goes when the last byte is unmapped.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#else
#include <errno.h>
#endif
#include "pgtable.h"

#define LEVELS 4
#define BITS_PER_LEVEL 9
#define ENTRIES 512U
#define PAGE_BITS 12
/* What the levels resolve. pgt.ias, which may shrink, limits new maps only. */
#define MAX_BITS (PAGE_BITS + LEVELS * BITS_PER_LEVEL)

#define E_PRESENT 1ULL
#define E_LEAF 2ULL
#define E_PROT_SHIFT 2
#define E_ADDR 0x000ffffffffff000ULL
#define E_COUNT_ONE 0x0010000000000000ULL
#define E_COUNT_MASK (0x3ff * E_COUNT_ONE)

#ifdef __KERNEL__
static u64 table_address(const u64 *table)
{
	return virt_to_phys((void *)table);
}

static u64 *address_table(u64 address)
{
	return phys_to_virt(address);
}
#else
static u64 table_address(const u64 *table)
{
	return (uintptr_t)table;
}

static u64 *address_table(u64 address)
{
	return (u64 *)(uintptr_t)address;
}
#endif

static unsigned int level_shift(unsigned int level)
{
	return PAGE_BITS + level * BITS_PER_LEVEL;
}

static unsigned int index_at(u64 iova, unsigned int level)
{
	return (iova >> level_shift(level)) & (ENTRIES - 1);
}

static u64 *table_below(u64 entry)
{
	return address_table(entry & E_ADDR);
}

static bool is_table(u64 entry)
{
	return (entry & (E_PRESENT | E_LEAF)) == E_PRESENT;
}

static int size_level(u64 pgsize)
{
	unsigned int level;

	for (level = 0; level < LEVELS - 1; level++)
		if (pgsize == 1ULL << level_shift(level))
			return level;
	return -EINVAL;
}

static void push_freed(u64 **freed, u64 *table)
{
	table[0] = (uintptr_t)*freed;
	*freed = table;
}

u64 *pgt_next_freed(u64 **freed)
{
	u64 *table = *freed;

	if (table)
		*freed = (u64 *)(uintptr_t)table[0];
	return table;
}

/* Use up the spare table; false if there is none. */
static u64 *take_spare(struct pgt *pt, u64 **spare)
{
	u64 *table = *spare;

	*spare = NULL;
	if (table)
		pt->tables++;
	return table;
}

/**
 * find_table() - go down to the table that holds leaves of one level
 * @pt: the table
 * @iova: address to look for
 * @level: level of the leaf
 * @spare: where missing tables come from, or NULL to create none
 * @parent: set to the entry that points to the table found, NULL at the root
 * @table: set to the table found
 *
 * Return: 0; -EAGAIN if a spare is needed; -EEXIST if a larger leaf is in the
 * way.
 */
static int find_table(struct pgt *pt, u64 iova, unsigned int level,
		      u64 **spare, u64 **parent, u64 **table)
{
	unsigned int at = LEVELS - 1;
	u64 *entry, *above = NULL, *cur = pt->root;

	if (!cur) {
		if (!spare)
			return -ENOENT;
		cur = take_spare(pt, spare);
		if (!cur)
			return -EAGAIN;
		pt->root = cur;
	}

	for (; at > level; at--) {
		entry = &cur[index_at(iova, at)];
		if (*entry & E_LEAF)
			return -EEXIST;
		if (!*entry) {
			u64 *fresh;

			if (!spare)
				return -ENOENT;
			fresh = take_spare(pt, spare);
			if (!fresh)
				return -EAGAIN;
			*entry = table_address(fresh) | E_PRESENT;
			if (above)
				*above += E_COUNT_ONE;
		}
		above = entry;
		cur = table_below(*entry);
	}
	*parent = above;
	*table = cur;
	return 0;
}

int pgt_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, size_t count,
	    u32 prot, u64 **spare, size_t *mapped)
{
	u64 *table, *parent;
	int level = size_level(pgsize), ret;
	unsigned int i;

	if (level < 0 || !count || ((iova | phys) & (pgsize - 1)))
		return -EINVAL;
	if ((iova >> pt->ias) || count > ((1ULL << pt->ias) - iova) / pgsize)
		return -ERANGE;
	if ((phys >> pt->oas) || count > ((1ULL << pt->oas) - phys) / pgsize)
		return -ERANGE;

	ret = find_table(pt, iova, level, spare, &parent, &table);
	if (ret)
		return ret;

	i = index_at(iova, level);
	if (table[i])
		return -EEXIST;
	for (; i < ENTRIES && count && !table[i]; i++, count--) {
		table[i] = phys | ((u64)prot << E_PROT_SHIFT) | E_LEAF |
			   E_PRESENT;
		if (parent)
			*parent += E_COUNT_ONE;
		phys += pgsize;
		pt->mapped += pgsize;
		*mapped += pgsize;
	}
	return 0;
}

void pgt_prune(struct pgt *pt, u64 iova, u64 **freed)
{
	u64 *path[LEVELS] = { NULL }, *cur = pt->root;
	unsigned int at;

	if (!cur)
		return;
	for (at = LEVELS - 1; at > 0; at--) {
		path[at] = &cur[index_at(iova, at)];
		if (!is_table(*path[at]))
			break;
		cur = table_below(*path[at]);
	}
	for (at++; at < LEVELS; at++) {
		if (*path[at] & E_COUNT_MASK)
			break;
		push_freed(freed, table_below(*path[at]));
		pt->tables--;
		*path[at] = 0;
		if (at + 1 < LEVELS)
			*path[at + 1] -= E_COUNT_ONE;
	}
	if (!pt->mapped && pt->tables == 1) {
		push_freed(freed, pt->root);
		pt->tables = 0;
		pt->root = NULL;
	}
}

size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, u64 **freed)
{
	u64 *cur = pt->root, *parent = NULL;
	u64 done = 0, pgsize, first = iova;
	unsigned int level = LEVELS - 1, i;

	if (!cur || (iova >> MAX_BITS))
		return 0;
	while (is_table(cur[index_at(iova, level)]) && level) {
		parent = &cur[index_at(iova, level)];
		cur = table_below(*parent);
		level--;
	}

	pgsize = 1ULL << level_shift(level);
	if (iova & (pgsize - 1))
		return 0;
	for (i = index_at(iova, level); i < ENTRIES; i++) {
		if (!(cur[i] & E_LEAF) || size - done < pgsize)
			break;
		cur[i] = 0;
		if (parent)
			*parent -= E_COUNT_ONE;
		done += pgsize;
	}
	pt->mapped -= done;
	if (done)
		pgt_prune(pt, first, freed);
	return done;
}

void pgt_clear(struct pgt *pt, u64 **freed)
{
	struct pgt_leaf leaf;
	u64 iova = 0;

	while (pgt_walk(pt, iova, &leaf)) {
		u64 left = (1ULL << MAX_BITS) - leaf.iova;

		iova = leaf.iova + pgt_unmap(pt, leaf.iova, left, freed);
	}
}

bool pgt_walk(const struct pgt *pt, u64 iova, struct pgt_leaf *leaf)
{
	const u64 *path[LEVELS];
	unsigned int level = LEVELS - 1;
	u64 entry, step;

	path[level] = pt->root;
	while (pt->root && !(iova >> MAX_BITS)) {
		entry = path[level][index_at(iova, level)];
		step = 1ULL << level_shift(level);
		if (entry & E_LEAF) {
			leaf->iova = iova & ~(step - 1);
			leaf->phys = entry & E_ADDR & ~(step - 1);
			leaf->size = step;
			leaf->prot = (entry >> E_PROT_SHIFT) &
				     (PGT_READ | PGT_WRITE);
			return true;
		}
		if (is_table(entry)) {
			path[--level] = table_below(entry);
			continue;
		}
		iova = (iova | (step - 1)) + 1;
		/* Past the end of this table: go on in the one above. */
		while (level < LEVELS - 1 && !index_at(iova, level))
			level++;
	}
	return false;
}
