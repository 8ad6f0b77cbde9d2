// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd_device_auto_get_domain() with iommufd_device_do_attach(): the
 * automatic page tables of the IOAS, oldest first; only -EINVAL means "try the
 * next". Then iommufd_hwpt_paging_alloc() with immediate_attach: attach, then
 * fill.
 *
 * iommufd allocates for the device that is attached, while type1 allocates for
 * the first device of the group. On kernels without iommufd this shows what
 * iommufd would do there.
 */
#include <errno.h>

#include "callers/callers.h"

static int hwpt_paging_alloc(struct run *run, int unit)
{
	int hwpt = run_alloc(run, unit, run->units[unit].dev);
	int rc;

	if (hwpt < 0)
		return hwpt;
	rc = run_attach(run, unit, hwpt);
	if (rc)
		goto out_abort;
	/* iopt_table_add_domain() */
	rc = run_fill(run, hwpt);
	if (rc) {
		run_detach(run, unit, hwpt);
		goto out_abort;
	}
	run_list(run, hwpt);
	return hwpt;

out_abort:
	run_free(run, hwpt);
	return rc;
}

static int place(struct run *run, int unit)
{
	for (unsigned int i = 0; i < run->n_domains; i++) {
		int rc;

		if (!run->domains[i].listed)
			continue;
		rc = run_attach(run, unit, (int)i);
		if (rc == -EINVAL)
			continue;
		return rc ? rc : (int)i;
	}
	return hwpt_paging_alloc(run, unit);
}

const struct caller caller_iommufd = {
	.name = "iommufd",
	.what = "as iommufd: oldest first, only EINVAL means the next",
	.place = place,
};
