// SPDX-License-Identifier: GPL-2.0-only
/*
 * What races rest on, as TAP: every invariant on histories made by hand, right
 * ones and wrong ones; and that the plans of a seed are always the same.
 *
 * A history here is lines "NSEC EVENT key=value...", to which number and
 * process are added, and lines with "!":
 *
 *	!at DEVICE DOMAIN		where it is afterwards
 *	!list DOMAIN DEVICE		it is on the list of the domain
 *	!did THREAD ROUND OP DOMAIN OBJECT IOVA BEGIN END ANSWER
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/race.h"

static int number, failures;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
	failures += !good;
}

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

/* breaks: the invariant that does not hold, NULL: all do */
static const struct by_hand {
	const char *what, *breaks, *history;
} by_hand[] = {
#define ALLOC "1 alloc domain=x device=a instance=A ret=0\n"
#define COMES(ns, dev, old)                           \
	ns " attach device=" dev " domain=x old=" old \
	   " fresh=0 reason=- ret=0\n"
#define LEAVES(ns, dev, old)                                \
	ns " attach device=" dev " domain=blocked old=" old \
	   " fresh=0 reason=- ret=0\n"
#define BEGINS(ns, dev, dom)                                           \
	ns " fault instance=A point=attach device=" dev " domain=" dom \
	   " delay_us=9 ret=0\n"
#define FREE(n) "90 free domain=x attached=" n "\n"

	{ "nothing happens", NULL, "" },
	{ "a device comes and goes, and its domain is freed", NULL,
	  ALLOC COMES("2", "a", "blocked") LEAVES("3", "a", "x") FREE("0") },
	{ "it stays", NULL,
	  ALLOC COMES("2", "a", "blocked") "!at a x\n!list x a\n" },
	{ "a refusal leaves it where it was", NULL,
	  ALLOC COMES("2", "a", "blocked") "3 attach device=a domain=x old=x fresh=0 reason=fault ret=-EIO\n" LEAVES(
		  "4", "a", "x") },
	{ "a stale old domain", "chain",
	  ALLOC COMES("2", "a", "blocked") LEAVES("3", "a", "blocked") },
	{ "a refusal that moves it", "chain",
	  ALLOC COMES("2", "a", "blocked") "3 attach device=a domain=x old=x fresh=0 reason=fault ret=-EIO\n" LEAVES(
		  "4", "a", "identity") },
	{ "a device that goes while it is attached", "chain",
	  ALLOC COMES("2", "a", "blocked") "3 release instance=A device=a\n" },
	{ "a device that goes, and comes again", NULL,
	  ALLOC COMES("2", "a", "blocked")
		  LEAVES("3", "a", "x") "4 release instance=A device=a\n5 probe instance=A device=a ret=0\n" LEAVES(
			  "6", "a", "none") },
	{ "what was probed is on nothing", "chain",
	  "5 probe instance=A device=a ret=0\n" LEAVES("6", "a", "identity") },
	{ "two attaches of one group, and no detach", "owner",
	  ALLOC "1 alloc domain=y device=a instance=A ret=0\n" COMES(
		  "2", "a",
		  "blocked") "3 attach device=a domain=y old=x fresh=0 reason=- ret=0\n" },
	{ "attaches of two groups may overlap", NULL,
	  ALLOC BEGINS("2", "a", "x") BEGINS("3", "b", "x")
		  COMES("4", "a", "blocked") COMES("5", "b", "blocked") },
	{ "those of one group may not", "alone",
	  ALLOC BEGINS("2", "g1", "x") BEGINS("3", "g2", "x")
		  COMES("4", "g1", "blocked") COMES("5", "g2", "blocked") },
	{ "one after the other they may", NULL,
	  ALLOC BEGINS("2", "g1", "x") COMES("3", "g1", "blocked")
		  BEGINS("4", "g2", "x") COMES("5", "g2", "blocked") },
	{ "a detach in the middle of an attach", "alone",
	  ALLOC BEGINS("2", "g1", "x") LEAVES("3", "g1", "identity")
		  COMES("4", "g1", "blocked") },
	{ "the other device of the group in the middle of an attach", "alone",
	  ALLOC BEGINS("2", "g1", "x") COMES("3", "g2", "blocked") },
	{ "a domain freed with a device on it, as the module says", "lives",
	  ALLOC FREE("1") },
	{ "a domain freed with a device on it, as the journal shows", "lives",
	  ALLOC COMES("2", "a", "blocked") FREE("0") },
	{ "a domain freed twice", "lives",
	  ALLOC FREE("0") "91 free domain=x attached=0\n" },
	{ "an attach after the free", "lives",
	  ALLOC FREE("0") COMES("92", "a", "blocked") },
	{ "an attach that begins after the free", "lives",
	  ALLOC FREE("0") BEGINS("92", "a", "x") },
	{ "an attach to what was never made", "lives",
	  COMES("2", "a", "blocked") },
	{ "a domain of the same name is another one", NULL,
	  ALLOC FREE("0") "91 alloc domain=x device=a instance=A ret=0\n" COMES(
		  "92", "a", "blocked") },
	{ "an allocation that failed makes nothing", "lives",
	  "1 alloc domain=x device=a instance=A ret=-ENOMEM\n" COMES(
		  "2", "a", "blocked") },
	{ "a device that is not where it was told to be", "lists",
	  ALLOC COMES("2", "a", "blocked") "!at a blocked\n" },
	{ "a device that is on no list", "lists",
	  ALLOC COMES("2", "a", "blocked") "!at a x\n" },
	{ "a device that is still on a list", "lists",
	  ALLOC COMES("2", "a", "blocked")
		  LEAVES("3", "a", "x") "!at a blocked\n!list x a\n" },
	{ "a device that nobody let in", "lists", ALLOC "!list x b\n" },
	{ "documented answers", NULL,
	  "!did 0 0 attach x a 0 1 2 EBUSY\n!did 1 0 attach x a 0 1 2 0\n"
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-1\n" },
	{ "an errno that is not documented", "answers",
	  "!did 0 1 detach x a 0 1 2 EPERM\n" },
	{ "a success that cannot be", "answers",
	  "!did 0 1 free x - 0 1 5 0\n2 call op=del_domain object=x arg=- ret=0\n" },
	{ "an operation that was not to be done", "answers",
	  "!did 0 1 claim - a 0 1 2 EBUSY\n" },
	{ "calls of several threads, each in its own order", NULL,
	  "2 call op=map object=x arg=m ret=0 by=1:race-1\n"
	  "3 call op=map object=x arg=n ret=0 by=1:race-0\n"
	  "7 call op=unmap object=x arg=0x1000 ret=0 by=1:race-1\n"
	  "!did 0 0 map x n 2000 1 4 0\n!did 1 0 map x m 1000 1 4 0\n"
	  "!did 1 0 unmap x m 1000 6 8 0\n" },
	{ "a success that the journal has not", "told",
	  "!did 0 0 map x n 2000 1 4 0\n" },
	{ "a call that the thread knows nothing of", "told",
	  "3 call op=map object=x arg=n ret=0\n" },
	{ "another answer than the journal has", "told",
	  "!did 0 0 map x n 2000 1 4 0\n3 call op=map object=x arg=n ret=-EIO\n" },
	{ "a call that was made at another time", "told",
	  "!did 0 0 map x n 2000 1 4 0\n5 call op=map object=x arg=n ret=0\n" },
	{ "refused before it came to a call", NULL,
	  "!did 0 0 detach x a 0 1 4 EINVAL\n" },
	{ "two rivals who both win", "rivals",
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-0\n"
	  "3 call op=attach_group object=y arg=a ret=0 by=1:race-1\n"
	  "!did 0 1 attach x a 0 1 4 0\n!did 1 1 attach y a 0 1 4 0\n" },
	{ "two rivals who both lose", "rivals",
	  "!did 0 1 attach x a 0 1 4 EBUSY\n!did 1 1 attach y a 0 1 4 EBUSY\n" },
	{ "the next round is another one", NULL,
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-0\n"
	  "6 call op=attach_group object=y arg=a ret=0 by=1:race-1\n"
	  "!did 0 1 attach x a 0 1 4 0\n!did 1 2 attach y a 0 5 8 0\n" },

#define MAPPED "!did main 0 map x m 1000 1 2 0\n"
#define THERE "!did main 0 attach x a 0 3 4 0\n"
#define READS(begin, end, answer) \
	"!did 2 0 read - a 1000 " begin " " end " " answer "\n"
#define UNMAP(begin, end)                                   \
	"!did 1 0 unmap x m 1000 " begin " " end " 0\n" end \
	" call op=unmap object=x arg=0x1000 ret=0 by=1:race-1\n"

	{ "mapped and attached is reached", NULL,
	  MAPPED THERE READS("5", "6", "0") },
	{ "mapped and attached is not reached", "memory",
	  MAPPED THERE READS("5", "6", "not-mapped") },
	{ "attached, and said to be blocked", "memory",
	  MAPPED THERE READS("5", "6", "blocked") },
	{ "reached before it is mapped", "memory", THERE READS("5", "6", "0") },
	{ "not attached is blocked", NULL, MAPPED READS("5", "6", "blocked") },
	{ "not attached, and reached", "memory", MAPPED READS("5", "6", "0") },
	{ "reached after the unmap", "memory",
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "0") },
	{ "stale after the unmap", "memory",
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "stale") },
	{ "gone after the unmap", NULL,
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "not-mapped") },
	{ "reached during the unmap", NULL,
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "0") },
	{ "gone during the unmap", NULL,
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "not-mapped") },
	{ "stale is never right", "memory",
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "stale") },
	{ "another page does not count", "memory",
	  MAPPED THERE
	  "!did main 0 unmap x m 2000 5 6 0\n" READS("7", "8", "not-mapped") },
	{ "a refused detach does not count", "memory",
	  MAPPED THERE
	  "!did 1 0 detach x a 0 5 6 EINVAL\n" READS("7", "8", "blocked") },
