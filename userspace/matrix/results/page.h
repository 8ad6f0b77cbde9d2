/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the matrix's page. */
#ifndef MATRIX_PAGE_H
#define MATRIX_PAGE_H

#include "lib/mem.h"
#include "matrix/results/board.h"

/* page-text.c */
extern const char board_style[];
extern const char
	board_intro[]; /* for a reader who knows nothing of the project */
extern const char board_reading[]; /* callers and verdicts, explained */

/* page-costs.c: domains and attach calls against the least, as charts. */
void page_costs(struct buf *page, const struct board *b,
		const struct result_run *runs);

#endif /* MATRIX_PAGE_H */
