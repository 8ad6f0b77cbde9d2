// SPDX-License-Identifier: GPL-2.0-only
/* The rule about pages that devices wrote: R17. */
#include <inttypes.h>
#include <stdlib.h>

#include "judge/story.h"
#include "lib/words.h"

/* How far to look back for writes */
#define FAR 1024

/* Addresses, from the first to the last */
struct range {
	uint64_t first, last;
};

static bool range_of(const struct step *s, struct range *r)
{
	if (!s->ev.size || s->ev.iova + s->ev.size - 1 < s->ev.iova)
		return false;
	*r = (struct range){ s->ev.iova, s->ev.iova + s->ev.size - 1 };
	return true;
}

static bool overlap(const struct range *a, const struct range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static bool is_report(const struct step *s)
{
	return s->ev.kind == EV_DIRTY && s->ev.has_ret && !s->ev.ret &&
	       (text_is(s->ev.op, "read") || text_is(s->ev.op, "peek"));
}

/*
 * May the step take the trace of a write away? A reader that clears the bit, with the
 * invalidation after it; an unmap; the end or the beginning of the tracking.
 */
static bool takes_away(const struct step *s, int life,
		       const struct range *written)
{
	struct range r;

	switch (s->ev.kind) {
	case EV_CALL:
		return s->life == life && text_is(s->ev.op, "unmap");
	case EV_INVALIDATE:
		if (text_is(s->ev.scope, "all"))
			return true;
		break;
	case EV_DIRTY:
		if (text_is(s->ev.op, "peek"))
			return false;
		break;
	default:
		return false;
	}
	return s->life == life && (!range_of(s, &r) || overlap(&r, written));
}

/* Was its device moved meanwhile? */
static bool moved(const struct step *s, const struct step *write)
{
	return s->ev.kind == EV_ATTACH && s->device == write->device;
}

/* Is the write between what took earlier traces away and the report? */
static bool has_trace(const struct judge *j, int write, int report)
{
	const struct step *w = &j->steps[write];
	struct range written;

	if (w->ev.seq > j->steps[report].ev.since || !range_of(w, &written))
		return false;
	for (int i = report - 1; i >= 0 && j->steps[i].ev.seq > w->ev.since;
	     i--)
		if (i < report - FAR ||
		    takes_away(&j->steps[i], w->place, &written) ||
		    (i < write && moved(&j->steps[i], w)))
			return false;
	return true;
}

static bool is_write(const struct step *s, int life)
{
	return s->ev.kind == EV_DMA && s->place == life && s->device >= 0 &&
	       s->ev.has_ret && !s->ev.ret && text_is(s->ev.op, "write");
}

static int by_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Addresses that are in at least one of n ranges */
static uint64_t count(struct range *ranges, unsigned int n)
{
	uint64_t sum = 0, next = 0; /* all below next is counted */

	qsort(ranges, n, sizeof(*ranges), by_first);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t first = ranges[i].first;

		if (i && first < next)
			first = next;
		if (i && (ranges[i].last < next || !next))
			continue;
		sum += ranges[i].last - first + 1;
		next = ranges[i].last + 1;
	}
	return sum;
}

/* The bytes that a report has to find, at least; *newest: the last write. */
static uint64_t written_before(const struct judge *j, int report, int *newest)
{
	const struct step *r = &j->steps[report];
	struct range looked, ranges[FAR];
	unsigned int n = 0;

	*newest = -1;
	if (!range_of(r, &looked))
		return 0;
	for (int i = report - 1; i >= 0 && i >= report - FAR; i--) {
		const struct step *s = &j->steps[i];
		struct range *to = &ranges[n];

		if (s->gaps != r->gaps)
			break;
		if (!is_write(s, r->life) || !range_of(s, to) ||
		    !overlap(to, &looked) || !has_trace(j, i, report))
			continue;
		if (to->first < looked.first)
			to->first = looked.first;
		if (to->last > looked.last)
			to->last = looked.last;
		if (*newest < 0)
			*newest = i;
		n++;
	}
	return count(ranges, n);
}

static void reported(struct judge *j, int report)
{
	const struct step *r = &j->steps[report];
	struct observation *o;
	int newest;
	uint64_t written = written_before(j, report, &newest);

	if (newest < 0)
		return;
	o = observe(j, R17, SAW_DIRTY, WHO_DRIVER, report);
	if (r->ev.dirty < written)
		broken_by(j, o, newest,
			  "devices had written 0x%" PRIx64
			  " bytes of 0x%" PRIx64 "+0x%" PRIx64
			  " in %s, but 0x%" PRIx64 " were reported dirty",
			  written, r->ev.iova, r->ev.size,
			  place_name(j, r->life), r->ev.dirty);
}

void look_r17(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++)
		if (j->steps[i].life >= 0 && is_report(&j->steps[i]))
			reported(j, (int)i);
}
