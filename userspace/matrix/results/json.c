// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results as JSON, one cell a line, written while cells run, so that a long run
 * takes no more memory. json-read.c reads them.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/cells/select.h"
#include "matrix/results/result.h"

#define FLAGS (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

typedef struct json_object json;

static void put_text(json *o, const char *key, const char *text)
{
	json_object_object_add(o, key,
			       text ? json_object_new_string(text) : NULL);
}

static void put_number(json *o, const char *key, unsigned int n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

static json *lines(const char *text)
{
	json *array = json_object_new_array();

	while (text && *text) {
		size_t n = strcspn(text, "\n");

		json_object_array_add(array,
				      json_object_new_string_len(text, (int)n));
		text += n + (text[n] == '\n');
	}
	return array;
}

static json *facts(unsigned int bits)
{
	json *array = json_object_new_array();

	for (int i = 0; i < FACTS; i++)
		if (bits & (1U << i))
			json_object_array_add(
				array,
				json_object_new_string(fact_texts[i].word));
	return array;
}

static json *rules(const struct result *r)
{
	json *array = json_object_new_array();

	for (int i = R1; i < RULES; i++) {
		const struct rule_result *rule = &r->rules[i];
		autofree char *name = xprintf("R%d", i);
		json *o;

		if (rule->verdict == RV_NONE)
			continue;
		o = json_object_new_object();
		put_text(o, "rule", name);
		put_text(o, "verdict", rule_verdict_words[rule->verdict]);
		put_text(o, "seen", rule->seen);
		json_object_array_add(array, o);
	}
	return array;
}

static json *calls(const struct result *r)
{
	json *array = json_object_new_array();

	for (unsigned int i = 0; i < r->n_calls; i++) {
		json *o = json_object_new_object();

#define X(name) put_text(o, #name, r->calls[i].name);
		RESULT_CALL(X)
#undef X
		json_object_array_add(array, o);
	}
	return array;
}

static json *cell_object(const struct result *r)
{
	json *o = json_object_new_object();
	struct dims d;

	put_text(o, "cell", r->id);
	put_number(o, "run", r->run);
	for (int i = 0; dims_parse(&d, r->id) && i < DIMS; i++)
		put_text(o, dim_words[i], d.value[i]);
	put_text(o, "verdict", cell_verdict_words[r->verdict]);
	json_object_object_add(o, "rules", rules(r));
	put_text(o, "expected", r->expected);
	put_text(o, "got", r->got);
	json_object_object_add(o, "facts", facts(r->facts));
	json_object_object_add(o, "why", lines(r->why));
	put_number(o, "domains", r->domains);
	put_number(o, "needed", r->needed);
	put_number(o, "attaches", r->attaches);
	put_number(o, "minimum", r->minimum);
	put_number(o, "tables", r->tables);
	put_number(o, "copies", r->copies);
	json_object_object_add(o, "calls", calls(r));
	json_object_object_add(o, "journal", lines(r->journal));
	return o;
}

static json *run_object(const struct result_run *run)
{
	autofree char *seconds = xprintf("%.1f", run->seconds);
	json *o = json_object_new_object();

	put_text(o, "kernel", run->kernel);
	put_text(o, "family", run->family);
	put_text(o, "tool", run->tool);
	json_object_object_add(o, "verify",
			       json_object_new_boolean(run->verify));
	json_object_object_add(o, "interrupted",
			       json_object_new_boolean(run->interrupted));
	json_object_object_add(
		o, "seed",
		run->has_seed ? json_object_new_int64(run->seed) : NULL);
	put_number(o, "cells", run->cells);
	put_number(o, "passed", run->count[CELL_PASS]);
	put_number(o, "failed", run->count[CELL_FAIL]);
	put_number(o, "skipped", run->count[CELL_SKIP]);
	json_object_object_add(o, "seconds",
			       json_object_new_double_s(run->seconds, seconds));
	return o;
}

static void put(FILE *to, json *o)
{
	fputs(json_object_to_json_string_ext(o, FLAGS), to);
	json_object_put(o);
}

void results_json_begin(FILE *to)
{
	fprintf(to, "{\"schema\":\"%s\",\n\"cells\":[", RESULT_SCHEMA);
}

void results_json_cell(FILE *to, const struct result *r, bool first)
{
	fputs(first ? "\n" : ",\n", to);
	put(to, cell_object(r));
}

void results_json_end(FILE *to, const struct result_run *runs, unsigned int n)
{
	fputs("\n],\n\"runs\":[", to);
	for (unsigned int i = 0; i < n; i++) {
		fputs(i ? ",\n" : "\n", to);
		put(to, run_object(&runs[i]));
	}
	fputs("\n]}\n", to);
}
