/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cost of placing, counted from the module's journal. The strategies' books
 * contain only what they requested; the journal contains what a driver saw.
 */
#ifndef CALLERS_TALLY_H
#define CALLERS_TALLY_H

#include <stdbool.h>

#include "lib/journal.h"
#include "module/abi.h"

#define TALLY_REFUSALS 512

struct refusal {
	char device[MOCK_NAME_LEN]; /* the core refused a group: "" */
	char group[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	char reason[16]; /* as in the journal; "core" if no driver was asked */
	int err;
};

struct tally {
	unsigned int attaches; /* attach callbacks, whatever the domain */
	unsigned int
		refused; /* those that failed, and tables of guests that were refused */
	unsigned int core_refused; /* group attaches that failed without one */
	unsigned int foreign; /* callbacks with another driver's domain */
	unsigned int bad_frees; /* domains freed with devices on them */
	unsigned int hard_fresh; /* a fresh domain answered EINVAL (R4) */
	unsigned int lost; /* invalidations */
	unsigned int faults;
	unsigned int n_refusals;
	/* Since the last operation of the in-kernel caller */
	bool pending;
	/*
	 * Set after tally_clear(): another caller, whose calls are not in the
	 * journal.
	 */
	bool direct;
	struct refusal last;
	struct refusal refusals[TALLY_REFUSALS]; /* last: not cleared */
};

void tally_clear(struct tally *t);
void tally_event(struct tally *t, const struct event *ev);

#endif /* CALLERS_TALLY_H */
