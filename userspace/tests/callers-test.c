// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pure parts of the callers, as TAP: the search for the fewest domains,
 * the counting of the journal, and the order in which candidates are tried.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "matrix/cells/special.h"
#include "tests/fake-core.h"
#include "tests/tap.h"

/* --- cover --- */

static unsigned int by_force(const uint64_t *sets, unsigned int n,
			     uint64_t universe)
{
	unsigned int best = n + 1;

	for (uint64_t mask = 0; mask < 1ULL << n; mask++) {
		uint64_t all = 0;

		for (unsigned int i = 0; i < n; i++)
			all |= (mask >> i & 1) ? sets[i] : 0;
		if (!(universe & ~all) &&
		    (unsigned int)__builtin_popcountll(mask) < best)
			best = (unsigned int)__builtin_popcountll(mask);
	}
	return best;
}

static uint64_t dice;

static uint64_t roll(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice;
}

static bool covers(const uint64_t *sets, unsigned int n, uint64_t universe,
		   const bool *chosen, int count)
{
	uint64_t all = 0;
	int used = 0;

	for (unsigned int i = 0; i < n; i++) {
		all |= chosen[i] ? sets[i] : 0;
		used += chosen[i];
	}
	return used == count && !(universe & ~all);
}

static void cover_random(void)
{
	unsigned int wrong = 0;

	dice = 88172645463325252ULL;
	for (int round = 0; round < 400; round++) {
		unsigned int n = 1 + (unsigned int)(roll() % 12);
		uint64_t sets[16], universe = (1ULL << n) - 1;
		bool chosen[16];
		int count;

		for (unsigned int i = 0; i < n; i++)
			sets[i] = (roll() & roll() & universe) | 1ULL << i;
		count = cover_min(sets, n, universe, chosen);
		if (count != (int)by_force(sets, n, universe) ||
		    !covers(sets, n, universe, chosen, count))
			wrong++;
	}
	ok(!wrong, "the search agrees with trying all subsets, 400 times");
}

static void cover_edges(void)
{
	uint64_t ladder[40], alone[40], none[1] = { 0 }, greedy[5];
	bool chosen[40];

	for (unsigned int i = 0; i < 40; i++) {
		ladder[i] = (1ULL << (i + 1)) - 1;
		alone[i] = 1ULL << i;
	}
	ok(cover_min(ladder, 40, (1ULL << 40) - 1, chosen) == 1 && chosen[39],
	   "of 40, one domain that suits all");
	ok(cover_min(alone, 40, (1ULL << 40) - 1, chosen) == 40,
	   "of 40, none that suits another");
	ok(cover_min(alone, 40, 0, chosen) == 0,
	   "no group to place needs no domain");
	ok(cover_min(none, 1, 1, chosen) == -1,
	   "a group that no domain takes: no answer");
	/* the largest set first gives three */
	greedy[0] = 0x0f;
	greedy[1] = 0x33;
	greedy[2] = 0xcc;
	greedy[3] = 0x3c;
	greedy[4] = 0x40;
	ok(cover_min(greedy, 5, 0xff, chosen) == 2 && chosen[1] && chosen[2],
	   "two, where taking the first large one needs three");
}

/* Sixteen and more groups, in no time: rings, where bounds are weak. */
static void cover_large(void)
{
	uint64_t sets[24];
	bool chosen[24];

	for (unsigned int i = 0; i < 24; i++)
		sets[i] = 1ULL << i | 1ULL << (i + 1) % 24 |
			  1ULL << (i + 2) % 24;
	ok(cover_min(sets, 24, (1ULL << 24) - 1, chosen) == 8,
	   "a ring of 24 by threes");
	ok(covers(sets, 24, (1ULL << 24) - 1, chosen, 8), "and it is a cover");
}

/* --- tally --- */

static void feed(struct tally *t, enum event_type kind, const char *device,
		 const char *domain, const char *reason, int fresh, int ret)
{
	struct event ev = { .kind = kind,
			    .device = device,
			    .domain = domain,
			    .reason = reason,
			    .fresh = fresh,
			    .ret = ret };

	tally_event(t, &ev);
}

