// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charts as SVG: lines over numbers, and bars. A chart is as wide as a phone,
 * so that its text can be read there; a larger screen magnifies it or shows
 * several side by side. Lines differ in colour, dashes and marks. Colours are
 * classes, which the page defines for light and dark.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "report/page.h"
#include "report/plot.h"

#define WIDTH 360
#define LEFT 46
#define RIGHT 10
#define TOP 10
#define PLOT_HEIGHT 190
#define BOTTOM 34 /* ticks and label of the x axis */
#define LEGEND_LINE 16
#define BAR_HEIGHT 18
#define BAR_LEFT 96
#define BAR_RIGHT 44
#define BAR_NAME 14 /* characters that are sure to fit beside it */
#define STYLES 8 /* colours; dashes and marks have other cycles */

void page_text(struct buf *page, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			buf_str(page, "&amp;");
			break;
		case '<':
			buf_str(page, "&lt;");
			break;
		case '>':
			buf_str(page, "&gt;");
			break;
		case '"':
			buf_str(page, "&quot;");
			break;
		default:
			buf_add(page, text, 1);
		}
	}
}

/* ---- axes ------------------------------------------------------------------ */

static double along(double v, double from, double to, bool log)
{
	if (log) {
		v = log2(v);
		from = log2(from);
		to = log2(to);
	}
	return to > from ? (v - from) / (to - from) : 0.5;
}

static double x_of(const struct plot *p, double x)
{
	return LEFT +
	       along(x, p->x0, p->x1, p->c->log_x) *
		       (WIDTH - LEFT - RIGHT - 8) +
	       4;
}

static double y_of(const struct plot *p, double y)
{
	bool log = plot_log_y(p);

	if (log && y < p->y0)
		y = p->y0;
	return TOP + (1 - along(y, p->y0, p->y1, log)) * PLOT_HEIGHT;
}

/* As short as it can be read. */
static char *tick_text(const struct plot *p, unsigned int column, double v)
{
	char size[32];

	if (p->r->shape->columns[column].type == R_SIZE) {
		size_print((uint64_t)v, size, sizeof(size));
		return xstrdup(size);
	}
	if (v >= 1e6)
		return xprintf("%gM", v / 1e6);
	return v >= 1e4 ? xprintf("%gk", v / 1e3) : xprintf("%g", v);
}

static void y_tick(struct buf *out, const struct plot *p, double v)
{
	autofree char *text = tick_text(p, (unsigned int)p->c->y, v);
	double y = y_of(p, v);

	buf_printf(
		out,
		"<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
		"<text class=\"num\" x=\"%d\" y=\"%.1f\">%s</text>\n",
		LEFT, WIDTH - RIGHT, y, y, LEFT - 5, y + 3.5, text);
}

static void y_axis(struct buf *out, const struct plot *p)
{
	double step = plot_step(p->y1);

	if (plot_log_y(p)) {
		for (double v = p->y0; v <= p->y1 * 1.01; v *= 10)
			y_tick(out, p, v);
		return;
	}
	if (p->r->shape->columns[p->c->y].type == R_SIZE)
		step = exp2(round(log2(p->y1 / 4)));
	for (double v = 0; v <= p->y1 * 1.01; v += step)
		y_tick(out, p, v);
}

/* A tick for each x that a point has, or for some of them. */
static void x_axis(struct buf *out, const struct plot *p)
{
	double last = -100;

	for (double v = p->x0; v <= p->x1 * 1.01;) {
		autofree char *text = tick_text(p, (unsigned int)p->c->x, v);
		double x = x_of(p, v);

		if (x - last > 12 + 6.5 * (double)strlen(text)) {
			buf_printf(
				out,
				"<text class=\"mid\" x=\"%.1f\" y=\"%d\">%s</text>\n",
				x, TOP + PLOT_HEIGHT + 14, text);
			last = x;
		}
		if (p->c->log_x)
			v *= 2;
		else
			v += fmax(plot_step(p->x1), 1);
	}
	buf_printf(out, "<text class=\"mid soft\" x=\"%d\" y=\"%d\">",
		   (WIDTH + LEFT) / 2, TOP + PLOT_HEIGHT + 29);
	page_text(out, p->c->x_label);
	buf_str(out, "</text>\n");
}

/* ---- lines ---------------------------------------------------------------- */

static void mark(struct buf *out, unsigned int i, double x, double y)
{
	static const char *const shapes[] = {
		"m-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z",
		"m-3,-3h6v6h-6z",
		"m0,-4l4,7h-8z",
		"m0,-4l4,4l-4,4l-4,-4z",
		"m-4,-3h8l-4,7z",
	};

	buf_printf(out, "<path class=\"mark c%u\" d=\"M%.1f,%.1f%s\"/>",
		   i % STYLES, x, y, shapes[i % ARRAY_SIZE(shapes)]);
}

static const char *dashes(unsigned int i)
{
	static const char *const kinds[] = { "none", "6 3", "2 2", "8 3 2 3" };

	return kinds[i % ARRAY_SIZE(kinds)];
}

static void line(struct buf *out, const struct plot *p, unsigned int i)
{
	const struct series *s = &p->series[i];

	buf_printf(
		out,
		"<polyline class=\"line c%u\" stroke-dasharray=\"%s\" points=\"",
		i % STYLES, dashes(i));
	for (unsigned int k = 0; k < s->n; k++)
		buf_printf(out, "%s%.1f,%.1f", k ? " " : "",
			   x_of(p, s->points[k].x), y_of(p, s->points[k].y));
	buf_str(out, "\"/>\n");
	for (unsigned int k = 0; k < s->n; k++)
		mark(out, i, x_of(p, s->points[k].x), y_of(p, s->points[k].y));
	buf_str(out, "\n");
}

