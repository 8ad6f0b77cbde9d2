// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios that the in-kernel caller can play: the core alone. */
#include <string.h>

#include "lib/knobs.h"
#include "lib/words.h"
#include "scenario/judge.h"

/*
 * Two devices of one group. The first accepts the domain, the second refuses
 * it. Both were on the same domain before: that of the claim.
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
	if (!err)
		sc_detach_group(s, "dom", "g");
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

/* A domain of one driver, and a device of another. */
enum verdict sc_b12(struct scene *s)
{
	struct seen_b12 seen;

	if (!s->info.multi_driver)
		return sc_end(s, SC_CANNOT,
			      "this kernel has one IOMMU driver for a bus");
	sc_instance(s, "a", "driver=" SC_PREFIX "p policy=any");
	sc_instance(s, "b", "driver=" SC_PREFIX "q policy=any");
	sc_device(s, "a0", "a", NULL);
	sc_device(s, "b0", "b", NULL);
	sc_domain(s, "dom", "a0");
	seen.err = sc_attach_group(s, "dom", "b0");
	seen.called = sc_attached_with(s, "b0", "foreign");
	if (!seen.err)
		sc_detach_group(s, "dom", "b0");
	return sc_judge_b12(s, &seen);
}

/* A device that appears in a group that is claimed. */
enum verdict sc_b27(struct scene *s)
{
	autofree char *first = NULL, *second = NULL;
	int err;

	sc_instance(s, "a", "policy=any");
	sc_device(s, "a0", "a", "group=" SC_PREFIX "g");
	sc_domain(s, "dom", "a0");
	err = sc_attach_group(s, "dom", "g");
	if (err)
		sc_fail(s, "the group cannot be attached: %s (%s)",
			knob_last_error(s->ctx), errno_name(err));
	sc_device(s, "a1", "a", "group=" SC_PREFIX "g");
	first = sc_where(s, "a0");
	second = sc_where(s, "a1");
	sc_detach_group(s, "dom", "g");
	if (!strcmp(second, "dom"))
		return sc_end(s, SC_ABSENT,
			      "the new device is on the domain of its group");
	return sc_end(
		s, SC_PRESENT,
		"the group's owner put it on a domain (%s), and the first device is there, but the new device is on %s",
		first, second);
}