static void call(struct tally *t, const char *op, int ret)
{
	struct event ev = {
		.kind = EV_CALL, .op = op, .object = "d", .arg = "g", .ret = ret
	};

	tally_event(t, &ev);
}

/* A table of a guest on the stage 2 "s", which the driver makes or refuses. */
static void table(struct tally *t, int ret)
{
	struct event ev = { .kind = EV_ALLOC,
			    .device = "g2",
			    .parent = "s",
			    .reason = ret ? "ias" : NULL,
			    .ret = ret };

	tally_event(t, &ev);
}

static void tallies(void)
{
	static struct tally t;

	tally_clear(&t);
	feed(&t, EV_ATTACH, "g1", "d", NULL, 0, 0);
	feed(&t, EV_ATTACH, "g2", "d", "format", 0, -EINVAL);
	feed(&t, EV_ATTACH, "g1", "blocked", NULL, -1, 0);
	call(&t, "attach_group", -EINVAL);
	ok(t.attaches == 3 && t.refused == 1 && t.n_refusals == 1,
	   "callbacks and refusals");
	ok(!strcmp(t.refusals[0].device, "g2") &&
		   !strcmp(t.refusals[0].group, "g") &&
		   !strcmp(t.refusals[0].reason, "format") &&
		   t.refusals[0].err == -EINVAL,
	   "a refusal has device, group, reason and errno");
	ok(!t.hard_fresh, "an existing domain may say EINVAL");
	call(&t, "attach_group", -EINVAL);
	ok(t.core_refused == 1 && !strcmp(t.refusals[1].reason, "core"),
	   "a refusal without a callback is the core's");
	feed(&t, EV_ATTACH, "g1", "d", "fresh", 1, -EINVAL);
	call(&t, "attach_group", -EINVAL);
	ok(t.hard_fresh == 1, "a fresh domain may not (R4)");
	feed(&t, EV_ATTACH, "g1", "d", "foreign", 0, -EINVAL);
	ok(t.foreign == 1, "a foreign domain is noticed (R5)");
	feed(&t, EV_ATTACH, "g1", "d", "fault", 0, -ENOMEM);
	call(&t, "detach_group", 0);
	ok(t.n_refusals == 3, "only attaches are refused");
	feed(&t, EV_ATTACH, "g2", "d", "format", 0, -EINVAL);
	feed(&t, EV_ATTACH, "g1", "blocked", "fault", 0, -ENOMEM);
	call(&t, "attach_group", -EINVAL);
	ok(t.n_refusals == 4 && !strcmp(t.refusals[3].device, "g2") &&
		   t.refusals[3].err == -EINVAL,
	   "the refusal is the first one, not one of the unwind");

	tally_clear(&t);
	t.direct = true;
	feed(&t, EV_ATTACH, "g1", "d", "ias", 0, -EINVAL);
	feed(&t, EV_ATTACH, "g1", "e", "fault", 0, -ENOMEM);
	ok(t.n_refusals == 2 && t.refusals[1].err == -ENOMEM,
	   "where no calls are logged, each refusal counts at once");
	table(&t, 0);
	table(&t, -EINVAL);
	ok(t.refused == 3 && t.n_refusals == 3 && t.attaches == 2 &&
		   !strcmp(t.refusals[2].domain, "s") &&
		   !strcmp(t.refusals[2].reason, "ias"),
	   "a table of a guest that is refused is a refusal of its stage 2");
	tally_clear(&t);
	ok(!t.direct, "and is asked for each time");
}

/* --- the books about domains of others --- */

static void known(void)
{
	static struct run run;
	static struct fake f;

	run_init(&run, &fake_ops, &f, FAM_ATTACH_OLD, "t-");
	ok(run_known(&run, "d7") == 0 && run_known(&run, "d9") == 1 &&
		   run_known(&run, "d7") == 0 && run.n_domains == 2,
	   "a domain is known by its name, once");
}

/* --- as many groups as there can be --- */

