/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of the system: everything under /sys, /proc and /dev is opened here,
 * so that --sysroot can put a recorded tree in their place.
 */
#ifndef LIB_ROOT_H
#define LIB_ROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ctx.h"

/* The absolute path with the prefix in front; the caller frees it. */
char *root_path(const struct ctx *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* open(2) of an absolute path such as /dev/vfio/vfio: an fd, or -errno. */
int root_open(const struct ctx *ctx, const char *path, int flags);
bool root_exists(const struct ctx *ctx, const char *path);

/* All of a small file, without its last newline; NULL and errno if not. */
char *root_read(const struct ctx *ctx, const char *path);

/* One write(2) of one line: 0 or -errno. In a recorded tree it appends. */
int root_write(const struct ctx *ctx, const char *path, const char *text);
/* The same to an open file, which is closed then. */
int root_put(int fd, const char *text);

/* The last part of what a link points to; NULL and errno if it is none. */
char *root_link_name(const struct ctx *ctx, const char *path);

/*
 * A name in a directory that begins with this; NULL and errno (ENOENT: there is none).
 */
char *root_entry(const struct ctx *ctx, const char *path, const char *begin);

#endif /* LIB_ROOT_H */
