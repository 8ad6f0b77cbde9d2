// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "bench/samples.h"

void samples_add(struct samples *s, double v)
{
	if (s->n < MAX_ROUNDS)
		s->v[s->n++] = v;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct samples sorted(const struct samples *s)
{
	struct samples copy = *s;

	qsort(copy.v, copy.n, sizeof(copy.v[0]), compare);
	return copy;
}

double samples_median(const struct samples *s)
{
	struct samples in = sorted(s);

	if (!in.n)
		return 0;
	return (in.v[(in.n - 1) / 2] + in.v[in.n / 2]) / 2;
}

double samples_low(const struct samples *s)
{
	return s->n ? sorted(s).v[0] : 0;
}

double samples_high(const struct samples *s)
{
	return s->n ? sorted(s).v[s->n - 1] : 0;
}

double samples_ratio(const struct samples *a, const struct samples *b)
{
	struct samples ratios = { .n = 0 };

	for (unsigned int i = 0; i < a->n && i < b->n; i++)
		if (b->v[i] > 0)
			samples_add(&ratios, a->v[i] / b->v[i]);
	return samples_median(&ratios);
}

struct samples samples_sum(const struct samples *a, const struct samples *b)
{
	struct samples sum = { .n = 0 };

	for (unsigned int i = 0; i < a->n && i < b->n; i++)
		samples_add(&sum, a->v[i] + b->v[i]);
	return sum;
}

void put_decimal(struct report_row *row, unsigned int column, double v)
{
	report_num(row, column, (uint64_t)(v * 1000 + 0.5));
}

void put_ratio(struct report_row *row, unsigned int column,
	       const struct samples *a, const struct samples *b)
{
	double ratio = samples_ratio(a, b);

	if (ratio > 0)
		put_decimal(row, column, ratio);
}

void put_samples(struct report_row *row, unsigned int column,
		 const struct samples *s)
{
	put_decimal(row, column, samples_median(s));
	put_decimal(row, column + 1, samples_low(s));
	put_decimal(row, column + 2, samples_high(s));
}
