// SPDX-License-Identifier: GPL-2.0-only
/*
 * One cell, rule by rule: which rules it gave occasion to see, and what came
 * of each. A rule that a driver breaks because the cell tells it to is not a
 * deviation of the kernel or the caller.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "callers/callers.h"
#include "matrix/result.h"
#include "matrix/special.h"

const char *const rule_texts[] = {
	"",
	"0 is attached; EINVAL means that domain and device do not go together, and the caller may try another domain",
	"every other errno aborts: none of them justifies trying the next domain",
	"a driver does not log a refusal",
	"a fresh domain, allocated for the device, never answers EINVAL",
	"the core keeps a domain of one driver away from devices of another",
	"a failed attach changes nothing: the group is where it was",
	"going back to a domain that was attached before cannot fail",
	"attach is called again and again without detach; the driver moves the device itself",
	"a failed PASID attach changes nothing",
	"the first attach of the default domain may not fail",
	"probing does not alter the candidate",
	"a caller frees a domain only when no device is on it",
	"when an unmap has returned, no instance translates the old address any more",
	"every device on a shared domain sees the same memory",
	"after teardown no domain, table page or reference is left",
};

/* Is it a domain that took the unit before, and that it comes back to? */
static bool is_return(const struct run *run, unsigned int at)
{
	const struct attempt *now = &run->attempts[at];

	for (unsigned int i = 0; i < at; i++)
		if (run->attempts[i].unit == now->unit &&
		    run->attempts[i].domain == now->domain &&
		    !run->attempts[i].ret && now->domain >= 0)
			return true;
	return false;
}

static unsigned int of_attempt(const struct run *run, unsigned int at)
{
	const struct attempt *a = &run->attempts[at];
	unsigned int rules = 0;

	if (!a->ret)
		rules |= RULE(R1);
	if (a->candidate && a->ret && a->ret != -EINVAL)
		rules |= RULE(R2);
	if (a->candidate && a->ret == -EINVAL)
		rules |= RULE(R1);
	if (is_return(run, at))
		rules |= RULE(R7);
	else if (!a->candidate && a->domain >= 0)
		rules |= RULE(R4);
	return rules;
}

unsigned int rules_exercised(const struct cell *cell, const struct run *run,
			     const struct outcome *got, bool verified)
{
	unsigned int rules = RULE(R15);

	for (unsigned int i = 0; i < run->n_attempts; i++)
		rules |= of_attempt(run, i);
	if (got->refused)
		rules |= RULE(R3) | RULE(R6) | RULE(R11);
	if (got->core_refused && topo_multi_driver(cell->topo))
		rules |= RULE(R5) | RULE(R6);
	if (got->attaches > 1)
		rules |= RULE(R8);
	if (run->n_domains)
		rules |= RULE(R12);
	if (got->domains)
		rules |= RULE(R1) | (verified ? RULE(R13) | RULE(R14) : 0);
	return rules;
}

int rule_named(const char *name)
{
	int n = *name == 'R' ? atoi(name + 1) : 0;

	return n >= R1 && n < RULES ? n : 0;
}

/*
 * Whose doing is it? What the caller makes of an errno (R2), what the core
 * does after a failed attach (R6) and what becomes of the domain then (R12)
 * are theirs. The rest is a driver's, which was told to; so is a device that
 * it let go of too early.
 */
static bool is_provoked(const struct cell *cell, int rule)
{
	const char *how = cell->disturb->misbehave;

	switch (rule) {
	case R2:
	case R5:
	case R7:
	case R12:
	case R15:
		return false;
	case R6:
		return how && !strcmp(how, "unhook-first");
	default:
		return true;
	}
}

/* What a line "R6: ..." of it says, NULL if there is none; free() it. */
static char *seen(const char *why, int rule)
{
	autofree char *label = xprintf("R%d: ", rule);
	size_t n = strlen(label);

	for (const char *at = why; at && *at; at += *at == '\n') {
		size_t line = strcspn(at, "\n");

		if (!strncmp(at, label, n))
			return xstrndup(at + n, line - n);
		at += line;
	}
	return NULL;
}

static enum rule_verdict judge(const struct cell *cell, int rule,
			       unsigned int exercised,
			       const struct outcome *expected,
			       const struct outcome *got)
{
	bool want = expected->broken & RULE(rule);
	bool is = got->broken & RULE(rule);

	if (is && want)
		return is_provoked(cell, rule) ? RV_PROVOKED : RV_KNOWN;
	if (is)
		return RV_BROKEN;
	if (want)
		return expected->either & RULE(rule) ? RV_KEPT : RV_MISSED;
	return exercised & RULE(rule) ? RV_KEPT : RV_NONE;
}

void rules_judge(struct rule_result rules[RULES], const struct cell *cell,
		 unsigned int exercised, const struct outcome *expected,
		 const struct outcome *got, const char *why)
{
	for (int i = R1; i < RULES; i++) {
		rules[i].verdict = judge(cell, i, exercised, expected, got);
		rules[i].seen = seen(why, i);
	}
}

void rules_failed(struct rule_result rules[RULES], int rule, const char *why)
{
	for (int i = R1; i < RULES; i++)
		if (rules[i].verdict == RV_BROKEN ||
		    rules[i].verdict == RV_MISSED)
			return;
	if (!rule)
		return;
	rules[rule].verdict = RV_BROKEN;
	free(rules[rule].seen);
	rules[rule].seen =
		xstrndup(why ? why : "", strcspn(why ? why : "", "\n"));
}
