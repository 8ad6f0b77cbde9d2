/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells for rules that a placement cannot show: each is a function that does a
 * few operations and reports what it found. The rooms run/ and race/ contain
 * the lists.
 */
#ifndef MATRIX_SPECIAL_H
#define MATRIX_SPECIAL_H

#include "matrix/cells/cells.h"

struct ctx;
struct runner;

enum special_needs {
	NEEDS_NOTHING,
	NEEDS_PASIDS,
	NEEDS_SVA,
	NEEDS_PASID_REPLACE,
	NEEDS_GROUP_REPLACE,
	NEEDS_VDPA,
	NEEDS_NESTING,
	NEEDS_BLOCKED_DEFAULT
};

struct special {
	const char *topo;
	const char *name; /* in the place of the policy */
	const char *errnos;
	const char *disturb;
	const char *skip; /* of a race: why it is not on this kernel */
	/* FACT() bits of matrix/expect/: why it differs in a family. */
	unsigned int facts[FAMILIES];
	void (*run)(struct runner *r);
	const void *of; /* data for run(), or NULL */
	/*
	 * One sentence about what this machine lacks for the cell; NULL:
	 * nothing.
	 */
	const char *(*missing)(const struct ctx *ctx, const struct special *s);
	/* After a failure: how to have the same again; or NULL. */
	void (*evidence)(struct runner *r);
	bool threads; /* the calls of several threads mix in the journal */
	const char *caller; /* the kernel's caller that places; or NULL */
	enum special_needs needs; /* of the kernel */
	unsigned int rules; /* RULE() bits that it shows beside the name's */
};

#endif /* MATRIX_SPECIAL_H */