#define ON(ns, dev, inst)                          \
	ns " attach instance=" inst " device=" dev \
	   " domain=x old=blocked fresh=0 reason=- ret=0\n"
#define TOLD(ns, inst, iova, lost)                                         \
	ns " invalidate instance=" inst " domain=x scope=range iova=" iova \
	   " size=0x1000 lost=" lost "\n"
#define BOTH                                            \
	ALLOC ON("3", "a", "A") ON("3", "b", "B") THERE \
		"!did main 0 attach x b 0 3 4 0\n"
	{ "an unmap tells both instances", NULL,
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x1000", "0")
		  UNMAP("5", "8") },
	{ "an unmap tells one of two", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") UNMAP("5", "8") },
	{ "an unmap tells them of another page", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x2000", "0")
		  UNMAP("5", "8") },
	{ "what an unmap tells is lost", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x1000", "1")
		  UNMAP("5", "8") },
	{ "an unmap tells too late", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("9", "B", "0x1000", "0")
		  UNMAP("5", "8") },
	{ "who leaves meanwhile need not be told", NULL,
	  BOTH TOLD("6", "A", "0x1000", "0") UNMAP(
		  "5",
		  "8") "!did 2 0 detach x b 0 7 9 0\n"
		       "8 call op=detach_group object=x arg=b ret=0 by=1:race-2\n" },
	{ "who is on another domain need not be told", NULL,
	  ALLOC ON("3", "a", "A") THERE "!did main 0 attach y b 0 3 4 0\n" TOLD(
		  "6", "A", "0x1000", "0") UNMAP("5", "8") },
	{ "unmapped while another maps: nobody knows", NULL,
	  MAPPED THERE "!did main 0 map x m 1000 5 9 0\n" UNMAP("6", "8")
		  READS("10", "11", "not-mapped") },
};

