// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule that upstream accepted: -EINVAL concerns the pair of domain and
 * device, so the next domain may fit; every other errno is an error (R1, R2).
 */
#include <errno.h>

#include "callers/callers.h"

static bool soft(int err)
{
	return err == -EINVAL;
}

const struct caller caller_einval = {
	.name = "einval",
	.what = "only EINVAL means the next domain (the rule upstream)",
	.soft = soft,
};
