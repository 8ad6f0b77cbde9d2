// SPDX-License-Identifier: GPL-2.0-only
/* The rules of docs/contract.md, each with what makes it visible. */
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

#define KIND(kind) (1U << EV_##kind)

const struct rule judge_rules[J_RULES] = {
	[J_R1] = { "R1",
		   "0 is attached; EINVAL is incompatible, and the only soft code",
		   "an attach whose outcome, or what came after it, is known",
		   KIND(ATTACH), look_r1 },
	[J_R2] = { "R2", "every other errno aborts",
		   "an attach that failed with another errno than EINVAL, and what came after it",
		   KIND(ATTACH), look_r2 },
	[J_R3] = { "R3", "a driver does not log a refusal",
		   "a refusal, and the kernel's log", KIND(ATTACH), look_r3 },
	[J_R4] = { "R4", "a fresh domain for the device never answers EINVAL",
		   "the allocation of a domain, and its first attach",
		   KIND(ATTACH) | KIND(ALLOC), look_r4 },
	[J_R5] = { "R5", "the core keeps domains of other drivers away: EINVAL",
		   "devices of two drivers, and one of them on a domain made for the other",
		   KIND(ATTACH), look_r5 },
	[J_R6] = { "R6", "a failed attach changes nothing",
		   "an attach that failed, and a later word of where the device is",
		   KIND(ATTACH), look_r6 },
	[J_R7] = { "R7", "going back to a domain cannot fail",
		   "a device that is put back on the domain that it was on",
		   KIND(ATTACH), look_r7 },
	[J_R8] = { "R8", "attach comes again without detach",
		   "a device that goes from one paging domain to another, and what becomes of the first",
		   KIND(ATTACH) | KIND(FREE), look_r8 },
	[J_R9] = { "R9", "a failed PASID attach changes nothing",
		   "PASIDs, which the mock does not have", 0, NULL },
	[J_R10] = { "R10",
		    "the first attach of the default domain may not fail",
		    "the probe of a device, and its first attach",
		    KIND(ATTACH) | KIND(PROBE), look_r10 },
	[J_R11] = { "R11", "probing does not alter the candidate",
		    "a candidate that refused, and its features, or what it answered to others of the same instance",
		    KIND(ATTACH), look_r11 },
	[J_R12] = { "R12", "a domain is freed only when no device is on it",
		    "the end of a domain", KIND(FREE), look_r12 },
	[J_R13] = { "R13",
		    "after an unmap no instance translates the old address",
		    "an invalidation, or an unmap of the in-kernel caller",
		    KIND(INVALIDATE), look_r13 },
	[J_R14] = { "R14", "all devices on a shared domain see the same memory",
		    "two devices on one domain that reach for the same address",
		    0, look_r14 },
	[J_R15] = { "R15", "nothing is left after teardown",
		    "the end of it all: whether it is over is not known",
		    KIND(ALLOC) | KIND(FREE), look_r15 },
};

const char *judge_rule_name(enum judge_rule rule)
{
	return judge_rules[rule].name;
}

const char *judge_rule_says(enum judge_rule rule)
{
	return judge_rules[rule].says;
}

const char *judge_rule_needs(enum judge_rule rule)
{
	return judge_rules[rule].needs;
}

/* The rest of the journal's reasons is no statement about a pair. */
bool reason_incompatible(const char *reason)
{
	static const char *const reasons[] = {
#define X(id, word) word,
		MOCK_CHECKS(X)
#undef X
			"never",
		"pair",
		NULL,
	};

	return reason && word_index(reasons, reason) >= 0;
}
