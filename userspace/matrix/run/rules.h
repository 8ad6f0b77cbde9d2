/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell judged by each rule. */
#ifndef MATRIX_RULES_H
#define MATRIX_RULES_H

#include "callers/callers.h"
#include "matrix/results/result.h"

struct special;

/* Makes a judge with the cell's groups and drivers, and the requests. */
struct judge *rules_begin(const struct cell *cell);
/* Gives the judge the answers to the user of the placement. */
void rules_told(struct judge *j, const struct run *run);

/* After judge_run(): RULE() bits of what was broken. */
unsigned int rules_broken(const struct judge *j, const struct cell *cell);
/* Fills the verdict on each rule, from the oracle and the known deviations. */
void rules_judge(struct rule_result rules[RULES], const struct judge *j,
		 const struct cell *cell, enum family family,
		 const struct outcome *expected);
/* True if no rule is broken unexpectedly, and none is missed. */
bool rules_good(const struct rule_result rules[RULES]);

/*
 * rules_shown(): a special cell has shown its rules. rules_failed(): it failed
 * in a way that no other rule names.
 */
void rules_shown(struct rule_result rules[RULES],
		 const struct special *special);
void rules_failed(struct rule_result rules[RULES], int rule, const char *why);

void rules_free(struct rule_result rules[RULES]);

#endif /* MATRIX_RULES_H */
