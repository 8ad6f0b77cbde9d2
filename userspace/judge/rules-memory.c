// SPDX-License-Identifier: GPL-2.0-only
/* The rules about candidates and memory: R11, R13, R14. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

/* --- R11 --- */

/*
 * An instance's answer about a domain does not change after a refusal:
 * latest[step] is the previous step on the same domain. The answer depends on
 * the instance alone, except for some reasons.
 */
struct answers {
	int *before; /* by step */
	int *latest; /* by life */
	int *refused; /* by life: the last refusal */
};

/* In a recording, which has no reasons, it is EINVAL that says so. */
static bool about_pair(const struct event *ev)
{
	if (!ev->reason)
		return ev->ret == -EINVAL;
	return reason_incompatible(ev->reason) && !text_is(ev->reason, "never");
}

static bool about_instance(const struct step *s)
{
	if (s->ev.kind != EV_ATTACH || s->device < 0 || s->place < 0 ||
	    !s->ev.instance || !s->ev.has_ret || s->ev.fresh == 1)
		return false;
	return s->ev.ret ? about_pair(&s->ev) : !s->ev.reason;
}

static void compare(struct judge *j, struct answers *a, int step)
{
	const struct step *s = &j->steps[step], *e;
	int earlier = a->latest[s->place];
	struct observation *o;

	while (earlier >= 0 && j->steps[earlier].ev.instance != s->ev.instance)
		earlier = a->before[earlier];
	if (earlier < 0 || a->refused[s->place] < earlier)
		return;
	e = &j->steps[earlier];
	o = observe(j, R11, SAW_CANDIDATE, WHO_DRIVER, earlier);
	if (!e->ev.ret != !s->ev.ret)
		broken_by(
			j, o, step,
			"the instance %s %s %s on %s, and then %s %s: the domain has changed",
			s->ev.instance, e->ev.ret ? "refused" : "accepted",
			e->ev.device, place_name(j, s->place),
			s->ev.ret ? "refused" : "accepted", s->ev.device);
}

static void compare_answers(struct judge *j)
{
	struct answers a = {
		xalloc((j->n_steps + 1) * sizeof(int)),
		xalloc((j->n_lives + 1) * sizeof(int)),
		xalloc((j->n_lives + 1) * sizeof(int)),
	};

	memset(a.latest, -1, (j->n_lives + 1) * sizeof(int));
	memset(a.refused, -1, (j->n_lives + 1) * sizeof(int));
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		if (!about_instance(s))
			continue;
		compare(j, &a, (int)i);
		a.before[i] = a.latest[s->place];
		a.latest[s->place] = (int)i;
		if (s->ev.ret)
			a.refused[s->place] = (int)i;
	}
	free(a.before);
	free(a.latest);
	free(a.refused);
}

/* The last device that was refused on the domain; -1 if there is none. */
static int last_refused(const struct judge *j, int life)
{
	for (unsigned int i = j->n_steps; i--;)
		if (story_refusal(&j->steps[i]) && j->steps[i].place == life)
			return (int)i;
	return -1;
}

void look_r11(struct judge *j)
{
	compare_answers(j);
	for (unsigned int i = 0; i < j->n_lives; i++) {
		const struct life *l = &j->lives[i];
		int by = l->made && l->now ? last_refused(j, (int)i) : -1;
		struct observation *o;

		if (by < 0)
			continue;
		o = observe(j, R11, SAW_CANDIDATE, WHO_DRIVER, by);
		if (strcmp(l->made, l->now))
			broken_by(j, o, -1,
				  "%s was made with %s, but now has %s",
				  l->name, l->made, l->now);
	}
}

/* --- R13 --- */

/* The devices on each domain, by the answers that were true. */
struct told {
	int *step; /* by device: its last attach that returned 0 */
	unsigned int gaps;
};

