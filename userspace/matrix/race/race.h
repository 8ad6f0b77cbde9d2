/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races: cells in which several threads do operations at the same time, while
 * injected delays keep the windows between the operations open. The operations
 * of each thread, and the pauses between them, are drawn before the race from
 * the run's seed and the cell's name. So the same seed gives the same
 * operations.
 */
#ifndef MATRIX_RACE_H
#define MATRIX_RACE_H

#include <pthread.h>

#include "matrix/race/history.h"
#include "matrix/run/runner.h"

#define RACE_THREADS 4
#define RACE_STEPS 96 /* of one thread */
#define RACE_MAX_PAUSE_US 1500
/* Far more than a race takes on any machine. */
#define RACE_WAIT_MS 30000

#define RACE_PAGE 0x1000ULL
#define RACE_IOVA(page) (MX_IOVA + (page)*RACE_PAGE)

struct race_step {
	enum race_op op;
	const char *domain; /* of RACE_ADD: the instance */
	const char *object;
	uint64_t iova;
	unsigned int pause_us; /* before it */
};

struct race_plan {
	unsigned int threads;
	unsigned int n[RACE_THREADS];
	struct race_step v[RACE_THREADS][RACE_STEPS];
};

/* --- plan.c: pure --- */

struct rng {
	uint64_t state;
};
/* Numbers for a run and a cell; another cell gets other numbers. */
struct rng rng_of(uint32_t seed, const char *id);
uint64_t rng_next(struct rng *rng);
unsigned int rng_below(struct rng *rng, unsigned int n);

void plan_add(struct race_plan *p, unsigned int thread, enum race_op op,
	      const char *domain, const char *object, uint64_t iova);
/* All threads wait for each other here. */
void plan_gate(struct race_plan *p);

struct race_def {
	unsigned int threads;
	/* The group, device or domain that it is about, as the plan likes it. */
	const char *object;
	void (*plan)(const struct race_def *def, struct race_plan *p,
		     struct rng *rng);
	/*
	 * The steps before the race, and their undo; end with op == RACE_OP_N.
	 */
	const struct race_step *before, *after;
	const struct race_answers *answers;
	bool rivals; /* see history.h */
	bool vfio; /* devices are bound to vfio-pci meanwhile */
	bool rebuild; /* a device may be missing afterwards */
};

/* The whole plan of a cell, pauses included. */
void race_make_plan(const struct race_def *def, struct race_plan *p,
		    struct rng *rng);

/* --- races.c: what there is --- */

extern const struct special mx_races[]; /* ends with topo == NULL */

/* --- race.c --- */

/* Of VFIO, with a group in it. */
struct container {
	int fd, group, device; /* -1: not open */
	char *memory; /* NULL: nothing is placed */
};

/*
 * One thread of the race, or the main thread, which prepares it. Each has its
 * own open files and its own last error.
 */
struct racer {
	struct race *race;
	struct ctx ctx;
	unsigned int thread;
	void (*none)(void); /* mem_none of the thread that starts this one */
	pthread_t id;
	unsigned int at; /* of its steps; under the race's lock */
	unsigned int round;
	struct container container;
	struct race_done done[RACE_STEPS];
	unsigned int n_done;
};

struct race {
	struct runner *r;
	const struct race_def *def;
	struct race_plan plan;
	struct model *bound; /* VFIO: the devices */
	struct racer main, racers[RACE_THREADS];

	pthread_mutex_t lock; /* protects the rest, and racer.at */
	pthread_cond_t moved; /* of one of these */
	unsigned int running; /* threads */
	unsigned int waiting; /* at the gate */
	unsigned int gates; /* that all have passed */
	bool over; /* a thread did not come to a gate: the others end */
};

void race_run(struct runner *r);
const char *race_missing(const struct ctx *ctx, const struct special *s);
/* check.c: checks the invariants on the present state. */
void race_check(struct race *race);
/* Adds the command that repeats the race to what is wrong. */
void race_evidence(struct runner *r);

/* --- containers.c: a container, with one group in it --- */

/* All devices of the topology to vfio-pci, and back. */
struct model *race_vfio_begin(struct ctx *ctx, struct trial *t);
void race_vfio_end(struct ctx *ctx, struct trial *t, struct model *m);
/*
 * Makes a container for the device's group, maps memory in it, and does a DMA
 * by the device that must reach the memory. 0 or -errno, and then nothing is
 * left.
 */
int container_place(struct container *c, struct ctx *ctx,
		    const struct m_device *dev, uint64_t pattern);
/* All is closed as if the program had ended; -EINVAL if nothing is placed. */
int container_leave(struct container *c);

#endif /* MATRIX_RACE_H */
