// SPDX-License-Identifier: GPL-2.0-only
/* The input and the output of a judge; see judge.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/story.h"
#include "lib/words.h"

const char *const judge_who_words[] = { "caller", "core", "driver", NULL };

struct judge *judge_new(void)
{
	struct judge *j = xalloc(sizeof(*j));

	j->recorded = ~0U;
	return j;
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	for (unsigned int i = 0; i < j->n_observations; i++)
		free(j->observations[i].why);
	for (unsigned int i = 0; i < j->n_names; i++)
		free(j->names[i].text);
	free(j->observations);
	free(j->names);
	free(j->slots);
	free(j->steps);
	free(j->lives);
	free(j->devices);
	free(j->groups);
	free(j->attempts);
	free(j->requests);
	buf_free(&j->broken);
	buf_free(&j->missing_text);
	buf_free(&j->open_wish);
	free(j);
}

/* --- what is given --- */

void judge_group(struct judge *j, const char *group, const char *device,
		 const char *driver)
{
	int d = story_device(j, device);

	j->devices[d].group = story_group(j, group);
	j->devices[d].driver = story_name(j, driver);
}

void judge_asked(struct judge *j, const char *group)
{
	int g = story_group(j, group);

	j->groups[g].asked = true;
}

void judge_told(struct judge *j, const char *group, int err)
{
	int g = story_group(j, group);

	j->groups[g].told = true;
	j->groups[g].err = err;
}

void judge_recorded(struct judge *j, unsigned int kinds)
{
	j->recorded = kinds;
}

void judge_logged(struct judge *j, unsigned int lines, const char *first)
{
	j->log_given = true;
	j->log_lines = lines;
	j->log_first = story_name(j, first);
}

void judge_features(struct judge *j, const char *domain, const char *made,
		    const char *now)
{
	int life = story_life(j, domain);

	j->lives[life].made = story_name(j, made);
	j->lives[life].now = story_name(j, now);
}

void judge_memory(struct judge *j, const char *device, const char *wrong)
{
	int d = story_device(j, device);

	j->memory_given = true;
	j->devices[d].looked = true;
	j->devices[d].wrong = story_name(j, wrong);
}

void judge_place(struct judge *j, const char *device, const char *domain)
{
	int place = story_place(j, domain), d = story_device(j, device);

	j->devices[d].placed = true;
	j->devices[d].final = place;
	for (unsigned int i = 0; i < j->n_devices; i++)
		if (j->devices[i].of == d && !j->devices[i].over) {
			j->devices[i].placed = true;
			j->devices[i].final = P_BLOCKED;
		}
}

void judge_place_pasid(struct judge *j, const char *device, uint64_t pasid,
		       const char *domain)
{
	int place = story_place(j, domain), d = story_space(j, device, pasid);

	j->devices[d].placed = true;
	j->devices[d].final = place;
}

void judge_state(struct judge *j, enum rule rule, enum judge_who who,
		 const char *wrong)
{
	struct observation *o = observe(j, rule, SAW_STATE, who, -1);

	if (wrong)
		broken_by(j, o, -1, "%s", wrong);
}

void judge_over(struct judge *j, const char *left)
{
	j->over = true;
	j->left = story_name(j, left);
}

void judge_gap(struct judge *j, uint64_t events)
{
	if (!j->gaps++)
		j->gap = (int)j->n_steps;
	if (__builtin_add_overflow(j->missing, events, &j->missing))
		j->missing = UINT64_MAX;
}

const char *judge_missing(const struct judge *j)
{
	return j->missing_text.text;
}

static void say_missing(struct judge *j)
{
	struct buf *b = &j->missing_text;
	const struct step *s = j->gap < (int)j->n_steps ? &j->steps[j->gap] :
							  NULL;

	if (!j->gaps)
		return;
	if (j->missing == UINT64_MAX)
		buf_str(b, "events are missing");
	else
		buf_printf(b, "%" PRIu64 " event%s missing", j->missing,
			   j->missing == 1 ? " is" : "s are");
	if (s)
		buf_printf(b, "%s before event %" PRIu64,
			   j->gaps > 1 ? ", the first" : "", s->ev.seq);
	else
		buf_str(b, " at the end");
}

