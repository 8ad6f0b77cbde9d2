// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON, by json-c: {"NAME": [{...}, ...]}; "children" contains the children of
 * a tree. A streamed report prints one object a line. The column alone decides
 * the type of a value.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "report/model.h"

/* "-" is no name, nor any other word of the module's. */
static struct json_object *list(char *text, bool none)
{
	struct json_object *array = json_object_new_array();
	char *item;

	if (text && (!strcmp(text, "-") || (none && !strcmp(text, "none"))))
		return array;
	while (text && *text && (item = strsep(&text, ",")))
		json_object_array_add(array, json_object_new_string(item));
	return array;
}

/* As a text of its own, or there were more digits than there are. */
static struct json_object *decimal(uint64_t thousandths)
{
	autofree char *text = xprintf("%.3f", (double)thousandths / 1000);

	return json_object_new_double_s(strtod(text, NULL), text);
}

static struct json_object *
value(const struct report *r, const struct report_row *row, unsigned int column)
{
	const struct report_cell *cell = &row->cells[column];
	const struct report_column *c = &r->shape->columns[column];
	enum report_type type = c->type;
	autofree char *text = NULL;

	if (type != R_LIST && !cell->set)
		return NULL;
	text = cell_text(r, row, column);
	if (type == R_LIST)
		return list(text, c->flags & RC_NONE);
	if (cell->text || type == R_HEX || type == R_STRING)
		return json_object_new_string(text);
	if (type == R_BOOL)
		return json_object_new_boolean(cell->number);
	if (type == R_DECIMAL)
		return decimal(cell->number);
	return json_object_new_int64((int64_t)cell->number);
}

static struct json_object *object(const struct report *r,
				  const struct report_row *row)
{
	struct json_object *o = json_object_new_object();
	struct json_object *children;

	for (unsigned int i = 0; i < r->n_shown; i++) {
		autofree char *key = xstrdup(shown_column(r, i)->name);

		for (char *p = key; *p; p++)
			*p = *p == '-' ? '_' : ascii_lower(*p);
		json_object_object_add(o, key, value(r, row, r->shown[i]));
	}
	if (!row->n_children)
		return o;
	children = json_object_new_array();
	for (unsigned int i = 0; i < row->n_children; i++)
		json_object_array_add(children, object(r, row->children[i]));
	json_object_object_add(o, "children", children);
	return o;
}

static int put(struct json_object *o, int flags)
{
	int bad = puts(json_object_to_json_string_ext(
			  o, flags | JSON_C_TO_STRING_NOSLASHESCAPE)) < 0;

	json_object_put(o);
	return bad ? -EIO : 0;
}

static struct json_object *top_rows(const struct report *r)
{
	struct json_object *rows = json_object_new_array();

	for (unsigned int i = 0; i < r->n_rows; i++)
		if (!r->rows[i]->parent)
			json_object_array_add(rows, object(r, r->rows[i]));
	return rows;
}

int report_print_json(struct report **all, unsigned int n)
{
	const struct report *first = all[0];
	struct json_object *o;
	int st = 0;

	if (first->streamed) {
		for (unsigned int i = 0; i < first->n_rows && !st; i++)
			st = put(object(first, first->rows[i]),
				 JSON_C_TO_STRING_PLAIN);
		return st;
	}
	o = json_object_new_object();
	for (unsigned int i = 0; i < n; i++)
		json_object_object_add(o, all[i]->shape->name,
				       top_rows(all[i]));
	return put(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}
