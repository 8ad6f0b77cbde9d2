/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of abi.h as tables, and errnos by name. */
#ifndef MOCK_WORDS_H
#define MOCK_WORDS_H

#include "../abi.h"

#define MOCK_ERRNO_LEN 20

/* More bytes than the longest line of the journal. */
#define MOCK_RECORD_LINE 384

extern const char *const mock_check_words[];
extern const char *const mock_misbehave_words[];
extern const char *const mock_fault_words[];
extern const char *const mock_event_words[];
extern const char *const mock_format_words[];
extern const char *const mock_scope_words[];
extern const char *const mock_dma_op_words[];
extern const char *const mock_dma_reason_words[];
extern const char *const mock_irq_reason_words[];
extern const char *const mock_dirty_op_words[];
extern const char *const mock_page_code_words[];
extern const char *const mock_resv_words[];

/* The number of formats, MOCK_NR_FORMAT_WORDS, from the list of their names. */
enum {
#define X(sym, name) MOCK_FORMAT_WORD_##sym,
	MOCK_FORMATS(X)
#undef X
	MOCK_NR_FORMAT_WORDS,
};

int mock_word_index(const char *const *words, unsigned int count,
		    const char *word);
void mock_errno_name(int err, char *buf);
int mock_errno_value(const char *word);
void mock_safe_word(char *word);
void mock_foreign_name(const char *from, char *to);

#endif /* MOCK_WORDS_H */
