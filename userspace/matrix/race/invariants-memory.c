// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants of memory. Every operation has a beginning and an end. An
 * operation that ended before a read began counts; an operation that began
 * after the read ended does not; the effect of one that overlaps the read is
 * unknown. Where the state is certain, a read must have succeeded, or must have
 * faulted with one of the true reasons.
 */
#include <string.h>

#include "lib/words.h"
#include "matrix/race/history.h"

enum truth { NO, YES, MAYBE };

/* Does the operation cause the state in question, or end it? */
typedef int (*effect_fn)(const struct history *h, const struct race_done *d,
			 const struct race_done *read);

static const char *group_of(const struct history *h, const char *device)
{
	for (unsigned int i = 0; i < h->n_places; i++)
		if (text_is(h->places[i].device, device))
			return h->places[i].group;
	return NULL;
}

/* 1: the address is mapped afterwards, -1: it is not, 0: not about it */
static int maps(const struct history *h, const struct race_done *d,
		const struct race_done *read)
{
	(void)h;
	if (d->iova != read->iova)
		return 0;
	return d->op == RACE_MAP ? 1 : d->op == RACE_UNMAP ? -1 : 0;
}

/* The same of the device being on the domain. */
static int attaches(const struct history *h, const struct race_done *d,
		    const struct race_done *read)
{
	if (!text_is(d->object, group_of(h, read->object)) ||
	    (read->domain && !text_is(d->domain, read->domain)))
		return 0;
	return d->op == RACE_ATTACH ? 1 : d->op == RACE_DETACH ? -1 : 0;
}

/*
 * Decides by the last operation that ended before the read, unless another
 * overlaps that operation or the read. A refused operation changes nothing.
 */
static enum truth true_at(const struct history *h, const struct race_done *read,
			  effect_fn effect)
{
	const struct race_done *last = NULL;

	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];

		if (!d->ret && effect(h, d, read) && d->end < read->begin &&
		    (!last || d->end > last->end))
			last = d;
	}
	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];

		if (d->ret || !effect(h, d, read) || d == last)
			continue;
		if (d->begin <= read->end && (!last || d->end >= last->begin))
			return MAYBE;
	}
	return last && effect(h, last, read) > 0 ? YES : NO;
}

/* No other reason is true for a device that races. */
static bool can_be(enum truth attached, enum truth mapped, int ret,
		   enum dma_reason reason)
{
	if (!ret)
		return attached != NO && mapped != NO;
	switch (reason) {
	case DMA_NOT_MAPPED:
		return attached != NO && mapped != YES;
	case DMA_BLOCKED:
	case DMA_IDENTITY:
	case DMA_NO_DOMAIN:
		return attached != YES;
	default:
		return false;
	}
}

bool holds_memory(const struct history *h, struct buf *why)
{
	static const char *const words[] = { "not ", "", "perhaps " };

	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];
		enum truth attached, mapped;

		if (d->op != RACE_READ)
			continue;
		attached = true_at(h, d, attaches);
		mapped = true_at(h, d, maps);
		if (can_be(attached, mapped, d->ret, d->reason))
			continue;
		done_text(d, why);
		buf_printf(
			why,
			": the device was %sattached, and the address %smapped",
			words[attached], words[mapped]);
		return false;
	}
	return true;
}

/* --- invalidations --- */

/* Which instance a device is behind, as attaches have it; NULL: unknown. */
static const char *instance_of(const struct history *h, const char *device)
{
	for (unsigned int i = 0; i < h->n_events; i++)
		if (h->events[i].kind == EV_ATTACH &&
		    text_is(h->events[i].device, device))
			return h->events[i].instance;
	return NULL;
}

static bool was_told(const struct history *h, const struct race_done *unmap,
		     const char *instance)
{
	for (unsigned int i = 0; i < h->n_events; i++) {
		const struct event *ev = &h->events[i];

		if (ev->kind == EV_INVALIDATE && !ev->lost &&
		    text_is(ev->domain, unmap->domain) &&
		    text_is(ev->instance, instance) &&
		    ev->nsec >= unmap->begin && ev->nsec <= unmap->end &&
		    unmap->iova >= ev->iova &&
		    unmap->iova - ev->iova < ev->size)
			return true;
	}
	return false;
}

/* Was the device there from the beginning of the unmap to its end? */
static bool was_there(const struct history *h, const struct race_done *unmap,
		      const char *device)
{
	struct race_done at = *unmap;

	at.object = device;
	return true_at(h, &at, attaches) == YES;
}

/*
 * An unmap invalidates each instance that has a device on the domain meanwhile.
 */
bool holds_invalidated(const struct history *h, struct buf *why)
{
	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];

		if (d->op != RACE_UNMAP || d->ret)
			continue;
		for (unsigned int k = 0; k < h->n_places; k++) {
			const char *device = h->places[k].device;
			const char *instance = instance_of(h, device);

			if (!instance || !was_there(h, d, device) ||
			    was_told(h, d, instance))
				continue;
			done_text(d, why);
			buf_printf(
				why,
				": instance %s was not told, and has %s on it",
				instance, device);
			return false;
		}
	}
	return true;
}
