/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Being told to end: work that sees it ends as it does after an error, and what
 * it made is undone (scope.h).
 *
 * Nothing in lib/ and callers/ knows signals: ctx->stop is a file that can be
 * read once we are told. In the tool that is so by a signal (signals.h), in a
 * program with the library by imock_interrupt().
 */
#ifndef LIB_STOP_H
#define LIB_STOP_H

#include <stdbool.h>

#include "lib/ctx.h"

/* Are we told to end? */
bool stopped(const struct ctx *ctx);
/* Say that this is why. Returns -EINTR. */
int fail_stopped(const struct ctx *ctx, const char *object);

/* A copy that is not told: for work that is done in any case. */
struct ctx deaf(const struct ctx *ctx);

/*
 * Until fd can be read, ms milliseconds at most: 0, also if it cannot; -EINTR
 * if we are told to end, or a signal handler ran; or another -errno.
 */
int wait_for(const struct ctx *ctx, int fd, int ms);

#endif /* LIB_STOP_H */
