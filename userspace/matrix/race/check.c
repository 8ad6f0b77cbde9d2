// SPDX-License-Identifier: GPL-2.0-only
/* The result of a race: its history, invariants and the judge; see race.h. */
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "matrix/race/race.h"

/* The journal of the cell, in pieces; the strings are in *text. */
static struct event *events_of(struct kernel *k, struct trial *t, char **text,
			       unsigned int *n)
{
	struct event *events = NULL;
	unsigned int room = 0;
	char *save = NULL;

	kernel_drain(k);
	*n = 0;
	*text = xstrdup(k->lines.text ? k->lines.text : "");
	for (char *line = strtok_r(*text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (*n == room) {
			room = room ? 2 * room : 256;
			events = xrealloc(events, room, sizeof(*events));
		}
		if (event_parse(line, &events[*n]))
			trial_wrong(t, "the journal makes no sense");
		else
			++*n;
	}
	return events;
}

/* The history to judge, and the data that it points to. */
struct view {
	struct history h;
	char *text;
	struct event *events;
	struct race_done *done;
	struct race_place places[MX_DEVS];
	struct race_listed *listed;
	struct model *m;
};

static void add_done(struct view *v, const struct racer *who)
{
	v->done = xrealloc(v->done, v->h.n_done + who->n_done + 1,
			   sizeof(*v->done));
	memcpy(v->done + v->h.n_done, who->done,
	       who->n_done * sizeof(*v->done));
	v->h.n_done += who->n_done;
	v->h.done = v->done;
}

static void add_places(struct view *v, const struct topo *t)
{
	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		const struct topo_dev *dev = &t->devs[i];
		const struct m_device *d = model_device(v->m, dev->name);

		v->places[v->h.n_places++] = (struct race_place){
			dev->name, dev->group ? dev->group : dev->name,
			!d	  ? NULL :
			d->domain ? d->domain :
				    "none"
		};
	}
	v->h.places = v->places;
}

static void add_listed(struct view *v)
{
	for (unsigned int i = 0; i < v->m->n_domains; i++) {
		const struct m_domain *d = &v->m->domains[i];

		v->listed = xrealloc(v->listed,
				     v->h.n_listed + d->devices.n + 1,
				     sizeof(*v->listed));
		for (unsigned int k = 0; k < d->devices.n; k++)
			v->listed[v->h.n_listed++] =
				(struct race_listed){ d->name,
						      d->devices.v[k] };
	}
	v->h.listed = v->listed;
}

static bool view_make(struct view *v, struct race *race)
{
	*v = (struct view){ 0 };
	v->m = model_read(race->r->target.ctx);
	if (!v->m) {
		trial_wrong(&race->r->trial, "the state could not be read");
		return false;
	}
	v->events = events_of(&race->r->target.k, &race->r->trial, &v->text,
			      &v->h.n_events);
	v->h.events = v->events;
	v->h.threads = race->plan.threads;
	v->h.answers = race->def->answers;
	v->h.rivals = race->def->rivals;
	add_done(v, &race->main);
	for (unsigned int t = 0; t < race->plan.threads; t++)
		add_done(v, &race->racers[t]);
	add_places(v, race->r->built.topo);
	add_listed(v);
	return true;
}

static void view_free(struct view *v)
{
	model_free(v->m);
	free(v->listed);
	free(v->done);
	free(v->events);
	free(v->text);
}

void race_check(struct race *race)
{
	struct view v;

	if (!view_make(&v, race))
		return;
	for (const struct invariant *i = invariants; i->name; i++) {
		autofree char *name = xprintf("%s:", i->name);
		autobuf struct buf why = { 0 };

		if (i->holds(&v.h, &why))
			continue;
		if (i->rule)
			check_broken(&race->r->trial, i->rule, why.text, name);
		else
			trial_wrong(&race->r->trial, "%s %s", name, why.text);
	}
	view_free(&v);
}
