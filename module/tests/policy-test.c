// SPDX-License-Identifier: GPL-2.0-only
/* policy.c: each check alone, their order, and what overrides them. */
#include <string.h>

#include "../policy/policy.h"
#include "tap.h"

#define X(sym, name) name,
static const char *const words[] = { MOCK_CHECKS(X) MOCK_REASONS(X) "none" };
#undef X

/* Same instance, same everything, all checks asked for. */
static struct mock_question agreeable(void)
{
	struct mock_traits traits = {
		.driver = 1, .instance = 2, .format = 1, .ias = 48, .oas = 44,
		.pgsizes = 0x40201000, .coherent = true, .enforce = true,
	};
	struct mock_question q = {
		.domain = traits, .instance = traits,
		.checks = MOCK_POLICY_LIST | MOCK_POLICY_NEVER,
		.own_group = true,
	};

	return q;
}

/* Make exactly one check fail. */
static void spoil(struct mock_question *q, enum mock_check check)
{
	switch (check) {
	case MOCK_CHECK_DRIVER:
		q->instance.driver = 9;
		break;
	case MOCK_CHECK_INSTANCE:
		q->instance.instance = 9;
		break;
	case MOCK_CHECK_FORMAT:
		q->instance.format = 3;
		break;
	case MOCK_CHECK_IAS:
		q->instance.ias = 47;
		break;
	case MOCK_CHECK_OAS:
		q->instance.oas = 43;
		break;
	case MOCK_CHECK_PGSIZES:
		q->instance.pgsizes = 0x40001000;
		break;
	case MOCK_CHECK_COHERENT:
		q->instance.coherent = false;
		break;
	case MOCK_CHECK_ENFORCE:
		q->instance.enforce = false;
		break;
	case MOCK_CHECK_NEVER:
		q->own_group = false;
		break;
	default:
		break;
	}
}

static void is(const struct mock_question *q, enum mock_check want,
	       const char *name)
{
	enum mock_check got = mock_policy_verdict(q);

	ok(got == want, "%s: %s", name, words[want]);
	if (got != want)
		printf("# got %s\n", got <= MOCK_CHECK_NONE ? words[got] : "?");
}

static void each_alone(void)
{
	unsigned int check;

	for (check = 0; check <= MOCK_CHECK_NEVER; check++) {
		struct mock_question q = agreeable();

		spoil(&q, check);
		is(&q, check, "the only one that fails");
		q.checks = MOCK_CHECK_BIT(check);
		is(&q, check, "the only one asked for");
		q.checks = (MOCK_POLICY_LIST | MOCK_POLICY_NEVER) &
			   ~MOCK_CHECK_BIT(check);
		is(&q, MOCK_CHECK_NONE, "the only one not asked for");
	}
}

/* Of every two that fail, the first in the documented order is the reason. */
static void order(void)
{
	static const char *const documented[] = {
		"driver", "instance", "format", "ias", "oas", "pgsizes",
		"coherent", "enforce", "never",
	};
	unsigned int a, b, wrong = 0;

	for (a = 0; a <= MOCK_CHECK_NEVER; a++) {
		wrong += strcmp(words[a], documented[a]) != 0;
		for (b = a + 1; b <= MOCK_CHECK_NEVER; b++) {
			struct mock_question q = agreeable();

			spoil(&q, b);
			spoil(&q, a);
			wrong += mock_policy_verdict(&q) != a;
		}
	}
	ok(!wrong, "the order of evaluation is the documented one (%u wrong)",
	   wrong);
}

/* An instance that can do more than the domain needs accepts it. */
static void asymmetric(void)
{
	struct mock_question q = agreeable();

	q.domain.ias = 39;
	q.domain.oas = 40;
	q.domain.pgsizes = 0x1000;
	q.domain.coherent = false;
	q.domain.enforce = false;
	is(&q, MOCK_CHECK_NONE, "a modest domain on a capable instance");
	q.instance.coherent = false;
	q.instance.enforce = false;
	is(&q, MOCK_CHECK_NONE, "and neither coherent nor enforcing");

	q = agreeable();
	q.domain.pgsizes = 0x201000;
	q.instance.pgsizes = 0x40001000;
	is(&q, MOCK_CHECK_PGSIZES, "sizes that overlap are not a subset");
	q = agreeable();
	q.domain.pgsizes = 1ULL << 63;
	q.instance.pgsizes = ~(1ULL << 63);
	is(&q, MOCK_CHECK_PGSIZES, "the highest size counts");
}

