// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio_iommu_type1_attach_group(), call by call: a fresh domain first; then the
 * domains of the container, newest first, and back to the fresh one after each
 * refusal. The caller never looks at the errno of a candidate.
 */
#include <errno.h>
#include <string.h>

#include "callers/callers.h"

/* Before static domains, iommu_domain_alloc() returned NULL: -EIO. */
static int alloc_error(const struct run *run, int err)
{
	return !family_allocs_for_device(run->family) ? -EIO : err;
}

/*
 * Compatible domains have the same domain ops (the mock has one table per
 * driver) and the same answer to enforce_cache_coherency(). The bus_ops kernels
 * compare "prot" instead; it follows a capability of the bus, and so is the
 * same for all.
 */
static bool is_candidate(const struct run_domain *d,
			 const struct run_domain *fresh)
{
	return d->listed && !strcmp(d->driver, fresh->driver) &&
	       d->enforces == fresh->enforces;
}

static int abort_with(struct run *run, int fresh, int err)
{
	run_free(run, fresh);
	return err;
}

static int place(struct run *run, int unit)
{
	int fresh = run_alloc(run, unit, run->units[unit].first);
	int ret;

	if (fresh < 0)
		return alloc_error(run, fresh);

	ret = run_attach(run, unit, fresh);
	if (ret)
		return abort_with(run, fresh, ret);

	if (run->family != FAM_BUS_OPS) {
		ret = run->ops->enforces(run->k, run->domains[fresh].name);
		run->domains[fresh].enforces = ret > 0;
	}

	/* list_add() puts new domains at the head: newest first */
	for (int d = fresh - 1; d >= 0; d--) {
		if (!is_candidate(&run->domains[d], &run->domains[fresh]))
			continue;
		run_detach(run, unit, fresh);
		if (!run_attach(run, unit, d)) {
			run_free(run, fresh);
			return d;
		}
		ret = run_attach(run, unit, fresh);
		if (ret)
			return abort_with(run, fresh, ret);
	}

	/* vfio_iommu_replay() */
	ret = run_fill(run, fresh);
	if (ret) {
		run_detach(run, unit, fresh);
		return abort_with(run, fresh, ret);
	}
	run_list(run, fresh);
	return fresh;
}

const struct caller caller_type1 = {
	.name = "type1",
	.what = "as VFIO type1: fresh first, then newest first, any error means the next",
	.place = place,
};
