// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads results in JSON, also of another layout than json.c writes. A key that is
 * missing, or whose value has another type, makes the file no results.
 */
#include <ctype.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/cells/select.h"
#include "matrix/results/result.h"

typedef struct json_object json;

struct reader {
	const char *missing; /* the first key that is not as it must be */
};

static json *get(struct reader *in, json *o, const char *key, json_type type)
{
	json *value = NULL;

	if (!json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, type)) {
		if (!in->missing)
			in->missing = key;
		return NULL;
	}
	return value;
}

/* A string, "" if it is none; a zero byte would cut it. */
static const char *text_of(struct reader *in, json *value, const char *key)
{
	const char *text = json_object_is_type(value, json_type_string) ?
				   json_object_get_string(value) :
				   NULL;

	if (text && strlen(text) == (size_t)json_object_get_string_len(value))
		return text;
	if (!in->missing)
		in->missing = key;
	return "";
}

static const char *get_text(struct reader *in, json *o, const char *key)
{
	return text_of(in, get(in, o, key, json_type_string), key);
}

/* A string or null. */
static char *get_optional(struct reader *in, json *o, const char *key)
{
	json *value = NULL;

	if (json_object_object_get_ex(o, key, &value) && !value)
		return NULL;
	return xstrdup(get_text(in, o, key));
}

static unsigned int get_number(struct reader *in, json *o, const char *key)
{
	json *value = get(in, o, key, json_type_int);
	int64_t n = value ? json_object_get_int64(value) : 0;

	if ((n < 0 || n > UINT32_MAX) && !in->missing)
		in->missing = key;
	return (unsigned int)n;
}

static bool get_bool(struct reader *in, json *o, const char *key)
{
	json *value = get(in, o, key, json_type_boolean);

	return value && json_object_get_boolean(value);
}

static int get_word(struct reader *in, json *o, const char *key,
		    const char *const *words)
{
	int at = word_index(words, get_text(in, o, key));

	if (at < 0 && !in->missing)
		in->missing = key;
	return at < 0 ? 0 : at;
}

static size_t length(json *array)
{
	return array ? json_object_array_length(array) : 0;
}

/* An array of lines; NULL if there are none. */
static char *get_lines(struct reader *in, json *o, const char *key)
{
	json *array = get(in, o, key, json_type_array);
	struct buf b = { 0 };

	for (size_t i = 0; i < length(array); i++) {
		json *line = json_object_array_get_idx(array, i);

		buf_printf(&b, "%s\n", text_of(in, line, key));
	}
	return b.text;
}

static unsigned int get_facts(struct reader *in, json *o)
{
	json *array = get(in, o, "facts", json_type_array);
	unsigned int bits = 0;

	for (size_t i = 0; i < length(array); i++) {
		const char *word = text_of(
			in, json_object_array_get_idx(array, i), "facts");
		int f = 0;

		while (f < FACTS && strcmp(fact_texts[f].word, word))
			f++;
		if (f < FACTS)
			bits |= 1U << f;
		else if (!in->missing)
			in->missing = "facts";
	}
	return bits;
}

static void get_rules(struct reader *in, json *o, struct result *r)
{
	json *array = get(in, o, "rules", json_type_array);

	for (size_t i = 0; i < length(array); i++) {
		json *item = json_object_array_get_idx(array, i);
		int rule = rule_named(get_text(in, item, "rule"));

		if (!rule) {
			if (!in->missing)
				in->missing = "rule";
			return;
		}
		free(r->rules[rule].seen);
		r->rules[rule].verdict = (enum rule_verdict)get_word(
			in, item, "verdict", rule_verdict_words);
		r->rules[rule].seen = get_optional(in, item, "seen");
	}
}

static void get_calls(struct reader *in, json *o, struct result *r)
{
	json *array = get(in, o, "calls", json_type_array);

	for (size_t i = 0; i < length(array); i++) {
		json *item = json_object_array_get_idx(array, i);
		struct result_call *call = result_add_call(r);

#define X(name) call->name = get_optional(in, item, #name);
		RESULT_CALL(X)
#undef X
		if (!call->call && !in->missing)
			in->missing = "call";
	}
}

static void get_cell(struct reader *in, json *o, struct result *r,
		     unsigned int first_run, unsigned int n_runs)
{
	struct dims d;

	r->id = xstrdup(get_text(in, o, "cell"));
	r->run = get_number(in, o, "run");
	if (!dims_parse(&d, r->id) && !in->missing)
		in->missing = "cell";
	if (r->run >= n_runs && !in->missing)
		in->missing = "run";
	r->run += first_run;
	r->verdict = (enum cell_verdict)get_word(in, o, "verdict",
						 cell_verdict_words);
	get_rules(in, o, r);
	r->expected = get_optional(in, o, "expected");
	r->got = get_optional(in, o, "got");
	r->facts = get_facts(in, o);
	r->why = get_lines(in, o, "why");
	r->domains = get_number(in, o, "domains");
	r->needed = get_number(in, o, "needed");
	r->attaches = get_number(in, o, "attaches");
	r->minimum = get_number(in, o, "minimum");
	r->tables = get_number(in, o, "tables");
	r->copies = get_number(in, o, "copies");
	get_calls(in, o, r);
	r->journal = get_lines(in, o, "journal");
}

