/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of the command line: which are valid in a place, and which were given.
 */
#ifndef VALUES_H
#define VALUES_H

#include "cli/command.h"
#include "lib/mem.h"

/* The words that can stand in a place, ending with NULL; NULL: no list. */
const char *const *word_list(enum word word);

/*
 * The presets that completion offers: NAME@VERSION for the first and last
 * kernel of each. NULL ends the list; it lives as long as the program.
 */
const char *const *preset_words(void);

/*
 * Checks a value: ST_OK, or ST_USAGE after a complaint. what names the place:
 * "policy=" or "NAME".
 */
int word_check(const struct ctx *ctx, const char *what, enum word word,
	       const char *value);

/* The ending of a sentence: "; did you mean X?", or "". free() it. */
char *did_you_mean(const char *const *list, const char *typed);

/*
 * Appends a word to a list that NULL ends; an empty list may be NULL. Free it.
 */
const char **list_add(const char **list, unsigned int *n, const char *word);

/* The options and keys of one command line. */
struct value {
	const char *name, *value;
};

struct values {
	struct value *options, *keys;
	unsigned int n_options, n_keys;
	struct buf key_line;
};

void values_free(struct values *v);

/*
 * Sorts the arguments of a command: options and keys go to v; operands stay at
 * the front of argv, *argc of them. ST_OK, or ST_USAGE after a complaint.
 */
int values_parse(const struct ctx *ctx, struct values *v, int *argc,
		 char **argv);

/*
 * True if an option without value is among the arguments of a command. The tool
 * needs this before it parses the arguments: the option decides the form of
 * complaints about them.
 */
bool values_ask(const struct command *cmd, const char *name, int argc,
		char *const *argv);

#endif /* VALUES_H */
