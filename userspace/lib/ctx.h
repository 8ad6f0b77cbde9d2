/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every command is given: where the system is, how to print, what was
 * asked for; and how to say that something went wrong. Nothing in lib/ and
 * callers/ prints: whoever made the context is told, and does what is right
 * there.
 */
#ifndef LIB_CTX_H
#define LIB_CTX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM "iommu-mock"

/* The exit statuses; the last word of each line is what help and man say. */
#define STATUSES(X)                                                             \
	X(OK, 0, "success")                                                     \
	X(FAILED, 1, "the operation was refused, or it failed")                 \
	X(USAGE, 2, "the command line is wrong")                                \
	X(ENV, 3,                                                               \
	  "the system is not ready: not root, module not loaded or of another " \
	  "version, debugfs not mounted, kernel locked down")

enum status {
#define X(id, n, text) ST_##id = n,
	STATUSES(X)
#undef X
};

struct command;
struct knobs;
struct values;

/* How a report is to be printed; filled from the table options. */
struct format {
	bool json;
	bool raw;
	bool noheadings;
	bool bytes;
	bool ktap;
	bool list_columns;
	const char *
		columns; /* -o: "A,B", "+C" adds to the default, NULL: default */
};

/* What went wrong, or nearly. */
struct complaint {
	enum status status; /* ST_OK: a warning */
	int err; /* -errno, 0 for a warning */
	const char *object; /* or NULL */
	const char *sentence;
};

struct ctx {
	/* Told of each complaint; NULL: nobody is. */
	void (*say)(const struct ctx *ctx, const struct complaint *c);
	const char *sysroot; /* prefix of /sys, /proc and /dev; "" is none */
	const struct command *command; /* the row that is running */
	const struct values *values; /* its options, see opt() in command.h */
	struct format format;
	const int *stop; /* what tells us to end, see stop.h; NULL: nothing */
	struct knobs *knobs; /* opened by the first use, see knobs.h */
	const char *file; /* batch: where the command line came from */
	unsigned int line;
};

/* True when the system is a recorded tree rather than the running one. */
static inline bool ctx_recorded(const struct ctx *ctx)
{
	return ctx->sysroot[0] != '\0';
}

/*
 * Say what went wrong. They return the status, so that a caller can say
 * "return fail(ctx, ...)". The object may be NULL. The tool prints "iommu-mock:
 * instance add smmu0: SENTENCE"; env_error() names no command: it is not its
 * fault. Those without an errno have EIO, EINVAL and ENODEV in this order.
 */
int fail(const struct ctx *ctx, const char *object, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int usage_error(const struct ctx *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int env_error(const struct ctx *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int fail_errno(const struct ctx *ctx, int err, const char *object,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int env_errno(const struct ctx *ctx, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void warning(const struct ctx *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* LIB_CTX_H */
