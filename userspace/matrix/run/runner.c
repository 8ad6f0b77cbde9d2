// SPDX-License-Identifier: GPL-2.0-only
/* One cell: set up, place, compare, undo. See runner.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/given.h"
#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

static const struct mapping mx_maps[] = { { MX_IOVA, MX_BUFFER } };

void runner_wrong(struct runner *r, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvprintf(fmt, ap);
	va_end(ap);
	buf_printf(&r->why, "%s\n", text);
	free(text);
	r->failed = true;
}

/* The matrix resets the module again and again: not with others' objects. */
static int refuse_in_use(struct ctx *ctx)
{
	struct model *m = model_read(ctx);
	int ret = 0;

	if (!m)
		return -EIO;
	if (m->n_instances || m->n_buffers)
		ret = fail(ctx, NULL,
			   "the module has objects (%s), which would be lost: "
			   "save them, and run \"%s reset\" first",
			   m->n_instances ? m->instances[0].name :
					    m->buffers[0].name,
			   PROGRAM);
	model_free(m);
	return ret;
}

int runner_open(struct runner *r, struct ctx *ctx)
{
	int err, ret;

	memset(r, 0, sizeof(*r));
	r->ctx = ctx;
	r->kmsg = -1;
	err = kernel_info(ctx, &r->info);
	if (err)
		return env_error(ctx, "build_info cannot be read (%s)",
				 errno_name(err));
	ret = refuse_in_use(ctx);
	if (ret)
		return ret;
	ret = kernel_open(&r->k, ctx);
	if (ret)
		return ret;
	r->k.keep = true;
	r->k.seen = check_seen;
	r->k.gap = check_gap;
	r->kmsg = log_open(ctx);
	return 0;
}

void runner_close(struct runner *r)
{
	/* That would wait for it. */
	if (!r->stuck)
		topo_reset(r->ctx);
	kernel_close(&r->k);
	if (r->kmsg >= 0)
		close(r->kmsg);
	buf_free(&r->why);
	judge_free(r->judge);
	rules_free(r->rules);
	for (int i = 0; i < MX_INSTS; i++)
		free(r->features[i]);
}

static const char *reason_to_skip(struct runner *r, const struct cell *cell)
{
	if (topo_multi_driver(cell->topo) && !r->info.multi_driver)
		return "one IOMMU driver per bus on this kernel, so no gatekeeper to test (ONE-DRIVER)";
	if (cell->special && cell->special->families &&
	    !(cell->special->families & (1U << r->info.family)))
		return cell->special->skip;
	if (r->stuck)
		return "a thread of a race before has not come back";
	if (cell->special && cell->special->missing)
		return cell->special->missing(r, cell->special);
	return NULL;
}

static void start(struct runner *r, const struct cell *cell)
{
	struct run *run = &r->run;

	buf_drop(&r->why, r->why.len);
	memset(&r->expected, 0, sizeof(r->expected));
	memset(&r->got, 0, sizeof(r->got));
	rules_free(r->rules);
	judge_free(r->judge);
	r->judge = rules_begin(cell);
	given_recorded(r->judge, r->ctx);
	r->cell = cell;
	r->failed = r->dirty = false;
	r->facts = r->tables = r->copies = 0;
	run_init(run, &watch_ops, r, r->info.family, "mx-");
	if (cell->row ? cell->row->maps : cell->special->caller != NULL) {
		run->maps = mx_maps;
		run->n_maps = ARRAY_SIZE(mx_maps);
	}
}

void runner_add_units(struct runner *r)
{
	const struct topo *t = r->topo;

	for (int u = 0; u < r->n_units; u++) {
		const struct topo_unit *unit = &r->units[u];
		const struct topo_dev *dev = &t->devs[unit->devs[0]];
		const char *driver = t->insts[dev->inst].driver;

		run_add(&r->run, unit->group, dev->name, dev->name,
			driver ? driver : "mock", (unsigned int)unit->n);
	}
}

static void place_and_compare(struct runner *r)
{
	const struct caller *caller = caller_find(kind_words[r->cell->caller]);
	int undone;

	runner_add_units(r);
	oracle(r->cell, r->info.family, &r->expected);
	if (r->no_verify)
		r->expected.broken &= ~RULE(R14);
	r->facts = r->expected.facts;
	run_place(&r->run, caller);
	traffic_stop(r);
	check_placed(r);
	if (!r->no_verify)
		check_memory(r);
	undone = run_undo(&r->run);
	if (undone) {
		r->dirty = true;
		if (!r->expected.adrift)
			runner_wrong(r, "could not be undone: %s",
				     errno_name(undone));
	}
	check_after(r);
	if (!outcome_equal(&r->expected, &r->got))
		r->failed = true;
}

/* What is broken and unknown, or missed, says so in a line of its own. */
static void weigh_rules(struct runner *r)
{
	for (int i = R1; i < RULES; i++) {
		const struct rule_result *rule = &r->rules[i];

		if (rule->verdict == RV_BROKEN || rule->verdict == RV_MISSED)
			runner_wrong(r, "R%d: %s", i,
				     rule->seen ? rule->seen : "?");
	}
}

static void run_special(struct runner *r, const struct special *special)
{
	r->facts = special->facts[r->info.family];
	special->run(r);
	if (!r->stuck)
		check_after(r);
	rules_shown(r->rules, special);
	if (special->evidence && (r->failed || !rules_good(r->rules)))
		special->evidence(r);
}

enum cell_verdict runner_cell(struct runner *r, const struct cell *cell)
{
	r->skip = reason_to_skip(r, cell);
	if (r->skip)
		return CELL_SKIP;
	start(r, cell);
	if (setup_cell(r, cell)) {
		kernel_restart(&r->k);
		check_start(r);
		if (cell->special)
			run_special(r, cell->special);
		else
			place_and_compare(r);
		weigh_rules(r);
	}
	if (r->failed || r->dirty)
		setup_forget(r);
	return r->failed ? CELL_FAIL : CELL_PASS;
}
