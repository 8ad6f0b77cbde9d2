// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdict of one cell, rule by rule, joins three sources. The judge finds
 * what happened, and knows neither the cell nor the module. judge/deviations.c
 * contains the known deviations of kernels and callers. The oracle tells what
 * the cell makes a driver do wrong.
 */
#include <stdlib.h>
#include <string.h>

#include "callers/callers.h"
#include "judge/deviations.h"
#include "lib/words.h"
#include "matrix/cells/special.h"
#include "matrix/run/rules.h"

/* The caller that draws conclusions; NULL: the cell does single operations. */
static const char *caller_of(const struct cell *cell)
{
	return cell->special ? cell->special->caller : kind_words[cell->caller];
}

struct judge *rules_begin(const struct cell *cell)
{
	const struct topo *t = cell->topo;
	struct topo_unit units[MX_UNITS];
	struct judge *j = judge_new();
	int n = topo_units(t, units);

	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		const struct topo_dev *d = &t->devs[i];
		const char *driver = t->insts[d->inst].driver;

		judge_group(j, d->group ? d->group : d->name, d->name,
			    driver ? driver : "mock");
	}
	for (int u = 0; caller_of(cell) && u < n; u++)
		judge_asked(j, units[u].group);
	return j;
}

void rules_told(struct judge *j, const struct run *run)
{
	for (unsigned int u = 0; u < run->n_units; u++)
		judge_told(j, run->units[u].group, run->units[u].err);
}

/* Without a caller that draws conclusions, no conclusion can be wrong. */
static bool counts(const struct cell *cell, const struct observation *o)
{
	return caller_of(cell) || o->who != WHO_CALLER || o->what == SAW_FREE ||
	       o->what == SAW_LEFT;
}

unsigned int rules_broken(const struct judge *j, const struct cell *cell)
{
	const struct observation *o;
	unsigned int n = judge_observations(j, &o), broken = 0;

	for (; n--; o++)
		if (o->broken && counts(cell, o))
			broken |= RULE(o->rule);
	return broken;
}

/*
 * expected: the cell breaks the rule. A driver breaks it because the cell tells
 * it to; a breach of the core or a caller must be a known one.
 */
static enum rule_verdict weigh(const struct observation *o,
			       const struct deviation *known, bool expected)
{
	if (!o->broken)
		return known && known->always ? RV_MISSED : RV_KEPT;
	if (!expected)
		return RV_BROKEN;
	if (known)
		return RV_KNOWN;
	return o->who == WHO_DRIVER ? RV_PROVOKED : RV_BROKEN;
}

static char *sentence(const struct observation *o,
		      const struct deviation *known)
{
	if (o->broken && known)
		return xprintf("%s; known: %s (%s)", o->why, known->fact,
			       known->where);
	if (o->broken)
		return xstrdup(o->why);
	if (known && known->always)
		return xprintf("it was kept, though it is known that %s (%s)",
			       known->fact, known->where);
	return NULL;
}

/* The most important of several verdicts about one rule. */
static int weight(enum rule_verdict v)
{
	static const enum rule_verdict order[] = { RV_NONE,	RV_KEPT,
						   RV_PROVOKED, RV_KNOWN,
						   RV_MISSED,	RV_BROKEN };

	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i] == v)
			return (int)i;
	return 0;
}

static void judge_rule(struct rule_result *result, const struct judge *j,
		       const struct cell *cell, enum family family,
		       enum rule rule, const struct outcome *expected)
{
	const char *caller = caller_of(cell);
	bool want = expected->broken & RULE(rule);
	bool may = expected->either & RULE(rule), is = false;
	const struct observation *o;

	*result = (struct rule_result){ RV_NONE, NULL };
	for (unsigned int n = judge_observations(j, &o); n--; o++) {
		const struct deviation *known;
		enum rule_verdict v;

		if (o->rule != rule || !counts(cell, o))
			continue;
		known = deviation_find(caller, family_words[family], o);
		v = weigh(o, known, want);
		is |= o->broken;
		if (weight(v) <= weight(result->verdict))
			continue;
		result->verdict = v;
		free(result->seen);
		result->seen = sentence(o, known);
	}
	/* The missing events might show it broken. */
	if (judge_missing(j) && !is) {
		free(result->seen);
		*result = (struct rule_result){ RV_NONE, NULL };
		return;
	}
	if (want && !is && !may) {
		free(result->seen);
		*result = (struct rule_result){
			RV_MISSED,
			xstrdup("it was kept, against what was expected")
		};
	}
}

void rules_judge(struct rule_result rules[RULES], const struct judge *j,
		 const struct cell *cell, enum family family,
		 const struct outcome *expected)
{
	for (int i = R1; i < RULES; i++)
		judge_rule(&rules[i], j, cell, family, (enum rule)i, expected);
}

bool rules_good(const struct rule_result rules[RULES])
{
	for (int i = R1; i < RULES; i++)
		if (rules[i].verdict == RV_BROKEN ||
		    rules[i].verdict == RV_MISSED)
			return false;
	return true;
}

void rules_failed(struct rule_result rules[RULES], int rule, const char *why)
{
	if (!rule || !rules_good(rules))
		return;
	rules[rule].verdict = RV_BROKEN;
	free(rules[rule].seen);
	rules[rule].seen =
		xstrndup(why ? why : "", strcspn(why ? why : "", "\n"));
}

/* A cell about rules shows them, whether or not its journal does. */
void rules_shown(struct rule_result rules[RULES], const struct special *special)
{
	int named = rule_named(special->name);

	for (int i = R1; i < RULES; i++)
		if ((i == named || special->rules & RULE(i)) &&
		    rules[i].verdict == RV_NONE)
			rules[i].verdict = RV_KEPT;
}

void rules_free(struct rule_result rules[RULES])
{
	for (int i = R1; i < RULES; i++) {
		free(rules[i].seen);
		rules[i] = (struct rule_result){ RV_NONE, NULL };
	}
}
