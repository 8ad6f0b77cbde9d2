// SPDX-License-Identifier: GPL-2.0-only
/*
 * matrix: runs the cells, and prints the results as KTAP, JSON, table or page.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/signals.h"
#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/presets.h"
#include "lib/stop.h"
#include "lib/words.h"
#include "matrix/cells/select.h"
#include "matrix/race/race.h"
#include "matrix/recorded.h"
#include "matrix/results/board.h"
#include "matrix/progress.h"
#include "matrix/run/runner.h"
#include "report/report.h"

#define MAX_FILTERS 64

#define HTML_OPTION                                                           \
	{                                                                     \
		"html", 0, "FILE", W_FILE,                                    \
			"also write a page with rules, kernels and evidence", \
			NULL                                                  \
	}

static const struct option matrix_options[] = {
	{ "list", 'l', NULL, W_ANY, "print the cells' names and run none",
	  NULL },
	{ "all", 'a', NULL, W_ANY,
	  "take the whole cross product, not only the default slice", NULL },
	{ "filter", 'f', "FILTER", W_ANY,
	  "only cells that match: a part of the name, a pattern with * ? [, or "
	  "DIMENSION=VALUE|...,...; may be given several times",
	  NULL },
	{ "preset", 0, "NAME@KERNEL", W_PRESET_OR_ALL,
	  "take instead the cells in which all drivers refuse as this driver of the kernel does; all takes every preset; may be given several times",
	  NULL },
	{ "shard", 0, "K/N", W_ANY, "only the K-th of N parts of the cells",
	  NULL },
	{ "bail", 0, NULL, W_ANY, "stop at the first cell that fails", NULL },
	{ "no-verify", 0, NULL, W_ANY,
	  "do not let the devices of each placement do DMA (R13, R14)", NULL },
	{ "seed", 0, "N", W_NUMBER,
	  "let races draw the same operations as in the run that printed this seed (default: a new seed)",
	  NULL },
	{ "table", 0, NULL, W_ANY, "print a table of rules and callers", NULL },
	HTML_OPTION,
	{ 0 },
};

static const struct option matrix_merge_options[] = {
	HTML_OPTION,
	{ 0 },
};

/* The output, of results from a run or from files. */
enum style { AS_KTAP, AS_JSON, AS_TABLE };

struct output {
	struct ctx *ctx;
	enum style style;
	FILE *page; /* or NULL */
	struct board board;
	unsigned int n; /* results so far */
};

/* Found out before anything is run. */
static int output_open(struct output *out, struct ctx *ctx, enum style style)
{
	const char *file = opt_value(ctx, "html", 0);

	memset(out, 0, sizeof(*out));
	out->ctx = ctx;
	out->style = cli_of(ctx)->format.json ? AS_JSON :
		     cli_of(ctx)->format.raw || cli_of(ctx)->format.columns ?
						AS_TABLE :
						style;
	if (file) {
		out->page = fopen(file, "we");
		if (!out->page)
			return fail_errno(ctx, -errno, NULL,
					  "cannot write %s: %m", file);
	}
	return ST_OK;
}

static void output_begin(const struct output *out, unsigned int cells)
{
	if (out->style == AS_JSON)
		results_json_begin(stdout);
	else if (out->style == AS_KTAP)
		results_ktap_begin(cells);
}

static void output_cell(struct output *out, const struct result *r,
			const char *kernel)
{
	if (out->style == AS_JSON)
		results_json_cell(stdout, r, !out->n);
	else if (out->style == AS_KTAP)
		results_ktap_cell(r, out->n + 1, kernel);
	if (out->page || out->style == AS_TABLE)
		board_add(&out->board, r);
	out->n++;
}

/* For readers; programs find the words in --json. */
static void print_seeds(const struct ctx *ctx, const struct result_run *runs,
			unsigned int n)
{
	for (unsigned int i = 0; i < n && !cli_of(ctx)->format.raw; i++)
		if (runs[i].has_seed)
			printf("races of Linux %s: --seed %u\n", runs[i].kernel,
			       runs[i].seed);
}

