// SPDX-License-Identifier: GPL-2.0-only
/*
 * The meaning of an answer, and the caller's reaction: R1, R2; and R5, R12,
 * R15, which concern the caller's domains.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

static const char *domain_of(const struct judge *j, const struct attempt *a)
{
	return j->lives[a->life].name;
}

/*
 * The step that is the answer of an attempt: the driver's, otherwise the
 * core's.
 */
static int answer_of(const struct attempt *a)
{
	return a->fail >= 0 ? a->fail : a->call;
}

/* "ENOMEM from nic1 on d3" */
static char *answer_text(const struct judge *j, const struct attempt *a)
{
	const struct step *s = &j->steps[answer_of(a)];

	return xprintf("%s from %s on %s", errno_name(a->ret),
		       a->fail >= 0 ? s->ev.device : "the core",
		       domain_of(j, a));
}

/* --- R1: what was answered --- */

static void zero_is_attached(struct judge *j, int i)
{
	const struct step *s = &j->steps[i];
	struct observation *o;
	int by, seen = story_seen_at(j, i, &by);

	if (seen == P_UNKNOWN || s->place == P_NONE)
		return;
	o = observe(j, R1, SAW_ZERO, WHO_DRIVER, i);
	if (seen != s->place)
		broken_by(j, o, by,
			  "the attach of %s to %s returned 0, but %s is on %s",
			  s->ev.device, place_name(j, s->place), s->ev.device,
			  place_name(j, seen));
}

static void incompatible_is_einval(struct judge *j, int i)
{
	const struct step *s = &j->steps[i];
	struct observation *o = observe(j, R1, SAW_CODE, WHO_DRIVER, i);

	if (s->ev.ret != -EINVAL)
		broken_by(
			j, o, -1,
			"%s does not fit %s (%s), but the driver returned %s, not EINVAL",
			place_name(j,
				   s->role == ROLE_TABLE ? s->life : s->place),
			s->ev.device, s->ev.reason, errno_name(s->ev.ret));
}

/* --- R1, R2: what the caller concluded --- */

/* The request's next attempt on another domain; NULL if there is none. */
static const struct attempt *went_on(const struct judge *j,
				     const struct attempt *a)
{
	int next = a->next;

	while (next >= 0 && j->attempts[next].life == a->life)
		next = j->attempts[next].next;
	return next < 0 ? NULL : &j->attempts[next];
}

/*
 * The allocation of a domain failed; the kernel may not show for which group.
 */
static bool no_domain_for(const struct judge *j, const struct step *s,
			  int group)
{
	if (!s->ev.ret || s->ev.parent)
		return false;
	if (s->ev.kind != EV_ALLOC && !text_is(s->ev.op, "new_domain"))
		return false;
	return s->device < 0 || j->devices[s->device].group == group;
}

/* It wanted a fresh domain, and got none. */
static bool out_of_domains(const struct judge *j, const struct attempt *a)
{
	const struct request *r = &j->requests[a->request];
	int end = r->closed ? r->end : (int)j->n_steps;

	for (int i = answer_of(a) + 1; i < end; i++) {
		const struct step *s = &j->steps[i];

		if (s->ev.pid != a->pid)
			continue;
		if (s->role == ROLE_TRY || s->role == ROLE_TABLE)
			return false;
		if (no_domain_for(j, s, a->group))
			return true;
	}
	return false;
}

/*
 * Giving up can break R1 only if the caller was asked for any domain. Events do
 * not show whether it was.
 */
static void soft_not_known(struct judge *j, const struct attempt *a)
{
	autofree char *answer = answer_text(j, a);

	if (!j->open_wish.len)
		buf_printf(
			&j->open_wish,
			"after %s the caller did no more for %s, and events do not show whether its user wanted any domain (%" PRIu64
			")",
			answer, j->groups[a->group].name,
			j->steps[answer_of(a)].ev.seq);
}

static void soft_goes_on(struct judge *j, const struct attempt *a)
{
	const struct group *g = &j->groups[a->group];
	const struct attempt *next = went_on(j, a);
	struct observation *o;

	if (a->own || (!next && out_of_domains(j, a)))
		return;
	if (!next && !(g->asked && g->told)) {
		soft_not_known(j, a);
		return;
	}
	if (!next && !g->err)
		return;
	o = observe(j, R1, SAW_SOFT, WHO_CALLER, answer_of(a));
	if (!next) {
		autofree char *answer = answer_text(j, a);

		broken_by(
			j, o, -1,
			"after %s the caller gave up and did not try a domain of its own for %s",
			answer, g->name);
	}
}

static void hard_stops(struct judge *j, const struct attempt *a, enum rule rule)
{
	const struct attempt *next = went_on(j, a);
	autofree char *answer = answer_text(j, a);
	bool wanted = !next && out_of_domains(j, a);
	struct observation *o;

	if (!next && !wanted && !story_ended(j, a))
		return;
	o = observe(j, rule, a->own ? SAW_HARD_OWN : SAW_HARD, WHO_CALLER,
		    answer_of(a));
	o->err = a->ret;
	if (wanted)
		broken_by(j, o, -1, "after %s the caller wanted a new domain",
			  answer);
	if (!next)
		return;
	broken_by(
		j, o, next->first >= 0 ? next->first : next->call,
		rule == R1 ?
			"the caller took %s for a domain that does not fit, and tried %s next" :
			"after %s the caller tried %s",
		answer, domain_of(j, next));
}

