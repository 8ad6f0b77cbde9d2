// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge on journals made by hand, as TAP: for each rule one that keeps it,
 * one that breaks it, one that does not show it, and what looks like a breach
 * and is none. Then deviations and the list of calls.
 *
 * A journal here is lines without numbers, times and processes, which are
 * added, and lines with "!", which are what the judge is given besides.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/deviations.h"
#include "lib/words.h"
#include "tests/judge-cases.h"
#include "tests/tap.h"

/* A test of one rule, or of another matter */
static void about(bool good, const char *matter, const char *what)
{
	autofree char *name = xprintf("%s: %s", matter, what);

	ok(good, name);
}

static const struct judge_case *const all_cases[] = {
	judge_caller_cases, judge_attach_cases,	 judge_memory_cases,
	judge_pasid_cases,  judge_request_cases, judge_dirty_cases,
	judge_nested_cases,
};

/* --- journals --- */

static char *word(char **line)
{
	char *w = strsep(line, " ");

	return w ? w : (char *)"";
}

/* "told a EINVAL" */
static void give(struct judge *j, char *line)
{
	const char *what = word(&line), *first = word(&line);

	if (!strcmp(what, "group"))
		while (line)
			judge_group(j, first, word(&line), NULL);
	else if (!strcmp(what, "driver"))
		judge_group(j, first, first, line);
	else if (!strcmp(what, "asked"))
		judge_asked(j, first);
	else if (!strcmp(what, "told"))
		judge_told(j, first, -errno_parse(line));
	else if (!strcmp(what, "log"))
		judge_logged(j, (unsigned int)atoi(first), line);
	else if (!strcmp(what, "features")) {
		const char *made = word(&line);

		judge_features(j, first, made, line);
	} else if (!strcmp(what, "memory"))
		judge_memory(j, first, line);
	else if (!strcmp(what, "place"))
		judge_place(j, first, line);
	else if (!strcmp(what, "pasid")) {
		uint64_t pasid = (uint64_t)atoi(word(&line));

		judge_place_pasid(j, first, pasid, line);
	} else if (!strcmp(what, "over"))
		judge_over(j, *first ? first : NULL);
	else if (!strcmp(what, "recorded"))
		judge_recorded(j, 1U << word_index(event_words, first));
	else if (!strcmp(what, "gap"))
		judge_gap(j, *first ? (uint64_t)atoi(first) : 1);
	else
		abort();
}

static struct judge *judged(const char *journal)
{
	autofree char *text = xstrdup(journal);
	struct judge *j = judge_new();
	char *at = text, *line;
	unsigned int seq = 0;

	while ((line = strsep(&at, "\n"))) {
		autofree char *full = NULL;
		struct event ev;

		if (*line == '!') {
			give(j, line + 1);
			continue;
		}
		if (!*line)
			continue;
		full = xprintf("%u 1 %s%s", seq + 1, line,
			       strstr(line, " by=") ? "" : " by=7:x");
		seq++;
		if (event_parse(full, &ev))
			abort();
		judge_event(j, &ev);
	}
	judge_run(j);
	return j;
}

static void explain(const struct judge *j, enum rule rule)
{
	const struct verdict *v = judge_verdict(j, rule);

	printf("# state %d, seen %u, broken %u\n", v->state, v->seen,
	       v->broken);
	for (unsigned int i = 0; i < JUDGE_FIRST && v->first[i]; i++)
		printf("# %s: %s (%u, %u)\n", judge_who_words[v->first[i]->who],
		       v->first[i]->why, (unsigned int)v->first[i]->seq[0],
		       (unsigned int)v->first[i]->seq[1]);
}

/* The verdict, and if it is broken the sentence, whose it is, and the events */
static void one_case(const struct judge_case *c)
{
	struct judge *j = judged(c->journal);
	const struct verdict *v = judge_verdict(j, c->rule);
	const struct observation *o = v->first[0];
	bool good = v->state == c->state;

	if (good && c->state == J_BROKEN)
		good = o && o->who == c->who && !strcmp(o->why, c->why) &&
		       o->seq[0] == c->seq[0] && o->seq[1] == c->seq[1];
	if (good && c->state == J_NOT_APPLICABLE)
		good = v->missing && !v->seen;
	if (good && c->state == J_NOT_KNOWN)
		good = v->missing && *v->missing;
	if (good && c->seen)
		good = v->seen == c->seen;
	about(good, judge_rule_name(c->rule), c->name);
	if (!good)
		explain(j, c->rule);
	judge_free(j);
}