/* Seconds; other programs write 2.0 as 2. */
static double get_seconds(struct reader *in, json *o)
{
	json *value = NULL;
	double seconds = -1;

	json_object_object_get_ex(o, "seconds", &value);
	if (json_object_is_type(value, json_type_double) ||
	    json_object_is_type(value, json_type_int))
		seconds = json_object_get_double(value);
	if (isfinite(seconds) && seconds >= 0)
		return seconds;
	if (!in->missing)
		in->missing = "seconds";
	return 0;
}

static void get_run(struct reader *in, json *o, struct result_run *run)
{
	json *seed = NULL;

	run->kernel = xstrdup(get_text(in, o, "kernel"));
	run->family = xstrdup(get_text(in, o, "family"));
	run->tool = xstrdup(get_text(in, o, "tool"));
	run->verify = get_bool(in, o, "verify");
	run->interrupted = get_bool(in, o, "interrupted");
	/* Or null; results of before there were races have none. */
	run->has_seed = json_object_object_get_ex(o, "seed", &seed) && seed;
	if (run->has_seed)
		run->seed = get_number(in, o, "seed");
	run->cells = get_number(in, o, "cells");
	run->count[CELL_PASS] = get_number(in, o, "passed");
	run->count[CELL_FAIL] = get_number(in, o, "failed");
	run->count[CELL_SKIP] = get_number(in, o, "skipped");
	run->seconds = get_seconds(in, o);
}

/* A run cannot have more results than there were cells to be run. */
static void check_counts(struct reader *in, const struct results *all,
			 unsigned int first_run, unsigned int first)
{
	unsigned int *n = xalloc((all->n_runs + 1) * sizeof(*n));

	for (unsigned int i = first; i < all->n; i++)
		n[all->v[i].run]++;
	for (unsigned int i = first_run; i < all->n_runs; i++)
		if (n[i] > all->runs[i].cells)
			in->missing = "cells";
	free(n);
}

static void get_all(struct reader *in, json *o, struct results *all)
{
	json *runs = get(in, o, "runs", json_type_array);
	json *cells = get(in, o, "cells", json_type_array);
	unsigned int first = all->n_runs, n = all->n;

	for (size_t i = 0; i < length(runs) && !in->missing; i++)
		get_run(in, json_object_array_get_idx(runs, i),
			results_run(all));
	for (size_t i = 0; i < length(cells) && !in->missing; i++)
		get_cell(in, json_object_array_get_idx(cells, i),
			 results_add(all), first, all->n_runs - first);
	if (!in->missing)
		check_counts(in, all, first, n);
}

/* Is the text after the value blank? */
static bool blank_end(FILE *from, const char *rest, size_t n)
{
	int c;

	for (size_t i = 0; i < n; i++)
		if (!isspace((unsigned char)rest[i]))
			return false;
	while ((c = fgetc(from)) != EOF)
		if (!isspace(c))
			return false;
	return true;
}

/*
 * Parses one value with nothing after it. Returns NULL, or the reason of a
 * failure, which is to be freed.
 */
static json *parse(FILE *from, const char *file, char **why)
{
	struct json_tokener *tok = json_tokener_new();
	enum json_tokener_error err = json_tokener_continue;
	char chunk[1 << 16];
	json *o = NULL;
	size_t n;

	while (err == json_tokener_continue &&
	       (n = fread(chunk, 1, sizeof(chunk), from))) {
		o = json_tokener_parse_ex(tok, chunk, (int)n);
		err = json_tokener_get_error(tok);
	}
	if (ferror(from)) {
		*why = xprintf("%s cannot be read: %m", file);
	} else if (err == json_tokener_continue) {
		*why = xprintf("%s ends too early", file);
	} else if (err != json_tokener_success) {
		*why = xprintf("%s is not JSON: %s", file,
			       json_tokener_error_desc(err));
	} else {
		size_t end = json_tokener_get_parse_end(tok);

		if (!blank_end(from, chunk + end, n - end))
			*why = xprintf(
				"%s has more after its end: give each file by itself",
				file);
	}
	json_tokener_free(tok);
	if (!*why)
		return o;
	json_object_put(o);
	return NULL;
}

static json *read_value(const char *file, char **why)
{
	bool standard = !strcmp(file, "-");
	FILE *from = standard ? stdin : fopen(file, "re");
	json *o;

	if (!from) {
		*why = xprintf("%s cannot be read: %m", file);
		return NULL;
	}
	o = parse(from, file, why);
	if (!standard)
		fclose(from);
	return o;
}

bool results_read(struct results *all, const char *file, char **why)
{
	json *o = read_value(file, why);
	struct reader in = { NULL }, schema = { NULL };

	if (*why)
		return false;
	if (strcmp(get_text(&schema, o, "schema"), RESULT_SCHEMA)) {
		*why = xprintf("%s is not of schema %s", file, RESULT_SCHEMA);
	} else {
		get_all(&in, o, all);
		if (in.missing)
			*why = xprintf("%s: \"%s\" is missing or wrong", file,
				       in.missing);
	}
	json_object_put(o);
	return !*why;
}
