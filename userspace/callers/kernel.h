/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of a strategy, as writes to the module's in-kernel caller, and
 * the journal of their effects, counted by phase.
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
	/* Receives every event of this process; may be NULL. */
	void (*seen)(struct kernel *k, const struct event *ev);
	bool keep; /* keep the lines, for diagnostics */
	struct buf lines;
	pid_t thread; /* only events of this thread; 0: of the whole process */
	uint64_t missed; /* events that were overwritten, of any process */
	void (*gap)(struct kernel *k, uint64_t events); /* as seen() */
	int error; /* the journal could not be read: -errno */
};

extern const struct kernel_ops kernel_ops;

/* Facts from build_info: 0, or -errno. */
struct kernel_info {
	enum family family;
	bool multi_driver;
	bool pci; /* devices can be PCI functions */
	bool blocked_default; /* of a driver */
	bool pasids; /* the core attaches PASIDs */
	bool replaces_groups, replaces_pasids; /* without a detach */
	bool handlers; /* of requests for pages, by the in-kernel caller */
	bool nests; /* the driver has the callbacks for tables of users */
	bool sva; /* the kernel binds processes to devices */
	bool dirty; /* the kernel lets drivers track writes */
	bool vdpa; /* devices of the mock can be parents of vDPA devices */
	char running[80];
};
int kernel_info(struct ctx *ctx, struct kernel_info *info);

/* 0, or another result after a complaint. */
int kernel_open(struct kernel *k, struct ctx *ctx);
void kernel_close(struct kernel *k);

/*
 * Starts again: skips the present events of the journal, and resets the counts.
 */
void kernel_restart(struct kernel *k);

/* Reads the new events, which count for the present phase. */
void kernel_drain(struct kernel *k);

/*
 * The unit of a device's group, made at first use; NULL if there is no such
 * device.
 */
struct unit *kernel_add_unit(struct run *run, const struct model *m,
			     const char *device);

/* Table bytes and mapped bytes of the run's domains, from the state. */
void kernel_measure(struct run *run, const struct model *m);

#endif /* CALLERS_KERNEL_H */
