/* SPDX-License-Identifier: GPL-2.0-only */
/* What a DMA engine does to memory, once it is known where that is. */
#ifndef MOCK_MEMORY_H
#define MOCK_MEMORY_H

#include <linux/types.h>

/**
 * mock_memory() - memory at a physical address, if it is memory
 * @phys: the address
 * @write: it is going to be written
 *
 * A mapping may name anything that its maker could: a device's registers, a
 * hole, memory that was taken offline or is broken. What is refused here
 * would not be RAM. The page of zeros that stands for memory which a process
 * has not written yet can be read; all processes share it, so it is not written
 * whatever the mapping allows.
 *
 * Context: any.
 * Return: where the kernel has it, or NULL. Good up to the end of its page.
 */
void *mock_memory(u64 phys, bool write);

/**
 * mock_memory_fill() - write a pattern
 * @to: where
 * @len: bytes
 * @pattern: 64 bits, little-endian
 * @at: how many bytes of the pattern's sequence have been written already
 */
void mock_memory_fill(void *to, size_t len, u64 pattern, u64 at);

/* Go on with a CRC-32 (zlib's); the first one begins with 0. */
u32 mock_memory_sum(u32 sum, const void *from, size_t len);

#endif /* MOCK_MEMORY_H */
