/* SPDX-License-Identifier: GPL-2.0-only */
/* The command that is recorded. */
#ifndef RECORD_CHILD_H
#define RECORD_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/ctx.h"

struct child {
	pid_t pid; /* 0: there is none */
	bool ended, refused; /* refused: it could not be run */
	int status; /* as a shell would have it */
};

/* 0 once it runs; or -errno after having said why it does not. */
int child_start(struct ctx *ctx, struct child *c, char **argv);
/* Has it ended? Does not wait. */
bool child_ended(struct child *c);

#endif /* RECORD_CHILD_H */