/* The group for which each domain was made, by the number in its name. */
static char makers[RUN_DOMAINS + 1][MOCK_NAME_LEN];

/* Domains that were made and not freed. */
static unsigned int made;

static char *maker_of(const char *domain)
{
	return makers[atoi(domain + strlen("t-"))];
}

static int no_error(void *k, const char *name)
{
	(void)k;
	(void)name;
	return 0;
}

static int make_for(void *k, const char *domain, const char *device)
{
	(void)k;
	snprintf(maker_of(domain), MOCK_NAME_LEN, "%s", device);
	made++;
	return 0;
}

static int unmake(void *k, const char *domain)
{
	(void)k;
	(void)domain;
	made--;
	return 0;
}

static int only_its_own(void *k, const char *domain, const char *group)
{
	(void)k;
	return strcmp(maker_of(domain), group) ? -EINVAL : 0;
}

static int leave(void *k, const char *domain, const char *group)
{
	(void)k;
	(void)domain;
	(void)group;
	return 0;
}

/*
 * The best caller tries each group on a domain of each other one, and where the
 * core undoes nothing it needs one more domain each time: far more than it has
 * room for at once.
 */
static void many(void)
{
	static const struct kernel_ops ops = {
		.claim = no_error,
		.release = no_error,
		.alloc = make_for,
		.free = unmake,
		.attach = only_its_own,
		.detach = leave,
	};
	static struct run run;
	unsigned int failed = 0;

	run_init(&run, &ops, NULL, FAM_BUS_OPS, "t-");
	for (unsigned int i = 0; i < RUN_UNITS; i++) {
		autofree char *name = xprintf("g%u", i);

		run_add(&run, name, name, name, "mock", 2);
	}
	run_place(&run, caller_find("best"));
	for (unsigned int i = 0; i < RUN_UNITS; i++)
		failed += run.units[i].err != 0;
	ok(!failed && run_domains(&run) == RUN_UNITS,
	   "the best caller places as many groups as there can be");
	ok(made == RUN_UNITS, "and frees each domain that it made to ask");
}

/* --- order --- */

static int tried_first(const char *caller)
{
	const struct cell cell = { topo_find("trio"), NULL,	"EINVAL",
				   &no_disturb,	      K_EINVAL, NULL };
	static const struct row row = { .relation = { ".II", "I.I", "II." } };
	struct cell with_row = cell;
	static struct fake f;
	static struct run run;
	const struct tally *t = &f.tally[PHASE_PLACE];

	with_row.row = &row;
	fake_init(&f, &with_row, FAM_ATTACH_OLD);
	run_init(&run, &fake_ops, &f, FAM_ATTACH_OLD, "t-");
	run_add(&run, "a", "a", "a", "mock", 1);
	run_add(&run, "b", "b", "b", "mock", 1);
	run_add(&run, "c", "c", "c", "mock", 1);
	run_place(&run, caller_find(caller));
	fake_free(&f);
	/* All of them refuse. */
	for (unsigned int i = 0; i < t->n_refusals; i++) {
		if (strcmp(t->refusals[i].group, "c"))
			continue;
		for (unsigned int d = 0; d < run.n_domains; d++)
			if (!strcmp(run.domains[d].name, t->refusals[i].domain))
				return run.domains[d].made_for;
	}
	return -1;
}

static void orders(void)
{
	ok(tried_first("type1") == 1, "type1 tries the newest first");
	ok(tried_first("iommufd") == 0, "iommufd tries the oldest first");
	ok(tried_first("einval") == 0, "so does the rule of 2022");
	ok(tried_first("fresh") == -1, "fresh tries none");
}

/* --- processes --- */

/* A core on which each attach of a PASID returns the next of these errnos. */
static const int *answers;
static char asked[256];

static int heard(const char *what, const char *domain)
{
	size_t n = strlen(asked);

	snprintf(asked + n, sizeof(asked) - n, "%s%s%s ", what,
		 *domain ? ":" : "", domain);
	return 0;
}

static int p_claim(void *k, const char *group)
{
	(void)k;
	return heard("claim", group);
}

