/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects that a benchmark works on. Each is recorded with its undo, and
 * all are undone at the end, in reverse order, also after a failure.
 *
 * A function that returns an int returns 0, or another result after a
 * complaint.
 */
#ifndef BENCH_LAB_H
#define BENCH_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/mem.h"
#include "lib/scope.h"

struct lab {
	struct ctx *ctx;
	bool quick;
	unsigned int rounds;
	char *driver; /* the driver of the lab's instances */
	int argc; /* the subjects that the user chose, if there is a choice */
	char **argv;
	struct scope scope;
};

/* rounds: 0 is as many as quick is worth. */
int lab_open(struct lab *lab, struct ctx *ctx, bool quick, unsigned int rounds);
int lab_close(struct lab *lab);

/* The work is to end; if so, the complaint has been made. */
int lab_stopped(const struct lab *lab);

/* Shows the current step on a terminal; NULL clears it. */
void lab_progress(const char *what);

/*
 * Make objects. Names get a prefix, because two users at the same time must not
 * use the same name: the full name of "a" is lab_name("a"), which is to be
 * freed.
 */
char *lab_name(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int lab_instance(struct lab *lab, const char *name, const char *options);
int lab_device(struct lab *lab, const char *name, const char *instance);
int lab_function(struct lab *lab, const char *name, const char *instance);
int lab_domain(struct lab *lab, const char *name, const char *device);
int lab_tracking_domain(struct lab *lab, const char *name, const char *device);
int lab_buffer(struct lab *lab, const char *name, uint64_t size);
int lab_attach(struct lab *lab, const char *domain, const char *device);
int lab_claim(struct lab *lab, const char *group);
int lab_map(struct lab *lab, const char *domain, const char *iova,
	    const char *size, const char *buffer);

/* Undo the youngest of these until so many are left. */
int lab_undo(struct lab *lab, unsigned int left);

/* ---- the module's file "bench" -------------------------------------------- */

struct work {
	const char *subject; /* as docs/ABI.md has them */
	const char *domain; /* if that is the subject */
	uint64_t page, total;
	unsigned int batch;
	const char *pattern;
	unsigned int threads, rounds;
};

struct cost {
	uint64_t calls, pages, map_ns, unmap_ns, tables;
};

/* 0 or -errno, without complaint. */
int lab_measure(struct lab *lab, const struct work *work, struct cost *cost);

/* A count of an instance's stats. */
int lab_stat(struct lab *lab, const char *instance, const char *key,
	     uint64_t *value);

uint64_t now_ns(void);

#endif /* BENCH_LAB_H */
