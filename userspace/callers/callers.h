/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Callers: code that has devices and must put them on domains. Each strategy is
 * one file and one struct caller; run.c contains what all strategies share.
 *
 * A strategy uses the kernel only through struct kernel_ops, with one function
 * for each operation of the in-kernel caller. kernel.c implements the
 * operations with the module; the unit tests implement them with a small model
 * of the core.
 */
#ifndef CALLERS_CALLERS_H
#define CALLERS_CALLERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "callers/family.h"
#include "lib/address.h"
#include "module/abi.h"

#define RUN_UNITS 64
#define RUN_DOMAINS 192

/* Something to place: an IOMMU group, by the first of its devices named. */
struct unit {
	char group[MOCK_NAME_LEN];
	char dev[MOCK_NAME_LEN]; /* as named by the user */
	char first[MOCK_NAME_LEN]; /* the first device of the group */
	char driver[MOCK_NAME_LEN]; /* its IOMMU driver */
	unsigned int devices;
	unsigned int pasids; /* the first device has so many, 0 included */
	bool claimed;
	int domain; /* index into run->domains; -1: on none of them */
	/* What the caller's user is told: 0 or -errno. One that has it before
	 * it is placed has no address for the mappings, and is not tried. */
	int err;
};

struct run_domain {
	char name[MOCK_NAME_LEN];
	char driver[MOCK_NAME_LEN];
	int made_for; /* unit */
	int enforces; /* answer to "enforce coherency", -1 if not asked */
	unsigned int users;
	bool live; /* allocated and not freed */
	bool listed; /* in the caller's list: other groups may join */
	bool filled; /* the mappings are in it */
	bool leaked; /* could not be freed; see run_free() */
	uint64_t tables, mapped;
};

struct mapping {
	uint64_t iova;
	const char *buffer;
};

enum phase {
	PHASE_PROBE, /* best: test what is compatible; not a cost of placing */
	PHASE_PLACE,
	PHASE_UNDO,
};

/* All return 0 or -errno. */
struct kernel_ops {
	int (*claim)(void *k, const char *group);
	int (*release)(void *k, const char *group);
	int (*alloc)(void *k, const char *domain, const char *device);
	int (*free)(void *k, const char *domain);
	int (*attach)(void *k, const char *domain, const char *group);
	int (*detach)(void *k, const char *domain, const char *group);
	/* A PASID of a device's group; NULL if no such caller runs on it. */
	int (*attach_pasid)(void *k, const char *domain, const char *device,
			    unsigned int pasid);
	int (*detach_pasid)(void *k, const char *domain, const char *device,
			    unsigned int pasid);
	int (*map)(void *k, const char *domain, const struct mapping *map);
	/* 1, 0, or -errno: the domain's answer to "enforce cache coherency" */
	int (*enforces)(void *k, const char *domain);
	/* The operations from now on belong to this phase; may be NULL. */
	void (*phase)(void *k, enum phase phase);
	/*
	 * Is the work to end? The remaining groups are then not placed; may be
	 * NULL.
	 */
	bool (*stopped)(void *k);
};

struct run {
	const struct kernel_ops *ops;
	void *k;
	enum family family;
	const char *prefix; /* of the names of the domains it makes */
	const struct mapping *maps;
	unsigned int n_maps;
	const struct space *space; /* where that may be; NULL: not known */

	struct unit units[RUN_UNITS];
	unsigned int n_units;
	/* In order of creation: a list's oldest is the first. */
	struct run_domain domains[RUN_DOMAINS];
	unsigned int n_domains;
	unsigned int pasid; /* the caller attaches it; 0: whole groups */
	bool probing; /* operations now are no cost of placing */
	void *real; /* of a caller that is not played, see real.h */
};

struct caller {
	const char *name;
	const char *what; /* one sentence */
	unsigned int pasid; /* it attaches this PASID; 0: whole groups */
	/*
	 * Places one claimed unit. Returns the index of its domain; or -errno,
	 * and then the group is on no domain of the run, and the new domain is
	 * freed.
	 */
	int (*place)(struct run *run, int unit);
	/*
	 * Or, instead of place(): tries the listed domains, oldest first, until
	 * one accepts the unit or the errno is not soft; then a new domain.
	 */
	bool (*soft)(int err);
	/* Or place all of them, none claimed; the errors are in the units. */
	void (*place_all)(struct run *run);
	/*
	 * For the kernel's own callers (real.h), which are not played: before
	 * the placement, a check of the placement, and the undo. Each returns
	 * 0, or another result after a complaint.
	 */
	int (*prepare)(struct run *run);
	int (*check)(struct run *run);
	int (*undo)(struct run *run);
};

/* In the order in which they are shown; ends with NULL. */
extern const struct caller *const callers[];
const struct caller *caller_find(const char *name);

/* Only when asked for: the kernel's own (real.h), and this one. */
extern const struct caller caller_sva_model;

/* einval.c ... best.c */
extern const struct caller caller_einval, caller_emediumtype, caller_any,
	caller_type1, caller_iommufd, caller_fresh, caller_best;

/* run.c */
void run_init(struct run *run, const struct kernel_ops *ops, void *k,
	      enum family family, const char *prefix);
struct unit *run_add(struct run *run, const char *group, const char *dev,
		     const char *first, const char *driver,
		     unsigned int devices);
void run_place(struct run *run, const struct caller *caller);
bool run_stopped(const struct run *run);
/* Everything off again; 0, or the first error (the rest is done anyway). */
int run_undo(struct run *run);
unsigned int run_domains(const struct run *run); /* with users */

/* For strategies: single steps, which keep the books. */
int run_claim(struct run *run, int unit);
void run_release(struct run *run, int unit);
int run_alloc(struct run *run, int unit,
	      const char *device); /* index or -errno */
void run_free(struct run *run, int domain);
int run_attach(struct run *run, int unit, int domain);
int run_detach(struct run *run, int unit, int domain);
int run_fill(struct run *run, int domain); /* put the mappings in, once */
void run_join(struct run *run, int unit, int domain);
int run_known(struct run *run, const char *name); /* a domain of others */
void run_list(struct run *run, int domain); /* others may join */
int run_fresh(struct run *run, int unit); /* a new domain for it, listed */

/*
 * cover.c: finds the fewest of n sets whose union is all of universe. Sets are
 * bit masks over the same elements. Returns their number and marks them in
 * chosen[]; -1 if the union of all sets is too small.
 */
int cover_min(const uint64_t *sets, unsigned int n, uint64_t universe,
	      bool *chosen);

#endif /* CALLERS_CALLERS_H */
