// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses of processes (SVA): domains without a table of their own.
 *
 * A device that uses an address of a process walks the kernel's table of the
 * process, and its instance keeps what it found in the IOTLB. The kernel tells us
 * of each change after it has cleared the entries, and uses the memory for nothing
 * else before we return. So R13 holds as for an unmap:
 *
 * - A walk reads the domain's era before. A change raises the era, then takes the
 *   mmu_lock of each instance that the domain is in use on. A step that holds the
 *   mmu_lock and finds the era of its walk still there is finished before the
 *   change gets the lock; another one walks again.
 * - An entry of the IOTLB in the range is dropped. Any other one is compared with a
 *   new walk before it is used again, which finds an invalidation that was lost.
 *
 * Therefore no reference to a page is needed past the walk.
 */
#include <linux/mm.h>
#include <linux/pfn.h>

#include "objects.h"

/**
 * mock_process_walk() - look an address of a process up
 * @dom: a domain of the process
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @found: gets what is there
 *
 * Context: process, without locks.
 */
void mock_process_walk(struct mock_domain *dom, u64 iova, u32 access,
		       struct mock_found *found)
{
	bool write = access == PGT_WRITE;
	struct page *page;

	*found = (struct mock_found){
		.valid = true, .tag = dom->serial,
		.era = mock_domain_era(dom), .access = access,
		.leaf = {
			.iova = iova & PAGE_MASK, .size = PAGE_SIZE,
			.prot = access | PGT_READ,
		},
	};
	page = kapi_process_page(dom->process, iova, write);
	if (page) {
		found->leaf.phys = PFN_PHYS(page_to_pfn(page));
		found->why = MOCK_DMA_FINE;
		return;
	}
	if (write && kapi_process_page(dom->process, iova, false))
		found->why = MOCK_DMA_PERMISSION;
	else
		found->why = MOCK_DMA_NOT_MAPPED;
}

/**
 * mock_process_changed() - the kernel changed or removed entries of a process
 * @dom: a domain of the process
 * @iova: first address
 * @size: bytes; 0: everything
 *
 * Context: any that may take a spinlock.
 */
void mock_process_changed(struct mock_domain *dom, u64 iova, u64 size)
{
	mock_domain_next_era(dom);
	mock_domain_invalidate(dom, iova, size);
}
