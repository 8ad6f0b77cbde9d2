// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results without a kernel, as TAP: choosing and sharding by id, cells judged
 * by rule, JSON written and read back, merging.
 *
 *	results-test DIR         the tests; files are written in DIR
 *	results-test DIR FAMILY  only write DIR/FAMILY.json, from the model
 *	results-test - FAMILY K/N  a shard of that on standard output
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake-core.h"
#include "judge/judge.h"
#include "matrix/cells/select.h"
#include "matrix/cells/special.h"
#include "matrix/race/race.h"
#include "matrix/results/board.h"
#include "matrix/progress.h"
#include "matrix/run/runner.h"

static int number, failures;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
	failures += !good;
}

/* --- choosing --- */

static void dimensions(void)
{
	struct dims d;

	ok(dims_parse(
		   &d,
		   "g3r2-reversed/deny-BC+maps/EINVAL,fresh=EIO/unhook-first+attach-once@b/type1") &&
		   !strcmp(d.value[DIM_TOPOLOGY], "g3r2") &&
		   !strcmp(d.value[DIM_ORDER], "reversed") &&
		   !strcmp(d.value[DIM_POLICY], "deny-BC") &&
		   !strcmp(d.value[DIM_MAPS], "yes") &&
		   !strcmp(d.value[DIM_ERRNO], "EINVAL,fresh=EIO") &&
		   !strcmp(d.value[DIM_MISBEHAVIOUR], "unhook-first") &&
		   !strcmp(d.value[DIM_FAULT], "attach-once@b") &&
		   !strcmp(d.value[DIM_CALLER], "type1"),
	   "an id says what every dimension is");
	ok(dims_parse(&d, "pair/any/EINVAL/-/best") &&
		   !strcmp(d.value[DIM_ORDER], "given") &&
		   !strcmp(d.value[DIM_MAPS], "no") &&
		   !strcmp(d.value[DIM_FAULT], "-") &&
		   !strcmp(d.value[DIM_MISBEHAVIOUR], "-"),
	   "also what there is none of");
	ok(!dims_parse(&d, "pair/any/EINVAL/-") &&
		   !dims_parse(&d, "pair/any/EINVAL/-/best/more") &&
		   !dims_parse(&d, ""),
	   "what has not five parts is no id");
}

static void expressions(void)
{
	const char *id = "pair4/same-instance/ENOSPC/-+attach@b/type1";

	ok(cell_matches(id, "caller=type1,errno=ENOMEM|ENOSPC,topology=pair*"),
	   "all terms of an expression hold");
	ok(!cell_matches(id, "caller=type1,errno=ENOMEM,topology=pair*"),
	   "one that does not is enough");
	ok(!cell_matches(id, "topology=pair") && cell_matches(id, "fault=*@b"),
	   "a value is a pattern for the whole of its dimension");
	ok(cell_matches(id, "caller!=any|best") &&
		   !cell_matches(id, "caller!=any|type1"),
	   "!= is for none of them");
	ok(cell_matches("pair/x/EINVAL,instance=EIO/-/any",
			"errno=EINVAL,instance=EIO,caller=any") &&
		   cell_matches("pair/x/EINVAL,instance=EIO/-/any",
				"instance=EIO"),
	   "a comma that begins no term is part of the value");
}

static void shards(const struct cells *cells)
{
	struct shard s;
	unsigned int wrong = 0, least = cells->n;

	ok(shard_parse(&s, "2/3") && s.k == 2 && s.n == 3, "K/N is a shard");
	ok(!shard_parse(&s, "0/3") && !shard_parse(&s, "4/3") &&
		   !shard_parse(&s, "3") && !shard_parse(&s, "a/b") &&
		   !shard_parse(&s, "1/"),
	   "K from 1 to N, and nothing else");
	for (unsigned int k = 1; k <= 7; k++) {
		unsigned int n = 0;

		s = (struct shard){ k, 7 };
		for (unsigned int i = 0; i < cells->n; i++) {
			autofree char *id = cell_id(&cells->v[i]);

			n += shard_has(&s, id);
		}
		least = n < least ? n : least;
	}
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);
		unsigned int in = 0;

		for (s.k = 1; s.k <= 7; s.k++)
			in += shard_has(&s, id);
		wrong += in != 1;
	}
	ok(!wrong, "every cell is in exactly one of seven shards");
	ok(least > cells->n / 9, "which are about as large as each other");
	s = (struct shard){ 2, 5 };
	ok(shard_has(&s, "pair/any/EINVAL/-/best"),
	   "and the same on every machine"); /* worked out with FNV-1a */
}

/* --- judging --- */

static struct cell cell_named(const struct cells *cells, const char *name)
{
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);

		if (!strcmp(id, name))
			return cells->v[i];
	}
	abort();
}

