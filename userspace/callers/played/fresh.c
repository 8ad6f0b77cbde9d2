// SPDX-License-Identifier: GPL-2.0-only
/* Never share: a domain for each group, the most that placing can cost. */
#include "callers/callers.h"

const struct caller caller_fresh = {
	.name = "fresh",
	.what = "never share, a new domain for every group",
	.place = run_fresh,
};
