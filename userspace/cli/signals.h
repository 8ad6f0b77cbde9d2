/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that would end the tool while a command still has something to undo:
 * INT, TERM, HUP, and PIPE (the reader of the output is gone). A row of the
 * command table with CMD_UNDOES has something to undo. During such a command,
 * signals wait until the undo is done, and ctx->stop asks the command to end.
 * No handler ever runs. A signal that was ignored when the tool started stays
 * ignored. A signal that waited ends the tool after the undo, as if it had come
 * a little later.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "lib/ctx.h"

void signals_hold(struct ctx *ctx);
/* A signal that waited ends the tool in here. */
void signals_release(struct ctx *ctx);

/*
 * For commands that report the interruption themselves, in their output and
 * status. Forgets a signal that waited, except PIPE.
 */
void signals_take(void);

/* In a child, before it runs another program: signals end that as usual. */
void signals_child(void);

/* The output has no reader: a message about the end would be lost. */
bool signals_unread(void);

#endif /* SIGNALS_H */