static int output_end(struct output *out, const struct result_run *runs,
		      unsigned int n_runs)
{
	int ret = ST_OK;

	board_sort(&out->board);
	if (out->style == AS_JSON)
		results_json_end(stdout, runs, n_runs);
	for (unsigned int i = 0; out->style == AS_KTAP && i < n_runs; i++)
		results_ktap_end(&runs[i]);
	if (out->style == AS_TABLE)
		ret = board_text(out->ctx, &cli_of(out->ctx)->format,
				 &out->board, runs);
	if (ret == ST_OK && out->style == AS_TABLE)
		print_seeds(out->ctx, runs, n_runs);
	if (ret == ST_OK && (fflush(stdout) || ferror(stdout)))
		ret = fail_errno(out->ctx, -errno, NULL,
				 "cannot write the results: %m");
	if (ret == ST_OK && out->page &&
	    board_page(out->page, &out->board, runs, n_runs) != ST_OK)
		ret = fail_errno(out->ctx, -errno, NULL,
				 "cannot write the page: %m");
	return ret;
}

static void output_close(struct output *out)
{
	if (out->page)
		fclose(out->page);
	board_free(&out->board);
}

/* --- running --- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The work is to end, or the output has no reader. */
static bool told_to_end(const struct output *out)
{
	return stopped(out->ctx) || ferror(stdout);
}

static void run_cell(struct runner *r, struct recorder *rec,
		     const struct cell *cell, struct output *out,
		     struct result_run *sum)
{
	struct result result = { .id = cell_id(cell) };
	const int *stop = out->ctx->stop;

	/* The result of half a cell is worthless, so a cell runs to its end. */
	out->ctx->stop = NULL;
	record_cell(rec, r, runner_cell(r, cell), &result);
	out->ctx->stop = stop;
	sum->count[result.verdict]++;
	output_cell(out, &result, NULL);
	result_free(&result);
}

static void run_cells(struct runner *r, const struct cells *cells,
		      struct output *out, struct result_run *sum)
{
	bool bail = opt_given(out->ctx, "bail");
	struct recorder *rec = xalloc(sizeof(*rec));
	double start = now();
	struct progress bar;

	/* Lines of results on a terminal are progress enough. */
	progress_begin(&bar, cells->n,
		       isatty(STDERR_FILENO) && (out->style == AS_TABLE ||
						 !isatty(STDOUT_FILENO)));
	for (unsigned int i = 0;
	     i < cells->n && !(sum->interrupted = told_to_end(out)); i++) {
		run_cell(r, rec, &cells->v[i], out, sum);
		progress_show(&bar, i + 1, sum->count[CELL_FAIL],
			      now() - start);
		if (bail && sum->count[CELL_FAIL])
			break;
	}
	progress_end(&bar);
	free(rec);
	sum->seconds = now() - start;
	if (out->style == AS_KTAP && sum->interrupted)
		printf("Bail out! interrupted after %u of %u cells\n", out->n,
		       cells->n);
	else if (out->style == AS_KTAP && bail && sum->count[CELL_FAIL])
		printf("Bail out! after the first failure, as asked for\n");
}

static int run(struct ctx *ctx, const struct cells *cells, uint32_t seed)
{
	struct result_run sum = { .tool = (char *)IOMMU_MOCK_VERSION,
				  .has_seed = true,
				  .seed = seed,
				  .cells = cells->n };
	struct runner *r = xalloc(sizeof(*r));
	struct output out;
	int ret = knobs_open(ctx); /* done already, unless --list needs none */

	if (ret == ST_OK)
		ret = runner_open(r, ctx);
	if (ret != ST_OK)
		goto out;
	r->options.no_verify = opt_given(ctx, "no-verify");
	r->options.seed = seed;
	sum.verify = !r->options.no_verify;
	sum.kernel = r->target.info.running;
	sum.family = (char *)family_words[r->target.info.family];
	ret = output_open(&out, ctx,
			  opt_given(ctx, "table") ? AS_TABLE : AS_KTAP);
	if (ret == ST_OK) {
		output_begin(&out, cells->n);
		run_cells(r, cells, &out, &sum);
		ret = output_end(&out, &sum, 1);
	}
	output_close(&out);
	runner_close(r);
	if (sum.interrupted) {
		ret = fail(ctx, NULL, "interrupted after %u of %u cells", out.n,
			   cells->n);
		signals_take();
	} else if (sum.count[CELL_FAIL]) {
		ret = ST_FAILED;
	}
out:
	free(r);
	return ret;
}

