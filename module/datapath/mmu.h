/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation by an instance: first by the IOTLB, then by a walk of the
 * domain's table. The walk uses the format and the features of the instance,
 * which may not be those that the table was made with.
 *
 * The table of a process is the kernel's, and a walk of it sleeps. So the caller
 * walks it before, and the translation takes what the caller found.
 *
 * This is pure code without locks, like the IOTLB.
 */
#ifndef MOCK_MMU_H
#define MOCK_MMU_H

#include "../abi.h"
#include "../pgtable/pgtable.h"
#include "../types.h"
#include "iotlb.h"

/* The reason why an access faults. */
enum mock_dma_reason {
#define X(sym, name) MOCK_DMA_##sym,
	MOCK_DMA_REASONS(X)
#undef X
	MOCK_DMA_FINE,
	/* Never told to anybody: the addresses of the process must be walked. */
	MOCK_DMA_WALK,
};

/**
 * struct mock_found - what a walk of the addresses of a process has found
 * @valid: there was a walk
 * @tag: serial number of the domain of the process
 * @era: its era, read before the walk
 * @access: PGT_READ or PGT_WRITE: what the walk was for
 * @why: MOCK_DMA_FINE, _NOT_MAPPED or _PERMISSION
 * @leaf: the page; its first address and its size also if @why is not
 *        MOCK_DMA_FINE
 */
struct mock_found {
	bool valid;
	u64 tag;
	u64 era;
	u32 access;
	enum mock_dma_reason why;
	struct pgt_leaf leaf;
};

/**
 * struct mock_mmu - the translating part of an instance
 * @tlb: its IOTLB
 * @walker: the format and limits with which it reads a table
 * @hits: number of translations that @tlb contained and that were right
 * @misses: number of translations that @tlb did not contain
 * @evictions: number of entries that were evicted for others
 * @stale: number of hits of stale entries, whose invalidation was lost
 * @walks: number of walks of a table
 */
struct mock_mmu {
	struct iotlb tlb;
	struct pgt_walker walker;
	u64 hits;
	u64 misses;
	u64 evictions;
	u64 stale;
	u64 walks;
};

/**
 * struct mock_stage1 - a table that a user made in the memory of a guest
 * @fmt: its format, which may be another one than that of stage 2
 * @ias: addresses of more bits are not translated
 * @root: address of the top table, in the addresses that stage 2 translates
 * @read: reads an entry at a physical address, which is 8 bytes aligned; false: no
 *        memory is there. Called with the owner's locks held: it does not sleep
 *
 * Nothing pins the table for a walk: what stage 2 maps is there as long as it
 * is mapped, and who unmaps it waits for the accesses that translated before.
 */
struct mock_stage1 {
	const struct pgt_format *fmt;
	u32 ias;
	u64 root;
	bool (*read)(u64 phys, u64 *entry);
};

/**
 * struct mock_view - the properties of a domain that a translation uses
 * @table: its table, or that of its stage 2
 * @stage1: the table of the user that comes first, or NULL
 * @found: the domain is that of a process: the last walk, which @table is not
 *         needed for; otherwise NULL
 * @tag: its serial number
 * @pasid: the PASID of the access, or 0
 * @tracking: writes set the dirty bits of pages
 * @era: number of its unmaps. The caller reads it before the translation: if
 *       the walk then misses an unmap, the new entry has an old era, and so
 *       will be compared
 */
struct mock_view {
	const struct pgt *table;
	const struct mock_stage1 *stage1;
	const struct mock_found *found;
	u64 tag;
	u32 pasid;
	bool tracking;
	u64 era;
};

/**
 * mock_mmu_translate() - translate the address of an access
 * @mmu: the translating part of the instance
 * @view: the domain
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @leaf: gets the page, if the function returns MOCK_DMA_FINE
 *
 * While writes are tracked, a write sets the dirty bit of its page. An entry of
 * the IOTLB remembers that, as hardware does: so if the bit is cleared and the
 * invalidation is lost, the next writes leave no trace.
 *
 * With a stage 1, an entry of the IOTLB has both stages in it. A walk reads at
 * most one entry of each level, so a table that points to itself ends it: at the
 * lowest level a pointer is read as a leaf, or refused, as the format has it. A
 * write makes the page of stage 2 dirty; the user's table has no dirty bits.
 *
 * Return: MOCK_DMA_FINE, _NOT_MAPPED, _PERMISSION, _FORMAT or _STALE; with a
 * stage 1 also _STAGE1_TABLE: stage 2 does not let the walker read the table; and
 * _STAGE2: it does not map the address that stage 1 leads to; for the
 * domain of a process also _WALK: nothing has changed, and the caller walks the
 * page and tries again.
 */
enum mock_dma_reason mock_mmu_translate(struct mock_mmu *mmu,
					const struct mock_view *view, u64 iova,
					u32 access, struct pgt_leaf *leaf);

#endif /* MOCK_MMU_H */
