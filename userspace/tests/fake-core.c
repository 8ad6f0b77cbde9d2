// SPDX-License-Identifier: GPL-2.0-only
/* See fake-core.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "lib/words.h"
#include "matrix/run/rules.h"
#include "tests/fake-core.h"

void fake_init(struct fake *f, const struct cell *cell, enum family family)
{
	memset(f, 0, sizeof(*f));
	f->cell = cell;
	f->family = family;
	f->n_units = topo_units(cell->topo, f->units);
	for (int i = 0; i < MX_UNITS; i++)
		f->at[i] = AT_IDENTITY;
	for (int i = 0; i < MX_DEVS; i++)
		f->dev_at[i] = AT_IDENTITY;
	f->fault_left = cell->disturb->times;
	f->phase = PHASE_PLACE;
	f->judge = rules_begin(cell);
}

void fake_free(struct fake *f)
{
	judge_free(f->judge);
}

/* --- the journal --- */

const char *fake_place_name(const struct fake *f, int at)
{
	if (at >= 0)
		return f->domains[at].name;
	return at == AT_IDENTITY ? "identity" :
	       at == AT_BLOCKED	 ? "blocked" :
				   "none";
}

/* A probe for compatibility places nothing. */
static void say(struct fake *f, struct event *ev)
{
	ev->seq = ++f->seq;
	ev->pid = 1;
	ev->has_ret = ev->kind != EV_FREE;
	tally_event(&f->tally[f->phase], ev);
	if (f->phase != PHASE_PROBE)
		judge_event(f->judge, ev);
}

static int say_call(struct fake *f, const char *op, const char *object,
		    const char *arg, int ret)
{
	struct event ev = { .kind = EV_CALL,
			    .op = op,
			    .object = object,
			    .arg = arg,
			    .ret = ret };

	say(f, &ev);
	return ret;
}

static int unit_of(const struct fake *f, const char *group)
{
	for (int u = 0; u < f->n_units; u++) {
		if (!strcmp(f->units[u].group, group))
			return u;
	}
	abort();
}

static int domain_of(const struct fake *f, const char *name)
{
	for (int d = 0; d < f->n_domains; d++) {
		if (f->domains[d].live && !strcmp(f->domains[d].name, name))
			return d;
	}
	abort();
}