static void attempts_of_r1(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_attempts; i++) {
		const struct attempt *a = &j->attempts[i];

		if (a->ret == -EINVAL)
			soft_goes_on(j, a);
		else if (a->ret)
			hard_stops(j, a, R1);
	}
}

void look_r1(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		if ((s->ev.kind != EV_ATTACH && s->role != ROLE_TABLE) ||
		    s->device < 0 || !s->ev.has_ret)
			continue;
		if (!s->ev.ret)
			zero_is_attached(j, (int)i);
		else if (reason_incompatible(s->ev.reason))
			incompatible_is_einval(j, (int)i);
	}
	attempts_of_r1(j);
}

void look_r2(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_attempts; i++) {
		const struct attempt *a = &j->attempts[i];

		if (a->ret && a->ret != -EINVAL)
			hard_stops(j, a, R2);
	}
}

/* --- R5 --- */

static const char *driver_of_group(const struct judge *j, int group)
{
	for (unsigned int i = 0; i < j->n_devices; i++)
		if (j->devices[i].group == group && j->devices[i].driver)
			return j->devices[i].driver;
	return NULL;
}

static const char *driver_of_life(const struct judge *j, int life)
{
	int maker = j->lives[life].maker;

	return maker < 0 ? NULL : j->devices[maker].driver;
}

/*
 * Compares the names of the drivers: did a driver get another driver's domain?
 */
static void across_drivers(struct judge *j, const struct attempt *a)
{
	const char *mine = driver_of_group(j, a->group);
	const char *its = driver_of_life(j, a->life);
	struct observation *o;

	if (!mine || !its || !strcmp(mine, its))
		return;
	if (a->first >= 0 && text_is(j->steps[a->first].ev.reason, "foreign"))
		return;
	o = observe(j, R5, SAW_FOREIGN, WHO_CORE,
		    a->first >= 0 ? a->first : a->call);
	if (a->first >= 0)
		broken_by(
			j, o, -1,
			"the core called the driver %s with %s, a domain of the driver %s",
			mine, domain_of(j, a), its);
	else if (a->ret != -EINVAL)
		broken_by(
			j, o, -1,
			"the core refused %s, a domain of the driver %s, for %s with %s, not EINVAL",
			domain_of(j, a), its, j->groups[a->group].name,
			errno_name(a->ret));
}

/* A vIOMMU for a device of one driver, on a stage 2 of another. */
static void foreign_viommu(struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	struct observation *o;

	if (!text_is(s->ev.reason, "foreign"))
		return;
	o = observe(j, R5, SAW_FOREIGN_VIOMMU, WHO_CORE, step);
	broken_by(
		j, o, -1,
		"iommufd called the driver of %s for a vIOMMU on %s, a domain of another driver",
		s->ev.instance ? s->ev.instance : "an instance",
		s->ev.parent ? s->ev.parent : "a domain");
}

void look_r5(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];
		struct observation *o;

		if (s->ev.kind == EV_VIOMMU)
			foreign_viommu(j, (int)i);
		if (s->ev.kind != EV_ATTACH ||
		    !text_is(s->ev.reason, "foreign"))
			continue;
		o = observe(j, R5,
			    s->old >= 0 ? SAW_FOREIGN_REPLACE : SAW_FOREIGN,
			    WHO_CORE, (int)i);
		broken_by(
			j, o, -1,
			"the core called the driver of %s with %s, a domain of another driver",
			s->ev.device ? s->ev.device : "a device",
			place_name(j, s->place));
	}
	for (unsigned int i = 0; i < j->n_attempts; i++)
		across_drivers(j, &j->attempts[i]);
}

/* --- R12, R15 --- */

/*
 * A driver may still count a device that has left (R8), or a PASID that it
 * refused (R9). Such a breach is not one of R12.
 */
static bool forgotten(const struct judge *j, int free)
{
	const struct step *f = &j->steps[free];

	for (int i = free - 1; !f->on && i >= 0; i--) {
		const struct step *s = &j->steps[i];

		if (s->ev.kind == EV_ATTACH && s->ev.ret && s->ev.pasid &&
		    s->place == f->life)
			return true;
		if (s->ev.kind == EV_ATTACH && !s->ev.ret &&
		    s->old == f->life && s->place >= 0 && s->place != f->life)
			return true;
	}
	return false;
}

void look_r12(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];
		struct observation *o;

		if (s->ev.kind != EV_FREE || s->life < 0 ||
		    (s->ev.attached && forgotten(j, (int)i)))
			continue;
		o = observe(j, R12, SAW_FREE, WHO_CALLER, (int)i);
		if (s->ev.attached)
			broken_by(j, o, -1, "%s was freed while %llu %s on it",
				  s->ev.domain,
				  (unsigned long long)s->ev.attached,
				  by_count(s->ev.attached, "device was",
					   "devices were"));
	}
}

void look_r15(struct judge *j)
{
	if (!j->over)
		return;
	for (unsigned int i = 0; i < j->n_lives; i++) {
		const struct life *l = &j->lives[i];
		struct observation *o;

		if (l->alloc < 0 ||
		    (l->free < 0 && j->steps[l->alloc].gaps != j->gaps))
			continue;
		o = observe(j, R15, SAW_LEFT, WHO_CALLER, l->alloc);
		if (l->free < 0)
			broken_by(j, o, -1, "%s was never freed", l->name);
	}
	if (j->left)
		broken_by(j, observe(j, R15, SAW_LEFT, WHO_DRIVER, -1), -1,
			  "left behind: %s", j->left);
}
