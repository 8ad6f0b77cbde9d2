/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Policy: may a domain be attached to a device behind an instance?
 *
 * Pure functions of plain values. They use no locks, allocate no memory, and
 * call no kernel function: the same source is compiled into the module and into
 * user-space tests.
 */
#ifndef MOCK_POLICY_H
#define MOCK_POLICY_H

#include "../abi.h"
#include "../types.h"

enum mock_check {
#define X(sym, name) MOCK_CHECK_##sym,
	MOCK_CHECKS(X)
	MOCK_REASONS(X)
#undef X
	MOCK_NR_REASONS,
	MOCK_CHECK_NONE = MOCK_NR_REASONS,
};

/* A policy's list may contain the first MOCK_NR_CHECKS of enum mock_check. */
#define MOCK_NR_CHECKS MOCK_CHECK_NEVER
#define MOCK_CHECK_BIT(c) (1U << (c))
#define MOCK_POLICY_LIST ((1U << MOCK_NR_CHECKS) - 1)

/* The policies of the shorthands in docs/ABI.md. */
#define MOCK_POLICY_ANY 0U
#define MOCK_POLICY_NEVER MOCK_CHECK_BIT(MOCK_CHECK_NEVER)
#define MOCK_POLICY_COMPATIBLE \
	(MOCK_POLICY_LIST & ~MOCK_CHECK_BIT(MOCK_CHECK_INSTANCE))

enum mock_misbehaviour {
#define X(sym, name) MOCK_MIS_##sym,
	MOCK_MISBEHAVIOURS(X)
#undef X
	MOCK_NR_MISBEHAVIOURS,
};

/**
 * struct mock_traits - the features of a domain or of an instance
 * @driver: identity of the driver
 * @instance: identity of the instance; of a domain, the instance whose features
 *            it copied
 * @format: page-table format, index into MOCK_FORMATS
 * @ias: input address size in bits
 * @oas: output address size in bits
 * @pgsizes: bitmap of page sizes in bytes
 * @coherent: domain: its table is kept coherent with CPU caches, so walkers
 *            must snoop; instance: its walker snoops
 * @enforce: domain: it enforces snooping of all DMA; instance: it can enforce
 *           that
 * @sva: domain: its addresses are those of a process; instance: it accepts such
 *       domains
 * @dirty: domain: it was made to track the writes of devices; instance: it sets
 *         dirty bits
 * @nest: domain: it is a stage 1 of a user on a stage 2, whose features these are;
 *        instance: it translates by two stages
 */
struct mock_traits {
	u32 driver;
	u32 instance;
	u32 format;
	u32 ias;
	u32 oas;
	u64 pgsizes;
	bool coherent;
	bool enforce;
	bool sva;
	bool dirty;
	bool nest;
};

/**
 * struct mock_errnos - the errnos of refusals
 * @error: errno for each reason, 0: the default
 * @error_default: the default
 */
struct mock_errnos {
	u32 error[MOCK_NR_REASONS];
	u32 error_default;
};

enum mock_pair {
	MOCK_PAIR_NONE,
	MOCK_PAIR_ALLOW,
	MOCK_PAIR_DENY,
};

/**
 * struct mock_question - the values that a verdict depends on
 * @domain: traits of the domain
 * @instance: traits of the device's instance
 * @checks: the policy, a bitmap of MOCK_CHECK_BIT()
 * @misbehave: bitmap of enum mock_misbehaviour of the instance
 * @pair: the exception for the two instances, if there is one
 * @fresh: no device has ever been attached to the domain
 * @own_group: the domain was made for the group of the device
 */
struct mock_question {
	struct mock_traits domain;
	struct mock_traits instance;
	u32 checks;
	u32 misbehave;
	enum mock_pair pair;
	bool fresh;
	bool own_group;
};

/**
 * mock_policy_verdict() - judge a domain for a device
 * @q: the question
 *
 * The order is: a misbehaving refusal of fresh domains; a domain of a process
 * on an instance that accepts none; a domain that tracks writes on one that sets
 * no dirty bits; a stage 1 on one that translates by one stage; the pair's
 * exception; then the checks of the policy in the order of MOCK_CHECKS().
 *
 * Return: MOCK_CHECK_NONE if the domain is accepted, else the first check
 * that fails.
 */
enum mock_check mock_policy_verdict(const struct mock_question *q);

#endif /* MOCK_POLICY_H */
