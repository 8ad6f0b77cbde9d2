/* SPDX-License-Identifier: GPL-2.0-only */
/* Injected failures. */
#ifndef MOCK_FAULT_H
#define MOCK_FAULT_H

#include <linux/types.h>

#include "../abi.h"

struct mock_device;
struct mock_domain;
struct mock_instance;

enum mock_fault_point {
#define X(sym, name) MOCK_FAULT_##sym,
	MOCK_FAULT_POINTS(X)
#undef X
	MOCK_NR_FAULT_POINTS,
};

enum mock_fault_filter {
	MOCK_FILTER_ANY,
	MOCK_FILTER_FRESH,
	MOCK_FILTER_EXISTING,
};

/**
 * struct mock_fault - one injected failure
 * @on: the fault is set
 * @error: errno of a call that is hit, positive; 0: the call is only delayed
 * @filter: hit fresh domains only, existing domains only, or both
 * @device: hit this device only; empty: any
 * @nth: hit exactly this call, counted from 1; 0: use the parameters below
 * @probability: percent
 * @interval: only each interval-th call is a candidate, at least 1
 * @times: number of hits left, -1: no limit
 * @space: bytes or calls that still pass
 * @delay_us: delay of a call that is hit, microseconds
 * @seen: number of calls that passed the filter
 * @hits: number of calls that were hit
 *
 * The meaning of interval, times, space and probability is that of the
 * kernel's own should_fail() in lib/fault-inject.c.
 */
struct mock_fault {
	bool on;
	int error;
	enum mock_fault_filter filter;
	char device[MOCK_NAME_LEN];
	u64 nth;
	u32 probability;
	u64 interval;
	s64 times;
	u64 space;
	u32 delay_us;
	u64 seen;
	u64 hits;
};

/**
 * struct mock_fault_call - the call that may be made to fail
 * @point: kind of call
 * @device: its device or NULL
 * @domain: its domain or NULL
 * @fresh: the domain is fresh
 * @size: bytes asked for (alloc, map), 1 for the others
 */
struct mock_fault_call {
	enum mock_fault_point point;
	struct mock_device *device;
	struct mock_domain *domain;
	bool fresh;
	u64 size;
};

int mock_fault_check(struct mock_instance *inst,
		     const struct mock_fault_call *call);

#endif /* MOCK_FAULT_H */
