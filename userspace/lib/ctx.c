// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "command.h"
#include "lib/ctx.h"
#include "lib/mem.h"

/* One write to stderr, so that messages of several processes do not mix. */
static void say(const struct ctx *ctx, const char *command, const char *object,
		const char *fmt, va_list ap)
{
	autofree char *text = xvprintf(fmt, ap);
	autobuf struct buf b = { 0 };

	buf_str(&b, PROGRAM ": ");
	if (ctx->file)
		buf_printf(&b, "%s:%u: ", ctx->file, ctx->line);
	if (command && object)
		buf_printf(&b, "%s %s: ", command, object);
	else if (command)
		buf_printf(&b, "%s: ", command);
	buf_printf(&b, "%s\n", text);
	fflush(stdout);
	fputs(b.text, stderr);
}

static char *running(const struct ctx *ctx)
{
	return ctx->command ? command_name(ctx->command) : NULL;
}

int fail(const struct ctx *ctx, const char *object, const char *fmt, ...)
{
	autofree char *command = running(ctx);
	va_list ap;

	va_start(ap, fmt);
	say(ctx, command, object, fmt, ap);
	va_end(ap);
	return ST_FAILED;
}

int usage_error(const struct ctx *ctx, const char *fmt, ...)
{
	autofree char *command = running(ctx);
	va_list ap;

	va_start(ap, fmt);
	say(ctx, command, NULL, fmt, ap);
	va_end(ap);
	return ST_USAGE;
}

int env_error(const struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctx, NULL, NULL, fmt, ap);
	va_end(ap);
	return ST_ENV;
}

void warning(const struct ctx *ctx, const char *fmt, ...)
{
	autofree char *command = running(ctx);
	va_list ap;

	va_start(ap, fmt);
	say(ctx, command, NULL, fmt, ap);
	va_end(ap);
}
