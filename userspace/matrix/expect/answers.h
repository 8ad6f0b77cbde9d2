/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For oracle.c: the answers of the driver and of the core to one operation of a
 * caller, and the attach callbacks that it costs. A function that counts adds to
 * the outcome.
 */
#ifndef MATRIX_ANSWERS_H
#define MATRIX_ANSWERS_H

#include "matrix/expect/expect.h"

struct answer {
	int err; /* 0 or -errno */
	int r; /* position, if refused */
	int reason; /* index into mx_reasons, if refused by the driver */
	bool ignored; /* "accepted", but nothing was done */
};

struct odomain {
	int origin; /* unit that it was made for */
};

struct oracle {
	const struct cell *cell;
	enum family family;
	struct topo_unit units[MX_UNITS];
	int n;
	struct odomain list[MX_UNITS]; /* oldest first */
	int listed;
	int where[MX_UNITS]; /* index into list, -1 */
	int fault_left, fault_seen;
	bool altered[MX_UNITS]; /* the domain made for that unit */
	bool stray; /* devices of the unit are on a domain that refused it */
	struct outcome *out;
};

/* The instance of a device of a unit */
int oracle_instance_of(const struct oracle *s, int unit, int pos);
/*
 * The devices of a unit are asked about the domain that was made for @origin. The
 * domain is fresh to the first device only.
 */
struct answer oracle_ask_group(struct oracle *s, int unit, int origin,
			       bool fresh);
/* iommu_attach_group() of one unit: its answer; counts its cost */
struct answer oracle_attach(struct oracle *s, int unit, int origin, bool fresh);
/* The callbacks of a claim, or of a release, of n devices */
int oracle_ownership(struct oracle *s, int n);
/* The errno of an allocation for the unit, and of filling its domain; or 0 */
int oracle_alloc_error(struct oracle *s, int unit);
int oracle_fill_error(const struct oracle *s, int unit);

#endif /* MATRIX_ANSWERS_H */
