// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups steps into attempts and requests; see story.h. The target of a move
 * shows whether the core moved a device by itself, or because the caller wanted
 * it:
 *
 * - back to the device's place before an attempt that has failed: the core
 * unwinds the attempt
 *
 * - from one of the core's domains to another: the group was claimed; the move
 * back releases it, which ends a request
 *
 * Every other move to a paging domain is the caller's wish.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

/* The state of one group during the pass over the steps */
struct now {
	int open; /* an attempt that may have more devices to come */
	int failed; /* an attempt that the core may be undoing */
	int latest; /* an attempt that a call may belong to */
	int request;
	int home; /* the group's place while it is not claimed */
	unsigned int gaps;
};

static bool paging(int place)
{
	return place >= 0;
}

int story_seen_at(const struct judge *j, int step, int *by)
{
	const struct step *s = &j->steps[step];
	const struct device *d = &j->devices[s->device];
	int place = P_UNKNOWN, until = (int)j->n_steps;

	*by = s->next;
	if (s->next >= 0) {
		const struct step *n = &j->steps[s->next];

		/* A probe or a release shows no place. */
		if (n->ev.kind == EV_ATTACH && n->gaps == s->gaps)
			place = n->old;
		until = s->next;
	} else if (d->placed && s->gaps == j->gaps) {
		place = d->final;
	}
	/*
	 * A freed domain drops its devices. A device that refused the domain
	 * was not on it.
	 */
	if (!s->ev.ret && paging(s->place) && j->lives[s->place].free > step &&
	    j->lives[s->place].free < until)
		return P_UNKNOWN;
	if (paging(s->old) && j->lives[s->old].free > step &&
	    j->lives[s->old].free < until)
		return P_UNKNOWN;
	return place;
}

bool story_lied(const struct judge *j, int step)
{
	int by, place = story_seen_at(j, step, &by);

	return j->steps[step].ev.has_ret && !j->steps[step].ev.ret &&
	       place != P_UNKNOWN && place != j->steps[step].place;
}

int story_origin(const struct judge *j, const struct attempt *a, int device)
{
	for (int i = a->first; i >= 0 && i <= a->last; i++)
		if (j->steps[i].device == device && j->steps[i].attempt >= 0 &&
		    &j->attempts[j->steps[i].attempt] == a &&
		    j->steps[i].role == ROLE_TRY)
			return j->steps[i].old;
	return a->origin;
}

bool story_ended(const struct judge *j, const struct attempt *a)
{
	const struct group *g = &j->groups[a->group];

	return j->requests[a->request].closed || (g->asked && g->told) ||
	       j->over;
}

/* --- requests --- */

static void close_request(struct judge *j, struct now *now, int step)
{
	if (now->request < 0 || j->requests[now->request].closed)
		return;
	j->requests[now->request].closed = true;
	j->requests[now->request].end = step;
}

/* Within one request, no caller retries a domain that refused. */
static bool has_failed(const struct judge *j, int request, int life)
{
	for (int a = j->requests[request].first; a >= 0;
	     a = j->attempts[a].next)
		if (j->attempts[a].life == life && j->attempts[a].ret)
			return true;
	return false;
}

static bool same_request(const struct judge *j, const struct now *now,
			 const struct attempt *a)
{
	const struct request *r;

	if (now->request < 0)
		return false;
	if (j->groups[a->group].asked)
		return true;
	r = &j->requests[now->request];
	return !r->closed && j->attempts[r->last].pid == a->pid &&
	       !has_failed(j, now->request, a->life);
}

static void add_to_request(struct judge *j, struct now *now, int attempt)
{
	struct attempt *a = &j->attempts[attempt];
	struct request *r;

	if (same_request(j, now, a)) {
		r = &j->requests[now->request];
		j->attempts[r->last].next = attempt;
		r->last = attempt;
	} else {
		/*
		 * The previous request has ended: the user has made a new one.
		 */
		close_request(j, now, a->first >= 0 ? a->first : a->call);
		j->requests = story_room(j->requests, j->n_requests,
					 sizeof(*j->requests));
		now->request = (int)j->n_requests++;
		j->requests[now->request] = (struct request){ a->group, attempt,
							      attempt, false,
							      -1 };
	}
	a->request = now->request;
}

/* --- attempts --- */

static bool made_for(struct judge *j, int life, int group, bool fresh)
{
	struct life *l = &j->lives[life];

	group = story_base(j, group);
	if (l->group < 0 && l->bound)
		l->group = j->devices[l->maker].group;
	if (l->group < 0 && fresh)
		l->group = group;
	return l->group == group;
}

static int new_attempt(struct judge *j, struct now *now, struct attempt a)
{
	j->attempts =
		story_room(j->attempts, j->n_attempts, sizeof(*j->attempts));
	a.own = made_for(j, a.life, a.group, a.fresh);
	a.next = -1;
	j->attempts[j->n_attempts] = a;
	now->latest = (int)j->n_attempts;
	add_to_request(j, now, (int)j->n_attempts);
	return (int)j->n_attempts++;
}

