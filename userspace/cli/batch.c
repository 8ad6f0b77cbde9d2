// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/split.h"

static int run_line(struct ctx *ctx, char *line)
{
	const char *why = NULL;
	struct words words;
	int st;

	why = split_words(line, &words);
	if (why)
		return usage_error(ctx, "%s", why);
	if (!words.n)
		return ST_OK;
	st = command_run(ctx, words.n, words.v);
	free(words.v);
	return st;
}

/* The first status that is not ST_OK; without force it is also the last. */
static int run_lines(struct ctx *ctx, FILE *in, bool force)
{
	char *line = NULL;
	size_t room = 0;
	int first = ST_OK;
	ssize_t len;

	while ((len = getline(&line, &room, in)) >= 0) {
		int st;

		cli_of(ctx)->line++;
		if (strlen(line) != (size_t)len)
			st = usage_error(ctx,
					 "there are zero bytes in the line");
		else
			st = run_line(ctx, line);
		if (st != ST_OK && first == ST_OK)
			first = st;
		if (st != ST_OK && !force)
			break;
	}
	free(line);
	return first;
}

static int cmd_batch(struct ctx *ctx, int argc, char **argv)
{
	bool standard_input = !strcmp(argv[0], "-");
	FILE *in = standard_input ? stdin : NULL;
	int st;

	(void)argc;
	if (cli_of(ctx)->file)
		return usage_error(ctx, "a batch cannot run another");
	if (!in)
		in = fopen(argv[0], "re");
	if (!in)
		return fail_errno(ctx, -errno, argv[0], "cannot open it: %m");
	cli_of(ctx)->file = argv[0];
	cli_of(ctx)->line = 0;
	/* The messages of a line name the command of that line, not "batch". */
	st = run_lines(ctx, in, opt_given(ctx, "force"));
	cli_of(ctx)->file = NULL;
	if (ferror(in))
		st = fail(ctx, argv[0], "cannot read it");
	if (!standard_input)
		fclose(in);
	return st;
}

static const struct option batch_options[] = {
	{ "force", 0, NULL, W_ANY, "continue after an error", NULL },
	{ 0 },
};

const struct command batch_commands[] = {
	{
		.noun = "batch",
		.summary = "run command lines from a file",
		.operands = { { "FILE", W_FILE, 0 } },
		.options = batch_options,
		.run = cmd_batch,
		.details =
			"FILE contains one command line per line, without the program's name; - is standard input. Words are separated by blanks and can be quoted with ' or \"; # begins a comment. The batch stops at the first line that fails, and ends with the status of that line. With --force the batch continues, and ends with the status of the first line that failed.",
	},
	{ 0 },
};
