/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Choosing among cells. This file reads only the id of a cell, so that results
 * of another machine can be chosen in the same way.
 */
#ifndef MATRIX_SELECT_H
#define MATRIX_SELECT_H

#include <stdbool.h>

/* The parts of an id, see docs/matrix.md. */
#define MX_DIMS(X)                      \
	X(TOPOLOGY, "topology")         \
	X(POLICY, "policy")             \
	X(ERRNO, "errno")               \
	X(MISBEHAVIOUR, "misbehaviour") \
	X(FAULT, "fault")               \
	X(CALLER, "caller")             \
	X(MAPS, "maps")                 \
	X(ORDER, "order")

enum dim {
#define X(id, word) DIM_##id,
	MX_DIMS(X)
#undef X
		DIMS,
};

extern const char *const dim_words[]; /* ends with NULL */

struct dims {
	char text[192]; /* what the values point into */
	const char *value[DIMS];
};

/* False if it is not the id of a cell. */
bool dims_parse(struct dims *d, const char *id);

/*
 * A filter is an expression DIM=VALUE[|VALUE]...[,DIM...], each value a
 * pattern and != for "none of them"; or else a pattern for the whole id if it
 * has wildcards; or else a part of it.
 */
bool cell_matches(const char *id, const char *filter);

/* "K/N": the K-th (from 1) of N shards. */
struct shard {
	unsigned int k, n;
};

bool shard_parse(struct shard *s, const char *text);

/*
 * A hash of its id decides a cell's shard. So the shard depends on no other
 * cell and on no filter, and is the same everywhere.
 */
bool shard_has(const struct shard *s, const char *id);

/* The wanted cells. */
struct choice {
	const char *const *
		filters; /* one of them must match; without any, all cells match */
	unsigned int n;
	const struct shard *shard; /* or NULL */
};

bool choice_has(const struct choice *choice, const char *id);

/* False if no cell with this topology, as it stands in ids, can be wanted. */
bool choice_may(const struct choice *choice, const char *topology);

#endif /* MATRIX_SELECT_H */
