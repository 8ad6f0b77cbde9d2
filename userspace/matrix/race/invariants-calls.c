// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invariants of the answers to threads: answers are documented ones, the
 * journal contains the same answers, successful operations were done, and of
 * rivals exactly one wins.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/race/history.h"

const char *const race_op_words[] = {
#define X(id, word, call) word,
	RACE_OPS(X)
#undef X
		NULL,
};

static const char *const call_words[] = {
#define X(id, word, call) call,
	RACE_OPS(X)
#undef X
};

void done_text(const struct race_done *d, struct buf *b)
{
	if (d->thread != RACE_MAIN)
		buf_printf(b, RACE_COMM ": ", d->thread);
	buf_printf(b, "%s", race_op_words[d->op]);
	if (d->object)
		buf_printf(b, " %s", d->object);
	if (d->domain)
		buf_printf(b, " %s", d->domain);
	if (d->iova)
		buf_printf(b, " 0x%" PRIx64, d->iova);
	if (d->ret && d->reason != DMA_FINE)
		buf_printf(b, ": %s", dma_reason_words[d->reason]);
	else
		buf_printf(b, ": %s", d->ret ? errno_name(d->ret) : "0");
}

/* --- answers --- */

static bool documented(const struct race_answers *a, int ret)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(a->err); i++) {
		if (i && !a->err[i])
			return false;
		if (a->err[i] == -ret)
			return true;
	}
	return false;
}

/* The answers are in the documented set of the operation. */
bool holds_answers(const struct history *h, struct buf *why)
{
	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];
		const struct race_answers *a = h->answers;

		if (d->thread == RACE_MAIN)
			continue;
		while (a->op != RACE_OP_N && a->op != d->op)
			a++;
		if (a->op != RACE_OP_N && documented(a, d->ret))
			continue;
		done_text(d, why);
		buf_str(why, " is not an answer that this race can have");
		return false;
	}
	return true;
}

/* --- told --- */

static bool is_call_of(const struct event *ev, const struct race_done *d)
{
	char iova[24];

	snprintf(iova, sizeof(iova), "0x%" PRIx64, d->iova);
	if (!text_is(ev->op, call_words[d->op]) || ev->ret != d->ret ||
	    ev->nsec < d->begin || ev->nsec > d->end)
		return false;
	switch (d->op) {
	case RACE_FREE:
		return text_is(ev->object, d->domain);
	case RACE_CLAIM:
		return text_is(ev->object, d->object);
	case RACE_UNMAP:
		return text_is(ev->object, d->domain) && text_is(ev->arg, iova);
	default:
		return text_is(ev->object, d->domain) &&
		       text_is(ev->arg, d->object);
	}
}

/* A refusal before the in-kernel caller is reached leaves no call. */
static bool may_lack_call(const struct race_done *d)
{
	return !call_words[d->op] || d->ret;
}

/* The call that a thread's journal has next, from *at on; NULL if none. */
static const struct event *next_call(const struct history *h, unsigned int *at,
				     const char *comm)
{
	while (*at < h->n_events) {
		const struct event *ev = &h->events[(*at)++];

		if (ev->kind == EV_CALL && text_is(ev->comm, comm))
			return ev;
	}
	return NULL;
}

static bool told(const struct history *h, unsigned int thread, struct buf *why)
{
	const struct event *ev;
	unsigned int at = 0;
	char comm[16];

	snprintf(comm, sizeof(comm), RACE_COMM, thread);
	ev = next_call(h, &at, comm);
	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];

		if (d->thread != thread)
			continue;
		if (ev && is_call_of(ev, d)) {
			ev = next_call(h, &at, comm);
			continue;
		}
		if (may_lack_call(d))
			continue;
		done_text(d, why);
		buf_printf(
			why,
			" is not what the journal has next of it (event %" PRIu64
			")",
			ev ? ev->seq : 0);
		return false;
	}
	if (ev)
		buf_printf(why,
			   "event %" PRIu64
			   " is a call of %s, which knows nothing of it",
			   ev->seq, comm);
	return !ev;
}

/* The journal's calls are the operations of each thread, in its order. */
bool holds_told(const struct history *h, struct buf *why)
{
	for (unsigned int t = 0; t < h->threads; t++)
		if (!told(h, t, why))
			return false;
	return true;
}

/* --- did --- */

/* The driver got the call, by this thread, at that time. */
static bool moved(const struct history *h, const struct race_done *d,
		  const char *device)
{
	char comm[16];

	snprintf(comm, sizeof(comm), RACE_COMM, d->thread);
	for (unsigned int i = 0; i < h->n_events; i++) {
		const struct event *ev = &h->events[i];

		if (ev->kind == EV_ATTACH && !ev->ret &&
		    text_is(ev->comm, comm) && text_is(ev->device, device) &&
		    ev->nsec >= d->begin && ev->nsec <= d->end &&
		    text_is(d->op == RACE_ATTACH ? ev->domain : ev->old,
			    d->domain))
			return true;
	}
	return false;
}

/* A call that moved a group, by its answer, has moved each device of it. */
bool holds_did(const struct history *h, struct buf *why)
{
	for (unsigned int i = 0; i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];

		if (d->ret || d->thread == RACE_MAIN ||
		    (d->op != RACE_ATTACH && d->op != RACE_DETACH))
			continue;
		for (unsigned int k = 0; k < h->n_places; k++) {
			const struct race_place *p = &h->places[k];

			if (!p->domain || !text_is(p->group, d->object) ||
			    moved(h, d, p->device))
				continue;
			done_text(d, why);
			buf_printf(why, ", and %s was not moved", p->device);
			return false;
		}
	}
	return true;
}

/* --- rivals --- */

static bool wants(const struct race_done *d)
{
	return d->op == RACE_ATTACH || d->op == RACE_PLACE;
}

static bool is_rival(const struct race_done *a, const struct race_done *b)
{
	return wants(b) && a->round == b->round &&
	       text_is(a->object, b->object);
}

/*
 * Of the threads that want one thing in one round, one gets it; the others get
 * EBUSY.
 */
bool holds_rivals(const struct history *h, struct buf *why)
{
	for (unsigned int i = 0; h->rivals && i < h->n_done; i++) {
		const struct race_done *d = &h->done[i];
		unsigned int winners = 0, n = 0;

		if (!wants(d) || d->thread == RACE_MAIN)
			continue;
		for (unsigned int k = 0; k < h->n_done; k++) {
			if (!is_rival(d, &h->done[k]))
				continue;
			n++;
			winners += !h->done[k].ret;
		}
		if (winners == 1)
			continue;
		buf_printf(why, "%u of %u got %s in round %u", winners, n,
			   d->object, d->round);
		return false;
	}
	return true;
}
