/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every function that needs the system takes a context: it contains where the
 * system is, and the function that receives complaints. No code in lib/ and
 * callers/ prints, or depends on commands, formats and exit statuses: a
 * function that fails makes one complaint, a sentence, and returns -errno.
 */
#ifndef LIB_CTX_H
#define LIB_CTX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM "iommu-mock"

struct knobs;

/* What a complaint is about. */
enum complaint_kind {
	SAID_NOTHING, /* a warning */
	SAID_FAILED, /* the operation was refused, or it failed */
	SAID_WRONG, /* what was asked for makes no sense */
	SAID_NOT_READY, /* the system lacks what the operation needs */
};

/* What went wrong, or nearly. */
struct complaint {
	enum complaint_kind kind;
	int err; /* -errno, 0 for a warning */
	const char *object; /* or NULL */
	const char *sentence;
};

struct ctx {
	/* receives each complaint; NULL drops them */
	void (*say)(void *owner, const struct complaint *c);
	void *owner; /* of this context and of its copies; the first argument of say() */
	const char *sysroot; /* prefix of /sys, /proc and /dev; "" is none */
	const int *stop; /* readable when to end, see stop.h; or NULL */
	struct knobs *knobs; /* opened by the first use, see knobs.h */
};

/* True when the system is a recorded tree rather than the running one. */
static inline bool ctx_recorded(const struct ctx *ctx)
{
	return ctx->sysroot[0] != '\0';
}

/*
 * Each makes a complaint, and returns -errno, so that a function can end with
 * "return fail(ctx, ...)". The object may be NULL. The tool prints "iommu-mock:
 * instance add smmu0: SENTENCE". It leaves the command out for env_error() and
 * env_errno(), because the system is at fault and not the command. fail(),
 * usage_error() and env_error() return -EIO, -EINVAL and -ENODEV.
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
