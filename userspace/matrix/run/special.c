// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules that single operations show. The comment above each cell describes what
 * the cell requires; where kernels differ, the table names the fact.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/steps.h"

/* --- R1, R8 --- */

/*
 * iommu_attach_device() on a group of two: EINVAL, the driver is not asked.
 * The domain is fresh and made for the device, so that is against R4.
 */
static void attach_device_of_two(struct runner *r)
{
	unsigned int since;

	r->trial.expected.broken = RULE(R4);
	if (!step_ok(r, step_claim(r, "g")) ||
	    !step_ok(r, step_alloc(r, DOM_A, "g1")))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "attach of one device of two",
		  topo_attach(r->target.ctx, DOM_A, "g1", ATTACH_CLAIM),
		  -EINVAL);
	step_want_calls(r, "attach of one device of two", since, 0);
	step_ok(r, step_release(r, "g"));
	step_ok(r, step_del(r, DOM_A));
}

/* Attaching what is attached: EBUSY from the core, the driver is not asked. */
static void attach_busy(struct runner *r)
{
	unsigned int since;

	if (!step_on_own(r, DOM_A, "a1", "a1") ||
	    !step_ok(r, step_alloc(r, DOM_B, "a1")))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "attach to another domain",
		  step_attach(r, DOM_B, "a1"), -EBUSY);
	step_want(&r->trial, "attach to the same domain",
		  step_attach(r, DOM_A, "a1"), -EBUSY);
	step_want_calls(r, "attach of an attached group", since, 0);
	step_want_on(r, "a1", DOM_A);
	step_off_own(r, DOM_A, "a1");
	step_ok(r, step_del(r, DOM_B));
}

/* --- R7 --- */

/* The same two domains again and again; the driver never gets a "detach". */
static void reattach(struct runner *r)
{
	if (!step_ok(r, step_claim(r, "a1")) ||
	    !step_ok(r, step_alloc(r, DOM_A, "a1")) ||
	    !step_ok(r, step_alloc(r, DOM_B, "a1")))
		return;
	for (int i = 0; i < 5 && !r->trial.failed; i++) {
		const char *domain = i & 1 ? DOM_B : DOM_A;
		unsigned int since = step_attaches(r);

		step_want(&r->trial, "attaching again",
			  step_attach(r, domain, "a1"), 0);
		step_want_on(r, "a1", domain);
		step_want(&r->trial, "detaching again",
			  step_detach(r, domain, "a1"), 0);
		step_want_on(r, "a1", core_domain(&r->target.info));
		step_want_calls(r, "attach and detach", since, 2);
	}
	step_ok(r, step_release(r, "a1"));
	step_ok(r, step_del(r, DOM_A));
	step_ok(r, step_del(r, DOM_B));
}

/* A refusal elsewhere does not spoil the domain that worked before. */
static void reattach_after_refusal(struct runner *r)
{
	setup_knob(r, "B", "policy", "same-instance");
	if (!step_on_own(r, DOM_A, "a", "a") ||
	    !step_on_own(r, DOM_B, "b", "b"))
		return;
	for (int i = 0; i < 3 && !r->trial.failed; i++) {
		step_ok(r, step_detach(r, DOM_B, "b"));
		step_want(&r->trial, "the candidate",
			  step_attach(r, DOM_A, "b"), -EINVAL);
		step_want(&r->trial, "back to the own domain",
			  step_attach(r, DOM_B, "b"), 0);
		step_want_on(r, "b", DOM_B);
	}
	step_off_own(r, DOM_B, "b");
	step_off_own(r, DOM_A, "a");
}

/* --- R10 --- */

/* No fault may reach the first attach, to the default domain. */
static void default_attach(struct runner *r)
{
	unsigned int since;

	setup_knob(r, "A", "faults", "attach errno=EIO");
	since = step_attaches(r);
	if (!step_ok(r, topo_add_device(r->target.ctx, "late", "A", NULL)))
		return;
	step_want_on(r, "late", "identity");
	if (step_attaches(r) == since)
		trial_wrong(&r->trial, "a new device was attached to nothing");
	step_ok(r, topo_del(r->target.ctx, M_DEVICE, "late"));
}

/* The same where the default is to block. */
static void default_blocked(struct runner *r)
{
	if (!step_ok(r, topo_add_instance(r->target.ctx, "Z",
					  "driver=guard default=blocked")))
		return;
	if (setup_write(r, "instances/Z/faults", "attach errno=EIO") &&
	    step_ok(r, topo_add_device(r->target.ctx, "late", "Z", NULL))) {
		step_want_on(r, "late", "blocked");
		step_ok(r, topo_del(r->target.ctx, M_DEVICE, "late"));
	}
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "Z"));
}

/* --- R5 --- */

