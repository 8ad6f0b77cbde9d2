// SPDX-License-Identifier: GPL-2.0-only
/* See steps.h. */
#include <string.h>

#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/steps.h"

bool step_want(struct trial *t, const char *what, int got, int expected)
{
	if (got == expected)
		return true;
	trial_wrong(t, "%s: %s, expected %s", what, errno_name(got),
		    errno_name(expected));
	return false;
}

unsigned int step_attaches(struct runner *r)
{
	kernel_drain(&r->target.k);
	return r->target.k.tally[PHASE_PLACE].attaches;
}

void step_want_calls(struct runner *r, const char *what, unsigned int since,
		     unsigned int expected)
{
	unsigned int n = step_attaches(r) - since;

	if (n != expected)
		trial_wrong(&r->trial, "%s: %u attach callbacks, expected %u",
			    what, n, expected);
}

void step_want_on(struct runner *r, const char *device, const char *domain)
{
	struct model *m = model_read(r->target.ctx);
	const struct m_device *d = m ? model_device(m, device) : NULL;

	if (!d)
		trial_wrong(&r->trial, "device %s is not in the state", device);
	else if (!d->domain || strcmp(d->domain, domain))
		trial_wrong(&r->trial, "device %s is on %s, expected on %s",
			    device, d->domain ? d->domain : "-", domain);
	model_free(m);
}

int step_claim(struct runner *r, const char *group)
{
	return topo_claim(r->target.ctx, group, true);
}

int step_release(struct runner *r, const char *group)
{
	return topo_claim(r->target.ctx, group, false);
}

int step_alloc(struct runner *r, const char *domain, const char *device)
{
	return topo_add_domain(r->target.ctx, domain, device);
}

int step_del(struct runner *r, const char *domain)
{
	return topo_del(r->target.ctx, M_DOMAIN, domain);
}

int step_attach(struct runner *r, const char *domain, const char *group)
{
	return topo_attach_group(r->target.ctx, domain, group, ATTACH_CLAIM);
}

int step_detach(struct runner *r, const char *domain, const char *group)
{
	return topo_detach_group(r->target.ctx, domain, group);
}

bool step_on_own(struct runner *r, const char *domain, const char *group,
		 const char *device)
{
	return step_ok(r, step_claim(r, group)) &&
	       step_ok(r, step_alloc(r, domain, device)) &&
	       step_ok(r, step_attach(r, domain, group));
}

void step_off_own(struct runner *r, const char *domain, const char *group)
{
	step_ok(r, step_detach(r, domain, group));
	step_ok(r, step_release(r, group));
	step_ok(r, step_del(r, domain));
}
