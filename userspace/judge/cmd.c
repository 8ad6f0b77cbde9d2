// SPDX-License-Identifier: GPL-2.0-only
/* judge: which rules of the contract a journal shows kept, and broken. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callers/family.h"
#include "cli/command.h"
#include "judge/deviations.h"
#include "judge/given.h"
#include "judge/read.h"
#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "placing/placing.h"

static const char *family_choice(unsigned int i)
{
	return family_words[i];
}

static const struct option judge_options[] = {
	{ "group", 'g', "DEVICES", W_ANY,
	  "these devices, separated by commas, are one group; may be given several times (default: the module's groups; with FILE, each device is a group)",
	  NULL },
	{ "caller", 'c', "CALLER", W_ANY,
	  "expect the rules that this caller and this kernel are known to break: such a breach does not count, and its absence does",
	  placing_caller_name },
	{ "family", 0, "FAMILY", W_ANY,
	  "the kernel's family, as in build_info (that of the module)",
	  family_choice },
	{ "calls", 0, NULL, W_ANY,
	  "instead of the rules, show the calls on which they rest: the answers, what the caller did next, and what the contract asks for",
	  NULL },
	{ "since", 0, "SEQ", W_NUMBER,
	  "judge only the events after number SEQ; events missing before it do not matter",
	  NULL },
	{ 0 },
};

enum {
	RULE,
	VERDICT,
	SEEN,
	BROKEN,
	BY,
	EVENTS,
	WHY,
	KNOWN,
	SAYS,
	SEQ,
	CALL,
	DEVICE,
	DOMAIN,
	OLD,
	RESULT,
	REASON,
	THEN,
	ASKS,
	RULES_BROKEN
};

/* The default columns of --calls */
#define CALL_COLUMNS "SEQ,CALL,DEVICE,DOMAIN,RESULT,THEN,ASKS,RULES"

static const struct report_column columns[] = {
	[RULE] = { "RULE", R_STRING, RC_DEFAULT, "as in docs/contract.md", 0 },
	[VERDICT] = { "VERDICT", R_STRING, RC_DEFAULT,
		      "kept, broken, not applicable, or not known (a missing event may break it)",
		      0 },
	[SEEN] = { "SEEN", R_NUMBER, RC_DEFAULT,
		   "how often it could have been broken", 0 },
	[BROKEN] = { "BROKEN", R_NUMBER, 0, "how often it was broken", 0 },
	[BY] = { "BY", R_LIST, 0,
		 "the part that broke it: caller, core, driver", 0 },
	[EVENTS] = { "EVENTS", R_LIST, 0,
		     "numbers of the events that show the first three breaches",
		     0 },
	[WHY] = { "WHY", R_STRING, RC_DEFAULT,
		  "what happened, and in which events; or what the journal does not show",
		  0 },
	[KNOWN] = { "KNOWN", R_STRING, 0,
		    "--caller: why this result was expected, and the place in the kernel",
		    0 },
	[SAYS] = { "SAYS", R_STRING, 0, "the rule in short", 0 },
	[SEQ] = { "SEQ", R_NUMBER, 0, "--calls: the number of the event", 0 },
	[CALL] = { "CALL", R_STRING, 0, "--calls: alloc, attach, free", 0 },
	[DEVICE] = { "DEVICE", R_STRING, 0, "--calls: the device", 0 },
	[DOMAIN] = { "DOMAIN", R_STRING, 0, "--calls: the domain", 0 },
	[OLD] = { "OLD", R_STRING, 0, "--calls: where the device was", 0 },
	[RESULT] = { "RESULT", R_STRING, 0, "--calls: 0 or an errno", 0 },
	[REASON] = { "REASON", R_STRING, 0,
		     "--calls: why it was refused; a recording has no reasons",
		     0 },
	[THEN] = { "THEN", R_STRING, 0,
		   "--calls: what the caller, or the core, did next", 0 },
	[ASKS] = { "ASKS", R_STRING, 0,
		   "--calls: what the contract asks for then", 0 },
	[RULES_BROKEN] = { "RULES", R_LIST, 0,
			   "--calls: rules that the call shows broken", 0 },
	{ 0 },
};

static const struct report_shape judge_shape = { "judge", columns };

/* --- reading --- */

/* Only the events after this number are judged. */
static uint64_t since(struct ctx *ctx)
{
	const char *text = opt_value(ctx, "since", 0);
	uint64_t after = 0;

	if (text)
		number_parse(text, &after);
	return after;
}

static int read_journal(struct ctx *ctx, struct judge *j)
{
	struct journal *journal = journal_open(ctx, JOURNAL_ALL);
	uint64_t after = since(ctx);
	struct event ev;
	int got;

	if (!journal)
		return env_lockdown(ctx) ? ST_ENV : ST_FAILED;
	while ((got = journal_next(journal, &ev, 0)) > 0)
		judge_take(j, &ev, after);
	if (!got && journal_cut(journal))
		judge_gap(j, UINT64_MAX);
	if (got == -EPROTO)
		fail(ctx, NULL, "%s", journal_error(journal));
	else if (got < 0)
		knob_read_fail(ctx, NULL, "the journal", got);
	journal_close(journal);
	return got < 0 ? ST_FAILED : ST_OK;
}

