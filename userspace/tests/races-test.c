// SPDX-License-Identifier: GPL-2.0-only
/*
 * What races rest on, as TAP: every invariant on histories made by hand, right
 * ones and wrong ones; and that the plans of a seed are always the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/race/race.h"
#include "tests/races-cases.h"
#include "tests/tap.h"

/* --- histories --- */

#define MOST 64

struct made {
	struct history h;
	char *text[MOST];
	unsigned int n_text;
	struct event events[MOST];
	struct race_done done[MOST];
	struct race_place places[8];
	struct race_listed listed[8];
};

static const struct race_answers answers[] = {
	{ RACE_ATTACH, { 0, EBUSY } }, { RACE_DETACH, { 0, EINVAL } },
	{ RACE_MAP, { 0 } },	       { RACE_UNMAP, { 0 } },
	{ RACE_FREE, { EBUSY } },      { RACE_READ, { 0, EFAULT } },
	{ .op = RACE_OP_N },
};

static const struct race_place devices[] = {
	{ "a", "a", NULL },
	{ "b", "b", NULL },
	{ "g1", "g", NULL },
	{ "g2", "g", NULL },
};

static const char *word(char **line)
{
	char *w = strsep(line, " ");

	if (!w)
		abort();
	return strcmp(w, "-") ? w : NULL;
}

/* An errno, or why a read faulted. */
static void set_answer(struct race_done *d, const char *text)
{
	int reason = word_index(dma_reason_words, text);

	d->reason = reason < 0 ? DMA_FINE : (enum dma_reason)reason;
	d->ret = reason < 0 ? -errno_parse(text) : -EFAULT;
}

static void add_done(struct made *m, char *line)
{
	struct race_done *d = &m->done[m->h.n_done++];
	const char *thread = word(&line);

	d->thread = strcmp(thread, "main") ? (unsigned int)atoi(thread) :
					     RACE_MAIN;
	d->round = (unsigned int)atoi(word(&line));
	d->op = (enum race_op)word_index(race_op_words, word(&line));
	d->domain = word(&line);
	d->object = word(&line);
	d->iova = strtoull(word(&line), NULL, 16);
	d->begin = strtoull(word(&line), NULL, 10);
	d->end = strtoull(word(&line), NULL, 10);
	set_answer(d, word(&line));
}

static void give(struct made *m, char *line)
{
	const char *what = word(&line);

	if (!strcmp(what, "!did")) {
		add_done(m, line);
	} else if (!strcmp(what, "!at")) {
		const char *device = word(&line);

		for (unsigned int i = 0; i < m->h.n_places; i++)
			if (!strcmp(m->places[i].device, device))
				m->places[i].domain = word(&line);
	} else if (!strcmp(what, "!list")) {
		const char *domain = word(&line);

		m->listed[m->h.n_listed++] =
			(struct race_listed){ domain, word(&line) };
	} else {
		abort();
	}
}

static void add_line(struct made *m, const char *line)
{
	bool by = strstr(line, " by=");
	char *text = *line == '!' ? xstrdup(line) :
				    xprintf("%u %s%s", m->h.n_events + 1, line,
					    by ? "" : " by=1:race-0");

	if (m->n_text == MOST)
		abort();
	m->text[m->n_text++] = text;
	if (*line == '!')
		give(m, text);
	else if (event_parse(text, &m->events[m->h.n_events++]))
		abort();
}

static struct made *make(const char *history)
{
	struct made *m = xalloc(sizeof(*m));
	autofree char *copy = xstrdup(history);
	char *save = NULL;

	memcpy(m->places, devices, sizeof(devices));
	m->h = (struct history){ .events = m->events,
				 .done = m->done,
				 .threads = 3,
				 .places = m->places,
				 .n_places = ARRAY_SIZE(devices),
				 .listed = m->listed,
				 .answers = answers,
				 .rivals = true };
	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		add_line(m, line);
	return m;
}

static void made_free(struct made *m)
{
	while (m->n_text)
		free(m->text[--m->n_text]);
	free(m);
}

/* --- invariants --- */

