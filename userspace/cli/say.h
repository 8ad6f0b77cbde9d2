/* SPDX-License-Identifier: GPL-2.0-only */
/* How the tool prints complaints on standard error. */
#ifndef SAY_H
#define SAY_H

#include "lib/ctx.h"

/* For struct ctx: "iommu-mock: instance add smmu0: SENTENCE". */
void say(void *owner, const struct complaint *c);

/* For lib/mem.h: without memory the tool prints this, and ends. */
void say_no_memory(void) __attribute__((noreturn));

#endif /* SAY_H */
