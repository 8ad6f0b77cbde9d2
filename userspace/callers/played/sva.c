// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu_sva_bind_device(), call by call: the domains of the process, newest first;
 * then a fresh one. The core never looks at the errno of a candidate. What is
 * played is one process, whose PASID is the first of all; its domains map nothing,
 * and every instance is taken for one that accepts domains of processes.
 */
#include "callers/callers.h"

static int place(struct run *run, int unit)
{
	int fresh, err;

	/* list_add() puts new domains at the head: newest first */
	for (int d = (int)run->n_domains - 1; d >= 0; d--) {
		if (run->domains[d].listed && !run_attach(run, unit, d))
			return d;
	}
	fresh = run_alloc(run, unit, run->units[unit].first);
	if (fresh < 0)
		return fresh;
	err = run_attach(run, unit, fresh);
	if (err) {
		run_free(run, fresh);
		return err;
	}
	run_list(run, fresh);
	return fresh;
}

/* There is nothing in the domains that devices could reach. */
static int check(struct run *run)
{
	(void)run;
	return 0;
}

const struct caller caller_sva_model = {
	.name = "sva-model",
	.what = "as iommu_sva_bind_device(): newest first, any error means the next, fresh last",
	.pasid = 1,
	.place = place,
	.check = check,
};
