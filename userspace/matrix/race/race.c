// SPDX-License-Identifier: GPL-2.0-only
/* Runs a race, and checks its result; see race.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/race/race.h"

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static struct timespec deadline(unsigned int ms)
{
	uint64_t ns = now_ns() + ms * 1000000ULL;

	return (struct timespec){ (time_t)(ns / 1000000000ULL),
				  (long)(ns % 1000000000ULL) };
}

/* --- operations --- */

static int read_dma(struct racer *who, const struct race_step *s,
		    enum dma_reason *reason)
{
	autofree char *request = xprintf("read 0x%" PRIx64 " 16", s->iova);
	autobuf struct buf line = { 0 };
	struct dma_status st;
	int fd = dma_start(&who->ctx, s->object, request), err;

	if (fd < 0)
		return fd;
	err = dma_wait(&who->ctx, fd, RACE_WAIT_MS, &st, &line);
	close(fd);
	*reason = st.reason;
	return err ? err : st.ret;
}

static int place(struct racer *who, const char *device)
{
	const struct m_device *dev =
		who->race->bound ? model_device(who->race->bound, device) :
				   NULL;

	/* No other thread writes this pattern. */
	return container_place(&who->container, &who->ctx, dev,
			       0xace0000000000000ULL + who->thread);
}

static int operate(struct racer *who, const struct race_step *s,
		   enum dma_reason *reason)
{
	struct ctx *ctx = &who->ctx;

	switch (s->op) {
	case RACE_ATTACH:
		return topo_attach_group(ctx, s->domain, s->object,
					 ATTACH_CLAIM);
	case RACE_DETACH:
		return topo_detach_group(ctx, s->domain, s->object);
	case RACE_ALLOC:
		return topo_add_domain(ctx, s->domain, s->object);
	case RACE_FREE:
		return topo_del(ctx, M_DOMAIN, s->domain);
	case RACE_MAP:
		return topo_map_part(ctx, s->domain, s->iova, s->object,
				     s->iova - MX_IOVA, RACE_PAGE, "rw");
	case RACE_UNMAP:
		return topo_unmap(ctx, s->domain, s->iova, RACE_PAGE);
	case RACE_CLAIM:
		return topo_claim(ctx, s->object, true);
	case RACE_ADD:
		return topo_add_device(ctx, s->object, s->domain, NULL);
	case RACE_REMOVE:
		return topo_del(ctx, M_DEVICE, s->object);
	case RACE_READ:
		return read_dma(who, s, reason);
	case RACE_PLACE:
		return place(who, s->object);
	case RACE_LEAVE:
		return container_leave(&who->container);
	case RACE_GATE:
	case RACE_OP_N:
		break;
	}
	return -ENOSYS;
}

static int act(struct racer *who, const struct race_step *s)
{
	struct race_done *d = &who->done[who->n_done++];

	*d = (struct race_done){
		.thread = who->thread,
		.round = who->round,
		.op = s->op,
		.domain = s->domain,
		.object = s->object,
		.iova = s->iova,
		.reason = DMA_FINE,
	};
	d->begin = now_ns();
	d->ret = operate(who, s, &d->reason);
	d->end = now_ns();
	return d->ret;
}

/* --- threads --- */

/* Waits until all threads have come, or the time is over; under the lock. */
static void wait_at_gate(struct race *race)
{
	struct timespec until = deadline(RACE_WAIT_MS);
	unsigned int mine = race->gates;

	if (++race->waiting == race->plan.threads) {
		race->waiting = 0;
		race->gates++;
		pthread_cond_broadcast(&race->moved);
	}
	while (race->gates == mine && !race->over)
		if (pthread_cond_timedwait(&race->moved, &race->lock, &until))
			race->over = true;
	if (race->over)
		pthread_cond_broadcast(&race->moved);
}

