// SPDX-License-Identifier: GPL-2.0-only
/*
 * The races: the operations of each thread, and the answers that it can get.
 * The answers hold for every order of the threads; invariants.c contains what
 * else must hold.
 */
#include <errno.h>

#include "matrix/race/race.h"

#define DOM_A "mx-a"
#define DOM_B "mx-b"
#define ROUNDS 8

static const char *const domains[] = { DOM_A, DOM_B, "mx-c" };

#define END                     \
	{                       \
		.op = RACE_OP_N \
	}
#define STEPS(...) ((const struct race_step[]){ __VA_ARGS__, END })
#define ANSWERS(...) ((const struct race_answers[]){ __VA_ARGS__, END })

/* --- groups on one domain, or on several --- */

/* Each thread moves a group of its own between the same two domains. */
static void attach_attach(const struct race_def *def, struct race_plan *p,
			  struct rng *rng)
{
	static const char *const groups[] = { "a", "b" };

	plan_gate(p);
	for (unsigned int t = 0; t < def->threads; t++) {
		for (unsigned int i = 0; i < 2 * ROUNDS; i++) {
			const char *domain = domains[rng_below(rng, 2)];

			plan_add(p, t, RACE_ATTACH, domain, groups[t], 0);
			plan_add(p, t, RACE_DETACH, domain, groups[t], 0);
		}
	}
}

static const struct race_def def_attach_attach = {
	.threads = 2,
	.plan = attach_attach,
	.before = STEPS({ RACE_ALLOC, DOM_A, "a", 0, 0 },
			{ RACE_ALLOC, DOM_B, "b", 0, 0 }),
	.after = STEPS({ RACE_FREE, DOM_A, NULL, 0, 0 },
		       { RACE_FREE, DOM_B, NULL, 0, 0 }),
	.answers = ANSWERS({ RACE_ATTACH, { 0 } }, { RACE_DETACH, { 0 } }),
};

/*
 * One group, and a domain for each thread: one thread gets the group, the
 * others get EBUSY.
 */
static void one_group(const struct race_def *def, struct race_plan *p,
		      struct rng *rng)
{
	for (unsigned int i = 0; i < 2 * ROUNDS; i++) {
		unsigned int first = rng_below(rng, def->threads);

		plan_gate(p);
		for (unsigned int t = 0; t < def->threads; t++)
			plan_add(p, t, RACE_ATTACH,
				 domains[(first + t) % def->threads],
				 def->object, 0);
		plan_gate(p);
		for (unsigned int t = 0; t < def->threads; t++)
			plan_add(p, t, RACE_DETACH,
				 domains[(first + t) % def->threads],
				 def->object, 0);
	}
}

#define ONE_GROUP(group, device)                               \
	.threads = 3, .object = group, .plan = one_group,      \
	.before = STEPS({ RACE_ALLOC, DOM_A, device, 0, 0 },   \
			{ RACE_ALLOC, DOM_B, device, 0, 0 },   \
			{ RACE_ALLOC, "mx-c", device, 0, 0 }), \
	.after = STEPS({ RACE_FREE, DOM_A, NULL, 0, 0 },       \
		       { RACE_FREE, DOM_B, NULL, 0, 0 },       \
		       { RACE_FREE, "mx-c", NULL, 0, 0 }),     \
	.answers = ANSWERS({ RACE_ATTACH, { 0, EBUSY } },      \
			   { RACE_DETACH, { 0, EINVAL } }),    \
	.rivals = true

static const struct race_def def_one_group = { ONE_GROUP("a1", "a1") };
static const struct race_def def_group_of_two = { ONE_GROUP("g", "g1") };

/*
 * One thread attaches what another detaches; a third thread attaches and
 * detaches its own device beside them.
 */
static void attach_detach(const struct race_def *def, struct race_plan *p,
			  struct rng *rng)
{
	(void)def;
	plan_gate(p);
	for (unsigned int i = 0; i < 3 * ROUNDS; i++) {
		const char *domain = domains[rng_below(rng, 2)];

		plan_add(p, 0, RACE_ATTACH, domains[rng_below(rng, 2)], "a", 0);
		plan_add(p, 1, RACE_DETACH, domains[rng_below(rng, 2)], "a", 0);
		plan_add(p, 2, RACE_ATTACH, domain, "b", 0);
		plan_add(p, 2, RACE_DETACH, domain, "b", 0);
	}
}

