// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "lib/mem.h"
#include "say.h"
#include "signals.h"

/* One write to stderr, so that messages of several processes do not mix. */
void say(const struct ctx *ctx, const struct complaint *c)
{
	autofree char *command = NULL;
	autobuf struct buf b = { 0 };

	if (signals_unread())
		return;
	if (ctx->command && c->status != ST_ENV)
		command = command_name(ctx->command);
	buf_str(&b, PROGRAM ": ");
	if (ctx->file)
		buf_printf(&b, "%s:%u: ", ctx->file, ctx->line);
	if (command && c->object)
		buf_printf(&b, "%s %s: ", command, c->object);
	else if (command)
		buf_printf(&b, "%s: ", command);
	buf_printf(&b, "%s\n", c->sentence);
	fflush(stdout);
	fputs(b.text, stderr);
}

void say_no_memory(void)
{
	fputs(PROGRAM ": out of memory\n", stderr);
	exit(ST_FAILED);
}
