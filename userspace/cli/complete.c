// SPDX-License-Identifier: GPL-2.0-only
/*
 * --complete WORD... and --describe WORD...: prints the candidates for the last word, which may be
 * empty, one a line. ":files" or ":dirs" means that names of files or
 * directories are candidates too. The words are those after the program's name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/help.h"
#include "cli/values.h"
#include "lib/knobs.h"
#include "lib/model.h"
#include "lib/words.h"

/* The start that a candidate must have, and the text printed before it. */
struct place {
	const char *typed;
	char *before;
	bool described; /* print the help of a candidate, too */
};

static void print(const struct place *p, const char *word, const char *after,
		  const char *help)
{
	if (p->described && help)
		printf("%s%s%s\t%s\n", p->before, word, after, help);
	else
		printf("%s%s%s\n", p->before, word, after);
}

static void offer(const struct place *p, const char *word, const char *after,
		  const char *help)
{
	if (!strncmp(word, p->typed, strlen(p->typed)))
		print(p, word, after, help);
}

static void offer_list(const struct place *p, const char *const *list)
{
	for (; list && *list; list++)
		offer(p, *list, "", NULL);
}

static void offer_objects(struct ctx *ctx, const struct place *p,
			  enum m_kind kind)
{
	const char **names;
	struct model *m;

	if (knobs_open(ctx) != ST_OK)
		return;
	m = model_read(ctx);
	if (!m)
		return;
	names = model_names(m, kind);
	offer_list(p, names);
	free(names);
	model_free(m);
}

/* Columns can be typed in any case. */
static void offer_columns(const struct place *p, const struct command *cmd)
{
	if (!cmd->shape)
		return;
	for (const struct report_column *c = cmd->shape->columns; c->name; c++)
		if (!strncasecmp(c->name, p->typed, strlen(p->typed)))
			print(p, c->name, "", c->help);
}

/* Places that take a list: only what follows the last comma is completed. */
static void after_comma(struct place *p, enum word word)
{
	const char *comma = strrchr(p->typed, ',');
	char *before;

	if (word != W_POLICY && word != W_MISBEHAVE && word != W_ERRNOS &&
	    word != W_EVENTS && word != W_COLUMNS)
		return;
	if (!comma && word == W_COLUMNS && *p->typed == '+')
		comma = p->typed;
	if (!comma)
		return;
	before = xprintf("%s%.*s", p->before, (int)(comma + 1 - p->typed),
			 p->typed);
	free(p->before);
	p->before = before;
	p->typed = comma + 1;
}

static void offer_word(struct ctx *ctx, const struct command *cmd,
		       struct place *p, enum word word)
{
	after_comma(p, word);
	offer_list(p, word_list(word));
	switch (word) {
	case W_DRIVER:
	case W_INSTANCE:
	case W_GROUP:
	case W_DEVICE:
	case W_DOMAIN:
	case W_BUFFER:
		offer_objects(ctx, p, M_DRIVER + (word - W_DRIVER));
		break;
	case W_FUNCTION:
		offer_objects(ctx, p, M_DEVICE);
		break;
	case W_POINT_OR_ALL:
	case W_PRESET_OR_ALL:
		offer(p, "all", "", NULL);
		break;
	case W_COLUMNS:
		offer_columns(p, cmd);
		break;
	case W_FILE:
		puts(":files");
		break;
	case W_DIR:
		puts(":dirs");
		break;
	default:
		break;
	}
}

static void offer_option_value(struct ctx *ctx, const struct command *cmd,
			       struct place *p, const struct option *o)
{
	const char *word;

	for (unsigned int i = 0; o->choice && (word = o->choice(i)); i++)
		offer(p, word, "", NULL);
	if (!o->choice)
		offer_word(ctx, cmd, p, o->word);
}

/* The option that a word names: "--name", "--name=..." or "-x"; or NULL. */
static const struct option *option_of(const struct command *cmd,
				      const char *word)
{
	const struct option *lists[MAX_OPTION_LISTS];
	size_t len = strcspn(word, "=");

	command_option_lists(cmd, lists);
	for (unsigned int i = 0; lists[i]; i++)
		for (const struct option *o = lists[i]; o->name; o++) {
			if (!strncmp(word, "--", 2) &&
			    strlen(o->name) == len - 2 &&
			    !strncmp(o->name, word + 2, len - 2))
				return o;
			if (o->letter && word[0] == '-' &&
			    word[1] == o->letter && !word[2])
				return o;
		}
	return NULL;
}

static void offer_options(const struct command *cmd, const struct place *p)
{
	const struct option *lists[MAX_OPTION_LISTS];

	command_option_lists(cmd, lists);
	for (unsigned int i = 0; lists[i]; i++)
		for (const struct option *o = lists[i]; o->name; o++) {
			autofree char *name = xprintf("--%s", o->name);

			offer(p, name, "", o->help);
		}
}

