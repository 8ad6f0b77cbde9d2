/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was made, and how it is undone: pushed as soon as it is there, undone
 * in reverse at the end, whatever happened.
 */
#ifndef LIB_SCOPE_H
#define LIB_SCOPE_H

#include "lib/stop.h"

/* An enum status, after having said what cannot be undone. Frees what. */
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
 * Undo the youngest until so many are left, all of them also if one fails: the
 * first status that was not 0. Meanwhile we are not
 * told to end.
 */
int scope_undo(struct scope *s, unsigned int left);

/* All of it stays. */
void scope_forget(struct scope *s);

#endif /* LIB_SCOPE_H */
