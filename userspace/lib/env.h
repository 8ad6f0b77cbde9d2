/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks whether the system is ready. There is one sentence for each thing that
 * can be missing, with the remedy.
 */
#ifndef LIB_ENV_H
#define LIB_ENV_H

#include <stdbool.h>

#include "lib/ctx.h"

#define MODULE_NAME "iommu_mock"

/* The module's directory: 0 and an fd, or -errno after a complaint. */
int env_find(struct ctx *ctx, int *dir);

/* Does the module speak our interface? Asks build_info through the knobs. */
int env_check_version(struct ctx *ctx);

/* The same checks one by one, without complaints. */
bool env_module_loaded(const struct ctx *ctx);
bool env_debugfs_mounted(const struct ctx *ctx);

/* "integrity" or "confidentiality" if the kernel is locked down, else NULL. */
const char *env_lockdown(const struct ctx *ctx);

/*
 * If lockdown refused to open a file of the module with err, complains and
 * returns err; otherwise returns 0.
 */
int env_check_lockdown(struct ctx *ctx, int err);

/* The value of KEY in text of "KEY=VALUE" lines, NULL if none; free() it. */
char *env_fact(const char *text, const char *key);

#endif /* LIB_ENV_H */
