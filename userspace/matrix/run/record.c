// SPDX-License-Identifier: GPL-2.0-only
/* Makes a result of a trial; see runner.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/run/runner.h"

#define JOURNALS 2 /* for each caller, rule and verdict that is not "kept" */
#define LINES 40 /* of a journal that serves as an example */
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

/* The kernel's own callers get columns in the order in which they come. */
static unsigned int column_of(struct recorder *rec, const struct cell *cell)
{
	const char *caller = cell->special ? cell->special->caller : NULL;
	unsigned int i = 0;

	if (!caller)
		return cell->special ? KINDS : cell->caller;
	while (i + 1 < RECORD_REALS && rec->reals[i] &&
	       strcmp(rec->reals[i], caller))
		i++;
	rec->reals[i] = caller;
	return KINDS + 1 + i;
}

/* Is there a rule that has not been shown often enough with this caller? */
static bool is_example(struct recorder *rec, const struct cell *cell,
		       const struct result *result)
{
	unsigned int who = column_of(rec, cell);
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
static void record_cost(const struct trial *t, enum family family,
			struct result *result)
{
	struct cell best = *t->cell;
	struct outcome least;

	if (best.disturb->point != FAULT_NONE || best.disturb->misbehave)
		return;
	for (int u = 0; u < t->got.n; u++)
		if (t->got.err[u])
			return;
	best.caller = K_BEST;
	oracle(&best, family, &least);
	result->domains = t->got.domains;
	result->needed = least.domains;
	result->attaches = t->got.attaches;
	result->minimum = least.attaches;
	result->tables = t->tables;
	result->copies = t->copies;
}

/* The trial's sentences move to the result. */
static void record_rules(struct trial *t, struct result *result)
{
	memcpy(result->rules, t->rules, sizeof(t->rules));
	memset(t->rules, 0, sizeof(t->rules));
}

void record_calls(struct judge *j, struct result *result)
{
	struct judge_call call;
	unsigned int at = 0;

	while (judge_next_call(j, &at, &call)) {
		struct result_call *to;

		if (!call.then && !call.broken)
			continue;
		to = result_add_call(result);
		to->call = xprintf("%s %s %s", call.event,
				   call.device ? call.device : "-",
				   call.domain ? call.domain : "-");
		if (call.has_ret && call.ret)
			to->answer = xprintf("%s (%s)", errno_name(call.ret),
					     call.reason ? call.reason : "-");
		else if (call.has_ret)
			to->answer = xstrdup("0");
		to->then = xstrdup_or_null(call.then);
		to->asks = xstrdup_or_null(call.asks);
		to->broken = xstrdup_or_null(call.broken);
	}
}

void record_cell(struct recorder *rec, struct runner *r,
		 enum cell_verdict verdict, struct result *result)
{
	const struct topo_unit *units = r->built.units;
	bool failed = verdict == CELL_FAIL;
	struct trial *t = &r->trial;

	result->verdict = verdict;
	if (verdict == CELL_SKIP) {
		result->why = xstrdup(t->skip);
		return;
	}
	result->facts = t->facts;
	record_rules(t, result);
	if (!t->cell->special) {
		result->expected = outcome_text(&t->expected, units);
		result->got = outcome_text(&t->got, units);
		record_cost(t, r->target.info.family, result);
	} else if (t->cell->special->caller) {
		result->got = outcome_text(&t->got, units);
	} else if (failed) {
		rules_failed(result->rules, rule_named(t->cell->special->name),
			     t->why.text);
	}
	if (failed && t->why.text)
		result->why = xstrdup(t->why.text);
	if (is_example(rec, t->cell, result) || failed) {
		result->journal = first_lines(r->target.k.lines.text,
					      failed ? LINES_FAILED : LINES);
		/* of a cell that places something */
		if (t->judge && result->got)
			record_calls(t->judge, result);
	}
}
