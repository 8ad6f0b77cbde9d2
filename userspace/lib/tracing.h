/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic probes of the running kernel, in an instance of tracefs that is
 * ours alone: nobody else's tracing is disturbed. tracefs is mounted for us
 * only, in no place, so that it need not be mounted, and stays as it was.
 *
 * The probes and the instance have fixed names. A lock, which the kernel lifts
 * when a process dies, tells a recorder that is running from one that was
 * killed: what that one left is removed by the next.
 */
#ifndef LIB_TRACING_H
#define LIB_TRACING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ctx.h"
#include "lib/mem.h"

/* How the name of each event begins. */
#define TRACING_PREFIX "imr_"

/* The group of the probes that the kernel's command line sets. */
#define TRACING_BOOT_GROUP "iommu_mock_boot"

struct tracing;

/*
 * 0, or -errno after having said why. *leftovers: a killed recorder had left
 * probes, which are gone now.
 */
int tracing_open(struct ctx *ctx, struct tracing **t, bool *leftovers);

/* What the kernel has of a name. */
struct tracing_symbol {
	/*
	 * More than one: no probe can tell which is meant. None: the kernel has no
	 * such function, or has made it a part of its callers.
	 */
	unsigned int functions;
	/* There is type information (BTF) for the part of the kernel that has it. */
	bool typed;
};

/* The functions of these names. 0 or -errno; says nothing. */
int tracing_symbols(struct ctx *ctx, unsigned int n, const char *const *names,
		    struct tracing_symbol *symbols);

/*
 * Does the kernel find parameters by name ("dom=domain type=domain->type"), where a
 * function is typed? Its list of what it knows tells.
 */
bool tracing_takes_names(const struct tracing *t);

/*
 * Record each call of a function, or each return from one, as an event:
 * TRACING_PREFIX and its name. args as in kprobe_events. filter: of a call,
 * which to record, or NULL. 0 or -errno; says nothing.
 */
enum tracing_at { TRACING_CALL, TRACING_RETURN };
int tracing_probe(struct tracing *t, const char *event, const char *symbol,
		  enum tracing_at at, const char *args, const char *filter);

/*
 * Record each line of the kernel's log, in the thread that writes it. 0 or
 * -errno; says nothing.
 */
int tracing_log(struct tracing *t);

/* All probes at once. 0 or -errno; says nothing. */
int tracing_start(struct tracing *t);
void tracing_stop(struct tracing *t);

/*
 * What there is, as lines of text: the number of bytes; 0 if there is nothing
 * now; or -errno. tracing_fd() can be polled.
 */
ssize_t tracing_read(struct tracing *t, char *text, size_t room);
int tracing_fd(const struct tracing *t);

/* How many calls and returns the kernel could not record, so far. */
uint64_t tracing_missed(struct tracing *t);

/*
 * The same for the probes of the kernel's command line, which record outside of
 * any instance. *any: there are some. The text is all that the kernel has, also
 * what others have recorded. tracing_boot_remove() says nothing.
 */
int tracing_open_boot(struct ctx *ctx, struct tracing **t, bool *any);
int tracing_boot_text(struct tracing *t, struct buf *text);
int tracing_boot_remove(struct tracing *t);

/* Everything is removed: 0, or -errno after having said what is left. */
int tracing_close(struct ctx *ctx, struct tracing *t);

#endif /* LIB_TRACING_H */
