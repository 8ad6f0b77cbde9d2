// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/values.h"
#include "lib/mem.h"
#include "lib/words.h"

/* Words of paragraphs, broken at the width of a terminal. */
static void wrap(const char *text, unsigned int indent)
{
	unsigned int at = 0;

	while (*text) {
		size_t len = strcspn(text, " \n");

		if (*text == '\n') {
			fputs("\n\n", stdout);
			at = 0;
			text += strspn(text, "\n");
			continue;
		}
		if (at && at + 1 + len > 78) {
			putchar('\n');
			at = 0;
		}
		at += printf("%*s%.*s", at ? 1 : indent, "", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void statuses(void)
{
	puts("\nExit status:");
#define X(id, n, text)       \
	printf("  %d  ", n); \
	wrap(text, 0);
	STATUSES(X)
#undef X
}

static void options(const struct option *list)
{
	for (; list && list->name; list++) {
		autofree char *left = xprintf("--%s%s%s", list->name,
					      list->arg ? " " : "",
					      list->arg ? list->arg : "");

		if (list->letter)
			printf("  -%c, %-20s  %s\n", list->letter, left,
			       list->help);
		else
			printf("      %-20s  %s\n", left, list->help);
	}
}

static void command_lines(const char *noun)
{
	const struct command *c;

	for (unsigned int i = 0; (c = command_at(i)); i++) {
		autofree char *synopsis = NULL;

		if (strcmp(c->noun, noun))
			continue;
		synopsis = command_synopsis(c);
		printf("  %s\n      %s\n", synopsis, c->summary);
	}
}

int help_all(struct ctx *ctx)
{
	(void)ctx;
	printf("Usage: %s [--sysroot DIR] COMMAND...\n\n"
	       "Mock IOMMUs on a running kernel: build topologies, attach devices\n"
	       "to domains, inject failures, and see what the kernel makes of it.\n\n"
	       "Commands:\n",
	       PROGRAM);
	for (const struct noun *n = nouns; n->name; n++)
		printf("  %-9s  %s\n", n->name, n->summary);
	puts("\nOptions:");
	options(common_options);
	statuses();
	printf("\n\"%s help COMMAND\" says more.\n", PROGRAM);
	return ST_OK;
}

int print_version(struct ctx *ctx)
{
	(void)ctx;
	printf("%s %s\n", PROGRAM, IOMMU_MOCK_VERSION);
	return ST_OK;
}

int help_noun(struct ctx *ctx, const char *noun)
{
	(void)ctx;
	for (const struct noun *n = nouns; n->name; n++)
		if (!strcmp(n->name, noun))
			printf("%s: %s\n\n", n->name, n->summary);
	command_lines(noun);
	return ST_OK;
}

static void join(struct buf *b, const char *const *words)
{
	for (unsigned int i = 0; words[i]; i++)
		buf_printf(b, "%s%s", i ? ", " : "", words[i]);
}

/* The help of a key already shows 0 and 1. */
static void place_values(const char *place, enum word word,
			 const char *(*choice)(unsigned int i),
			 void (*each)(const char *place, const char *words))
{
	const char *const *list = word == W_BOOL ? NULL : word_list(word);
	autobuf struct buf b = { 0 };

	if (list)
		join(&b, list);
	for (unsigned int i = 0; choice && choice(i); i++)
		buf_printf(&b, "%s%s", i ? ", " : "", choice(i));
	if (word == W_ERRNOS) {
		buf_str(&b, "; or CHECK=ERRNO, where CHECK is one of ");
		join(&b, reason_words);
	}
	if (b.len)
		each(place, b.text);
}

void command_values(const struct command *cmd,
		    void (*each)(const char *place, const char *words))
{
	for (const struct operand *o = cmd->operands; o->name; o++)
		place_values(o->name, o->word, NULL, each);
	for (const struct key *k = cmd->keys; k && k->name; k++) {
		autofree char *place = xprintf("%s=", k->name);

		place_values(place, k->word, NULL, each);
	}
	for (const struct option *o = cmd->options; o && o->name; o++) {
		autofree char *place = xprintf("--%s", o->name);

		place_values(place, o->word, o->choice, each);
	}
}

/* A noun that is a command by itself may have others beside it. */
static void see_also(const struct command *cmd)
{
	const struct command *c;
	bool begun = false;

	for (unsigned int i = 0; !cmd->verb && (c = command_at(i)); i++) {
		autofree char *synopsis = NULL;

		if (strcmp(c->noun, cmd->noun) || !c->verb)
			continue;
		if (!begun)
			puts("\nSee also:");
		begun = true;
		synopsis = command_synopsis(c);
		printf("  %s\n      %s\n", synopsis, c->summary);
	}
}

static bool values_begun;

static void print_values(const char *place, const char *words)
{
	autofree char *text = xprintf("%s %s", place, words);

	if (!values_begun)
		puts("\nValues:");
	values_begun = true;
	wrap(text, 2);
}

int help_command(struct ctx *ctx, const struct command *cmd)
{
	autofree char *synopsis = command_synopsis(cmd);
	const struct option *lists[MAX_OPTION_LISTS];

	(void)ctx;
	printf("Usage: %s %s\n\n", PROGRAM, synopsis);
	printf("%c%s.\n", cmd->summary[0] & ~0x20, cmd->summary + 1);
	if (cmd->details) {
		putchar('\n');
		wrap(cmd->details, 0);
	}
	if (cmd->keys)
		puts("\nKeys:");
	for (const struct key *k = cmd->keys; k && k->name; k++) {
		autofree char *left = xprintf("%s=%s", k->name, k->value);

		printf("  %-24s  %s\n", left, k->help);
	}
	values_begun = false;
	command_values(cmd, print_values);
	puts("\nOptions:");
	command_option_lists(cmd, lists);
	for (unsigned int i = 0; lists[i]; i++)
		options(lists[i]);
	if (cmd->shape)
		puts("\nColumns:");
	for (const struct report_column *c = cmd->shape ? cmd->shape->columns :
							  NULL;
	     c && c->name; c++)
		printf("  %-12s%s  %s\n", c->name,
		       c->flags & RC_DEFAULT ? "*" : " ", c->help);
	if (cmd->shape)
		puts("  * shown without -o");
	see_also(cmd);
	return ST_OK;
}

static int cmd_help(struct ctx *ctx, int argc, char **argv)
{
	const struct command *cmd;

	if (!argc)
		return help_all(ctx);
	if (argc > 2)
		return usage_error(ctx, "'%s' is one word too many", argv[2]);
	if (!noun_exists(argv[0]) ||
	    (argc == 2 && !command_find(argv[0], argv[1])))
		return usage_error(ctx, "there is no command '%s%s%s'", argv[0],
				   argc == 2 ? " " : "",
				   argc == 2 ? argv[1] : "");
	cmd = command_find(argv[0], argc == 2 ? argv[1] : NULL);
	return cmd ? help_command(ctx, cmd) : help_noun(ctx, argv[0]);
}

const struct command help_commands[] = {
	{
		.noun = "help",
		.summary = "say what a command does",
		.operands = { { "COMMAND", W_COMMAND,
				OPD_OPTIONAL | OPD_REPEAT } },
		.run = cmd_help,
	},
	{ 0 },
};
