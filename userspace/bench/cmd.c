// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench: the cost of operations, as ratios within one run. The other files of
 * this room measure; this file parses the options and prints the results.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/samples.h"
#include "cli/command.h"
#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/words.h"

#define BENCH_OPTIONS                                                            \
	{                                                                        \
		"quick",                                                         \
		'q',                                                             \
		NULL,                                                            \
		W_ANY,                                                           \
		"do less work in fewer rounds, as a trial",                      \
		NULL                                                             \
	},                                                                       \
		{ "rounds",                                                      \
		  0,                                                             \
		  "N",                                                           \
		  W_NUMBER,                                                      \
		  "rounds of each measurement (7; quick: 3)",                    \
		  NULL },                                                        \
	{                                                                        \
		"html", 0, "FILE", W_FILE,                                       \
			"also write a page with curves and tables, in one file", \
			NULL                                                     \
	}

static const struct option bench_options[] = {
	BENCH_OPTIONS,
	{ 0 },
};

/* The results of "all" do not share one set of columns. */
static const struct option bench_all_options[] = {
	BENCH_OPTIONS,
	{ "json", 'J', NULL, W_ANY, "print JSON; sizes are bytes", NULL },
	{ 0 },
};

static const struct bench *const benches[] = {
	&bench_map, &bench_sharing, &bench_attach, &bench_knobs,
	&bench_dma, &bench_dirty,   &bench_vfio,
};

/* ---- the page ------------------------------------------------------------ */

/* The processor as the kernel names it: an emulated one says so. */
static char *processor(struct ctx *ctx)
{
	autofree char *text = root_read(ctx, "/proc/cpuinfo");
	const char *at = text ? strstr(text, "model name") : NULL;

	at = at ? strchr(at, ':') : NULL;
	if (!at)
		return xstrdup("?");
	at += strspn(at, ": ");
	return xstrndup(at, strcspn(at, "\n"));
}

static char *facts(struct ctx *ctx, const struct lab *lab)
{
	autobuf struct buf info = { 0 };
	autofree char *running = NULL, *cpu = processor(ctx);

	if (knob_read(ctx, "build_info", &info) == 0)
		running = env_fact(info.text, "running");
	return xprintf(
		"kernel=%s\nprocessor=%s, %ld online\n"
		"tool=%s %s\nrounds=%u%s\n"
		"read=compare within this page: times of an emulated or shared machine say nothing by themselves\n",
		running ? running : "?", cpu, sysconf(_SC_NPROCESSORS_ONLN),
		PROGRAM, IOMMU_MOCK_VERSION, lab->rounds,
		lab->quick ? ", quick" : "");
}

/*
 * Opens the page before any measurement, to fail early. The file's old content
 * stays until the end.
 */
static int open_page(struct ctx *ctx, FILE **page)
{
	const char *file = opt_value(ctx, "html", 0);

	if (!file)
		return ST_OK;
	*page = fopen(file, "ae");
	if (!*page)
		return fail_errno(ctx, -errno, NULL, "cannot write %s: %m",
				  file);
	return ST_OK;
}

static int write_page(struct ctx *ctx, FILE *page, const char *about,
		      struct report **reports, unsigned int n)
{
	autofree char *name = command_name(cli_of(ctx)->command);
	autofree char *title = xprintf("%s %s", PROGRAM, name);

	/* A pipe, for instance, cannot be truncated, and need not be. */
	if (ftruncate(fileno(page), 0) && errno != EINVAL)
		return fail_errno(ctx, -errno, NULL,
				  "cannot write the page: %m");
	if (report_write_html(page, title, about, reports, n) != ST_OK)
		return fail_errno(ctx, -errno, NULL,
				  "cannot write the page: %m");
	return ST_OK;
}

/* ---- running --------------------------------------------------------------- */

static int rounds_wanted(struct ctx *ctx, unsigned int *rounds)
{
	const char *text = opt_value(ctx, "rounds", 0);
	uint64_t n = 0;

	if (text && (!number_parse(text, &n) || !n || n > MAX_ROUNDS))
		return usage_error(ctx, "--rounds is 1 to %d", MAX_ROUNDS);
	*rounds = (unsigned int)n;
	return ST_OK;
}

static int measure_one(struct lab *lab, const struct bench *bench,
		       struct report **report)
{
	unsigned int before = lab->scope.n;
	int st, undone;

	*report = command_report(lab->ctx, bench->shape);
	report_charts(*report, bench->charts);
	st = bench->run(lab, *report);
	lab_progress(NULL);
	undone = lab_undo(lab, before);
	return st == ST_OK ? undone : st;
}

