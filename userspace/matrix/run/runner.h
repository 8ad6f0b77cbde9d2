/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs cells on the loaded module. A topology is built once and kept for the
 * following cells on it. After a cell that leaves anything behind, the next
 * cell gets a new topology.
 */
#ifndef MATRIX_RUNNER_H
#define MATRIX_RUNNER_H

#include <stddef.h>

#include "callers/kernel.h"
#include "judge/judge.h"
#include "lib/ctx.h"
#include "lib/mem.h"
#include "matrix/cells/special.h"
#include "matrix/expect/expect.h"
#include "matrix/results/result.h"
#include "matrix/run/rules.h"

/* The buffer that is mapped into domains, and its address. */
#define MX_BUFFER "mx-buf"
#define MX_BUFFER_SIZE 0x4000
#define MX_IOVA 0x200000ULL

/* The last values written to an instance; only changes are written. */
struct setting {
	char policy[48], errnos[80], misbehave[32];
	bool faulted;
};

/* The kernel that cells run on, the module in it, and facts about both. */
struct target {
	struct kernel k;
	struct ctx *ctx;
	struct kernel_info info;
	int kmsg; /* the kernel log, -1: cannot be read */
	bool stuck; /* a thread of a race has not come back */
};

/* The topology in the module. Cells on the same topology share it. */
struct built {
	const struct topo *topo; /* NULL: nothing is built */
	const struct row *row; /* its pairs are set; NULL: none */
	struct topo_unit units[MX_UNITS];
	int n_units;
	char *features[MX_INSTS]; /* of each instance, see check_features() */
	struct setting settings[MX_INSTS];
};

/* The cell that runs: what is expected of it, and what came out. */
struct trial {
	const struct cell *cell;
	const char *skip; /* why the cell did not run, or NULL */
	struct run run; /* the placement */
	struct judge *judge;
	bool reading[MX_DEVS]; /* devices that read now, see traffic.c */

	struct outcome expected, got;
	unsigned int facts; /* FACT() bits behind what is expected */
	struct rule_result rules[RULES];
	unsigned int tables, copies; /* bytes, see struct result */

	bool failed;
	bool dirty; /* the next cell needs a new topology */
	struct buf why; /* one line for each thing that is wrong */
};

/* What the user of the command chose. */
struct run_options {
	bool no_verify; /* do no DMA */
	uint32_t seed; /* races draw their operations from it */
};

struct runner {
	struct target target;
	struct built built;
	struct run_options options;
	struct trial trial;
};

/* The runner that the kernel k is a part of. */
static inline struct runner *runner_of(struct kernel *k)
{
	return (struct runner *)((char *)k - offsetof(struct runner, target.k));
}

/* 0, or the status after a complaint about what is not ready. */
int runner_open(struct runner *r, struct ctx *ctx);
void runner_close(struct runner *r);
enum cell_verdict runner_cell(struct runner *r, const struct cell *cell);

/* Adds a line about what is wrong; the cell has failed. */
void trial_wrong(struct trial *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Asks the run to place the groups of the topology, in order. */
void built_add_units(const struct built *b, struct run *run);

/*
 * record.c: makes a result of the runner's last trial. Results contain the
 * journals of failed cells, and of a few cells for each caller, rule and
 * verdict.
 */
#define RECORD_REALS 12
struct recorder {
	unsigned char kept[KINDS + 1 + RECORD_REALS][RULES][RULE_VERDICT_N];
	const char *reals[RECORD_REALS];
};
void record_cell(struct recorder *rec, struct runner *r,
		 enum cell_verdict verdict, struct result *result);

/* The calls that caused a conclusion or broke a rule, and their answers. */
void record_calls(struct judge *j, struct result *result);

/* setup.c: bring the module into the state that the cell starts from. */
bool setup_cell(struct runner *r, const struct cell *cell);
void setup_forget(struct built *b);
bool setup_write(struct runner *r, const char *file, const char *text);
/* An instance's knob for this cell only; setup_cell() writes it anew after. */
void setup_knob(struct runner *r, const char *inst, const char *name,
		const char *value);

/* check.c: gives the judge its input during and after every cell. */
extern const struct kernel_ops watch_ops;
void check_start(const struct target *t);
void check_seen(struct kernel *k, const struct event *ev);
void check_gap(struct kernel *k, uint64_t events);
void check_placed(struct runner *r);
void check_after(struct runner *r);
/*
 * The features that a domain copies from an instance, out of KEY=VALUE lines;
 * free() it.
 */
char *check_features(const char *text);
/* Reports a driver's breach that the state shows: "OBJECT WHAT". */
void check_broken(struct trial *t, enum rule rule, const char *what,
		  const char *object);

/*
 * traffic.c: in cells with DMA, the placed devices read the mapped memory again
 * and again while others are placed. Reading must not fail: R14.
 */
void traffic_start(struct runner *r);
void traffic_stop(struct runner *r);

/*
 * memory.c: checks the memory that the placed devices see; leaves nothing
 * mapped.
 */
void check_memory(struct runner *r);
/* The domain of a claimed group that is on none of the caller's. */
const char *core_domain(const struct kernel_info *info);
void memory_unmap(struct runner *r);
void memory_lost(struct runner *r);
void memory_unmap_shared(struct runner *r);
void memory_lost_by_one(struct runner *r);
void memory_allowed(struct runner *r);
void memory_too_high(struct runner *r);
void memory_high(struct runner *r);
void memory_detached(struct runner *r);

/* refused.c: the cells of R6 */
void refused_second(struct runner *r);
void refused_unhooked(struct runner *r);
void refused_unclaimed(struct runner *r);
void refused_unclaimed_group(struct runner *r);

/* pasid.c: address spaces, and moves from one domain to another */
void pasid_one(struct runner *r);
void pasid_group(struct runner *r);
void pasid_instances(struct runner *r);
void pasid_half_done(struct runner *r);
void pasid_foreign(struct runner *r);
void pasid_replace(struct runner *r);
void pasid_unhooked(struct runner *r);
void group_replace(struct runner *r);
void group_unhooked(struct runner *r);

/* special.c: single operations */
extern const struct special mx_specials[]; /* ends with topo == NULL */

/*
 * real.c: the kernel's own callers. Name, errnos and disturb are the policy,
 * errno and misbehaviour of all instances.
 */
extern const struct special mx_reals[]; /* ends with topo == NULL */
/* sva.c: the same of processes that are bound to devices */
extern const struct special mx_processes[]; /* ends with topo == NULL */
/* True if VFIO has a type1 container here; loads the missing modules. */
bool real_vfio(const struct ctx *ctx);

#endif /* MATRIX_RUNNER_H */
