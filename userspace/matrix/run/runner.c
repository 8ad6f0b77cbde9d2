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

void trial_wrong(struct trial *t, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvprintf(fmt, ap);
	va_end(ap);
	buf_printf(&t->why, "%s\n", text);
	free(text);
	t->failed = true;
}

/*
 * The matrix resets the module many times, so it refuses to run while there are
 * objects of others.
 */
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
	r->target.ctx = ctx;
	r->target.kmsg = -1;
	err = kernel_info(ctx, &r->target.info);
	if (err)
		return env_error(ctx, "build_info cannot be read (%s)",
				 errno_name(err));
	ret = refuse_in_use(ctx);
	if (ret)
		return ret;
	ret = kernel_open(&r->target.k, ctx);
	if (ret)
		return ret;
	r->target.k.keep = true;
	r->target.k.seen = check_seen;
	r->target.k.gap = check_gap;
	r->target.kmsg = log_open(ctx);
	return 0;
}

void runner_close(struct runner *r)
{
	/* That would wait for it. */
	if (!r->target.stuck)
		topo_reset(r->target.ctx);
	kernel_close(&r->target.k);
	if (r->target.kmsg >= 0)
		close(r->target.kmsg);
	buf_free(&r->trial.why);
	judge_free(r->trial.judge);
	rules_free(r->trial.rules);
	for (int i = 0; i < MX_INSTS; i++)
		free(r->built.features[i]);
}

/* One sentence about what the core of this kernel lacks, or NULL. */
static const char *lacks(const struct kernel_info *info,
			 enum special_needs needs)
{
	switch (needs) {
	case NEEDS_PASIDS:
		return info->pasids ?
			       NULL :
			       "the IOMMU core of this kernel attaches no PASIDs in a way that is known here";
	case NEEDS_SVA:
		return info->sva ?
			       NULL :
			       "this kernel does not bind processes to devices";
	case NEEDS_PASID_REPLACE:
		return info->replaces_pasids ?
			       NULL :
			       "the IOMMU core of this kernel does not let modules move a PASID";
	case NEEDS_GROUP_REPLACE:
		return info->replaces_groups ?
			       NULL :
			       "the IOMMU core of this kernel does not let modules move a group";
	case NEEDS_VDPA:
		return info->vdpa ?
			       NULL :
			       "the module has no vDPA devices on this kernel";
	case NEEDS_NESTING:
		return info->nests ? NULL : "this kernel has no vIOMMU objects";
	case NEEDS_BLOCKED_DEFAULT:
		return info->blocked_default && info->multi_driver ?
			       NULL :
			       "a second driver, with a blocking default domain, cannot exist on this kernel";
	default:
		return NULL;
	}
}

static const char *reason_to_skip(const struct target *t,
				  const struct cell *cell)
{
	if (topo_multi_driver(cell->topo) && !t->info.multi_driver)
		return "one IOMMU driver per bus on this kernel, so no gatekeeper to test (ONE-DRIVER)";
	if (topo_has_functions(cell->topo) && !t->info.pci)
		return "the module has no PCI functions on this machine";
	if (cell->special && lacks(&t->info, cell->special->needs))
		return lacks(&t->info, cell->special->needs);
	if (t->stuck)
		return "a thread of a race before has not come back";
	if (cell->special && cell->special->missing)
		return cell->special->missing(t->ctx, cell->special);
	return NULL;
}

static void start(struct runner *r, const struct cell *cell)
{
	struct trial *t = &r->trial;
	struct run *run = &t->run;

	buf_drop(&t->why, t->why.len);
	memset(&t->expected, 0, sizeof(t->expected));
	memset(&t->got, 0, sizeof(t->got));
	rules_free(t->rules);
	judge_free(t->judge);
	t->judge = rules_begin(cell);
	given_recorded(t->judge, r->target.ctx);
	t->cell = cell;
	t->failed = t->dirty = false;
	t->facts = t->tables = t->copies = 0;
	run_init(run, &watch_ops, &r->target.k, r->target.info.family, "mx-");
	if (cell->row ? cell->row->maps : cell->special->caller != NULL) {
		run->maps = mx_maps;
		run->n_maps = ARRAY_SIZE(mx_maps);
	}
}

void built_add_units(const struct built *b, struct run *run)
{
	const struct topo *t = b->topo;

	for (int u = 0; u < b->n_units; u++) {
		const struct topo_unit *unit = &b->units[u];
		const struct topo_dev *dev = &t->devs[unit->devs[0]];
		const char *driver = t->insts[dev->inst].driver;

		run_add(run, unit->group, dev->name, dev->name,
			driver ? driver : "mock", (unsigned int)unit->n);
	}
}

static void place_and_compare(struct runner *r)
{
	const struct caller *caller =
		caller_find(kind_words[r->trial.cell->caller]);
	int undone;

	built_add_units(&r->built, &r->trial.run);
	oracle(r->trial.cell, r->target.info.family, &r->trial.expected);
	if (r->options.no_verify)
		r->trial.expected.broken &= ~RULE(R14);
	r->trial.facts = r->trial.expected.facts;
	run_place(&r->trial.run, caller);
	traffic_stop(r);
	check_placed(r);
	if (!r->options.no_verify)
		check_memory(r);
	undone = run_undo(&r->trial.run);
	if (undone) {
		r->trial.dirty = true;
		if (!r->trial.expected.adrift)
			trial_wrong(&r->trial, "could not be undone: %s",
				    errno_name(undone));
	}
	check_after(r);
	if (!outcome_equal(&r->trial.expected, &r->trial.got))
		r->trial.failed = true;
}

/* Adds a line for each rule that is broken unexpectedly, or missed. */
static void weigh_rules(struct trial *t)
{
	for (int i = R1; i < RULES; i++) {
		const struct rule_result *rule = &t->rules[i];

		if (rule->verdict == RV_BROKEN || rule->verdict == RV_MISSED)
			trial_wrong(t, "R%d: %s", i,
				    rule->seen ? rule->seen : "?");
	}
}

static void run_special(struct runner *r, const struct special *special)
{
	r->trial.facts = special->facts[r->target.info.family];
	special->run(r);
	if (!r->target.stuck)
		check_after(r);
	rules_shown(r->trial.rules, special);
	if (special->evidence &&
	    (r->trial.failed || !rules_good(r->trial.rules)))
		special->evidence(r);
}

enum cell_verdict runner_cell(struct runner *r, const struct cell *cell)
{
	r->trial.skip = reason_to_skip(&r->target, cell);
	if (r->trial.skip)
		return CELL_SKIP;
	start(r, cell);
	if (setup_cell(r, cell)) {
		kernel_restart(&r->target.k);
		check_start(&r->target);
		if (cell->special)
			run_special(r, cell->special);
		else
			place_and_compare(r);
		weigh_rules(&r->trial);
	}
	if (r->trial.failed || r->trial.dirty)
		setup_forget(&r->built);
	return r->trial.failed ? CELL_FAIL : CELL_PASS;
}
