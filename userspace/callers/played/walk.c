// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk that the callers of the 2022 discussion have in common; they
 * differ in which answers mean "this domain is not for this device".
 */
#include "callers/callers.h"

int walk_place(struct run *run, int unit, bool (*soft)(int err))
{
	for (unsigned int i = 0; i < run->n_domains; i++) {
		int ret;

		if (!run->domains[i].listed)
			continue;
		ret = run_attach(run, unit, (int)i);
		if (!ret)
			return (int)i;
		if (!soft(ret))
			return ret;
	}
	return run_fresh(run, unit);
}