/* No domain is left, so tables that still exist are a leak. */
static void look_whether_over(struct ctx *ctx, struct judge *j)
{
	autobuf struct buf text = { 0 };
	autofree char *bytes = NULL, *left = NULL;

	if (!knob_read(ctx, "stats", &text) && text.text)
		bytes = env_fact(text.text, "table_bytes");
	if (!bytes)
		return;
	if (strcmp(bytes, "0"))
		left = xprintf("%s bytes of tables", bytes);
	judge_over(j, left);
}

/* The module's own journal, and facts from the state that the journal lacks. */
static int read_module(struct ctx *ctx, struct judge *j)
{
	struct model *m;
	int st = knobs_open(ctx);

	if (st == ST_OK)
		st = read_journal(ctx, j);
	if (st != ST_OK)
		return st;
	m = model_read(ctx);
	if (!m)
		return ST_FAILED;
	given_groups(j, m);
	given_features(j, m);
	given_places(j, m);
	given_recorded(j, ctx);
	if (!m->n_domains)
		look_whether_over(ctx, j);
	model_free(m);
	return ST_OK;
}

static void name_groups(struct ctx *ctx, struct judge *j)
{
	const char *list;

	for (unsigned int i = 0; (list = opt_value(ctx, "group", i)); i++) {
		autofree char *copy = xstrdup(list);
		char *at = copy, *device;

		while ((device = strsep(&at, ",")))
			if (*device)
				judge_group(j, list, device, NULL);
	}
}

/* --- printing --- */

static void add_item(struct buf *b, const char *item)
{
	buf_printf(b, "%s%s", b->len ? "," : "", item);
}

static void add_evidence(struct buf *why, struct buf *events,
			 const struct observation *o)
{
	const char *sep = " (";

	buf_printf(why, "%s%s", why->len ? "; " : "", o->why);
	for (unsigned int i = 0; i < JUDGE_SEQS && o->seq[i]; i++) {
		autofree char *seq = xprintf("%" PRIu64, o->seq[i]);

		add_item(events, seq);
		buf_printf(why, "%s%s", sep, seq);
		sep = ", ";
	}
	if (*sep == ',')
		buf_str(why, ")");
}

static void who_broke(const struct judge *j, enum rule rule, struct buf *b)
{
	const struct observation *o;
	unsigned int n = judge_observations(j, &o), whose = 0;

	for (; n--; o++)
		if (o->rule == rule && o->broken)
			whose |= 1U << o->who;
	for (unsigned int w = 0; judge_who_words[w]; w++)
		if (whose >> w & 1)
			add_item(b, judge_who_words[w]);
}

static void fill(struct report_row *row, const struct judge *j, enum rule rule)
{
	static const char *const words[] = { "kept", "broken", "not applicable",
					     "not known" };
	const struct verdict *v = judge_verdict(j, rule);
	autobuf struct buf why = { 0 }, events = { 0 }, by = { 0 };

	for (unsigned int i = 0; i < JUDGE_FIRST && v->first[i]; i++)
		add_evidence(&why, &events, v->first[i]);
	if (v->broken > JUDGE_FIRST)
		buf_printf(&why, "; and %u more", v->broken - JUDGE_FIRST);
	if (v->state == J_NOT_APPLICABLE)
		buf_printf(&why, "not seen: %s", v->missing);
	if (v->state == J_NOT_KNOWN)
		buf_str(&why, v->missing);
	who_broke(j, rule, &by);
	report_str(row, RULE, judge_rule_name(rule));
	report_str(row, VERDICT, words[v->state]);
	report_num(row, SEEN, v->seen);
	report_num(row, BROKEN, v->broken);
	report_str(row, BY, by.text);
	report_str(row, EVENTS, events.text);
	report_str(row, WHY, why.text);
	report_str(row, SAYS, judge_rule_says(rule));
	report_verdict(row,
		       v->state == J_KEPT   ? V_PASS :
		       v->state == J_BROKEN ? V_FAIL :
					      V_SKIP,
		       why.text);
}

/* A known breach does not count; a known breach that did not happen does. */
static bool fill_known(struct report_row *row, const struct judge *j,
		       enum rule rule, const char *caller, const char *family)
{
	const struct verdict *v = judge_verdict(j, rule);
	struct surprise s;

	deviation_judge(j, rule, caller, family, &s);
	if (s.known)
		report_fmt(row, KNOWN, "%s (%s)", s.known->fact,
			   s.known->where);
	if (s.why) {
		report_verdict(row, V_FAIL, s.why);
		/* The broken rules are printed already. */
		if (s.missing)
			report_str(row, WHY, s.why);
	} else if (v->state == J_BROKEN) {
		report_verdict(row, V_XFAIL, s.known->fact);
	}
	free(s.why);
	return s.unexpected || s.missing;
}

