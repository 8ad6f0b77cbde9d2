/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * These are generated from the command table: help, man page, completion, dump.
 */
#ifndef HELP_H
#define HELP_H

#include "cli/command.h"

int help_all(struct ctx *ctx);
int print_version(struct ctx *ctx);
int help_noun(struct ctx *ctx, const char *noun);
int help_command(struct ctx *ctx, const struct command *cmd);

/*
 * The words that can stand in the places of a command: each place as in help
 * ("policy=", "--caller", "OP"), and its words in a sentence.
 */
void command_values(const struct command *cmd,
		    void (*each)(const char *place, const char *words));

/*
 * The hidden --dump-commands, --dump-man FILE or NOUN, --complete WORDS, and
 * --describe WORDS: as --complete, with a tab and the help after each word that has
 * one.
 */
int dump_commands(struct ctx *ctx);
int dump_man(struct ctx *ctx, const char *what);
int complete(struct ctx *ctx, int argc, char **argv);
int complete_described(struct ctx *ctx, int argc, char **argv);

#endif /* HELP_H */