/* Another driver's domain: EINVAL, and neither driver hears of it. */
static void gatekeeper(struct runner *r)
{
	unsigned int since;

	setup_knob(r, "A", "policy", "any");
	setup_knob(r, "B", "policy", "any");
	if (!step_on_own(r, DOM_A, "a", "a") || !step_ok(r, step_claim(r, "b")))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "attach_group across drivers",
		  step_attach(r, DOM_A, "b"), -EINVAL);
	step_want(&r->trial, "attach across drivers",
		  topo_attach(r->target.ctx, DOM_A, "b", ATTACH_CLAIM),
		  -EINVAL);
	step_want_calls(r, "attach across drivers", since, 0);
	step_want_on(r, "b", core_domain(&r->target.info));
	step_ok(r, step_release(r, "b"));
	step_off_own(r, DOM_A, "a");
}

/* --- R11 --- */

static char *features(struct runner *r, const char *domain)
{
	struct model *m = model_read(r->target.ctx);
	const struct m_domain *d = m ? model_domain(m, domain) : NULL;
	char *text =
		d ? xprintf("%s ias=%llu oas=%llu %s %d%d mapped=%llu tables=%llu",
			    d->format, (unsigned long long)d->ias,
			    (unsigned long long)d->oas, d->pgsizes, d->coherent,
			    d->enforce, (unsigned long long)d->mapped,
			    (unsigned long long)d->tables) :
		    xstrdup("nothing");

	model_free(m);
	return text;
}

/* Twenty refusals, a mapping in place: the candidate is what it was. */
static void probe_alters_nothing(struct runner *r)
{
	autofree char *before = NULL, *after = NULL;

	setup_knob(r, "B", "policy", "same-instance");
	if (!step_on_own(r, DOM_A, "a", "a") ||
	    !step_ok(r, step_claim(r, "b")) ||
	    !step_ok(r, topo_map(r->target.ctx, DOM_A, MX_IOVA, MX_BUFFER)))
		return;
	before = features(r, DOM_A);
	for (int i = 0; i < 20 && !r->trial.failed; i++)
		step_want(&r->trial, "the candidate",
			  step_attach(r, DOM_A, "b"), -EINVAL);
	after = features(r, DOM_A);
	if (strcmp(before, after))
		trial_wrong(&r->trial, "the candidate was %s, is %s", before,
			    after);
	step_ok(r, topo_unmap(r->target.ctx, DOM_A, MX_IOVA, MX_BUFFER_SIZE));
	step_ok(r, step_release(r, "b"));
	step_off_own(r, DOM_A, "a");
}

/* --- R12 --- */

/* The in-kernel caller does not free a domain that is used. */
static void free_in_use(struct runner *r)
{
	if (!step_on_own(r, DOM_A, "a1", "a1"))
		return;
	step_want(&r->trial, "freeing a domain in use", step_del(r, DOM_A),
		  -EBUSY);
	step_want_on(r, "a1", DOM_A);
	step_off_own(r, DOM_A, "a1");
}

/* --- ownership and allocation --- */

/* A claim blocks the group, on kernels with ownership. */
static void claim_blocks(struct runner *r)
{
	bool owner = family_has_owner(r->target.info.family);
	unsigned int since = step_attaches(r);

	if (!step_ok(r, step_claim(r, "a1")))
		return;
	step_want_on(r, "a1", core_domain(&r->target.info));
	step_want_calls(r, "the claim", since, owner ? 1 : 0);
	step_ok(r, step_release(r, "a1"));
	step_want_on(r, "a1", "identity");
	step_want_calls(r, "claim and release", since, owner ? 2 : 0);
}

static void claim_twice(struct runner *r)
{
	if (!step_ok(r, step_claim(r, "a1")))
		return;
	step_want(&r->trial, "a second claim", step_claim(r, "a1"), -EBUSY);
	step_ok(r, step_release(r, "a1"));
}

static void release_in_use(struct runner *r)
{
	if (!step_on_own(r, DOM_A, "a1", "a1"))
		return;
	step_want(&r->trial, "release while attached", step_release(r, "a1"),
		  -EBUSY);
	step_want_on(r, "a1", DOM_A);
	step_off_own(r, DOM_A, "a1");
}

/* The errno of an allocation, as far as the kernel's call can return one. */
static void alloc_errno(struct runner *r)
{
	bool null = !family_allocs_for_device(r->target.info.family);

	setup_knob(r, "A", "faults", "alloc errno=ENOSPC times=1");
	step_want(&r->trial, "the allocation", step_alloc(r, DOM_A, "a1"),
		  null ? -ENOMEM : -ENOSPC);
	if (step_ok(r, step_alloc(r, DOM_A, "a1")))
		step_ok(r, step_del(r, DOM_A));
}

#define CELL(t, n, e, d, f) \
	.topo = t, .name = n, .errnos = e, .disturb = d, .run = f
#define NO_OWNER_FACT .facts = { [FAM_BUS_OPS] = FACT(NO_OWNER) }

