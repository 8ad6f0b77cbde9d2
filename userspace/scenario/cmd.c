// SPDX-License-Identifier: GPL-2.0-only
/* scenario: bugs of kernels, replayed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "scenario/scenario.h"

static const struct option scenario_options[] = {
	{ "steps", 0, NULL, W_ANY,
	  "print each step, and the journal of it, on standard error", NULL },
	{ "spare", 0, "FUNCTION", W_ANY,
	  "a PCI function (0000:00:04.0) without IOMMU and without driver, which B29 may bind to vfio-pci",
	  NULL },
	{ 0 },
};

enum { ID, SLUG, WHERE };

static const struct report_column list_columns[] = {
	[ID] = { "ID", R_STRING, RC_DEFAULT, "the bug's number", 0 },
	[SLUG] = { "SLUG", R_STRING, RC_DEFAULT, "its name", 0 },
	[WHERE] = { "WHERE", R_STRING, RC_DEFAULT, "where in the kernel it is",
		    0 },
	{ 0 },
};

static const struct report_shape scenario_shape = { "scenarios", list_columns };

enum { S_ID, S_KIND, S_TEXT };

static const struct report_column show_columns[] = {
	[S_ID] = { "ID", R_STRING, 0, "the bug's number", 0 },
	[S_KIND] = { "KIND", R_STRING, RC_DEFAULT,
		     "slug, what, correct or where", 0 },
	[S_TEXT] = { "TEXT", R_STRING, RC_DEFAULT, "the text", 0 },
	{ 0 },
};

static const struct report_shape scenario_show_shape = { "scenario",
							 show_columns };

enum { R_ID, R_SLUG, R_VERDICT, R_WHY, R_STEPS };

static const struct report_column run_columns[] = {
	[R_ID] = { "ID", R_STRING, RC_DEFAULT, "the bug's number", 0 },
	[R_SLUG] = { "SLUG", R_STRING, RC_DEFAULT, "its name", 0 },
	[R_VERDICT] = { "VERDICT", R_STRING, RC_DEFAULT,
			"present, absent, cannot (be run here), or error", 0 },
	[R_WHY] = { "WHY", R_STRING, RC_DEFAULT, "what was seen", 0 },
	[R_STEPS] = { "STEPS", R_STRING, 0,
		      "what was done, and the journal of it", 0 },
	{ 0 },
};

static const struct report_shape scenario_run_shape = { "verdicts",
							run_columns };

static int cmd_scenario_list(struct ctx *ctx, int argc, char **argv)
{
	struct report *r = command_report(ctx, &scenario_shape);

	(void)argc;
	(void)argv;
	for (const struct scenario *sc = scenarios; sc->id; sc++) {
		struct report_row *row = report_add(r, NULL);

		report_str(row, ID, sc->id);
		report_str(row, SLUG, sc->slug);
		report_str(row, WHERE, sc->where);
	}
	return report_end(r);
}

static void add_text(struct report *r, const struct scenario *sc,
		     const char *kind, const char *text)
{
	struct report_row *row = report_add(r, NULL);

	report_str(row, S_ID, sc->id);
	report_str(row, S_KIND, kind);
	report_str(row, S_TEXT, text);
}

/* All names, before anything is done. */
static int check_names(struct ctx *ctx, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!scenario_find(argv[i]))
			return usage_error(ctx, "there is no scenario '%s'",
					   argv[i]);
	return 0;
}

static int cmd_scenario_show(struct ctx *ctx, int argc, char **argv)
{
	struct report *r;

	if (check_names(ctx, argc, argv))
		return -EINVAL;
	r = command_report(ctx, &scenario_show_shape);
	for (int i = 0; i < argc; i++) {
		const struct scenario *sc = scenario_find(argv[i]);

		add_text(r, sc, "slug", sc->slug);
		add_text(r, sc, "what", sc->what);
		add_text(r, sc, "correct", sc->correct);
		add_text(r, sc, "where", sc->where);
	}
	return report_end(r);
}

static void print_steps(const struct scenario *sc, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "\n");

		fprintf(stderr, "%s: %.*s\n", sc->id, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static bool run_one(struct ctx *ctx, struct report *r,
		    const struct scenario *sc)
{
	static const enum report_verdict ktap[] = {
		[SC_PRESENT] = V_FAIL,
		[SC_ABSENT] = V_PASS,
		[SC_CANNOT] = V_SKIP,
		[SC_ERROR] = V_FAIL,
	};
	struct report_row *row = report_add(r, NULL);
	struct sc_outcome out;
	bool error;

	scenario_run(ctx, sc, opt_value(ctx, "spare", 0), &out);
	report_str(row, R_ID, sc->id);
	report_str(row, R_SLUG, sc->slug);
	report_str(row, R_VERDICT, verdict_words[out.verdict]);
	report_str(row, R_WHY, out.why.text);
	report_str(row, R_STEPS, out.steps.text);
	report_verdict(row, ktap[out.verdict], out.why.text);
	if (opt_given(ctx, "steps"))
		print_steps(sc, out.steps.text);
	error = out.verdict == SC_ERROR;
	buf_free(&out.why);
	buf_free(&out.steps);
	return error;
}

static int cmd_scenario_run(struct ctx *ctx, int argc, char **argv)
{
	struct report *r;
	bool error = false;
	int printed;

	if (check_names(ctx, argc, argv))
		return -EINVAL;
	r = command_report(ctx, &scenario_run_shape);
	for (const struct scenario *sc = scenarios;
	     sc->id && !argc && !stopped(ctx); sc++)
		error |= run_one(ctx, r, sc);
	for (int i = 0; i < argc && !stopped(ctx); i++)
		error |= run_one(ctx, r, scenario_find(argv[i]));
	printed = report_end(r);
	return error ? ST_FAILED : printed;
}

const struct command scenario_commands[] = {
	{
		.noun = "scenario",
		.verb = "list",
		.summary = "list the scenarios",
		.shape = &scenario_shape,
		.run = cmd_scenario_list,
	},
	{
		.noun = "scenario",
		.verb = "show",
		.summary = "what a bug is, and what a kernel without it does",
		.operands = { { "SCENARIO", W_SCENARIO, OPD_REPEAT } },
		.shape = &scenario_show_shape,
		.run = cmd_scenario_show,
	},
	{
		.noun = "scenario",
		.verb = "run",
		.summary = "replay bugs, and say whether this kernel has them",
		.operands = { { "SCENARIO", W_SCENARIO,
				OPD_OPTIONAL | OPD_REPEAT } },
		.options = scenario_options,
		.shape = &scenario_run_shape,
		.flags = CMD_MODULE | CMD_KTAP | CMD_UNDOES,
		.run = cmd_scenario_run,
		.details =
			"Without SCENARIO the command runs all scenarios, one after the other. The verdict is present, absent, or cannot: the kernel lacks something that the scenario needs, and the column WHY names it. The callers are the kernel's own: VFIO's containers, iommufd, or the core by the in-kernel caller. The objects of a scenario have names sc-..., and are removed at the end. The command does not fail because a bug is present, but KTAP says \"not ok\". The status is 1 if a scenario could not be run to its end.",
	},
	{ 0 },
};
