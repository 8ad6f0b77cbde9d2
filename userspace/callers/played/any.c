// SPDX-License-Identifier: GPL-2.0-only
/* Every error means "try the next domain": R2 warns of this. */
#include "callers/callers.h"

static bool soft(int err)
{
	return err != 0;
}

const struct caller caller_any = {
	.name = "any",
	.what = "any error means the next domain",
	.soft = soft,
};
