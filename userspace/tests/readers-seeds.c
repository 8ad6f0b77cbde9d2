// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real files, spoiled: cut off anywhere, and of JSON, with each value in turn
 * replaced by one of each other type. See readers-fuzz.c.
 */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "tests/readers-seeds.h"

static const char *const values[] = {
	"null",	  "true",	"0",	  "-1",	   "4294967296",
	"1e300",  "NaN",	"\"\"",	  "\"x\"", "[]",
	"[null]", "[\"none\"]", "[[[]]]", "{}",	   "\"\\u0000\"",
};

struct spoil {
	seed_fn *give;
	void *to;
	struct json_object *root;
};

static void give_text(const struct spoil *s)
{
	const char *text =
		json_object_to_json_string_ext(s->root, JSON_C_TO_STRING_PLAIN);

	s->give(s->to, text, strlen(text));
}

/* A key of an object (or NULL), or a place in an array. */
static void replace(struct json_object *in, const char *key, size_t at,
		    struct json_object *value)
{
	if (key)
		json_object_object_add(in, key, value);
	else
		json_object_array_put_idx(in, at, value);
}

static void spoil_inside(const struct spoil *s, struct json_object *in);

static void spoil_value(const struct spoil *s, struct json_object *in,
			const char *key, size_t at, struct json_object *value)
{
	value = json_object_get(value);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		replace(in, key, at, json_tokener_parse(values[i]));
		give_text(s);
	}
	replace(in, key, at, value);
	spoil_inside(s, value);
}

static void spoil_inside(const struct spoil *s, struct json_object *in)
{
	if (json_object_is_type(in, json_type_array)) {
		size_t n = json_object_array_length(in);

		for (size_t i = 0; i < n; i++)
			spoil_value(s, in, NULL, i,
				    json_object_array_get_idx(in, i));
	} else if (json_object_is_type(in, json_type_object)) {
		struct json_object_iterator at = json_object_iter_begin(in);
		struct json_object_iterator end = json_object_iter_end(in);

		for (; !json_object_iter_equal(&at, &end);
		     json_object_iter_next(&at))
			spoil_value(s, in, json_object_iter_peek_name(&at), 0,
				    json_object_iter_peek_value(&at));
	}
}

/* Of a small file everywhere, of a larger one in a thousand places. */
static void cut(const struct buf *text, seed_fn *give, void *to)
{
	size_t step = text->len / 1000 + 1;

	for (size_t n = 0; n < text->len; n += step)
		give(to, text->text, n);
}

void seeds_spoiled(const struct buf *text, seed_fn *give, void *to)
{
	struct spoil s = { give, to, json_tokener_parse(text->text) };

	cut(text, give, to);
	if (!json_object_is_type(s.root, json_type_object)) {
		json_object_put(s.root);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		give(to, values[i], strlen(values[i]));
	spoil_inside(&s, s.root);
	json_object_put(s.root);
}
