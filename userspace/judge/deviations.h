/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where callers and kernels are known not to keep the contract: data, from
 * docs/contract.md, to be looked up both ways. What is broken and not here is
 * a finding; and so is what is here, and was kept.
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
	/* Happens each time that there is occasion; else: it may. */
	bool always;
	const char *fact, *where; /* where: the kernel's function, or ours */
};

extern const struct deviation deviations[]; /* ends with fact == NULL */

/* The row by which an observation is known; NULL: none */
const struct deviation *deviation_find(const char *caller, const char *family,
				       const struct observation *o);

/*
 * Of a rule, after judge_run(): what was broken and is not known, and what is
 * known and was kept. The first of each in a sentence, which is to be freed.
 */
struct surprise {
	unsigned int unexpected, missing;
	char *why;
	const struct deviation *known; /* the first that was met; or NULL */
};
void deviation_judge(const struct judge *j, enum rule rule, const char *caller,
		     const char *family, struct surprise *s);

#endif /* JUDGE_DEVIATIONS_H */
