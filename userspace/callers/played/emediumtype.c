// SPDX-License-Identifier: GPL-2.0-only
/*
 * The proposal of 2022: an errno of its own for "incompatible". The core's
 * gatekeeper of later kernels says EINVAL, which this caller takes for an
 * error: that is what a caller written to the proposal would do there.
 */
#include <errno.h>

#include "callers/callers.h"

static bool soft(int err)
{
	return err == -EMEDIUMTYPE;
}

static int place(struct run *run, int unit)
{
	return walk_place(run, unit, soft);
}

const struct caller caller_emediumtype = {
	.name = "emediumtype",
	.what = "only EMEDIUMTYPE means the next domain (proposed in 2022)",
	.place = place,
};
