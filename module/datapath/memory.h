/* SPDX-License-Identifier: GPL-2.0-only */
/* The accesses of a DMA engine to memory, after translation. */
#ifndef MOCK_MEMORY_H
#define MOCK_MEMORY_H

#include <linux/types.h>

/**
 * mock_memory() - find the memory at a physical address, if it is memory
 * @phys: the address
 * @write: the caller is going to write it
 *
 * A mapping may name any physical address: a device's registers, a hole, memory
 * that was taken offline or is broken. The function refuses all that is not
 * RAM. The page of zeros stands for memory that a process has not written yet.
 * It can be read. All processes share it, so the function refuses to have it
 * written, even if the mapping allows writes.
 *
 * Context: any.
 * Return: the kernel's address of the memory, valid to the end of the page; or
 * NULL.
 */
void *mock_memory(u64 phys, bool write);

/**
 * mock_memory_fill() - write a pattern
 * @to: the memory
 * @len: bytes
 * @pattern: 64 bits, little-endian
 * @at: number of bytes of the repeated pattern that were written before
 */
void mock_memory_fill(void *to, size_t len, u64 pattern, u64 at);

/* Continue a CRC-32 (zlib's), which begins with 0. */
u32 mock_memory_sum(u32 sum, const void *from, size_t len);

#endif /* MOCK_MEMORY_H */
