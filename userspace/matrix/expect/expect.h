/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The expected and the actual outcome of a cell. oracle.c computes the expected
 * outcome; it uses neither the module nor its earlier answers.
 */
#ifndef MATRIX_EXPECT_H
#define MATRIX_EXPECT_H

#include "matrix/cells/cells.h"

/* Named facts about kernels: the only reasons why cells may differ. */
#define MX_FACTS(X)                                                           \
	X(NO_OWNER, "NO-OWNER",                                               \
	  "a group has no owner: claiming it calls no driver",                \
	  "iommu_attach_group")                                               \
	X(H8, "H8", "a group attach that fails half-way is not undone",       \
	  "__iommu_attach_group")                                             \
	X(UNWIND_ALL, "UNWIND-ALL",                                           \
	  "after a failed attach all devices of the group are "               \
	  "attached to the old domain again",                                 \
	  "__iommu_attach_group")                                             \
	X(UNWIND_UPTO, "UNWIND-UPTO",                                         \
	  "after a failed attach the devices up to and "                      \
	  "including the failing one are attached to the old domain again",   \
	  "__iommu_group_set_domain_internal")                                \
	X(H7, "H7",                                                           \
	  "after a failed attach the failing device is taken to be still on " \
	  "its old domain: only those before it are attached again",          \
	  "__iommu_group_set_domain_internal")                                \
	X(ALLOC_NULL, "ALLOC-NULL",                                           \
	  "a failed allocation returns NULL, not its errno",                  \
	  "iommu_domain_alloc")                                               \
	X(BUS_PROT, "BUS-PROT",                                               \
	  "type1 compares a capability of the bus, not the "                  \
	  "domains' answer to enforcing coherency",                           \
	  "vfio_iommu_type1_attach_group")                                    \
	X(ONE_DRIVER, "ONE-DRIVER",                                           \
	  "a second IOMMU driver cannot be registered, so the "               \
	  "core has no gatekeeper",                                           \
	  "iommu_device_register")

enum fact {
#define X(id, word, text, where) FACT_##id,
	MX_FACTS(X)
#undef X
		FACTS,
};
#define FACT(id) (1U << FACT_##id)

struct fact_text {
	const char *word, *text, *where;
};
extern const struct fact_text fact_texts[];

struct outcome {
	int n; /* units */
	int with[MX_UNITS]; /* the first unit on the same domain, -1: on none */
	int err[MX_UNITS]; /* the caller's answer to its user, 0 or -errno */
	unsigned int domains;
	unsigned int attaches; /* callbacks, all domains */
	unsigned int refused; /* those that failed */
	unsigned int core_refused; /* group attaches refused without one */
	unsigned int reasons[MX_N_REASONS];
	unsigned int broken; /* RULE() bits */
	bool any_partition; /* expected: "with" does not matter */
	bool adrift; /* expected: devices are not where their caller thinks */
	unsigned int either; /* expected: RULE() bits that depend on that */
	unsigned int facts; /* expected: the FACT() bits that influenced it */
};

void oracle(const struct cell *cell, enum family family, struct outcome *out);
bool outcome_equal(const struct outcome *expected, const struct outcome *got);
/* One line: "domains=2 {a,b}{c} ..."; free() it */
char *outcome_text(const struct outcome *o, const struct topo_unit *units);
void rules_text(unsigned int broken, struct buf *b);

#endif /* MATRIX_EXPECT_H */
