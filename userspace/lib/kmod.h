/* SPDX-License-Identifier: GPL-2.0-only */
/* Load and unload the module, by libkmod. */
#ifndef LIB_KMOD_H
#define LIB_KMOD_H

#include "lib/ctx.h"

/*
 * The installed module, or the one in file (may be NULL), and what it depends
 * on. 0, or -errno after having said why.
 */
int module_load(struct ctx *ctx, const char *file, const char *parameters);

/*
 * 0, or -errno after having said why. If the module is in use, *in_use is set,
 * and the caller has to say it.
 */
int module_unload(struct ctx *ctx, bool *in_use);

/*
 * Any other module of the running kernel, and what it depends on, unless it
 * is there already: 0, -ENOENT if the kernel has no such module, or -errno;
 * says nothing.
 */
int module_need(const char *name);

#endif /* LIB_KMOD_H */