static void check_by_hand(const struct by_hand *c)
{
	struct made *m = make(c->history);
	bool good = true;

	for (const struct invariant *i = invariants; i->name; i++) {
		autobuf struct buf why = { 0 };
		bool holds = i->holds(&m->h, &why);
		bool breaks = c->breaks && !strcmp(c->breaks, i->name);

		/* A case that breaks one invariant may break another, too. */
		if (c->breaks ? breaks && holds : !holds) {
			good = false;
			printf("# %s %s: %s\n", i->name,
			       holds ? "holds" : "does not hold",
			       why.text ? why.text : "");
		}
		if (!holds && !why.len)
			good = false;
	}
	ok(good, c->what);
	made_free(m);
}

static void every_invariant_breaks(void)
{
	for (const struct invariant *i = invariants; i->name; i++) {
		autofree char *what =
			xprintf("%s is seen to be broken", i->name);
		unsigned int n = 0;

		for (unsigned int k = 0; by_hand[k].what; k++)
			n += by_hand[k].breaks &&
			     !strcmp(by_hand[k].breaks, i->name);
		ok(n, what);
	}
}

/* --- plans --- */

static void plan_of(const struct special *s, uint32_t seed, struct race_plan *p)
{
	struct rng rng = rng_of(seed, s->name);

	race_make_plan(s->of, p, &rng);
}

static bool same_step(const struct race_step *a, const struct race_step *b)
{
	return a->op == b->op && a->domain == b->domain &&
	       a->object == b->object && a->iova == b->iova &&
	       a->pause_us == b->pause_us;
}

static bool same_plan(const struct race_plan *a, const struct race_plan *b)
{
	for (unsigned int t = 0; t < RACE_THREADS; t++) {
		if (a->n[t] != b->n[t])
			return false;
		for (unsigned int i = 0; i < a->n[t]; i++)
			if (!same_step(&a->v[t][i], &b->v[t][i]))
				return false;
	}
	return true;
}

static unsigned int gates(const struct race_plan *p, unsigned int thread)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < p->n[thread]; i++)
		n += p->v[thread][i].op == RACE_GATE;
	return n;
}

static bool has_answer(const struct race_def *def, enum race_op op)
{
	const struct race_answers *a = def->answers;

	while (a->op != RACE_OP_N && a->op != op)
		a++;
	return op == RACE_GATE || a->op == op;
}

/* A thread at a gate that another thread does not have waits for ever. */
static bool is_sound(const struct race_def *def, const struct race_plan *p)
{
	if (p->threads < 2 || p->threads > RACE_THREADS)
		return false;
	for (unsigned int t = 0; t < p->threads; t++) {
		if (gates(p, t) != gates(p, 0) || !gates(p, t) ||
		    p->v[t][0].op != RACE_GATE)
			return false;
		for (unsigned int i = 0; i < p->n[t]; i++)
			if (!has_answer(def, p->v[t][i].op) ||
			    p->v[t][i].pause_us > RACE_MAX_PAUSE_US)
				return false;
	}
	return true;
}

static void plans(const struct special *s)
{
	static struct race_plan a, b;
	autofree char *same =
		xprintf("%s/%s: a seed is a plan", s->topo, s->name);
	autofree char *sound = xprintf("%s/%s: its plans can be run to the end",
				       s->topo, s->name);
	unsigned int equal = 0, other = 0, bad = 0;

	for (uint32_t seed = 0; seed < 200; seed++) {
		plan_of(s, seed, &a);
		plan_of(s, seed, &b);
		equal += same_plan(&a, &b);
		plan_of(s, seed + 1, &b);
		other += !same_plan(&a, &b);
		bad += !is_sound(s->of, &a);
	}
	ok(equal == 200 && other == 200, same);
	ok(!bad, sound);
}

static void draws(void)
{
	struct rng rng = { 0 }, x = rng_of(1, "a/b"), y = rng_of(1, "a/c");
	unsigned int seen = 0;

	/* SplitMix64 from 0, as its authors give it. */
	ok(rng_next(&rng) == 0xe220a8397b1dcdafULL &&
		   rng_next(&rng) == 0x6e789e6aa1b965f4ULL,
	   "the numbers are the same on every machine");
	ok(rng_next(&x) != rng_next(&y), "another cell has other numbers");
	for (unsigned int i = 0; i < 1000; i++)
		seen |= 1U << rng_below(&rng, 3);
	ok(seen == 7, "what is drawn by lot is below the bound, and all of it");
}

int main(void)
{
	for (unsigned int i = 0; by_hand[i].what; i++)
		check_by_hand(&by_hand[i]);
	every_invariant_breaks();
	draws();
	for (const struct special *s = mx_races; s->topo; s++)
		plans(s);
	return done_testing();
}
