// SPDX-License-Identifier: GPL-2.0-only
/* What the runner has found, as a result; see runner.h. */
#include <stdlib.h>
#include <string.h>

#include "matrix/runner.h"
#include "matrix/special.h"

#define JOURNALS 2 /* for each caller, rule and verdict that is not "kept" */
#define LINES 40 /* of a journal that shows how it goes */
#define LINES_FAILED 400

/* The first lines, and how many there are more. */
static char *first_lines(const char *text, unsigned int max)
{
	unsigned int n = 0, more = 0;
	const char *at = text;
	char *head;

	for (; at && *at && n < max; n++)
		at += strcspn(at, "\n") + 1;
	if (!at || !n)
		return NULL;
	head = xstrndup(text, (size_t)(at - text));
	for (const char *rest = at; *rest; more++)
		rest += strcspn(rest, "\n") + 1;
	if (more) {
		char *longer = xprintf("%s(and %u more)\n", head, more);

		free(head);
		head = longer;
	}
	return head;
}

/* Is there a rule that has not been shown often enough with this caller? */
static bool is_example(struct recorder *rec, const struct cell *cell,
		       const struct result *result)
{
	unsigned int who = cell->special ? KINDS : cell->caller;
	bool shown = false;

	for (int i = R1; i < RULES; i++) {
		enum rule_verdict v = result->rules[i].verdict;
		unsigned char *n = &rec->kept[who][i][v];

		if (v == RV_NONE || *n >= (v == RV_KEPT ? 1 : JOURNALS))
			continue;
		++*n;
		shown = true;
	}
	return shown;
}

/* The least that would do, where nothing but sharing was in question. */
static void record_cost(struct runner *r, struct result *result)
{
	struct cell best = *r->cell;
	struct outcome least;

	if (best.disturb->point != FAULT_NONE || best.disturb->misbehave)
		return;
	for (int u = 0; u < r->got.n; u++)
		if (r->got.err[u])
			return;
	best.caller = K_BEST;
	oracle(&best, r->info.family, &least);
	result->domains = r->got.domains;
	result->needed = least.domains;
	result->attaches = r->got.attaches;
	result->minimum = least.attaches;
}

static void record_placement(struct runner *r, struct result *result)
{
	unsigned int exercised =
		rules_exercised(r->cell, &r->run, &r->got, !r->no_verify);

	/* What is left behind then is their doing, see check_left(). */
	if (r->expected.broken & (RULE(R1) | RULE(R6)))
		exercised &= ~RULE(R15);
	result->expected = outcome_text(&r->expected, r->units);
	result->got = outcome_text(&r->got, r->units);
	rules_judge(result->rules, r->cell, exercised, &r->expected, &r->got,
		    r->why.text);
	record_cost(r, result);
}

static void record_special(struct runner *r, struct result *result)
{
	int named = rule_named(r->cell->special->name);
	unsigned int exercised = RULE(R15) | (named ? RULE(named) : 0) |
				 r->cell->special->rules;

	if (r->expected.broken & (RULE(R1) | RULE(R6)))
		exercised &= ~RULE(R15);
	rules_judge(result->rules, r->cell, exercised, &r->expected, &r->got,
		    r->why.text);
	if (result->verdict == CELL_FAIL)
		rules_failed(result->rules, named, r->why.text);
}

void record_cell(struct recorder *rec, struct runner *r,
		 enum cell_verdict verdict, struct result *result)
{
	bool failed = verdict == CELL_FAIL;

	result->verdict = verdict;
	if (verdict == CELL_SKIP) {
		result->why = xstrdup(r->skip);
		return;
	}
	result->facts = r->facts;
	if (r->cell->special)
		record_special(r, result);
	else
		record_placement(r, result);
	if (failed && r->why.text)
		result->why = xstrdup(r->why.text);
	if (is_example(rec, r->cell, result) || failed)
		result->journal = first_lines(r->k.lines.text,
					      failed ? LINES_FAILED : LINES);
}
