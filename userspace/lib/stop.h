/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests to end. Work that sees a request ends as after an error, and undoes
 * what it made (scope.h).
 *
 * Code in lib/ and callers/ does not depend on signals: ctx->stop is a file
 * that becomes readable when the work is to end. In the tool a signal causes
 * this (signals.h), in a program with the library imock_interrupt().
 */
#ifndef LIB_STOP_H
#define LIB_STOP_H

#include <stdbool.h>

#include "lib/ctx.h"

/* Is the work to end? */
bool stopped(const struct ctx *ctx);
/* Complains about the interruption. Returns -EINTR. */
int fail_stopped(const struct ctx *ctx, const char *object);

/* A copy without requests to end, for work that must be done in any case. */
struct ctx deaf(const struct ctx *ctx);

/*
 * Waits until fd is readable, ms milliseconds at most: 0, also after that time;
 * -EINTR if the work is to end, or a signal handler ran; or another -errno.
 */
int wait_for(const struct ctx *ctx, int fd, int ms);

#endif /* LIB_STOP_H */
