/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an instance translates: IOTLB first, then a walk of the domain's table
 * with the instance's own idea of what a table looks like.
 *
 * Pure, and without locks, like the IOTLB.
 */
#ifndef MOCK_MMU_H
#define MOCK_MMU_H

#include "../abi.h"
#include "../pgtable/pgtable.h"
#include "../types.h"
#include "iotlb.h"

/* Why an access faults. */
enum mock_dma_reason {
#define X(sym, name) MOCK_DMA_##sym,
	MOCK_DMA_REASONS(X)
#undef X
	MOCK_DMA_FINE,
};

/**
 * struct mock_mmu - the translating part of an instance
 * @tlb: its IOTLB
 * @walker: what it takes a table for
 * @hits: translations found in @tlb, that held
 * @misses: translations not found there
 * @evictions: entries that had to go for others
 * @stale: hits of entries whose invalidation was lost
 * @walks: walks of a table
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
 * struct mock_view - a domain, as a device on it sees it
 * @table: its table
 * @tag: its serial number
 * @era: how many unmaps it has seen; read before this call, so that an unmap
 *       that the walk does not see makes the entry one to be compared
 */
struct mock_view {
	const struct pgt *table;
	u64 tag;
	u64 era;
};

/**
 * mock_mmu_translate() - where does an access go?
 * @mmu: the instance's
 * @view: the domain
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @leaf: the page, if the answer is MOCK_DMA_FINE
 *
 * Return: MOCK_DMA_FINE, _NOT_MAPPED, _PERMISSION, _FORMAT or _STALE.
 */
enum mock_dma_reason mock_mmu_translate(struct mock_mmu *mmu,
					const struct mock_view *view, u64 iova,
					u32 access, struct pgt_leaf *leaf);

#endif /* MOCK_MMU_H */
