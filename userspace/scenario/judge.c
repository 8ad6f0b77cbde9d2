// SPDX-License-Identifier: GPL-2.0-only
/*
 * From what was seen to the verdict, of scenarios whose bug none of our kernels
 * has: here a unit test can see both answers.
 */
#include <errno.h>

#include "lib/words.h"
#include "scenario/judge.h"

static const char *said(int err)
{
	return err ? errno_name(err) : "success";
}

enum verdict sc_judge_b82(struct scene *s, const struct seen_b82 *seen)
{
	if (!seen->empty && !seen->between && !seen->hole &&
	    seen->around == seen->mapped)
		return sc_end(
			s, SC_ABSENT,
			"unmapping what is not mapped succeeds with 0 bytes, as type1 does");
	return sc_end(
		s, SC_PRESENT,
		"unmapping as VFIO does: of an empty space %s, of a hole %s with %llu bytes, around it %llu bytes",
		said(seen->empty), said(seen->between),
		(unsigned long long)seen->hole,
		(unsigned long long)seen->around);
}

enum verdict sc_judge_b84(struct scene *s, const struct seen_b84 *seen)
{
	if (seen->made == seen->limit && seen->end == -ENOSPC &&
	    seen->next_faults && !seen->again)
		return sc_end(
			s, SC_ABSENT,
			"with dma_entry_limit=%u the next mapping ends with ENOSPC and maps nothing, and one that is unmapped makes room",
			seen->limit);
	return sc_end(
		s, SC_PRESENT,
		"with dma_entry_limit=%u, %u mappings were made, then %s; DMA to the next %s; after one unmap: %s",
		seen->limit, seen->made,
		seen->end ? errno_name(seen->end) : "no end",
		seen->next_faults ? "faults" : "arrives", said(seen->again));
}

enum verdict sc_judge_b86(struct scene *s, const struct seen_b86 *seen)
{
	if (seen->refused == seen->asked && !seen->lost &&
	    seen->around == seen->mapped)
		return sc_end(
			s, SC_ABSENT,
			"unmapping a part of a mapping is EINVAL and leaves all of it; a range around it tells its size");
	return sc_end(
		s, SC_PRESENT,
		"%u of %u unmaps of a part were refused with EINVAL; pages lost to DMA: %u; a range around it told %llu bytes",
		seen->refused, seen->asked, seen->lost,
		(unsigned long long)seen->around);
}
