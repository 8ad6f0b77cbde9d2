// SPDX-License-Identifier: GPL-2.0-only
/* The board as a table: a line for each kernel, rule and caller. */
#include "lib/mem.h"
#include "matrix/results/board.h"
#include "report/report.h"

enum {
	C_KERNEL,
	C_RULE,
	C_CALLER,
	C_VERDICT,
	C_KEPT,
	C_KNOWN,
	C_PROVOKED,
	C_BROKEN,
	C_MISSED,
};

static const struct report_column columns[] = {
	{ "KERNEL", R_STRING, RC_DEFAULT, "its release", 0 },
	{ "RULE", R_STRING, RC_DEFAULT, "see docs/contract.md", 0 },
	{ "CALLER", R_STRING, RC_DEFAULT,
	  "who places; direct: the cell itself does", 0 },
	{ "VERDICT", R_STRING, RC_DEFAULT, "the worst that came", 0 },
	{ "KEPT", R_NUMBER, RC_DEFAULT, "cells that exercise and keep it", 0 },
	{ "DEVIATION", R_NUMBER, RC_DEFAULT,
	  "that do not, as is known of this kernel or caller", 0 },
	{ "PROVOKED", R_NUMBER, RC_DEFAULT,
	  "that do not, because the driver was told so", 0 },
	{ "BROKEN", R_NUMBER, RC_DEFAULT, "that do not, and nobody knew", 0 },
	{ "MISSED", R_NUMBER, RC_DEFAULT,
	  "that keep it, though a deviation was expected", 0 },
	{ 0 },
};

const struct report_shape board_shape = { "matrix", columns };

static void add(struct report *report, const struct board_column *c,
		const char *kernel, int rule)
{
	const struct board_rule *r = &c->rules[rule];
	struct report_row *row;

	if (!board_exercised(r))
		return;
	row = report_add(report, NULL);
	report_str(row, C_KERNEL, kernel);
	report_fmt(row, C_RULE, "R%d", rule);
	report_str(row, C_CALLER, c->caller);
	report_str(row, C_VERDICT, rule_verdict_words[board_worst(r)]);
	report_num(row, C_KEPT, r->count[RV_KEPT]);
	report_num(row, C_KNOWN, r->count[RV_KNOWN]);
	report_num(row, C_PROVOKED, r->count[RV_PROVOKED]);
	report_num(row, C_BROKEN, r->count[RV_BROKEN]);
	report_num(row, C_MISSED, r->count[RV_MISSED]);
}

int board_text(struct ctx *ctx, const struct format *format,
	       const struct board *b, const struct result_run *runs)
{
	struct report *report = report_new(ctx, format, &board_shape);
	unsigned int first = 0, end;

	for (; first < b->n; first = end) {
		unsigned int run = b->columns[first].run;

		for (end = first; end < b->n && b->columns[end].run == run;)
			end++;
		for (int rule = R1; rule < RULES; rule++)
			for (unsigned int i = first; i < end; i++)
				add(report, &b->columns[i], runs[run].kernel,
				    rule);
	}
	return report_end(report);
}
