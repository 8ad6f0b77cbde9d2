/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table as a sorted list of leaves, and operations on both that must agree.
 * What is operated on is chosen by choose(), by chance or by a fuzzer.
 */
#ifndef MOCK_TESTS_PGTABLE_MODEL_H
#define MOCK_TESTS_PGTABLE_MODEL_H

#include "pgtable-owner.h"

/* The program's: a number below @below, which is 1 to 65536. */
u32 choose(u32 below);

/* Begin with an empty table of a format. */
void model_start(enum mock_format format);

/**
 * model_operate() - do something to the table and to the model
 *
 * Return: NULL, or what differs: a result, the tables or the bytes.
 */
const char *model_operate(void);

/* All leaves, and the census: NULL, or what differs. */
const char *model_compare(void);

/* Clear both: NULL, or what is left. */
const char *model_end(void);

/* How many leaves there are. */
unsigned int model_leaves(void);

#endif /* MOCK_TESTS_PGTABLE_MODEL_H */