static void fill_call(struct report_row *row, const struct judge_call *c)
{
	report_num(row, SEQ, c->seq);
	report_str(row, CALL, c->event);
	report_str(row, DEVICE, c->device);
	report_str(row, DOMAIN, c->domain);
	report_str(row, OLD, c->old);
	if (c->has_ret)
		report_str(row, RESULT, c->ret ? errno_name(c->ret) : "0");
	report_str(row, REASON, c->reason);
	report_str(row, THEN, c->then);
	report_str(row, ASKS, c->asks);
	report_str(row, RULES_BROKEN, c->broken);
	report_verdict(row, c->broken ? V_FAIL : V_PASS, c->broken);
}

static int end_report(struct ctx *ctx, const struct judge *j, struct report *r,
		      bool bad)
{
	int st = report_end(r);

	if (st == ST_OK && judge_missing(j))
		st = fail(ctx, NULL,
			  "%s: a rule that they may break is not known",
			  judge_missing(j));
	return st == ST_OK && bad ? ST_FAILED : st;
}

static int print_calls(struct ctx *ctx, struct judge *j)
{
	struct format *format = &cli_of(ctx)->format;
	autofree char *list = NULL;
	struct judge_call call;
	struct report *r;
	unsigned int at = 0;
	bool bad = false;

	/* +LIST adds to the columns of the calls, not to those of the rules. */
	if (!format->columns)
		format->columns = CALL_COLUMNS;
	else if (*format->columns == '+')
		format->columns = list =
			xprintf(CALL_COLUMNS ",%s", format->columns + 1);
	r = command_report(ctx, &judge_shape);
	while (judge_next_call(j, &at, &call))
		fill_call(report_add(r, NULL), &call);
	for (unsigned int i = R1; i < RULES; i++)
		bad |= judge_verdict(j, (enum rule)i)->state == J_BROKEN;
	return end_report(ctx, j, r, bad);
}

static int print(struct ctx *ctx, const struct judge *j, const char *family)
{
	const char *caller = opt_value(ctx, "caller", 0);
	struct report *r;
	bool bad = false;

	if (caller && !cli_of(ctx)->format.columns)
		cli_of(ctx)->format.columns = "+KNOWN";
	r = command_report(ctx, &judge_shape);

	for (unsigned int i = R1; i < RULES; i++) {
		struct report_row *row = report_add(r, NULL);
		enum rule rule = (enum rule)i;

		fill(row, j, rule);
		if (caller)
			bad |= fill_known(row, j, rule, caller, family);
		else
			bad |= judge_verdict(j, rule)->state == J_BROKEN;
	}
	return end_report(ctx, j, r, bad);
}

/* --- the command --- */

static int find_family(struct ctx *ctx, char **family)
{
	const char *given = opt_value(ctx, "family", 0);
	autobuf struct buf text = { 0 };
	int st;

	if (given || !opt_given(ctx, "caller")) {
		*family = xstrdup_or_null(given);
		return ST_OK;
	}
	st = knobs_open(ctx);
	if (st != ST_OK)
		return st;
	if (!knob_read(ctx, "build_info", &text) && text.text)
		*family = env_fact(text.text, "family");
	return *family ? ST_OK : fail(ctx, NULL, "build_info has no family");
}

static int cmd_judge(struct ctx *ctx, int argc, char **argv)
{
	autofree char *family = NULL;
	struct judge *j;
	int st;

	if (opt_given(ctx, "calls") && opt_given(ctx, "caller"))
		return usage_error(
			ctx,
			"--calls shows no rules, of which --caller could expect something");
	j = judge_new();
	st = argc ? judge_read(ctx, j, argv[0], since(ctx)) :
		    read_module(ctx, j);
	if (st == ST_OK)
		st = find_family(ctx, &family);
	if (st == ST_OK) {
		name_groups(ctx, j);
		judge_run(j);
		st = opt_given(ctx, "calls") ? print_calls(ctx, j) :
					       print(ctx, j, family);
	}
	judge_free(j);
	return st;
}

const struct command judge_commands[] = {
	{
		.noun = "judge",
		.summary = "which rules a journal shows kept, and broken",
		.operands = { { "FILE", W_FILE, OPD_OPTIONAL } },
		.options = judge_options,
		.shape = &judge_shape,
		.flags = CMD_KTAP,
		.run = cmd_judge,
		.details =
			"Without FILE the command judges the module's journal, together with the module's state. FILE contains lines in the form of the module's file journal; - is standard input. The rules are R1 to R17 of docs/contract.md. The verdict is kept if the rule could have been broken and was not. It is not applicable if the journal contains nothing that concerns the rule, or cannot show it. It is not known if events are missing that may break the rule: events that the module has overwritten, or numbers that FILE lacks. Numbers begin with 1, or after --since. R1 is also not known where a caller gave up after EINVAL: the events do not show whether its user asked for one domain or for any (share does know). The status is 1 if a rule is broken, or if events are missing. The judge assumes that no policy changed while the journal was written.",
	},
	{ 0 },
};
