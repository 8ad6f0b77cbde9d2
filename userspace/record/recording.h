/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run of the command works on. */
#ifndef RECORD_RECORDING_H
#define RECORD_RECORDING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"
#include "lib/mem.h"
#include "lib/tracing.h"
#include "record/child.h"
#include "record/convert.h"

struct recording {
	struct ctx *ctx;
	struct tracing *tracing;
	struct convert *convert;
	FILE *out;
	const char *name; /* of the file, NULL: standard output */
	bool made; /* there was no such file */
	struct child child;
	uint64_t missed; /* by probes, so far */
	struct buf text; /* that was read: lines, and the beginning of one */
};

/* output.c: the file, or standard output. */
int output_open(struct recording *r);
/* Nothing was recorded: a file that existed before stays as it was. */
void output_leave(struct recording *r);
int output_empty(struct recording *r);
int output_close(struct recording *r);
/* The first line. log: lines of the kernel's log are recorded. */
void output_head(struct recording *r, bool log);
/* After the last event: the last line, and a sentence about events that are missing. */
void output_end(struct recording *r);

/* set.c: sets the probes of the functions that the kernel has. */
const char *driver_choice(unsigned int i); /* of --driver */
int probes_set(struct recording *r);
/* What the kernel has of the symbol of each probe. */
int probes_find(struct ctx *ctx, struct tracing_symbol *symbols);

/* boot.c: --boot */
int record_boot(struct recording *r);

#endif /* RECORD_RECORDING_H */
