// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page: rules against kernels and callers, a panel of evidence behind each
 * field, and the cost of placing. The page has no script: a field is a link to
 * its panel, which becomes visible as the target of the link.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/cells/select.h"
#include "matrix/results/board.h"
#include "matrix/results/page.h"
#include "report/page.h"

/* A sign and a letter for each verdict: colour is never alone. */
static const struct {
	const char *sign, *style, *name;
} looks[RULE_VERDICT_N] = {
	[RV_NONE] = { "&middot;", "n", "not applicable" },
	[RV_KEPT] = { "&#10003;", "k", "kept" },
	[RV_KNOWN] = { "&ne;", "d", "expected deviation" },
	[RV_PROVOKED] = { "!", "p", "provoked and noticed" },
	[RV_BROKEN] = { "&#10007;", "b", "broken" },
	[RV_MISSED] = { "?", "m", "expected deviation that did not happen" },
};

static void sign(struct buf *page, enum rule_verdict v)
{
	buf_printf(page, "<b class=\"s %s\">%s</b>", looks[v].style,
		   looks[v].sign);
}

/* --- the table --- */

/* Adjacent columns of one run. */
static unsigned int span(const struct board *b, unsigned int at)
{
	unsigned int n = 1;

	while (at + n < b->n && b->columns[at + n].run == b->columns[at].run)
		n++;
	return n;
}

static bool is_first(const struct board *b, unsigned int at)
{
	return !at || b->columns[at - 1].run != b->columns[at].run;
}

static void table_head(struct buf *page, const struct board *b,
		       const struct result_run *runs)
{
	buf_str(page,
		"<thead><tr><th class=\"r\" rowspan=\"2\" scope=\"col\">rule</th>");
	for (unsigned int i = 0; i < b->n; i += span(b, i)) {
		buf_printf(
			page,
			"<th class=\"kern\" scope=\"colgroup\" colspan=\"%u\">Linux ",
			span(b, i));
		page_text(page, runs[b->columns[i].run].kernel);
		buf_str(page, "</th>");
	}
	buf_str(page, "</tr>\n<tr>");
	for (unsigned int i = 0; i < b->n; i++) {
		buf_printf(page, "<th class=\"who%s\" scope=\"col\"><span>",
			   is_first(b, i) ? " first" : "");
		page_text(page, b->columns[i].caller);
		buf_str(page, "</span></th>");
	}
	buf_str(page, "</tr></thead>\n");
}

/* The cells in which no driver was told to break the rule, if there are any. */
static unsigned int counted(const struct board_rule *r)
{
	unsigned int n = board_exercised(r) - r->count[RV_PROVOKED];

	return n ? n : r->count[RV_PROVOKED];
}

/* "R6 with type1 on Linux 6.12: expected deviation in 3 of 20 cells" */
static void field_title(struct buf *page, const struct board_column *c,
			const struct result_run *runs, int rule,
			enum rule_verdict worst)
{
	const struct board_rule *r = &c->rules[rule];

	buf_printf(page, "R%d, caller ", rule);
	page_text(page, c->caller);
	buf_str(page, ", Linux ");
	page_text(page, runs[c->run].kernel);
	buf_printf(page, ": %s in %u of %u cells", looks[worst].name,
		   r->count[worst], counted(r));
	if (r->count[RV_PROVOKED] && worst != RV_PROVOKED)
		buf_printf(page, "; provoked and noticed in %u more",
			   r->count[RV_PROVOKED]);
}

static void field(struct buf *page, const struct board *b, unsigned int at,
		  const struct result_run *runs, int rule)
{
	const struct board_column *c = &b->columns[at];
	const struct board_rule *r = &c->rules[rule];
	enum rule_verdict worst = board_worst(r);
	unsigned int all = counted(r);

	buf_printf(page, "<td class=\"f %s%s\">", looks[worst].style,
		   is_first(b, at) ? " first" : "");
	if (worst == RV_NONE) {
		buf_str(page,
			"<span title=\"not applicable: no cell exercises it\">&middot;</span></td>");
		return;
	}
	buf_printf(page, "<a href=\"#e%u-%d\" title=\"", at, rule);
	field_title(page, c, runs, rule, worst);
	buf_str(page, "\">");
	sign(page, worst);
	if (r->count[worst] == all)
		buf_printf(page, "<i>%u</i>", all);
	else
		buf_printf(page, "<i>%u/<wbr>%u</i>", r->count[worst], all);
	buf_str(page, "</a></td>");
}

