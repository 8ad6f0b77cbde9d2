/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What became of a placement, seen by the devices: each writes by DMA, and all
 * the others, and the CPU, must see it (R14). And after an unmap nobody
 * reaches the memory any more (R13).
 */
#ifndef CALLERS_VERIFY_H
#define CALLERS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/mem.h"
#include "module/abi.h"

/* Each device has a slot of the memory to itself. */
#define VERIFY_SLOT 16U
#define VERIFY_DEVICES (4096U / VERIFY_SLOT)

struct verify {
	struct ctx *ctx;
	uint64_t iova; /* where the buffer is mapped in each of the domains */
	const char *buffer;
	unsigned int n;
	char devices[VERIFY_DEVICES][MOCK_NAME_LEN];
};

/* False if there are more than VERIFY_DEVICES. */
bool verify_add(struct verify *v, const char *device);

/*
 * R14. What is wrong is added to why, separated by commas: DEVICE:write:REASON,
 * DEVICE:read:REASON, DEVICE:misses:OTHER (it does not see what OTHER wrote), or
 * cpu:misses:OTHER. True if nothing is.
 */
bool verify_shared(const struct verify *v, struct buf *why);

/* R13, likewise: DEVICE:reaches, or DEVICE:stale. The buffer is unmapped. */
bool verify_gone(const struct verify *v, struct buf *why);

#endif /* CALLERS_VERIFY_H */
