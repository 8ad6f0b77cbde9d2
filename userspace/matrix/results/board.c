// SPDX-License-Identifier: GPL-2.0-only
/* See board.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/cells/select.h"
#include "matrix/results/board.h"

static struct result *copy(const struct result *r)
{
	struct result *c = xalloc(sizeof(*c));

	result_copy(c, r);
	return c;
}

/* Adds the cell if there is room, or replaces a cell that shows less. */
static void show(struct result *shown[BOARD_SHOWN], const struct result *r)
{
	for (int i = 0; i < BOARD_SHOWN; i++) {
		if (shown[i] && (shown[i]->journal || !r->journal))
			continue;
		if (shown[i])
			result_free(shown[i]);
		free(shown[i]);
		shown[i] = copy(r);
		return;
	}
}

static struct board_column *column(struct board *b, unsigned int run,
				   const char *caller)
{
	struct board_column *c;

	for (unsigned int i = 0; i < b->n; i++) {
		c = &b->columns[i];
		if (c->run == run && !strcmp(c->caller, caller))
			return c;
	}
	b->columns = xrealloc(b->columns, b->n + 1, sizeof(*b->columns));
	c = &b->columns[b->n++];
	memset(c, 0, sizeof(*c));
	c->run = run;
	c->caller = xstrdup(caller);
	return c;
}

void board_add(struct board *b, const struct result *r)
{
	struct board_column *c;
	struct dims d;

	if (!dims_parse(&d, r->id))
		return;
	c = column(b, r->run, d.value[DIM_CALLER]);
	c->cells[r->verdict]++;
	if (r->verdict == CELL_FAIL)
		show(c->failed, r);
	for (int i = R1; i < RULES; i++) {
		enum rule_verdict v = r->rules[i].verdict;

		if (v == RV_NONE)
			continue;
		c->rules[i].count[v]++;
		show(c->rules[i].shown[v], r);
	}
	if (!r->needed)
		return;
	c->placed++;
	c->domains += r->domains;
	c->needed += r->needed;
	c->attaches += r->attaches;
	c->minimum += r->minimum;
	c->tables += r->tables;
	c->copies += r->copies;
}

static void forget(struct result **shown, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (shown[i])
			result_free(shown[i]);
		free(shown[i]);
	}
}

static void column_free(struct board_column *c)
{
	forget(c->failed, BOARD_SHOWN);
	for (int r = R1; r < RULES; r++)
		for (int v = 0; v < RULE_VERDICT_N; v++)
			forget(c->rules[r].shown[v], BOARD_SHOWN);
	free(c->caller);
}

/*
 * The order: played callers, then the kernel's own, then cells without a
 * caller.
 */
static int rank(const char *caller)
{
	int at = word_index(kind_words, caller);

	if (!strcmp(caller, "direct"))
		return KINDS + 1;
	return at < 0 ? KINDS : at;
}

static int by_run_and_caller(const void *a, const void *b)
{
	const struct board_column *x = a, *y = b;
	int d = (int)x->run - (int)y->run;

	if (!d)
		d = rank(x->caller) - rank(y->caller);
	return d ? d : strcmp(x->caller, y->caller);
}

/* A caller that this kernel does not have. */
static bool is_missing(const struct board_column *c)
{
	return !c->cells[CELL_PASS] && !c->cells[CELL_FAIL];
}

void board_sort(struct board *b)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		if (is_missing(&b->columns[i]))
			column_free(&b->columns[i]);
		else
			b->columns[kept++] = b->columns[i];
	}
	b->n = kept;
	if (b->n)
		qsort(b->columns, b->n, sizeof(*b->columns), by_run_and_caller);
}

void board_free(struct board *b)
{
	for (unsigned int i = 0; i < b->n; i++)
		column_free(&b->columns[i]);
	free(b->columns);
	memset(b, 0, sizeof(*b));
}

enum rule_verdict board_worst(const struct board_rule *rule)
{
	static const enum rule_verdict order[] = { RV_BROKEN, RV_MISSED,
						   RV_KNOWN, RV_KEPT,
						   RV_PROVOKED };

	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
		if (rule->count[order[i]])
			return order[i];
	return RV_NONE;
}

unsigned int board_exercised(const struct board_rule *rule)
{
	unsigned int n = 0;

	for (int v = RV_KEPT; v < RULE_VERDICT_N; v++)
		n += rule->count[v];
	return n;
}