/* The rules of a cell on the model; and what must be known to be broken. */
static void on_model(const struct cells *cells, const char *name,
		     unsigned int more, unsigned int less,
		     struct rule_result rules[RULES])
{
	struct cell cell = cell_named(cells, name);
	struct outcome expected, got;

	oracle(&cell, FAM_STATIC_DOMAINS, &expected);
	expected.broken = (expected.broken | more) & ~less;
	fake_cell(&cell, FAM_STATIC_DOMAINS, &expected, rules, &got);
}

static void judged(const struct cells *cells)
{
	struct rule_result r[RULES] = { 0 };

	on_model(cells, "pair/same-instance/ENOMEM/-/type1", RULE(R8), 0, r);
	ok(r[R2].verdict == RV_KNOWN &&
		   strstr(r[R2].seen, "after ENOMEM from b on t-1") &&
		   strstr(r[R2].seen, "vfio_iommu_type1_attach_group"),
	   "what a caller is known to break: what was seen, and where it is known from");
	ok(r[R1].verdict == RV_KNOWN,
	   "a caller's deviation is told before a driver's");
	ok(r[R8].verdict == RV_MISSED && !rules_good(r),
	   "expected and not seen is missed");
	ok(r[R12].verdict == RV_KEPT && r[R7].verdict == RV_KEPT,
	   "exercised and not broken is kept");
	ok(r[R5].verdict == RV_NONE && r[R13].verdict == RV_NONE,
	   "the rest is not applicable");
	rules_free(r);

	on_model(cells, "pair/same-instance/ENOMEM/-/type1", 0, RULE(R2), r);
	ok(r[R2].verdict == RV_BROKEN && !rules_good(r),
	   "seen and not expected is broken, even if it is known of others");
	rules_free(r);

	on_model(cells, "pair/same-instance/EINVAL/log-refusal/einval", 0, 0,
		 r);
	ok(r[R3].verdict == RV_PROVOKED && rules_good(r),
	   "a driver that was told to is provoked");
	rules_free(r);
}

/* Of observations that no journal is needed for. */
static void weighed(void)
{
	struct cell cell = { .topo = topo_find("pair"), .caller = K_EINVAL };
	struct outcome want = { .broken = RULE(R6) | RULE(R14),
				.either = RULE(R14) };
	struct rule_result r[RULES] = { 0 };
	struct judge *j = rules_begin(&cell);

	judge_state(j, R3, WHO_DRIVER, NULL);
	judge_state(j, R6, WHO_CORE, "a is somewhere else");
	judge_state(j, R14, WHO_DRIVER, NULL);
	judge_run(j);
	rules_judge(r, j, &cell, FAM_ATTACH_OLD, &want);
	ok(r[R3].verdict == RV_KEPT && !r[R3].seen, "kept, and nothing to say");
	ok(r[R6].verdict == RV_BROKEN &&
		   !strcmp(r[R6].seen, "a is somewhere else"),
	   "of the core it must be known: expecting it is not enough");
	ok(r[R14].verdict == RV_KEPT, "what may be either way is not missed");
	ok(rules_broken(j, &cell) == RULE(R6), "and the bits");
	rules_free(r);
	judge_free(j);
}

static void special_cells(void)
{
	static const struct special special = { .name = "R7-reattach",
						.rules = RULE(R13) };
	struct cell cell = { .topo = topo_find("pair"), .special = &special };
	struct outcome want = { 0 };
	struct rule_result r[RULES] = { 0 };
	struct judge *j = rules_begin(&cell);

	judge_state(j, R2, WHO_CALLER, "went on");
	judge_run(j);
	rules_judge(r, j, &cell, FAM_ATTACH_OLD, &want);
	ok(r[R2].verdict == RV_NONE && !rules_broken(j, &cell),
	   "in a cell of single operations nobody draws conclusions");
	rules_shown(r, &special);
	ok(r[R7].verdict == RV_KEPT && r[R13].verdict == RV_KEPT,
	   "a cell about R7, and R13, has seen both");
	rules_failed(r, rule_named(special.name), "attach: EIO\nmore\n");
	ok(r[R7].verdict == RV_BROKEN && !strcmp(r[R7].seen, "attach: EIO"),
	   "and if it fails it has broken it");
	rules_failed(r, rule_named("R10-default"), "x");
	ok(r[R10].verdict == RV_NONE,
	   "once a rule is broken no other is named");
	ok(rule_named("R10-default-attach") == 10 &&
		   !rule_named("claim-twice") && !rule_named("R99-x"),
	   "the rule that a cell's name begins with");
	rules_free(r);
	judge_free(j);
}

/* --- files --- */

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

