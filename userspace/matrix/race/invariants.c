// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invariants of the journal, which is replayed event by event: the places of
 * devices and domains. The core attaches the devices of a group one at a time,
 * and the module records an attach when it is done, so the journal's order is
 * the order of the attaches.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/race/history.h"

#define UNKNOWN NULL

/* True for the core's own domains, which always exist. */
static bool of_core(const char *place)
{
	return text_is(place, "identity") || text_is(place, "blocked");
}

static bool paging(const char *place)
{
	return place && !of_core(place) && !text_is(place, "none");
}

static unsigned long long seq(const struct event *ev)
{
	return (unsigned long long)ev->seq;
}

/* --- the replay --- */

/* The place of each of history.places, by the events so far. */
struct replay {
	const struct history *h;
	const char **at; /* UNKNOWN until an event shows it */
};

static struct replay replay_new(const struct history *h)
{
	return (struct replay){ h, xalloc((h->n_places + 1) * sizeof(char *)) };
}

static void replay_free(struct replay *r)
{
	free(r->at);
}

static int place_of(const struct history *h, const char *device)
{
	for (unsigned int i = 0; device && i < h->n_places; i++)
		if (text_is(h->places[i].device, device))
			return (int)i;
	return -1;
}

static const char *group_of(const struct history *h, const char *device)
{
	int at = place_of(h, device);

	return at < 0 ? NULL : h->places[at].group;
}

static void replay_step(struct replay *r, const struct event *ev)
{
	int at = place_of(r->h, ev->device);

	if (at < 0)
		return;
	if (ev->kind == EV_ATTACH && !ev->ret)
		r->at[at] = ev->domain;
	else if (ev->kind == EV_PROBE)
		r->at[at] = "none";
	else if (ev->kind == EV_RELEASE)
		r->at[at] = UNKNOWN;
}

/* --- the invariants --- */

/* Each attach starts at the place where the previous one left the device. */
static bool holds_chain(const struct history *h, struct buf *why)
{
	struct replay r = replay_new(h);
	bool good = true;

	for (unsigned int i = 0; good && i < h->n_events; i++) {
		const struct event *ev = &h->events[i];
		int at = place_of(h, ev->device);

		if (ev->kind == EV_ATTACH && at >= 0 && r.at[at] != UNKNOWN &&
		    !text_is(r.at[at], ev->old)) {
			buf_printf(
				why,
				"event %llu has %s come from %s, where the one before left it on %s",
				seq(ev), ev->device, ev->old ? ev->old : "-",
				r.at[at]);
			good = false;
		}
		if (ev->kind == EV_RELEASE && at >= 0 && paging(r.at[at])) {
			buf_printf(why,
				   "event %llu has %s go while it is on %s",
				   seq(ev), ev->device, r.at[at]);
			good = false;
		}
		replay_step(&r, ev);
	}
	replay_free(&r);
	return good;
}

/*
 * Except in a replace, a device comes to a domain from one of the core's.
 * Otherwise two attaches of one group have both succeeded.
 */
static bool holds_owner(const struct history *h, struct buf *why)
{
	for (unsigned int i = 0; i < h->n_events; i++) {
		const struct event *ev = &h->events[i];

		if (ev->kind != EV_ATTACH || ev->ret || !paging(ev->domain) ||
		    of_core(ev->old))
			continue;
		buf_printf(
			why,
			"event %llu has %s come to %s from %s: nobody had detached it",
			seq(ev), ev->device, ev->domain,
			ev->old ? ev->old : "-");
		return false;
	}
	return true;
}

/* An attach that has begun: the fault that delays it is recorded before. */
struct begun {
	const char *group;
	const struct event *by;
};

static struct begun *begun_find(struct begun *open, unsigned int n,
				const char *group)
{
	for (unsigned int i = 0; i < n; i++)
		if (text_is(open[i].group, group))
			return &open[i];
	return NULL;
}

static bool is_begin(const struct event *ev)
{
	return ev->kind == EV_FAULT && text_is(ev->point, "attach");
}

/* Between the beginning of an attach and its end, none of the group's. */
static bool holds_alone(const struct history *h, struct buf *why)
{
	struct begun *open = xalloc((h->n_places + 1) * sizeof(*open));
	unsigned int n = 0;
	bool good = true;

	for (unsigned int i = 0; good && i < h->n_events; i++) {
		const struct event *ev = &h->events[i];
		const char *group = group_of(h, ev->device);
		struct begun *b = group ? begun_find(open, n, group) : NULL;

		if (!group || (!is_begin(ev) && ev->kind != EV_ATTACH))
			continue;
		if (b && b->by &&
		    (is_begin(ev) || !text_is(ev->device, b->by->device) ||
		     !text_is(ev->domain, b->by->domain))) {
			buf_printf(
				why,
				"event %llu of %s comes while the attach of %s to %s, begun at %llu, is under way: both are of group %s",
				seq(ev), ev->device, b->by->device,
				b->by->domain ? b->by->domain : "-", seq(b->by),
				group);
			good = false;
		}
		if (!b) {
			b = &open[n++];
			b->group = group;
		}
		b->by = is_begin(ev) ? ev : NULL;
	}
	free(open);
	return good;
}

