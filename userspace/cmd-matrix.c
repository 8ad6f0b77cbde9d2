// SPDX-License-Identifier: GPL-2.0-only
/* matrix: run the cells, print KTAP (or JSON), end with the count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "matrix/runner.h"
#include "report/report.h"

const struct option matrix_options[] = {
	{ "list", 'l', NULL, W_ANY, "print the cells' names and run none",
	  NULL },
	{ "filter", 'f', "PATTERN", W_ANY,
	  "only cells whose name matches: a part of it, or a pattern with * ? [; "
	  "may be given again for more",
	  NULL },
	{ "bail", 0, NULL, W_ANY, "stop at the first cell that fails", NULL },
	{ "no-verify", 0, NULL, W_ANY,
	  "do not let the devices of each placement do DMA (R13, R14)", NULL },
	{ 0 },
};

struct counts {
	unsigned int passed, failed, skipped;
	double seconds;
};

enum { C_CELL, C_VERDICT, C_EXPECTED, C_GOT, C_FACTS, C_WHY };

static const struct report_column columns[] = {
	{ "CELL", R_STRING, RC_DEFAULT,
	  "topology/policy/errno/misbehaviour+fault/caller", 0 },
	{ "VERDICT", R_STRING, RC_DEFAULT, "pass, fail or skip", 0 },
	{ "EXPECTED", R_STRING, RC_DEFAULT,
	  "what the contract and the caller demand", 0 },
	{ "GOT", R_STRING, RC_DEFAULT,
	  "what the module's state and journal say", 0 },
	{ "FACTS", R_LIST, RC_DEFAULT,
	  "named facts of this kernel that had a say", 0 },
	{ "WHY", R_STRING, RC_DEFAULT, "the reason of a failure or a skip", 0 },
	{ 0 },
};

const struct report_shape matrix_shape = { "matrix", columns };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void diagnose_lines(const char *label, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "\n");

		printf("# %s%.*s\n", label, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* What was expected, what came, which facts, and the journal of the cell. */
static void diagnose(struct runner *r)
{
	autofree char *expected = outcome_text(&r->expected, r->units);
	autofree char *got = outcome_text(&r->got, r->units);

	if (!r->cell->special) {
		printf("# expected: %s\n", expected);
		printf("# got:      %s\n", got);
	}
	diagnose_lines("", r->why.text);
	for (int i = 0; i < FACTS; i++) {
		if (r->facts & (1U << i))
			printf("# fact %s: %s (%s)\n", fact_texts[i].word,
			       fact_texts[i].text, fact_texts[i].where);
	}
	diagnose_lines("journal: ", r->k.lines.text);
}

static void print_ktap(struct runner *r, unsigned int number, const char *id,
		       enum cell_verdict verdict)
{
	if (verdict == CELL_SKIP)
		printf("ok %u - %s # SKIP %s\n", number, id, r->skip);
	else
		printf("%sok %u - %s\n", verdict == CELL_FAIL ? "not " : "",
		       number, id);
	if (verdict == CELL_FAIL)
		diagnose(r);
	fflush(stdout);
}

static void add_json(struct report *report, struct runner *r, const char *id,
		     enum cell_verdict verdict)
{
	static const enum report_verdict words[] = { V_PASS, V_FAIL, V_SKIP };
	struct report_row *row = report_add(report, NULL);
	autofree char *expected = NULL, *got = NULL;
	autobuf struct buf facts = { 0 };
	const char *why = verdict == CELL_SKIP ? r->skip : r->why.text;

	report_str(row, C_CELL, id);
	report_verdict(row, words[verdict], why);
	report_str(row, C_VERDICT, report_verdict_word(words[verdict]));
	if (verdict != CELL_SKIP && !r->cell->special) {
		expected = outcome_text(&r->expected, r->units);
		got = outcome_text(&r->got, r->units);
		report_str(row, C_EXPECTED, expected);
		report_str(row, C_GOT, got);
	}
	for (int i = 0; i < FACTS && verdict != CELL_SKIP; i++) {
		if (r->facts & (1U << i))
			buf_printf(&facts, "%s%s", facts.len ? "," : "",
				   fact_texts[i].word);
	}
	report_str(row, C_FACTS, facts.text);
	if (verdict != CELL_PASS)
		report_str(row, C_WHY, why);
}

static void run_cells(struct runner *r, const struct cells *cells,
		      struct report *report, bool bail, struct counts *counts)
{
	double start = now();

	for (unsigned int i = 0; i < cells->n; i++) {
		enum cell_verdict verdict = runner_cell(r, &cells->v[i]);
		autofree char *id = cell_id(&cells->v[i]);

		if (report)
			add_json(report, r, id, verdict);
		else
			print_ktap(r, i + 1, id, verdict);
		counts->passed += verdict == CELL_PASS;
		counts->failed += verdict == CELL_FAIL;
		counts->skipped += verdict == CELL_SKIP;
		if (verdict == CELL_FAIL && bail) {
			if (!report)
				printf("Bail out! after the first failure, as asked for\n");
			break;
		}
	}
	counts->seconds = now() - start;
}

static int list_cells(const struct cells *cells)
{
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);

		puts(id);
	}
	return ST_OK;
}

static void choose(struct ctx *ctx, struct cells *cells)
{
	const char *filters[64];
	unsigned int n = 0;

	while (n < ARRAY_SIZE(filters) &&
	       (filters[n] = opt_value(ctx, "filter", n)))
		n++;
	cells_make(cells);
	cells_filter(cells, filters, n);
}

static int run(struct ctx *ctx, const struct cells *cells)
{
	struct runner *r = xalloc(sizeof(*r));
	struct report *report = NULL;
	struct counts counts = { 0 };
	int ret = knobs_open(ctx); /* done already, unless --list needs none */

	if (ret == ST_OK)
		ret = runner_open(r, ctx);
	if (ret != ST_OK)
		goto out;
	r->no_verify = opt_given(ctx, "no-verify");
	if (ctx->format.json)
		report = report_new(ctx, &matrix_shape);
	else
		printf("KTAP version 1\n1..%u\n", cells->n);
	run_cells(r, cells, report, opt_given(ctx, "bail"), &counts);
	if (report)
		ret = report_end(report);
	else
		printf("# %u passed, %u failed, %u skipped; %.1f s; %.0f cells/s\n",
		       counts.passed, counts.failed, counts.skipped,
		       counts.seconds,
		       (counts.passed + counts.failed) /
			       (counts.seconds > 0 ? counts.seconds : 1));
	runner_close(r);
	if (counts.failed)
		ret = ST_FAILED;
out:
	free(r);
	return ret;
}

int cmd_matrix(struct ctx *ctx, int argc, char **argv)
{
	struct cells cells;
	int ret;

	(void)argc;
	(void)argv;
	choose(ctx, &cells);
	if (!cells.n)
		ret = usage_error(ctx, "no cell matches the filter");
	else if (opt_given(ctx, "list"))
		ret = list_cells(&cells);
	else
		ret = run(ctx, &cells);
	cells_free(&cells);
	return ret;
}
