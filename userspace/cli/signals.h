/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that would end us while something is to be undone: INT, TERM, HUP,
 * and PIPE if nobody reads what we print. The row of a command says that it
 * has something to undo (CMD_UNDOES); then they wait until it is done, and
 * ctx->stop tells the command to end. No handler ever runs: a signal that was
 * ignored when we were started stays ignored, and one that came ends us as if
 * it had come a little later.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "lib/ctx.h"

void signals_hold(struct ctx *ctx);
/* What came ends us in here. */
void signals_release(struct ctx *ctx);

/*
 * For commands that say themselves that they were told to end, by what they
 * print and by their status: what came, but for PIPE, is forgotten.
 */
void signals_take(void);

/* In a child, before it runs another program: signals end that as usual. */
void signals_child(void);

/* Nobody reads what we print: nobody needs to be told that we end. */
bool signals_unread(void);

#endif /* SIGNALS_H */
