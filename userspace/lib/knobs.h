/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's files under debugfs, by the names of docs/ABI.md
 * ("new_instance", "domains/dom0/attach"). No other code opens them.
 *
 * knobs_open() must succeed before the other functions are used. For a command
 * with CMD_MODULE in its row, the command table calls it.
 */
#ifndef LIB_KNOBS_H
#define LIB_KNOBS_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/ctx.h"
#include "lib/mem.h"

/*
 * Finds the module's directory, once. 0, or -errno after one complaint, which
 * names what is not ready and the remedy.
 */
int knobs_open(struct ctx *ctx);
void knobs_close(struct ctx *ctx);

/* A file of the module, relative to its directory: an fd, or -errno. */
int knobs_open_file(struct ctx *ctx, const char *file, int flags);

/* One operation: 0, or the -errno of the refusal. Makes no complaint. */
int knob_write(struct ctx *ctx, const char *file, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The module's sentence about this process's last refused write, or "". */
const char *knob_last_error(struct ctx *ctx);

/*
 * One operation, with a complaint if the module refuses it: "instance add
 * smmu0: SENTENCE (EBUSY)". 0 or -errno.
 */
int knob_do(struct ctx *ctx, const char *object, const char *file,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same report for an operation that returned err (negative) elsewhere. */
int knob_fail(struct ctx *ctx, const char *object, int err);

/*
 * Complains that a file could not be read; what names its content. Returns err.
 */
int knob_read_fail(struct ctx *ctx, const char *object, const char *what,
		   int err);

/* All of a file: 0 or -errno. The text is terminated by a zero. */
int knob_read(struct ctx *ctx, const char *file, struct buf *text);

/* Write a question, read its answer on the same open file (walk). */
int knob_ask(struct ctx *ctx, const char *file, struct buf *answer,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Starts something by a write to a file that then shows its progress. Returns
 * an fd to poll and to read, which does not block; or the -errno of the
 * refusal.
 */
int knob_start(struct ctx *ctx, const char *file, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Writes another line to such a file: 0, or the -errno of the refusal. */
int knob_add(struct ctx *ctx, int fd, const char *line);
/*
 * Writes the last line, whose end is part of it, and closes the file. A refusal does not
 * matter. Needs no memory.
 */
void knob_end(int fd, const char *line);
/* The same without a write, only to see the progress. */
int knob_watch(struct ctx *ctx, const char *file);
/* The present content of such a file: 0 or -errno. */
int knob_look(int fd, struct buf *text);

/* Bytes of a buffer's memory ("buffers/NAME/data"): a length, or -errno. */
ssize_t knob_pread(struct ctx *ctx, const char *file, void *to, size_t n,
		   off_t at);
ssize_t knob_pwrite(struct ctx *ctx, const char *file, const void *from,
		    size_t n, off_t at);

#endif /* LIB_KNOBS_H */
