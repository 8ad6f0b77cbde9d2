// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells in which PASIDs of devices behind several instances are attached: one process
 * is bound to all devices, by the core's own loop and by the strategy that plays it;
 * and iommufd attaches a PASID of each function. And cells in which iommufd puts
 * functions on tables of guests. As in real.c the outcome is
 * not predicted, but the judge judges every rule, and the known deviations must
 * happen. Each cell makes the devices that it needs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "callers/kernel/real.h"
#include "lib/iommufd.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/steps.h"

/* The first is wide, the second narrow; the third spans both. */
static const struct {
	const char *name, *instance, *group;
} devices[] = {
	{ "mx-1", "mx-P", "mx-1" },
	{ "mx-2", "mx-Q", "mx-2" },
	{ "mx-3", "mx-P", "mx-g" },
	{ "mx-4", "mx-Q", "mx-g" },
};

static bool has_pasids(const struct runner *r)
{
	return r->trial.cell->special->needs != NEEDS_NESTING;
}

static bool add_instance(struct runner *r, const char *name, const char *more)
{
	const struct special *s = r->trial.cell->special;
	autofree char *options =
		xprintf("%s policy=%s errno=%s%s%s%s%s",
			has_pasids(r) ? "pasid=4" : "nest=1", s->name,
			s->errnos, more, s->needs == NEEDS_SVA ? " sva=1" : "",
			strcmp(s->disturb, "-") ? " misbehave=" : "",
			strcmp(s->disturb, "-") ? s->disturb : "");

	return step_ok(r, topo_add_instance(r->target.ctx, name, options));
}

/* iommufd gets functions, through VFIO. */
static bool real_functions(const struct runner *r)
{
	return r->trial.cell->special->missing;
}

static const char *missing(const struct ctx *ctx, const struct special *s)
{
	struct ctx quiet = *ctx;

	(void)s;
	quiet.say = NULL;
	return iommufd_load(&quiet) ? "there is no iommufd here" : NULL;
}

static bool begin(struct runner *r)
{
	bool good = add_instance(r, "mx-P", "") &&
		    add_instance(r, "mx-Q", " ias=39");

	for (unsigned int i = 0; good && i < ARRAY_SIZE(devices); i++) {
		autofree char *options = xprintf(
			"pasids=%u group=%s%s", has_pasids(r) ? 16 : 0,
			devices[i].group, real_functions(r) ? " bus=pci" : "");
		struct unit *u;

		good = step_ok(r,
			       topo_add_device(r->target.ctx, devices[i].name,
					       devices[i].instance, options));
		judge_group(r->trial.judge, devices[i].group, devices[i].name,
			    "mock");
		/* The second of a group comes with the first. */
		if (i + 1 == ARRAY_SIZE(devices))
			continue;
		u = run_add(&r->trial.run, devices[i].group, devices[i].name,
			    devices[i].name, "mock", i == 2 ? 2 : 1);
		u->pasids = has_pasids(r) ? 16 : 0;
	}
	return good;
}

static void end(struct runner *r)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++)
		step_ok(r, topo_del(r->target.ctx, M_DEVICE, devices[i].name));
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "mx-P"));
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "mx-Q"));
}

static void place(struct runner *r, const struct caller *caller)
{
	struct run *run = &r->trial.run;

	if (caller->prepare && caller->prepare(run)) {
		trial_wrong(&r->trial, "%s cannot begin", caller->name);
		return;
	}
	kernel_restart(&r->target.k);
	check_start(&r->target);
	run_place(run, caller);
	check_placed(r);
	if (!r->options.no_verify && caller->check && caller->check(run))
		judge_state(r->trial.judge, R14, WHO_DRIVER,
			    "a function does not reach its memory");
	if (caller->undo ? caller->undo(run) : run_undo(run))
		trial_wrong(&r->trial, "%s could not be undone", caller->name);
	kernel_drain(&r->target.k);
}

static void run(struct runner *r)
{
	void (*say)(void *owner, const struct complaint *c) =
		r->target.ctx->say;

	r->trial.expected.broken = r->trial.expected.either = ~0U;
	if (!begin(r))
		return;
	/* A refusal is a result here, not a complaint. */
	r->target.ctx->say = NULL;
	place(r, real_find(r->trial.cell->special->caller));
	r->target.ctx->say = say;
	end(r);
}

#define CELL(policy, e, d, who, what, lacks)                               \
	{                                                                  \
		.topo = "one", .name = policy, .errnos = e, .disturb = d,  \
		.run = run, .caller = who, .needs = what, .missing = lacks \
	}
#define CELLS(who, what, lacks, bug)                                      \
	CELL("any", "EINVAL", "-", who, what, lacks),                     \
		CELL("compatible", "EINVAL", "-", who, what, lacks),      \
		CELL("same-instance", "EINVAL", "-", who, what, lacks),   \
		CELL("compatible", "EMEDIUMTYPE", "-", who, what, lacks), \
		CELL("compatible", "ENODEV", "-", who, what, lacks),      \
		CELL("compatible", "ENOMEM", "-", who, what, lacks),      \
		CELL("compatible", "EINVAL", bug, who, what, lacks),      \
		CELL("compatible", "EINVAL", "log-refusal", who, what, lacks)

const struct special mx_processes[] = {
	CELLS("sva", NEEDS_SVA, NULL, "half-done"),
	CELLS("sva-model", NEEDS_PASIDS, NULL, "half-done"),
	CELLS("iommufd-pasid", NEEDS_PASIDS, missing, "half-done"),
	CELLS("iommufd-nested", NEEDS_NESTING, missing, "refuse-fresh"),
	{ 0 }
};
