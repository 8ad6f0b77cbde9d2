// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells in which the kernel's own callers place devices: VFIO, iommufd in its
 * ways, and vhost-vdpa. The outcome is not predicted here: tests/lane/ compares
 * these callers with the strategies that play them. But the same judge judges
 * every rule, and the known deviations of the kernel's callers must happen.
 */
#include <string.h>
#include <unistd.h>

#include "callers/kernel/real.h"
#include "lib/iommufd.h"
#include "lib/root.h"
#include "lib/vdpa.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

/* VFIO's device numbers for single functions: CONFIG_VFIO_DEVICE_CDEV */
static bool has_cdevs(const struct ctx *ctx)
{
	autofree char *text = root_read(ctx, "/proc/devices");

	return text && strstr(text, " vfio-dev");
}

bool real_vfio(const struct ctx *ctx)
{
	struct ctx quiet = *ctx;
	int fd;

	quiet.say = NULL;
	if (vfio_load(&quiet))
		return false;
	fd = vfio_container_open(&quiet);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const char *missing(const struct ctx *ctx, const struct special *s)
{
	const char *caller = s->caller;
	struct ctx quiet = *ctx;

	quiet.say = NULL;
	if (!strcmp(caller, "vfio"))
		return real_vfio(ctx) ?
			       NULL :
			       "there is no type1 container of VFIO here";
	if (!strcmp(caller, "vdpa"))
		return vdpa_load(&quiet) ? "there is no vhost-vdpa here" : NULL;
	if (iommufd_load(&quiet))
		return "there is no iommufd here";
	if (strcmp(caller, "vfio-compat") && !has_cdevs(&quiet))
		return "VFIO has no character devices for functions here (CONFIG_VFIO_DEVICE_CDEV)";
	return NULL;
}

/* A policy of its own name: anything goes but B with domains of C. */
#define DENY "deny-BC"

static void set_instances(struct runner *r, const struct special *s)
{
	bool deny = !strcmp(s->name, DENY);

	if (deny)
		setup_knob(r, "B", "pairs", "deny C");
	for (int i = 0; i < MX_INSTS && r->built.topo->insts[i].name; i++) {
		const char *name = r->built.topo->insts[i].name;

		setup_knob(r, name, "policy", deny ? "any" : s->name);
		setup_knob(r, name, "errno", s->errnos);
		if (strcmp(s->disturb, "-"))
			setup_knob(r, name, "misbehave", s->disturb);
	}
}

static void place(struct runner *r, const struct caller *caller)
{
	int st = caller->prepare(&r->trial.run);

	if (st) {
		trial_wrong(&r->trial, "%s cannot begin: %s", caller->name,
			    vfio_error());
		return;
	}
	kernel_restart(&r->target.k);
	check_start(&r->target);
	run_place(&r->trial.run, caller);
	check_placed(r);
	st = r->options.no_verify ? 0 : caller->check(&r->trial.run);
	if (!r->options.no_verify)
		judge_state(r->trial.judge, R14, WHO_DRIVER,
			    !st ? NULL :
				  "a function does not reach its memory");
	if (caller->undo(&r->trial.run))
		trial_wrong(&r->trial, "%s could not be undone: %s",
			    caller->name, vfio_error());
}

/*
 * A driver may break what the cell tells it to break, or not; breaches of the
 * core and the caller must be known ones.
 */
static void run(struct runner *r)
{
	const struct special *s = r->trial.cell->special;
	void (*say)(void *owner, const struct complaint *c) =
		r->target.ctx->say;

	r->trial.expected.broken = r->trial.expected.either = ~0U;
	r->trial.expected.adrift = r->target.info.family == FAM_BUS_OPS;
	set_instances(r, s);
	built_add_units(&r->built, &r->trial.run);
	/*
	 * The caller complains about refusals on standard error; here a refusal
	 * is a result.
	 */
	r->target.ctx->say = NULL;
	place(r, real_find(s->caller));
	r->target.ctx->say = say;
	if (!strcmp(s->name, DENY))
		setup_knob(r, "B", "pairs", "clear C");
}

#define CELL(t, policy, e, d, who)                                    \
	{                                                             \
		.topo = t, .name = policy, .errnos = e, .disturb = d, \
		.run = run, .missing = missing, .caller = who         \
	}
#define CELLS(who)                                                            \
	CELL("pci3", "any", "EINVAL", "-", who),                              \
		CELL("pci3", "same-instance", "EINVAL", "-", who),            \
		CELL("pci3", "same-instance", "EMEDIUMTYPE", "-", who),       \
		CELL("pci3", "same-instance", "ENODEV", "-", who),            \
		CELL("pci3", "same-instance", "ENOMEM", "-", who),            \
		CELL("pci3", "same-instance", "EINVAL", "unhook-first", who), \
		CELL("pci3", "same-instance", "EINVAL", "log-refusal", who),  \
		CELL("pci-g3r2", DENY, "EINVAL", "-", who),                   \
		CELL("pci-g3r2", DENY, "ENOMEM", "-", who)
/* It tries no second domain, so a refusal is one of a fresh domain. */
#define VDPA(t, policy, e, d)                                         \
	{                                                             \
		.topo = t, .name = policy, .errnos = e, .disturb = d, \
		.run = run, .missing = missing, .caller = "vdpa",     \
		.needs = NEEDS_VDPA                                   \
	}
#define VDPA_CELLS                                                  \
	VDPA("trio", "any", "EINVAL", "-"),                         \
		VDPA("trio", "same-instance", "EINVAL", "-"),       \
		VDPA("pci3", "any", "EINVAL", "-"),                 \
		VDPA("pci-g3r2", DENY, "EINVAL", "-"),              \
		VDPA("trio", "any", "EINVAL", "refuse-fresh"),      \
		VDPA("trio", "any", "EMEDIUMTYPE", "refuse-fresh"), \
		VDPA("trio", "any", "EBUSY", "refuse-fresh"),       \
		VDPA("trio", "any", "ENODEV", "refuse-fresh"),      \
		VDPA("trio", "any", "ENOMEM", "refuse-fresh"),      \
		VDPA("pci3", "any", "ENOMEM", "refuse-fresh")

const struct special mx_reals[] = { CELLS("vfio"),
				    CELLS("vfio-compat"),
				    CELLS("iommufd-cdev"),
				    CELLS("iommufd-replace"),
				    CELLS("iommufd-hwpt"),
				    VDPA_CELLS,
				    { 0 } };
