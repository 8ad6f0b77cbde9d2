// SPDX-License-Identifier: GPL-2.0-only
/* The options that commands have in common: of all, and of those that print. */
#include <string.h>

#include "cli/command.h"

const struct option common_options[] = {
	{ "sysroot", 0, "DIR", W_DIR,
	  "take DIR/sys, DIR/proc and DIR/dev for /sys, /proc and /dev: a recorded tree",
	  NULL },
	{ "help", 'h', NULL, W_ANY, "describe the command, and do nothing else",
	  NULL },
	{ "version", 'V', NULL, W_ANY, "print the version", NULL },
	{ 0 },
};

static const char *color_word(unsigned int i)
{
	static const char *const words[] = { "auto", "always", "never", NULL };

	return words[i];
}

const struct option table_options[] = {
	{ "json", 'J', NULL, W_ANY, "print JSON; sizes are bytes", NULL },
	{ "raw", 'r', NULL, W_ANY,
	  "print words separated by one blank; a blank in a word is \\x20, an empty word is -",
	  NULL },
	{ "noheadings", 'n', NULL, W_ANY, "leave the headings out", NULL },
	{ "output", 'o', "COLUMNS", W_COLUMNS,
	  "print these columns, separated by commas; +COLUMNS adds to the default",
	  NULL },
	{ "bytes", 'b', NULL, W_ANY, "print sizes in bytes", NULL },
	{ "color", 0, "WHEN", W_ANY,
	  "color headings, and rows by their verdict: auto (on a terminal, if NO_COLOR is not set), always or never",
	  color_word },
	{ "list-columns", 0, NULL, W_ANY, "list the columns with their meaning",
	  NULL },
	{ 0 },
};

const struct option ktap_options[] = {
	{ "ktap", 0, NULL, W_ANY, "print KTAP, the kernel's test format",
	  NULL },
	{ 0 },
};

int page_check(struct ctx *ctx)
{
	const char *file = opt_value(ctx, "html", 0);

	if (file && !strcmp(file, "-"))
		return usage_error(
			ctx,
			"--html: '-' is standard output, where the results go: name a file");
	return ST_OK;
}