static bool asked_already(const struct judge *j, int attempt, int device)
{
	const struct attempt *a = &j->attempts[attempt];

	for (int i = a->first; i <= a->last; i++)
		if (j->steps[i].attempt == attempt &&
		    j->steps[i].device == device)
			return true;
	return false;
}

/* A paging domain that the caller wants a device to be on. */
static void try_domain(struct judge *j, struct now *now, int step)
{
	struct step *s = &j->steps[step];
	int group = j->devices[s->device].group;
	int life = story_candidate(j, s->place);
	struct attempt *a;

	/* Of another vIOMMU: that says nothing of the stage 2. */
	if (text_is(s->ev.reason, "nest"))
		life = s->place;
	if (now->open < 0 || j->attempts[now->open].place != s->place ||
	    j->attempts[now->open].pid != s->ev.pid ||
	    asked_already(j, now->open, s->device))
		now->open = new_attempt(j, now,
					(struct attempt){
						.group = group,
						.life = life,
						.place = s->place,
						.first = step,
						.last = step,
						.fail = -1,
						.call = -1,
						.origin = s->old,
						.pid = s->ev.pid,
						.fresh = s->ev.fresh == 1 &&
							 life == s->place,
					});
	a = &j->attempts[now->open];
	s->role = ROLE_TRY;
	s->attempt = now->open;
	a->last = step;
	a->asked++;
	now->failed = -1;
	if (s->ev.ret) {
		a->life = life;
		a->ret = s->ev.ret;
		a->fail = step;
		now->failed = now->open;
	} else {
		j->lives[s->place].used = j->lives[life].used = true;
	}
	if (s->ev.ret || a->asked == j->groups[group].devices)
		now->open = -1;
}

/*
 * The driver refuses to make a user's table on a stage 2. This counts as a refusal of the
 * stage 2.
 */
static void refuse_table(struct judge *j, struct now *now, int step)
{
	struct step *s = &j->steps[step];

	now->open = now->failed = -1;
	s->role = ROLE_TABLE;
	s->attempt = new_attempt(j, now,
				 (struct attempt){
					 .group = j->devices[s->device].group,
					 .life = s->life,
					 .place = -1,
					 .first = step,
					 .last = step,
					 .fail = step,
					 .call = -1,
					 .ret = s->ev.ret,
					 .origin = P_UNKNOWN,
					 .pid = s->ev.pid,
					 .asked = 1,
					 .fresh = !j->lives[s->life].used,
				 });
}

/* A domain of the core. */
static void place_static(struct judge *j, struct now *now, int step)
{
	struct step *s = &j->steps[step];

	now->open = now->failed = -1;
	if (now->home != P_UNKNOWN && s->place == now->home) {
		s->role = ROLE_RELEASE;
		close_request(j, now, step);
	} else if (!paging(s->old) && s->old != P_NONE && s->old != s->place) {
		s->role = ROLE_CLAIM;
		now->home = s->old;
	} else {
		s->role = ROLE_DETACH;
	}
}

static bool unwinds(const struct judge *j, const struct now *now, int step)
{
	const struct step *s = &j->steps[step];

	return now->failed >= 0 && story_origin(j, &j->attempts[now->failed],
						s->device) == s->place;
}

static void attach_step(struct judge *j, struct now *now, int step)
{
	struct step *s = &j->steps[step];

	if (s->prev < 0 || j->steps[s->prev].ev.kind == EV_PROBE)
		if (s->old == P_NONE) {
			s->role = ROLE_DEFAULT;
			return;
		}
	if (unwinds(j, now, step)) {
		s->role = ROLE_UNWIND;
		s->attempt = now->failed;
		j->attempts[now->failed].last = step;
		return;
	}
	if (paging(s->place))
		try_domain(j, now, step);
	else
		place_static(j, now, step);
}

/* --- calls of the in-kernel caller, logged when they have returned --- */

/* The attaches before a call are its effects, unless they are older. */
static bool caused(const struct judge *j, const struct now *now,
		   const struct step *s, int before)
{
	const struct attempt *a;

	if (now->latest < 0)
		return false;
	a = &j->attempts[now->latest];
	return a->pid == s->ev.pid && a->life == s->life && a->last > before &&
	       a->call < 0;
}

/* The core refused, and asked no driver. */
static void core_refused(struct judge *j, struct now *now, int step)
{
	const struct step *s = &j->steps[step];
	const struct life *l = &j->lives[s->life];

	new_attempt(j, now,
		    (struct attempt){
			    .group = story_group_of_call(j, s),
			    .life = s->life,
			    .place = s->life,
			    .first = -1,
			    .last = -1,
			    .fail = -1,
			    .call = step,
			    .ret = s->ev.ret,
			    .origin = P_UNKNOWN,
			    .pid = s->ev.pid,
			    .fresh = l->alloc >= 0 && !l->used,
		    });
}

/* before: the last call of the same process */
static void attach_call(struct judge *j, struct now *now, int step, int before)
{
	struct step *s = &j->steps[step];

	now->open = now->failed = -1;
	if (caused(j, now, s, before)) {
		struct attempt *a = &j->attempts[now->latest];

		a->call = step;
		if (!a->ret)
			a->ret = s->ev.ret;
	} else if (s->ev.ret) {
		core_refused(j, now, step);
	} else {
		return;
	}
	s->attempt = now->latest;
}

