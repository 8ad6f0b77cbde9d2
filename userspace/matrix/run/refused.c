// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells of R6: the place of each device after a group, or a device, was refused.
 * The comment above each cell describes what the cell requires.
 */
#include <errno.h>

#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/steps.h"

/*
 * The second of three devices is refused. The place of each device then, and
 * the cost of the unwind, are facts of each family. On every family a later
 * attach and detach must restore order.
 */
void refused_second(struct runner *r)
{
	static const unsigned int calls[FAMILIES] = { 2, 2 + 3, 2 + 2, 2 + 2,
						      2 + 1 };
	bool half = r->target.info.family == FAM_BUS_OPS;
	unsigned int since;

	r->trial.expected.broken = half ? RULE(R6) : 0;
	setup_knob(r, "B", "pairs", "deny C");
	if (!step_on_own(r, DOM_A, "c", "c") ||
	    !step_ok(r, step_claim(r, "g")) ||
	    !step_ok(r, step_alloc(r, DOM_B, "g1")))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "the group", step_attach(r, DOM_A, "g"), -EINVAL);
	step_want_calls(r, "the refused attach", since,
			calls[r->target.info.family]);
	step_want_on(r, "g1", half ? DOM_A : core_domain(&r->target.info));
	step_want_on(r, "g2", core_domain(&r->target.info));
	step_want_on(r, "g3", core_domain(&r->target.info));
	step_want(&r->trial, "the own domain", step_attach(r, DOM_B, "g"), 0);
	step_want_on(r, "g1", DOM_B);
	step_want_on(r, "g3", DOM_B);
	step_off_own(r, DOM_B, "g");
	step_off_own(r, DOM_A, "c");
	setup_knob(r, "B", "pairs", "clear C");
}

/*
 * A driver unhooks the device from its old domain before it refuses (B01). The
 * core repairs this only where it attaches the failing device again. The group
 * is unclaimed, so that its old domain differs from the one on which such a
 * driver leaves the device: blocked.
 */
void refused_unhooked(struct runner *r)
{
	bool lost = r->target.info.family == FAM_BUS_OPS ||
		    r->target.info.family == FAM_ATTACH_OLD;

	r->trial.expected.broken = lost ? RULE(R6) : 0;
	setup_knob(r, "B", "misbehave", "unhook-first");
	setup_knob(r, "B", "policy", "same-instance");
	if (!step_on_own(r, DOM_A, "a", "a") ||
	    !step_ok(r, step_alloc(r, DOM_B, "b")))
		return;
	step_want(&r->trial, "the candidate",
		  topo_attach_group(r->target.ctx, DOM_A, "b",
				    ATTACH_UNCLAIMED),
		  -EINVAL);
	step_want_on(r, "b", lost ? "blocked" : "identity");
	step_want(&r->trial, "the own domain",
		  topo_attach_group(r->target.ctx, DOM_B, "b",
				    ATTACH_UNCLAIMED),
		  0);
	step_want_on(r, "b", DOM_B);
	step_ok(r, step_detach(r, DOM_B, "b"));
	step_want_on(r, "b", "identity");
	step_ok(r, step_del(r, DOM_B));
	step_off_own(r, DOM_A, "a");
}

/*
 * vhost-vdpa claims nothing: the caller gets the errno of the refusal
 * unchanged, and the device stays on the default domain.
 */
void refused_unclaimed(struct runner *r)
{
	static const char *const errnos[] = {
		"EINVAL", "EMEDIUMTYPE", "ENXIO", "EXDEV",
		"EFAULT", "EOPNOTSUPP",	 "EBUSY", "ENODEV",
		"ENOMEM", "ENOSPC",	 "EPERM", "EIO",
	};

	/*
	 * a driver that returns another errno than EINVAL for a pair that does
	 * not fit
	 */
	r->trial.expected.broken = RULE(R1);
	setup_knob(r, "B", "policy", "same-instance");
	if (!step_on_own(r, DOM_A, "a", "a") ||
	    !step_ok(r, step_alloc(r, DOM_B, "b")))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(errnos) && !r->trial.failed;
	     i++) {
		setup_knob(r, "B", "errno", errnos[i]);
		step_want(&r->trial, "another instance's domain",
			  topo_attach(r->target.ctx, DOM_A, "b",
				      ATTACH_UNCLAIMED),
			  -errno_parse(errnos[i]));
		step_want_on(r, "b", "identity");
	}
	step_want(&r->trial, "the own domain",
		  topo_attach(r->target.ctx, DOM_B, "b", ATTACH_UNCLAIMED), 0);
	step_want_on(r, "b", DOM_B);
	step_ok(r, topo_detach(r->target.ctx, DOM_B, "b"));
	step_want_on(r, "b", "identity");
	step_ok(r, step_del(r, DOM_B));
	step_off_own(r, DOM_A, "a");
}

/* The same for a group of three of which the second refuses. */
void refused_unclaimed_group(struct runner *r)
{
	bool half = r->target.info.family == FAM_BUS_OPS;

	r->trial.expected.broken = half ? RULE(R6) : 0;
	setup_knob(r, "B", "pairs", "deny C");
	if (!step_on_own(r, DOM_A, "c", "c") ||
	    !step_ok(r, step_alloc(r, DOM_B, "g1")))
		return;
	step_want(&r->trial, "the group",
		  topo_attach_group(r->target.ctx, DOM_A, "g",
				    ATTACH_UNCLAIMED),
		  -EINVAL);
	step_want_on(r, "g1", half ? DOM_A : "identity");
	step_want_on(r, "g2", "identity");
	step_want_on(r, "g3", "identity");
	step_want(&r->trial, "the own domain",
		  topo_attach_group(r->target.ctx, DOM_B, "g",
				    ATTACH_UNCLAIMED),
		  0);
	step_ok(r, step_detach(r, DOM_B, "g"));
	step_want_on(r, "g1", "identity");
	step_ok(r, step_del(r, DOM_B));
	step_off_own(r, DOM_A, "c");
	setup_knob(r, "B", "pairs", "clear C");
}
