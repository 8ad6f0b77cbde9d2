/* SPDX-License-Identifier: GPL-2.0-only */
/* The data of a chart: its rows, as lines or bars. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/model.h"

struct point {
	double x, y, low, high;
};

struct series {
	char *name;
	struct point *points;
	unsigned int n;
};

struct plot {
	const struct report *r;
	const struct report_chart *c;
	const char *facet; /* or NULL */
	struct series *series;
	unsigned int n;
	double x0, x1, y0, y1; /* the ranges of the axes */
};

void plot_fill(struct plot *p);
void plot_forget(struct plot *p);

/* Is the column's text this one? Yes, if there is no column. */
bool plot_has(const struct report *r, const struct report_row *row, int column,
	      const char *text);

/* y is drawn as its logarithm. */
bool plot_log_y(const struct plot *p);

/* 1, 2 or 5 times a power of ten, so that there are some steps up to max. */
double plot_step(double max);

#endif /* REPORT_PLOT_H */
