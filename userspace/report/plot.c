// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "report/plot.h"

/* ---- what is in it -------------------------------------------------------- */

bool plot_has(const struct report *r, const struct report_row *row, int column,
	      const char *wanted)
{
	autofree char *text = NULL;

	if (column < 0 || !wanted)
		return true;
	text = cell_text(r, row, (unsigned int)column);
	return !strcmp(text, wanted);
}

static bool is_in(const struct plot *p, const struct report_row *row)
{
	return plot_has(p->r, row, p->c->pick, p->c->picked) &&
	       plot_has(p->r, row, p->c->facet, p->facet) &&
	       row->cells[p->c->y].set;
}

static char *series_name(const struct plot *p, const struct report_row *row)
{
	autobuf struct buf b = { 0 };

	buf_str(&b, "");
	for (unsigned int i = 0; i < ARRAY_SIZE(p->c->series); i++) {
		autofree char *text = NULL;

		if (p->c->series[i] < 0)
			continue;
		text = cell_text(p->r, row, (unsigned int)p->c->series[i]);
		buf_printf(&b, "%s%s", b.len && *text ? " " : "", text);
	}
	return xstrdup(b.text);
}

static struct series *find_series(struct plot *p, char *name)
{
	for (unsigned int i = 0; i < p->n; i++) {
		if (!strcmp(p->series[i].name, name)) {
			free(name);
			return &p->series[i];
		}
	}
	p->series = xrealloc(p->series, p->n + 1, sizeof(*p->series));
	p->series[p->n] = (struct series){ .name = name };
	return &p->series[p->n++];
}

static double number(const struct plot *p, const struct report_row *row,
		     int column, double otherwise)
{
	if (column < 0 || !row->cells[column].set)
		return otherwise;
	return cell_number(p->r, row, (unsigned int)column);
}

static void collect(struct plot *p)
{
	for (unsigned int i = 0; i < p->r->n_rows; i++) {
		const struct report_row *row = p->r->rows[i];
		struct series *s;
		double y;

		if (!is_in(p, row))
			continue;
		s = find_series(p, series_name(p, row));
		s->points = xrealloc(s->points, s->n + 1, sizeof(*s->points));
		y = number(p, row, p->c->y, 0);
		s->points[s->n++] = (struct point){
			.x = number(p, row, p->c->x, 0),
			.y = y,
			.low = number(p, row, p->c->low, y),
			.high = number(p, row, p->c->high, y),
		};
	}
}

void plot_forget(struct plot *p)
{
	for (unsigned int i = 0; i < p->n; i++) {
		free(p->series[i].name);
		free(p->series[i].points);
	}
	free(p->series);
}

/* ---- axes ----------------------------------------------------------------- */

double plot_step(double max)
{
	double step = pow(10, floor(log10(max / 4)));

	if (max / step > 20)
		return step * 5;
	return max / step > 10 ? step * 2 : step;
}

bool plot_log_y(const struct plot *p)
{
	return p->c->log_y && p->y0 > 0;
}

static void span(struct plot *p)
{
	p->x0 = INFINITY;
	p->x1 = -INFINITY;
	p->y0 = INFINITY;
	p->y1 = p->c->target;
	for (unsigned int i = 0; i < p->n; i++) {
		for (unsigned int k = 0; k < p->series[i].n; k++) {
			const struct point *at = &p->series[i].points[k];

			p->x0 = fmin(p->x0, at->x);
			p->x1 = fmax(p->x1, at->x);
			p->y0 = fmin(p->y0, at->low > 0 ? at->low : at->y);
			p->y1 = fmax(p->y1, at->high);
		}
	}
	if (p->y1 <= 0)
		p->y1 = 1;
	if (plot_log_y(p)) {
		p->y0 = pow(10, floor(log10(p->y0)));
		p->y1 = pow(10, ceil(log10(p->y1)));
	} else {
		p->y0 = 0;
		p->y1 = ceil(p->y1 / plot_step(p->y1)) * plot_step(p->y1);
	}
	if (p->y1 <= p->y0)
		p->y1 = p->y0 * 10;
}

void plot_fill(struct plot *p)
{
	collect(p);
	if (p->n)
		span(p);
}