static const struct race_def def_attach_detach = {
	.threads = 3,
	.plan = attach_detach,
	.before = STEPS({ RACE_ALLOC, DOM_A, "a", 0, 0 },
			{ RACE_ALLOC, DOM_B, "b", 0, 0 }),
	.after = STEPS({ RACE_DETACH, DOM_A, "a", 0, 0 },
		       { RACE_DETACH, DOM_B, "a", 0, 0 },
		       { RACE_FREE, DOM_A, NULL, 0, 0 },
		       { RACE_FREE, DOM_B, NULL, 0, 0 }),
	.answers = ANSWERS({ RACE_ATTACH, { 0, EBUSY } },
			   { RACE_DETACH, { 0, EINVAL } }),
};

/* --- what is attached to, or what is attached, goes --- */

static void come_and_go(struct race_plan *p, unsigned int thread,
			const char *group)
{
	plan_add(p, thread, RACE_ATTACH, DOM_A, group, 0);
	plan_add(p, thread, RACE_DETACH, DOM_A, group, 0);
}

/* The domain is freed, and made anew, while two groups want to be on it. */
static void attach_free(const struct race_def *def, struct race_plan *p,
			struct rng *rng)
{
	(void)def;
	plan_gate(p);
	for (unsigned int i = 0; i < 2 * ROUNDS; i++) {
		come_and_go(p, 0, "a");
		come_and_go(p, 1, "b");
		plan_add(p, 2, RACE_FREE, DOM_A, NULL, 0);
		plan_add(p, 2, RACE_ALLOC, DOM_A, rng_below(rng, 2) ? "a" : "b",
			 0);
	}
}

/* Its file is not there, is closed already, or it is about to go. */
#define GONE ENOENT, ENODEV, EIO

static const struct race_def def_attach_free = {
	.threads = 3,
	.plan = attach_free,
	.before = STEPS({ RACE_ALLOC, DOM_A, "a", 0, 0 }),
	.after = STEPS({ RACE_FREE, DOM_A, NULL, 0, 0 }),
	.answers = ANSWERS({ RACE_ATTACH, { 0, GONE } },
			   { RACE_DETACH, { 0, EINVAL, GONE } },
			   { RACE_FREE, { 0, EBUSY, GONE } },
			   { RACE_ALLOC, { 0, EEXIST } }),
};

/* The device is removed, and made anew, while its group wants to be attached. */
static void attach_remove(const struct race_def *def, struct race_plan *p,
			  struct rng *rng)
{
	(void)def;
	plan_gate(p);
	for (unsigned int i = 0; i < 2 * ROUNDS; i++) {
		come_and_go(p, 0, "b");
		if (rng_below(rng, 2))
			come_and_go(p, 0, "b");
		plan_add(p, 1, RACE_REMOVE, NULL, "b", 0);
		plan_add(p, 1, RACE_ADD, "B", "b", 0);
		come_and_go(p, 2, "a");
	}
}

static const struct race_def def_attach_remove = {
	.threads = 3,
	.plan = attach_remove,
	.before = STEPS({ RACE_ALLOC, DOM_A, "a", 0, 0 }),
	.after = STEPS({ RACE_DETACH, DOM_A, "b", 0, 0 },
		       { RACE_FREE, DOM_A, NULL, 0, 0 }),
	.answers = ANSWERS({ RACE_ATTACH, { 0, GONE } },
			   { RACE_DETACH, { 0, EINVAL, GONE } },
			   { RACE_REMOVE, { 0, EBUSY, GONE } },
			   { RACE_ADD, { 0, EEXIST } }),
	.rebuild = true,
};

/* --- memory --- */

#define FIXED RACE_IOVA(3) /* mapped all the time */

/*
 * A page comes while b is being attached, and goes while b leaves, or stays.
 * Device a is there before, and c reads what is always mapped.
 */
static void map_attach(const struct race_def *def, struct race_plan *p,
		       struct rng *rng)
{
	(void)def;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		uint64_t iova = RACE_IOVA(rng_below(rng, 3));
		bool stays = rng_below(rng, 2);