static void overrides(void)
{
	struct mock_question q = agreeable();
	unsigned int check;

	q.pair = MOCK_PAIR_DENY;
	is(&q, MOCK_CHECK_PAIR, "a denied pair that would fit");
	q.checks = MOCK_POLICY_ANY;
	is(&q, MOCK_CHECK_PAIR, "a denied pair under policy any");

	q = agreeable();
	q.pair = MOCK_PAIR_ALLOW;
	for (check = 0; check <= MOCK_CHECK_NEVER; check++)
		spoil(&q, check);
	is(&q, MOCK_CHECK_NONE, "an allowed pair that fits in nothing");

	q = agreeable();
	q.fresh = true;
	is(&q, MOCK_CHECK_NONE, "fresh as such");
	q.misbehave = 1U << MOCK_MIS_REFUSE_FRESH;
	is(&q, MOCK_CHECK_FRESH, "refuse-fresh");
	q.pair = MOCK_PAIR_ALLOW;
	is(&q, MOCK_CHECK_FRESH, "refuse-fresh of an allowed pair");
	q.pair = MOCK_PAIR_DENY;
	is(&q, MOCK_CHECK_FRESH, "refuse-fresh of a denied pair");
	q.pair = MOCK_PAIR_NONE;
	spoil(&q, MOCK_CHECK_IAS);
	is(&q, MOCK_CHECK_FRESH, "refuse-fresh before any check");
	q.fresh = false;
	is(&q, MOCK_CHECK_IAS, "refuse-fresh lets the others be judged");

	q = agreeable();
	q.fresh = true;
	q.misbehave = ~(1U << MOCK_MIS_REFUSE_FRESH);
	is(&q, MOCK_CHECK_NONE, "no other misbehaviour refuses");
	q.checks = MOCK_POLICY_NEVER;
	q.own_group = false;
	is(&q, MOCK_CHECK_NEVER, "never: fresh, but made for another group");
}

/* An instance that accepts no domain of a process. */
static void processes(void)
{
	struct mock_question q = agreeable();

	q.instance.sva = true;
	is(&q, MOCK_CHECK_NONE, "an instance with SVA, and another domain");
	q.domain.sva = true;
	is(&q, MOCK_CHECK_NONE, "and a domain of a process");
	spoil(&q, MOCK_CHECK_IAS);
	is(&q, MOCK_CHECK_IAS, "a domain of a process that is too wide");
	q.instance.sva = false;
	is(&q, MOCK_CHECK_SVA, "no SVA, before any check");
	q.checks = MOCK_POLICY_ANY;
	q.pair = MOCK_PAIR_ALLOW;
	is(&q, MOCK_CHECK_SVA, "no SVA, though the pair is allowed");
	q.fresh = true;
	q.misbehave = 1U << MOCK_MIS_REFUSE_FRESH;
	is(&q, MOCK_CHECK_FRESH, "refuse-fresh, before that");
}

static void dirty_bits(void)
{
	struct mock_question q = agreeable();

	q.instance.dirty = true;
	is(&q, MOCK_CHECK_NONE,
	   "an instance with dirty bits, and another domain");
	q.domain.dirty = true;
	is(&q, MOCK_CHECK_NONE, "and a domain that tracks writes");
	spoil(&q, MOCK_CHECK_IAS);
	is(&q, MOCK_CHECK_IAS, "one that tracks writes and is too wide");
	q.instance.dirty = false;
	is(&q, MOCK_CHECK_DIRTY, "no dirty bits, before any check");
	q.checks = MOCK_POLICY_ANY;
	q.pair = MOCK_PAIR_ALLOW;
	is(&q, MOCK_CHECK_DIRTY, "no dirty bits, though the pair is allowed");
}

static void shorthands(void)
{
	struct mock_question q = agreeable();

	q.checks = MOCK_POLICY_COMPATIBLE;
	spoil(&q, MOCK_CHECK_INSTANCE);
	is(&q, MOCK_CHECK_NONE, "compatible: another instance is fine");
	spoil(&q, MOCK_CHECK_ENFORCE);
	is(&q, MOCK_CHECK_ENFORCE, "compatible: what it can do is not");
	q.checks = MOCK_POLICY_ANY;
	spoil(&q, MOCK_CHECK_DRIVER);
	is(&q, MOCK_CHECK_NONE, "any");
}

int main(void)
{
	each_alone();
	order();
	asymmetric();
	overrides();
	processes();
	dirty_bits();
	shorthands();
	return done_testing();
}
