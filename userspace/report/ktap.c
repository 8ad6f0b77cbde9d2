// SPDX-License-Identifier: GPL-2.0-only
/*
 * KTAP: rows that have a verdict are tests, named by their first column;
 * a row's children are its subtests.
 */
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "report/model.h"

/* A test's name may hold no '#', which begins a directive, and no newline. */
static char *test_name(const struct report *r, const struct report_row *row)
{
	char *name = cell_text(r, row, r->shown[0]);

	for (char *p = name; *p; p++)
		if (*p == '#' || *p == '\n')
			*p = '_';
	return name;
}

static bool is_test(const struct report_row *row)
{
	if (row->verdict != V_NONE)
		return true;
	for (unsigned int i = 0; i < row->n_children; i++)
		if (is_test(row->children[i]))
			return true;
	return false;
}

/* A row without a verdict of its own fails if one of its children does. */
static bool failed(const struct report_row *row)
{
	if (row->verdict != V_NONE)
		return row->verdict == V_FAIL;
	for (unsigned int i = 0; i < row->n_children; i++)
		if (failed(row->children[i]))
			return true;
	return false;
}

static void diagnostics(const struct report *r, const struct report_row *row,
			const char *indent)
{
	if (row->verdict == V_FAIL && row->why)
		printf("%s# %s\n", indent, row->why);
	for (unsigned int i = 1; i < r->n_shown; i++) {
		autofree char *text = cell_text(r, row, r->shown[i]);

		for (char *p = text; *p; p++)
			if (*p == '\n')
				*p = ' ';
		if (*text)
			printf("%s# %s: %s\n", indent, shown_column(r, i)->name,
			       text);
	}
}

static void level(const struct report *r, struct report_row *const *rows,
		  unsigned int n, unsigned int depth);

static void test(const struct report *r, const struct report_row *row,
		 unsigned int number, unsigned int depth)
{
	autofree char *name = test_name(r, row);
	autofree char *indent = xprintf("%*s", depth * 2, "");

	if (row->n_children)
		level(r, row->children, row->n_children, depth + 1);
	diagnostics(r, row, indent);
	printf("%s%s %u %s", indent, failed(row) ? "not ok" : "ok", number,
	       name);
	if (row->verdict == V_SKIP)
		printf(" # SKIP %s", row->why ? row->why : "");
	else if (row->verdict == V_XFAIL)
		printf(" # XFAIL %s", row->why ? row->why : "");
	putchar('\n');
}

static void level(const struct report *r, struct report_row *const *rows,
		  unsigned int n, unsigned int depth)
{
	struct report_row *parent = n ? rows[0]->parent : NULL;
	unsigned int tests = 0, number = 0;

	for (unsigned int i = 0; i < n; i++)
		tests += rows[i]->parent == parent && is_test(rows[i]);
	printf("%*sKTAP version 1\n%*s1..%u\n", depth * 2, "", depth * 2, "",
	       tests);
	for (unsigned int i = 0; i < n; i++)
		if (rows[i]->parent == parent && is_test(rows[i]))
			test(r, rows[i], ++number, depth);
}

int report_print_ktap(struct report *r)
{
	level(r, r->rows, r->n_rows, 0);
	return 0;
}
