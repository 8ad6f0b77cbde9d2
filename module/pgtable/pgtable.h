/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: a radix tree in any of the formats of format.h.
 *
 * No locks. As the kernel's IOMMU API asks, nobody maps or unmaps the same
 * range at the same time as somebody else; ranges that do not overlap may be
 * worked on at once, and anybody may walk at any time. Each operation runs
 * inside a reader's section of its own: a table that it sees does not go
 * away before it ends.
 *
 * Each table has a count of the pointers in it and of those who are filling it.
 * Leaves are not counted, for that takes an atomic operation for each; whoever
 * emptied entries looks whether others are left. If not, and if the count is 0,
 * the table dies: it is unlinked, and the count of the table above lowered in
 * turn. A dead table is never filled: who finds one on the way puts a new one in
 * its place. Its count is negative, and says at which IOVA it died.
 *
 * If the owner likes, one table is kept although it became empty, with those
 * that lead to it. Who maps and unmaps the same page, or a few beside each
 * other, again and again would have them made each time. The next one that becomes
 * empty takes its place when the invalidation of what had been there is done. It
 * is in nobody's way: whoever wants to put a leaf in its place unlinks it.
 *
 * Of two who map or unmap the same range at the same time against the rule,
 * both may succeed. Then it has leaves of either or none, and pgt_mapped() is
 * wrong until pgt_clear(). No more than that: pointers are only changed
 * atomically, and no table dies that has something in it or is being filled.
 *
 * Nothing here allocates or frees: map() asks for the next table by
 * returning -EAGAIN, unmap() hands back the tables that became empty, to be
 * freed when the IOTLBs and all readers have forgotten them. The same source
 * is compiled for user-space tests.
 */
#ifndef MOCK_PGTABLE_H
#define MOCK_PGTABLE_H

#include "format.h"
#include "mem.h"

/**
 * struct pgt - one table
 * @fmt: its format; immutable
 * @root: address of the top-level table, 0 while nothing is mapped
 * @ias: to map addresses of more bits is refused; may shrink
 * @oas: likewise for output addresses
 * @keeps: a table is kept; set by the owner after pgt_init()
 * @kept: where that became empty, and flags; 0: there is none
 * @tables: number of tables, the root included
 * @mapped: bytes mapped, in units of 4K; pgt_mapped() reads it
 */
struct pgt {
	const struct pgt_format *fmt;
	u64 root;
	u32 ias;
	u32 oas;
	bool keeps;
	u64 kept;
	atomic_long_t tables;
	struct pgt_tally mapped;
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

void pgt_init(struct pgt *pt, const struct pgt_format *fmt, u32 ias, u32 oas);

/**
 * pgt_map() - map pages, up to the end of one table
 * @pt: the table
 * @iova: first input address, aligned to @pgsize
 * @phys: first output address, aligned to @pgsize
 * @pgsize: one of the format's page sizes
 * @count: number of pages, at least 1
 * @prot: PGT_READ, PGT_WRITE or both; 0 is refused, as VT-d has no present
 *        leaf for it and RISC-V would read it as a pointer to a table
 * @spare: a zeroed table to use, or NULL; set to NULL when it is used
 * @mapped: raised by the bytes mapped
 * @freed: as for pgt_unmap(); seldom
 *
 * Maps at least one page on success, and no more than fit into the table
 * that holds the first, so that the caller can pause in between.
 *
 * Return: 0; -EAGAIN if a spare table is needed first; -EEXIST if something
 * is mapped there; -ERANGE if an address is too large; -EINVAL.
 */
int pgt_map(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, size_t count,
	    u32 prot, u64 **spare, size_t *mapped, struct pgt_freed *freed);

/**
 * pgt_map_quick() - map pages of the smallest size, if their table is there
 * @pt: the table
 * @iova: first input address
 * @phys: first output address
 * @size: bytes
 * @prot: as for pgt_map()
 * @freed: as for pgt_map()
 *
 * What most calls come to. If it does not suffice, pgt_map() does the rest, and
 * says what is wrong.
 *
 * Return: bytes mapped.
 */
size_t pgt_map_quick(struct pgt *pt, u64 iova, u64 phys, u64 size, u32 prot,
		     struct pgt_freed *freed);

/**
 * pgt_unmap() - unmap pages, up to the end of one table
 * @pt: the table
 * @iova: first input address
 * @size: bytes to unmap
 * @freed: tables that became empty are put on it
 *
 * A leaf that is not wholly inside the range is left alone.
 *
 * A table handed back may be freed once an invalidation that covers @iova has
 * been done and all readers have left; pgt_freed_iova() says this @iova. Tables
 * that pgt_map() and pgt_prune() hand back have that of the failed map, for
 * which no invalidation will come: they wait for readers only. Those of
 * pgt_clear() have none.
 *
 * Return: bytes unmapped, contiguous from @iova; 0 if there is no such leaf.
 */
size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, struct pgt_freed *freed);