/* Every rule has all three; one that no event can show has none. */
static void complete(void)
{
	bool good = true;

	for (unsigned int r = R1; r < RULES; r++) {
		unsigned int states = 0;

		for (unsigned int i = 0; i < ARRAY_SIZE(all_cases); i++)
			for (const struct judge_case *c = all_cases[i]; c->name;
			     c++)
				if (c->rule == (enum rule)r)
					states |= 1U << c->state;
		states &= ~(1U << J_NOT_KNOWN);
		if (states != 7) {
			printf("# R%u has no case of some kind\n", r + 1);
			good = false;
		}
	}
	ok(good, "every rule is tried kept, broken and not applicable");
}

/* --- deviations --- */

static void surprises(const char *what, const char *journal, enum rule rule,
		      const char *caller, const char *family,
		      unsigned int unexpected, unsigned int missing)
{
	struct judge *j = judged(journal);
	struct surprise s;

	deviation_judge(j, rule, caller, family, &s);
	about(s.unexpected == unexpected && s.missing == missing &&
		      !s.why == !(unexpected || missing),
	      "deviations", what);
	if (s.unexpected != unexpected || s.missing != missing)
		explain(j, rule);
	free(s.why);
	judge_free(j);
}

static void known(void)
{
	surprises("type1 goes on after ENOMEM: known", JOURNAL_GOES_ON, R2,
		  "type1", "attach_old", 0, 0);
	surprises("so does vfio", JOURNAL_GOES_ON, R1, "vfio", "bus_ops", 0, 0);
	surprises("another caller does not", JOURNAL_GOES_ON, R2, "einval",
		  "attach_old", 1, 0);
	surprises("nor one whose name begins like it", JOURNAL_GOES_ON, R2,
		  "vfio-compat", "attach_old", 1, 0);
	surprises("nor one whose name is the beginning", JOURNAL_GOES_ON, R2,
		  "vf", "attach_old", 1, 0);
	surprises("a journal without a caller: not known", JOURNAL_GOES_ON, R2,
		  NULL, NULL, 1, 0);
	surprises("type1 stops: that is news", JOURNAL_STOPS, R2, "type1",
		  "attach_old", 0, 1);
	surprises("another caller has to", JOURNAL_STOPS, R2, "iommufd",
		  "attach_old", 0, 0);
	surprises("emediumtype stops at ENOMEM", JOURNAL_STOPS, R2,
		  "emediumtype", "attach_old", 0, 0);
	surprises("emediumtype goes on after ENOMEM: news", JOURNAL_GOES_ON, R2,
		  "emediumtype", "attach_old", 1, 0);
	surprises("half a group: known of 5.10", JOURNAL_HALF, R6, "einval",
		  "bus_ops", 0, 0);
	surprises("but of no later kernel", JOURNAL_HALF, R6, "einval",
		  "domain_ops", 1, 0);
	surprises("5.10 undoes it: that is news", JOURNAL_UNDONE, R6, "einval",
		  "bus_ops", 0, 1);
	surprises("a later one has to", JOURNAL_UNDONE, R6, "einval",
		  "attach_old", 0, 0);
}

static void rows(void)
{
	bool good = true;

	for (const struct deviation *d = deviations; d->fact; d++) {
		const char *families = d->families ? d->families : "attach_old";
		autofree char *family =
			xstrndup(families, strcspn(families, " "));
		autofree char *caller =
			d->callers ?
				xstrndup(d->callers, strcspn(d->callers, " ")) :
				NULL;
		struct observation o = { .rule = d->rule,
					 .what = d->what,
					 .err = d->err };

		good &= deviation_find(caller, family, &o) == d && *d->where;
	}
	about(good, "deviations", "each row is found, and names a function");
}

/* --- calls --- */

static void calls(void)
{
	struct judge *j = judged(JOURNAL_TYPE1);
	autobuf struct buf got = { 0 };
	struct judge_call c;
	unsigned int at = 0;

	while (judge_next_call(j, &at, &c))
		buf_printf(&got, "%u %s %s %s %s %s|%s|%s\n",
			   (unsigned int)c.seq, c.event,
			   c.device ? c.device : "-", c.domain ? c.domain : "-",
			   c.has_ret ? errno_name(c.ret) : "-",
			   c.reason ? c.reason : "-", c.then ? c.then : "-",
			   c.broken ? c.broken : "-");
	about(!strcmp(got.text, CALLS_TYPE1), "calls", "those of type1");
	if (strcmp(got.text, CALLS_TYPE1))
		printf("%s", got.text);
	judge_free(j);
}

