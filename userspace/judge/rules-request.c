// SPDX-License-Identifier: GPL-2.0-only
/* The rule about requests of devices for pages: R16. */
#include <inttypes.h>
#include <stdlib.h>

#include "judge/story.h"
#include "lib/words.h"

/* A group of requests, by its last one so far */
struct asked {
	int device, step;
	uint64_t group;
	bool complete; /* its last request has come */
	bool answered;
	const char *when; /* the device left before the answer: when; or NULL */
	int left; /* and at which step */
};

struct asking {
	struct asked *groups;
	unsigned int n;
	unsigned int gaps;
};

static struct asked *find_group(const struct asking *a, int device,
				uint64_t group)
{
	for (unsigned int i = a->n; i-- > 0;)
		if (a->groups[i].device == device &&
		    a->groups[i].group == group)
			return &a->groups[i];
	return NULL;
}

/* "nic0", or "nic0/5" for a PASID of it */
static const char *asker(const struct judge *j, int device)
{
	return device >= 0 ? j->devices[device].name : "a device";
}

/* A request that was passed on; one that found no room is never answered. */
static void request(struct judge *j, struct asking *a, int step)
{
	const struct step *s = &j->steps[step];
	struct asked *g = find_group(a, s->device, s->ev.group);

	if (s->ev.ret)
		return;
	if (!g || g->complete) {
		a->groups = story_room(a->groups, a->n, sizeof(*a->groups));
		g = &a->groups[a->n++];
		*g = (struct asked){ .device = s->device,
				     .group = s->ev.group };
	}
	g->step = step;
	g->complete = s->ev.last != 0;
}

/* An answer that nobody waits for */
static void superfluous(struct judge *j, const struct asked *g, int step)
{
	const struct step *s = &j->steps[step];
	bool partial = g && !g->complete;
	struct observation *o = observe(
		j, R16, partial ? SAW_PARTIAL : SAW_ANSWER, WHO_CORE, step);

	broken_by(
		j, o, g ? g->step : -1,
		partial ?
			"group %" PRIu64
			" of %s was answered, though its last request had not come" :
		g ? "group %" PRIu64 " of %s was answered twice" :
		    "group %" PRIu64
		    " of %s was answered, though the device had not asked",
		s->ev.group, asker(j, s->device));
}

/* The device was already gone. */
static void late(struct judge *j, struct asked *g, int step)
{
	g->answered = true;
	broken_by(j, observe(j, R16, SAW_LATE, WHO_CORE, g->step), step,
		  "group %" PRIu64 " of %s was answered, but not %s", g->group,
		  asker(j, g->device), g->when);
}

static void response(struct judge *j, struct asking *a, int step)
{
	const struct step *s = &j->steps[step];
	struct asked *g = find_group(a, s->device, s->ev.group);
	struct observation *o;

	if (g && g->when && !g->answered) {
		late(j, g, step);
		return;
	}
	if (!g || !g->complete || g->answered) {
		/* What it answers may be among the events that are missing. */
		if (g || !s->gaps)
			superfluous(j, g, step);
		return;
	}
	g->answered = true;
	o = observe(j, R16, SAW_REQUEST, WHO_DRIVER, g->step);
	if (s->ev.lost == 1)
		broken_by(j, o, step,
			  "the answer to group %" PRIu64 " of %s was lost",
			  s->ev.group, asker(j, s->device));
}

static void unanswered(struct judge *j, const struct asked *g, int then,
		       const char *when)
{
	if (!g->complete || g->answered)
		return;
	broken_by(j, observe(j, R16, SAW_REQUEST, WHO_CORE, g->step), then,
		  "group %" PRIu64 " of %s was not answered %s", g->group,
		  asker(j, g->device), when);
}

/* Is it the device, or a PASID of a device that is released? */
static bool leaves(const struct judge *j, const struct step *s, int device)
{
	if (device < 0 || s->device < 0)
		return false;
	return device == s->device ||
	       (s->ev.kind == EV_RELEASE && j->devices[device].of == s->device);
}

/*
 * A device, or a PASID, goes to another domain, or altogether. An answer that still comes
 * is late.
 */
static void left(struct judge *j, struct asking *a, int step)
{
	const struct step *s = &j->steps[step];
	unsigned int kept = 0;

	for (unsigned int i = 0; i < a->n; i++) {
		struct asked *g = &a->groups[i];

		if (leaves(j, s, g->device) && !g->when) {
			if (!g->complete || g->answered)
				continue;
			g->left = step;
			g->when = s->ev.kind == EV_RELEASE ?
					  "before the device was released" :
					  "before it left the domain";
		}
		a->groups[kept++] = *g;
	}
	a->n = kept;
}

/* Those that left; and when all is over, those that wait. */
static void never_answered(struct judge *j, const struct asking *a, bool over)
{
	for (unsigned int i = 0; i < a->n; i++) {
		const struct asked *g = &a->groups[i];

		if (g->when)
			unanswered(j, g, g->left, g->when);
		else if (over)
			unanswered(j, g, -1, "at all");
	}
}

static bool moved(const struct step *s)
{
	return s->ev.kind == EV_ATTACH && s->ev.has_ret && !s->ev.ret &&
	       s->place != s->old;
}

void look_r16(struct judge *j)
{
	struct asking a = { 0 };

	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct step *s = &j->steps[i];

		/* What became of them may be among the missing events. */
		if (s->gaps != a.gaps) {
			never_answered(j, &a, false);
			a.n = 0;
		}
		a.gaps = s->gaps;
		if (s->ev.kind == EV_REQUEST)
			request(j, &a, (int)i);
		else if (s->ev.kind == EV_RESPONSE)
			response(j, &a, (int)i);
		else if (moved(s) || s->ev.kind == EV_RELEASE)
			left(j, &a, (int)i);
	}
	never_answered(j, &a, j->over);
	free(a.groups);
}