static void cells_row(struct buf *page, const struct board *b)
{
	buf_str(page,
		"<tr class=\"sum\"><th class=\"r\" scope=\"row\"><b>cells</b> <span>as expected in every respect, of those that ran</span></th>");
	for (unsigned int i = 0; i < b->n; i++) {
		const struct board_column *c = &b->columns[i];
		unsigned int ran = c->cells[CELL_PASS] + c->cells[CELL_FAIL];
		enum rule_verdict v = c->cells[CELL_FAIL] ? RV_BROKEN :
				      ran		  ? RV_KEPT :
							    RV_NONE;

		buf_printf(page, "<td class=\"f %s%s\">", looks[v].style,
			   is_first(b, i) ? " first" : "");
		if (c->cells[CELL_FAIL])
			buf_printf(page, "<a href=\"#e%u-0\">", i);
		sign(page, v);
		if (c->cells[CELL_FAIL])
			buf_printf(page, "<i>%u/<wbr>%u</i></a></td>",
				   c->cells[CELL_PASS], ran);
		else
			buf_printf(page, "<i>%u</i></td>", ran);
	}
	buf_str(page, "</tr>\n");
}

static void rules_table(struct buf *page, const struct board *b,
			const struct result_run *runs)
{
	buf_str(page,
		"<div class=\"wide rules\" id=\"rules\" tabindex=\"0\" role=\"region\" aria-label=\"rules by kernel and caller\"><table>\n");
	table_head(page, b, runs);
	buf_str(page, "<tbody>\n");
	for (int rule = R1; rule < RULES; rule++) {
		buf_printf(
			page,
			"<tr><th class=\"r\" scope=\"row\"><b>R%d</b> <span>",
			rule);
		page_text(page, rule_texts[rule]);
		buf_str(page, "</span></th>");
		for (unsigned int i = 0; i < b->n; i++)
			field(page, b, i, runs, rule);
		buf_str(page, "</tr>\n");
	}
	cells_row(page, b);
	buf_str(page, "</tbody></table></div>\n");
}

/* --- evidence --- */

static void pair(struct buf *page, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(page, "<dt>%s</dt><dd>", label);
	page_text(page, text);
	buf_str(page, "</dd>\n");
}

static void evidence_facts(struct buf *page, unsigned int facts)
{
	for (int i = 0; i < FACTS; i++) {
		autofree char *text = NULL;

		if (!(facts & (1U << i)))
			continue;
		text = xprintf("%s: %s (%s)", fact_texts[i].word,
			       fact_texts[i].text, fact_texts[i].where);
		pair(page, "fact of the kernel", text);
	}
}

/* A line of the journal without number, time and process. */
static void journal_line(struct buf *page, const char *line, size_t n)
{
	autofree char *copy = xstrndup(line, n);
	char *text = copy, *by = strstr(copy, " by=");

	for (int i = 0; i < 2 && *text >= '0' && *text <= '9'; i++) {
		text += strspn(text, "0123456789");
		text += *text == ' ';
	}
	if (by && by >= text)
		*by = '\0';
	page_text(page, text);
	buf_str(page, "\n");
}

static void journal(struct buf *page, const char *lines)
{
	buf_str(page,
		"<details><summary>the journal: what the caller did (call), and what it made the kernel ask of the driver, with the answers (ret)</summary><pre tabindex=\"0\">");
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		journal_line(page, lines, n);
		lines += n + (lines[n] == '\n');
	}
	buf_str(page, "</pre></details>\n");
}

static void field_text(struct buf *page, const char *text)
{
	buf_str(page, "<td>");
	page_text(page, text ? text : "");
	buf_str(page, "</td>");
}

static void calls(struct buf *page, const struct result *r)
{
	buf_str(page,
		"<div class=\"wide\" tabindex=\"0\"><table class=\"calls\"><thead><tr><th>what a driver was asked</th><th>answer</th><th>what came of it</th><th>what the contract asks for</th><th>broken</th></tr></thead>\n");
	for (unsigned int i = 0; i < r->n_calls; i++) {
		buf_printf(page, "<tr%s>",
			   r->calls[i].broken ? " class=\"odd\"" : "");
#define X(name) field_text(page, r->calls[i].name);
		RESULT_CALL(X)
#undef X
		buf_str(page, "</tr>\n");
	}
	buf_str(page, "</table></div>\n");
}

/* The meaning of the name. */
static void cell_words(struct buf *page, const char *id)
{
	static const enum dim told[] = { DIM_POLICY, DIM_ERRNO,
					 DIM_MISBEHAVIOUR, DIM_FAULT };
	autobuf struct buf text = { 0 };
	const struct topo *topo;
	struct dims d;

	if (!dims_parse(&d, id))
		return;
	topo = topo_find(d.value[DIM_TOPOLOGY]);
	if (topo) {
		topo_text(topo, &text);
		buf_str(&text, strcmp(d.value[DIM_ORDER], "given") ?
				       "; they come last first" :
				       "");
		pair(page, "topology", text.text);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(told); i++)
		if (strcmp(d.value[told[i]], "-"))
			pair(page, dim_words[told[i]], d.value[told[i]]);
}

/* One cell; the journal only once for each verdict, it is long. */
static void evidence(struct buf *page, const struct result *r, int rule,
		     bool with_journal)
{
	buf_str(page, "<article><h4>");
	page_text(page, r->id);
	buf_str(page, "</h4><dl>\n");
	cell_words(page, r->id);
	if (rule)
		pair(page, "seen", r->rules[rule].seen);
	pair(page, "expected", r->expected);
	pair(page, r->expected ? "got" : "", r->got);
	pair(page, "why", r->why);
	evidence_facts(page, r->facts);
	buf_str(page, "</dl>\n");
	if (r->n_calls)
		calls(page, r);
	if (with_journal && r->journal)
		journal(page, r->journal);
	buf_str(page, "</article>\n");
}

