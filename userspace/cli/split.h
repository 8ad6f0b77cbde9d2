/* SPDX-License-Identifier: GPL-2.0-only */
/* A line into words, as a shell would for the simplest of its quotes. */
#ifndef SPLIT_H
#define SPLIT_H

struct words {
	int n;
	char **v; /* into the line; free() the array */
};

/*
 * Words are separated by blanks. '...' is literal. A backslash keeps the next
 * character, in "..." and outside quotes; # at the beginning of a word begins a
 * comment. Returns NULL, or a sentence about what is wrong with the line; then
 * there is nothing to free. The function writes into the line.
 */
const char *split_words(char *line, struct words *words);

#endif /* SPLIT_H */