static int p_release(void *k, const char *group)
{
	(void)k;
	return heard("release", group);
}

static int p_alloc(void *k, const char *domain, const char *device)
{
	(void)k;
	(void)device;
	heard("alloc", domain);
	return !strcmp(domain, "t-3") ? -ENOSPC : 0;
}

static int p_free(void *k, const char *domain)
{
	(void)k;
	return heard("free", domain);
}

static int p_attach(void *k, const char *domain, const char *device,
		    unsigned int pasid)
{
	(void)k;
	(void)device;
	heard(pasid == 1 ? "pasid" : "?", domain);
	return *answers++;
}

static int p_detach(void *k, const char *domain, const char *device,
		    unsigned int pasid)
{
	(void)k;
	(void)device;
	return heard(pasid == 1 ? "off" : "?", domain);
}

static const struct kernel_ops p_ops = {
	.claim = p_claim,
	.release = p_release,
	.alloc = p_alloc,
	.free = p_free,
	.attach_pasid = p_attach,
	.detach_pasid = p_detach,
};

/* The expected calls are those of iommu_sva_bind_device(). */
static void processes(void)
{
	static const int all[] = { 0, -ENOMEM, 0, -EINVAL, -EBUSY, -ENODEV, 0 };
	static const char *const groups[] = { "a", "b", "c", "d" };
	static struct run run;

	answers = all;
	asked[0] = '\0';
	run_init(&run, &p_ops, NULL, FAM_ATTACH_OLD, "t-");
	for (unsigned int i = 0; i < 4; i++)
		run_add(&run, groups[i], groups[i], groups[i], "mock", 1)
			->pasids = i == 2 ? 0 : 16;
	run_place(&run, &caller_sva_model);
	ok(!strcmp(asked, "claim:a alloc:t-1 pasid:t-1 "
			  "claim:b pasid:t-1 alloc:t-2 pasid:t-2 "
			  "claim:d pasid:t-2 pasid:t-1 alloc:t-3 release:d "),
	   "a process: newest first, any errno means the next, fresh last");
	ok(run.units[0].domain == 0 && run.units[1].domain == 1 &&
		   run.units[2].err == -EOPNOTSUPP &&
		   run.units[3].err == -ENOSPC,
	   "what the user is told: of the fresh domain, or of its allocation");
	asked[0] = '\0';
	ok(!run_undo(&run) &&
		   !strcmp(asked,
			   "off:t-1 free:t-1 release:a off:t-2 free:t-2 release:b "),
	   "and all is undone");
}

static void names(void)
{
	unsigned int n = 0;

	while (callers[n])
		n++;
	ok(n == KINDS, "seven callers");
	for (int k = 0; k < KINDS; k++)
		ok(!strcmp(callers[k]->name, kind_words[k]), callers[k]->name);
	ok(!caller_find("vfio") && !caller_find("iommufd-cdev"),
	   "and no other: the kernel's are not played");
	ok(family_parse("attach_old") == FAM_ATTACH_OLD &&
		   family_parse("7.x") < 0,
	   "families are words, not versions");
}

/* --- the errnos after which a strategy tries the next domain --- */

static bool soft_for(const struct caller *c, int only)
{
	static const int errnos[] = { -EINVAL, -EMEDIUMTYPE, -ENODEV, -ENOMEM,
				      -EBUSY,  -ENOSPC,	     -EIO };
	bool right = c->soft;

	for (unsigned int i = 0; right && i < ARRAY_SIZE(errnos); i++)
		right = c->soft(errnos[i]) == (!only || errnos[i] == only);
	return right;
}

static void softness(void)
{
	ok(soft_for(&caller_einval, -EINVAL), "einval: EINVAL, and no other");
	ok(soft_for(&caller_emediumtype, -EMEDIUMTYPE),
	   "emediumtype: EMEDIUMTYPE, and no other");
	ok(soft_for(&caller_any, 0), "any: all of them");
}

int main(void)
{
	softness();
	cover_edges();
	cover_random();
	cover_large();
	tallies();
	known();
	many();
	orders();
	processes();
	names();
	return done_testing();
}