/* Results are printed once, in one style; a list of cells has no style. */
static int check_style(struct ctx *ctx)
{
	const struct format *f = &cli_of(ctx)->format;
	const char *const styles[] = { "table", "json",	  "raw",
				       "ktap",	"output", "html" };

	for (unsigned int i = 0; i < ARRAY_SIZE(styles); i++)
		if (opt_given(ctx, "list") && opt_given(ctx, styles[i]))
			return usage_error(
				ctx,
				"--list prints the cells' names, one a line; it excludes --%s",
				styles[i]);
	if (opt_given(ctx, "table") && (f->json || f->ktap))
		return usage_error(
			ctx,
			"--table and --%s exclude each other; matrix merge makes tables and pages of what --json printed",
			f->json ? "json" : "ktap");
	if (f->columns && (f->json || f->ktap))
		return usage_error(
			ctx,
			"--output chooses columns of the table; it excludes --%s",
			f->json ? "json" : "ktap");
	return page_check(ctx);
}

/* --- choosing --- */

static int list_cells(const struct cells *cells)
{
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);

		puts(id);
	}
	return ST_OK;
}

static int no_cell(struct ctx *ctx, const char *const *filters, unsigned int n)
{
	autobuf struct buf words = { 0 };
	bool expression = false;

	for (unsigned int i = 0; i < n; i++)
		expression |= strchr(filters[i], '=') != NULL;
	if (!expression)
		return usage_error(ctx, "no cell matches the filter");
	for (int i = 0; i < DIMS; i++)
		buf_printf(&words, "%s%s", i ? ", " : "", dim_words[i]);
	return usage_error(ctx,
			   "no cell matches the filter; the dimensions are %s",
			   words.text);
}

static void choose_preset(const struct preset **chosen, const struct preset *p)
{
	for (; *chosen; chosen++)
		if (*chosen == p)
			return;
	*chosen = p;
}

/* Each once; ends with NULL. The caller frees it; NULL after a usage error. */
static const struct preset **choose_presets(struct ctx *ctx)
{
	autobuf struct buf why = { 0 };
	const struct preset **chosen;
	const char *name;
	unsigned int n = 0;

	while (presets[n].name)
		n++;
	chosen = xalloc((n + 1) * sizeof(const struct preset *));
	for (unsigned int i = 0; (name = opt_value(ctx, "preset", i)); i++) {
		bool all = !strcmp(name, "all");
		const struct preset *p = all ? presets :
					       preset_find(name, &why);

		if (!p) {
			usage_error(ctx, "%s", why.text);
			free(chosen);
			return NULL;
		}
		for (; p->name; p++) {
			choose_preset(chosen, p);
			if (!all)
				break;
		}
	}
	return chosen;
}

static int choose(struct ctx *ctx, struct cells *cells)
{
	const char *filters[MAX_FILTERS], *part = opt_value(ctx, "shard", 0);
	const struct preset **chosen;
	struct choice choice;
	struct shard shard;
	static const struct special *const specials[] = { mx_specials, mx_races,
							  mx_reals,
							  mx_processes, NULL };
	unsigned int n = 0;

	while (n < MAX_FILTERS && (filters[n] = opt_value(ctx, "filter", n)))
		n++;
	if (n == MAX_FILTERS)
		return usage_error(ctx, "more than %d filters",
				   MAX_FILTERS - 1);
	if (part && !shard_parse(&shard, part))
		return usage_error(
			ctx, "--shard is K/N with K from 1 to N, not '%s'",
			part);
	if (opt_given(ctx, "preset") && opt_given(ctx, "all"))
		return usage_error(
			ctx,
			"--all takes every refusal, --preset those of a driver: give one of the two");
	choice = (struct choice){ filters, n, part ? &shard : NULL };
	if (!opt_given(ctx, "preset")) {
		cells_make(cells, opt_given(ctx, "all"), &choice, specials);
	} else {
		chosen = choose_presets(ctx);
		if (!chosen)
			return ST_USAGE;
		cells_make_presets(cells, chosen, &choice);
		free(chosen);
	}
	cells->choice = NULL;
	/* A shard of few cells may have none of them. */
	if (!cells->n && !part)
		return no_cell(ctx, filters, n);
	return ST_OK;
}

/* The seed that was given, or a new one. */
static int choose_seed(struct ctx *ctx, uint32_t *seed)
{
	const char *text = opt_value(ctx, "seed", 0);
	uint64_t n;

	if (!text) {
		if (getrandom(seed, sizeof(*seed), GRND_NONBLOCK) !=
		    sizeof(*seed))
			*seed = (uint32_t)time(NULL);
		return ST_OK;
	}
	if (!number_parse(text, &n) || n > UINT32_MAX)
		return usage_error(ctx,
				   "--seed is a number from 0 to %u, not '%s'",
				   UINT32_MAX, text);
	*seed = (uint32_t)n;
	return ST_OK;
}

