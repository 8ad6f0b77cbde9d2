// SPDX-License-Identifier: GPL-2.0-only
/* Counting journal events; see tally.h. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "callers/tally.h"

void tally_clear(struct tally *t)
{
	memset(t, 0, offsetof(struct tally, refusals));
}

static void copy(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%s", from ? from : "");
}

static void commit(struct tally *t, const struct refusal *r)
{
	if (t->n_refusals < TALLY_REFUSALS)
		t->refusals[t->n_refusals++] = *r;
}

static void attach_event(struct tally *t, const struct event *ev)
{
	t->attaches++;
	if (ev->reason && !strcmp(ev->reason, "foreign"))
		t->foreign++;
	if (ev->ret >= 0)
		return;
	t->refused++;
	if (ev->fresh == 1 && ev->ret == -EINVAL)
		t->hard_fresh++;
	if (t->pending)
		return; /* the events after the first refusal are the unwind */
	t->pending = true;
	copy(t->last.device, sizeof(t->last.device), ev->device);
	copy(t->last.domain, sizeof(t->last.domain), ev->domain);
	copy(t->last.reason, sizeof(t->last.reason), ev->reason);
	t->last.err = ev->ret;
	if (t->direct) {
		commit(t, &t->last);
		t->pending = false;
	}
}

/* No table of a guest is made: the stage 2 was refused. */
static void table_event(struct tally *t, const struct event *ev)
{
	struct refusal r = { .err = ev->ret };

	t->refused++;
	copy(r.device, sizeof(r.device), ev->device);
	copy(r.domain, sizeof(r.domain), ev->parent);
	copy(r.reason, sizeof(r.reason), ev->reason);
	commit(t, &r);
}

/* An operation is logged after the callbacks that it caused. */
static void call_event(struct tally *t, const struct event *ev)
{
	bool attach = ev->op && (!strncmp(ev->op, "attach", 6) ||
				 !strncmp(ev->op, "replace", 7));

	if (attach && ev->ret < 0) {
		if (!t->pending) {
			t->core_refused++;
			t->last.device[0] = '\0';
			copy(t->last.domain, sizeof(t->last.domain),
			     ev->object);
			copy(t->last.reason, sizeof(t->last.reason), "core");
			t->last.err = ev->ret;
		}
		copy(t->last.group, sizeof(t->last.group), ev->arg);
		commit(t, &t->last);
	}
	t->pending = false;
}

void tally_event(struct tally *t, const struct event *ev)
{
	switch (ev->kind) {
	case EV_ATTACH:
		attach_event(t, ev);
		break;
	case EV_ALLOC:
		if (ev->parent && ev->ret < 0)
			table_event(t, ev);
		break;
	case EV_CALL:
		call_event(t, ev);
		break;
	case EV_FREE:
		t->bad_frees += ev->attached > 0;
		break;
	case EV_INVALIDATE:
		t->lost += ev->lost == 1;
		break;
	case EV_FAULT:
		t->faults++;
		break;
	default:
		break;
	}
}