static void follow(const struct judge *j, struct told *t, int step)
{
	const struct step *s = &j->steps[step];

	if (s->gaps != t->gaps)
		memset(t->step, -1, j->n_devices * sizeof(int));
	t->gaps = s->gaps;
	if (s->device < 0)
		return;
	if (s->ev.kind == EV_ATTACH && s->ev.has_ret && !s->ev.ret)
		t->step[s->device] = story_lied(j, step) ? -1 : step;
	else if (s->ev.kind == EV_RELEASE)
		for (unsigned int i = 0; i < j->n_devices; i++)
			if ((int)i == s->device ||
			    (j->devices[i].of == s->device &&
			     j->devices[i].over))
				t->step[i] = -1;
}

/* Is one of the call's own invalidations for this instance and address? */
static bool was_told(const struct judge *j, int call, const char *instance,
		     uint64_t iova)
{
	const struct step *c = &j->steps[call];

	for (int i = call - 1; i >= 0; i--) {
		const struct step *s = &j->steps[i];

		if (s->ev.pid != c->ev.pid)
			continue;
		if (s->ev.kind == EV_CALL)
			return false;
		if (s->ev.kind == EV_INVALIDATE && s->life == c->life &&
		    s->ev.instance == instance &&
		    (!text_is(s->ev.scope, "range") ||
		     iova - s->ev.iova < s->ev.size))
			return true;
	}
	return false;
}

static bool first_behind(const struct judge *j, const struct told *t,
			 unsigned int device, int life)
{
	for (unsigned int i = 0; i < device; i++)
		if (t->step[i] >= 0 && j->steps[t->step[i]].place == life &&
		    j->devices[i].instance == j->devices[device].instance)
			return false;
	return true;
}

static void unmapped(struct judge *j, const struct told *t, int call)
{
	const struct step *c = &j->steps[call];
	uint64_t iova;

	if (c->ev.ret || c->life < 0 || !c->ev.arg ||
	    !number_parse(c->ev.arg, &iova))
		return;
	for (unsigned int d = 0; d < j->n_devices; d++) {
		struct observation *o;

		if (t->step[d] < 0 || j->steps[t->step[d]].place != c->life ||
		    !first_behind(j, t, d, c->life))
			continue;
		o = observe(j, R13, SAW_UNMAP, WHO_DRIVER, call);
		if (!was_told(j, call, j->devices[d].instance, iova))
			broken_by(
				j, o, t->step[d],
				"%s got no invalidation for the unmap of %s in %s, although %s is on it",
				j->devices[d].instance, c->ev.arg, c->ev.object,
				j->devices[d].name);
	}
}

/* --- R13: the unmaps of a recording --- */

static bool is_recorded(const struct step *s, const char *type)
{
	return s->ev.kind == EV_UNKNOWN && text_is(s->ev.type, type);
}

static bool covers(const struct step *s, const struct step *unmap)
{
	return s->ev.kind == EV_INVALIDATE && s->life == unmap->life &&
	       (!text_is(s->ev.scope, "range") ||
		unmap->ev.iova - s->ev.iova < s->ev.size);
}

/* The unmap invalidates itself: before its line, in the same thread. */
static int told_before(const struct judge *j, int unmap)
{
	const struct step *u = &j->steps[unmap];

	for (int i = unmap - 1; i >= 0 && j->steps[i].gaps == u->gaps; i--) {
		const struct step *s = &j->steps[i];

		if (s->ev.tid != u->ev.tid)
			continue;
		if (covers(s, u))
			return i;
		if (is_recorded(s, "map") || is_recorded(s, "unmap"))
			break;
	}
	return -1;
}

/*
 * The caller says later what is to be invalidated, and in any case before it maps
 * the addresses again. *reused: a map that came first.
 */
