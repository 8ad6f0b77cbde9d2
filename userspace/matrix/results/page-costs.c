// SPDX-License-Identifier: GPL-2.0-only
/* The cost of placing, compared with the least possible. */
#include "lib/ctx.h"
#include "matrix/results/page.h"
#include "report/page.h"

enum {
	C_KERNEL,
	C_CALLER,
	C_CELLS,
	C_DOMAINS,
	C_NEEDED,
	C_TIMES,
	C_ATTACHES,
	C_MINIMUM,
	C_ATTACH_TIMES,
	C_TABLES,
	C_COPIES,
	C_TABLE_PART,
};

static const struct report_column columns[] = {
	{ "KERNEL", R_STRING, RC_DEFAULT, "its release", 0 },
	{ "CALLER", R_STRING, RC_DEFAULT, "who places", 0 },
	{ "CELLS", R_NUMBER, RC_DEFAULT,
	  "in which all was placed and nothing was disturbed", 0 },
	{ "DOMAINS", R_NUMBER, RC_DEFAULT, "that the caller used", 0 },
	{ "NEEDED", R_NUMBER, RC_DEFAULT, "that would have been enough", 0 },
	{ "USED/NEEDED", R_DECIMAL, RC_DEFAULT, "1 is the best", 0 },
	{ "ATTACHES", R_NUMBER, RC_DEFAULT, "calls that drivers got", 0 },
	{ "LEAST", R_NUMBER, RC_DEFAULT,
	  "calls, by one who knows where each device fits", 0 },
	{ "ATTACHES/LEAST", R_DECIMAL, RC_DEFAULT, "1 is the best", 0 },
	{ "TABLES", R_SIZE, RC_DEFAULT, "page tables, where memory is mapped",
	  0 },
	{ "COPIES", R_SIZE, RC_DEFAULT,
	  "what they were if each group had a domain of its own", 0 },
	{ "TABLES/COPIES", R_DECIMAL, RC_DEFAULT, "1: nothing is shared", 0 },
	{ 0 },
};

static const struct report_shape shape = { "costs", columns };

static const struct report_chart charts[] = {
	{ .kind = CHART_BARS,
	  .title = "domains used / needed",
	  .note = "Each domain more is a set of page tables more. 1 is the fewest that the drivers allow.",
	  .facet = C_KERNEL,
	  .pick = -1,
	  .series = { C_CALLER, -1 },
	  .x = -1,
	  .y = C_TIMES,
	  .low = -1,
	  .high = -1,
	  .target = 1 },
	{ .kind = CHART_BARS,
	  .title = "attach calls / least",
	  .note = "Calls into drivers while placing, with those that put a device back. 1 is a caller who knows where each fits.",
	  .facet = C_KERNEL,
	  .pick = -1,
	  .series = { C_CALLER, -1 },
	  .x = -1,
	  .y = C_ATTACH_TIMES,
	  .low = -1,
	  .high = -1,
	  .target = 1 },
	{ .kind = CHART_BARS,
	  .title = "table memory shared / duplicated",
	  .note = "Page tables of the cells with mappings, against as many copies as there are groups. 1 is a caller who shares nothing.",
	  .facet = C_KERNEL,
	  .pick = -1,
	  .series = { C_CALLER, -1 },
	  .x = -1,
	  .y = C_TABLE_PART,
	  .low = -1,
	  .high = -1,
	  .target = 1 },
};

static uint64_t thousandths(uint64_t a, uint64_t b)
{
	return b ? (1000 * a + b / 2) / b : 0;
}

static void add(struct report *r, const struct board_column *c,
		const struct result_run *runs)
{
	struct report_row *row = report_add(r, NULL);

	report_str(row, C_KERNEL, runs[c->run].kernel);
	report_str(row, C_CALLER, c->caller);
	report_num(row, C_CELLS, c->placed);
	report_num(row, C_DOMAINS, c->domains);
	report_num(row, C_NEEDED, c->needed);
	report_num(row, C_TIMES, thousandths(c->domains, c->needed));
	report_num(row, C_ATTACHES, c->attaches);
	report_num(row, C_MINIMUM, c->minimum);
	report_num(row, C_ATTACH_TIMES, thousandths(c->attaches, c->minimum));
	report_num(row, C_TABLES, c->tables);
	report_num(row, C_COPIES, c->copies);
	report_num(row, C_TABLE_PART, thousandths(c->tables, c->copies));
}

void page_costs(struct buf *page, const struct board *b,
		const struct result_run *runs)
{
	struct ctx ctx = { .sysroot = "" };
	struct report *r = report_new(&ctx, &(struct format){ 0 }, &shape);
	unsigned int n = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		if (!b->columns[i].placed)
			continue;
		add(r, &b->columns[i], runs);
		n++;
	}
	if (n) {
		buf_str(page,
			"<h2>What placing cost</h2>\n<p>Over the cells in which every device found a domain and nothing was disturbed on purpose. A caller is compared with the best for the same cells: callers that give up early are in fewer of them.</p>\n<div class=\"charts\">\n");
		for (unsigned int i = 0; i < ARRAY_SIZE(charts); i++)
			chart_figures(page, r, &charts[i]);
		buf_str(page, "</div>\n");
		page_table(page, r);
	}
	report_free(r);
}