static void offer_keys(struct ctx *ctx, const struct command *cmd,
		       struct place *p)
{
	const char *equals = strchr(p->typed, '=');

	for (const struct key *k = cmd->keys; k && k->name; k++) {
		size_t len = strlen(k->name);

		if (!equals) {
			offer(p, k->name, "=", k->help);
		} else if (!strncmp(p->typed, k->name, len) &&
			   p->typed + len == equals) {
			free(p->before);
			p->before = xprintf("%s=", k->name);
			p->typed = equals + 1;
			offer_word(ctx, cmd, p, k->word);
			return;
		}
	}
}

/* The operand that the n-th word without a dash or an equals sign is. */
static const struct operand *operand_at(const struct command *cmd, int n)
{
	const struct operand *o = cmd->operands;

	while (n-- > 0 && o->name && !(o->flags & OPD_REPEAT))
		o++;
	return o->name ? o : NULL;
}

static void offer_commands(const struct place *p, int argc, char **argv)
{
	const struct command *c;

	if (argc == 0)
		for (const struct noun *n = nouns; n->name; n++)
			offer(p, n->name, "", n->summary);
	for (unsigned int i = 0; argc == 1 && (c = command_at(i)); i++)
		if (c->verb && !strcmp(c->noun, argv[0]))
			offer(p, c->verb, "", c->summary);
}

/* argv: the words between the command's name and the word to complete. */
static void inside(struct ctx *ctx, const struct command *cmd, struct place *p,
		   int argc, char **argv)
{
	const struct operand *operand;
	const struct option *o;
	int operands = 0;

	for (int i = 0; i < argc; i++) {
		o = argv[i][0] == '-' ? option_of(cmd, argv[i]) : NULL;
		if (o && o->arg && !strchr(argv[i], '=') && ++i == argc) {
			offer_option_value(ctx, cmd, p, o);
			return;
		}
		operands += !o && !(cmd->keys && strchr(argv[i], '='));
	}
	if (*p->typed == '-') {
		const char *equals = strchr(p->typed, '=');

		o = equals ? option_of(cmd, p->typed) : NULL;
		if (!equals)
			offer_options(cmd, p);
		if (!o || !o->arg)
			return;
		free(p->before);
		p->before = xprintf("--%s=", o->name);
		p->typed = equals + 1;
		offer_option_value(ctx, cmd, p, o);
		return;
	}
	operand = operand_at(cmd, operands);
	if (operand && operand->word == W_COMMAND)
		offer_commands(p, argc, argv);
	else if (operand)
		offer_word(ctx, cmd, p, operand->word);
	if (!operand || operand->flags & OPD_OPTIONAL)
		offer_keys(ctx, cmd, p);
}

static void leading(struct place *p)
{
	for (const struct option *o = common_options; o->name; o++) {
		autofree char *name = xprintf("--%s", o->name);

		offer(p, name, "", o->help);
	}
}

static void complete_word(struct ctx *ctx, struct place *p, int argc,
			  char **argv)
{
	const struct command *cmd;

	if (!argc && *p->typed == '-') {
		leading(p);
	} else if (!argc || (argc == 1 && !command_find(argv[0], NULL))) {
		offer_commands(p, argc, argv);
	} else {
		int words = 2;

		cmd = argc > 1 ? command_find(argv[0], argv[1]) : NULL;
		if (!cmd) {
			words = 1;
			cmd = command_find(argv[0], NULL);
		}
		if (argc == 1 && *p->typed != '-')
			offer_commands(p, argc, argv);
		if (cmd)
			inside(ctx, cmd, p, argc - words, argv + words);
	}
}

static int candidates(struct ctx *ctx, int argc, char **argv, bool described)
{
	struct place p = { "", NULL, described };

	if (argc)
		p.typed = argv[--argc];
	/* completion offers the objects of this --sysroot */
	while (argc > 0 && argv[0][0] == '-') {
		if (!strncmp(argv[0], "--sysroot=", 10)) {
			ctx->sysroot = argv[0] + 10;
		} else if (!strcmp(argv[0], "--sysroot")) {
			if (argc == 1) {
				puts(":dirs");
				return ST_OK;
			}
			ctx->sysroot = argv[1];
			argv++;
			argc--;
		}
		argv++;
		argc--;
	}
	p.before = xstrdup("");
	complete_word(ctx, &p, argc, argv);
	free(p.before);
	return ST_OK;
}

int complete(struct ctx *ctx, int argc, char **argv)
{
	return candidates(ctx, argc, argv, false);
}

int complete_described(struct ctx *ctx, int argc, char **argv)
{
	return candidates(ctx, argc, argv, true);
}
