// SPDX-License-Identifier: GPL-2.0-only
/* For tests of the library without the command table: nobody is told. */
#include "lib/ctx.h"

int fail(const struct ctx *ctx, const char *object, const char *fmt, ...)
{
	(void)ctx;
	(void)object;
	(void)fmt;
	return ST_FAILED;
}

int env_error(const struct ctx *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
	return ST_ENV;
}

int usage_error(const struct ctx *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
	return ST_USAGE;
}
