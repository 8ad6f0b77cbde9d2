/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a judge is given beside the journal, from the system: the module's
 * state, and the kernel's log.
 */
#ifndef JUDGE_GIVEN_H
#define JUDGE_GIVEN_H

#include "judge/judge.h"
#include "lib/ctx.h"
#include "lib/model.h"

/* Which device is in which group, and driven by whom. */
void given_groups(struct judge *j, const struct model *m);
/* The features of the domains that there are, and of whom they have them. */
void given_features(struct judge *j, const struct model *m);
/* Where every device is. */
void given_places(struct judge *j, const struct model *m);
/* Which events the module records. */
void given_recorded(struct judge *j, struct ctx *ctx);

/*
 * The kernel's log from now on: an fd, or -errno; and the lines in it since
 * that the module has written. first is their first, if it was empty.
 */
int log_open(struct ctx *ctx);
unsigned int log_read(int fd, struct buf *first);

#endif /* JUDGE_GIVEN_H */
