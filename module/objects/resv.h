/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reserved regions: IOVA ranges that the platform uses, and that a user of the
 * device may not map. These are plain values, so that the parser can be pure.
 */
#ifndef MOCK_RESV_H
#define MOCK_RESV_H

#include "../abi.h"
#include "../types.h"

enum mock_resv_type {
#define X(sym, name) MOCK_RESV_##sym,
	MOCK_RESV_TYPES(X)
#undef X
	MOCK_NR_RESV_TYPES,
};

/**
 * struct mock_resv_region - one region
 * @type: enum mock_resv_type
 * @iova: where it begins
 * @size: bytes; the region ends inside the 64-bit address space
 */
struct mock_resv_region {
	u32 type;
	u64 iova;
	u64 size;
};

/**
 * struct mock_resv - the reserved regions of a device
 * @count: number of regions
 * @regions: the regions, in the order of the option resv=
 */
struct mock_resv {
	u32 count;
	struct mock_resv_region regions[MOCK_RESV_MAX];
};

#endif /* MOCK_RESV_H */
