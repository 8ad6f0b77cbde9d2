// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "lib/ctx.h"
#include "lib/mem.h"

static void tell(const struct ctx *ctx, enum complaint_kind kind, int err,
		 const char *object, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));

static void tell(const struct ctx *ctx, enum complaint_kind kind, int err,
		 const char *object, const char *fmt, va_list ap)
{
	autofree char *sentence = NULL;
	struct complaint c = { kind, err, object, NULL };

	if (!ctx->say)
		return;
	sentence = xvprintf(fmt, ap);
	c.sentence = sentence;
	ctx->say(ctx->owner, &c);
}

int fail(const struct ctx *ctx, const char *object, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_FAILED, -EIO, object, fmt, ap);
	va_end(ap);
	return -EIO;
}

int fail_errno(const struct ctx *ctx, int err, const char *object,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_FAILED, err, object, fmt, ap);
	va_end(ap);
	return err < 0 ? err : -EIO;
}

int usage_error(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_WRONG, -EINVAL, NULL, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int env_error(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_NOT_READY, -ENODEV, NULL, fmt, ap);
	va_end(ap);
	return -ENODEV;
}

int env_errno(const struct ctx *ctx, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_NOT_READY, err, NULL, fmt, ap);
	va_end(ap);
	return err < 0 ? err : -EIO;
}

void warning(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(ctx, SAID_NOTHING, 0, NULL, fmt, ap);
	va_end(ap);
}
