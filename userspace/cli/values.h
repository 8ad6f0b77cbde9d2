/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of the command line: what is right in a place, and what was given.
 */
#ifndef VALUES_H
#define VALUES_H

#include "cli/command.h"
#include "lib/mem.h"

/* The words that can stand in a place, ending with NULL; NULL: no list. */
const char *const *word_list(enum word word);

/*
 * What can be typed of presets: NAME@VERSION for the first and last kernel of
 * each. Ends with NULL; lives as long as the program.
 */
const char *const *preset_words(void);

/*
 * Is a value right for its place? ST_OK, or ST_USAGE after having said why.
 * what names the place: "policy=" or "NAME".
 */
int word_check(const struct ctx *ctx, const char *what, enum word word,
	       const char *value);

/* The ending of a sentence: "; did you mean X?", or "". free() it. */
char *did_you_mean(const char *const *list, const char *typed);

/* The list with one word more, and NULL behind it: to be freed. NULL is empty. */
const char **list_add(const char **list, unsigned int *n, const char *word);

/* What one command line gave. */
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
 * Sorts the arguments of a command: options and keys go to v, operands stay
 * in argv in front, *argc of them. ST_OK, or ST_USAGE after having said why.
 */
int values_parse(const struct ctx *ctx, struct values *v, int *argc,
		 char **argv);

/*
 * Is an option, which takes no value, among the arguments of a command? Known
 * before they are parsed: what is wrong with them is said as it asks for.
 */
bool values_ask(const struct command *cmd, const char *name, int argc,
		char *const *argv);

#endif /* VALUES_H */
