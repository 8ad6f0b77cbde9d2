// SPDX-License-Identifier: GPL-2.0-only
/*
 * --dump-man FILE: prints the page iommu-mock(8) from its frame
 * man/iommu-mock.8.in. Text from the command table replaces the lines
 * @COMMANDS@ and @STATUSES@, and the version replaces the word @VERSION@.
 * --dump-man NOUN: prints the page of the commands of one noun, such as
 * iommu-mock-instance(8).
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

/* What a command does, its keys, its own options, values and columns. */
static void describe(const struct command *cmd)
{
	autofree char *details = xstrdup(cmd->details ? cmd->details : "");
	char *rest = details, *para;

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
}

static void command(const struct command *cmd)
{
	autofree char *synopsis = command_synopsis(cmd);

	item(synopsis, cmd->summary);
	puts(".RS");
	describe(cmd);
	puts(".RE");
}

/* The first command of a noun for i == 0, and so on; NULL after the last. */
static const struct command *noun_command(const struct noun *n, unsigned int i)
{
	const struct command *c;

	for (unsigned int k = 0; (c = command_at(k)); k++)
		if (!strcmp(c->noun, n->name) && !i--)
			return c;
	return NULL;
}

static void all_commands(void)
{
	const struct command *c;

	for (const struct noun *n = nouns; n->name; n++) {
		autofree char *page = xprintf("%s-%s", PROGRAM, n->name);

		fputs(".SS ", stdout);
		line(n->name);
		for (unsigned int i = 0; (c = noun_command(n, i)); i++) {
			autofree char *synopsis = command_synopsis(c);

			item(synopsis, c->summary);
		}
		fputs(".PP\nSee\n.BR ", stdout);
		text(page);
		puts(" (8).");
	}
	puts(".SS Options of every command");
	option_items(common_options);
	puts(".SS Options of commands that print a table");
	option_items(table_options);
}

static void noun_synopsis(const struct noun *n)
{
	const struct command *c;

	puts(".SH SYNOPSIS\n.nf");
	for (unsigned int i = 0; (c = noun_command(n, i)); i++) {
		autofree char *synopsis = command_synopsis(c);
		autofree char *usage = xprintf("%s %s", PROGRAM, synopsis);

		fputs(".B ", stdout);
		line(usage);
	}
	puts(".fi");
}

static void noun_page(const struct noun *n)
{
	autofree char *page = xprintf("%s-%s", PROGRAM, n->name);
	const struct command *c;

	puts(".\\\" SPDX-License-Identifier: GPL-2.0-only");
	fputs(".TH ", stdout);
	text(page);
	fputs(" 8 \"\" \"", stdout);
	text(PROGRAM);
	puts(" " IOMMU_MOCK_VERSION "\" \"System Administration\"\n.SH NAME");
	text(page);
	fputs(" \\- ", stdout);
	line(n->summary);
	noun_synopsis(n);
	if (noun_command(n, 1)) {
		puts(".SH COMMANDS");
		for (unsigned int i = 0; (c = noun_command(n, i)); i++)
			command(c);
	} else {
		autofree char *sentence = xstrdup(noun_command(n, 0)->summary);

		*sentence &= ~0x20;
		puts(".SH DESCRIPTION");
		text(sentence);
		puts(".");
		describe(noun_command(n, 0));
	}
	puts(".SH SEE ALSO");
	fputs(".BR ", stdout);
	text(PROGRAM);
	puts(" (8)\nhas the words, the options of every command and of those that print a\n"
	     "table, the exit statuses, and what signals do.");
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

int dump_man(struct ctx *ctx, const char *what)
{
	char *from = NULL;
	size_t room = 0;
	FILE *in;

	for (const struct noun *n = nouns; n->name; n++)
		if (!strcmp(n->name, what)) {
			noun_page(n);
			return ST_OK;
		}
	in = fopen(what, "re");
	if (!in)
		return fail_errno(ctx, -errno, what, "cannot open it: %m");
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
