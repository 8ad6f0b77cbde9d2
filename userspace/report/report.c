// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "report/model.h"

static int column_find(const struct report_shape *shape, const char *name,
		       size_t len)
{
	for (int i = 0; shape->columns[i].name; i++)
		if (!strncasecmp(shape->columns[i].name, name, len) &&
		    !shape->columns[i].name[len])
			return i;
	return -1;
}

static unsigned int default_columns(const struct report_shape *shape,
				    unsigned int *shown)
{
	unsigned int n = 0;

	for (unsigned int i = 0; shape->columns[i].name; i++)
		if (shape->columns[i].flags & RC_DEFAULT)
			shown[n++] = i;
	return n;
}

static unsigned int count_columns(const struct report_shape *shape)
{
	unsigned int n = 0;

	while (shape->columns[n].name)
		n++;
	return n;
}

static bool among(const unsigned int *list, unsigned int n, unsigned int x)
{
	for (unsigned int i = 0; i < n; i++)
		if (list[i] == x)
			return true;
	return false;
}

/*
 * The columns of -o, each once; or -1 with *bad at the first name that is no
 * column. No format prints a column twice, because a JSON object cannot contain
 * a key twice.
 */
static int chosen_columns(const struct report_shape *shape, const char *list,
			  unsigned int *shown, const char **bad)
{
	int n = 0;

	if (!list)
		return default_columns(shape, shown);
	if (*list == '+') {
		n = default_columns(shape, shown);
		list++;
	}
	for (;;) {
		size_t len = strcspn(list, ",");
		int i = column_find(shape, list, len);

		if (i < 0) {
			*bad = list;
			return -1;
		}
		if (!among(shown, n, i))
			shown[n++] = i;
		if (!list[len])
			return n;
		list += len + 1;
	}
}

int report_check_columns(struct ctx *ctx, const struct format *format,
			 const struct report_shape *shape)
{
	unsigned int max = count_columns(shape);
	unsigned int *shown = xalloc((max + 1) * sizeof(*shown));
	const char **names = xalloc((max + 1) * sizeof(*names));
	const char *bad = NULL, *near;
	int st = 0;

	if (chosen_columns(shape, format->columns, shown, &bad) < 0) {
		autofree char *typed = xstrndup(bad, strcspn(bad, ","));

		for (unsigned int i = 0; i < max; i++)
			names[i] = shape->columns[i].name;
		near = word_nearest(names, typed);
		if (near)
			st = usage_error(
				ctx,
				"there is no column '%s'; did you mean %s?",
				typed, near);
		else
			st = usage_error(
				ctx,
				"there is no column '%s'; see --list-columns",
				typed);
	}
	free(shown);
	free(names);
	return st;
}

struct report *report_new(struct ctx *ctx, const struct format *format,
			  const struct report_shape *shape)
{
	struct report *r = xalloc(sizeof(*r));
	const char *bad;
	int n;

	r->ctx = ctx;
	r->shape = shape;
	r->format = *format;
	r->n_columns = count_columns(shape);
	r->shown = xalloc((r->n_columns + 1) * sizeof(*r->shown));
	n = chosen_columns(shape, format->columns, r->shown, &bad);
	r->n_shown = n < 0 ? default_columns(shape, r->shown) : (unsigned int)n;
	return r;
}

struct report_row *report_add(struct report *r, struct report_row *parent)
{
	struct report_row *row = xalloc(sizeof(*row));

	row->report = r;
	row->parent = parent;
	row->cells = xalloc(r->n_columns * sizeof(*row->cells));
	r->rows = xrealloc(r->rows, r->n_rows + 1, sizeof(*r->rows));
	r->rows[r->n_rows++] = row;
	if (parent) {
		parent->children = xrealloc(parent->children,
					    parent->n_children + 1,
					    sizeof(*parent->children));
		parent->children[parent->n_children++] = row;
	}
	return row;
}

static void set_text(struct report_row *row, unsigned int column, char *text)
{
	struct report_cell *cell = &row->cells[column];

	free(cell->text);
	cell->text = text;
	cell->set = text;
}

void report_str(struct report_row *row, unsigned int column, const char *text)
{
	set_text(row, column, xstrdup_or_null(text));
}

void report_fmt(struct report_row *row, unsigned int column, const char *fmt,
		...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(row, column, xvprintf(fmt, ap));
	va_end(ap);
}

void report_num(struct report_row *row, unsigned int column, uint64_t number)
{
	row->cells[column].set = true;
	row->cells[column].number = number;
}

static const char *const verdicts[] = { "", "pass", "fail", "skip", "xfail" };

