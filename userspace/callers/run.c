// SPDX-License-Identifier: GPL-2.0-only
/*
 * All strategies share this: the books about units and domains, and the order
 * in which a user of the caller goes through them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "callers/callers.h"

const struct caller *const callers[] = {
	&caller_einval,	 &caller_emediumtype, &caller_any,  &caller_type1,
	&caller_iommufd, &caller_fresh,	      &caller_best, NULL,
};

const struct caller *caller_find(const char *name)
{
	for (unsigned int i = 0; callers[i]; i++) {
		if (!strcmp(callers[i]->name, name))
			return callers[i];
	}
	return NULL;
}

void run_init(struct run *run, const struct kernel_ops *ops, void *k,
	      enum family family, const char *prefix)
{
	memset(run, 0, sizeof(*run));
	run->ops = ops;
	run->k = k;
	run->family = family;
	run->prefix = prefix;
}

static void copy_name(char *to, const char *from)
{
	size_t n = strnlen(from, MOCK_NAME_LEN - 1);

	memmove(to, from, n);
	to[n] = '\0';
}

struct unit *run_add(struct run *run, const char *group, const char *dev,
		     const char *first, const char *driver,
		     unsigned int devices)
{
	struct unit *u;

	if (run->n_units == RUN_UNITS)
		return NULL;
	u = &run->units[run->n_units++];
	copy_name(u->group, group);
	copy_name(u->dev, dev);
	copy_name(u->first, first);
	copy_name(u->driver, driver);
	u->devices = devices;
	u->domain = -1;
	return u;
}

int run_claim(struct run *run, int unit)
{
	struct unit *u = &run->units[unit];
	int err = run->ops->claim(run->k, u->group);

	if (!err)
		u->claimed = true;
	return err;
}

void run_release(struct run *run, int unit)
{
	struct unit *u = &run->units[unit];

	if (u->claimed && !run->ops->release(run->k, u->group))
		u->claimed = false;
}

int run_alloc(struct run *run, int unit, const char *device)
{
	struct run_domain *d;
	int err;

	if (run->n_domains == RUN_DOMAINS)
		return -ENFILE;
	d = &run->domains[run->n_domains];
	memset(d, 0, sizeof(*d));
	snprintf(d->name, sizeof(d->name), "%s%u", run->prefix,
		 run->n_domains + 1);
	copy_name(d->driver, run->units[unit].driver);
	d->made_for = unit;
	d->enforces = -1;
	err = run->ops->alloc(run->k, d->name, device);
	if (err)
		return err;
	d->live = true;
	return (int)run->n_domains++;
}

/*
 * The module cannot free a domain that still has a device on it, though the
 * real caller would free it (iommu_domain_free() does not check). The domain
 * stays behind, marked.
 */
void run_free(struct run *run, int domain)
{
	struct run_domain *d = &run->domains[domain];

	if (!d->live)
		return;
	d->listed = false;
	d->leaked = run->ops->free(run->k, d->name) != 0;
	d->live = d->leaked;
	/* probing would make more domains than fit */
	if (run->probing && !d->live && domain == (int)run->n_domains - 1)
		run->n_domains--;
}

int run_attach(struct run *run, int unit, int domain)
{
	const char *name = run->domains[domain].name;
	const struct unit *u = &run->units[unit];

	if (run->pasid)
		return run->ops->attach_pasid(run->k, name, u->first,
					      run->pasid);
	return run->ops->attach(run->k, name, u->group);
}

int run_detach(struct run *run, int unit, int domain)
{
	const char *name = run->domains[domain].name;
	const struct unit *u = &run->units[unit];

	if (run->pasid)
		return run->ops->detach_pasid(run->k, name, u->first,
					      run->pasid);
	return run->ops->detach(run->k, name, u->group);
}

int run_fill(struct run *run, int domain)
{
	struct run_domain *d = &run->domains[domain];

	if (d->filled)
		return 0;
	for (unsigned int i = 0; i < run->n_maps; i++) {
		int err = run->ops->map(run->k, d->name, &run->maps[i]);

		if (err)
			return err;
	}
	d->filled = true;
	return 0;
}

