// SPDX-License-Identifier: GPL-2.0-only
/* The behaviour of drivers and the core at an attach: R4, R6 to R8, R10. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

/* --- R4 --- */

/*
 * True if the domain was allocated for the device; or for no device, and this
 * device is its first. A user's table on a vIOMMU is for the devices of one instance.
 */
static bool own_domain(const struct judge *j, int life, int device)
{
	const struct life *l = &j->lives[life];

	if (l->alloc < 0)
		return false;
	if (l->parent >= 0 && !l->bound)
		return text_is(j->steps[l->alloc].ev.instance,
			       j->devices[device].instance);
	return !l->bound || j->devices[l->maker].group ==
				    story_base(j, j->devices[device].group);
}

/* iommu_attach_device() can refuse before it calls a driver. */
static void fresh_by_core(struct judge *j, const struct attempt *a)
{
	const struct step *c = a->call < 0 ? NULL : &j->steps[a->call];
	struct observation *o;

	if (!c || strcmp(c->ev.op, "attach") || !a->fresh || !a->own ||
	    j->lives[a->life].alloc < 0)
		return;
	if (a->first >= 0 && j->groups[a->group].devices < 2)
		return;
	o = observe(j, R4, SAW_FRESH_CORE, WHO_CORE, a->call);
	if (a->first < 0 && a->ret == -EINVAL)
		broken_by(
			j, o, -1,
			"%s is fresh and was made for %s, but the core returned EINVAL and called no driver",
			c->ev.object, c->ev.arg);
}

/* A user's table on a fresh stage 2, which was refused when it was made. */
static void fresh_table(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	struct observation *o;

	if (!j->attempts[s->attempt].fresh ||
	    !own_domain(j, s->life, s->device))
		return;
	o = observe(j, R4, SAW_FRESH, WHO_DRIVER, step);
	if (s->ev.ret == -EINVAL)
		broken_by(
			j, o, -1,
			"%s is fresh and was made for %s, but the driver returned EINVAL for a table on it",
			s->ev.parent, s->ev.device);
}

void look_r4(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];
		struct observation *o;

		if (s->role == ROLE_TABLE)
			fresh_table(j, (int)i);
		if (s->ev.kind != EV_ATTACH || s->ev.fresh != 1 ||
		    s->device < 0 || s->place < 0 ||
		    !own_domain(j, s->place, s->device))
			continue;
		o = observe(j, R4, SAW_FRESH, WHO_DRIVER, (int)i);
		if (s->ev.ret == -EINVAL)
			broken_by(
				j, o, -1,
				"%s is fresh and was made for %s, but the driver returned EINVAL",
				s->ev.domain, s->ev.device);
	}
	for (unsigned int i = 0; i < j->n_attempts; i++)
		fresh_by_core(j, &j->attempts[i]);
}

/* --- R6 --- */

/* The last step about a device that belongs to an attempt: try or unwind */
static int last_of(const struct judge *j, int step)
{
	int next;

	while ((next = j->steps[step].next) >= 0 &&
	       j->steps[next].attempt == j->steps[step].attempt &&
	       j->steps[next].role == ROLE_UNWIND)
		step = next;
	return step;
}

/*
 * The place of a device after its group's attempt: what the next event shows
 * counts more than the answer. P_UNKNOWN if nothing shows it.
 */
static int place_after(const struct judge *j, const struct attempt *a, int step,
		       int *by)
{
	int last = last_of(j, step), seen = story_seen_at(j, last, by);
	const struct step *l = &j->steps[last];
	int freed = l->place >= 0 ? j->lives[l->place].free : -1;

	if (seen != P_UNKNOWN)
		return seen;
	*by = last;
	if (l->ev.ret)
		return P_UNKNOWN;
	if (l->role == ROLE_UNWIND)
		return l->place;
	if (freed > last && j->steps[freed].ev.attached) {
		*by = freed;
		return l->place;
	}
	return freed < 0 && (a->call >= 0 || story_ended(j, a)) ? l->place :
								  P_UNKNOWN;
}

