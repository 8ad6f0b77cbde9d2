/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP for the unit tests of what compiles in user space, too. */
#ifndef MOCK_TESTS_TAP_H
#define MOCK_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned int tap_n, tap_bad;

__attribute__((format(printf, 2, 3)))
static void ok(bool good, const char *fmt, ...)
{
	va_list args;

	tap_bad += !good;
	printf("%sok %u - ", good ? "" : "not ", ++tap_n);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static int done_testing(void)
{
	printf("1..%u\n", tap_n);
	return tap_bad != 0;
}

#endif /* MOCK_TESTS_TAP_H */
