// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios that the in-kernel caller can play: the core alone. */
#include <string.h>

#include "lib/words.h"
#include "scenario/scenario.h"

/*
 * Two devices of one group, of which the first accepts and the second
 * refuses. Both are on the same domain before: what the claim put them on.
 */
enum verdict sc_b04(struct scene *s)
{
	autofree char *before = NULL, *first = NULL, *second = NULL;
	int err;

	sc_instance(s, "a", "policy=same-instance");
	sc_instance(s, "b", "policy=same-instance");
	sc_device(s, "a0", "a", "group=" SC_PREFIX "g");
	sc_device(s, "b0", "b", "group=" SC_PREFIX "g");
	sc_domain(s, "dom", "a0");
	sc_claim(s, "g", true);
	before = sc_where(s, "a0");
	err = sc_attach_group(s, "dom", "g");
	first = sc_where(s, "a0");
	second = sc_where(s, "b0");
	sc_claim(s, "g", false);

	if (!err)
		return sc_end(s, SC_ERROR,
			      "the second device was expected to refuse");
	if (!strcmp(first, before) && !strcmp(second, before))
		return sc_end(
			s, SC_ABSENT,
			"attaching the group failed with %s, and both devices are on %s, as before",
			errno_name(err), before);
	return sc_end(
		s, SC_PRESENT,
		"attaching the group failed with %s, but its devices, which were on %s, are on %s and %s",
		errno_name(err), before, first, second);
}
