// SPDX-License-Identifier: GPL-2.0-only
/* See judging.h. */
#include <stdlib.h>
#include <unistd.h>

#include "judge/deviations.h"
#include "judge/given.h"
#include "lib/words.h"
#include "share/judging.h"

void share_judge_begin(struct share_judge *sj, struct ctx *ctx,
		       const struct model *m, const struct run *run)
{
	sj->ctx = ctx;
	sj->judge = judge_new();
	given_groups(sj->judge, m);
	given_recorded(sj->judge, ctx);
	for (unsigned int u = 0; u < run->n_units; u++)
		judge_asked(sj->judge, run->units[u].group);
	sj->log = log_open(ctx);
}

/* A probe for compatibility places nothing: it is not judged. */
void share_judge_event(struct share_judge *sj, const struct kernel *k,
		       const struct event *ev)
{
	if (sj->judge && k->phase != PHASE_PROBE)
		judge_event(sj->judge, ev);
}

void share_judge_gap(struct share_judge *sj, uint64_t events)
{
	if (sj->judge)
		judge_gap(sj->judge, events);
}

static void memory(struct share_judge *sj, const struct run *run,
		   const char *wrong)
{
	for (unsigned int u = 0; u < run->n_units; u++)
		if (run->units[u].domain >= 0 && !*wrong)
			judge_memory(sj->judge, run->units[u].first, NULL);
	if (*wrong && run->n_units)
		judge_memory(sj->judge, run->units[0].first, wrong);
}

void share_judge_placed(struct share_judge *sj, const struct model *m,
			const struct run *run, const char *wrong)
{
	for (unsigned int u = 0; u < run->n_units; u++)
		judge_told(sj->judge, run->units[u].group, run->units[u].err);
	if (m)
		given_features(sj->judge, m);
	if (wrong)
		memory(sj, run, wrong);
}

void share_judge_end(struct share_judge *sj, bool undone)
{
	autobuf struct buf first = { 0 };

	if (sj->log >= 0) {
		unsigned int lines = log_read(sj->log, &first);

		judge_logged(sj->judge, lines, first.text);
		close(sj->log);
	}
	if (undone)
		judge_over(sj->judge, NULL);
	judge_run(sj->judge);
}

static void add(struct buf *b, enum rule rule, const char *what)
{
	buf_printf(b, "%s%s:%s", b->len ? "," : "", judge_rule_name(rule),
		   what);
}

/*
 * Prints into b the rules whose verdict differs from the table of known deviations:
 * "R1:broken" if the rule was broken, "R1:kept" if it was kept although the table says
 * that this caller breaks it. why gets the reason of the first.
 */
static void surprises(const struct judge *j, const char *caller,
		      const char *family, struct buf *b, char **why)
{
	for (unsigned int i = R1; i < RULES; i++) {
		enum rule rule = (enum rule)i;
		struct surprise s;

		deviation_judge(j, rule, caller, family, &s);
		if (s.unexpected)
			add(b, rule, "broken");
		if (s.missing)
			add(b, rule, "kept");
		if (s.why && !*why)
			*why = xprintf("%s: %s", judge_rule_name(rule), s.why);
		free(s.why);
	}
}

static void fill_call(struct report_row *row, unsigned int first,
		      const struct judge_call *c)
{
	report_num(row, first + CJ_SEQ, c->seq);
	report_str(row, first + CJ_CALL, c->event);
	report_str(row, first + CJ_DEVICE, c->device);
	report_str(row, first + CJ_DOMAIN, c->domain);
	report_str(row, first + CJ_OLD, c->old);
	if (c->has_ret)
		report_str(row, first + CJ_RESULT,
			   c->ret ? errno_name(c->ret) : "0");
	report_str(row, first + CJ_REASON, c->reason);
	report_str(row, first + CJ_THEN, c->then);
	report_str(row, first + CJ_ASKS, c->asks);
	report_str(row, first + CJ_BROKEN, c->broken);
}

void share_judge_fill(struct share_judge *sj, struct report *r,
		      struct report_row *row, unsigned int first,
		      const char *caller, enum family family, bool calls)
{
	autobuf struct buf broken = { 0 }, odd = { 0 };
	autofree char *why = NULL;
	struct judge_call call;
	unsigned int at = 0;

	judge_broken(sj->judge, &broken);
	if (judge_missing(sj->judge))
		buf_printf(&broken, "%snot-known", broken.len ? "," : "");
	surprises(sj->judge, caller, family_words[family], &odd, &why);
	report_str(row, first + CJ_BROKEN, broken.text);
	report_str(row, first + CJ_SURPRISES, odd.text);
	if (!why && judge_missing(sj->judge))
		why = xstrdup(judge_missing(sj->judge));
	report_verdict(row,
		       why	  ? V_FAIL :
		       broken.len ? V_XFAIL :
				    V_PASS,
		       why ? why : broken.text);
	while (calls && judge_next_call(sj->judge, &at, &call))
		fill_call(report_add(r, row), first, &call);
	judge_free(sj->judge);
	sj->judge = NULL;
}
