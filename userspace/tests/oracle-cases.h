/* SPDX-License-Identifier: GPL-2.0-only */
/* Outcomes of cells, computed by hand. */
#ifndef TESTS_ORACLE_CASES_H
#define TESTS_ORACLE_CASES_H

#include "matrix/expect/expect.h"

struct oracle_case {
	const char *what, *topo, *row, *errnos;
	enum caller_kind caller;
	unsigned int domains, attaches[FAMILIES], refused;
	int last_err; /* of the last unit */
	unsigned int broken;
};

extern const struct oracle_case oracle_cases[]; /* ends with what == NULL */

#endif /* TESTS_ORACLE_CASES_H */