/* --- events --- */

/* The strings of an event live until the next; those of the story for ever. */
static void keep_strings(struct judge *j, struct event *ev)
{
	const char **strings[] = { &ev->type,	&ev->instance, &ev->device,
				   &ev->domain, &ev->old,      &ev->reason,
				   &ev->point,	&ev->op,       &ev->object,
				   &ev->arg,	&ev->scope,    &ev->access,
				   &ev->at,	&ev->result,   &ev->text,
				   &ev->code,	&ev->parent };

	for (unsigned int i = 0; i < ARRAY_SIZE(strings); i++)
		*strings[i] = story_name(j, *strings[i]);
	ev->comm = ev->line = NULL;
}

/* Links the steps about one device, in their order. */
static void chain(struct judge *j, int step)
{
	struct step *s = &j->steps[step];
	struct device *d = &j->devices[s->device];

	if (s->ev.instance)
		d->instance = s->ev.instance;
	s->prev = d->last;
	if (d->last >= 0)
		j->steps[d->last].next = step;
	else
		d->first = step;
	d->last = step;
}

static void alloc_step(struct judge *j, int step)
{
	struct step *s = &j->steps[step];
	int parent = s->ev.parent ? story_life(j, s->ev.parent) : -1;
	struct life *l;

	/* A table that was refused has no name: its step is about the stage 2. */
	if (!s->ev.domain) {
		s->life = parent;
		return;
	}
	s->life = story_new_life(j, s->ev.domain);
	l = &j->lives[s->life];
	l->alloc = step;
	l->parent = parent;
	l->maker = s->device;
	/* Before 6.11 a domain has no features until it is attached. */
	l->bound = s->device >= 0 && s->ev.instance;
}

static void free_step(struct judge *j, int step)
{
	struct step *s = &j->steps[step];

	if (!s->ev.domain)
		return;
	s->life = story_life(j, s->ev.domain);
	j->lives[s->life].free = step;
	story_end_life(j, s->ev.domain);
}

/* Places come first, because a place with a new name begins a life. */
static void place_step(struct judge *j, int step)
{
	struct step *s = &j->steps[step];
	int place = story_place(j, s->ev.domain);
	int old = story_place(j, s->ev.old);

	s->place = place;
	s->old = old;
	s->life = place >= 0 ? place : -1;
}

static const char *device_of(const struct event *ev)
{
	return ev->op && !strcmp(ev->op, "new_domain") ? ev->arg : ev->device;
}

void judge_event(struct judge *j, const struct event *ev)
{
	int step = (int)j->n_steps;
	struct step *s;

	j->steps = story_room(j->steps, j->n_steps, sizeof(*j->steps));
	s = &j->steps[j->n_steps++];
	*s = (struct step){
		.ev = *ev,
		.device = -1,
		.life = -1,
		.place = P_UNKNOWN,
		.old = P_UNKNOWN,
		.prev = -1,
		.next = -1,
		.attempt = -1,
		.gaps = j->gaps,
	};
	keep_strings(j, &s->ev);
	s->device = s->ev.pasid ? story_space(j, s->ev.device, s->ev.pasid) :
				  story_device(j, device_of(&s->ev));
	if (ev->kind == EV_ALLOC)
		alloc_step(j, step);
	else if (ev->kind == EV_FREE)
		free_step(j, step);
	else if (ev->kind == EV_ATTACH || ev->kind == EV_DMA)
		place_step(j, step);
	else if (ev->kind == EV_INVALIDATE && s->ev.domain)
		s->life = story_life(j, s->ev.domain);
	else if ((ev->kind == EV_UNKNOWN || ev->kind == EV_DIRTY) && ev->domain)
		s->life = story_known_life(j, s->ev.domain);
	else if (ev->kind == EV_CALL && s->ev.object)
		s->life = story_known_life(j, s->ev.object);
	if (s->device >= 0 && (ev->kind == EV_ATTACH || ev->kind == EV_PROBE ||
			       ev->kind == EV_RELEASE))
		chain(j, step);
	if (s->device >= 0 && ev->kind == EV_RELEASE)
		story_end_spaces(j, s->device);
	j->log_recorded |= ev->kind == EV_UNKNOWN && ev->log == 1;
}

