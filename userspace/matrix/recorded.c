// SPDX-License-Identifier: GPL-2.0-only
/*
 * See recorded.h. The kernel of these runs has the words "real drivers" behind
 * its release: its columns stand beside those of the mock, and no cell of the
 * two is compared.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "judge/deviations.h"
#include "judge/read.h"
#include "lib/presets.h"
#include "lib/words.h"
#include "matrix/recorded.h"
#include "matrix/results/result.h"
#include "matrix/run/runner.h"

#define LINES 80 /* of a recording, as evidence */

/* The first lines, and the release in "1 0 recording kernel=RELEASE ...". */
struct text {
	char *lines, *release;
};

static int read_text(struct ctx *ctx, const char *file, struct text *text)
{
	FILE *in = fopen(file, "re");
	struct buf b = { 0 };
	char *line = NULL, *at;
	size_t room = 0;

	if (!in)
		return fail_errno(ctx, -errno, file, "cannot be opened: %m");
	for (int n = 0; n < LINES && getline(&line, &room, in) > 0; n++)
		buf_str(&b, line);
	free(line);
	fclose(in);
	at = b.text ? strstr(b.text, " recording kernel=") : NULL;
	if (!at || memchr(b.text, '\n', (size_t)(at - b.text))) {
		free(b.text);
		return fail(ctx, file,
			    "is not a recording: its first line has no kernel");
	}
	at += strlen(" recording kernel=");
	text->lines = b.text;
	text->release = xstrndup(at, strcspn(at, " \n"));
	return ST_OK;
}

static enum rule_verdict weigh(const struct observation *o, const char *caller,
			       char **why)
{
	const struct deviation *known = deviation_find(caller, NULL, o);

	if (!o->broken)
		return RV_KEPT;
	if (known)
		*why = xprintf("%s; known: %s (%s)", o->why, known->fact,
			       known->where);
	else
		*why = xstrdup(o->why);
	return known ? RV_KNOWN : RV_BROKEN;
}

static void weigh_all(struct result *r, const struct judge *j,
		      const char *caller)
{
	const struct observation *o;

	for (unsigned int n = judge_observations(j, &o); n--; o++) {
		struct rule_result *rule = &r->rules[o->rule];
		char *why = NULL;
		enum rule_verdict v = weigh(o, caller, &why);

		/* The verdicts here are in the order of their weight. */
		if (v <= rule->verdict) {
			free(why);
			continue;
		}
		free(rule->seen);
		*rule = (struct rule_result){ v, why };
		if (v == RV_BROKEN)
			r->verdict = CELL_FAIL;
	}
	/* The missing events might show them broken. */
	for (int i = R1; judge_missing(j) && i < RULES; i++)
		if (r->rules[i].verdict == RV_KEPT)
			r->rules[i].verdict = RV_NONE;
}

/* The run of this kernel, which may be a new one. */
static unsigned int run_of(struct results *all, const char *release)
{
	autofree char *kernel = xprintf("%s, real drivers", release);
	struct result_run *run;
	unsigned int i = 0;

	while (i < all->n_runs && strcmp(all->runs[i].kernel, kernel))
		i++;
	if (i < all->n_runs)
		return i;
	run = results_run(all);
	run->kernel = xstrdup(kernel);
	run->family = xstrdup("-");
	run->tool = xstrdup(IOMMU_MOCK_VERSION);
	return i;
}

/* "two-smmus" of "dir/two-smmus.journal" */
static char *topology_of(const char *file)
{
	autofree char *copy = xstrdup(file);
	char *name = basename(copy);

	return xstrndup(name, strcspn(name, "."));
}

/* The users of a driver that were recorded, as the matrix names them. */
static const char *caller_name(unsigned int i)
{
	static const char *const names[] = { "vfio", "iommufd" };

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

/* A caller, and the driver's preset. */
struct pairing {
	const char *caller, *driver;
};

/*
 * Judges a recording of the caller on the driver, and adds a cell, and a run unless
 * there is one of this kernel. The result is that of a command.
 */
static int read_recording(struct ctx *ctx, struct results *all,
			  const struct pairing *who, const char *file)
{
	autofree char *topology = topology_of(file);
	struct judge *j = judge_new();
	struct text text = { 0 };
	struct result *r;
	int st = read_text(ctx, file, &text);

	if (st == ST_OK)
		st = judge_read(ctx, j, file, 0);
	if (st == ST_OK) {
		judge_run(j);
		r = results_add(all);
		r->id = xprintf("%s/-/-/-/%s-on-%s", topology, who->caller,
				who->driver);
		r->run = run_of(all, text.release);
		r->verdict = CELL_PASS;
		weigh_all(r, j, who->caller);
		record_calls(j, r);
		r->journal = xstrdup(text.lines);
		all->runs[r->run].cells++;
		all->runs[r->run].count[r->verdict]++;
	}
	judge_free(j);
	free(text.lines);
	free(text.release);
	return st;
}

static const char *driver_name(unsigned int i)
{
	const struct preset *p = presets;

	for (; p->name; p++)
		if ((p == presets || strcmp(p->name, p[-1].name)) && !i--)
			break;
	return p->name;
}

const struct option recorded_options[] = {
	{ "driver", 0, "NAME", W_ANY,
	  "the driver of the IOMMU, as in preset list (must be given)",
	  driver_name },
	{ "caller", 0, "NAME", W_ANY, "the user of the driver (default: vfio)",
	  caller_name },
	{ 0 },
};

int recorded_cmd(struct ctx *ctx, int argc, char **argv)
{
	const char *caller = opt_value(ctx, "caller", 0);
	struct pairing who = {
		.caller = caller ? caller : caller_name(0),
		.driver = opt_value(ctx, "driver", 0),
	};
	struct results all = { 0 };
	int st = ST_OK;

	if (!who.driver)
		return usage_error(ctx, "--driver must be given");
	for (int i = 0; i < argc && st == ST_OK; i++)
		st = read_recording(ctx, &all, &who, argv[i]);
	if (st == ST_OK) {
		results_json_begin(stdout);
		for (unsigned int i = 0; i < all.n; i++)
			results_json_cell(stdout, &all.v[i], !i);
		results_json_end(stdout, all.runs, all.n_runs);
	}
	results_free(&all);
	return st;
}
