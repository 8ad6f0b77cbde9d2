// SPDX-License-Identifier: GPL-2.0-only
/* Merges results of shards, lanes and machines; see result.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "matrix/results/result.h"

/* Two runs of one kernel must be comparable. */
static char *disagreement(const struct result_run *a,
			  const struct result_run *b)
{
	if (strcmp(a->tool, b->tool))
		return xprintf(
			"results of two versions, %s and %s, are not comparable",
			a->tool, b->tool);
	if (strcmp(a->kernel, b->kernel))
		return NULL;
	if (strcmp(a->family, b->family))
		return xprintf(
			"%s is of family %s in one file and of %s in another",
			a->kernel, a->family, b->family);
	if (a->verify != b->verify)
		return xprintf(
			"cells of %s were run with --no-verify and without",
			a->kernel);
	return NULL;
}

static void join(struct result_run *a, const struct result_run *b)
{
	a->interrupted |= b->interrupted;
	/* A failed cell records which run was its own. */
	a->has_seed = a->has_seed && b->has_seed && a->seed == b->seed;
	a->cells += b->cells;
	a->seconds += b->seconds;
}

/* map[i]: the new number of run i. */
static bool join_runs(struct results *all, unsigned int *map, char **why)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < all->n_runs; i++) {
		struct result_run *run = &all->runs[i];
		unsigned int at = 0;

		for (unsigned int j = 0; j < n && !*why; j++)
			*why = disagreement(&all->runs[j], run);
		if (*why)
			return false;
		while (at < n && strcmp(all->runs[at].kernel, run->kernel))
			at++;
		map[i] = at;
		if (at == n) {
			struct result_run moved = *run;

			memset(run, 0, sizeof(*run));
			all->runs[n++] = moved;
			continue;
		}
		join(&all->runs[at], run);
	}
	return true;
}

static int by_run_and_name(const void *a, const void *b)
{
	const struct result *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* The journal, and the calls in it. */
static void swap_story(struct result *a, struct result *b)
{
	struct result was = *a;

	a->journal = b->journal;
	a->calls = b->calls;
	a->n_calls = b->n_calls;
	b->journal = was.journal;
	b->calls = was.calls;
	b->n_calls = was.n_calls;
}

static bool drop_duplicates(struct results *all, char **why)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < all->n; i++) {
		struct result *r = &all->v[i];
		struct result *last = kept ? &all->v[kept - 1] : NULL;

		if (!last || last->run != r->run || strcmp(last->id, r->id)) {
			struct result moved = *r;

			memset(r, 0, sizeof(*r));
			all->v[kept++] = moved;
			continue;
		}
		if (!*why && !result_same(last, r))
			*why = xprintf(
				"two results of %s on %s contradict each other: %s and %s",
				r->id, all->runs[r->run].kernel,
				last->got ? last->got :
					    cell_verdict_words[last->verdict],
				r->got ? r->got :
					 cell_verdict_words[r->verdict]);
		all->runs[r->run].cells--;
		if (!last->journal)
			swap_story(last, r);
		result_free(r);
	}
	all->n = kept;
	return !*why;
}

static void count(struct results *all)
{
	for (unsigned int i = 0; i < all->n_runs; i++)
		memset(all->runs[i].count, 0, sizeof(all->runs[i].count));
	for (unsigned int i = 0; i < all->n; i++)
		all->runs[all->v[i].run].count[all->v[i].verdict]++;
}

bool results_merge(struct results *all, char **why)
{
	unsigned int *map = xalloc((all->n_runs + 1) * sizeof(*map));
	bool ok = join_runs(all, map, why);
	unsigned int n = 0;

	if (ok) {
		for (unsigned int i = 0; i < all->n; i++)
			all->v[i].run = map[all->v[i].run];
		for (unsigned int i = 0; i < all->n_runs; i++)
			n = map[i] >= n ? map[i] + 1 : n;
		for (unsigned int i = n; i < all->n_runs; i++) {
			free(all->runs[i].kernel);
			free(all->runs[i].family);
			free(all->runs[i].tool);
		}
		all->n_runs = n;
		if (all->n)
			qsort(all->v, all->n, sizeof(*all->v), by_run_and_name);
		ok = drop_duplicates(all, why);
		count(all);
	}
	free(map);
	return ok;
}
