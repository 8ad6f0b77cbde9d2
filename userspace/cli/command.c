// SPDX-License-Identifier: GPL-2.0-only
/* From the words of a command line to the row of the table that runs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/signals.h"
#include "cli/values.h"
#include "lib/knobs.h"

const struct command *command_at(unsigned int i)
{
	for (unsigned int t = 0; command_tables[t]; t++)
		for (const struct command *c = command_tables[t]; c->noun; c++)
			if (!i--)
				return c;
	return NULL;
}

const struct command *command_find(const char *noun, const char *verb)
{
	const struct command *c;

	for (unsigned int i = 0; (c = command_at(i)); i++)
		if (!strcmp(c->noun, noun) &&
		    (verb ? c->verb && !strcmp(c->verb, verb) : !c->verb))
			return c;
	return NULL;
}

bool noun_exists(const char *noun)
{
	const struct command *c;

	for (unsigned int i = 0; (c = command_at(i)); i++)
		if (!strcmp(c->noun, noun))
			return true;
	return false;
}

char *command_name(const struct command *cmd)
{
	return cmd->verb ? xprintf("%s %s", cmd->noun, cmd->verb) :
			   xstrdup(cmd->noun);
}

static const struct key *needed_key(const struct command *cmd)
{
	const struct key *k = cmd->keys;

	while (strcmp(k->name, cmd->needs))
		k++;
	return k;
}

char *command_synopsis(const struct command *cmd)
{
	autofree char *name = command_name(cmd);
	struct buf b = { 0 };

	buf_str(&b, name);
	for (const struct operand *o = cmd->operands; o->name; o++) {
		bool optional = o->flags & OPD_OPTIONAL;

		buf_printf(&b, " %s%s%s%s", optional ? "[" : "", o->name,
			   optional ? "]" : "",
			   o->flags & OPD_REPEAT ? "..." : "");
	}
	if (cmd->needs)
		buf_printf(&b, " %s=%s", cmd->needs, needed_key(cmd)->value);
	if (cmd->keys && (!cmd->needs || cmd->keys[1].name))
		buf_str(&b, cmd->flags & CMD_KEYS ? " KEY=VALUE..." :
						    " [KEY=VALUE]...");
	for (const struct option *o = cmd->options; o && o->name; o++)
		buf_printf(&b, " [--%s%s%s]", o->name, o->arg ? " " : "",
			   o->arg ? o->arg : "");
	return b.text;
}

void command_option_lists(const struct command *cmd,
			  const struct option *lists[MAX_OPTION_LISTS])
{
	unsigned int n = 0;

	if (cmd->options)
		lists[n++] = cmd->options;
	if (cmd->shape)
		lists[n++] = table_options;
	if (cmd->flags & CMD_KTAP)
		lists[n++] = ktap_options;
	lists[n++] = common_options;
	lists[n] = NULL;
}

/* "DEV..." takes the rest, so it can only be the last one. */
static int operands_check(const struct ctx *ctx, int argc, char **argv)
{
	const struct operand *o = cli_of(ctx)->command->operands;
	int st = ST_OK;

	for (int i = 0; i < argc && st == ST_OK; i++) {
		if (!o->name)
			return usage_error(ctx, "'%s' is one word too many",
					   argv[i]);
		st = word_check(ctx, o->name, o->word, argv[i]);
		if (!(o->flags & OPD_REPEAT))
			o++;
		else if (i == argc - 1)
			return st;
	}
	if (st == ST_OK && o->name && !(o->flags & OPD_OPTIONAL))
		return usage_error(ctx, "%s is missing", o->name);
	return st;
}

static int keys_check(const struct ctx *ctx)
{
	const struct command *cmd = cli_of(ctx)->command;
	autofree char *synopsis = NULL;
	const struct key *k;

	if (cmd->flags & CMD_KEYS && !*key_line(ctx))
		return usage_error(ctx, "KEY=VALUE is missing");
	if (!cmd->needs || key_value(ctx, cmd->needs))
		return ST_OK;
	k = needed_key(cmd);
	synopsis = command_synopsis(cmd);
	return usage_error(ctx, "%s= is missing, %s; write %s", k->name,
			   k->help, synopsis);
}

