// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks of a policy. Their models are the kernel's own drivers: Intel's
 * paging_domain_compatible_second_stage() for ias, pgsizes, coherent and
 * enforce; arm_smmu_attach_dev() for instance.
 */
#include "policy.h"

static bool check_holds(enum mock_check check, const struct mock_question *q)
{
	const struct mock_traits *dom = &q->domain, *inst = &q->instance;

	switch (check) {
	case MOCK_CHECK_DRIVER:
		return dom->driver == inst->driver;
	case MOCK_CHECK_INSTANCE:
		return dom->instance == inst->instance;
	case MOCK_CHECK_FORMAT:
		return dom->format == inst->format;
	case MOCK_CHECK_IAS:
		return dom->ias <= inst->ias;
	case MOCK_CHECK_OAS:
		return dom->oas <= inst->oas;
	case MOCK_CHECK_PGSIZES:
		return !(dom->pgsizes & ~inst->pgsizes);
	case MOCK_CHECK_COHERENT:
		/*
		 * A walker that does not snoop needs a table that is not
		 * cached.
		 */
		return inst->coherent || !dom->coherent;
	case MOCK_CHECK_ENFORCE:
		return inst->enforce || !dom->enforce;
	case MOCK_CHECK_NEVER:
		return q->own_group;
	default:
		return true;
	}
}

enum mock_check mock_policy_verdict(const struct mock_question *q)
{
	unsigned int check;

	if (q->fresh && (q->misbehave & (1U << MOCK_MIS_REFUSE_FRESH)))
		return MOCK_CHECK_FRESH;
	if (q->domain.sva && !q->instance.sva)
		return MOCK_CHECK_SVA;
	/*
	 * Writes would be lost, so the policy has no say. Drivers do the same:
	 * paging_domain_compatible_second_stage(), amd_iommu_attach_device().
	 */
	if (q->domain.dirty && !q->instance.dirty)
		return MOCK_CHECK_DIRTY;
	/* Hardware has nowhere to put the second table. */
	if (q->domain.nest && !q->instance.nest)
		return MOCK_CHECK_NEST;
	if (q->pair == MOCK_PAIR_ALLOW)
		return MOCK_CHECK_NONE;
	if (q->pair == MOCK_PAIR_DENY)
		return MOCK_CHECK_PAIR;

	for (check = 0; check < MOCK_CHECK_NONE; check++)
		if ((q->checks & MOCK_CHECK_BIT(check)) &&
		    !check_holds(check, q))
			return check;
	return MOCK_CHECK_NONE;
}
