// SPDX-License-Identifier: GPL-2.0-only
/*
 * Computes the expected outcome of a cell from the relation that its row
 * declares, the definition of the caller, the contract, and the call counts of
 * each kernel family. Each result is a formula over the attaches and their
 * answers (answers.c). The oracle uses neither the strategies nor the module's
 * policy code.
 */
#include <errno.h>
#include <string.h>

#include "matrix/expect/answers.h"

static int publish(struct oracle *s, int unit)
{
	s->list[s->listed].origin = unit;
	return s->listed++;
}

/* --- callers; each returns an index into the list, or -errno --- */

static bool soft(enum caller_kind kind, int err)
{
	switch (kind) {
	case K_EMEDIUMTYPE:
		return err == -EMEDIUMTYPE;
	case K_ANY:
	case K_TYPE1:
		return true;
	default:
		return err == -EINVAL;
	}
}

/* A fresh domain, and the unit on it. */
static int own_domain(struct oracle *s, int unit)
{
	int err = oracle_alloc_error(s, unit);

	return err ? err : oracle_attach(s, unit, unit, true).err;
}

/* The same, used at once. */
static int fresh_domain(struct oracle *s, int unit)
{
	int err = own_domain(s, unit);

	if (err)
		return err;
	err = oracle_fill_error(s, unit);
	if (err) {
		s->out->attaches += (unsigned int)s->units[unit].n; /* detach */
		return err;
	}
	return publish(s, unit);
}

/*
 * For oldest-first callers: the first candidate whose answer is not "next"
 * decides. Continuing after an errno other than EINVAL breaks R1 and R2.
 */
static int oldest_first(struct oracle *s, int unit)
{
	for (int i = 0; i < s->listed; i++) {
		struct answer a =
			oracle_attach(s, unit, s->list[i].origin, false);

		if (!a.err)
			return i;
		if (!soft(s->cell->caller, a.err)) {
			/*
			 * the caller gives up a domain that the group could
			 * have had alone
			 */
			if (a.err == -EINVAL)
				s->out->broken |= RULE(R1);
			return a.err;
		}
		if (a.err != -EINVAL)
			s->out->broken |= RULE(R1) | RULE(R2);
	}
	return fresh_domain(s, unit);
}

/* Domains that type1 does not try: other ops, or another coherency. */
static bool type1_tries(struct oracle *s, int unit, int origin)
{
	const struct topo_inst *insts = s->cell->topo->insts;
	const struct topo_inst *mine = &insts[oracle_instance_of(s, unit, 0)];
	const struct topo_inst *its = &insts[oracle_instance_of(s, origin, 0)];

	if (mine->driver && its->driver && strcmp(mine->driver, its->driver))
		return false;
	if (mine->enforce == its->enforce)
		return true;
	s->out->facts |= s->family == FAM_BUS_OPS ? FACT(BUS_PROT) : 0;
	return s->family == FAM_BUS_OPS;
}

/* n, then for each candidate: detach n, try, and if refused fresh again n. */
static int type1(struct oracle *s, int unit)
{
	unsigned int n = (unsigned int)s->units[unit].n;
	struct answer a;
	int err = own_domain(s, unit);

	if (err)
		return err;
	for (int i = s->listed - 1; i >= 0; i--) {
		if (!type1_tries(s, unit, s->list[i].origin))
			continue;
		s->out->attaches += n;
		a = oracle_attach(s, unit, s->list[i].origin, false);
		if (!a.err)
			return i;
		if (a.err != -EINVAL)
			s->out->broken |= RULE(R1) | RULE(R2);
		/* back to its own, which is not fresh any more */
		a = oracle_attach(s, unit, unit, false);
		if (a.err) {
			s->out->broken |= RULE(R7);
			return a.err;
		}
	}
	err = oracle_fill_error(s, unit);
	if (err) {
		s->out->attaches += n;
		return err;
	}
	return publish(s, unit);
}

/* --- R14: what walkers make of each other's tables --- */

/* "format=x86-4l ias=39 ...": is the first word of both the same? */
static bool same_format(const struct topo_inst *a, const struct topo_inst *b)
{
	size_t n = strcspn(a->options, " ");

	return n == strcspn(b->options, " ") &&
	       !strncmp(a->options, b->options, n);
}

/*
 * A walker of x86 takes a pointer of Arm for one that users may not follow, and
 * a walker of Arm misses the access flag in a page of x86. Other differences of
 * instances do not matter for a few small pages at a low address.
 */
