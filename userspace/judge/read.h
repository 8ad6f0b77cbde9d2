/* SPDX-License-Identifier: GPL-2.0-only */
/* Gives the events of a file, or single ones, to the judge. */
#ifndef JUDGE_READ_H
#define JUDGE_READ_H

#include "judge/judge.h"
#include "lib/ctx.h"

/* Only if the event comes after that number. */
void judge_take(struct judge *j, struct event *ev, uint64_t after);

/*
 * A file of lines as in the module's journal; "-" is standard input. The result
 * is that of a command: 0, or what was said of a failure.
 */
int judge_read(struct ctx *ctx, struct judge *j, const char *name,
	       uint64_t after);

#endif /* JUDGE_READ_H */
