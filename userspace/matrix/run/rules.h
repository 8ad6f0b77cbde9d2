/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell judged by each rule. */
#ifndef MATRIX_RULES_H
#define MATRIX_RULES_H

#include "callers/callers.h"
#include "matrix/results/result.h"

struct special;

/* A judge who knows the cell's groups and drivers, and what is asked for. */
struct judge *rules_begin(const struct cell *cell);
/* What the user of the placement was told. */
void rules_told(struct judge *j, const struct run *run);

/* After judge_run(): RULE() bits of what was broken. */
unsigned int rules_broken(const struct judge *j, const struct cell *cell);
/* And each rule, by what the oracle expects and what is known. */
void rules_judge(struct rule_result rules[RULES], const struct judge *j,
		 const struct cell *cell, enum family family,
		 const struct outcome *expected);
/* None is broken that nobody knows, and none is missed. */
bool rules_good(const struct rule_result rules[RULES]);

/* It has seen its rules; or failed in a way that no other rule names. */
void rules_shown(struct rule_result rules[RULES],
		 const struct special *special);
void rules_failed(struct rule_result rules[RULES], int rule, const char *why);

void rules_free(struct rule_result rules[RULES]);

#endif /* MATRIX_RULES_H */
