/* SPDX-License-Identifier: GPL-2.0-only */
/* The summary of several rounds of a measurement. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include "report/report.h"

#define MAX_ROUNDS 99

struct samples {
	double v[MAX_ROUNDS]; /* in order of the rounds */
	unsigned int n;
};

void samples_add(struct samples *s, double v);

/* Half of the rounds were below; 0 if there are none. */
double samples_median(const struct samples *s);
double samples_low(const struct samples *s);
double samples_high(const struct samples *s);

/*
 * The ratio of a to b, round by round. Their rounds take turns, so a
 * disturbance of the machine affects both. 0 if one of them has no rounds.
 */
double samples_ratio(const struct samples *a, const struct samples *b);

/* The sum of two, round by round. */
struct samples samples_sum(const struct samples *a, const struct samples *b);

/* Into cells of type R_DECIMAL. A ratio of 0 leaves its cell empty. */
void put_decimal(struct report_row *row, unsigned int column, double v);
void put_ratio(struct report_row *row, unsigned int column,
	       const struct samples *a, const struct samples *b);

/* The median, and in the next two columns the least and the most. */
void put_samples(struct report_row *row, unsigned int column,
		 const struct samples *s);

#endif /* BENCH_SAMPLES_H */