/* What "matrix --json --shard" would have written of a model of the core. */
static void write_file(const char *file, const struct cells *cells,
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
static void round_trip(const char *dir)
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

static void shards_are_the_whole(const char *dir, const struct cells *cells)
{
	autofree char *whole = xprintf("%s/whole.json", dir);
	struct results one = { 0 }, all = { 0 };
	autofree char *why = NULL;
	bool good;

	write_file(whole, cells, FAM_BUS_OPS, NULL);
	good = results_read(&one, whole, &why) && results_merge(&one, &why);
	for (unsigned int k = 1; k <= 3 && good; k++) {
		autofree char *part = xprintf("%s/part%u.json", dir, k);
		struct shard shard = { k, 3 };

		write_file(part, cells, FAM_BUS_OPS, &shard);
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

static void contradictions(void)
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

static void bad_files(const char *dir)
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

/* --- the rest --- */

static void adds_up(void)
{
	struct board b = { 0 };
	struct result r = { .id = (char *)"pair/any/EINVAL/-/type1",
			    .domains = 3,
			    .needed = 2,
			    .attaches = 5,
			    .minimum = 4,
			    .tables = 4096,
			    .copies = 8192 };

	r.rules[R2].verdict = RV_KNOWN;
	for (int i = 0; i < 10; i++)
		board_add(&b, &r);
	r.rules[R2].verdict = RV_KEPT;
	r.needed = 0;
	board_add(&b, &r);
	r.rules[R2].verdict = RV_PROVOKED;
	board_add(&b, &r);
	r.run = 1;
	r.id = (char *)"pair/any/EINVAL/-/any";
	board_add(&b, &r);
	/* a caller that the kernel does not have */
	r.verdict = CELL_SKIP;
	r.id = (char *)"pci3/any/EINVAL/-/iommufd-cdev";
	board_add(&b, &r);
	board_sort(&b);
	ok(b.n == 2 && !strcmp(b.columns[0].caller, "type1") &&
		   b.columns[0].rules[R2].count[RV_KNOWN] == 10 &&
		   board_exercised(&b.columns[0].rules[R2]) == 12,
	   "results are counted by kernel, caller, rule and verdict");
	ok(board_worst(&b.columns[0].rules[R2]) == RV_KNOWN &&
		   board_worst(&b.columns[1].rules[R2]) == RV_PROVOKED &&
		   board_worst(&b.columns[1].rules[R9]) == RV_NONE,
	   "the worst that came is what a field says");
	ok(b.columns[0].placed == 10 && b.columns[0].domains == 30 &&
		   b.columns[0].needed == 20 && b.columns[0].minimum == 40 &&
		   b.columns[0].tables == 40960 && b.columns[0].copies == 81920,
	   "costs are of cells whose least is known");
	board_free(&b);
}

static void progress(void)
{
	static const struct {
		unsigned int done, total, failed;
		double seconds;
		const char *text;
	} table[] = {
		{ 120, 240, 1, 12,
		  "[==========          ] 120/240 50%, 1 failed, 0:12 left" },
		{ 0, 5, 0, 0, "[                    ] 0/5 0%, 0:00 left" },
		{ 5, 5, 0, 9, "[====================] 5/5 100%, 0:00 left" },
		{ 1000, 900000, 0, 5,
		  "[                    ] 1000/900000 0%, 74:55 left" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(table); i++) {
		autofree char *text =
			progress_text(table[i].done, table[i].total,
				      table[i].failed, table[i].seconds);

		ok(!strcmp(text, table[i].text), table[i].text);
		if (strcmp(text, table[i].text))
			printf("# %s\n", text);
	}
}

int main(int argc, char **argv)
{
	struct cells cells;

	if (argc < 2)
		return 2;
	cells_make(&cells, false, NULL,
		   (const struct special *const[]){ NULL });
	for (int f = 0; argc > 2 && f < FAMILIES; f++) {
		autofree char *file =
			argc > 3 ? xstrdup(argv[1]) :
				   xprintf("%s/%s.json", argv[1], argv[2]);
		struct shard shard;

		if (argc > 3 && !shard_parse(&shard, argv[3]))
			return 2;
		if (!strcmp(family_words[f], argv[2]))
			write_file(file, &cells, (enum family)f,
				   argc > 3 ? &shard : NULL);
	}
	if (argc == 2) {
		dimensions();
		expressions();
		shards(&cells);
		judged(&cells);
		weighed();
		special_cells();
		shards_are_the_whole(argv[1], &cells);
		contradictions();
		round_trip(argv[1]);
		bad_files(argv[1]);
		adds_up();
		progress();
		printf("1..%d\n", number);
	}
	cells_free(&cells);
	return failures != 0;
}
