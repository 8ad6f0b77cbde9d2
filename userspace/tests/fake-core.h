/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of the IOMMU core and of the mock driver, of each kernel family,
 * for tests of callers on the build machine. What the driver answers is the
 * relation of a matrix row. It writes the journal events that the module
 * would write into a tally, and tells a judge.
 */
#ifndef TESTS_FAKE_CORE_H
#define TESTS_FAKE_CORE_H

#include "callers/callers.h"
#include "callers/tally.h"
#include "matrix/run/rules.h"

#define FAKE_DOMAINS 256

enum { AT_IDENTITY = -1, AT_BLOCKED = -2, AT_NONE = -3 };

struct fake_domain {
	char name[MOCK_NAME_LEN];
	int inst, unit; /* that it was made for */
	bool live, fresh, altered;
};

struct fake {
	const struct cell *cell;
	enum family family;
	struct topo_unit units[MX_UNITS];
	int n_units;
	bool owned[MX_UNITS];
	int at[MX_UNITS]; /* the core's view of a group */
	int dev_at[MX_DEVS]; /* the driver's view of a device */
	struct fake_domain domains[FAKE_DOMAINS];
	int n_domains;
	int fault_left, fault_seen;
	struct tally tally[3];
	int phase;
	struct judge *judge;
	uint64_t seq;
	unsigned int logged;
};

extern const struct kernel_ops fake_ops;
void fake_init(struct fake *f, const struct cell *cell, enum family family);
void fake_free(struct fake *f);
/* As the journal says it */
const char *fake_place_name(const struct fake *f, int at);

/*
 * fake-cell.c: the cell on the model: place, what came out, undo it again, and what the
 * judge makes of the rules by what the oracle expects; rules_free() it.
 */
int fake_cell(const struct cell *cell, enum family family,
	      const struct outcome *expected, struct rule_result rules[RULES],
	      struct outcome *got);
/* The same, with the caller's books. */
int fake_cell_run(const struct cell *cell, enum family family,
		  const struct outcome *expected, struct run *run,
		  struct rule_result rules[RULES], struct outcome *got);

#endif /* TESTS_FAKE_CORE_H */
