/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks a placement through its devices. Each device writes by DMA, and all
 * other devices and the CPU must see the bytes (R14). After an unmap no device
 * reaches the memory (R13).
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
 * R14. Adds each fault to why, separated by commas: DEVICE:write:REASON,
 * DEVICE:read:REASON, DEVICE:misses:OTHER (DEVICE does not see the bytes that
 * OTHER wrote), or cpu:misses:OTHER. True if there are no faults.
 */
bool verify_shared(const struct verify *v, struct buf *why);

/* R13, likewise: DEVICE:reaches, or DEVICE:stale. The buffer is unmapped. */
bool verify_gone(const struct verify *v, struct buf *why);

#endif /* CALLERS_VERIFY_H */
