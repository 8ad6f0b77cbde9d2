/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where benchmarks work: what they make is remembered with how it is undone,
 * and undone at the end, in reverse, whatever happened.
 *
 * What returns an int returns an enum status, and has said what is wrong if
 * that is not 0.
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
	char *driver; /* what our instances name as theirs */
	int argc; /* what it was asked to measure, if that is a choice */
	char **argv;
	struct scope scope;
};

/* rounds: 0 is as many as quick is worth. */
int lab_open(struct lab *lab, struct ctx *ctx, bool quick, unsigned int rounds);
int lab_close(struct lab *lab);

/* We are told to end. Has been said, if so. */
int lab_stopped(const struct lab *lab);

/* Say what is going on, if a person watches; NULL: it is over. */
void lab_progress(const char *what);

/*
 * Make things. Names get a prefix, so that two users do not meet in one: the
 * full name of "a" is lab_name("a"), which is to be freed.
 */
char *lab_name(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int lab_instance(struct lab *lab, const char *name, const char *options);
int lab_device(struct lab *lab, const char *name, const char *instance);
int lab_function(struct lab *lab, const char *name, const char *instance);
int lab_domain(struct lab *lab, const char *name, const char *device);
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

/* 0 or -errno; says nothing. */
int lab_measure(struct lab *lab, const struct work *work, struct cost *cost);

/* A count of an instance's stats. */
int lab_stat(struct lab *lab, const char *instance, const char *key,
	     uint64_t *value);

uint64_t now_ns(void);

#endif /* BENCH_LAB_H */
