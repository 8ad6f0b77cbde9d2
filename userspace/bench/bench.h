/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The benchmarks. Each fills a report of its shape, and leaves the module as
 * it found it once its lab is closed. They return an enum status.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "bench/lab.h"
#include "report/report.h"

struct bench {
	const char *verb; /* as in "bench map" */
	const struct report_shape *shape;
	const struct report_chart *charts;
	int (*run)(struct lab *lab, struct report *r);
	bool optional; /* "bench all" leaves it out where the system is not ready for it */
};

extern const struct report_shape bench_map_shape;
extern const struct report_shape bench_sharing_shape;
extern const struct report_shape bench_attach_shape;
extern const struct report_shape bench_knobs_shape;
extern const struct report_shape bench_dma_shape;
extern const struct report_shape bench_dirty_shape;
extern const struct report_shape bench_vfio_shape;

extern const struct bench bench_map;
extern const struct bench bench_sharing;
extern const struct bench bench_attach;
extern const struct bench bench_knobs;
extern const struct bench bench_dma;
extern const struct bench bench_dirty;
extern const struct bench bench_vfio;

#endif /* BENCH_BENCH_H */
