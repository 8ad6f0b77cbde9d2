/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: a radix tree in any of the formats of format.h.
 *
 * There are no locks. The kernel's IOMMU API forbids two maps or unmaps of the
 * same range at the same time. Ranges that do not overlap may be mapped and
 * unmapped at once, and a walk may run at any time. Each operation runs inside
 * a reader's section of its own: a table that the operation sees is not freed
 * before the operation ends.
 *
 * The rule also decides when a table may be unlinked: if all addresses that the
 * table translates belong to one operation, no other one fills it. So an unmap
 * hands back the tables that it covers whole, as do the kernel's own page
 * tables (drivers/iommu/generic_pt). A map of a large page hands back the empty tables
 * in its place. Every other table stays, even when it is empty, until such an
 * operation covers it, or until pgt_trim() or pgt_clear(). The root stays
 * until one of these two. No table needs a count of its users.
 *
 * If two callers break the rule, and map or unmap the same range at the same
 * time, both may succeed. Then the range contains leaves of either or none, and
 * pgt_mapped() is wrong until pgt_clear(). Nothing worse happens: pointers are
 * only changed atomically, and each table is handed back exactly once.
 *
 * Nothing here allocates or frees: map() asks for the next table by
 * returning -EAGAIN; the tables that are handed back are to be freed when all
 * readers have left and, after an unmap, the IOTLBs have forgotten them. The
 * same source is compiled for user-space tests.
 */
#ifndef MOCK_PGTABLE_H
#define MOCK_PGTABLE_H

#include "format.h"
#include "mem.h"

/**
 * struct pgt - one table
 * @fmt: its format; immutable
 * @way: of that format; immutable
 * @root: address of the top-level table, 0 while nothing is mapped
 * @ias: to map addresses of more bits is refused; may shrink
 * @oas: likewise for output addresses
 * @tracks: it tracks writes: leaves that can be written are mapped clean. False
 *          after pgt_init(); immutable once something is mapped
 * @tables: number of tables, the root included
 * @mapped: bytes mapped; pgt_mapped() reads it
 */
struct pgt {
	const struct pgt_format *fmt;
	struct pgt_way way;
	u64 root;
	u32 ias;
	u32 oas;
	bool tracks;
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
 * struct pgt_request - what is to be mapped
 * @iova: first input address, aligned to @pgsize
 * @phys: first output address, aligned to @pgsize
 * @pgsize: one of the format's page sizes
 * @size: bytes, a multiple of @pgsize
 * @prot: PGT_READ, PGT_WRITE or both; 0 is refused, as VT-d has no present
 *        leaf for it and RISC-V would read it as a pointer to a table
 * @spare: a zeroed table to use, or NULL; set to NULL when it is used
 * @freed: gets empty tables that were in the way; they have to wait for readers
 *         only, as their leaves were unmapped and invalidated before
 */
struct pgt_request {
	u64 iova;
	u64 phys;
	u64 pgsize;
	u64 size;
	u32 prot;
	u64 *spare;
	struct pgt_freed freed;
};

/**
 * pgt_map() - map pages, up to the end of one table
 * @pt: the table
 * @req: what to map; on success what is left of it
 *
 * Makes one table of the way there, or maps as many pages as fit into the last
 * table, so that the caller can pause in between.
 *
 * Return: 0: go on while there is something left; -EAGAIN if a spare table is
 * needed first; -EEXIST if something is mapped there; -ERANGE if an address is too
 * large; -EINVAL.
 */
int pgt_map(struct pgt *pt, struct pgt_request *req);

/**
 * pgt_map_quick() - map pages of the smallest size, if their table is there
 * @pt: the table
 * @iova: first input address
 * @phys: first output address
 * @pgsize: page size
 * @size: bytes
 * @prot: as in struct pgt_request
 *
 * This is enough for most calls. If it is not, the caller calls pgt_map(),
 * which maps the rest or returns the error.
 *
 * Return: bytes mapped.
 */
u64 pgt_map_quick(struct pgt *pt, u64 iova, u64 phys, u64 pgsize, u64 size,
		  u32 prot);

/**
 * pgt_unmap() - go on with an unmap, up to the end of one table
 * @pt: the table
 * @iova: first input address of the unmap
 * @size: its bytes
 * @done: those of them that have been unmapped
 * @freed: gets the tables that the unmap covers whole
 *
 * A leaf that is not wholly inside the range is left alone. The tables handed
 * back may be freed once an invalidation that covers @iova has been done and all
 * readers have left.
 *
 * Return: bytes unmapped, contiguous from @iova + @done; 0 if there is no such
 * leaf.
 */
size_t pgt_unmap(struct pgt *pt, u64 iova, u64 size, size_t done,
		 struct pgt_freed *freed);

/**
 * pgt_trim() - hand back all empty tables
 * @pt: the table
 * @freed: gets the tables; they have to wait for readers only, if the
 *         invalidation of what was unmapped is done
 *
 * Context: no map and no unmap may run at the same time.
 */
void pgt_trim(struct pgt *pt, struct pgt_freed *freed);

/**
 * pgt_clear() - unmap everything
 * @pt: the table
 * @freed: gets all tables
 *
 * Context: no other map or unmap runs any more.
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
 * struct pgt_walker - a reader of tables: an instance's hardware
 * @fmt: the format that it reads
 * @ias: it refuses addresses of more bits
 * @oas: it refuses output addresses of more bits
 * @pgsizes: page sizes that it can read, bitmap in bytes
 * @dirty: it sets the dirty bits of tables that track writes
 */
struct pgt_walker {
	const struct pgt_format *fmt;
	u32 ias;
	u32 oas;
	u64 pgsizes;
	bool dirty;
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
 * pgt_mark_dirty() - a walker is going to write: set the dirty bit of the leaf
 * @pt: the table, which tracks writes
 * @w: the walker
 * @iova: the address that is written
 *
 * The bit is set in the leaf that pgt_translate() finds, and has the form of
 * the table's format.
 *
 * Context: any.
 * Return: 0; -ENOENT or -EILSEQ as pgt_translate(); -EACCES if the leaf cannot
 * be written.
 */
int pgt_mark_dirty(const struct pgt *pt, const struct pgt_walker *w, u64 iova);

/**
 * struct pgt_dirty_scan - a look for dirty leaves in a range
 * @iova: first address; raised as the scan goes on
 * @end: the address after the last one, larger than @iova
 * @clear: make what is found clean
 * @at: what was found: first address of the part of the leaf that is inside the
 *      range
 * @size: bytes of this part
 */
struct pgt_dirty_scan {
	u64 iova;
	u64 end;
	bool clear;
	u64 at;
	u64 size;
};

/**
 * pgt_scan_dirty() - go on with a look for dirty leaves
 * @pt: the table, which tracks writes
 * @scan: the scan; it has ended when @iova reaches @end
 *
 * A call looks at the rest of one table, at most. A leaf that is not wholly
 * inside the range stays dirty, whatever @clear says: the rest of its addresses
 * has not been asked for yet.
 *
 * Context: any. Walkers may set bits meanwhile: a bit that was set before the
 * call is found, if the leaf stays.
 * Return: whether a dirty leaf was found.
 */
bool pgt_scan_dirty(const struct pgt *pt, struct pgt_dirty_scan *scan);

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
 * pause in between. Entries that appear or disappear meanwhile may be counted
 * or not.
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

	/* Two unmaps of one range, against the rule, have both counted it. */
	return mapped > 0 ? mapped : 0;
}

#endif /* MOCK_PGTABLE_H */
