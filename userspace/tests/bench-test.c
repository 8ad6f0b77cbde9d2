// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the benchmarks make of numbers: medians and ratios, scattered memory,
 * and the axes of charts.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/pages.h"
#include "bench/samples.h"
#include "lib/mem.h"
#include "report/page.h"
#include "report/plot.h"

static int number, failures;

static void ok(bool good, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++number);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	failures += !good;
}

static bool same(double a, double b)
{
	return fabs(a - b) < 1e-9 * fmax(1, fabs(b));
}

/* ---- samples ------------------------------------------------------------------ */

static struct samples of(unsigned int n, ...)
{
	struct samples s = { .n = 0 };
	va_list ap;

	va_start(ap, n);
	while (n--)
		samples_add(&s, va_arg(ap, double));
	va_end(ap);
	return s;
}

static void test_samples(void)
{
	struct samples none = of(0), odd = of(3, 9.0, 1.0, 4.0);
	struct samples even = of(4, 8.0, 1.0, 2.0, 4.0), full = of(0), sum;
	struct samples zero = of(3, 3.0, 0.0, 2.0);

	ok(same(samples_median(&odd), 4), "the median of three");
	ok(same(samples_median(&even), 3),
	   "of four: between the two in the middle");
	ok(same(odd.v[0], 9), "they stay in order of the rounds");
	ok(same(samples_low(&odd), 1) && same(samples_high(&odd), 9),
	   "the least and the most");
	ok(!samples_median(&none) && !samples_low(&none) &&
		   !samples_high(&none),
	   "of none: 0");
	/* 9/8, 1/1, 4/2: by round. The ratio of the medians is 4/3. */
	ok(same(samples_ratio(&odd, &even), 9.0 / 8),
	   "a ratio is of the same rounds");
	ok(!samples_ratio(&odd, &none) && !samples_ratio(&none, &odd),
	   "there is none to nothing");
	/* 9/3 and 4/2 are left. */
	ok(same(samples_ratio(&odd, &zero), 2.5), "a round of 0 is left out");
	sum = samples_sum(&odd, &even);
	ok(sum.n == 3 && same(sum.v[0], 17) && same(sum.v[1], 2) &&
		   same(sum.v[2], 6),
	   "a sum is by round, as far as both go");
	for (unsigned int i = 0; i < MAX_ROUNDS + 5; i++)
		samples_add(&full, i);
	ok(full.n == MAX_ROUNDS && same(samples_high(&full), MAX_ROUNDS - 1),
	   "what is too much is dropped");
}

/* ---- scattered memory ---------------------------------------------------------- */

static void test_order(uint32_t n)
{
	uint32_t order[4096], again[4096], neighbours = 0, wrong = 0;
	unsigned char seen[4096] = { 0 };

	pages_order(order, n);
	pages_order(again, n);
	for (uint32_t i = 0; i < n; i++) {
		wrong += order[i] >= n || seen[order[i]]++;
		neighbours += i && order[i] == order[i - 1] + 1;
	}
	ok(!wrong, "%u pages: each comes once", n);
	ok(!memcmp(order, again, n * sizeof(*order)), "%u: the same each time",
	   n);
	/* Of a random order, one is to be expected. */
	ok(neighbours <= 8, "%u: few come after their neighbour (%u)", n,
	   neighbours);
}

static void test_pieces(void)
{
	const uint64_t there = 1ULL << 63;
	const uint64_t runs[] = { there | 7, there | 8, there | 9, there | 3,
				  there | 4, there | 6, there | 5 };
	const uint64_t flags[] = { there | 7, there | 1ULL << 55 | 8 };
	const uint64_t hole[] = { there | 7, 8 };
	const uint64_t hidden[] = { there, there };

	ok(pages_count_pieces(runs, 7) == 4, "7 8 9, 3 4, 6, 5: four pieces");
	ok(pages_count_pieces(runs, 1) == 1, "a page is one");
	ok(pages_count_pieces(flags, 2) == 1,
	   "flags are no part of the number");
	ok(!pages_count_pieces(hole, 2), "a page that is not there: not known");
	ok(!pages_count_pieces(hidden, 2), "nor if numbers are hidden");
}

/* ---- axes ---------------------------------------------------------------------- */