const char *report_verdict_word(enum report_verdict verdict)
{
	return verdicts[verdict];
}

void report_verdict(struct report_row *row, enum report_verdict verdict,
		    const char *why)
{
	row->verdict = verdict;
	free(row->why);
	row->why = xstrdup_or_null(why);
}

void report_as_record(struct report *r)
{
	r->as_record = true;
	if (r->format.columns)
		return;
	for (r->n_shown = 0; r->n_shown < r->n_columns; r->n_shown++)
		r->shown[r->n_shown] = r->n_shown;
}

/* Three digits that count, and all of those before the point. */
static char *decimal(uint64_t thousandths)
{
	int places = thousandths < 10000 ? 2 : thousandths < 100000 ? 1 : 0;

	return xprintf("%.*f", places, (double)thousandths / 1000);
}

char *cell_text(const struct report *r, const struct report_row *row,
		unsigned int column)
{
	const struct report_cell *cell = &row->cells[column];
	char size[32];

	if (!cell->set)
		return xstrdup("");
	if (cell->text)
		return xstrdup(cell->text);
	switch (r->shape->columns[column].type) {
	case R_SIZE:
		if (r->format.bytes)
			break;
		size_print(cell->number, size, sizeof(size));
		return xstrdup(size);
	case R_HEX:
		return xprintf("0x%" PRIx64, cell->number);
	case R_DECIMAL:
		return decimal(cell->number);
	default:
		break;
	}
	return xprintf("%" PRIu64, cell->number);
}

double cell_number(const struct report *r, const struct report_row *row,
		   unsigned int column)
{
	uint64_t number = row->cells[column].number;

	if (r->shape->columns[column].type == R_DECIMAL)
		return (double)number / 1000;
	return (double)number;
}

static int print(struct report *r)
{
	if (r->format.ktap)
		return report_print_ktap(r);
	if (r->format.json)
		return report_print_json(&r, 1);
	return report_print_text(r);
}

static void forget_rows(struct report *r)
{
	for (unsigned int i = 0; i < r->n_rows; i++) {
		struct report_row *row = r->rows[i];

		for (unsigned int c = 0; c < r->n_columns; c++)
			free(row->cells[c].text);
		free(row->cells);
		free(row->children);
		free(row->why);
		free(row);
	}
	r->n_rows = 0;
}

void report_free(struct report *r)
{
	forget_rows(r);
	free(r->rows);
	free(r->shown);
	free(r);
}

int report_flush(struct report *r)
{
	int st;

	r->streamed = true;
	st = print(r);
	if (fflush(stdout) && !st)
		st = -EIO;
	r->printed |= r->n_rows > 0;
	forget_rows(r);
	return st;
}

int report_end(struct report *r)
{
	int st = print(r);

	if (fflush(stdout) && !st)
		st = fail_errno(r->ctx, -errno, NULL,
				"cannot write to standard output: %m");
	report_free(r);
	return st;
}

int report_print_all(struct report **all, unsigned int n)
{
	int st = 0;

	if (n && all[0]->format.json)
		return report_print_json(all, n);
	for (unsigned int i = 0; i < n && !st; i++) {
		if (n > 1)
			printf("%s%s:\n", i ? "\n" : "", all[i]->shape->name);
		st = print(all[i]);
	}
	return st;
}

void report_charts(struct report *r, const struct report_chart *charts)
{
	r->charts = charts;
}

static const struct report_column column_columns[] = {
	{ "COLUMN", R_STRING, RC_DEFAULT, "its name", 0 },
	{ "TYPE", R_STRING, RC_DEFAULT, "what it holds", 0 },
	{ "DEFAULT", R_BOOL, RC_DEFAULT, "shown without -o", 0 },
	{ "HELP", R_STRING, RC_DEFAULT, "what it means", 0 },
	{ 0 },
};

static const struct report_shape column_shape = { "columns", column_columns };

int report_list_columns(struct ctx *ctx, const struct format *format,
			const struct report_shape *shape)
{
	static const char *const types[] = { "text",	"number",  "size",
					     "address", "boolean", "list",
					     "decimal" };
	struct format plain = *format;
	struct report *r;

	plain.columns = NULL;
	r = report_new(ctx, &plain, &column_shape);
	for (const struct report_column *c = shape->columns; c->name; c++) {
		struct report_row *row = report_add(r, NULL);

		report_str(row, 0, c->name);
		report_str(row, 1, types[c->type]);
		report_num(row, 2, !!(c->flags & RC_DEFAULT));
		report_str(row, 3, c->help);
	}
	return report_end(r);
}
