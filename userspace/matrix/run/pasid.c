// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules that the address spaces of devices show, and moves from one domain to
 * another with none in between (replace). Each cell makes devices with PASIDs of
 * its own, since a kernel may not have them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/steps.h"

#define FIVE 5

static const char *const errnos[] = {
	"EINVAL", "EMEDIUMTYPE", "ENXIO",  "EXDEV",  "EFAULT", "EOPNOTSUPP",
	"EBUSY",  "ENODEV",	 "ENOMEM", "ENOSPC", "EPERM",  "EIO",
};

/* domain: a name, or "" for none */
static void want_pasid_on(struct runner *r, const char *device,
			  const char *domain)
{
	struct model *m = model_read(r->target.ctx);
	const struct m_device *d = m ? model_device(m, device) : NULL;
	autofree char *on = d ? names_join(&d->attached) : xstrdup("nothing");
	autofree char *wanted = *domain ? xprintf("%d:%s", FIVE, domain) :
					  xstrdup("");

	if (strcmp(on, wanted))
		trial_wrong(&r->trial, "the PASIDs of %s: '%s', expected '%s'",
			    device, on, wanted);
	model_free(m);
}

static bool add(struct runner *r, const char *device, const char *instance)
{
	return step_ok(r, topo_add_device(r->target.ctx, device, instance,
					  "group=mx-g pasids=16"));
}

/* Two instances with PASIDs, and three devices of one group. */
static bool begin(struct runner *r, const char *second, const char *options)
{
	return step_ok(r,
		       topo_add_instance(r->target.ctx, "mx-P", "pasid=4")) &&
	       step_ok(r, topo_add_instance(r->target.ctx, "mx-Q", options)) &&
	       add(r, "mx-1", "mx-P") && add(r, "mx-2", second) &&
	       add(r, "mx-3", "mx-P") &&
	       step_ok(r, topo_add_domain(r->target.ctx, DOM_A, "mx-1")) &&
	       step_ok(r, topo_add_domain(r->target.ctx, DOM_B, "mx-1"));
}

static void end(struct runner *r)
{
	static const char *const devices[] = { "mx-1", "mx-2", "mx-3" };

	step_ok(r, topo_del(r->target.ctx, M_DOMAIN, DOM_A));
	step_ok(r, topo_del(r->target.ctx, M_DOMAIN, DOM_B));
	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++)
		step_ok(r, topo_del(r->target.ctx, M_DEVICE, devices[i]));
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "mx-P"));
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "mx-Q"));
}

static int attach(struct runner *r, const char *domain)
{
	return topo_attach_pasid(r->target.ctx, domain, "mx-1", FIVE);
}

static int detach(struct runner *r, const char *domain)
{
	return topo_detach_pasid(r->target.ctx, domain, "mx-1", FIVE);
}

static int replace(struct runner *r, const char *domain)
{
	return topo_replace_pasid(r->target.ctx, domain, "mx-1", FIVE);
}

static void faults(struct runner *r, const char *text)
{
	setup_write(r, "instances/mx-P/faults", text);
}

static void everywhere(struct runner *r, const char *domain)
{
	want_pasid_on(r, "mx-1", domain);
	want_pasid_on(r, "mx-2", domain);
	want_pasid_on(r, "mx-3", domain);
}

static bool claim(struct runner *r, bool on)
{
	return step_ok(r, topo_claim(r->target.ctx, "mx-g", on));
}

/* No fault any more: the other domain takes the PASID, on every device. */
static void attach_again(struct runner *r)
{
	faults(r, "off");
	step_want(&r->trial, "the PASID again", attach(r, DOM_B), 0);
	everywhere(r, DOM_B);
	step_ok(r, detach(r, DOM_B));
}

/* The same for a PASID that is on a domain. */
static void replace_again(struct runner *r)
{
	faults(r, "off");
	step_want(&r->trial, "the move again", replace(r, DOM_B), 0);
	everywhere(r, DOM_B);
	step_ok(r, detach(r, DOM_B));
}

/*
 * A refused attach of a PASID, by the first device: its errno comes out, one
 * call was made, the PASID is nowhere and can be attached at once. The domain
 * was attached before, since R4 forbids EINVAL from a fresh one.
 */
void pasid_one(struct runner *r)
{
	if (!begin(r, "mx-P", "pasid=4") || !claim(r, true) ||
	    !step_ok(r, attach(r, DOM_A)) || !step_ok(r, detach(r, DOM_A)))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(errnos) && !r->trial.failed;
	     i++) {
		autofree char *fault =
			xprintf("pasid-attach errno=%s times=1", errnos[i]);
		unsigned int since = step_attaches(r);

		faults(r, fault);
		step_want(&r->trial, "the PASID", attach(r, DOM_A),
			  -errno_parse(errnos[i]));
		step_want_calls(r, "the refused PASID", since, 1);
		everywhere(r, "");
		attach_again(r);
	}
	claim(r, false);
	end(r);
}

/* The k-th device has no memory: the core takes back what k-1 did. */
void pasid_group(struct runner *r)
{
	if (!begin(r, "mx-P", "pasid=4") || !claim(r, true))
		return;
	for (unsigned int k = 1; k <= 3 && !r->trial.failed; k++) {
		autofree char *fault =
			xprintf("pasid-attach errno=ENOMEM nth=%u", k);
		unsigned int since = step_attaches(r);

		faults(r, fault);
		step_want(&r->trial, "the PASID", attach(r, DOM_A), -ENOMEM);
		step_want_calls(r, "the refused PASID", since, k + (k - 1));
		everywhere(r, "");
		attach_again(r);
	}
	claim(r, false);
	end(r);
}

