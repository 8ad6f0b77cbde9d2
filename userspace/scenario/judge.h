/* SPDX-License-Identifier: GPL-2.0-only */
/* From the observations to the verdict, without a kernel. */
#ifndef SCENARIO_JUDGE_H
#define SCENARIO_JUDGE_H

#include "scenario/scenario.h"

/* A device that cannot enforce snooping comes to a page table that does. */
struct seen_b10 {
	int soft,
		hard; /* the answer of iommufd after EINVAL, after EOPNOTSUPP */
	bool promised; /* after soft == 0: its page table enforces it */
};
enum verdict sc_judge_b10(struct scene *s, const struct seen_b10 *seen);

/* A domain of another driver is attached. */
struct seen_b12 {
	int err;
	bool called; /* that driver, with a device that is not its own */
};
enum verdict sc_judge_b12(struct scene *s, const struct seen_b12 *seen);

/* A replace to another IOAS was refused: reserved in the old, in the new one? */
struct seen_b15 {
	int err;
	bool in_old, in_new;
};
enum verdict sc_judge_b15(struct scene *s, const struct seen_b15 *seen);

/* An attach whose mappings fail, then the same without a fault, then DMA. */
struct seen_b17 {
	int first, second;
	bool faults;
};
enum verdict sc_judge_b17(struct scene *s, const struct seen_b17 *seen);

/* A mapping on two page tables: its middle goes, a page table, then the rest. */
struct seen_b19 {
	uint64_t mapped,
		middle; /* bytes: that were, and of these to go first */
	uint64_t middle_told, rest_told; /* bytes that were told */
	bool hole_faults, rest_faults, end_faults; /* DMA */
	long pinned_before, pinned_after; /* KiB of this process */
};
enum verdict sc_judge_b19(struct scene *s, const struct seen_b19 *seen);

/* Answers to two groups of requests: before the first was complete, then, and at the end. */
struct seen_b63 {
	unsigned int early; /* to any */
	unsigned int first,
		second; /* to each group, when the first was complete */
	unsigned int all; /* when both were */
};
enum verdict sc_judge_b63(struct scene *s, const struct seen_b63 *seen);

/* Answers to a request on a domain without a handler. */
struct seen_b64 {
	unsigned int invalid, all;
};
enum verdict sc_judge_b64(struct scene *s, const struct seen_b64 *seen);

/* Unmaps of an empty space, of the hole between two mappings, around both. */
struct seen_b82 {
	int empty, between; /* 0 or -errno */
	uint64_t hole, around; /* bytes that were told */
	uint64_t mapped; /* bytes that were */
};
enum verdict sc_judge_b82(struct scene *s, const struct seen_b82 *seen);

/* Mappings at a hole. */
struct seen_b83 {
	bool told; /* the hole, by GET_INFO */
	int into, inside,
		out_of; /* the answer for an overlapping mapping: 0 or -errno */
	bool reached; /* DMA, to where these would be */
	int below, above; /* the answer for a mapping that does not overlap */
	bool lost; /* DMA to these faults */
};
enum verdict sc_judge_b83(struct scene *s, const struct seen_b83 *seen);

/* Mappings until the kernel refuses one. */
struct seen_b84 {
	unsigned int limit, made;
	int end; /* the answer to the next mapping */
	bool next_faults; /* DMA to where that would be */
	int again; /* the answer to another mapping after an unmap */
};
enum verdict sc_judge_b84(struct scene *s, const struct seen_b84 *seen);

/* Memory of zeros, mapped for reading, then unmapped. */
struct seen_b85 {
	unsigned int pages;
	long long left; /* pins more than before */
	bool written; /* a device has written to it */
	bool unread; /* or could not read it */
	uint64_t told; /* bytes that went */
};
enum verdict sc_judge_b85(struct scene *s, const struct seen_b85 *seen);

/* Unmaps of a part, then one around all of it. */
struct seen_b86 {
	unsigned int asked, refused; /* parts; with EINVAL */
	unsigned int lost; /* pages that DMA does not reach any more */
	uint64_t around,
		mapped; /* bytes: the kernel's answer, and the bytes mapped before */
};
enum verdict sc_judge_b86(struct scene *s, const struct seen_b86 *seen);

/* A bitmap of dirty pages, for memory that is not there; then for memory that is. */
struct seen_b87 {
	int err; /* the first answer: 0 or -errno */
	bool kept; /* the page is in the second bitmap */
};
enum verdict sc_judge_b87(struct scene *s, const struct seen_b87 *seen);

/* An attach of a PASID whose answer cannot be written. */
struct seen_b88 {
	int err; /* 0 or -errno */
	bool stays; /* the device is where it was */
	bool attached; /* the PASID is on the page table */
};
enum verdict sc_judge_b88(struct scene *s, const struct seen_b88 *seen);

#endif /* SCENARIO_JUDGE_H */
