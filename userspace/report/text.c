// SPDX-License-Identifier: GPL-2.0-only
/* Tables, trees and raw lines, by libsmartcols. */
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "report/model.h"

static struct libscols_table *new_table(const struct report *r)
{
	struct libscols_table *tb = scols_new_table();

	if (!tb)
		return NULL;
	scols_table_enable_raw(tb, r->format.raw);
	/* Raw is for programs. */
	scols_table_enable_colors(tb, r->format.color && !r->format.raw);
	scols_table_enable_noheadings(tb, r->format.noheadings || r->printed);
	return tb;
}

static int column_flags(const struct report *r, const struct report_column *c)
{
	int flags = 0;

	if (c->type == R_NUMBER || c->type == R_SIZE || c->type == R_HEX ||
	    c->type == R_DECIMAL)
		flags |= SCOLS_FL_RIGHT;
	if (c->flags & RC_TREE && !r->as_record)
		flags |= SCOLS_FL_TREE;
	/*
	 * Columns keep their width, so that later rows align with earlier ones.
	 */
	if (r->streamed && c->width)
		flags |= SCOLS_FL_STRICTWIDTH;
	return flags;
}

/* The color of a row; NULL: that of all text. */
static const char *const verdict_colors[] = {
	[V_FAIL] = "red",
	[V_XFAIL] = "brown",
};

static const char *verdict_color(enum report_verdict verdict)
{
	return verdict < ARRAY_SIZE(verdict_colors) ? verdict_colors[verdict] :
						      NULL;
}

static struct libscols_line *add_line(struct libscols_table *tb,
				      const struct report_row *row)
{
	struct libscols_line *parent = row->parent ? row->parent->priv : NULL;

	return scols_table_new_line(tb, parent);
}

/* In --raw an empty word would be lost, so it is printed as -. */
static char *printed_text(const struct report *r, const struct report_row *row,
			  unsigned int column)
{
	char *text = cell_text(r, row, column);

	if (!r->format.raw || *text)
		return text;
	free(text);
	return xstrdup("-");
}

static int fill_table(struct report *r, struct libscols_table *tb)
{
	for (unsigned int i = 0; i < r->n_shown; i++) {
		const struct report_column *c = shown_column(r, i);
		struct libscols_column *column = scols_table_new_column(
			tb, c->name, c->width, column_flags(r, c));

		if (!column || scols_cell_set_color(
				       scols_column_get_header(column), "bold"))
			return -1;
	}
	for (unsigned int n = 0; n < r->n_rows; n++) {
		struct report_row *row = r->rows[n];
		struct libscols_line *line = add_line(tb, row);

		row->priv = line;
		if (!line ||
		    scols_line_set_color(line, verdict_color(row->verdict)))
			return -1;
		for (unsigned int i = 0; i < r->n_shown; i++) {
			char *text = printed_text(r, row, r->shown[i]);

			if (scols_line_refer_data(line, i, text)) {
				free(text);
				return -1;
			}
		}
	}
	return 0;
}

/* Objects one after another, each as lines of NAME VALUE. */
static int fill_records(struct report *r, struct libscols_table *tb)
{
	scols_table_enable_noheadings(tb, 1);
	if (!scols_table_new_column(tb, "KEY", 0, 0) ||
	    !scols_table_new_column(tb, "VALUE", 0, 0))
		return -1;
	for (unsigned int n = 0; n < r->n_rows; n++) {
		if (n && !r->format.raw && !scols_table_new_line(tb, NULL))
			return -1;
		for (unsigned int i = 0; i < r->n_shown; i++) {
			struct libscols_line *line =
				scols_table_new_line(tb, NULL);
			char *text;

			if (!line || scols_line_set_data(
					     line, 0, shown_column(r, i)->name))
				return -1;
			text = printed_text(r, r->rows[n], r->shown[i]);
			if (scols_line_refer_data(line, 1, text)) {
				free(text);
				return -1;
			}
		}
	}
	return 0;
}

int report_print_text(struct report *r)
{
	struct libscols_table *tb;
	int err;

	if (r->streamed && !r->n_rows)
		return 0;
	tb = new_table(r);
	err = tb ? (r->as_record ? fill_records(r, tb) : fill_table(r, tb)) :
		   -1;
	if (!err)
		err = scols_print_table(tb);
	scols_unref_table(tb);
	return err ? fail(r->ctx, NULL, "cannot print the table") : 0;
}
