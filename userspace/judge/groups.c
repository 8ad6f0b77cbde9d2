// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out which devices and spaces form a group, from the calls in the journal;
 * see story.h.
 */
#include "judge/story.h"
#include "lib/words.h"

bool story_for_group(const struct event *ev)
{
	return text_is(ev->op, "attach_group") ||
	       text_is(ev->op, "replace_group");
}

bool story_for_pasid(const struct event *ev)
{
	return text_is(ev->op, "attach_pasid") ||
	       text_is(ev->op, "replace_pasid") || text_is(ev->op, "sva_bind");
}

/* The device of a step, also of a step about a space of it. */
static struct device *real_device(const struct judge *j, const struct step *s)
{
	struct device *d = s->device < 0 ? NULL : &j->devices[s->device];

	return d && d->of >= 0 ? &j->devices[d->of] : d;
}

/*
 * In the journal a call comes after its effects. So the attaches before it, by
 * the same process and to the domain that it names, were of the group that it
 * names.
 */
static void learn_group(struct judge *j, int call, int group)
{
	const struct step *c = &j->steps[call];

	for (int i = call - 1; i >= 0; i--) {
		const struct step *s = &j->steps[i];

		if (s->ev.pid != c->ev.pid)
			continue;
		if (s->ev.kind == EV_CALL || s->gaps != c->gaps)
			return;
		if (s->ev.kind == EV_ATTACH && s->device >= 0 &&
		    s->place == c->life && s->ev.pasid == c->ev.pasid &&
		    real_device(j, s)->group < 0)
			real_device(j, s)->group = group;
	}
}

/* The group that a call names, or that of the device that it names. */
static void learn_from(struct judge *j, int call)
{
	const struct step *c = &j->steps[call];
	int device;

	if (c->ev.kind != EV_CALL || !c->ev.arg)
		return;
	if (story_for_group(&c->ev))
		learn_group(j, call, story_group(j, c->ev.arg));
	if (!story_for_pasid(&c->ev))
		return;
	device = story_device(j, c->ev.arg);
	if (j->devices[device].group < 0)
		j->devices[device].group = story_group(j, c->ev.arg);
	learn_group(j, call, j->devices[device].group);
	/*
	 * The space may have no step: the core can refuse without calling a
	 * driver.
	 */
	if (c->ev.pasid)
		story_space(j, c->ev.arg, c->ev.pasid);
}

static void find_spaces(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_devices; i++) {
		struct device *d = &j->devices[i];

		if (d->of < 0)
			continue;
		d->driver = j->devices[d->of].driver;
		d->group =
			story_space_group(j, j->devices[d->of].group, d->pasid);
		j->groups[d->group].devices++;
	}
}

/*
 * A call can name a group that has no step: the core refused before it called
 * a driver.
 */
static void name_groups(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++) {
		const struct event *ev = &j->steps[i].ev;
		int device;

		if (ev->kind != EV_CALL)
			continue;
		if (story_for_group(ev) && ev->arg)
			story_group(j, ev->arg);
		if (text_is(ev->op, "release") && ev->object)
			story_group(j, ev->object);
		if (!text_is(ev->op, "attach") || !ev->arg)
			continue;
		device = story_device(j, ev->arg);
		if (j->devices[device].group < 0)
			j->devices[device].group = story_group(j, ev->arg);
	}
}

void story_find_groups(struct judge *j)
{
	for (unsigned int i = 0; i < j->n_steps; i++)
		learn_from(j, (int)i);
	for (unsigned int i = 0; i < j->n_devices; i++) {
		struct device *d = &j->devices[i];

		if (d->of >= 0)
			continue;
		if (d->group < 0)
			d->group = story_group(j, d->name);
		j->groups[d->group].devices++;
	}
	find_spaces(j);
	name_groups(j);
}

int story_group_of_call(struct judge *j, const struct step *s)
{
	int device;

	if (!s->ev.arg)
		return -1;
	if (story_for_group(&s->ev))
		return story_group(j, s->ev.arg);
	device = s->ev.pasid ? story_space(j, s->ev.arg, s->ev.pasid) :
			       story_device(j, s->ev.arg);
	return j->devices[device].group;
}