/* auto: on a terminal that can, unless the user wants none: no-color.org */
static bool wants_color(const struct ctx *ctx)
{
	const char *when = "auto", *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	for (unsigned int i = 0; opt_value(ctx, "color", i); i++)
		when = opt_value(ctx, "color", i);
	if (strcmp(when, "auto") != 0)
		return !strcmp(when, "always");
	return isatty(STDOUT_FILENO) && !(none && *none) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

static void format_fill(struct ctx *ctx)
{
	cli_of(ctx)->format = (struct format){
		.json = opt_given(ctx, "json"),
		.raw = opt_given(ctx, "raw"),
		.noheadings = opt_given(ctx, "noheadings"),
		.bytes = opt_given(ctx, "bytes"),
		.ktap = opt_given(ctx, "ktap"),
		.list_columns = opt_given(ctx, "list-columns"),
		.color = wants_color(ctx),
	};
	for (unsigned int i = 0; opt_value(ctx, "output", i); i++)
		cli_of(ctx)->format.columns = opt_value(ctx, "output", i);
}

static int format_check(struct ctx *ctx)
{
	const struct format *f = &cli_of(ctx)->format;

	if (f->json + f->raw + f->ktap > 1)
		return usage_error(
			ctx, "--json, --raw and --ktap exclude each other");
	if (cli_of(ctx)->command->shape)
		return report_check_columns(ctx, &cli_of(ctx)->format,
					    cli_of(ctx)->command->shape);
	return ST_OK;
}

static int run_parsed(struct ctx *ctx, int argc, char **argv)
{
	const struct command *cmd = cli_of(ctx)->command;
	const char *sysroot = opt_value(ctx, "sysroot", 0);
	int st;

	if (opt_given(ctx, "help"))
		return help_command(ctx, cmd);
	if (opt_given(ctx, "version") && (argc || *key_line(ctx)))
		return usage_error(
			ctx,
			"--version excludes all other words: not with '%s'",
			argc ? argv[0] : key_line(ctx));
	if (opt_given(ctx, "version"))
		return print_version(ctx);
	if (sysroot && cli_of(ctx)->file)
		return usage_error(
			ctx,
			"--sysroot applies to the whole batch: give it before the command batch");
	if (sysroot)
		ctx->sysroot = sysroot;
	format_fill(ctx);
	if (cli_of(ctx)->format.list_columns)
		return report_list_columns(ctx, &cli_of(ctx)->format,
					   cmd->shape);
	st = format_check(ctx);
	if (st == ST_OK)
		st = operands_check(ctx, argc, argv);
	if (st == ST_OK)
		st = keys_check(ctx);
	if (st == ST_OK && cmd->flags & CMD_MODULE)
		st = knobs_open(ctx);
	if (st != ST_OK)
		return st;
	if (cmd->flags & CMD_UNDOES)
		signals_hold(ctx);
	st = cmd->run(ctx, argc, argv);
	if (cmd->flags & CMD_UNDOES)
		signals_release(ctx);
	return st;
}

static int no_such_noun(struct ctx *ctx, const char *typed)
{
	const char **list = NULL;
	autofree char *hint = NULL;
	unsigned int n = 0;

	for (const struct noun *noun = nouns; noun->name; noun++)
		list = list_add(list, &n, noun->name);
	hint = did_you_mean(list, typed);
	free(list);
	if (*hint)
		return usage_error(ctx, "there is no command '%s'%s", typed,
				   hint);
	return usage_error(ctx, "there is no command '%s'; see %s help", typed,
			   PROGRAM);
}

static int no_such_verb(struct ctx *ctx, const char *noun, const char *typed)
{
	const char **list = NULL;
	autobuf struct buf all = { 0 };
	autofree char *hint = NULL;
	const struct command *c;
	unsigned int n = 0;

	for (unsigned int i = 0; (c = command_at(i)); i++)
		if (!strcmp(c->noun, noun)) {
			list = list_add(list, &n, c->verb);
			buf_printf(&all, "%s%s", all.len ? ", " : "", c->verb);
		}
	hint = typed ? did_you_mean(list, typed) : NULL;
	free(list);
	if (!typed)
		return usage_error(ctx, "%s what? One of %s", noun, all.text);
	if (*hint)
		return usage_error(ctx, "%s has no command '%s'%s", noun, typed,
				   hint);
	return usage_error(ctx, "%s has no command '%s'; it has %s", noun,
			   typed, all.text);
}

/* Sets cli_of(ctx)->command and passes over the words that name it. */
static int find(struct ctx *ctx, int *argc, char ***argv)
{
	const char *noun = (*argv)[0];
	const char *verb = *argc > 1 ? (*argv)[1] : NULL;
	int words = 1;

	cli_of(ctx)->command = NULL;
	if (!noun_exists(noun))
		return no_such_noun(ctx, noun);
	/* A noun may be a command by itself, and have others beside it. */
	if (verb)
		cli_of(ctx)->command = command_find(noun, verb);
	if (cli_of(ctx)->command)
		words = 2;
	else
		cli_of(ctx)->command = command_find(noun, NULL);
	if (!cli_of(ctx)->command)
		return no_such_verb(ctx, noun, verb);
	*argc -= words;
	*argv += words;
	return ST_OK;
}

int command_run(struct ctx *ctx, int argc, char **argv)
{
	struct cli *cli = cli_of(ctx);
	const struct cli outer = *cli;
	struct values v = { 0 };
	int st;

	if (argc > 1 && noun_exists(argv[0]) && !command_find(argv[0], NULL) &&
	    (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		argv[1] = argv[0];
		argv[0] = "help";
	}
	cli->said = SAID_NOTHING;
	st = find(ctx, &argc, &argv);
	cli->values = &v;
	if (st == ST_OK)
		cli->format.json = values_ask(cli->command, "json", argc, argv);
	if (st == ST_OK)
		st = values_parse(ctx, &v, &argc, argv);
	if (st == ST_OK)
		st = run_parsed(ctx, argc, argv);
	st = cli_status(cli, st);
	cli->command = outer.command;
	cli->values = outer.values;
	cli->format = outer.format;
	cli->said = outer.said;
	values_free(&v);
	return st;
}