void run_join(struct run *run, int unit, int domain)
{
	run->units[unit].domain = domain;
	run->domains[domain].users++;
}

int run_known(struct run *run, const char *name)
{
	struct run_domain *d;

	for (unsigned int i = 0; i < run->n_domains; i++) {
		if (!strcmp(run->domains[i].name, name))
			return (int)i;
	}
	d = &run->domains[run->n_domains];
	memset(d, 0, sizeof(*d));
	copy_name(d->name, name);
	d->live = true;
	return (int)run->n_domains++;
}

void run_list(struct run *run, int domain)
{
	run->domains[domain].listed = true;
}

/* The last resort of every caller that walks: a domain of the unit's own. */
int run_fresh(struct run *run, int unit)
{
	int d = run_alloc(run, unit, run->units[unit].first);
	int err;

	if (d < 0)
		return d;
	err = run_attach(run, unit, d);
	if (!err) {
		err = run_fill(run, d);
		if (err)
			run_detach(run, unit, d);
	}
	if (err) {
		run_free(run, d);
		return err;
	}
	run_list(run, d);
	return d;
}

bool run_stopped(const struct run *run)
{
	return run->ops->stopped && run->ops->stopped(run->k);
}

static void enter_phase(struct run *run, enum phase phase)
{
	run->probing = phase == PHASE_PROBE;
	if (run->ops->phase)
		run->ops->phase(run->k, phase);
}

/* Why a group is not even tried: 0 or -errno. */
static int hopeless(const struct run *run, const struct unit *u)
{
	if (run_stopped(run))
		return -EINTR;
	if (!u->err && run->pasid && !u->pasids)
		return -EOPNOTSUPP;
	return u->err;
}

static int place_unit(struct run *run, const struct caller *caller, int unit)
{
	if (caller->place)
		return caller->place(run, unit);
	for (unsigned int i = 0; i < run->n_domains; i++) {
		int ret;

		if (!run->domains[i].listed)
			continue;
		ret = run_attach(run, unit, (int)i);
		if (!ret)
			return (int)i;
		if (!caller->soft(ret))
			return ret;
	}
	return run_fresh(run, unit);
}

/*
 * Places one group after the other, as the user of a caller does. A group that
 * fails is released before the next is tried (vfio_container_attach_group() and
 * iommufd_device_unbind() both end the claim).
 */
void run_place(struct run *run, const struct caller *caller)
{
	run->pasid = caller->pasid;
	if (caller->place_all) {
		enter_phase(run, PHASE_PROBE);
		caller->place_all(run);
		return;
	}
	enter_phase(run, PHASE_PLACE);
	for (unsigned int i = 0; i < run->n_units; i++) {
		struct unit *u = &run->units[i];
		int ret = hopeless(run, u);

		if (!ret)
			ret = run_claim(run, (int)i);
		if (!ret)
			ret = place_unit(run, caller, (int)i);
		if (ret >= 0) {
			run_join(run, (int)i, ret);
		} else {
			u->err = ret;
			run_release(run, (int)i);
		}
	}
}

int run_undo(struct run *run)
{
	int first = 0, err;

	enter_phase(run, PHASE_UNDO);
	for (unsigned int i = 0; i < run->n_units; i++) {
		struct unit *u = &run->units[i];

		if (u->domain >= 0) {
			struct run_domain *d = &run->domains[u->domain];

			err = run_detach(run, (int)i, u->domain);
			if (err && !first)
				first = err;
			/* type1 and iommufd free it with its last user */
			if (!--d->users)
				run_free(run, u->domain);
			u->domain = -1;
		}
		run_release(run, (int)i);
		if (u->claimed && !first)
			first = -EBUSY;
	}
	for (unsigned int i = 0; i < run->n_domains; i++) {
		run_free(run, (int)i);
		if (run->domains[i].leaked && !first)
			first = -EBUSY;
	}
	return first;
}

unsigned int run_domains(const struct run *run)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < run->n_domains; i++)
		n += run->domains[i].users > 0;
	return n;
}