static char *space_text(const struct step *s)
{
	return s->ev.pasid ? xprintf("PASID %" PRIu64 " of %s", s->ev.pasid,
				     s->ev.device) :
			     xstrdup(s->ev.device);
}

static enum judge_what unmoved_aspect(const struct step *s)
{
	if (s->ev.pasid)
		return s->ev.ret ? SAW_PASID : SAW_PASID_HALF;
	return s->ev.ret ? SAW_REFUSED : SAW_HALF;
}

static void unmoved(struct judge *j, const struct attempt *a, int step)
{
	const struct step *s = &j->steps[step];
	int by, after = place_after(j, a, step, &by);
	autofree char *space = space_text(s);
	struct observation *o;

	if (after == P_UNKNOWN || s->old == P_UNKNOWN)
		return;
	o = observe(j, s->ev.pasid ? R9 : R6, unmoved_aspect(s),
		    s->ev.ret ? WHO_DRIVER : WHO_CORE, a->fail);
	if (after != s->old)
		broken_by(j, o, by,
			  "%s was on %s, but is on %s after %s was refused",
			  space, place_name(j, s->old), place_name(j, after),
			  j->lives[a->life].name);
}

static void look_unmoved(struct judge *j, bool spaces)
{
	for (unsigned int i = 0; i < j->n_attempts; i++) {
		const struct attempt *a = &j->attempts[i];

		if ((j->groups[a->group].of >= 0) != spaces)
			continue;
		for (int step = a->first; a->fail >= 0 && step <= a->fail;
		     step++)
			if (j->steps[step].attempt == (int)i &&
			    j->steps[step].role == ROLE_TRY)
				unmoved(j, a, step);
	}
}

void look_r6(struct judge *j)
{
	look_unmoved(j, false);
}

void look_r9(struct judge *j)
{
	look_unmoved(j, true);
}

/* --- R7 --- */

static void goes_back(struct judge *j, int step, enum judge_what what)
{
	const struct step *s = &j->steps[step];
	struct observation *o = observe(j, R7, what, WHO_DRIVER, step);

	if (s->ev.ret)
		broken_by(
			j, o, -1,
			"%s was on %s before, but when the %s moved it back, the driver returned %s",
			s->ev.device, place_name(j, s->place),
			what == SAW_BACK ? "caller" : "core",
			errno_name(s->ev.ret));
}

void look_r7(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		if (s->role == ROLE_UNWIND || s->role == ROLE_RELEASE)
			goes_back(j, (int)i, SAW_UNWIND);
		else if (s->role == ROLE_TRY &&
			 story_was_there(j, &j->attempts[s->attempt]))
			goes_back(j, (int)i, SAW_BACK);
	}
}

/* --- R8 --- */

static void moved(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	int free = j->lives[s->old].free, by;
	int seen = story_seen_at(j, step, &by);
	struct observation *o;

	if (free < step && seen != s->place)
		return;
	o = observe(j, R8, SAW_MOVE, WHO_DRIVER, step);
	if (free > step && j->steps[free].ev.attached > j->steps[free].on)
		broken_by(
			j, o, free,
			"%s moved from %s to %s, but the driver still counted it on %s",
			s->ev.device, place_name(j, s->old),
			place_name(j, s->place), place_name(j, s->old));
}

void look_r8(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		if (s->ev.kind == EV_ATTACH && s->device >= 0 &&
		    s->ev.has_ret && !s->ev.ret && s->old >= 0 &&
		    s->place >= 0 && s->old != s->place)
			moved(j, (int)i);
	}
}

/* --- R10 --- */

/* A device that joins a group is put where that is: no default domain. */
void look_r10(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];
		struct observation *o;

		if (s->role != ROLE_DEFAULT ||
		    (s->place != P_IDENTITY && s->place != P_BLOCKED &&
		     s->place != P_DEFAULT))
			continue;
		o = observe(j, R10, SAW_DEFAULT, WHO_DRIVER, (int)i);
		if (s->ev.ret)
			broken_by(
				j, o, -1,
				"the first attach of %s, to %s, failed with %s",
				s->ev.device, place_name(j, s->place),
				errno_name(s->ev.ret));
	}
}
