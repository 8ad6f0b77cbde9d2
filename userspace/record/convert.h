/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Converts the output of the kernel's probes to lines of a journal.
 *
 * The probe of a call shows the arguments of a function, and the probe of its
 * return shows its result; both come from the same thread. Names are stable:
 * devices as in sysfs, domains d1, d2... as they are made, identity and blocked
 * by their type, and "default" for the DMA domain that the core has made for a
 * group.
 */
#ifndef RECORD_CONVERT_H
#define RECORD_CONVERT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/ctx.h"

enum learn {
#define LEARN(id, what, without, only) LEARN_##id,
#define DRIVER(...)
#define PROBE(...)
#include "record/probes.def"
#undef LEARN
#undef DRIVER
#undef PROBE
	LEARNS
};

/* Whose function it is: the core's, or a driver's. */
enum owner {
	OWNER_CORE,
#define LEARN(...)
#define DRIVER(id, word, unit) OWNER_##id,
#define PROBE(...)
#include "record/probes.def"
#undef LEARN
#undef DRIVER
#undef PROBE
	OWNERS
};

struct probe {
	enum learn learn;
	enum owner owner;
	const char *event, *symbol, *instead, *call, *ret, *filter;
};
extern const struct probe probes[];
extern const unsigned int n_probes;

/*
 * The arguments of a probe as the kernel takes them, each {NAME|PLACE} in one form.
 * The caller frees them.
 */
enum probe_form { PROBE_BY_PLACE, PROBE_BY_NAME };
char *probe_args(const char *args, enum probe_form form);

extern const char *const learn_what[LEARNS], *const learn_without[LEARNS],
						     *const learn_only[LEARNS];
/* The words of --driver, and how to recognize a unit: see probes.def. */
extern const char *const owner_words[OWNERS], *const owner_units[OWNERS];

struct convert;
/*
 * Lines go to out. Where devices are is read from ctx's sysfs. An anonymous
 * recording has no I/O addresses and no names of tasks.
 */
struct convert *convert_new(struct ctx *ctx, FILE *out, bool anonymous);
void convert_free(struct convert *c);

/* Takes a line of trace_pipe, and cuts it up. Other events are ignored. */
void convert_line(struct convert *c, char *line);

/* So many events are missing at this place. */
void convert_gap(struct convert *c, uint64_t events);

/*
 * The first line, and the last, after which nothing is missing: what, and
 * KEY=VALUE words, or "".
 */
void convert_note(struct convert *c, const char *what, const char *words);

/* After the last line: counts the calls that have not returned. */
void convert_end(struct convert *c);

uint64_t convert_lines(const struct convert *c); /* that were written */
uint64_t convert_lost(const struct convert *c); /* events that are missing */

#endif /* RECORD_CONVERT_H */
