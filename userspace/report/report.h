/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One model of what is printed, a table or a tree, and one call that prints
 * it as a format says: text, raw, JSON or KTAP. Commands fill reports and
 * never ask which of these it will be.
 *
 *	static const struct report_column columns[] = {
 *		{ "NAME", R_STRING, RC_DEFAULT | RC_TREE, "its name", 0 },
 *		{ "SIZE", R_SIZE, RC_DEFAULT, "its size", 0 },
 *		{ 0 },
 *	};
 *	const struct report_shape buffer_shape = { "buffers", columns };
 *
 *	struct report *r = report_new(ctx, format, &buffer_shape);
 *	struct report_row *row = report_add(r, NULL);
 *	report_str(row, 0, "buf0");
 *	report_num(row, 1, 4096);
 *	return report_end(r);
 *
 * The row of the command table names the shape, so that -o is checked and
 * completed, and --list-columns answered, before the command runs.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/ctx.h"

/* How a report is to be printed; all 0 is text for a person. */
struct format {
	bool json;
	bool raw;
	bool noheadings;
	bool bytes;
	bool ktap;
	bool list_columns;
	bool color; /* of text: headings, and rows by their verdict */
	/* -o: "A,B", "+C" adds to the default, NULL: default */
	const char *columns;
};

enum report_type {
	R_STRING,
	R_NUMBER, /* JSON: a number */
	R_SIZE, /* text: 2M, or bytes with --bytes; JSON: bytes */
	R_HEX, /* text and JSON: "0x1000" */
	R_BOOL, /* text: 0, 1; JSON: false, true */
	R_LIST, /* text: A,B; JSON: an array */
	R_DECIMAL, /* in thousandths; text: 12.3, JSON: 12.345 */
};

enum report_column_flags {
	RC_DEFAULT = 1, /* shown without -o */
	RC_TREE = 2, /* carries the branches of a tree */
	RC_NONE = 4, /* a list that is the word none has nothing in it */
};

struct report_column {
	const char *name; /* as in the heading and in -o; JSON in lower case */
	enum report_type type;
	unsigned int flags;
	const char *help;
	unsigned int width; /* expected, if streamed; more than its name has */
};

/*
 * name: the key of the JSON array, and the name of the suite in KTAP. The
 * columns end with one whose name is NULL.
 */
struct report_shape {
	const char *name;
	const struct report_column *columns;
};

struct report;
struct report_row;

struct report *report_new(struct ctx *ctx, const struct format *format,
			  const struct report_shape *shape);

/* A row, below parent or (NULL) at the top. It belongs to the report. */
struct report_row *report_add(struct report *r, struct report_row *parent);

/* A cell that is never set, or set to NULL, is empty (JSON: null). */
void report_str(struct report_row *row, unsigned int column, const char *text);
void report_fmt(struct report_row *row, unsigned int column, const char *fmt,
		...) __attribute__((format(printf, 3, 4)));
void report_num(struct report_row *row, unsigned int column, uint64_t number);

/*
 * The verdict of a row. KTAP prints verdicts, and a parent's children as its
 * subtests; text and JSON print only the columns. why is the reason of a skip
 * or a failure, or NULL.
 */
enum report_verdict { V_NONE, V_PASS, V_FAIL, V_SKIP, V_XFAIL };
void report_verdict(struct report_row *row, enum report_verdict verdict,
		    const char *why);
const char *report_verdict_word(enum report_verdict verdict); /* "pass" ... */

/* Prints each row as lines of NAME VALUE: for single objects. */
void report_as_record(struct report *r);

/* Print and free. 0, or -errno if stdout takes no more. */
int report_end(struct report *r);

/*
 * Prints several reports without freeing them. Text prints a heading for each
 * if there are more than one; JSON prints one object.
 */
int report_print_all(struct report **all, unsigned int n);

/*
 * A picture of some columns, for a page. One for each word in the column
 * facet, if there is one, of the rows that have the word picked in the column
 * pick; columns that are not used are -1.
 */
struct report_chart {
	enum { CHART_LINES, CHART_BARS } kind;
	const char *title;
	const char *note; /* one sentence about the chart */
	int facet;
	int pick;
	const char *picked;
	int series[2]; /* name a line, or a bar */
	int x; /* of lines */
	int y, low, high;
	bool log_x, log_y; /* each step doubles; each step is ten times more */
	const char *x_label, *y_label;
	double target; /* a line across bars; 0: none */
};

/* The charts that a page has of it; they end with one without title. */
void report_charts(struct report *r, const struct report_chart *charts);

/*
 * A page of its own with the reports' charts and tables. facts are lines
 * "KEY=VALUE" about what was measured.
 */
int report_write_html(FILE *to, const char *title, const char *facts,
		      struct report **all, unsigned int n);

/* Streamed: print and forget the rows so far (JSON: one object a line). */
int report_flush(struct report *r);
void report_free(struct report *r);

/* For the command table: is -o right (0 or -EINVAL), --list-columns */
int report_check_columns(struct ctx *ctx, const struct format *format,
			 const struct report_shape *shape);
int report_list_columns(struct ctx *ctx, const struct format *format,
			const struct report_shape *shape);

#endif /* REPORT_REPORT_H */