static int cmd_matrix(struct ctx *ctx, int argc, char **argv)
{
	struct cells cells = { 0 };
	uint32_t seed;
	int ret = check_style(ctx);

	(void)argc;
	(void)argv;
	if (ret == ST_OK)
		ret = choose_seed(ctx, &seed);
	if (ret == ST_OK)
		ret = choose(ctx, &cells);
	if (ret == ST_OK)
		ret = opt_given(ctx, "list") ? list_cells(&cells) :
					       run(ctx, &cells, seed);
	cells_free(&cells);
	return ret;
}

/* --- merge --- */

static int print_results(struct ctx *ctx, const struct results *all)
{
	struct output out;
	bool failed = false;
	int ret = output_open(&out, ctx,
			      cli_of(ctx)->format.ktap ? AS_KTAP : AS_TABLE);

	if (ret != ST_OK)
		return ret;
	output_begin(&out, all->n);
	for (unsigned int i = 0; i < all->n; i++)
		output_cell(&out, &all->v[i],
			    all->n_runs > 1 ? all->runs[all->v[i].run].kernel :
					      NULL);
	ret = output_end(&out, all->runs, all->n_runs);
	output_close(&out);
	for (unsigned int i = 0; i < all->n_runs; i++)
		failed |= all->runs[i].count[CELL_FAIL] ||
			  all->runs[i].interrupted;
	return ret == ST_OK && failed ? ST_FAILED : ret;
}

static int cmd_matrix_merge(struct ctx *ctx, int argc, char **argv)
{
	struct results all = { 0 };
	autofree char *why = NULL;
	bool ok = true;
	int ret = check_style(ctx);

	if (ret != ST_OK)
		return ret;
	for (int i = 0; i < argc && ok; i++)
		ok = results_read(&all, argv[i], &why);
	ok = ok && results_merge(&all, &why);
	ret = ok ? print_results(ctx, &all) : fail(ctx, NULL, "%s", why);
	results_free(&all);
	return ret;
}

const struct command matrix_commands[] = {
	{
		.noun = "matrix",
		.summary = "which caller keeps which rule on this kernel",
		.options = matrix_options,
		.shape = &board_shape,
		.flags = CMD_KTAP | CMD_UNDOES,
		.run = cmd_matrix,
		.details =
			"A cell is one placement: TOPOLOGY/POLICY/ERRNO/MISBEHAVIOUR+FAULT/CALLER. The command prints KTAP by default. For each cell that fails it prints the expected result, the actual result, and the journal. The dimensions of a filter are topology, policy, errno, misbehaviour, fault, caller, maps and order: --filter 'caller=type1,errno=ENOMEM|ENOSPC,topology=pair*'; != excludes the values. A hash of its name decides a cell's shard, so the shard does not depend on filters. In the cells named race-*, threads do operations at the same time. The operations are drawn from a seed, which the command prints; --seed with this number repeats the operations. ^C ends the run after the current cell: the command reports the cells that ran, and ends with status 1. docs/matrix.md describes the schema of --json.",
	},
	{
		.noun = "matrix",
		.verb = "merge",
		.summary = "join the results of shards, kernels and machines",
		.operands = { { "FILE", W_FILE, OPD_REPEAT } },
		.options = matrix_merge_options,
		.shape = &board_shape,
		.flags = CMD_KTAP,
		.run = cmd_matrix_merge,
		.details =
			"FILE contains the output of matrix --json or of matrix merge --json; - is standard input. The command refuses results that contradict each other, and results of another version. The status is 1 if a cell failed or a run was interrupted.",
	},
	{
		.noun = "matrix",
		.verb = "recorded",
		.summary =
			"make results for matrix merge of recordings of a real driver",
		.operands = { { "FILE", W_FILE, OPD_REPEAT } },
		.options = recorded_options,
		.run = recorded_cmd,
		.details =
			"FILE is a recording by record of a caller, VFIO or iommufd, on a real IOMMU driver. The command judges each FILE, and prints the verdicts as the JSON of matrix --json: each recording is a cell, whose topology is the name of the file without directory and suffix, and whose caller is vfio-on-NAME or iommufd-on-NAME. A breach is a deviation, and not broken, if it is known of the caller.",
	},
	{ 0 },
};
