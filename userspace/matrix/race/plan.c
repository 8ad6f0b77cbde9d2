// SPDX-License-Identifier: GPL-2.0-only
/* Makes the operations of each thread of a race from a seed; see race.h. */
#include <stdlib.h>

#include "matrix/race/race.h"

/* SplitMix64: small, and good enough for choosing. */
uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

unsigned int rng_below(struct rng *rng, unsigned int n)
{
	return (unsigned int)((rng_next(rng) >> 32) * n >> 32);
}

struct rng rng_of(uint32_t seed, const char *id)
{
	struct rng rng = { seed };

	for (; *id; id++)
		rng.state = rng_next(&rng) ^ (unsigned char)*id;
	return rng;
}

void plan_add(struct race_plan *p, unsigned int thread, enum race_op op,
	      const char *domain, const char *object, uint64_t iova)
{
	if (thread >= RACE_THREADS || p->n[thread] == RACE_STEPS)
		abort();
	p->v[thread][p->n[thread]++] =
		(struct race_step){ op, domain, object, iova, 0 };
}

void plan_gate(struct race_plan *p)
{
	for (unsigned int t = 0; t < p->threads; t++)
		plan_add(p, t, RACE_GATE, NULL, NULL, 0);
}

/* Half of the steps follow at once: then threads meet where it is narrow. */
static unsigned int draw_pause(struct rng *rng)
{
	return rng_below(rng, 2) ? 0 : 1 + rng_below(rng, RACE_MAX_PAUSE_US);
}

void race_make_plan(const struct race_def *def, struct race_plan *p,
		    struct rng *rng)
{
	*p = (struct race_plan){ .threads = def->threads };
	def->plan(def, p, rng);
	for (unsigned int t = 0; t < p->threads; t++)
		for (unsigned int i = 0; i < p->n[t]; i++)
			if (p->v[t][i].op != RACE_GATE)
				p->v[t][i].pause_us = draw_pause(rng);
}
