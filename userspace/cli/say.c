// SPDX-License-Identifier: GPL-2.0-only
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "lib/mem.h"
#include "lib/words.h"
#include "cli/say.h"
#include "cli/signals.h"

static void sentence(const struct ctx *ctx, const struct complaint *c,
		     const char *command, struct buf *b)
{
	buf_str(b, PROGRAM ": ");
	if (ctx->file)
		buf_printf(b, "%s:%u: ", ctx->file, ctx->line);
	if (command && c->object)
		buf_printf(b, "%s %s: ", command, c->object);
	else if (command)
		buf_printf(b, "%s: ", command);
	buf_printf(b, "%s\n", c->sentence);
}

static void add_text(struct json_object *to, const char *key, const char *text)
{
	if (text)
		json_object_object_add(to, key, json_object_new_string(text));
}

/* What the sentence begins with has keys of its own. */
static void object(const struct ctx *ctx, const struct complaint *c,
		   const char *command, struct buf *b)
{
	struct json_object *o = json_object_new_object();

	add_text(o, c->status == ST_OK ? "warning" : "error", c->sentence);
	json_object_object_add(
		o, "errno",
		c->err ? json_object_new_string(errno_name(c->err)) : NULL);
	json_object_object_add(o, "status", json_object_new_int(c->status));
	add_text(o, "command", command);
	add_text(o, "object", c->object);
	add_text(o, "file", ctx->file);
	if (ctx->file)
		json_object_object_add(o, "line",
				       json_object_new_int((int)ctx->line));
	buf_printf(b, "%s\n",
		   json_object_to_json_string_ext(
			   o, JSON_C_TO_STRING_PLAIN |
				      JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

/* One write to stderr, so that messages of several processes do not mix. */
void say(const struct ctx *ctx, const struct complaint *c)
{
	autofree char *command = NULL;
	autobuf struct buf b = { 0 };

	if (signals_unread())
		return;
	if (ctx->command && c->status != ST_ENV)
		command = command_name(ctx->command);
	if (ctx->format.json)
		object(ctx, c, command, &b);
	else
		sentence(ctx, c, command, &b);
	fflush(stdout);
	fputs(b.text, stderr);
}

void say_no_memory(void)
{
	fputs(PROGRAM ": out of memory\n", stderr);
	exit(ST_FAILED);
}