/* Does it exist, by the last event about it before this one? */
static bool lives(const struct history *h, unsigned int before,
		  const char *domain)
{
	for (unsigned int i = before; i--;) {
		const struct event *ev = &h->events[i];

		if (!text_is(ev->domain, domain))
			continue;
		if (ev->kind == EV_FREE)
			return false;
		if (ev->kind == EV_ALLOC && !ev->ret)
			return true;
	}
	return false;
}

/* A device that is on a domain which is about to be freed; or NULL. */
static const char *still_on(const struct replay *r, const char *domain)
{
	for (unsigned int i = 0; i < r->h->n_places; i++)
		if (text_is(r->at[i], domain))
			return r->h->places[i].device;
	return NULL;
}

static bool freed_well(const struct replay *r, const struct event *ev,
		       bool there, struct buf *why)
{
	const char *device = still_on(r, ev->domain);

	if (!there)
		buf_printf(why, "event %llu frees %s, which is not there",
			   seq(ev), ev->domain);
	else if (ev->attached || device)
		buf_printf(why, "event %llu frees %s with %s on it", seq(ev),
			   ev->domain, device ? device : "a device");
	return there && !ev->attached && !device;
}

/*
 * A domain is freed once, empty; no device is attached to it before it exists
 * or after.
 */
static bool holds_lives(const struct history *h, struct buf *why)
{
	struct replay r = replay_new(h);
	bool good = true;

	for (unsigned int i = 0; good && i < h->n_events; i++) {
		const struct event *ev = &h->events[i];
		bool comes = ev->kind == EV_ATTACH || is_begin(ev);
		bool there = paging(ev->domain) && lives(h, i, ev->domain);

		if (ev->kind == EV_FREE) {
			good = freed_well(&r, ev, there, why);
		} else if (comes && paging(ev->domain) && !there) {
			buf_printf(
				why,
				"event %llu has %s come to %s, which is not there",
				seq(ev), ev->device ? ev->device : "-",
				ev->domain);
			good = false;
		}
		replay_step(&r, ev);
	}
	replay_free(&r);
	return good;
}

/* The devices that came minus those that left, since the domain was made. */
static int balance(const struct history *h, const char *domain)
{
	int n = 0;

	for (unsigned int i = 0; i < h->n_events; i++) {
		const struct event *ev = &h->events[i];

		if (ev->kind == EV_ALLOC && text_is(ev->domain, domain))
			n = 0;
		if (ev->kind != EV_ATTACH || ev->ret ||
		    text_is(ev->old, ev->domain))
			continue;
		n += text_is(ev->domain, domain);
		n -= text_is(ev->old, domain);
	}
	return n;
}

static int length(const struct history *h, const char *domain)
{
	int n = 0;

	for (unsigned int i = 0; i < h->n_listed; i++)
		n += text_is(h->listed[i].domain, domain);
	return n;
}

static bool is_listed(const struct history *h, const char *domain,
		      const char *device)
{
	for (unsigned int i = 0; i < h->n_listed; i++)
		if (text_is(h->listed[i].domain, domain) &&
		    text_is(h->listed[i].device, device))
			return true;
	return false;
}

/*
 * A domain's list contains the devices that came and did not leave: the same
 * ones, each once.
 */
static bool holds_lists(const struct history *h, struct buf *why)
{
	struct replay r = replay_new(h);
	bool good = true;

	for (unsigned int i = 0; i < h->n_events; i++)
		replay_step(&r, &h->events[i]);
	for (unsigned int i = 0; good && i < h->n_places; i++) {
		const struct race_place *p = &h->places[i];
		const char *at = r.at[i] ? r.at[i] : p->domain;

		good = !p->domain ||
		       (text_is(at, p->domain) &&
			(!paging(at) || is_listed(h, at, p->device)));
		if (!good)
			buf_printf(
				why,
				"%s is on %s%s, and the journal has left it on %s",
				p->device, p->domain,
				paging(p->domain) ? "" : " and no list", at);
	}
	for (unsigned int i = 0; good && i < h->n_listed; i++) {
		const char *domain = h->listed[i].domain;
		int came = balance(h, domain), n = length(h, domain);

		good = came == n;
		if (!good)
			buf_printf(
				why,
				"%s has %d %s on its list, and %d came and did not leave",
				domain, n, by_count(n, "device", "devices"),
				came);
	}
	replay_free(&r);
	return good;
}

const struct invariant invariants[] = {
	{ "chain", R8, holds_chain },
	{ "owner", (enum rule)0, holds_owner },
	{ "alone", (enum rule)0, holds_alone },
	{ "lives", R12, holds_lives },
	{ "lists", R1, holds_lists },
	{ "answers", (enum rule)0, holds_answers },
	{ "told", (enum rule)0, holds_told },
	{ "did", R1, holds_did },
	{ "rivals", (enum rule)0, holds_rivals },
	{ "memory", R13, holds_memory },
	{ "invalidated", R13, holds_invalidated },
	{ 0 },
};
