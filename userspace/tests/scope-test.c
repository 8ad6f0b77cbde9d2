// SPDX-License-Identifier: GPL-2.0-only
/* What was pushed is undone, youngest first, whatever fails. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/scope.h"
#include "tests/tap.h"

static char undone[16];
static bool was_told; /* by ctx->stop, during an undo */
static int undo(struct ctx *ctx, void *what)
{
	strcat(undone, what);
	was_told |= ctx->stop != NULL;
	return !strcmp(what, "2") ? -EBUSY : !strcmp(what, "1") ? -EIO : 0;
}

static void push_three(struct scope *s)
{
	undone[0] = '\0';
	scope_push(s, undo, "1");
	scope_push(s, undo, "2");
	scope_push(s, undo, "3");
}

int main(void)
{
	static const int end = 0;
	struct ctx ctx = { .sysroot = "", .stop = &end };
	struct scope s = { .ctx = &ctx };
	int ret;

	push_three(&s);
	ret = scope_undo(&s, 0);
	ok(!strcmp(undone, "321"), "the youngest is undone first");
	ok(ret == -EBUSY, "a failure does not end it, and the first is told");
	ok(!was_told && ctx.stop == &end, "meanwhile nothing is told to end");
	ok(!s.n && !scope_undo(&s, 0), "nothing is left to undo");
	push_three(&s);
	ok(!scope_undo(&s, 2) && !strcmp(undone, "3"), "down to a mark");
	ok(scope_undo(&s, 1) == -EBUSY && !strcmp(undone, "32"), "and on");
	scope_forget(&s);
	ok(!s.n && !scope_undo(&s, 0) && !strcmp(undone, "32"),
	   "what is forgotten stays");
	return done_testing();
}