/**
 * pgt_prune() - free the tables on the way to an address that are empty
 * @pt: the table
 * @iova: an address
 * @freed: as for pgt_unmap()
 *
 * For a pgt_map() that asked for tables and was then given up.
 */
void pgt_prune(struct pgt *pt, u64 iova, struct pgt_freed *freed);

/**
 * pgt_cover() - an invalidation has been done
 * @pt: the table
 * @iova: its first address
 * @size: its bytes; 0: everything
 *
 * The table that is kept, if it became empty in there, needs no other one.
 */
void pgt_cover(struct pgt *pt, u64 iova, u64 size);

/**
 * pgt_settle() - keep no table any longer, until the next becomes empty
 * @pt: the table
 * @freed: as for pgt_unmap()
 *
 * For who counts tables, or wants the memory. While the invalidation of what is
 * kept has not been done, nothing happens: somebody is at work there, and the
 * number of tables says little. What is handed back has to wait for readers only.
 */
void pgt_settle(struct pgt *pt, struct pgt_freed *freed);

/**
 * pgt_clear() - unmap everything; nobody else works on the table any more
 * @pt: the table
 * @freed: as for pgt_unmap()
 */
void pgt_clear(struct pgt *pt, struct pgt_freed *freed);

/**
 * pgt_output() - where an address goes
 * @pt: the table
 * @iova: the address
 *
 * Context: any.
 * Return: the output address; 0 if nothing is mapped there.
 */
u64 pgt_output(const struct pgt *pt, u64 iova);

/**
 * pgt_walk() - find the first leaf at or after an address
 * @pt: the table
 * @iova: where to start
 * @leaf: filled in if true is returned
 *
 * Return: true if there is a leaf that ends after @iova.
 */
bool pgt_walk(const struct pgt *pt, u64 iova, struct pgt_leaf *leaf);

/**
 * struct pgt_walker - who reads tables: an instance's hardware
 * @fmt: the format that it reads
 * @ias: it refuses addresses of more bits
 * @oas: it refuses output addresses of more bits
 * @pgsizes: page sizes that it can read, bitmap in bytes
 */
struct pgt_walker {
	const struct pgt_format *fmt;
	u32 ias;
	u32 oas;
	u64 pgsizes;
};

/**
 * pgt_translate() - where an address goes, as a walker reads the table
 * @pt: the table
 * @w: the walker
 * @iova: the address
 * @leaf: filled in if 0 is returned: @iova and @size as the walker has them,
 *        @prot what both formats grant, perhaps nothing
 * @steps: set to the entries read
 *
 * A walker of another format starts at the root, as hardware does whose
 * pointer was set to it, with levels, indices and bits of its own. It may find
 * nothing, or another page than the one meant; but it reads genuine tables
 * only, and reaches memory only that the table maps: a pointer or a leaf is
 * taken if the table's own format reads the same in it.
 *
 * Context: any.
 * Return: 0; -ENOENT if there is no entry, or if the address is too large for
 * the walker or for the table; -EILSEQ if the walker cannot read what it finds.
 */
int pgt_translate(const struct pgt *pt, const struct pgt_walker *w, u64 iova,
		  struct pgt_leaf *leaf, unsigned int *steps);

/**
 * struct pgt_level_count - what there is at one level
 * @tables: tables
 * @used: entries that are not empty
 * @leaves: those of them that are leaves
 */
struct pgt_level_count {
	u64 tables;
	u64 used;
	u64 leaves;
};

/**
 * pgt_census_step() - count tables and entries, as far as one table goes
 * @pt: the table
 * @iova: where to go on; 0 to begin
 * @counts: by level, raised; zeroed by the caller before it begins
 *
 * Each step is a short reader's section of its own, so that the caller can
 * pause in between. What comes or goes meanwhile may be counted or not.
 *
 * Context: any.
 * Return: true while there may be more.
 */
bool pgt_census_step(const struct pgt *pt, u64 *iova,
		     struct pgt_level_count counts[PGT_MAX_LEVELS]);

/* Bytes of tables, and bytes mapped. */
static inline u64 pgt_bytes(const struct pgt *pt)
{
	return pt->fmt ? (u64)atomic_long_read(&pt->tables) *
			 pgt_table_size(pt->fmt) : 0;
}

static inline u64 pgt_mapped(const struct pgt *pt)
{
	long mapped = pgt_tally_read(&pt->mapped);

	/* Against the rule, two who unmapped the same have both counted it. */
	return mapped > 0 ? (u64)mapped << 12 : 0;
}

#endif /* MOCK_PGTABLE_H */