static int told_after(const struct judge *j, int unmap, int *reused)
{
	const struct step *u = &j->steps[unmap];

	*reused = -1;
	for (unsigned int i = (unsigned int)unmap + 1;
	     i < j->n_steps && j->steps[i].gaps == u->gaps; i++) {
		const struct step *s = &j->steps[i];

		if (covers(s, u))
			return (int)i;
		if (s->life != u->life)
			continue;
		if (s->ev.kind == EV_FREE)
			break;
		if (is_recorded(s, "map") && !s->ev.ret &&
		    (u->ev.iova - s->ev.iova < s->ev.size ||
		     s->ev.iova - u->ev.iova < u->ev.done)) {
			*reused = (int)i;
			break;
		}
	}
	return -1;
}

static bool in_use(const struct judge *j, const struct told *t, int life)
{
	for (unsigned int d = 0; d < j->n_devices; d++)
		if (t->step[d] >= 0 && j->steps[t->step[d]].place == life)
			return true;
	return false;
}

/*
 * Was the driver told to invalidate what was unmapped? Whether each of its units
 * did, a recording does not show.
 */
static void unmap_recorded(struct judge *j, const struct told *t, int unmap)
{
	const struct step *u = &j->steps[unmap];
	struct observation *o;
	int by, reused;

	if (!u->ev.done || u->life < 0 || !in_use(j, t, u->life))
		return;
	if (u->ev.sync == 1) {
		o = observe(j, R13, SAW_UNMAP, WHO_CORE, unmap);
		if (told_before(j, unmap) < 0)
			broken_by(
				j, o, -1,
				"the driver was not told to invalidate 0x%" PRIx64
				" in %s, which was unmapped",
				u->ev.iova, u->ev.domain);
		return;
	}
	by = told_after(j, unmap, &reused);
	if (by < 0 && reused < 0)
		return;
	o = observe(j, R13, SAW_UNMAP, WHO_CALLER, unmap);
	if (reused >= 0)
		broken_by(
			j, o, reused,
			"0x%" PRIx64
			" in %s was unmapped, and mapped again before the driver was told to invalidate it",
			u->ev.iova, u->ev.domain);
}

/* --- R13 --- */

static void invalidated(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	struct observation *o;

	/* A recording does not show whether one was lost. */
	if (text_is(s->ev.scope, "all") || s->ev.lost < 0)
		return;
	o = observe(j, R13, SAW_INVALIDATE, WHO_DRIVER, step);
	if (s->ev.lost == 1)
		broken_by(j, o, -1,
			  "%s lost an invalidation: %s, 0x%" PRIx64
			  "+0x%" PRIx64,
			  s->ev.instance ? s->ev.instance : "an instance",
			  s->ev.domain ? s->ev.domain : "all", s->ev.iova,
			  s->ev.size);
}

static void stale(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];

	broken_by(j, observe(j, R13, SAW_STALE, WHO_DRIVER, step), -1,
		  "%s still had a translation for %s in %s, which is unmapped",
		  s->ev.instance ? s->ev.instance : "an instance",
		  s->ev.at ? s->ev.at : "an address", place_name(j, s->place));
}

/* Does the module record invalidations? If not, a missing one shows nothing. */
static bool has_invalidations(const struct judge *j)
{
	if (j->recorded != ~0U)
		return true;
	for (unsigned int i = 0; i < j->n_steps; i++)
		if (j->steps[i].ev.kind == EV_INVALIDATE)
			return true;
	return false;
}

void look_r13(struct judge *j)
{
	struct told t = { xalloc((j->n_devices + 1) * sizeof(int)), 0 };
	bool unmaps = has_invalidations(j);

	memset(t.step, -1, (j->n_devices + 1) * sizeof(int));
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		follow(j, &t, (int)i);
		if (s->ev.kind == EV_INVALIDATE)
			invalidated(j, (int)i);
		else if (s->ev.kind == EV_DMA && text_is(s->ev.reason, "stale"))
			stale(j, (int)i);
		else if (unmaps && s->ev.kind == EV_CALL &&
			 text_is(s->ev.op, "unmap"))
			unmapped(j, &t, (int)i);
		else if (unmaps && is_recorded(s, "unmap"))
			unmap_recorded(j, &t, (int)i);
	}
	free(t.step);
}

