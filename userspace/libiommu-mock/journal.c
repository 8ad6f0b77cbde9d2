// SPDX-License-Identifier: GPL-2.0-only
/* Readers of the journal. */
#include <errno.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/journal.h"
#include "lib/stop.h"
#include "libiommu-mock/internal.h"

struct imock_journal {
	struct imock *im;
	struct journal *j;
	pid_t pid, tid;
	unsigned int kinds;
	uint64_t missed; /* before the next event that is given out */
	struct imock_event event;
};

_Static_assert((int)IMOCK_EV_PROBE == (int)EV_PROBE &&
		       (int)IMOCK_EV_RELEASE == (int)EV_RELEASE &&
		       (int)IMOCK_EV_ALLOC == (int)EV_ALLOC &&
		       (int)IMOCK_EV_FREE == (int)EV_FREE &&
		       (int)IMOCK_EV_ATTACH == (int)EV_ATTACH &&
		       (int)IMOCK_EV_INVALIDATE == (int)EV_INVALIDATE &&
		       (int)IMOCK_EV_DMA == (int)EV_DMA &&
		       (int)IMOCK_EV_FAULT == (int)EV_FAULT &&
		       (int)IMOCK_EV_CALL == (int)EV_CALL &&
		       (int)IMOCK_EV_IRQ == (int)EV_IRQ &&
		       (int)IMOCK_EV_DIRTY == (int)EV_DIRTY &&
		       (int)IMOCK_EV_REQUEST == (int)EV_REQUEST &&
		       (int)IMOCK_EV_RESPONSE == (int)EV_RESPONSE &&
		       (int)IMOCK_EV_VIOMMU == (int)EV_VIOMMU &&
		       (int)IMOCK_EV_VIOMMU + 1 == (int)EV_UNKNOWN,
	       "kinds of events");

static int open_journal(struct imock *im, unsigned int flags,
			struct imock_journal **journal)
{
	struct imock_journal *ij = xalloc(sizeof(*ij));

	ij->im = im;
	ij->kinds = IMOCK_EV_ALL;
	ij->j = journal_open(&im->ctx, flags & IMOCK_JOURNAL_ALL ? JOURNAL_ALL :
								   JOURNAL_NEW);
	if (!ij->j) {
		free(ij);
		return said(im);
	}
	*journal = ij;
	return 0;
}

EXPORT int imock_journal_open(struct imock *im, unsigned int flags,
			      struct imock_journal **journal)
{
	return WITH_MODULE(im, open_journal(im, flags, journal));
}

EXPORT void imock_journal_close(struct imock_journal *journal)
{
	if (!journal)
		return;
	journal_close(journal->j);
	free(journal);
}

EXPORT void imock_journal_filter(struct imock_journal *journal, pid_t pid,
				 unsigned int kinds)
{
	journal->pid = pid;
	journal->kinds = kinds;
}

EXPORT void imock_journal_thread(struct imock_journal *journal, pid_t tid)
{
	journal->tid = tid;
}

static void fill(struct imock_event *to, const struct event *ev,
		 uint64_t missed)
{
	*to = (struct imock_event){
		.size = sizeof(*to),
		.seq = ev->seq,
		.nsec = ev->nsec,
		.missed = missed,
		.kind = ev->kind == EV_UNKNOWN ?
				IMOCK_EV_UNKNOWN :
				(enum imock_event_kind)ev->kind,
		.type = ev->type,
		.instance = ev->instance,
		.device = ev->device,
		.domain = ev->domain,
		.old = ev->old,
		.reason = ev->reason,
		.point = ev->point,
		.op = ev->op,
		.object = ev->object,
		.arg = ev->arg,
		.scope = ev->scope,
		.access = ev->access,
		.at = ev->at,
		.iova = ev->iova,
		.bytes = ev->size,
		.done = ev->done,
		.attached = ev->attached,
		.delay_us = ev->delay_us,
		.fresh = ev->fresh,
		.lost = ev->lost,
		.ret = ev->ret,
		.pid = ev->pid,
		.comm = ev->comm,
		.line = ev->line,
		.tid = ev->tid,
		.vector = ev->vector,
		.delivered = ev->delivered,
		.dirty = ev->dirty,
		.pasid = (unsigned int)ev->pasid,
		.group = (unsigned int)ev->group,
		.code = ev->code,
		.last = ev->last,
		.known = ev->known,
		.since = ev->since,
		.parent = ev->parent,
	};
}

static bool wanted(const struct imock_journal *ij, const struct imock_event *ev)
{
	return (!ij->pid || ij->pid == ev->pid) &&
	       (!ij->tid || ij->tid == ev->tid) &&
	       ij->kinds & IMOCK_EV_BIT(ev->kind);
}

static int read_failed(struct imock_journal *ij, int err)
{
	struct ctx *ctx = &ij->im->ctx;

	if (err == -EINTR)
		fail_stopped(ctx, NULL);
	else if (err == -EPROTO)
		fail_errno(ctx, err, NULL, "%s", journal_error(ij->j));
	else
		knob_read_fail(ctx, NULL, "the journal", err);
	return err;
}

static int next(struct imock_journal *ij, const struct imock_event **event,
		int timeout_ms)
{
	long long end = now_ms() + timeout_ms;
	struct event ev;
	int got;

	while ((got = journal_next(ij->j, &ev, timeout_ms)) > 0) {
		ij->missed += ev.missed;
		fill(&ij->event, &ev, ij->missed);
		if (wanted(ij, &ij->event)) {
			ij->missed = 0;
			*event = &ij->event;
			return 1;
		}
		if (timeout_ms > 0)
			timeout_ms = end > now_ms() ? (int)(end - now_ms()) : 0;
	}
	return got < 0 ? read_failed(ij, got) : 0;
}

EXPORT int imock_journal_next(struct imock_journal *journal,
			      const struct imock_event **event, int timeout_ms)
{
	return GUARDED(journal->im, next(journal, event, timeout_ms));
}

EXPORT int imock_journal_fd(const struct imock_journal *journal)
{
	return journal_fd(journal->j);
}
