/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sums of results: for each kernel and caller, the number of each rule's
 * verdicts, the cost of placing, and a few cells as examples for each. Its size
 * depends on kernels, callers and rules, not on the number of cells.
 */
#ifndef MATRIX_BOARD_H
#define MATRIX_BOARD_H

#include "matrix/results/result.h"

#define BOARD_SHOWN 3 /* cells for each rule and verdict of a column */

struct board_rule {
	unsigned int count[RULE_VERDICT_N];
	struct result *shown[RULE_VERDICT_N][BOARD_SHOWN];
};

struct board_column {
	unsigned int run;
	char *caller;
	unsigned int cells[CELL_SKIP + 1]; /* by verdict */
	struct result *failed[BOARD_SHOWN];
	struct board_rule rules[RULES];
	/* over the cells of which the least is known */
	unsigned int placed, domains, needed, attaches, minimum;
	uint64_t tables, copies;
};

struct board {
	struct board_column *columns;
	unsigned int n;
};

void board_add(struct board *b, const struct result *r);
/*
 * Sorted by run, then in the order of callers. Callers whose cells were all
 * skipped are left out.
 */
void board_sort(struct board *b);
void board_free(struct board *b);

/* The word in a field of rules and columns: the worst verdict. */
enum rule_verdict board_worst(const struct board_rule *rule);
unsigned int board_exercised(const struct board_rule *rule);

/* page.c: a page of its own, complete in itself; 0 or -errno. */
int board_page(FILE *to, const struct board *b, const struct result_run *runs,
	       unsigned int n_runs);

/* board-text.c: as a table. */
struct ctx;
struct format;
struct report_shape;
extern const struct report_shape board_shape;
int board_text(struct ctx *ctx, const struct format *format,
	       const struct board *b, const struct result_run *runs);

#endif /* MATRIX_BOARD_H */
