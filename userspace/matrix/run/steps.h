/* SPDX-License-Identifier: GPL-2.0-only */
/* Single operations of a cell, and what each of them must bring about. */
#ifndef MATRIX_STEPS_H
#define MATRIX_STEPS_H

#include "matrix/run/runner.h"

/* The domains that the cells of single operations make. */
#define DOM_A "mx-a"
#define DOM_B "mx-b"

/* Fail the trial unless @got, 0 or -errno, is @expected. Return true if it is. */
bool step_want(struct trial *t, const char *what, int got, int expected);
#define step_ok(r, call) step_want(&(r)->trial, #call, call, 0)

/* Number of attach callbacks so far. */
unsigned int step_attaches(struct runner *r);
/* Fail the trial unless there were @expected of them after @since. */
void step_want_calls(struct runner *r, const char *what, unsigned int since,
		     unsigned int expected);

/* Fail the trial unless the device is on this domain, by the state. */
void step_want_on(struct runner *r, const char *device, const char *domain);

/* Requests to the in-kernel caller, with its answer: 0 or -errno. */
int step_claim(struct runner *r, const char *group);
int step_release(struct runner *r, const char *group);
int step_alloc(struct runner *r, const char *domain, const char *device);
int step_del(struct runner *r, const char *domain);
int step_attach(struct runner *r, const char *domain, const char *group);
int step_detach(struct runner *r, const char *domain, const char *group);

/* Claim a group and put it on a new domain; the trial fails if that fails. */
bool step_on_own(struct runner *r, const char *domain, const char *group,
		 const char *device);
/* Undo that. */
void step_off_own(struct runner *r, const char *domain, const char *group);

#endif /* MATRIX_STEPS_H */
