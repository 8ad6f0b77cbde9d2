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

#include "judge/judge.h"
#include "matrix/cells/select.h"
#include "matrix/cells/special.h"
#include "matrix/race/race.h"
#include "matrix/results/board.h"
#include "matrix/progress.h"
#include "matrix/run/runner.h"
#include "tests/fake-core.h"
#include "tests/results-files.h"
#include "tests/tap.h"

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
	   "a cell of single operations has no caller that draws conclusions");
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
			results_of_model(file, &cells, (enum family)f,
					 argc > 3 ? &shard : NULL);
	}
	if (argc == 2) {
		dimensions();
		expressions();
		shards(&cells);
		judged(&cells);
		weighed();
		special_cells();
		results_of_shards(argv[1], &cells);
		results_contradict();
		results_round_trip(argv[1]);
		results_bad_files(argv[1]);
		adds_up();
		progress();
	}
	cells_free(&cells);
	return argc == 2 ? done_testing() : 0;
}