/* --- observations --- */

struct observation *observe(struct judge *j, enum rule rule,
			    enum judge_what what, enum judge_who who, int step)
{
	struct observation *o;

	j->observations = story_room(j->observations, j->n_observations,
				     sizeof(*j->observations));
	o = &j->observations[j->n_observations++];
	*o = (struct observation){ .rule = rule, .what = what, .who = who };
	if (step >= 0) {
		o->seq[0] = j->steps[step].ev.seq;
		o->err = j->steps[step].ev.ret;
	}
	return o;
}

void broken_by(struct judge *j, struct observation *o, int then,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->broken = true;
	o->why = xvprintf(fmt, ap);
	va_end(ap);
	for (unsigned int i = 0; then >= 0 && i < JUDGE_SEQS; i++)
		if (!o->seq[i]) {
			o->seq[i] = j->steps[then].ev.seq;
			break;
		}
}

unsigned int judge_observations(const struct judge *j,
				const struct observation **first)
{
	*first = j->observations;
	return j->n_observations;
}

static bool can_be_seen(const struct judge *j, enum rule rule)
{
	const struct judge_rule *r = &judge_rules[rule];

	return r->look && (r->kinds & j->recorded) == r->kinds &&
	       (rule != R3 || j->log_given || j->log_recorded) &&
	       (rule != R15 || j->over);
}

static void sum_up(struct judge *j, enum rule rule)
{
	struct verdict *v = &j->verdicts[rule];

	for (unsigned int i = 0; i < j->n_observations; i++) {
		const struct observation *o = &j->observations[i];

		if (o->rule != rule)
			continue;
		v->seen++;
		if (!o->broken)
			continue;
		if (v->broken < JUDGE_FIRST)
			v->first[v->broken] = o;
		v->broken++;
	}
	v->state = v->broken ? J_BROKEN : v->seen ? J_KEPT : J_NOT_APPLICABLE;
	if (!v->seen)
		v->missing = judge_rules[rule].needs;
	if (rule == R1 && !v->broken && j->open_wish.len) {
		v->state = J_NOT_KNOWN;
		v->missing = j->open_wish.text;
	}
	if (j->gaps && !v->broken && can_be_seen(j, rule)) {
		v->state = J_NOT_KNOWN;
		v->missing = judge_missing(j);
	}
}

void judge_run(struct judge *j)
{
	story_tell(j);
	say_missing(j);
	for (unsigned int i = R1; i < RULES; i++)
		if (judge_rules[i].look &&
		    (judge_rules[i].kinds & j->recorded) ==
			    judge_rules[i].kinds)
			judge_rules[i].look(j);
	for (unsigned int i = R1; i < RULES; i++)
		sum_up(j, (enum rule)i);
}

const struct verdict *judge_verdict(const struct judge *j, enum rule rule)
{
	return &j->verdicts[rule];
}

void judge_broken(const struct judge *j, struct buf *b)
{
	for (unsigned int rule = R1; rule < RULES; rule++) {
		unsigned int whose = 0;

		for (unsigned int i = 0; i < j->n_observations; i++)
			if (j->observations[i].rule == rule &&
			    j->observations[i].broken)
				whose |= 1U << j->observations[i].who;
		for (unsigned int w = 0; judge_who_words[w]; w++)
			if (whose >> w & 1)
				buf_printf(b, "%s%s:%s", b->len ? "," : "",
					   judge_rule_name(rule),
					   judge_who_words[w]);
	}
}
