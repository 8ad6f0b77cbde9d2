// SPDX-License-Identifier: GPL-2.0-only
/* See convert.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "record/converting.h"

struct convert *convert_new(struct ctx *ctx, FILE *out, bool anonymous)
{
	struct convert *c = xalloc(sizeof(*c));

	c->out = out;
	c->anonymous = anonymous;
	c->places = places_new(ctx);
	return c;
}

static void drop_call(struct convert *c, unsigned int i)
{
	free(c->open[i].dev);
	free(c->open[i].group);
	memmove(&c->open[i], &c->open[i + 1],
		(--c->n_open - i) * sizeof(*c->open));
}

void convert_free(struct convert *c)
{
	if (!c)
		return;
	while (c->n_open)
		drop_call(c, c->n_open - 1);
	while (c->n_pending)
		drop_pending(c, c->n_pending - 1);
	free(c->pending);
	free(c->open);
	places_free(c->places);
	free(c);
}

uint64_t convert_lines(const struct convert *c)
{
	return c->lines;
}

uint64_t convert_lost(const struct convert *c)
{
	return c->lost;
}

/* Skips numbers, so that a reader sees how many events are missing. */
void convert_gap(struct convert *c, uint64_t events)
{
	c->seq += events;
	c->lost += events;
}

bool thread_inside(const struct convert *c, pid_t tid, enum learn learn)
{
	for (unsigned int i = 0; i < c->n_open; i++)
		if (c->open[i].tid == tid && c->open[i].probe->learn == learn)
			return true;
	return false;
}

/* --- calls and returns --- */

static const struct probe *probe_of(const char *event)
{
	size_t len = strlen(event);

	if (len > 4 && !strcmp(event + len - 4, "_ret"))
		len -= 4;
	for (unsigned int i = 0; i < n_probes; i++)
		if (!strncmp(probes[i].event, event, len) &&
		    !probes[i].event[len])
			return &probes[i];
	return NULL;
}

/* The youngest call of a function by a thread, or -1. */
static int find_call(const struct convert *c, const struct probe *p, pid_t tid)
{
	for (unsigned int i = c->n_open; i--;)
		if (c->open[i].tid == tid && c->open[i].probe == p)
			return (int)i;
	return -1;
}

/* None of these functions calls itself: the return of an open call was lost. */
static void called(struct convert *c, const struct probe *p,
		   const struct traced *t)
{
	int before = find_call(c, p, t->tid);
	struct open_call *o;

	if (before >= 0) {
		drop_call(c, before);
		convert_gap(c, 1);
	}
	c->open = xrealloc(c->open, c->n_open + 1, sizeof(*c->open));
	o = &c->open[c->n_open++];
	*o = (struct open_call){
		.probe = p,
		.tid = t->tid,
		.dev = xstrdup_or_null(t->dev),
		.group = xstrdup_or_null(t->group),
	};
	memcpy(o->n, t->n, sizeof(o->n));
}

static void returned(struct convert *c, const struct probe *p,
		     const struct traced *t)
{
	int call = find_call(c, p, t->tid);
	struct open_call o;

	if (call < 0) {
		/* Maps of the core's own domains are recorded at the end only. */
		if (!p->filter)
			convert_gap(c, 1);
		return;
	}
	o = c->open[call];
	memmove(&c->open[call], &c->open[call + 1],
		(--c->n_open - call) * sizeof(*c->open));
	switch (p->learn) {
	case LEARN_ALLOC:
		line_allocated(c, t, &o);
		break;
	case LEARN_IOMMUFD:
		domain_made(c, t, &o);
		break;
	case LEARN_ATTACH:
		if (o.dev)
			line_attached(c, t, &o);
		break;
	case LEARN_PROBED:
		if (o.dev)
			line_probed(c, t, &o);
		break;
	case LEARN_GROUP:
		line_group_attached(c, t, &o);
		break;
	case LEARN_PASID:
		if (o.dev)
			line_pasid(c, t, &o);
		break;
	case LEARN_PASIDS:
		line_pasid_call(c, t, &o);
		break;
	case LEARN_MAP:
	case LEARN_UNMAP:
		line_mapped(c, t, &o);
		break;
	default:
		break;
	}
	free(o.dev);
	free(o.group);
}

/* A call of a function whose return is not probed. */
static void went_by(struct convert *c, const struct probe *p,
		    const struct traced *t)
{
	struct open_call o = { .probe = p, .tid = t->tid };

	switch (p->learn) {
	case LEARN_FREE:
		line_freed(c, t);
		break;
	case LEARN_RELEASED:
		if (t->dev)
			line_released(c, t);
		break;
	case LEARN_PASID:
		memcpy(o.n, t->n, sizeof(o.n));
		o.dev = xstrdup_or_null(t->dev);
		if (o.dev)
			line_pasid(c, t, &o);
		free(o.dev);
		break;
	case LEARN_INVALIDATE:
		line_invalidated(c, p, t);
		break;
	default:
		break;
	}
}

void convert_line(struct convert *c, char *line)
{
	uint64_t lost = traced_lost(line);
	const struct probe *p;
	struct traced t;

	if (lost) {
		convert_gap(c, lost);
		return;
	}
	if (!traced_parse(line, &t))
		return;
	if (t.log) {
		line_logged(c, &t);
		return;
	}
	p = probe_of(t.event);
	if (!p)
		return;
	c->nsec = t.nsec;
	if (t.returned)
		returned(c, p, &t);
	else if (p->ret)
		called(c, p, &t);
	else
		went_by(c, p, &t);
}

/* These calls began, and the recording ends before they return. */
void convert_end(struct convert *c)
{
	convert_gap(c, c->n_open);
	while (c->n_open)
		drop_call(c, c->n_open - 1);
}