static bool reads_alien_table(const struct oracle *s, int unit, int origin)
{
	const struct topo_inst *insts = s->cell->topo->insts;

	for (int pos = 0; pos < s->units[unit].n; pos++)
		if (!same_format(&insts[oracle_instance_of(s, unit, pos)],
				 &insts[oracle_instance_of(s, origin, 0)]))
			return true;
	return false;
}

/* --- best: all subsets of hosts, the smallest that takes everybody --- */

static bool hosted(struct oracle *s, int unit, int origin)
{
	struct outcome scratch = { 0 }, *out = s->out;
	char first = s->cell->row->relation[oracle_instance_of(s, unit, 0)]
					   [oracle_instance_of(s, origin, 0)];
	bool yes;

	s->out = &scratch;
	yes = unit == origin ||
	      (first != '-' && !oracle_ask_group(s, unit, origin, false).err);
	s->out = out;
	return yes;
}

/* Does everybody find a host in the set? */
static bool covers(struct oracle *s, unsigned int mask)
{
	for (int u = 0; u < s->n; u++) {
		bool one = false;

		for (int o = 0; o < s->n; o++)
			one |= (mask >> o & 1) && hosted(s, u, o);
		if (!one)
			return false;
	}
	return true;
}

/*
 * For the hosts of a smallest set: does every group find a host whose tables
 * its walker reads, and does a group find a host whose tables its walker cannot
 * read?
 */
static void alien_hosts(struct oracle *s, unsigned int mask, bool *clean,
			bool *alien)
{
	bool all = true;

	for (int u = 0; u < s->n; u++) {
		bool one = false;

		for (int o = 0; o < s->n; o++) {
			if (!(mask >> o & 1) || !hosted(s, u, o))
				continue;
			one |= !reads_alien_table(s, u, o);
			*alien |= reads_alien_table(s, u, o);
		}
		all &= one;
	}
	*clean |= all;
}

static void best_memory(struct oracle *s, unsigned int min)
{
	bool clean = false, alien = false;

	for (unsigned int mask = 1; mask < 1U << s->n; mask++)
		if ((unsigned int)__builtin_popcount(mask) == min &&
		    covers(s, mask))
			alien_hosts(s, mask, &clean, &alien);
	if (alien)
		s->out->broken |= RULE(R14);
	if (alien && clean)
		s->out->either |= RULE(R14);
}

static void best(struct oracle *s)
{
	unsigned int min = (unsigned int)s->n;

	for (unsigned int mask = 1; mask < 1U << s->n; mask++)
		if ((unsigned int)__builtin_popcount(mask) < min &&
		    covers(s, mask))
			min = (unsigned int)__builtin_popcount(mask);
	s->out->domains = min;
	s->out->any_partition = true;
	best_memory(s, min);
	for (int u = 0; u < s->n; u++)
		s->out->attaches +=
			(unsigned int)(oracle_ownership(s, s->units[u].n) +
				       s->units[u].n);
}

/* --- all units --- */

static void place(struct oracle *s, int unit)
{
	int n = s->units[unit].n, ret;

	s->stray = false;
	s->out->attaches += (unsigned int)oracle_ownership(s, n);
	if (s->cell->caller == K_TYPE1)
		ret = type1(s, unit);
	else if (s->cell->caller == K_FRESH)
		ret = fresh_domain(s, unit);
	else
		ret = oldest_first(s, unit);
	if (ret < 0) {
		s->out->err[unit] = ret;
		/* sooner or later that domain is freed under them (B04) */
		if (s->stray)
			s->out->broken |= RULE(R12);
		s->out->attaches += (unsigned int)oracle_ownership(s, n);
		return;
	}
	s->where[unit] = ret;
}

void oracle(const struct cell *cell, enum family family, struct outcome *out)
{
	struct oracle s = { .cell = cell, .family = family, .out = out };

	memset(out, 0, sizeof(*out));
	s.n = out->n = topo_units(cell->topo, s.units);
	s.fault_left = cell->disturb->times;
	memset(s.where, -1, sizeof(s.where));
	if (!family_allocs_for_device(family) && topo_multi_driver(cell->topo))
		out->facts |= FACT(ONE_DRIVER);

	if (cell->caller == K_BEST) {
		best(&s);
		return;
	}
	for (int u = 0; u < s.n; u++)
		place(&s, u);
	out->domains = (unsigned int)s.listed;
	for (int u = 0; u < s.n; u++) {
		out->with[u] = s.where[u] < 0 ? -1 : s.list[s.where[u]].origin;
		if (out->with[u] >= 0 && reads_alien_table(&s, u, out->with[u]))
			out->broken |= RULE(R14);
	}
}
