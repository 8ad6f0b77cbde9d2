/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of a strategy as writes to the module's in-kernel caller,
 * and the journal of what they caused, counted by phase.
 */
#ifndef CALLERS_KERNEL_H
#define CALLERS_KERNEL_H

#include <sys/types.h>

#include "callers/callers.h"
#include "callers/tally.h"
#include "lib/ctx.h"
#include "lib/journal.h"
#include "lib/mem.h"
#include "lib/model.h"

#define KERNEL_PHASES (PHASE_UNDO + 1)

struct kernel {
	struct ctx *ctx;
	struct journal *journal;
	pid_t self;
	enum phase phase;
	struct tally tally[KERNEL_PHASES];
	/* Told of every event of ours that is read; may be NULL. */
	void (*seen)(struct kernel *k, const struct event *ev);
	bool keep; /* keep the lines, for diagnostics */
	struct buf lines;
	pid_t thread; /* only what this one does; 0: all of this process */
	uint64_t missed; /* events that were overwritten, of any process */
	void (*gap)(struct kernel *k, uint64_t events); /* as seen() */
	int error; /* the journal could not be read: -errno */
};

extern const struct kernel_ops kernel_ops;

/* What build_info says: 0, or -errno. */
struct kernel_info {
	enum family family;
	bool multi_driver;
	char running[80];
};
int kernel_info(struct ctx *ctx, struct kernel_info *info);

/* 0, or the status after having said what is wrong. */
int kernel_open(struct kernel *k, struct ctx *ctx);
void kernel_close(struct kernel *k);

/* Start anew: pass over what the journal has, forget what was counted. */
void kernel_restart(struct kernel *k);

/* Read what has happened since; it belongs to the present phase. */
void kernel_drain(struct kernel *k);

/* The unit for a device's group, made on first sight; NULL if there is none. */
struct unit *kernel_add_unit(struct run *run, const struct model *m,
			     const char *device);

/* Table bytes and mapped bytes of the run's domains, from the state. */
void kernel_measure(struct run *run, const struct model *m);

#endif /* CALLERS_KERNEL_H */
