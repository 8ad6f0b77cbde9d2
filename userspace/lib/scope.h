/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of what was made, and how to undo it. Push each entry as soon as the
 * thing exists; at the end, all are undone in reverse order, whatever happened.
 */
#ifndef LIB_SCOPE_H
#define LIB_SCOPE_H

#include "lib/stop.h"

/* Undoes one thing, and frees what. 0, or -errno after a complaint. */
typedef int (*undo_fn)(struct ctx *ctx, void *what);

struct undo {
	undo_fn undo;
	void *what;
};

/* One of zeroes is empty; it needs its ctx before the first push. */
struct scope {
	struct ctx *ctx;
	struct undo *v;
	unsigned int n;
};

void scope_push(struct scope *s, undo_fn undo, void *what);
/* To be undone by writing text to a file of the module; it takes both over. */
void scope_push_knob(struct scope *s, char *file, char *text);

/*
 * Undoes the youngest entries until so many are left. After a failure it
 * continues, and returns the first status that was not 0. During the undo,
 * ctx->stop has no effect.
 */
int scope_undo(struct scope *s, unsigned int left);

/* All of it stays. */
void scope_forget(struct scope *s);

#endif /* LIB_SCOPE_H */
