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
			"a device that cannot enforce snooping gets a page table that does not promise it; after another errno than EINVAL the attach ends with that errno");
	return sc_end(
		s, SC_PRESENT,
		"the driver refuses a device that cannot enforce snooping: after EINVAL the attach ends with %s%s; after EOPNOTSUPP it ends with %s",
		said(seen->soft),
		seen->promised ? ", on a page table that enforces it" : "",
		said(seen->hard));
}

enum verdict sc_judge_b12(struct scene *s, const struct seen_b12 *seen)
{
	if (seen->err == -EINVAL && !seen->called)
		return sc_end(
			s, SC_ABSENT,
			"the core refuses a domain of another driver with EINVAL, and calls no driver");
	return sc_end(
		s, SC_PRESENT,
		"the attach of a domain of another driver ended with %s; attach_dev of that driver was %scalled",
		said(seen->err), seen->called ? "" : "not ");
}

enum verdict sc_judge_b15(struct scene *s, const struct seen_b15 *seen)
{
	if (seen->in_old && !seen->in_new)
		return sc_end(
			s, SC_ABSENT,
			"the replace failed with %s, and the addresses are reserved only in the IOAS where the device is",
			said(seen->err));
	return sc_end(
		s, SC_PRESENT,
		"the replace failed with %s; the device's addresses are %s in its IOAS, and %s in the IOAS that refused it",
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
			"the attach failed with %s, as it must, but a second attach, without the fault, failed with %s",
			said(seen->first), said(seen->second));
	if (seen->faults)
		return sc_end(
			s, SC_PRESENT,
			"the attach failed with %s, and a second attach succeeded, but DMA faults",
			said(seen->first));
	return sc_end(
		s, SC_ABSENT,
		"the attach failed with %s, a second attach succeeded, and both functions see the memory",
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
			"a mapping on two page tables lost its middle, then one page table, then the rest: each unmap returned the right size, and no page stays pinned");
	return sc_end(
		s, SC_PRESENT,
		"a mapping of %llu bytes on two page tables: the unmap of its middle returned %llu of %llu bytes (DMA there %s); after one page table had gone, the rest was %s; the last unmap returned %llu bytes (DMA there %s); pinned: %ld KiB before, %ld after",
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
			"an unmap of a range without mappings succeeds with 0 bytes, as in type1");
	return sc_end(
		s, SC_PRESENT,
		"unmap by VFIO's ioctl: of an empty address space %s; of a hole %s, with %llu bytes; of a range around the hole %llu bytes",
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
			"a map that overlaps the reserved addresses fails with EINVAL and maps nothing; a map before them and a map behind them succeed");
	return sc_end(
		s, SC_PRESENT,
		"GET_INFO %s the reserved addresses; a map into them: %s, inside: %s, out of them: %s, and DMA there %s; a map before them: %s, behind them: %s, and DMA there %s",
		seen->told ? "excludes" : "does not exclude", said(seen->into),
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
			"with dma_entry_limit=%u the next map fails with ENOSPC and maps nothing, and an unmap makes room for one",
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
			"pages of zeros (%u), mapped for reading and unmapped again, leave no pins; a device reads them, and its writes fault",
			seen->pages);
	return sc_end(
		s, SC_PRESENT,
		"pages of zeros (%u) were mapped for reading: the unmap returned %llu bytes and left %lld pins; a device %s, and its writes %s",
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
			"an unmap of a part of a mapping fails with EINVAL and leaves all of it; an unmap of a range around it returns its size");
	return sc_end(
		s, SC_PRESENT,
		"%u of %u unmaps of a part failed with EINVAL; pages that DMA no longer reaches: %u; an unmap of a range around the mapping returned %llu bytes",
		seen->refused, seen->asked, seen->lost,
		(unsigned long long)seen->around);
}

enum verdict sc_judge_b87(struct scene *s, const struct seen_b87 *seen)
{
	if (seen->kept && seen->err)
		return sc_end(
			s, SC_ABSENT,
			"a bitmap for memory that is not there fails with %s, and the page that was written is in the next one",
			said(seen->err));
	return sc_end(
		s, SC_PRESENT,
		"a bitmap for memory that is not there ended with %s, and the page that was written is %s the next one",
		said(seen->err), seen->kept ? "in" : "not in");
}

enum verdict sc_judge_b88(struct scene *s, const struct seen_b88 *seen)
{
	if (seen->stays && seen->err && !seen->attached)
		return sc_end(
			s, SC_ABSENT,
			"the attach of the PASID failed with %s and is undone, and the device itself is where it was",
			said(seen->err));
	return sc_end(
		s, SC_PRESENT,
		"the attach of the PASID ended with %s: the PASID is %s, and the device itself was %s",
		said(seen->err), seen->attached ? "attached" : "not attached",
		seen->stays ? "left alone" : "detached");
}

enum verdict sc_judge_b63(struct scene *s, const struct seen_b63 *seen)
{
	if (seen->early)
		return sc_end(
			s, SC_PRESENT,
			"a group of requests was answered before its last one came");
	if (seen->second)
		return sc_end(
			s, SC_PRESENT,
			"the last request of one group had another group answered");
	if (seen->first != 1 || seen->all != 2)
		return sc_end(
			s, SC_PRESENT,
			"two groups of requests, which were complete, got %u and %u answers",
			seen->first, seen->all - seen->first);
	return sc_end(
		s, SC_ABSENT,
		"each group of requests was answered once, after its last one");
}

enum verdict sc_judge_b64(struct scene *s, const struct seen_b64 *seen)
{
	if (!seen->all)
		return sc_end(
			s, SC_PRESENT,
			"a request for which there is no handler was never answered");
	if (seen->all != 1 || seen->invalid != 1)
		return sc_end(
			s, SC_PRESENT,
			"a request for which there is no handler got %u answers, %u of them invalid",
			seen->all, seen->invalid);
	return sc_end(
		s, SC_ABSENT,
		"the core answered a request for which there is no handler: invalid");
}
