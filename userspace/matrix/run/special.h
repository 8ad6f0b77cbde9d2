/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells for rules that are not a matter of placing: each is a function that
 * does a few operations and says what it found.
 */
#ifndef MATRIX_SPECIAL_H
#define MATRIX_SPECIAL_H

#include "matrix/run/runner.h"

struct special {
	const char *topo;
	const char *name; /* in the place of the policy */
	const char *errnos;
	const char *disturb;
	/* Families where it means something: bits of enum family; 0: all. */
	unsigned int families;
	const char *skip; /* why not in the others */
	unsigned int facts[FAMILIES]; /* FACT() bits: why it differs there */
	void (*run)(struct runner *r);
	const struct race_def *race; /* instead of run: threads, see race.h */
	const char *caller; /* who places; NULL: nobody, see real.c */
	unsigned int
		rules; /* RULE() bits that are looked at, but for the name's */
};

/* memory.c */
void memory_unmap(struct runner *r);
void memory_lost(struct runner *r);
void memory_unmap_shared(struct runner *r);
void memory_lost_by_one(struct runner *r);
void memory_allowed(struct runner *r);
void memory_too_high(struct runner *r);
void memory_high(struct runner *r);
void memory_detached(struct runner *r);

extern const struct special mx_specials[]; /* ends with topo == NULL */

/*
 * real.c: the kernel's own callers. Name, errnos and disturb are the policy,
 * errno and misbehaviour of all instances.
 */
extern const struct special mx_reals[]; /* ends with topo == NULL */
void real_run(struct runner *r);
/* What this machine has not, in a sentence; NULL: nothing. */
const char *real_missing(struct runner *r, const char *caller);

#endif /* MATRIX_SPECIAL_H */
