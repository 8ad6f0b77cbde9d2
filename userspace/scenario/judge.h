/* SPDX-License-Identifier: GPL-2.0-only */
/* From what was seen to the verdict: without a kernel. */
#ifndef SCENARIO_JUDGE_H
#define SCENARIO_JUDGE_H

#include "scenario/scenario.h"

/* Unmaps of an empty space, of the hole between two mappings, around both. */
struct seen_b82 {
	int empty, between; /* 0 or -errno */
	uint64_t hole, around; /* bytes that were told */
	uint64_t mapped; /* bytes that were */
};
enum verdict sc_judge_b82(struct scene *s, const struct seen_b82 *seen);

/* Mappings until there is an end to them. */
struct seen_b84 {
	unsigned int limit, made;
	int end; /* what the next one says */
	bool next_faults; /* DMA to where that would be */
	int again; /* what another one says after an unmap */
};
enum verdict sc_judge_b84(struct scene *s, const struct seen_b84 *seen);

/* Unmaps of a part, then one around all of it. */
struct seen_b86 {
	unsigned int asked, refused; /* parts; with EINVAL */
	unsigned int lost; /* pages that DMA does not reach any more */
	uint64_t around, mapped; /* bytes: told, and that were */
};
enum verdict sc_judge_b86(struct scene *s, const struct seen_b86 *seen);

#endif /* SCENARIO_JUDGE_H */
