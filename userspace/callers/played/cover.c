// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exact minimum set cover by branch and bound. The sets here are "the groups
 * that a domain made for X may host"; there are as many as groups, so a
 * search over masks is quick enough and the answer is a fact, not a guess.
 */
#include <string.h>

#include "callers/callers.h"

struct cover {
	const uint64_t *sets;
	unsigned int n;
	unsigned int best; /* size of the best cover known */
	unsigned int depth;
	unsigned int path[64], best_path[64];
};

static unsigned int ones(uint64_t mask)
{
	return (unsigned int)__builtin_popcountll(mask);
}

/* No set covers more than max of the remaining elements: a lower bound. */
static unsigned int floor_of(const struct cover *c, uint64_t left)
{
	unsigned int max = 1;

	for (unsigned int i = 0; i < c->n; i++) {
		unsigned int n = ones(c->sets[i] & left);

		if (n > max)
			max = n;
	}
	return (ones(left) + max - 1) / max;
}

/* The element that the fewest sets have: the least to branch over. */
static unsigned int rarest(const struct cover *c, uint64_t left)
{
	unsigned int best = 0, fewest = ~0U;

	for (uint64_t m = left; m; m &= m - 1) {
		unsigned int e = (unsigned int)__builtin_ctzll(m), n = 0;

		for (unsigned int i = 0; i < c->n; i++)
			n += (c->sets[i] >> e) & 1;
		if (n < fewest) {
			fewest = n;
			best = e;
		}
	}
	return best;
}

/* Skips a set whose useful part is a subset of another's. */
static bool dominated(const struct cover *c, unsigned int i, uint64_t left)
{
	uint64_t mine = c->sets[i] & left;

	for (unsigned int j = 0; j < c->n; j++) {
		uint64_t other = c->sets[j] & left;

		if (j != i && (mine & ~other) == 0 && (mine != other || j < i))
			return true;
	}
	return false;
}

static void search(struct cover *c, uint64_t left)
{
	unsigned int e;

	if (!left) {
		c->best = c->depth;
		memcpy(c->best_path, c->path, sizeof(c->path));
		return;
	}
	if (c->depth + floor_of(c, left) >= c->best)
		return;
	e = rarest(c, left);
	for (unsigned int i = 0; i < c->n; i++) {
		if (!((c->sets[i] >> e) & 1) || dominated(c, i, left))
			continue;
		c->path[c->depth++] = i;
		search(c, left & ~c->sets[i]);
		c->depth--;
	}
}

int cover_min(const uint64_t *sets, unsigned int n, uint64_t universe,
	      bool *chosen)
{
	struct cover c = { .sets = sets, .n = n, .best = n + 1 };
	uint64_t all = 0;

	memset(chosen, 0, n * sizeof(*chosen));
	for (unsigned int i = 0; i < n; i++)
		all |= sets[i];
	if (n > 64 || (universe & ~all))
		return -1;
	search(&c, universe);
	for (unsigned int i = 0; i < c.best; i++)
		chosen[c.best_path[i]] = true;
	return (int)c.best;
}