/* done: the number of benchmarks that have a report. Those left out have none. */
static int measure(struct lab *lab, const struct bench *const *list,
		   unsigned int n, struct report **reports, unsigned int *done)
{
	struct cli *cli = cli_of(lab->ctx);
	int st = ST_OK;

	for (unsigned int i = 0; i < n && st == ST_OK; i++) {
		st = measure_one(lab, list[i], &reports[*done]);
		if (st < 0 && list[i]->optional && n > 1 &&
		    cli->said == SAID_NOT_READY) {
			cli->said = SAID_NOTHING;
			warning(lab->ctx, "bench %s is left out",
				list[i]->verb);
			report_free(reports[*done]);
			st = ST_OK;
		} else {
			++*done;
		}
	}
	return st;
}

static int run_all(struct ctx *ctx, const struct bench *const *list,
		   unsigned int n, int argc, char **argv)
{
	struct report *reports[ARRAY_SIZE(benches)] = { NULL };
	autofree char *about = NULL;
	unsigned int rounds = 0, done = 0;
	struct lab lab;
	FILE *page = NULL;
	int st = page_check(ctx), closed;

	if (st == ST_OK)
		st = rounds_wanted(ctx, &rounds);
	if (st == ST_OK)
		st = open_page(ctx, &page);
	if (st != ST_OK)
		return st;
	st = lab_open(&lab, ctx, opt_given(ctx, "quick"), rounds);
	lab.argc = argc;
	lab.argv = argv;
	if (st == ST_OK)
		st = measure(&lab, list, n, reports, &done);
	about = facts(ctx, &lab);
	closed = lab_close(&lab);
	st = st == ST_OK ? closed : st;
	if (st == ST_OK)
		st = report_print_all(reports, done);
	if (st == ST_OK && page)
		st = write_page(ctx, page, about, reports, done);
	for (unsigned int i = 0; i < done; i++)
		report_free(reports[i]);
	if (page)
		fclose(page);
	return st;
}

static int cmd_bench(struct ctx *ctx, int argc, char **argv)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(benches); i++)
		if (!strcmp(benches[i]->verb, cli_of(ctx)->command->verb))
			return run_all(ctx, &benches[i], 1, argc, argv);
	return run_all(ctx, benches, ARRAY_SIZE(benches), argc, argv);
}

const struct command bench_commands[] = {
	{
		.noun = "bench",
		.verb = "map",
		.summary = "what a page costs to map and unmap",
		.options = bench_options,
		.shape = &bench_map_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
		.details =
			"The command measures every format: single pages and batches, in order and scattered, with one thread and with two. It compares them with a domain that does nothing (null), with the bare stores (loop), with stores to memory that is allocated during the measurement (alloc), and with the kernel's own page tables where modules may use them. The subjects take turns in each round, and a ratio compares figures of the same rounds.",
	},
	{
		.noun = "bench",
		.verb = "sharing",
		.summary =
			"shared page tables against copies, for 1 to 64 instances",
		.options = bench_options,
		.shape = &bench_sharing_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
		.details =
			"The devices of all instances get the same memory: through one shared domain, or through one domain for each instance.",
	},
	{
		.noun = "bench",
		.verb = "attach",
		.summary =
			"what an attach costs, among 1 to 1,000 instances and domains",
		.options = bench_options,
		.shape = &bench_attach_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
	},
	{
		.noun = "bench",
		.verb = "knobs",
		.summary = "operations a second through the module's files",
		.options = bench_options,
		.shape = &bench_knobs_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
	},
	{
		.noun = "bench",
		.verb = "dma",
		.summary =
			"DMA of 64 bytes to 1M, with IOTLB hits and with misses",
		.options = bench_options,
		.shape = &bench_dma_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
		.details =
			"One DMA engine does every operation. Then two engines do one of the operations, behind one instance and behind two.",
	},
	{
		.noun = "bench",
		.verb = "dirty",
		.summary =
			"dirty tracking: reading the bits, and what it costs others",
		.options = bench_options,
		.shape = &bench_dirty_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
		.details =
			"The command reads the dirty bits of a domain of 16 pages and of one of 4,096, with no page dirty and with all. Then it maps pages, and lets a device write pages, with tracking off and on. It ends with status 3 if the IOMMU core of the kernel does not let drivers track writes (before Linux 6.7).",
	},
	{
		.noun = "bench",
		.verb = "vfio",
		.summary = "what a page costs VFIO to map and unmap",
		.operands = { { "FUNCTION", W_FUNCTION,
				OPD_OPTIONAL | OPD_REPEAT } },
		.options = bench_options,
		.shape = &bench_vfio_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
		.details =
			"The command maps 128M of memory in which no two pages are contiguous: all pages in one call, page by page, and one page mapped and unmapped again and again. A FUNCTION is the name of a device (bus=pci), or the address, as lspci -D prints it, of any PCI function behind an IOMMU. The command binds each function to vfio-pci, gives it a type1 container of its own, and compares the other functions with the first. Without FUNCTION the command makes functions of its own, in some formats, with an IOTLB and without. It ends with status 3 if the kernel has no VFIO.",
	},
	{
		.noun = "bench",
		.verb = "all",
		.summary =
			"run all of these that the kernel supports, one after the other",
		.options = bench_all_options,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_bench,
	},
	{ 0 },
};