const struct special mx_specials[] = {
	{ CELL("g2r2", "R1-attach-device-of-two", "EINVAL", "-",
	       attach_device_of_two) },
	{ CELL("g3r2", "R1-attach-device-of-three", "EINVAL", "-",
	       attach_device_of_two) },
	{ CELL("one", "R8-attach-busy", "EBUSY", "-", attach_busy) },
	{ CELL("one", "R7-reattach", "-", "-", reattach) },
	{ CELL("pair", "R7-reattach-after-refusal", "EINVAL", "-",
	       reattach_after_refusal) },
	{ CELL("one", "R9-pasid", "all", "-+pasid-attach", pasid_one),
	  .needs = NEEDS_PASIDS },
	{ CELL("one", "R9-pasid-group", "ENOMEM", "-+pasid-attach",
	       pasid_group),
	  .needs = NEEDS_PASIDS },
	{ CELL("pair", "R9-pasid-instances", "EINVAL", "-", pasid_instances),
	  .needs = NEEDS_PASIDS },
	{ CELL("one", "R9-pasid", "ENOMEM", "half-done+pasid-attach",
	       pasid_half_done),
	  .needs = NEEDS_PASIDS },
	{ CELL("drivers", "R5-pasid", "EINVAL", "-", pasid_foreign),
	  .needs = NEEDS_PASIDS },
	{ CELL("one", "R9-pasid-replace", "all", "-+pasid-attach",
	       pasid_replace),
	  .needs = NEEDS_PASID_REPLACE },
	{ CELL("one", "R9-pasid-replace", "ENOMEM", "unhook-first+pasid-attach",
	       pasid_unhooked),
	  .needs = NEEDS_PASID_REPLACE },
	{ CELL("one", "R6-replace", "ENOMEM", "-+attach", group_replace),
	  .needs = NEEDS_GROUP_REPLACE },
	{ CELL("one", "R6-replace", "ENOMEM", "unhook-first+attach",
	       group_unhooked),
	  .needs = NEEDS_GROUP_REPLACE },
	{ CELL("one", "R10-default-attach", "EIO", "-+attach",
	       default_attach) },
	{ CELL("one", "R10-default-blocked", "EIO", "-+attach",
	       default_blocked),
	  .needs = NEEDS_BLOCKED_DEFAULT },
	{ CELL("drivers", "R5-gatekeeper", "EINVAL", "-", gatekeeper) },
	{ CELL("drivers3", "R5-gatekeeper", "EINVAL", "-", gatekeeper) },
	{ CELL("pair", "R11-probe-alters-nothing", "EINVAL", "-",
	       probe_alters_nothing) },
	{ CELL("one", "R12-free-in-use", "EBUSY", "-", free_in_use) },
	{ CELL("g3r2", "R6-unwind-second", "EINVAL", "-", refused_second),
	  .facts = { FACT(H8), FACT(UNWIND_ALL), FACT(UNWIND_UPTO),
		     FACT(UNWIND_UPTO), FACT(H7) } },
	{ CELL("pair", "R6-unhooked", "EINVAL", "unhook-first",
	       refused_unhooked),
	  .facts = { FACT(H8), FACT(UNWIND_ALL), FACT(UNWIND_UPTO),
		     FACT(UNWIND_UPTO), FACT(H7) } },
	{ CELL("pair", "R6-unclaimed", "all", "-", refused_unclaimed) },
	{ CELL("g3r2", "R6-unclaimed", "EINVAL", "-", refused_unclaimed_group),
	  .facts = { FACT(H8), FACT(UNWIND_ALL), FACT(UNWIND_UPTO),
		     FACT(UNWIND_UPTO), FACT(H7) } },
	{ CELL("one", "R13-unmap", "-", "-", memory_unmap) },
	{ CELL("one", "R13-unmap", "-", "lose-invalidation", memory_lost) },
	{ CELL("pair", "R13-unmap", "-", "-", memory_unmap_shared) },
	{ CELL("pair", "R13-unmap", "-", "lose-invalidation@B",
	       memory_lost_by_one) },
	{ CELL("format", "R14-allow", "-", "-", memory_allowed) },
	{ CELL("ias-down", "R14-top", "-", "-", memory_too_high) },
	{ CELL("ias-up", "R14-top", "-", "-", memory_high) },
	{ CELL("one", "R14-detached", "-", "-", memory_detached) },
	{ CELL("one", "claim-blocks", "-", "-", claim_blocks), NO_OWNER_FACT },
	{ CELL("one", "claim-twice", "EBUSY", "-", claim_twice) },
	{ CELL("one", "release-in-use", "EBUSY", "-", release_in_use) },
	{ CELL("one", "alloc-errno", "ENOSPC", "-+alloc", alloc_errno),
	  .facts = { FACT(ALLOC_NULL), FACT(ALLOC_NULL), FACT(ALLOC_NULL) } },
	{ 0 }
};
