/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP for the unit tests of the tool's parts. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>

/* One test and its name */
void ok(bool good, const char *what);
/* Print the plan. Return the status for main(). */
int done_testing(void);

/* The contents of a file; a file that cannot be read ends the program. */
char *slurp(const char *path);

#endif /* TESTS_TAP_H */
