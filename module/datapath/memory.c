// SPDX-License-Identifier: GPL-2.0-only
/* The memory that a DMA engine touches. */
#include <linux/bitops.h>
#include <linux/crc32.h>
#include <linux/io.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/string.h>

#include "memory.h"

void *mock_memory(u64 phys, bool write)
{
	struct page *page = pfn_to_online_page(PHYS_PFN(phys));

	/*
	 * The page of zeros is reserved, but processes read it. Callers map it
	 * for reading, so a write ends before it comes here; if a caller does
	 * not, all processes would see the write.
	 */
	if (page && is_zero_pfn(PHYS_PFN(phys)))
		return write ? NULL : phys_to_virt(phys);
	/* Holes, firmware, and pages that nothing can have mapped. */
	if (!page || PageReserved(page) || is_zone_device_page(page) ||
	    PageHWPoison(page))
		return NULL;
	return phys_to_virt(phys);
}

void mock_memory_fill(void *to, size_t len, u64 pattern, u64 at)
{
	__le64 word = cpu_to_le64(ror64(pattern, at % 8 * 8));
	size_t done;

	for (done = 0; done + sizeof(word) <= len; done += sizeof(word))
		memcpy(to + done, &word, sizeof(word));
	memcpy(to + done, &word, len - done);
}

u32 mock_memory_sum(u32 sum, const void *from, size_t len)
{
	return ~crc32_le(~sum, from, len);
}