static void check_by_hand(const struct by_hand *c)
{
	struct made *m = make(c->history);
	bool good = true;

	for (const struct invariant *i = invariants; i->name; i++) {
		autobuf struct buf why = { 0 };
		bool holds = i->holds(&m->h, &why);
		bool breaks = c->breaks && !strcmp(c->breaks, i->name);

		/* Who breaks one thing may well break another with it. */
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

		for (unsigned int k = 0; k < ARRAY_SIZE(by_hand); k++)
			n += by_hand[k].breaks &&
			     !strcmp(by_hand[k].breaks, i->name);
		ok(n, what);
	}
}

/* --- plans --- */

/* Nothing is run here. */
void race_run(struct runner *r, const struct race_def *def)
{
	(void)r;
	(void)def;
}

static void plan_of(const struct special *s, uint32_t seed, struct race_plan *p)
{
	struct rng rng = rng_of(seed, s->name);

	race_make_plan(s->race, p, &rng);
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

/* Who waits at a gate that another does not have waits for ever. */
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
		bad += !is_sound(s->race, &a);
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
	for (unsigned int i = 0; i < ARRAY_SIZE(by_hand); i++)
		check_by_hand(&by_hand[i]);
	every_invariant_breaks();
	draws();
	for (const struct special *s = mx_races; s->topo; s++)
		plans(s);
	printf("1..%d\n", number);
	return failures != 0;
}
