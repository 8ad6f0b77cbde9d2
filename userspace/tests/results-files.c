// SPDX-License-Identifier: GPL-2.0-only
/* See results-files.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix/run/runner.h"
#include "tests/fake-core.h"
#include "tests/results-files.h"
#include "tests/tap.h"

static void record_fake(struct recorder *rec, const struct cell *cell,
			enum family family, struct result *result)
{
	static struct runner r;

	r.trial.cell = cell;
	r.target.info.family = family;
	r.trial.facts = 0;
	topo_units(cell->topo, r.built.units);
	oracle(cell, family, &r.trial.expected);
	fake_cell_run(cell, family, &r.trial.expected, &r.trial.run,
		      r.trial.rules, &r.trial.got);
	r.trial.facts = r.trial.expected.facts;
	buf_drop(&r.target.k.lines, r.target.k.lines.len);
	buf_printf(&r.target.k.lines, "1 1 the journal of a model\n");
	record_cell(rec, &r,
		    outcome_equal(&r.trial.expected, &r.trial.got) ? CELL_PASS :
								     CELL_FAIL,
		    result);
}

void results_of_model(const char *file, const struct cells *cells,
		      enum family family, const struct shard *shard)
{
	struct recorder *rec = xalloc(sizeof(*rec));
	struct result_run run = { .kernel = (char *)family_words[family],
				  .family = (char *)family_words[family],
				  .tool = (char *)"0.1.0",
				  .verify = true,
				  .seconds = 1.5 };
	FILE *to = strcmp(file, "-") ? fopen(file, "w") : stdout;
	bool first = true;

	if (!to)
		abort();
	results_json_begin(to);
	for (unsigned int i = 0; i < cells->n; i++) {
		struct result result = { .id = cell_id(&cells->v[i]) };

		if (!shard || shard_has(shard, result.id)) {
			record_fake(rec, &cells->v[i], family, &result);
			results_json_cell(to, &result, first);
			run.count[result.verdict]++;
			run.cells++;
			first = false;
		}
		result_free(&result);
	}
	results_json_end(to, &run, 1);
	if (to != stdout)
		fclose(to);
	free(rec);
}

/* Everything that a result has, written and read back. */
void results_round_trip(const char *dir)
{
	autofree char *file = xprintf("%s/trip.json", dir), *why = NULL;
	struct result r = { .id = (char *)"pair/any/EIO/-/type1",
			    .verdict = CELL_FAIL,
			    .expected = (char *)"this \"quoted\"",
			    .got = (char *)"that",
			    .why = (char *)"one\ntwo\n",
			    .facts = FACT(H7) | FACT(NO_OWNER),
			    .domains = 1,
			    .needed = 2,
			    .attaches = 3,
			    .minimum = 4,
			    .tables = 5,
			    .copies = 6,
			    .journal = (char *)"a/b\nc\n" };
	struct result_call *call;
	struct result_run run = { .kernel = (char *)"6.12",
				  .family = (char *)"bus_ops",
				  .tool = (char *)"1",
				  .interrupted = true,
				  .has_seed = true,
				  .seed = UINT32_MAX,
				  .cells = 9,
				  .seconds = 2.5 };
	struct results all = { 0 };
	FILE *to = fopen(file, "w");
	const struct result *b;

	if (!to)
		abort();
	r.rules[R6].verdict = RV_MISSED;
	r.rules[R6].seen = (char *)"nothing";
	call = result_add_call(&r);
	call->call = (char *)"attach b d1";
	call->asks = (char *)"stop, and say so";
	results_json_begin(to);
	results_json_cell(to, &r, true);
	results_json_end(to, &run, 1);
	fclose(to);
	if (!results_read(&all, file, &why) || all.n != 1)
		abort();
	b = &all.v[0];
	ok(result_same(&r, b) && !strcmp(b->why, r.why) &&
		   !strcmp(b->journal, r.journal) && b->domains == 1 &&
		   b->needed == 2 && b->attaches == 3 && b->minimum == 4 &&
		   b->tables == 5 && b->copies == 6 &&
		   !strcmp(b->rules[R6].seen, "nothing"),
	   "a result is read as it was written");
	ok(b->n_calls == 1 && !strcmp(b->calls[0].call, call->call) &&
		   !strcmp(b->calls[0].asks, call->asks) && !b->calls[0].then,
	   "with what its caller did");
	free(r.calls);
	ok(all.runs[0].interrupted && !all.runs[0].verify &&
		   all.runs[0].cells == 9 && all.runs[0].seconds == 2.5 &&
		   all.runs[0].has_seed && all.runs[0].seed == UINT32_MAX,
	   "and so is its run");
	results_free(&all);
}

/* Costs are of placements in which nothing was disturbed, and all succeeded. */
static void costs(const struct results *all)
{
	unsigned int wrong = 0, known = 0;

	for (unsigned int i = 0; i < all->n; i++) {
		const struct result *r = &all->v[i];
		struct dims d;

		dims_parse(&d, r->id);
		known += r->needed > 0;
		wrong += r->needed && (strcmp(d.value[DIM_FAULT], "-") ||
				       strcmp(d.value[DIM_MISBEHAVIOUR], "-") ||
				       strstr(r->got, ":-E"));
		wrong += r->needed > r->domains;
	}
	ok(known > 500 && !wrong, "the least is known where nothing disturbs");
}

