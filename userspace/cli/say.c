// SPDX-License-Identifier: GPL-2.0-only
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/status-line.h"
#include "lib/mem.h"
#include "lib/words.h"

static void sentence(const struct cli *cli, const struct complaint *c,
		     const char *command, struct buf *b)
{
	buf_str(b, PROGRAM ": ");
	if (cli->file)
		buf_printf(b, "%s:%u: ", cli->file, cli->line);
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

/* In JSON, the words before the sentence have keys of their own. */
static void object(const struct cli *cli, const struct complaint *c,
		   const char *command, struct buf *b)
{
	struct json_object *o = json_object_new_object();

	add_text(o, c->kind == SAID_NOTHING ? "warning" : "error", c->sentence);
	json_object_object_add(
		o, "errno",
		c->err ? json_object_new_string(errno_name(c->err)) : NULL);
	json_object_object_add(o, "status",
			       json_object_new_int(status_of(c->kind)));
	add_text(o, "command", command);
	add_text(o, "object", c->object);
	add_text(o, "file", cli->file);
	if (cli->file)
		json_object_object_add(o, "line",
				       json_object_new_int((int)cli->line));
	buf_printf(b, "%s\n",
		   json_object_to_json_string_ext(
			   o, JSON_C_TO_STRING_PLAIN |
				      JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

/* One write to stderr, so that messages of several processes do not mix. */
void say(void *owner, const struct complaint *c)
{
	struct cli *cli = owner;
	autofree char *command = NULL;
	autobuf struct buf b = { 0 };

	if (!cli->said)
		cli->said = c->kind;
	if (signals_unread())
		return;
	if (cli->command && c->kind != SAID_NOT_READY)
		command = command_name(cli->command);
	if (cli->format.json)
		object(cli, c, command, &b);
	else
		sentence(cli, c, command, &b);
	status_line(NULL);
	fflush(stdout);
	fputs(b.text, stderr);
}

int status_of(enum complaint_kind kind)
{
	switch (kind) {
	case SAID_NOTHING:
		return ST_OK;
	case SAID_WRONG:
		return ST_USAGE;
	case SAID_NOT_READY:
		return ST_ENV;
	default:
		return ST_FAILED;
	}
}

int cli_status(const struct cli *cli, int result)
{
	if (result >= 0)
		return result;
	return cli->said ? status_of(cli->said) : ST_FAILED;
}

void say_no_memory(void)
{
	status_line(NULL);
	fputs(PROGRAM ": out of memory\n", stderr);
	exit(ST_FAILED);
}
