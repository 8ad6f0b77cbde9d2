// SPDX-License-Identifier: GPL-2.0-only
/*
 * --dump-man: prints the page man/iommu-mock.8.in. Text from the command table
 * replaces the lines @COMMANDS@ and @STATUSES@, and the version replaces the
 * word @VERSION@.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "lib/mem.h"
#include "lib/words.h"

/* Text as roff takes it literally. */
static void text(const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", stdout);
	for (; *s; s++) {
		if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '\\')
			fputs("\\e", stdout);
		else
			putchar(*s);
	}
}

static void line(const char *s)
{
	text(s);
	putchar('\n');
}

static void item(const char *term, const char *help)
{
	fputs(".TP\n\\fB", stdout);
	text(term);
	fputs("\\fR\n", stdout);
	line(help);
}

static void option_items(const struct option *list)
{
	for (; list && list->name; list++) {
		autofree char *letter = list->letter ?
						xprintf("-%c, ", list->letter) :
						xstrdup("");
		autofree char *term = xprintf("%s--%s%s%s", letter, list->name,
					      list->arg ? " " : "",
					      list->arg ? list->arg : "");

		item(term, list->help);
	}
}

static void columns(const struct report_shape *shape)
{
	puts(".PP\nColumns (those in bold are the default):");
	for (const struct report_column *c = shape->columns; c->name; c++) {
		fputs(c->flags & RC_DEFAULT ? "\\fB" : "\\fR", stdout);
		text(c->name);
		fputs(c[1].name ? "\\fR,\n" : "\\fR.\n", stdout);
	}
}

static void values(const char *place, const char *words)
{
	autofree char *sentence = xprintf("%s: %s.", place, words);

	puts(".PP");
	line(sentence);
}

static void command(const struct command *cmd)
{
	autofree char *synopsis = command_synopsis(cmd);
	autofree char *details = xstrdup(cmd->details ? cmd->details : "");
	char *rest = details, *para;

	item(synopsis, cmd->summary);
	fputs(".RS\n", stdout);
	while (*details && (para = strsep(&rest, "\n")))
		if (*para) {
			puts(".PP");
			line(para);
		}
	for (const struct key *k = cmd->keys; k && k->name; k++) {
		autofree char *term = xprintf("%s=%s", k->name, k->value);

		item(term, k->help);
	}
	option_items(cmd->options);
	command_values(cmd, values);
	if (cmd->flags & CMD_KTAP)
		option_items(ktap_options);
	if (cmd->shape)
		columns(cmd->shape);
	puts(".RE");
}

static void all_commands(void)
{
	const struct command *c;

	for (const struct noun *n = nouns; n->name; n++) {
		fputs(".SS ", stdout);
		line(n->name);
		if (!command_find(n->name, NULL))
			line(n->summary);
		for (unsigned int i = 0; (c = command_at(i)); i++)
			if (!strcmp(c->noun, n->name))
				command(c);
	}
	puts(".SS Options of every command");
	option_items(common_options);
	puts(".SS Options of commands that print a table");
	option_items(table_options);
}

static void statuses(void)
{
#define X(id, n, words) item(#n, words);
	STATUSES(X)
#undef X
}

static void copy_line(const char *from)
{
	const char *at = strstr(from, "@VERSION@");

	if (at)
		printf("%.*s%s%s", (int)(at - from), from, IOMMU_MOCK_VERSION,
		       at + strlen("@VERSION@"));
	else
		fputs(from, stdout);
}

int dump_man(struct ctx *ctx, const char *preamble)
{
	FILE *in = fopen(preamble, "re");
	char *from = NULL;
	size_t room = 0;

	if (!in)
		return fail_errno(ctx, -errno, preamble, "cannot open it: %m");
	while (getline(&from, &room, in) >= 0) {
		if (!strcmp(from, "@COMMANDS@\n"))
			all_commands();
		else if (!strcmp(from, "@STATUSES@\n"))
			statuses();
		else
			copy_line(from);
	}
	free(from);
	fclose(in);
	return ST_OK;
}
