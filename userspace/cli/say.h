/* SPDX-License-Identifier: GPL-2.0-only */
/* How the tool says on stderr what went wrong. */
#ifndef SAY_H
#define SAY_H

#include "lib/ctx.h"

/* For struct ctx: "iommu-mock: instance add smmu0: SENTENCE". */
void say(void *owner, const struct complaint *c);

/* For lib/mem.h: a tool that finds no memory says so and ends. */
void say_no_memory(void) __attribute__((noreturn));

#endif /* SAY_H */
