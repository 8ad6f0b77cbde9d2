/* SPDX-License-Identifier: GPL-2.0-only */
/* Load and unload the module, by libkmod. */
#ifndef LIB_KMOD_H
#define LIB_KMOD_H

#include "lib/ctx.h"

/*
 * Loads the installed module, or the module in file (which may be NULL), and
 * the modules it depends on. 0, or -errno after a complaint.
 */
int module_load(struct ctx *ctx, const char *file, const char *parameters);

/*
 * 0, or -errno after a complaint. If the module is in use, *in_use is true, and
 * the caller has to complain.
 */
int module_unload(struct ctx *ctx, bool *in_use);

/*
 * Loads any other module of the running kernel, and the modules it depends on,
 * unless it is loaded already: 0, -ENOENT if the kernel has no such module, or
 * -errno. Makes no complaint.
 */
int module_need(const char *name);

#endif /* LIB_KMOD_H */
