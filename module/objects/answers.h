/* SPDX-License-Identifier: GPL-2.0-only */
/* The last answers to a process: sentence of a failure, a walk, a benchmark. */
#ifndef MOCK_ANSWERS_H
#define MOCK_ANSWERS_H

#include <linux/types.h>

#define MOCK_ANSWER_LEN 256

enum mock_answer {
	MOCK_ANSWER_ERROR,
	MOCK_ANSWER_WALK,
	MOCK_ANSWER_BENCH,
	MOCK_NR_ANSWERS,
};

int mock_answers_init(void);
void mock_answers_exit(void);
void mock_answer_begin(void);
bool mock_answer_has_error(void);
__printf(2, 3) int mock_fail(int err, const char *fmt, ...);
__printf(2, 3) void mock_answer_set(enum mock_answer kind, const char *fmt, ...);
void mock_answer_get(enum mock_answer kind, char *buf);

#endif /* MOCK_ANSWERS_H */
