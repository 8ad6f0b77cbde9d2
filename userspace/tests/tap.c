// SPDX-License-Identifier: GPL-2.0-only
/* See tap.h. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "tests/tap.h"

static unsigned int number, failures;

void ok(bool good, const char *what)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++number, what);
	failures += !good;
}

int done_testing(void)
{
	printf("1..%u\n", number);
	return failures != 0;
}

char *slurp(const char *path)
{
	struct buf b = { 0 };
	char chunk[4096];
	size_t n;
	FILE *in = fopen(path, "r");

	if (!in) {
		perror(path);
		exit(1);
	}
	while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&b, chunk, n);
	fclose(in);
	return b.text;
}