static void panel_begin(struct buf *page, const struct board_column *c,
			const struct result_run *runs, unsigned int at,
			int rule)
{
	buf_printf(
		page,
		"<section class=\"ev\" id=\"e%u-%d\"><a class=\"x\" href=\"#rules\">close</a><h3>",
		at, rule);
	if (rule)
		buf_printf(page, "R%d, ", rule);
	buf_str(page, "caller ");
	page_text(page, c->caller);
	buf_str(page, ", Linux ");
	page_text(page, runs[c->run].kernel);
	buf_str(page, "</h3>\n");
	if (!rule)
		return;
	buf_str(page, "<p>The contract asks: ");
	page_text(page, rule_texts[rule]);
	buf_str(page, ".</p>\n");
}

static void panel_verdict(struct buf *page, const struct board_rule *r,
			  enum rule_verdict v, int rule)
{
	bool first = true;

	if (!r->count[v])
		return;
	buf_str(page, "<h4 class=\"v\">");
	sign(page, v);
	buf_printf(page, " %s: %u %s</h4>\n", looks[v].name, r->count[v],
		   r->count[v] == 1 ? "cell" : "cells");
	for (int i = 0; i < BOARD_SHOWN && r->shown[v][i]; i++) {
		if (v == RV_KEPT && i)
			break;
		evidence(page, r->shown[v][i], rule, first);
		first = false;
	}
}

static void panel(struct buf *page, const struct board *b, unsigned int at,
		  const struct result_run *runs, int rule)
{
	static const enum rule_verdict order[] = { RV_BROKEN, RV_MISSED,
						   RV_KNOWN, RV_PROVOKED,
						   RV_KEPT };
	const struct board_column *c = &b->columns[at];

	if (!board_exercised(&c->rules[rule]))
		return;
	panel_begin(page, c, runs, at, rule);
	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
		panel_verdict(page, &c->rules[rule], order[i], rule);
	buf_str(page, "</section>\n");
}

static void panel_failed(struct buf *page, const struct board *b,
			 unsigned int at, const struct result_run *runs)
{
	const struct board_column *c = &b->columns[at];

	if (!c->cells[CELL_FAIL])
		return;
	panel_begin(page, c, runs, at, 0);
	buf_printf(page, "<h4 class=\"v\">%u of the cells failed</h4>\n",
		   c->cells[CELL_FAIL]);
	for (int i = 0; i < BOARD_SHOWN && c->failed[i]; i++)
		evidence(page, c->failed[i], 0, true);
	buf_str(page, "</section>\n");
}

/* --- the whole --- */

static void legend(struct buf *page)
{
	buf_str(page, "<p class=\"key\">");
	for (int v = RV_KEPT; v < RULE_VERDICT_N; v++) {
		buf_str(page, "<span>");
		sign(page, (enum rule_verdict)v);
		buf_printf(page, " %s</span> ", looks[v].name);
	}
	buf_str(page, "<span>&middot; not applicable</span></p>\n");
}

static void kernels(struct buf *page, const struct result_run *runs,
		    unsigned int n)
{
	autobuf struct buf facts = { 0 };

	buf_str(&facts, "");
	for (unsigned int i = 0; i < n; i++) {
		const struct result_run *run = &runs[i];

		buf_printf(&facts,
			   "Linux %s=%u %s passed, %u failed, %u skipped%s%s",
			   run->kernel, run->count[CELL_PASS],
			   by_count(run->count[CELL_PASS], "cell", "cells"),
			   run->count[CELL_FAIL], run->count[CELL_SKIP],
			   run->verify ? "" : "; without DMA",
			   run->interrupted ? "; interrupted, not all of them" :
					      "");
		if (run->has_seed)
			buf_printf(&facts, "; races of seed %u", run->seed);
		buf_str(&facts, "\n");
	}
	if (n)
		buf_printf(&facts, "made by=%s %s\n", PROGRAM, runs[0].tool);
	page_facts(page, facts.text);
}

int board_page(FILE *to, const struct board *b, const struct result_run *runs,
	       unsigned int n_runs)
{
	autobuf struct buf page = { 0 };

	page_begin(&page, "Who keeps the IOMMU attach contract?", board_style);
	buf_str(&page, board_intro);
	kernels(&page, runs, n_runs);
	buf_str(&page, "<h2>Rules, kernels and callers</h2>\n");
	legend(&page);
	rules_table(&page, b, runs);
	buf_str(&page, board_reading);
	page_costs(&page, b, runs);
	for (unsigned int i = 0; i < b->n; i++) {
		for (int rule = R1; rule < RULES; rule++)
			panel(&page, b, i, runs, rule);
		panel_failed(&page, b, i, runs);
	}
	return page_end(&page, to);
}