		plan_gate(p);
		plan_add(p, 0, RACE_MAP, DOM_A, MX_BUFFER, iova);
		plan_add(p, 1, RACE_ATTACH, DOM_A, "b", 0);
		plan_add(p, 2, RACE_READ, NULL, "c", FIXED);
		plan_gate(p);
		plan_add(p, 0, RACE_READ, NULL, "a", iova);
		plan_add(p, 1, RACE_READ, NULL, "b", iova);
		plan_gate(p);
		plan_add(p, 0, RACE_UNMAP, DOM_A, MX_BUFFER, iova);
		if (!stays)
			plan_add(p, 1, RACE_DETACH, DOM_A, "b", 0);
		plan_add(p, 1, RACE_READ, NULL, "b", iova);
		plan_add(p, 2, RACE_READ, NULL, "c", FIXED);
		plan_gate(p);
		plan_add(p, 0, RACE_READ, NULL, "a", iova);
		plan_add(p, 1, RACE_READ, NULL, "b", iova);
		plan_gate(p);
		if (stays)
			plan_add(p, 1, RACE_DETACH, DOM_A, "b", 0);
	}
}

static const struct race_def def_map_attach = {
	.threads = 3,
	.plan = map_attach,
	.before = STEPS({ RACE_ALLOC, DOM_A, "a", 0, 0 },
			{ RACE_ATTACH, DOM_A, "a", 0, 0 },
			{ RACE_ATTACH, DOM_A, "c", 0, 0 },
			{ RACE_MAP, DOM_A, MX_BUFFER, FIXED, 0 }),
	.after = STEPS({ RACE_DETACH, DOM_A, "a", 0, 0 },
		       { RACE_DETACH, DOM_A, "b", 0, 0 },
		       { RACE_DETACH, DOM_A, "c", 0, 0 },
		       { RACE_FREE, DOM_A, NULL, 0, 0 }),
	.answers = ANSWERS({ RACE_MAP, { 0 } }, { RACE_UNMAP, { 0 } },
			   { RACE_ATTACH, { 0 } }, { RACE_DETACH, { 0 } },
			   { RACE_READ, { 0, EFAULT } }),
};

/* --- VFIO --- */

/*
 * Each thread has a container, and puts a group into it: the same group as
 * other threads or another, as drawn. A container is closed at once, with all
 * its contents.
 */
static void containers(const struct race_def *def, struct race_plan *p,
		       struct rng *rng)
{
	for (unsigned int i = 0; i < ROUNDS / 2; i++) {
		plan_gate(p);
		for (unsigned int t = 0; t < def->threads; t++)
			plan_add(p, t, RACE_PLACE, NULL,
				 rng_below(rng, 2) ? "a" : "b", 0);
		plan_gate(p);
		for (unsigned int t = 0; t < def->threads; t++)
			plan_add(p, t, RACE_LEAVE, NULL, NULL, 0);
	}
}

static const struct race_def def_containers = {
	.threads = 2,
	.plan = containers,
	.before = (const struct race_step[]){ END },
	.after = (const struct race_step[]){ END },
	.answers = ANSWERS({ RACE_PLACE, { 0, EBUSY } },
			   { RACE_LEAVE, { 0, EINVAL } }),
	.rivals = true,
	.vfio = true,
};

#define CELL(t, n, e, d, more)                                           \
	.topo = t, .name = "race-" n, .errnos = e, .disturb = "-+delay", \
	.run = race_run, .of = d, .missing = race_missing,               \
	.evidence = race_evidence, .threads = true,                      \
	.rules = RULE(R1) | RULE(R8) | RULE(R12) | (more)

const struct special mx_races[] = {
	{ CELL("pair", "attach-attach", "-", &def_attach_attach, 0) },
	{ CELL("one", "one-group", "EBUSY", &def_one_group, 0) },
	{ CELL("g2r2", "one-group", "EBUSY", &def_group_of_two, 0) },
	{ CELL("pair", "attach-detach", "EBUSY", &def_attach_detach, 0) },
	{ CELL("pair", "attach-free", "EBUSY", &def_attach_free, 0) },
	{ CELL("pair", "attach-remove", "EBUSY", &def_attach_remove, 0) },
	{ CELL("trio", "map-attach", "-", &def_map_attach, RULE(R13)) },
	{ CELL("pci", "containers", "EBUSY", &def_containers, 0),
	  .skip = "there are no type1 containers of VFIO on this kernel" },
	{ 0 }
};
