// SPDX-License-Identifier: GPL-2.0-only
/* --dump-commands: the table as JSON, for tools and tests. */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/help.h"
#include "lib/mem.h"
#include "lib/words.h"

static void add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key,
			       text ? json_object_new_string(text) : NULL);
}

static void add_flag(struct json_object *to, const char *key, bool set)
{
	json_object_object_add(to, key, json_object_new_boolean(set));
}

static struct json_object *operands(const struct command *cmd)
{
	struct json_object *list = json_object_new_array();

	for (const struct operand *p = cmd->operands; p->name; p++) {
		struct json_object *o = json_object_new_object();

		add_text(o, "name", p->name);
		add_flag(o, "optional", p->flags & OPD_OPTIONAL);
		add_flag(o, "repeat", p->flags & OPD_REPEAT);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *keys(const struct command *cmd)
{
	struct json_object *list = json_object_new_array();

	for (const struct key *k = cmd->keys; k && k->name; k++) {
		struct json_object *o = json_object_new_object();

		add_text(o, "name", k->name);
		add_text(o, "value", k->value);
		add_text(o, "help", k->help);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *options(const struct command *cmd)
{
	const struct option *lists[MAX_OPTION_LISTS];
	struct json_object *list = json_object_new_array();

	command_option_lists(cmd, lists);
	for (unsigned int i = 0; lists[i]; i++)
		for (const struct option *p = lists[i]; p->name; p++) {
			char letter[2] = { p->letter, 0 };
			struct json_object *o = json_object_new_object();

			add_text(o, "name", p->name);
			add_text(o, "letter", p->letter ? letter : NULL);
			add_text(o, "argument", p->arg);
			add_text(o, "help", p->help);
			json_object_array_add(list, o);
		}
	return list;
}

static struct json_object *columns(const struct command *cmd)
{
	struct json_object *list = json_object_new_array();

	if (!cmd->shape)
		return list;
	for (const struct report_column *c = cmd->shape->columns; c->name;
	     c++) {
		struct json_object *o = json_object_new_object();

		add_text(o, "name", c->name);
		add_flag(o, "default", c->flags & RC_DEFAULT);
		add_text(o, "help", c->help);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *command(const struct command *cmd)
{
	autofree char *name = command_name(cmd);
	autofree char *synopsis = command_synopsis(cmd);
	struct json_object *o = json_object_new_object();

	add_text(o, "name", name);
	add_text(o, "noun", cmd->noun);
	add_text(o, "verb", cmd->verb);
	add_text(o, "synopsis", synopsis);
	add_text(o, "summary", cmd->summary);
	json_object_object_add(o, "operands", operands(cmd));
	json_object_object_add(o, "keys", keys(cmd));
	json_object_object_add(o, "options", options(cmd));
	json_object_object_add(o, "columns", columns(cmd));
	add_flag(o, "needs_module", cmd->flags & CMD_MODULE);
	return o;
}

int dump_commands(struct ctx *ctx)
{
	struct json_object *all = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct command *c;

	(void)ctx;
	add_text(all, "program", PROGRAM);
	add_text(all, "version", IOMMU_MOCK_VERSION);
	for (unsigned int i = 0; (c = command_at(i)); i++)
		json_object_array_add(list, command(c));
	json_object_object_add(all, "commands", list);
	puts(json_object_to_json_string_ext(
		all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	return ST_OK;
}
