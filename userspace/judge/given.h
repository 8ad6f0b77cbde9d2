/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts for a judge from the system, beside the journal: the module's state,
 * and the kernel's log.
 */
#ifndef JUDGE_GIVEN_H
#define JUDGE_GIVEN_H

#include "judge/judge.h"
#include "lib/ctx.h"
#include "lib/model.h"

/* The group and the driver of each device. */
void given_groups(struct judge *j, const struct model *m);
/* The features of the present domains, and of the instances they come from. */
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
