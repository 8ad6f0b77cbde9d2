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
	int status; /* as a shell would set $? */
};

/* Returns 0 once the command runs; or -errno after printing the reason. */
int child_start(struct ctx *ctx, struct child *c, char **argv);
/* Has the command ended? The function does not wait. */
bool child_ended(struct child *c);

#endif /* RECORD_CHILD_H */
