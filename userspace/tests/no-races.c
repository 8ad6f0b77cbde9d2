// SPDX-License-Identifier: GPL-2.0-only
/* For tests that look at the plans of races and run none. */
#include "matrix/race/race.h"

void race_run(struct runner *r)
{
	(void)r;
}

const char *race_missing(const struct ctx *ctx, const struct special *s)
{
	(void)ctx;
	(void)s;
	return NULL;
}

void race_evidence(struct runner *r)
{
	(void)r;
}