/* What came of each call, in short. */
static void called(const char *what, const char *journal, const char *expected)
{
	struct judge *j = judged(journal);
	autobuf struct buf got = { 0 };
	struct judge_call c;
	unsigned int at = 0;

	buf_str(&got, "");
	while (judge_next_call(j, &at, &c))
		buf_printf(&got, "%s %s %s %s|%s\n", c.event,
			   c.device ? c.device : "-", c.reason ? c.reason : "-",
			   errno_name(c.ret), c.then ? c.then : "-");
	about(!strcmp(got.text, expected), "calls", what);
	if (strcmp(got.text, expected))
		printf("# %s", got.text);
	judge_free(j);
}

static void outcomes(void)
{
	called("a refusal by the core is one, and the end of a candidate",
	       JOURNAL_CORE, CALLS_CORE);
	called("a table that is refused", JOURNAL_TABLES, CALLS_TABLES);
	called("a caller that gave up, and whose user asked again",
	       JOURNAL_AGAIN("7"), CALLS_AGAIN(", asked again"));
	called("a caller that gave up, after which another process asked",
	       JOURNAL_AGAIN("8"), CALLS_AGAIN(""));
}

/* What the contract asks for after each answer that somebody acted on. */
static void asked_for(const char *what, const char *journal,
		      const char *expected)
{
	struct judge *j = judged(journal);
	autobuf struct buf got = { 0 };
	struct judge_call c;
	unsigned int at = 0;

	buf_str(&got, "");
	while (judge_next_call(j, &at, &c))
		if (c.asks)
			buf_printf(&got, "%s %s: %s\n", c.device,
				   errno_name(c.ret), c.asks);
	about(!strcmp(got.text, expected), "asks", what);
	if (strcmp(got.text, expected))
		printf("# %s", got.text);
	judge_free(j);
}

static void asked(void)
{
	asked_for("after ENOMEM of a candidate", JOURNAL_GOES_ON,
		  "a 0: it is attached\nb ENOMEM: stop, and say so\n"
		  "b 0: it is attached\n");
	asked_for(
		"after EINVAL of a candidate",
		"attach instance=b device=b domain=d1 old=blocked fresh=0 reason=ias ret=-EINVAL\n",
		"b EINVAL: another, or a domain of its own\n");
	asked_for(
		"after EINVAL of its own",
		"alloc domain=d2 device=b instance=b ret=0\n"
		"attach instance=b device=b domain=d2 old=blocked fresh=1 reason=fresh ret=-EINVAL\n",
		"b EINVAL: no EINVAL from its own\n");
	asked_for("of an allocation",
		  "alloc domain=d2 device=b instance=b ret=-ENOSPC\n",
		  "b ENOSPC: stop, and say so\n");
}

static void whose(void)
{
	struct judge *j = judged(JOURNAL_GOES_ON "free domain=d1 attached=2\n");
	autobuf struct buf b = { 0 };

	judge_broken(j, &b);
	ok(!strcmp(b.text, "R1:caller,R2:caller,R12:caller"),
	   "the rules that were broken, in a word each");
	judge_free(j);
}

/* Ten thousand domains, and as many placements. */
static void large(void)
{
	autobuf struct buf b = { 0 };
	struct judge *j;

	for (unsigned int i = 0; i < 10000; i++)
		buf_printf(
			&b,
			"alloc domain=d%u device=a%u instance=i ret=0\n"
			"attach instance=i device=a%u domain=d%u old=blocked fresh=1 reason=- ret=0\n"
			"attach instance=i device=a%u domain=blocked old=d%u fresh=0 reason=- ret=0\n"
			"free domain=d%u attached=0\n",
			i, i % 50, i % 50, i, i % 50, i, i);
	buf_str(&b, "!over\n");
	j = judged(b.text);
	ok(judge_verdict(j, R12)->seen == 10000 &&
		   judge_verdict(j, R15)->state == J_KEPT,
	   "a journal of 40,000 events");
	judge_free(j);
}

int main(int argc, char **argv)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(all_cases); i++)
		for (const struct judge_case *c = all_cases[i]; c->name; c++)
			one_case(c);
	complete();
	known();
	rows();
	calls();
	outcomes();
	asked();
	whose();
	for (int i = 1; i < argc; i++)
		judge_spoiled(argv[i]);
	judge_soup();
	large();
	return done_testing();
}
