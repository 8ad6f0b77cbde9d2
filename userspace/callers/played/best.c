// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick: the fewest domains with which every group is on a domain that
 * accepts it. The strategy does not compute this from policies. It attaches
 * each group to a domain made for each other group, and so learns which domain
 * accepts which group (this is not symmetric: a narrow domain suits a wide
 * instance). Then it searches for the minimum, and places it.
 */
#include <errno.h>

#include "callers/callers.h"

/*
 * Where the core does not undo a half-done group attach (H8), some devices
 * of a refused group are now on the domain that is freed next: move them, by
 * way of a domain of their own.
 */
static void put_back(struct run *run, int unit)
{
	int d;

	if (run->family != FAM_BUS_OPS || run->units[unit].devices < 2)
		return;
	d = run_alloc(run, unit, run->units[unit].first);
	if (d < 0)
		return;
	if (!run_attach(run, unit, d))
		run_detach(run, unit, d);
	run_free(run, d);
}

/* The units that a domain made for this unit would accept. */
static uint64_t learn(struct run *run, int origin)
{
	uint64_t set = 0;
	int d = run_stopped(run) ?
			-EINTR :
			run_alloc(run, origin, run->units[origin].first);
	int err = d < 0 ? d : run_attach(run, origin, d);

	run->units[origin].err = err;
	if (d < 0)
		return 0;
	if (!err) {
		set = 1ULL << origin;
		for (unsigned int i = 0; i < run->n_units; i++) {
			if ((int)i == origin || !run->units[i].claimed)
				continue;
			if (run_attach(run, (int)i, d)) {
				put_back(run, (int)i);
				continue;
			}
			set |= 1ULL << i;
			run_detach(run, (int)i, d);
		}
		run_detach(run, origin, d);
	}
	run_free(run, d);
	return set;
}

static int place_one(struct run *run, int unit, const bool *chosen,
		     const uint64_t *sets, const int *host)
{
	for (unsigned int i = 0; i < run->n_units; i++) {
		int err;

		if (!chosen[i] || !((sets[i] >> unit) & 1) || host[i] < 0)
			continue;
		err = run_attach(run, unit, host[i]);
		if (err)
			return err;
		return host[i];
	}
	return -EINVAL;
}

static void settle(struct run *run, int unit, int ret)
{
	if (ret >= 0) {
		run->units[unit].err = 0;
		run_join(run, unit, ret);
	} else {
		run->units[unit].err = ret;
	}
}

static void place_all(struct run *run)
{
	uint64_t sets[RUN_UNITS] = { 0 }, universe = 0;
	bool chosen[RUN_UNITS] = { false };
	int host[RUN_UNITS];

	for (unsigned int i = 0; i < run->n_units; i++) {
		if (!run->units[i].err)
			run->units[i].err = run_claim(run, (int)i);
	}
	for (unsigned int i = 0; i < run->n_units; i++) {
		if (run->units[i].claimed)
			sets[i] = learn(run, (int)i);
		universe |= sets[i];
	}
	cover_min(sets, run->n_units, universe, chosen);
	for (unsigned int i = 0; i < run->n_units; i++)
		run_release(run, (int)i);

	/*
	 * Claims again, so that the cost is comparable with the other callers'.
	 */
	run->probing = false;
	if (run->ops->phase)
		run->ops->phase(run->k, PHASE_PLACE);
	for (unsigned int i = 0; i < run->n_units; i++) {
		if ((universe >> i) & 1)
			run->units[i].err = run_claim(run, (int)i);
	}
	/* A domain takes the features of the first on it: hosts' own first. */
	for (unsigned int i = 0; i < run->n_units; i++) {
		host[i] = -1;
		if (!chosen[i] || !run->units[i].claimed)
			continue;
		host[i] = run_fresh(run, (int)i);
		settle(run, (int)i, host[i]);
	}
	for (unsigned int i = 0; i < run->n_units; i++) {
		if (!chosen[i] && run->units[i].claimed)
			settle(run, (int)i,
			       place_one(run, (int)i, chosen, sets, host));
		if (run->units[i].err)
			run_release(run, (int)i);
	}
}

const struct caller caller_best = {
	.name = "best",
	.what = "the fewest domains possible, found by asking every pair and searching",
	.place_all = place_all,
};
