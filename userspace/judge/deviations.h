/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The known deviations of callers and kernels from the contract: data, from
 * docs/contract.md. The table is used both ways: a breach that is not in it is
 * a finding, and so is an entry that was kept.
 */
#ifndef JUDGE_DEVIATIONS_H
#define JUDGE_DEVIATIONS_H

#include "judge/judge.h"

struct deviation {
	const char *callers; /* by name, separated by blanks; NULL: all */
	const char *families; /* as build_info has them; NULL: all */
	enum rule rule;
	enum judge_what what;
	int err; /* only about this errno; 0: any */
	/* true: it happens on each occasion; false: it may happen */
	bool always;
	const char *fact,
		*where; /* where: the function of the kernel, or of this project */
};

extern const struct deviation deviations[]; /* ends with fact == NULL */

/* The row by which an observation is known; NULL: none */
const struct deviation *deviation_find(const char *caller, const char *family,
				       const struct observation *o);

/*
 * For a rule, after judge_run(): the unknown breaches, and the known deviations
 * that did not happen. why describes the first of each in a sentence, which
 * is to be freed.
 */
struct surprise {
	unsigned int unexpected, missing;
	char *why;
	const struct deviation *known; /* the first that was met; or NULL */
};
void deviation_judge(const struct judge *j, enum rule rule, const char *caller,
		     const char *family, struct surprise *s);

#endif /* JUDGE_DEVIATIONS_H */
