/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of a report, for its printers only. */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include "lib/mem.h"
#include "report/report.h"

struct report_cell {
	bool set;
	char *text;
	uint64_t number;
};

struct report_row {
	struct report *report;
	struct report_row *parent;
	struct report_row **children; /* not owned: report->rows owns */
	unsigned int n_children;
	struct report_cell *cells; /* one per column of the shape */
	enum report_verdict verdict;
	char *why;
	void *priv; /* of the printer */
};

struct report {
	struct ctx *ctx;
	const struct report_shape *shape;
	const struct report_chart *charts; /* or NULL */
	unsigned int n_columns;
	unsigned int *shown; /* indexes of columns, in the order printed */
	unsigned int n_shown;
	struct report_row **rows; /* all; a parent stands before its children */
	unsigned int n_rows;
	bool as_record;
	bool streamed; /* report_flush() was called */
	bool printed; /* headings are out */
	struct format format; /* as it was when the report was made */
};

static inline const struct report_column *shown_column(const struct report *r,
						       unsigned int i)
{
	return &r->shape->columns[r->shown[i]];
}

/* A cell as text, "" if it is not set; free() it. */
char *cell_text(const struct report *r, const struct report_row *row,
		unsigned int column);

/* A cell as a number, for charts; 0 if it is not set. */
double cell_number(const struct report *r, const struct report_row *row,
		   unsigned int column);

/* The printers: 0 or -errno. */
int report_print_text(struct report *r);
int report_print_json(struct report **all, unsigned int n);
int report_print_ktap(struct report *r);

#endif /* REPORT_MODEL_H */
