// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "lib/ctx.h"
#include "lib/mem.h"

static void tell(const struct ctx *ctx, enum status status, int err,
		 const char *object, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));

static void tell(const struct ctx *ctx, enum status status, int err,
		 const char *object, const char *fmt, va_list ap)
{
	autofree char *sentence = NULL;
	struct complaint c = { status, err, object, NULL };

	if (!ctx->say)
		return;
	sentence = xvprintf(fmt, ap);
	c.sentence = sentence;
	ctx->say(ctx, &c);
}

int fail(const struct ctx *ctx, const char *object, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_FAILED, -EIO, object, fmt, ap);
	va_end(ap);
	return ST_FAILED;
}

int fail_errno(const struct ctx *ctx, int err, const char *object,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_FAILED, err, object, fmt, ap);
	va_end(ap);
	return ST_FAILED;
}

int usage_error(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_USAGE, -EINVAL, NULL, fmt, ap);
	va_end(ap);
	return ST_USAGE;
}

int env_error(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_ENV, -ENODEV, NULL, fmt, ap);
	va_end(ap);
	return ST_ENV;
}

int env_errno(const struct ctx *ctx, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_ENV, err, NULL, fmt, ap);
	va_end(ap);
	return ST_ENV;
}

void warning(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, ST_OK, 0, NULL, fmt, ap);
	va_end(ap);
}
