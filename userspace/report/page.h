/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a page that is complete in itself, for those that write one. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdio.h>

#include "lib/mem.h"
#include "report/report.h"

/* html.c: up to the heading; its colours are for light, dark and print. */
void page_begin(struct buf *page, const char *title, const char *more_style);
void page_facts(struct buf *page, const char *facts); /* KEY=VALUE lines */
void page_table(struct buf *page, const struct report *r);
int page_end(struct buf *page, FILE *to); /* 0 or -errno */

/* svg.c: all of a chart's pictures, as figures of a page. */
void chart_figures(struct buf *page, const struct report *r,
		   const struct report_chart *c);
void page_text(struct buf *page, const char *text); /* & as &amp; and so on */

#endif /* REPORT_PAGE_H */
