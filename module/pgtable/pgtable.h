/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: a radix tree of 4 KiB tables with 512 entries each.
 *
 * Pure code without locks; the owner serialises everything on one table.
 * Nothing here allocates or frees: map() asks for the next table by
 * returning -EAGAIN, unmap() hands back the tables that became empty. Thus
 * the owner decides about gfp flags, locks and the moment of freeing. The
 * same source is compiled for user-space tests.
 */
#ifndef MOCK_PGTABLE_H
#define MOCK_PGTABLE_H

#include "../abi.h"
#include "../types.h"

#define PGT_TABLE_SIZE 4096UL
#define PGT_READ 1U
#define PGT_WRITE 2U

enum mock_format {
#define X(sym, name) MOCK_FORMAT_##sym,
	MOCK_FORMATS(X)
#undef X
	MOCK_NR_FORMATS,
};

/**
 * struct pgt_format - geometry of a page-table format
 * @name: its tag; tables of another tag cannot be shared
 * @ias: widest input address, bits
 * @oas: widest output address, bits
 * @pgsizes: page sizes a leaf can have, bitmap in bytes
 */
struct pgt_format {
	const char *name;
	u32 ias;
	u32 oas;
	u64 pgsizes;
};

const struct pgt_format *pgt_format(enum mock_format format);

/**
 * struct pgt - one table
 * @root: top-level table, NULL while nothing is mapped
 * @ias: to map at or above 1 << ias is refused
 * @oas: likewise for output addresses
 * @tables: number of tables, the root included
 * @mapped: bytes mapped
 */
struct pgt {
	u64 *root;
	u32 ias;
	u32 oas;
	u64 tables;
	u64 mapped;
};

/**
 * struct pgt_leaf - where an address goes
 * @iova: first address of the leaf
 * @phys: first output address of the leaf
 * @size: page size of the leaf, bytes
 * @prot: PGT_READ | PGT_WRITE
 */
struct pgt_leaf {
	u64 iova;
	u64 phys;
	u64 size;
	u32 prot;
};

/**
 * pgt_map() - map pages, up to the end of one table
 * @pt: the table
 * @iova: first input address, aligned to @pgsize
 * @phys: first output address, aligned to @pgsize
 * @pgsize: 4K, 2M or 1G
 * @count: number of pages, at least 1
 * @prot: PGT_READ | PGT_WRITE
 * @spare: a zeroed table to use, or NULL; set to NULL when it is used
 * @mapped: raised by the bytes mapped
 *
 * Maps at least one page on success, and no more than fit into the table
 * that holds the first, which bounds the time under the owner's lock.
 *
 * Return: 0; -EAGAIN if a spare table is needed first; -EEXIST if something
 * is mapped there; -ERANGE if an address is too large.
 */
int pgt_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, size_t count,
	    u32 prot, u64 **spare, size_t *mapped);

/**
 * pgt_unmap() - unmap pages, up to the end of one table
 * @pt: the table
 * @iova: first input address
 * @size: bytes to unmap, a multiple of 4K
 * @freed: list of tables that became empty is put in front of it, linked by
 *         pgt_next_freed()
 *
 * A leaf that is not wholly inside the range is left alone.
 *
 * Return: bytes unmapped, contiguous from @iova; 0 if there is no such leaf.
 */
size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, u64 **freed);

/**
 * pgt_prune() - free the tables on the way to an address that are empty
 * @pt: the table
 * @iova: an address
 * @freed: as for pgt_unmap()
 *
 * For a pgt_map() that asked for tables and was then given up.
 */
void pgt_prune(struct pgt *pt, u64 iova, u64 **freed);

/**
 * pgt_clear() - unmap everything
 * @pt: the table
 * @freed: as for pgt_unmap()
 */
void pgt_clear(struct pgt *pt, u64 **freed);

/* Take the first table off a list of freed ones; NULL at the end. */
u64 *pgt_next_freed(u64 **freed);

/**
 * pgt_walk() - find the first leaf at or after an address
 * @pt: the table
 * @iova: where to start
 * @leaf: filled in if true is returned
 *
 * Return: true if there is a leaf that ends after @iova.
 */
bool pgt_walk(const struct pgt *pt, u64 iova, struct pgt_leaf *leaf);

#endif /* MOCK_PGTABLE_H */