/* A group across two instances, of which the second does not fit. */
void pasid_instances(struct runner *r)
{
	unsigned int since;

	if (!begin(r, "mx-Q", "pasid=4 ias=39") || !claim(r, true))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "the PASID", attach(r, DOM_A), -EINVAL);
	step_want_calls(r, "the refused PASID", since, 2 + 1);
	everywhere(r, "");
	setup_write(r, "instances/mx-Q/policy", "any");
	attach_again(r);
	claim(r, false);
	end(r);
}

/* A driver that refuses, and attaches: nobody undoes it. */
void pasid_half_done(struct runner *r)
{
	r->trial.expected.broken = RULE(R9);
	if (!begin(r, "mx-P", "pasid=4") || !claim(r, true))
		return;
	setup_write(r, "instances/mx-P/misbehave", "half-done");
	faults(r, "pasid-attach errno=ENOMEM nth=2");
	step_want(&r->trial, "the PASID", attach(r, DOM_A), -ENOMEM);
	want_pasid_on(r, "mx-1", "");
	want_pasid_on(r, "mx-2", DOM_A);
	want_pasid_on(r, "mx-3", "");
	attach_again(r);
	claim(r, false);
	end(r);
}

/* Another driver's domain: EINVAL, and neither driver hears of it. */
void pasid_foreign(struct runner *r)
{
	unsigned int since;

	if (!step_ok(r, topo_add_instance(r->target.ctx, "mx-P", "pasid=4")) ||
	    !add(r, "mx-1", "mx-P") ||
	    !step_ok(r, topo_add_domain(r->target.ctx, DOM_B, "b")) ||
	    !claim(r, true))
		return;
	since = step_attaches(r);
	step_want(&r->trial, "another driver's domain", attach(r, DOM_B),
		  -EINVAL);
	step_want_calls(r, "attach across drivers", since, 0);
	want_pasid_on(r, "mx-1", "");
	claim(r, false);
	step_ok(r, topo_del(r->target.ctx, M_DOMAIN, DOM_B));
	step_ok(r, topo_del(r->target.ctx, M_DEVICE, "mx-1"));
	step_ok(r, topo_del(r->target.ctx, M_INSTANCE, "mx-P"));
}

/* A move that the second device refuses: all are where they were. */
void pasid_replace(struct runner *r)
{
	if (!begin(r, "mx-P", "pasid=4") || !step_ok(r, attach(r, DOM_A)))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(errnos) && !r->trial.failed;
	     i++) {
		autofree char *fault =
			xprintf("pasid-attach errno=%s nth=2", errnos[i]);
		unsigned int since = step_attaches(r);

		faults(r, fault);
		step_want(&r->trial, "the move", replace(r, DOM_B),
			  -errno_parse(errnos[i]));
		step_want_calls(r, "the refused move", since, 2 + 1);
		everywhere(r, DOM_A);
	}
	replace_again(r);
	end(r);
}

/* A driver that lets go of the old domain before it refuses. */
void pasid_unhooked(struct runner *r)
{
	r->trial.expected.broken = RULE(R9);
	if (!begin(r, "mx-P", "pasid=4") || !step_ok(r, attach(r, DOM_A)))
		return;
	setup_write(r, "instances/mx-P/misbehave", "unhook-first");
	faults(r, "pasid-attach errno=ENOMEM nth=2");
	step_want(&r->trial, "the move", replace(r, DOM_B), -ENOMEM);
	want_pasid_on(r, "mx-1", DOM_A);
	want_pasid_on(r, "mx-2", "");
	want_pasid_on(r, "mx-3", DOM_A);
	replace_again(r);
	end(r);
}

/* --- groups --- */

static bool on_a(struct runner *r)
{
	return step_ok(r, topo_add_domain(r->target.ctx, DOM_A, "a1")) &&
	       step_ok(r, topo_add_domain(r->target.ctx, DOM_B, "a1")) &&
	       step_ok(r, topo_attach_group(r->target.ctx, DOM_A, "a1",
					    ATTACH_CLAIM));
}

static void off_b(struct runner *r)
{
	setup_knob(r, "A", "faults", "off");
	step_want(&r->trial, "the move again",
		  topo_replace_group(r->target.ctx, DOM_B, "a1"), 0);
	step_ok(r, topo_detach_group(r->target.ctx, DOM_B, "a1"));
	step_ok(r, topo_del(r->target.ctx, M_DOMAIN, DOM_A));
	step_ok(r, topo_del(r->target.ctx, M_DOMAIN, DOM_B));
}

/* A move that is refused: the device is where it was. */
void group_replace(struct runner *r)
{
	if (!on_a(r))
		return;
	setup_knob(r, "A", "faults", "attach errno=ENOMEM times=1");
	step_want(&r->trial, "the move",
		  topo_replace_group(r->target.ctx, DOM_B, "a1"), -ENOMEM);
	step_want_on(r, "a1", DOM_A);
	off_b(r);
}

/*
 * A driver lets go of the old domain before it refuses (B01). The newest core
 * does not put back the device that refused.
 */
void group_unhooked(struct runner *r)
{
	bool lost = r->target.info.family == FAM_ATTACH_OLD;

	r->trial.expected.broken = lost ? RULE(R6) : 0;
	if (!on_a(r))
		return;
	setup_knob(r, "A", "misbehave", "unhook-first");
	setup_knob(r, "A", "faults", "attach errno=ENOMEM times=1");
	step_want(&r->trial, "the move",
		  topo_replace_group(r->target.ctx, DOM_B, "a1"), -ENOMEM);
	step_want_on(r, "a1", lost ? "blocked" : DOM_A);
	off_b(r);
}
