/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of a guest, for devices that translate by two stages: the caller writes it
 * into memory that stage 2 maps.
 */
#ifndef CALLERS_STAGE1_H
#define CALLERS_STAGE1_H

#include <stdint.h>

/* Enough for a table that maps what a caller maps, wherever that is. */
#define STAGE1_BYTES (16 * 4096UL)

/*
 * Writes into STAGE1_BYTES of zeroes at @memory, which are at @at in the addresses of
 * stage 2, a table in the format "x86-4l" that leads @size bytes from @iova on to the same
 * addresses of stage 2. All are multiples of 4K. Returns where the top table is.
 */
uint64_t stage1_identity(void *memory, uint64_t at, uint64_t iova,
			 uint64_t size);

#endif /* CALLERS_STAGE1_H */
