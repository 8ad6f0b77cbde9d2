// SPDX-License-Identifier: GPL-2.0-only
/* The rules of docs/contract.md, each with the facts that make it visible. */
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

#define KIND(kind) (1U << EV_##kind)

static const char *const rule_names[] = {
	"",
#define RULE_ROW(number, says, text) "R" #number,
#include "judge/rules.def"
#undef RULE_ROW
};

static const char *const rule_says[] = {
	"",
#define RULE_ROW(number, says, text) says,
#include "judge/rules.def"
#undef RULE_ROW
};

const char *const rule_texts[] = {
	"",
#define RULE_ROW(number, says, text) text,
#include "judge/rules.def"
#undef RULE_ROW
};

const struct judge_rule judge_rules[RULES] = {
	[R1] = { "an attach whose outcome, or what came after it, is known",
		 KIND(ATTACH), look_r1 },
	[R2] = { "an attach that failed with another errno than EINVAL, and what came after it",
		 KIND(ATTACH), look_r2 },
	[R3] = { "a refusal, and the kernel's log", KIND(ATTACH), look_r3 },
	[R4] = { "the allocation of a domain, and its first attach",
		 KIND(ATTACH) | KIND(ALLOC), look_r4 },
	[R5] = { "devices of two drivers, and one of them on a domain made for the other",
		 KIND(ATTACH), look_r5 },
	[R6] = { "an attach that failed, and a later word of where the device is",
		 KIND(ATTACH), look_r6 },
	[R7] = { "a device that is put back on the domain that it was on",
		 KIND(ATTACH), look_r7 },
	[R8] = { "a device that goes from one paging domain to another, and what becomes of the first",
		 KIND(ATTACH) | KIND(FREE), look_r8 },
	[R9] = { "an attach of a PASID that failed, and a later word of where the PASID is",
		 KIND(ATTACH), look_r9 },
	[R10] = { "the probe of a device, and its first attach",
		  KIND(ATTACH) | KIND(PROBE), look_r10 },
	[R11] = { "a candidate that refused, and its features, or what it answered to others of the same instance",
		  KIND(ATTACH), look_r11 },
	[R12] = { "the end of a domain", KIND(FREE), look_r12 },
	[R13] = { "an invalidation that may be lost, or an unmap, and what was invalidated after it",
		  KIND(INVALIDATE), look_r13 },
	[R14] = { "two devices on one domain that reach for the same address",
		  0, look_r14 },
	[R15] = { "the end of it all: whether it is over is not known",
		  KIND(ALLOC) | KIND(FREE), look_r15 },
	[R16] = { "a request of a device for a page, and its answer",
		  KIND(REQUEST) | KIND(RESPONSE), look_r16 },
	[R17] = { "a write of a device to a domain that tracks writes, and a later report of dirty pages",
		  KIND(DMA) | KIND(DIRTY) | KIND(INVALIDATE), look_r17 },
};

const char *judge_rule_name(enum rule rule)
{
	return rule_names[rule];
}

const char *judge_rule_says(enum rule rule)
{
	return rule_says[rule];
}

const char *judge_rule_needs(enum rule rule)
{
	return judge_rules[rule].needs;
}

int rule_named(const char *name)
{
	autofree char *digits = xstrndup(name, strcspn(name, "-"));
	uint64_t n;

	if (*digits != 'R' || !number_parse(digits + 1, &n))
		return 0;
	return n >= R1 && n < RULES ? (int)n : 0;
}

/* The other reasons of the journal are not about a pair of instances. */
bool reason_incompatible(const char *reason)
{
	static const char *const reasons[] = {
#define X(id, word) word,
		MOCK_CHECKS(X)
#undef X
			"never",
		"pair",
		"sva",
		"dirty",
		"nest",
		NULL,
	};

	return reason && word_index(reasons, reason) >= 0;
}
