// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the observations to the verdict, for scenarios whose bug no kernel of
 * the lanes has: here a unit test can show both verdicts.
 */
#include <errno.h>

#include "lib/words.h"
#include "scenario/judge.h"

static const char *said(int err)
{
	return err ? errno_name(err) : "success";
}

enum verdict sc_judge_b10(struct scene *s, const struct seen_b10 *seen)
{
	if (!seen->soft && !seen->promised && seen->hard == -EOPNOTSUPP)
		return sc_end(
			s, SC_ABSENT,
			"a device that cannot enforce snooping gets a page table that does not promise it; refused with another errno than EINVAL, it gets that errno");
	return sc_end(
		s, SC_PRESENT,
		"a device that cannot enforce snooping is refused with EINVAL, and the attach ends with %s%s; refused with EOPNOTSUPP, with %s",
		said(seen->soft),
		seen->promised ? ", on a page table that enforces it" : "",
		said(seen->hard));
}

enum verdict sc_judge_b12(struct scene *s, const struct seen_b12 *seen)
{
	if (seen->err == -EINVAL && !seen->called)
		return sc_end(
			s, SC_ABSENT,
			"a domain of another driver is refused with EINVAL, and no driver is called");
	return sc_end(
		s, SC_PRESENT,
		"attaching a domain of another driver ends with %s; attach_dev was %scalled with a device of the other",
		said(seen->err), seen->called ? "" : "not ");
}

enum verdict sc_judge_b15(struct scene *s, const struct seen_b15 *seen)
{
	if (seen->in_old && !seen->in_new)
		return sc_end(
			s, SC_ABSENT,
			"the replace failed with %s, and the addresses are reserved where the device is, only",
			said(seen->err));
	return sc_end(
		s, SC_PRESENT,
		"the replace failed with %s; the device's addresses are %s in its IOAS, and %s in the one that it did not get to",
		said(seen->err), seen->in_old ? "reserved" : "free",
		seen->in_new ? "reserved" : "free");
}

enum verdict sc_judge_b17(struct scene *s, const struct seen_b17 *seen)
{
	if (!seen->first)
		return sc_end(
			s, SC_PRESENT,
			"the attach succeeded, although nothing could be mapped");
	if (seen->second)
		return sc_end(
			s, SC_PRESENT,
			"the attach failed with %s as it must, but then also without a fault: %s",
			said(seen->first), said(seen->second));
	if (seen->faults)
		return sc_end(
			s, SC_PRESENT,
			"the attach failed with %s, a second one succeeded, but DMA does not arrive",
			said(seen->first));
	return sc_end(
		s, SC_ABSENT,
		"the attach failed with %s, a second one succeeded, and both functions see the memory",
		said(seen->first));
}

enum verdict sc_judge_b19(struct scene *s, const struct seen_b19 *seen)
{
	if (seen->middle_told == seen->middle &&
	    seen->rest_told == seen->mapped - seen->middle &&
	    seen->hole_faults && !seen->rest_faults && seen->end_faults &&
	    seen->pinned_after == seen->pinned_before)
		return sc_end(
			s, SC_ABSENT,
			"a mapping on two page tables loses its middle, then a page table, then the rest: the sizes are right, and nothing stays pinned");
	return sc_end(
		s, SC_PRESENT,
		"a mapping of %llu bytes on two page tables: %llu of %llu went from its middle (DMA there %s), the rest was %s after one of them had gone, %llu bytes went at the end (DMA there %s); pinned: %ld KiB before, %ld after",
		(unsigned long long)seen->mapped,
		(unsigned long long)seen->middle_told,
		(unsigned long long)seen->middle,
		seen->hole_faults ? "faults" : "arrives",
		seen->rest_faults ? "lost" : "there",
		(unsigned long long)seen->rest_told,
		seen->end_faults ? "faults" : "arrives", seen->pinned_before,
		seen->pinned_after);
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

enum verdict sc_judge_b83(struct scene *s, const struct seen_b83 *seen)
{
	bool refused = seen->into == -EINVAL && seen->inside == -EINVAL &&
		       seen->out_of == -EINVAL;

	if (seen->told && refused && !seen->reached && !seen->below &&
	    !seen->above && !seen->lost)
		return sc_end(
			s, SC_ABSENT,
			"what overlaps the reserved addresses is EINVAL, and nothing of it is mapped; what ends before and begins behind them is mapped");
	return sc_end(
		s, SC_PRESENT,
		"reserved addresses, which GET_INFO %s: a map into them %s, inside %s, out of them %s, and DMA there %s; a map before them %s, behind %s, and DMA there %s",
		seen->told ? "tells" : "does not tell", said(seen->into),
		said(seen->inside), said(seen->out_of),
		seen->reached ? "arrives" : "faults", said(seen->below),
		said(seen->above), seen->lost ? "faults" : "arrives");
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
		"with dma_entry_limit=%u, %u %s made, then %s; DMA to the next %s; after one unmap: %s",
		seen->limit, seen->made,
		by_count(seen->made, "mapping was", "mappings were"),
		seen->end ? errno_name(seen->end) : "no end",
		seen->next_faults ? "faults" : "arrives", said(seen->again));
}

enum verdict sc_judge_b85(struct scene *s, const struct seen_b85 *seen)
{
	/* Other programs pin pages, too, but not as many. */
	bool kept = seen->left >= seen->pages;

	if (!kept && !seen->written && !seen->unread &&
	    seen->told == seen->pages * 0x1000ULL)
		return sc_end(
			s, SC_ABSENT,
			"pages of zeros (%u of them), mapped for reading and unmapped, leave no pins; a device reads them, and its writes fault",
			seen->pages);
	return sc_end(
		s, SC_PRESENT,
		"of %u pages of zeros, mapped for reading, %llu bytes were unmapped, which leaves %lld pins; a device %s, and its writes %s",
		seen->pages, (unsigned long long)seen->told, seen->left,
		seen->unread ? "cannot read them" : "reads them",
		seen->written ? "arrive" : "fault");
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
