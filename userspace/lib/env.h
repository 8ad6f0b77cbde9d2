/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is the system ready for us? Each thing that can be missing has a sentence
 * of its own, which also says what to do.
 */
#ifndef LIB_ENV_H
#define LIB_ENV_H

#include <stdbool.h>

#include "lib/ctx.h"

#define MODULE_NAME "iommu_mock"

/* The module's directory: 0 and an fd, or -errno after having said why. */
int env_find(struct ctx *ctx, int *dir);

/* Does the module speak our interface? Asks build_info through the knobs. */
int env_check_version(struct ctx *ctx);

/* The same questions one by one; they say nothing. */
bool env_module_loaded(const struct ctx *ctx);
bool env_debugfs_mounted(const struct ctx *ctx);

/* "integrity" or "confidentiality" if the kernel is locked down, else NULL. */
const char *env_lockdown(const struct ctx *ctx);

/*
 * Is it lockdown that refused to open a file of the module with err? Then it
 * says so and returns err; else 0.
 */
int env_check_lockdown(struct ctx *ctx, int err);

/* The value of KEY in text of "KEY=VALUE" lines, NULL if none; free() it. */
char *env_fact(const char *text, const char *key);

#endif /* LIB_ENV_H */