static int spec_errno(const char *spec, const char *reason)
{
	char text[128], *save = NULL;
	int err = EINVAL;

	snprintf(text, sizeof(text), "%s", spec);
	for (char *w = strtok_r(text, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		size_t n = strlen(reason);

		if (!strchr(w, '='))
			err = errno_parse(w);
		else if (!strncmp(w, reason, n) && w[n] == '=')
			return -errno_parse(w + n + 1);
	}
	return -err;
}

static bool on(const struct fake *f, int inst, const char *misbehaviour)
{
	const struct disturb *d = f->cell->disturb;

	return d->misbehave && word_listed(d->misbehave, ',', misbehaviour) &&
	       (!d->who || !strcmp(d->who, f->cell->topo->insts[inst].name));
}

static bool fault(struct fake *f, enum fault_point point, const char *dev,
		  bool fresh)
{
	const struct disturb *d = f->cell->disturb;

	if (d->point != point || !f->fault_left || strcmp(d->dev, dev) ||
	    (d->filter == ON_FRESH && !fresh) ||
	    (d->filter == ON_EXISTING && fresh))
		return false;
	if (d->nth)
		return ++f->fault_seen == d->nth;
	f->fault_left -= f->fault_left > 0;
	return true;
}

/* --- the driver --- */

static int policy(struct fake *f, int unit, int inst,
		  const struct fake_domain *dom, const char **reason)
{
	char c = f->cell->row->relation[inst][dom->inst];

	if (c == '.' || (c == 'N' && dom->unit == unit))
		return 0;
	*reason = mx_reasons[mx_reason_letter(c)];
	return spec_errno(f->cell->errnos, *reason);
}

/* All topologies write "format=F ias=N oas=N pgsizes=A,B ...". */
static bool narrows(const struct fake *f, int made, int inst)
{
	char mine[64], its[64];
	int ias[2];

	if (sscanf(f->cell->topo->insts[made].options,
		   "%*s ias=%d %*s pgsizes=%63s", &ias[0], its) != 2 ||
	    sscanf(f->cell->topo->insts[inst].options,
		   "%*s ias=%d %*s pgsizes=%63s", &ias[1], mine) != 2)
		abort();
	return ias[0] > ias[1] || strlen(its) > strlen(mine);
}

static int try_paging(struct fake *f, int unit, int dev,
		      struct fake_domain *dom, const char **reason,
		      bool *ignore)
{
	const struct topo_dev *d = &f->cell->topo->devs[dev];
	int ret;

	if (fault(f, FAULT_ATTACH, d->name, dom->fresh)) {
		*reason = "fault";
		return spec_errno(f->cell->errnos, "?");
	}
	if (dom->fresh && on(f, d->inst, "refuse-fresh")) {
		*reason = "fresh";
		return spec_errno(f->cell->errnos, "fresh");
	}
	ret = policy(f, unit, d->inst, dom, reason);
	if (on(f, d->inst, "unhook-first") && !dom->fresh && ret)
		f->dev_at[dev] = AT_BLOCKED;
	if (on(f, d->inst, "alter-candidate"))
		dom->altered |= narrows(f, dom->inst, d->inst);
	if (ret && on(f, d->inst, "accept-and-ignore")) {
		*ignore = true;
		*reason = "misbehave";
		return 0;
	}
	if (ret && on(f, d->inst, "log-refusal"))
		f->logged++;
	return ret;
}

/* One call of attach_dev(); "sure" is the core going back where it was. */
static int attach_dev(struct fake *f, int unit, int dev, int to, bool sure)
{
	struct event ev = { .kind = EV_ATTACH,
			    .device = f->cell->topo->devs[dev].name,
			    .domain = fake_place_name(f, to),
			    .old = fake_place_name(f, f->dev_at[dev]),
			    .fresh = -1 };
	struct fake_domain *dom = to >= 0 ? &f->domains[to] : NULL;
	bool ignore = false;

	ev.instance = f->cell->topo->insts[f->cell->topo->devs[dev].inst].name;

	if (dom && !sure) {
		ev.fresh = dom->fresh;
		ev.ret = try_paging(f, unit, dev, dom, &ev.reason, &ignore);
	}
	if (!ev.ret && !ignore) {
		f->dev_at[dev] = to;
		if (dom)
			dom->fresh = false;
	}
	say(f, &ev);
	return ev.ret;
}

/* --- the core --- */

static int core_domain_of(const struct fake *f, int unit)
{
	return f->owned[unit] ? AT_BLOCKED : AT_IDENTITY;
}

static int set_domain(struct fake *f, int unit, int to)
{
	const struct topo_unit *u = &f->units[unit];
	int i, ret = 0, back = 0;

	if (f->at[unit] == to)
		return 0;
	for (i = 0; i < u->n; i++) {
		ret = attach_dev(f, unit, u->devs[i], to, to < 0);
		if (ret)
			break;
	}
	if (!ret) {
		f->at[unit] = to;
		return 0;
	}
	switch (f->family) {
	case FAM_BUS_OPS:
		back = 0;
		break;
	case FAM_DOMAIN_OPS:
		back = u->n;
		break;
	case FAM_STATIC_BY_BUS:
	case FAM_STATIC_DOMAINS:
		back = i + 1;
		break;
	default:
		back = i;
		break;
	}
	for (int j = 0; j < back; j++)
		attach_dev(f, unit, u->devs[j], f->at[unit], true);
	return ret;
}

static int f_claim(void *k, const char *group)
{
	struct fake *f = k;
	int u = unit_of(f, group);

	if (f->family != FAM_BUS_OPS) {
		f->owned[u] = true;
		set_domain(f, u, AT_BLOCKED);
	}
	return say_call(f, "claim", group, NULL, 0);
}

static int f_release(void *k, const char *group)
{
	struct fake *f = k;
	int u = unit_of(f, group);

	f->owned[u] = false;
	return say_call(f, "release", group, NULL,
			set_domain(f, u, AT_IDENTITY));
}

static int f_alloc(void *k, const char *domain, const char *device)
{
	struct fake *f = k;
	struct fake_domain *d = &f->domains[f->n_domains];
	struct event ev = { .kind = EV_ALLOC,
			    .domain = domain,
			    .device = device };

	for (int u = 0; u < f->n_units; u++) {
		for (int i = 0; i < f->units[u].n; i++) {
			const struct topo_dev *dev =
				&f->cell->topo->devs[f->units[u].devs[i]];

			if (!strcmp(dev->name, device)) {
				d->unit = u;
				d->inst = dev->inst;
			}
		}
	}
	if (fault(f, FAULT_ALLOC, device, true))
		return say_call(f, "new_domain", domain, device,
				!family_allocs_for_device(f->family) ?
					-ENOMEM :
					spec_errno(f->cell->errnos, "?"));
	snprintf(d->name, sizeof(d->name), "%s", domain);
	d->live = d->fresh = true;
	f->n_domains++;
	/* before that a domain has no features until it is attached */
	if (family_allocs_for_device(f->family))
		ev.instance = f->cell->topo->insts[d->inst].name;
	say(f, &ev);
	return say_call(f, "new_domain", domain, device, 0);
}

static int f_free(void *k, const char *domain)
{
	struct fake *f = k;
	int d = domain_of(f, domain);
	struct event ev = { .kind = EV_FREE, .domain = domain };

	for (int i = 0; i < MX_DEVS; i++) {
		if (f->dev_at[i] != d)
			continue;
		ev.attached++;
		f->dev_at[i] = AT_NONE;
	}
	f->domains[d].live = false;
	say(f, &ev);
	return say_call(f, "del_domain", domain, NULL, 0);
}

static bool foreign(const struct fake *f, int unit, const struct fake_domain *d)
{
	const struct topo *t = f->cell->topo;
	const char *a = t->insts[t->devs[f->units[unit].devs[0]].inst].driver;
	const char *b = t->insts[d->inst].driver;

	return a && b && strcmp(a, b);
}

static int f_attach(void *k, const char *domain, const char *group)
{
	struct fake *f = k;
	int u = unit_of(f, group), d = domain_of(f, domain), ret;

	if (f->at[u] >= 0)
		ret = -EBUSY;
	else if (foreign(f, u, &f->domains[d]))
		ret = -EINVAL;
	else
		ret = set_domain(f, u, d);
	if (ret && f->domains[d].altered && f->phase != PHASE_PROBE)
		judge_state(f->judge, R11, WHO_DRIVER, "altered");
	return say_call(f, "attach_group", domain, group, ret);
}

static int f_detach(void *k, const char *domain, const char *group)
{
	struct fake *f = k;
	int u = unit_of(f, group);

	return say_call(f, "detach_group", domain, group,
			set_domain(f, u, core_domain_of(f, u)));
}

static int f_map(void *k, const char *domain, const struct mapping *map)
{
	struct fake *f = k;
	const struct disturb *dis = f->cell->disturb;
	const struct topo_dev *devs = f->cell->topo->devs;
	int d = domain_of(f, domain);

	(void)map;
	if (dis->point != FAULT_MAP)
		return 0;
	for (int i = 0; i < MX_DEVS && devs[i].name; i++) {
		if (!strcmp(devs[i].name, dis->dev) &&
		    devs[i].inst == f->domains[d].inst)
			return spec_errno(f->cell->errnos, "?");
	}
	return 0;
}

static int f_enforces(void *k, const char *domain)
{
	struct fake *f = k;

	return f->cell->topo->insts[f->domains[domain_of(f, domain)].inst]
		.enforce;
}

static void f_phase(void *k, enum phase phase)
{
	((struct fake *)k)->phase = phase;
}

const struct kernel_ops fake_ops = {
	.claim = f_claim,
	.release = f_release,
	.alloc = f_alloc,
	.free = f_free,
	.attach = f_attach,
	.detach = f_detach,
	.map = f_map,
	.enforces = f_enforces,
	.phase = f_phase,
};