/* Two to a line, with a piece of the line and its mark. */
static void legend(struct buf *out, const struct plot *p)
{
	for (unsigned int i = 0; i < p->n; i++) {
		int x = 12 + (int)(i % 2) * (WIDTH / 2 - 6);
		int y = TOP + PLOT_HEIGHT + BOTTOM + 12 +
			(int)(i / 2) * LEGEND_LINE;

		buf_printf(
			out,
			"<polyline class=\"line c%u\" stroke-dasharray=\"%s\" points=\"%d,%d %d,%d\"/>",
			i % STYLES, dashes(i), x, y, x + 28, y);
		mark(out, i, x + 14, y);
		buf_printf(out, "<text x=\"%d\" y=\"%d\">", x + 34, y + 4);
		page_text(out, p->series[i].name);
		buf_str(out, "</text>\n");
	}
}

static void begin(struct buf *out, const struct plot *p, int height)
{
	buf_str(out, "<figure>\n<figcaption><b>");
	page_text(out, p->c->title);
	if (p->facet) {
		buf_str(out, ": ");
		page_text(out, p->facet);
	}
	buf_printf(
		out,
		"</b></figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		WIDTH, height);
	page_text(out, p->c->title);
	buf_str(out, "\">\n");
}

static void end(struct buf *out, const struct plot *p)
{
	buf_str(out, "</svg>\n");
	if (p->c->note) {
		buf_str(out, "<p>");
		page_text(out, p->c->note);
		buf_str(out, "</p>\n");
	}
	buf_str(out, "</figure>\n");
}

static void lines(struct buf *out, const struct plot *p)
{
	int rows = (int)(p->n + 1) / 2;

	begin(out, p, TOP + PLOT_HEIGHT + BOTTOM + 8 + rows * LEGEND_LINE);
	y_axis(out, p);
	x_axis(out, p);
	for (unsigned int i = 0; i < p->n; i++)
		line(out, p, i);
	legend(out, p);
	end(out, p);
}

/* ---- bars ----------------------------------------------------------------- */

static double bar_x(const struct plot *p, double v)
{
	return BAR_LEFT + v / p->y1 * (WIDTH - BAR_LEFT - BAR_RIGHT);
}

/* The bar, what it was at the least and at the most, its name and its value. */
static void bar(struct buf *out, const struct plot *p, unsigned int i)
{
	const struct point *at = &p->series[i].points[0];
	double y = TOP + i * BAR_HEIGHT, end = bar_x(p, at->y);

	buf_printf(out, "<text class=\"num\" x=\"%d\" y=\"%.1f\"", BAR_LEFT - 5,
		   y + 12.5);
	/* Rather narrow than cut off. */
	if (strlen(p->series[i].name) > BAR_NAME)
		buf_printf(
			out,
			" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"",
			BAR_LEFT - 7);
	buf_str(out, ">");
	page_text(out, p->series[i].name);
	buf_printf(
		out,
		"</text><rect class=\"bar\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
		BAR_LEFT, y + 3, end - BAR_LEFT, BAR_HEIGHT - 6);
	if (at->high > at->low)
		buf_printf(
			out,
			"<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
			bar_x(p, at->low), bar_x(p, at->high), y + 9, y + 9);
	buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\">%.*f</text>\n",
		   bar_x(p, fmax(at->y, at->high)) + 4, y + 12.5,
		   at->y < 10  ? 2 :
		   at->y < 100 ? 1 :
				 0,
		   at->y);
}

static void bars(struct buf *out, const struct plot *p)
{
	int bottom = TOP + (int)p->n * BAR_HEIGHT;

	begin(out, p, bottom + (p->c->target > 0 ? 18 : 6));
	for (unsigned int i = 0; i < p->n; i++)
		bar(out, p, i);
	if (p->c->target > 0)
		buf_printf(
			out,
			"<line class=\"target\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
			"<text class=\"mid soft\" x=\"%.1f\" y=\"%d\">%g</text>\n",
			bar_x(p, p->c->target), bar_x(p, p->c->target), TOP,
			bottom + 2, bar_x(p, p->c->target), bottom + 14,
			p->c->target);
	end(out, p);
}

/* ---- a chart's pictures ---------------------------------------------------- */

static void figure(struct buf *page, const struct report *r,
		   const struct report_chart *c, const char *facet)
{
	struct plot p = { .r = r, .c = c, .facet = facet };

	plot_fill(&p);
	if (p.n && c->kind == CHART_BARS)
		bars(page, &p);
	else if (p.n)
		lines(page, &p);
	plot_forget(&p);
}

/* Is the word of this row's facet new? */
static bool first_of_facet(const struct report *r, unsigned int row,
			   unsigned int column, const char *text)
{
	for (unsigned int i = 0; i < row; i++)
		if (plot_has(r, r->rows[i], (int)column, text))
			return false;
	return true;
}

void chart_figures(struct buf *page, const struct report *r,
		   const struct report_chart *c)
{
	if (c->facet < 0) {
		figure(page, r, c, NULL);
		return;
	}
	for (unsigned int i = 0; i < r->n_rows; i++) {
		unsigned int column = (unsigned int)c->facet;
		autofree char *text = cell_text(r, r->rows[i], column);

		if (*text && first_of_facet(r, i, column, text))
			figure(page, r, c, text);
	}
}