static void test_steps(void)
{
	static const double most[] = { 0.003, 1,   7,	10,  99,
				       100,   101, 450, 5e3, 3e7 };

	for (unsigned int i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
		double step = plot_step(most[i]), n = most[i] / step;
		double lead = step / pow(10, floor(log10(step) + 1e-9));

		ok(n >= 3.9 && n <= 20.1 &&
			   (same(lead, 1) || same(lead, 2) || same(lead, 5)),
		   "up to %g: steps of %g", most[i], step);
	}
}

static const struct report_column columns[] = {
	{ "CASE", R_STRING, RC_DEFAULT, "", 0 },
	{ "WHO", R_STRING, RC_DEFAULT, "", 0 },
	{ "X", R_NUMBER, RC_DEFAULT, "", 0 },
	{ "Y", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "LOW", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ "HIGH", R_DECIMAL, RC_DEFAULT, "", 0 },
	{ 0 },
};

static const struct report_shape shape = { "axes", columns };

static void add(struct report *r, const char *name, const char *who, uint64_t x,
		double y, double low, double high)
{
	struct report_row *row = report_add(r, NULL);

	report_str(row, 0, name);
	report_str(row, 1, who);
	report_num(row, 2, x);
	put_decimal(row, 3, y);
	put_decimal(row, 4, low);
	put_decimal(row, 5, high);
}

static struct report_chart chart = {
	.kind = CHART_LINES,
	.title = "t",
	.facet = 0,
	.pick = -1,
	.series = { 1, -1 },
	.x = 2,
	.y = 3,
	.low = 4,
	.high = 5,
};

static struct plot fill(const struct report *r, const char *facet)
{
	struct plot p = { .r = r, .c = &chart, .facet = facet };

	plot_fill(&p);
	return p;
}

static void test_plots(struct report *r)
{
	struct plot p = fill(r, "a");

	ok(p.n == 2 && p.series[0].n == 2 && p.series[1].n == 1,
	   "the rows of a facet, as lines by name");
	ok(!strcmp(p.series[0].name, "mock") &&
		   same(p.series[0].points[1].y, 30),
	   "with their points in order");
	ok(same(p.x0, 4) && same(p.x1, 64), "x spans the points");
	ok(!p.y0 && p.y1 >= 42 && p.y1 <= 60,
	   "y from 0 to a step above the most of the rounds");
	plot_forget(&p);
	chart.log_y = true;
	p = fill(r, "a");
	ok(plot_log_y(&p) && same(p.y0, 1) && same(p.y1, 100),
	   "a logarithm: whole powers of ten around the least and the most");
	plot_forget(&p);
	p = fill(r, "zero");
	ok(!plot_log_y(&p) && !p.y0 && p.y1 > 0,
	   "there is none of 0, but an axis");
	plot_forget(&p);
	p = fill(r, "nobody");
	ok(!p.n, "no rows, no lines");
	plot_forget(&p);
}

/* Names of bars stand left of them, where there is room for so much. */
static void test_names(struct report *r)
{
	autobuf struct buf page = { 0 };

	chart.kind = CHART_BARS;
	chart_figures(&page, r, &chart);
	ok(strstr(page.text, ">mock</text>") &&
		   !strstr(page.text, "textLength"),
	   "a short name is as it is");
	add(r, "long", "a-function-of-the-mock", 1, 1, 1, 1);
	chart_figures(&page, r, &chart);
	ok(strstr(page.text,
		  " textLength=\"89\" lengthAdjust=\"spacingAndGlyphs\">a-function-of-the-mock<"),
	   "a long one is made to fit");
}

int main(void)
{
	struct ctx ctx = { .sysroot = "" };
	struct report *r = report_new(&ctx, &(struct format){ 0 }, &shape);

	add(r, "a", "mock", 4, 20, 9, 22);
	add(r, "a", "peer", 16, 25, 25, 25);
	add(r, "b", "mock", 4096, 9000, 9000, 9000);
	add(r, "a", "mock", 64, 30, 28, 42);
	add(r, "zero", "mock", 1, 0, 0, 0);
	test_samples();
	test_order(1000);
	test_order(4096);
	test_pieces();
	test_steps();
	test_plots(r);
	test_names(r);
	report_free(r);
	printf("1..%d\n", number);
	return failures > 0;
}
