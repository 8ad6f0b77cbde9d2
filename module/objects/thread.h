/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that causes an event, as the journal tells it. */
#ifndef MOCK_THREAD_H
#define MOCK_THREAD_H

#include <linux/types.h>

/**
 * struct mock_thread - a thread, which may have ended since
 * @pid: its process; 0: no thread
 * @tid: its number
 * @comm: its name, one word
 */
struct mock_thread {
	pid_t pid;
	pid_t tid;
	char comm[16];
};

void mock_thread_now(struct mock_thread *thread);

#endif /* MOCK_THREAD_H */
