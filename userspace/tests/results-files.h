/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of results: what is written is read back, and what cannot be is refused. */
#ifndef TESTS_RESULTS_FILES_H
#define TESTS_RESULTS_FILES_H

#include "callers/family.h"
#include "matrix/cells/select.h"

/* What "matrix --json --shard" would have written of a model of the core. */
void results_of_model(const char *file, const struct cells *cells,
		      enum family family, const struct shard *shard);

/* Tests; files are written in @dir. */
void results_round_trip(const char *dir);
void results_of_shards(const char *dir, const struct cells *cells);
void results_contradict(void);
void results_bad_files(const char *dir);

#endif /* TESTS_RESULTS_FILES_H */
