// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "cli/split.h"
#include "lib/mem.h"

#define BLANKS " \t\r\n"

/*
 * Copies one word from *in, without its quotes, to *out, which is never ahead
 * of *in. Returns NULL, or a sentence about what is wrong with the word.
 */
static const char *take_word(char **in, char **out)
{
	char *from = *in, *to = *out;
	char quote = 0;

	for (; *from && (quote || !strchr(BLANKS, *from)); from++) {
		if (quote ? *from == quote : *from == '\'' || *from == '"') {
			quote = quote ? 0 : *from;
		} else if (*from == '\\' && quote != '\'') {
			if (!from[1] || from[1] == '\n')
				return "a backslash at the end of the line";
			*to++ = *++from;
		} else {
			*to++ = *from;
		}
	}
	*in = from;
	*out = to;
	if (quote == '\'')
		return "a ' is not closed";
	return quote ? "a \" is not closed" : NULL;
}

const char *split_words(char *line, struct words *words)
{
	char *in = line;

	*words = (struct words){ 0 };
	for (;;) {
		char *start, *out, end;
		const char *why;

		in += strspn(in, BLANKS);
		if (!*in || *in == '#')
			return NULL;
		start = out = in;
		why = take_word(&in, &out);
		if (why) {
			free(words->v);
			*words = (struct words){ 0 };
			return why;
		}
		end = *in;
		*out = '\0';
		words->v = xrealloc(words->v, words->n + 1, sizeof(*words->v));
		words->v[words->n++] = start;
		in += end != '\0';
	}
}