/* --- R14 --- */

/* How far to look for another access to the same address. */
#define NEAR 1024

static bool reads(const char *op)
{
	return text_is(op, "read") || text_is(op, "sum") || text_is(op, "copy");
}

static bool writes(const char *op)
{
	return text_is(op, "write") || text_is(op, "copy");
}

/* The address that decides: the faulting one, otherwise the first. */
static uint64_t address(const struct step *s)
{
	uint64_t at;

	return s->ev.at && number_parse(s->ev.at, &at) ? at : s->ev.iova;
}

/* Operations that change the mappings of a domain. */
static bool remaps(const struct step *s, int life)
{
	return s->life == life &&
	       (s->ev.kind == EV_INVALIDATE || text_is(s->ev.op, "map") ||
		text_is(s->ev.op, "unmap"));
}

/* Another device that did the same, with success. */
static int other_access(const struct judge *j, int step, int direction)
{
	const struct step *s = &j->steps[step];
	bool write = s->ev.access ? text_is(s->ev.access, "w") :
				    !reads(s->ev.op);

	for (int n = 1; n < NEAR; n++) {
		int i = step + direction * n;
		const struct step *o;

		if (i < 0 || i >= (int)j->n_steps)
			return -1;
		o = &j->steps[i];
		if (o->gaps != s->gaps || remaps(o, s->place))
			return -1;
		if (o->ev.kind == EV_DMA && o->place == s->place &&
		    o->device != s->device && o->ev.has_ret && !o->ev.ret &&
		    (write ? writes(o->ev.op) : reads(o->ev.op)) &&
		    address(s) - o->ev.iova < o->ev.size)
			return i;
	}
	return -1;
}

/*
 * The kernel brings pages of a process in, and makes them writable, without an
 * event, and so does a guest in its own table: two devices that reach for one address
 * find different things.
 */
static bool may_come(const struct judge *j, const struct step *s)
{
	if (j->lives[s->place].parent >= 0)
		return true;
	return j->lives[s->place].process &&
	       (text_is(s->ev.reason, "not-mapped") ||
		text_is(s->ev.reason, "permission"));
}

static void accessed(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	int other = other_access(j, step, -1);
	struct observation *o;

	if (!s->ev.ret) {
		if (other >= 0)
			observe(j, R14, SAW_MEMORY, WHO_DRIVER, step);
		return;
	}
	if (!text_is(s->ev.reason, "not-mapped") &&
	    !text_is(s->ev.reason, "permission") &&
	    !text_is(s->ev.reason, "format") &&
	    !text_is(s->ev.reason, "not-ram"))
		return;
	if (may_come(j, s))
		return;
	if (other < 0)
		other = other_access(j, step, 1);
	if (other < 0)
		return;
	o = observe(j, R14, SAW_MEMORY, WHO_DRIVER, step);
	broken_by(j, o, other,
		  "%s cannot reach 0x%" PRIx64 " in %s (%s), but %s can",
		  s->ev.device, address(s), place_name(j, s->place),
		  s->ev.reason, j->steps[other].ev.device);
}

void look_r14(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++)
		if (j->steps[i].life >= 0 &&
		    text_is(j->steps[i].ev.op, "sva_bind"))
			j->lives[j->steps[i].life].process = true;
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		if (s->ev.kind == EV_DMA && s->device >= 0 && s->place >= 0 &&
		    s->ev.has_ret)
			accessed(j, (int)i);
	}
	for (unsigned int i = 0; i < j->n_devices; i++) {
		const struct device *d = &j->devices[i];
		struct observation *o;

		if (!d->looked)
			continue;
		o = observe(j, R14, SAW_MEMORY, WHO_DRIVER, -1);
		if (d->wrong)
			broken_by(j, o, -1, "%s", d->wrong);
	}
}
