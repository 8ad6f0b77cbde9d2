/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of the interface: the lists of module/abi.h, names of errnos,
 * numbers and sizes in the module's notation, and suggestions for mistyped
 * words.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/mem.h"
#include "module/abi.h"

/* A list of words ends with NULL. */
extern const char *const check_words[]; /* MOCK_CHECKS */
extern const char *const reason_words[]; /* checks, then MOCK_REASONS */
extern const char *const policy_words[]; /* shorthands, then checks */
extern const char *const misbehave_words[]; /* none, MOCK_MISBEHAVIOURS */
extern const char *const point_words[]; /* MOCK_FAULT_POINTS */
extern const char *const event_words[]; /* MOCK_EVENTS */
extern const char *const record_words[]; /* all, none, MOCK_EVENTS */
extern const char *const dma_words[]; /* MOCK_DMA_OPS, then stop, wait */
extern const char *const dma_reason_words[]; /* MOCK_DMA_REASONS */
extern const char *const format_words[]; /* MOCK_FORMATS */
extern const char *const errno_words[]; /* MOCK_ERRNOS */
extern const char *const bool_words[]; /* 0, 1 */
extern const char *const default_words[]; /* identity, blocked */
extern const char *const bus_words[]; /* platform */
extern const char *const like_words[]; /* gpu ... */
extern const char *const bridge_words[]; /* root-port ... */
extern const char *const hotplug_words[]; /* none, surprise ... */
extern const char *const prot_words[]; /* r, w, rw */
extern const char *const handler_words[]; /* MOCK_HANDLERS */
extern const char *const page_code_words[]; /* MOCK_PAGE_CODES */
extern const char *const filter_words[]; /* any, fresh, existing */

/* Where a word stands in its list, or -1. */
int word_index(const char *const *list, const char *word);

/* True if the word is in a list whose words are separated by sep. */
bool word_listed(const char *list, char sep, const char *word);

/* The word nearest to what was typed, NULL if none is near. */
const char *word_nearest(const char *const *list, const char *typed);

/* EBUSY for 16 or -16; a number for an errno without a name. Never NULL. */
const char *errno_name(int err);

/* "EINVAL", "-EINVAL", "22" or "-22" to a positive errno; "0" to 0; else -1. */
int errno_parse(const char *text);

/* Decimal or 0x hexadecimal; a size may end in K, M, G or T. */
bool number_parse(const char *text, uint64_t *value);
bool size_parse(const char *text, uint64_t *value);

/* "PID:COMM", as in by=; nothing is set if it is anything else. */
bool by_parse(const char *by, int *pid, const char **comm);

/* "4K", "2M", "1.5G": for people. */
void size_print(uint64_t bytes, char *out, size_t room);

/* The word after a number: "1 event was", "2 events were". */
const char *by_count(uint64_t n, const char *one, const char *many);

/* The lower case of a letter of ASCII; others stay, whatever the locale. */
char ascii_lower(char c);

/* A name that the module would take: its rule, not its list. */
bool name_valid(const char *name);

/* Are there two texts, and are they the same? Each may be NULL. */
bool text_is(const char *text, const char *wanted);

/* Are two texts the same? NULL counts as an empty text. */
bool text_same(const char *a, const char *b);

#endif /* LIB_WORDS_H */
