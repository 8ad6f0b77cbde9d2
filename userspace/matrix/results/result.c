// SPDX-License-Identifier: GPL-2.0-only
/* See result.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/results/result.h"

const char *const cell_verdict_words[] = { "pass", "fail", "skip", NULL };

const char *const rule_verdict_words[] = {
#define X(id, word, text) word,
	RULE_VERDICTS(X)
#undef X
		NULL,
};

const char *const rule_verdict_texts[] = {
#define X(id, word, text) text,
	RULE_VERDICTS(X)
#undef X
		NULL,
};

void result_free(struct result *r)
{
	free(r->id);
	free(r->expected);
	free(r->got);
	free(r->why);
	free(r->journal);
	for (unsigned int i = 0; i < r->n_calls; i++) {
#define X(name) free(r->calls[i].name);
		RESULT_CALL(X)
#undef X
	}
	free(r->calls);
	for (int i = R1; i < RULES; i++)
		free(r->rules[i].seen);
	memset(r, 0, sizeof(*r));
}

struct result_call *result_add_call(struct result *r)
{
	struct result_call *call;

	r->calls = xrealloc(r->calls, r->n_calls + 1, sizeof(*r->calls));
	call = &r->calls[r->n_calls++];
	memset(call, 0, sizeof(*call));
	return call;
}

void result_copy(struct result *to, const struct result *from)
{
	*to = *from;
	to->id = xstrdup(from->id);
	to->expected = xstrdup_or_null(from->expected);
	to->got = xstrdup_or_null(from->got);
	to->why = xstrdup_or_null(from->why);
	to->journal = xstrdup_or_null(from->journal);
	for (int i = R1; i < RULES; i++)
		to->rules[i].seen = xstrdup_or_null(from->rules[i].seen);
	to->calls = NULL;
	to->n_calls = 0;
	for (unsigned int i = 0; i < from->n_calls; i++) {
		struct result_call *call = result_add_call(to);

#define X(name) call->name = xstrdup_or_null(from->calls[i].name);
		RESULT_CALL(X)
#undef X
	}
}

static void run_free_text(struct result_run *run)
{
	free(run->kernel);
	free(run->family);
	free(run->tool);
}

void results_free(struct results *all)
{
	for (unsigned int i = 0; i < all->n; i++)
		result_free(&all->v[i]);
	for (unsigned int i = 0; i < all->n_runs; i++)
		run_free_text(&all->runs[i]);
	free(all->v);
	free(all->runs);
	memset(all, 0, sizeof(*all));
}

/* A power of two is full. */
static bool is_full(unsigned int n)
{
	return !(n & (n - 1));
}

struct result_run *results_run(struct results *all)
{
	struct result_run *run;

	all->runs = xrealloc(all->runs, all->n_runs + 1, sizeof(*all->runs));
	run = &all->runs[all->n_runs++];
	memset(run, 0, sizeof(*run));
	return run;
}

struct result *results_add(struct results *all)
{
	struct result *r;

	if (is_full(all->n))
		all->v = xrealloc(all->v, all->n ? 2 * (size_t)all->n : 1,
				  sizeof(*all->v));
	r = &all->v[all->n++];
	memset(r, 0, sizeof(*r));
	return r;
}

bool result_same(const struct result *a, const struct result *b)
{
	for (int i = R1; i < RULES; i++)
		if (a->rules[i].verdict != b->rules[i].verdict)
			return false;
	return text_same(a->id, b->id) && a->verdict == b->verdict &&
	       text_same(a->expected, b->expected) &&
	       text_same(a->got, b->got) && a->facts == b->facts;
}
