// SPDX-License-Identifier: GPL-2.0-only
/* See scope.h. */
#include <stdlib.h>

#include "lib/knobs.h"
#include "lib/mem.h"
#include "lib/scope.h"

void scope_push(struct scope *s, undo_fn undo, void *what)
{
	s->v = xrealloc(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct undo){ undo, what };
}

struct knob_undo {
	char *file, *text;
};

static int undo_knob(struct ctx *ctx, void *what)
{
	struct knob_undo *k = what;
	int st = knob_do(ctx, k->text, k->file, "%s", k->text);

	free(k->file);
	free(k->text);
	free(k);
	return st;
}

void scope_push_knob(struct scope *s, char *file, char *text)
{
	struct knob_undo *k = xalloc(sizeof(*k));

	*k = (struct knob_undo){ file, text };
	scope_push(s, undo_knob, k);
}

int scope_undo(struct scope *s, unsigned int left)
{
	const int *stop = s->ctx ? s->ctx->stop : NULL;
	int first = 0;

	if (s->n > left)
		s->ctx->stop = NULL;
	while (s->n > left) {
		struct undo *u = &s->v[--s->n];
		int st = u->undo(s->ctx, u->what);

		first = !first ? st : first;
	}
	if (s->ctx)
		s->ctx->stop = stop;
	if (!s->n) {
		free(s->v);
		s->v = NULL;
	}
	return first;
}

void scope_forget(struct scope *s)
{
	free(s->v);
	*s = (struct scope){ .ctx = s->ctx };
}