/* The last call of each process; -1 if none */
struct process {
	pid_t pid;
	int call;
};

struct telling {
	struct now *now; /* by group */
	int *told; /* by device: the last attach so far that returned 0 */
	struct process *processes;
	unsigned int n_processes;
};

static struct process *process_of(struct telling *t, pid_t pid)
{
	for (unsigned int i = t->n_processes; i--;)
		if (t->processes[i].pid == pid)
			return &t->processes[i];
	t->processes =
		story_room(t->processes, t->n_processes, sizeof(*t->processes));
	t->processes[t->n_processes] = (struct process){ pid, -1 };
	return &t->processes[t->n_processes++];
}

static void call_step(struct judge *j, struct telling *t, int step)
{
	struct step *s = &j->steps[step];
	struct process *p = process_of(t, s->ev.pid);
	int before = p->call;

	p->call = step;
	if (text_is(s->ev.op, "release") && !s->ev.ret && s->ev.object)
		close_request(j, &t->now[story_group(j, s->ev.object)], step);
	/* No release ends the request for a PASID: its detach does. */
	if ((text_is(s->ev.op, "detach_pasid") ||
	     text_is(s->ev.op, "sva_unbind")) &&
	    !s->ev.ret && story_group_of_call(j, s) >= 0)
		close_request(j, &t->now[story_group_of_call(j, s)], step);
	if ((text_is(s->ev.op, "attach") || story_for_group(&s->ev) ||
	     story_for_pasid(&s->ev)) &&
	    s->life >= 0 && story_group_of_call(j, s) >= 0)
		attach_call(j, &t->now[story_group_of_call(j, s)], step,
			    before);
}

/* --- frees --- */

/*
 * A domain that was made for a group is freed while the group is on no other
 * domain: the caller has given up.
 */
static void free_step(struct judge *j, struct telling *t, int step)
{
	struct step *s = &j->steps[step];
	int group = j->lives[s->life].group;
	bool elsewhere = false;

	for (unsigned int i = 0; i < j->n_devices; i++) {
		int at = t->told[i], place;

		if (at < 0 || j->steps[at].gaps != s->gaps || story_lied(j, at))
			continue;
		place = j->steps[at].place;
		s->on += place == s->life;
		elsewhere |= story_base(j, j->devices[i].group) == group &&
			     paging(place) && place != s->life;
	}
	if (group >= 0 && !elsewhere)
		close_request(j, &t->now[group], step);
}

/* --- all of it --- */

/* A device that is released takes its spaces along. */
static void forget_told(struct judge *j, struct telling *t, int device)
{
	for (unsigned int i = 0; i < j->n_devices; i++)
		if ((int)i == device ||
		    (j->devices[i].of == device && j->devices[i].over))
			t->told[i] = -1;
}

static void tell_step(struct judge *j, struct telling *t, int step)
{
	struct step *s = &j->steps[step];
	struct now *now;

	if (s->ev.kind == EV_CALL)
		call_step(j, t, step);
	else if (s->ev.kind == EV_FREE && s->life >= 0)
		free_step(j, t, step);
	if (s->device < 0 || j->devices[s->device].group < 0)
		return;
	now = &t->now[j->devices[s->device].group];
	if (now->gaps != s->gaps) {
		now->open = now->failed = now->latest = now->request = -1;
		now->gaps = s->gaps;
	}
	if (s->ev.kind == EV_ATTACH && s->ev.has_ret) {
		attach_step(j, now, step);
		if (!s->ev.ret)
			t->told[s->device] = step;
	} else if (s->ev.kind == EV_ALLOC && s->ev.parent && s->ev.ret &&
		   s->ev.pasids != 1) {
		refuse_table(j, now, step);
	} else if (s->ev.kind == EV_PROBE || s->ev.kind == EV_RELEASE) {
		forget_told(j, t, s->device);
		now->open = now->failed = -1;
		close_request(j, now, step);
	}
}

void story_tell(struct judge *j)
{
	struct telling t = { 0 };

	story_find_groups(j);
	t.now = xalloc((j->n_groups + 1) * sizeof(*t.now));
	for (unsigned int i = 0; i < j->n_groups; i++)
		t.now[i] = (struct now){ -1, -1, -1, -1, P_UNKNOWN, 0 };
	t.told = xalloc((j->n_devices + 1) * sizeof(*t.told));
	memset(t.told, -1, (j->n_devices + 1) * sizeof(*t.told));
	for (unsigned int i = 0; i < j->n_steps; i++)
		tell_step(j, &t, (int)i);
	free(t.now);
	free(t.told);
	free(t.processes);
}

bool story_was_there(const struct judge *j, const struct attempt *a)
{
	int i = j->requests[a->request].first;

	for (; &j->attempts[i] != a; i = j->attempts[i].next)
		if (j->attempts[i].place == a->place && !j->attempts[i].ret)
			return true;
	return false;
}