/* The next step, or NULL; past gates. */
static const struct race_step *next_step(struct racer *who)
{
	struct race *race = who->race;
	const struct race_step *steps = race->plan.v[who->thread];
	unsigned int n = race->plan.n[who->thread];
	const struct race_step *next = NULL;

	pthread_mutex_lock(&race->lock);
	while (who->at < n && steps[who->at].op == RACE_GATE && !race->over) {
		wait_at_gate(race);
		who->round++;
		who->at++;
	}
	if (who->at < n && !race->over)
		next = &steps[who->at];
	pthread_mutex_unlock(&race->lock);
	return next;
}

static void *thread_main(void *arg)
{
	struct racer *who = arg;
	struct race *race = who->race;
	const struct race_step *s;

	mem_none = who->none;
	while ((s = next_step(who))) {
		if (s->pause_us)
			usleep(s->pause_us);
		act(who, s);
		pthread_mutex_lock(&race->lock);
		who->at++;
		pthread_mutex_unlock(&race->lock);
	}
	pthread_mutex_lock(&race->lock);
	race->running--;
	pthread_cond_broadcast(&race->moved);
	pthread_mutex_unlock(&race->lock);
	return NULL;
}

static int create(struct racer *who)
{
	char name[16];
	int err;

	who->none = mem_none;
	err = pthread_create(&who->id, NULL, thread_main, who);

	if (err)
		return err;
	snprintf(name, sizeof(name), RACE_COMM, who->thread);
	return pthread_setname_np(who->id, name);
}

/* Names the threads that have not come back. Under the lock. */
static void say_stuck(struct race *race)
{
	for (unsigned int t = 0; t < race->plan.threads; t++) {
		const struct racer *who = &race->racers[t];
		const struct race_step *s = &race->plan.v[t][who->at];

		if (who->at < race->plan.n[t])
			trial_wrong(
				&race->r->trial,
				RACE_COMM
				" did not get beyond step %u (%s %s %s) in time",
				t, who->at, race_op_words[s->op],
				s->object ? s->object : "-",
				s->domain ? s->domain : "-");
	}
}

/*
 * True if all threads have ended. Otherwise a thread still uses the race, which
 * must not be freed.
 */
static bool wait_for_end(struct race *race)
{
	struct timespec until = deadline(3 * RACE_WAIT_MS);
	bool ended;
	int err = 0;

	pthread_mutex_lock(&race->lock);
	while (race->running && !err)
		err = pthread_cond_timedwait(&race->moved, &race->lock, &until);
	ended = !race->running;
	if (!ended || race->over)
		say_stuck(race);
	race->over = true;
	pthread_mutex_unlock(&race->lock);
	for (unsigned int t = 0; ended && t < race->plan.threads; t++)
		pthread_join(race->racers[t].id, NULL);
	return ended;
}

/* The names are set before anything happens: the gate is closed. */
static bool run_threads(struct race *race)
{
	pthread_mutex_lock(&race->lock);
	race->running = race->plan.threads;
	for (unsigned int t = 0; t < race->plan.threads; t++) {
		int err = create(&race->racers[t]);

		if (!err)
			continue;
		/*
		 * The threads that did not start: no other thread waits for
		 * them.
		 */
		race->over = true;
		race->running -= race->plan.threads - t;
		race->plan.threads = t;
		trial_wrong(&race->r->trial, "a thread cannot be started: %s",
			    errno_name(err));
	}
	pthread_mutex_unlock(&race->lock);
	return wait_for_end(race);
}

/* --- before and after --- */

static struct race *race_new(struct runner *r, const struct race_def *def)
{
	struct race *race = xalloc(sizeof(*race));
	pthread_condattr_t attr;

	race->r = r;
	race->def = def;
	race->main.race = race;
	race->main.ctx = *r->target.ctx;
	race->main.thread = RACE_MAIN;
	pthread_mutex_init(&race->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&race->moved, &attr);
	pthread_condattr_destroy(&attr);
	return race;
}