static bool equal(const struct results *a, const struct results *b)
{
	if (a->n != b->n || a->n_runs != b->n_runs)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (!result_same(&a->v[i], &b->v[i]) ||
		    a->v[i].needed != b->v[i].needed ||
		    a->v[i].minimum != b->v[i].minimum)
			return false;
	for (unsigned int i = 0; i < a->n_runs; i++)
		if (memcmp(a->runs[i].count, b->runs[i].count,
			   sizeof(a->runs[i].count)) ||
		    a->runs[i].cells != b->runs[i].cells)
			return false;
	return true;
}

void results_of_shards(const char *dir, const struct cells *cells)
{
	autofree char *whole = xprintf("%s/whole.json", dir);
	struct results one = { 0 }, all = { 0 };
	autofree char *why = NULL;
	bool good;

	results_of_model(whole, cells, FAM_BUS_OPS, NULL);
	good = results_read(&one, whole, &why) && results_merge(&one, &why);
	for (unsigned int k = 1; k <= 3 && good; k++) {
		autofree char *part = xprintf("%s/part%u.json", dir, k);
		struct shard shard = { k, 3 };

		results_of_model(part, cells, FAM_BUS_OPS, &shard);
		good = results_read(&all, part, &why);
	}
	good = good && results_merge(&all, &why);
	costs(&one);
	ok(good && one.n == cells->n && equal(&one, &all),
	   "three shards are one run, cell by cell");
	good = good && results_read(&all, whole, &why) &&
	       results_merge(&all, &why);
	ok(good && equal(&one, &all), "what is there twice is there once");
	if (why)
		printf("# %s\n", why);
	results_free(&one);
	results_free(&all);
}

static struct result *add(struct results *all, unsigned int run, const char *id,
			  const char *got)
{
	struct result *r = results_add(all);

	r->run = run;
	r->id = xstrdup(id);
	r->got = xstrdup(got);
	return r;
}

static struct result_run *add_run(struct results *all, const char *kernel,
				  const char *tool)
{
	struct result_run *run = results_run(all);

	run->kernel = xstrdup(kernel);
	run->family = xstrdup("bus_ops");
	run->tool = xstrdup(tool);
	run->cells = 1;
	return run;
}

static void refuses(struct results *all, const char *sentence)
{
	autofree char *why = NULL, *what = xprintf("refused: %s", sentence);

	ok(!results_merge(all, &why) && why && !strcmp(why, sentence), what);
	if (why && strcmp(why, sentence))
		printf("# %s\n", why);
	results_free(all);
}

void results_contradict(void)
{
	struct results all = { 0 };
	autofree char *why = NULL;

	add_run(&all, "6.12", "1");
	add_run(&all, "6.12", "1");
	add(&all, 0, "a/b/c/d/e", "one");
	add(&all, 1, "a/b/c/d/e", "two");
	refuses(&all,
		"two results of a/b/c/d/e on 6.12 contradict each other: one and two");

	add_run(&all, "6.12", "1");
	add_run(&all, "6.1", "1");
	add(&all, 0, "a/b/c/d/e", "one");
	add(&all, 1, "a/b/c/d/e", "two");
	ok(results_merge(&all, &why) && all.n == 2 && all.n_runs == 2,
	   "on two kernels they are two results");
	results_free(&all);

	add_run(&all, "6.12", "1");
	add_run(&all, "6.1", "2");
	refuses(&all, "results of two versions, 1 and 2, are not comparable");

	add_run(&all, "6.12", "1");
	add_run(&all, "6.12", "1")->verify = true;
	refuses(&all, "cells of 6.12 were run with --no-verify and without");
}

static void reads(const char *dir, const char *text, const char *sentence)
{
	autofree char *file = xprintf("%s/bad.json", dir), *why = NULL;
	autofree char *what = xprintf("refused: %s", sentence);
	struct results all = { 0 };
	FILE *to = fopen(file, "w");

	if (!to)
		abort();
	fputs(text, to);
	fclose(to);
	ok(!results_read(&all, file, &why) && why && strstr(why, sentence),
	   what);
	if (why && !strstr(why, sentence))
		printf("# %s\n", why);
	results_free(&all);
}

void results_bad_files(const char *dir)
{
	reads(dir, "{\"schema\":\"iommu-mock-matrix-1\",\"cells\":[",
	      "ends too early");
	reads(dir, "{\"schema\":\"other\",\"cells\":[],\"runs\":[]}",
	      "is not of schema");
	reads(dir, "[]", "is not of schema");
	reads(dir, "{\"schema\":\"iommu-mock-matrix-1\",\"cells\":[]}",
	      "\"runs\" is missing");
	reads(dir,
	      "{\"schema\":\"iommu-mock-matrix-1\",\"cells\":[{\"cell\":\"a/b/c/d/e\",\"run\":0}],\"runs\":[]}",
	      "\"run\" is missing or wrong");
}
