/* SPDX-License-Identifier: GPL-2.0-only */
/* Real files, spoiled in every way that is easily said. */
#ifndef TESTS_READERS_SEEDS_H
#define TESTS_READERS_SEEDS_H

#include <string.h>

#include "lib/mem.h"

typedef void seed_fn(void *to, const char *text, size_t n);

/* Each of them to give(), one after the other. */
void seeds_spoiled(const struct buf *text, seed_fn *give, void *to);

#endif /* TESTS_READERS_SEEDS_H */