static void race_free(struct race *race)
{
	for (unsigned int t = 0; t < RACE_THREADS; t++) {
		container_leave(&race->racers[t].container);
		knobs_close(&race->racers[t].ctx);
	}
	pthread_cond_destroy(&race->moved);
	pthread_mutex_destroy(&race->lock);
	free(race);
}

static bool open_racers(struct race *race)
{
	for (unsigned int t = 0; t < race->plan.threads; t++) {
		struct racer *who = &race->racers[t];

		who->race = race;
		who->thread = t;
		who->ctx = *race->r->target.ctx;
		who->ctx.say = NULL;
		who->ctx.knobs = NULL;
		if (knobs_open(&who->ctx)) {
			trial_wrong(&race->r->trial,
				    "a thread cannot open the module's files");
			return false;
		}
	}
	return true;
}

/* Long where the kernel sleeps, short where it spins. */
static void widen(struct race *race, struct rng *rng)
{
	static const struct {
		const char *point;
		unsigned int max_us;
	} faults[] = {
		{ "probe", 3000 }, { "alloc", 3000 },	  { "attach", 3000 },
		{ "map", 200 },	   { "invalidate", 900 },
	};
	const struct topo *topo = race->r->built.topo;

	for (int i = 0; i < MX_INSTS && topo->insts[i].name; i++) {
		for (unsigned int f = 0; f < ARRAY_SIZE(faults); f++) {
			autofree char *text = xprintf(
				"%s errno=0 delay_us=%u", faults[f].point,
				1 + rng_below(rng, faults[f].max_us));

			setup_knob(race->r, topo->insts[i].name, "faults",
				   text);
		}
	}
}

static bool prepare(struct race *race)
{
	struct runner *r = race->r;

	if (race->def->vfio)
		race->bound = race_vfio_begin(r->target.ctx, &r->trial);
	for (const struct race_step *s = race->def->before; s->op != RACE_OP_N;
	     s++) {
		int err = act(&race->main, s);

		if (err)
			trial_wrong(&r->trial, "before the race: %s %s %s: %s",
				    race_op_words[s->op],
				    s->object ? s->object : "-",
				    s->domain ? s->domain : "-",
				    errno_name(err));
	}
	return !r->trial.failed && open_racers(race);
}

/* Some steps may be undone already; check_after() sees what is left. */
static void clear_up(struct race *race)
{
	for (const struct race_step *s = race->def->after; s->op != RACE_OP_N;
	     s++)
		operate(&race->main, s, &(enum dma_reason){ DMA_FINE });
	for (unsigned int t = 0; t < race->plan.threads; t++)
		container_leave(&race->racers[t].container);
	if (race->def->vfio)
		race_vfio_end(race->r->target.ctx, &race->r->trial,
			      race->bound);
	race->r->trial.dirty |= race->def->rebuild;
}

const char *race_missing(const struct ctx *ctx, const struct special *s)
{
	const struct race_def *def = s->of;

	return def->vfio && !real_vfio(ctx) ? s->skip : NULL;
}

void race_run(struct runner *r)
{
	const struct race_def *def = r->trial.cell->special->of;
	autofree char *id = cell_id(r->trial.cell);
	struct rng rng = rng_of(r->options.seed, id);
	struct race *race = race_new(r, def);

	race_make_plan(def, &race->plan, &rng);
	widen(race, &rng);
	if (prepare(race)) {
		if (!run_threads(race)) {
			/* It may still use everything: leave it alone. */
			r->target.stuck = r->trial.dirty = true;
			return;
		}
		race_check(race);
	}
	clear_up(race);
	race_free(race);
}

void race_evidence(struct runner *r)
{
	autofree char *id = cell_id(r->trial.cell);

	buf_printf(&r->trial.why,
		   "again: %s matrix --seed %" PRIu32 " --filter '%s'\n",
		   PROGRAM, r->options.seed, id);
}
