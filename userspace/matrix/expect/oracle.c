// SPDX-License-Identifier: GPL-2.0-only
/*
 * Computes the expected outcome of a cell from the relation that its row
 * declares, the definition of the caller, the contract, and the call counts of
 * each kernel family. Each result is a formula over the attaches and their
 * answers. The oracle uses neither the strategies nor the module's policy code.
 *
 * n: devices of the group; r: position (1..n) of the first that refuses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/cells/generate.h"
#include "matrix/expect/expect.h"

struct answer {
	int err; /* 0 or -errno */
	int r; /* position, if refused */
	int reason; /* index into mx_reasons, if refused by the driver */
	bool ignored; /* "accepted", but nothing was done */
};

struct odomain {
	int origin; /* unit that it was made for */
};

struct state {
	const struct cell *cell;
	enum family family;
	struct topo_unit units[MX_UNITS];
	int n;
	struct odomain list[MX_UNITS]; /* oldest first */
	int listed;
	int where[MX_UNITS]; /* index into list, -1 */
	int fault_left, fault_seen;
	bool altered[MX_UNITS]; /* the domain made for that unit */
	bool stray; /* devices of the unit are on a domain that refused it */
	struct outcome *out;
};

/* --- answers --- */

/* "EINVAL,format=ENODEV": the errno for this reason */
static int errno_for(const char *spec, const char *reason)
{
	autofree char *copy = xstrdup(spec);
	int dflt = EINVAL, special = 0;
	char *save = NULL;

	for (char *w = strtok_r(copy, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		char *eq = strchr(w, '=');

		if (!eq)
			dflt = errno_parse(w);
		else if (!strncmp(w, reason, (size_t)(eq - w)) &&
			 !reason[eq - w])
			special = errno_parse(eq + 1);
	}
	return -(special ? special : dflt);
}

static bool misbehaves(const struct state *s, const char *how, int inst)
{
	const struct disturb *d = s->cell->disturb;

	if (!d->misbehave || !word_listed(d->misbehave, ',', how))
		return false;
	return !d->who || !strcmp(d->who, s->cell->topo->insts[inst].name);
}

static const struct topo_inst *instance_at(const struct state *s, int inst)
{
	return &s->cell->topo->insts[inst];
}

static int instance_of(const struct state *s, int unit, int pos)
{
	return s->cell->topo->devs[s->units[unit].devs[pos]].inst;
}

static bool fault_hits(struct state *s, int unit, int pos, bool fresh)
{
	const struct disturb *d = s->cell->disturb;

	if (d->point != FAULT_ATTACH || !s->fault_left ||
	    strcmp(d->dev, s->cell->topo->devs[s->units[unit].devs[pos]].name))
		return false;
	if ((d->filter == ON_FRESH && !fresh) ||
	    (d->filter == ON_EXISTING && fresh))
		return false;
	if (d->nth)
		return ++s->fault_seen == d->nth;
	if (s->fault_left > 0)
		s->fault_left--;
	return true;
}

static struct answer refuse(int pos, int err, char letter)
{
	return (struct answer){ err, pos + 1, mx_reason_letter(letter), false };
}

/* One device, one domain made for "origin". */
static struct answer ask_device(struct state *s, int unit, int pos, int origin,
				bool fresh)
{
	const char *spec = s->cell->errnos;
	int inst = instance_of(s, unit, pos);
	char c = s->cell->row->relation[inst][instance_of(s, origin, 0)];

	if (fault_hits(s, unit, pos, fresh))
		return refuse(pos, errno_for(spec, ""), '!');
	if (fresh && misbehaves(s, "refuse-fresh", inst))
		return refuse(pos, errno_for(spec, "fresh"), 'f');
	if (misbehaves(s, "alter-candidate", inst) &&
	    relation_narrows(instance_at(s, instance_of(s, origin, 0)),
			     instance_at(s, inst)))
		s->altered[origin] = true;
	if (fresh || c == '.' || (c == 'N' && unit == origin))
		return (struct answer){ 0, 0, 0, false };
	if (misbehaves(s, "accept-and-ignore", inst))
		return (struct answer){ 0, 0, 0, true };
	return refuse(pos, errno_for(spec, mx_reasons[mx_reason_letter(c)]), c);
}

/* A domain is fresh to the first device only. */
static struct answer ask_group(struct state *s, int unit, int origin,
			       bool fresh)
{
	struct answer a = { 0, 0, 0, false };

	for (int pos = 0; pos < s->units[unit].n; pos++) {
		struct answer one =
			ask_device(s, unit, pos, origin, fresh && pos == 0);

		if (one.err)
			return one;
		a.ignored |= one.ignored;
	}
	return a;
}

/* --- call counts of each family: __iommu_attach_group() --- */

static int unwind(struct state *s, int n, int r)
{
	switch (s->family) {
	case FAM_BUS_OPS:
		if (r > 1) {
			s->out->broken |= RULE(R6);
			s->out->adrift = s->stray = true;
		}
		s->out->facts |= FACT(H8);
		return 0;
	case FAM_DOMAIN_OPS:
		s->out->facts |= FACT(UNWIND_ALL);
		return n;
	case FAM_STATIC_BY_BUS:
	case FAM_STATIC_DOMAINS:
		s->out->facts |= FACT(UNWIND_UPTO);
		return r;
	default:
		s->out->facts |= FACT(H7);
		return r - 1;
	}
}

/* A claim and a release: one callback per device each time. */
static int ownership(struct state *s, int n)
{
	if (s->family == FAM_BUS_OPS) {
		s->out->facts |= FACT(NO_OWNER);
		return 0;
	}
	return n;
}

static void rules_of_refusal(struct state *s, int unit, const struct answer *a,
			     bool fresh)
{
	int inst = instance_of(s, unit, a->r - 1);
	char why = mx_letters[a->reason];

	/* The cell sets another errno than EINVAL for pairs that do not fit. */
	if (why != '!' && why != 'f' && a->err != -EINVAL)
		s->out->broken |= RULE(R1);
	if (fresh && a->r == 1 && a->err == -EINVAL)
		s->out->broken |= RULE(R4);
	if (misbehaves(s, "log-refusal", inst) && why != '!')
		s->out->broken |= RULE(R3);
	/*
	 * A driver that unhooks the device before it refuses leaves the device
	 * blocked. A claimed group was blocked before. So something changes
	 * only without a claim, and then nothing is restored.
	 */
	if (misbehaves(s, "unhook-first", inst) && !fresh &&
	    s->family == FAM_BUS_OPS) {
		s->out->broken |= RULE(R6);
		s->out->adrift = true;
	}
}

/* A driver may have altered the candidate, now or at an earlier attempt. */
static void refused_by(struct state *s, int origin)
{
	if (s->altered[origin])
		s->out->broken |= RULE(R11);
}

/* iommu_attach_group() of one unit: its answer and its cost. */
static struct answer attach(struct state *s, int unit, int origin, bool fresh)
{
	int n = s->units[unit].n;
	char first = s->cell->row->relation[instance_of(s, unit, 0)]
					   [instance_of(s, origin, 0)];
	struct answer a;

	if (first == '-' && !fresh) {
		s->out->core_refused++;
		refused_by(s, origin);
		return (struct answer){ -EINVAL, 0, 0, false };
	}
	a = ask_group(s, unit, origin, fresh);
	if (!a.err) {
		s->stray = false;
		s->out->attaches += (unsigned int)n;
		/*
		 * The kernel believes that the device is on the domain, but the
		 * device is elsewhere.
		 */
		if (a.ignored) {
			s->out->broken |= RULE(R1) | RULE(R14);
			s->out->adrift = true;
		}
		return a;
	}
	rules_of_refusal(s, unit, &a, fresh);
	refused_by(s, origin);
	s->out->attaches += (unsigned int)(a.r + unwind(s, n, a.r));
	s->out->refused++;
	s->out->reasons[a.reason]++;
	return a;
}

/* --- allocation and filling --- */

static int alloc_error(struct state *s, int unit)
{
	const struct disturb *d = s->cell->disturb;
	const struct topo_dev *dev =
		&s->cell->topo->devs[s->units[unit].devs[0]];

	if (d->point != FAULT_ALLOC || strcmp(d->dev, dev->name))
		return 0;
	if (family_allocs_for_device(s->family))
		return errno_for(s->cell->errnos, "");
	s->out->facts |= FACT(ALLOC_NULL);
	return s->cell->caller == K_TYPE1 ? -EIO : -ENOMEM;
}

static int fill_error(const struct state *s, int unit)
{
	const struct disturb *d = s->cell->disturb;
	const struct topo_dev *devs = s->cell->topo->devs;
	int inst = -1;

	if (d->point != FAULT_MAP || !s->cell->row->maps)
		return 0;
	for (int i = 0; i < MX_DEVS && devs[i].name; i++) {
		if (!strcmp(devs[i].name, d->dev))
			inst = devs[i].inst;
	}
	return inst == instance_of(s, unit, 0) ?
		       errno_for(s->cell->errnos, "") :
		       0;
}

static int publish(struct state *s, int unit)
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

/* A fresh domain, used at once. */
static int fresh_domain(struct state *s, int unit)
{
	struct answer a;
	int err = alloc_error(s, unit);

	if (err)
		return err;
	a = attach(s, unit, unit, true);
	if (a.err)
		return a.err;
	err = fill_error(s, unit);
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
static int oldest_first(struct state *s, int unit)
{
	for (int i = 0; i < s->listed; i++) {
		struct answer a = attach(s, unit, s->list[i].origin, false);

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
static bool type1_tries(struct state *s, int unit, int origin)
{
	const struct topo_inst *insts = s->cell->topo->insts;
	const struct topo_inst *mine = &insts[instance_of(s, unit, 0)];
	const struct topo_inst *its = &insts[instance_of(s, origin, 0)];

	if (mine->driver && its->driver && strcmp(mine->driver, its->driver))
		return false;
	if (mine->enforce == its->enforce)
		return true;
	s->out->facts |= s->family == FAM_BUS_OPS ? FACT(BUS_PROT) : 0;
	return s->family == FAM_BUS_OPS;
}

/* n, then for each candidate: detach n, try, and if refused fresh again n. */
static int type1(struct state *s, int unit)
{
	unsigned int n = (unsigned int)s->units[unit].n;
	struct answer a;
	int err = alloc_error(s, unit);

	if (err)
		return err;
	a = attach(s, unit, unit, true);
	if (a.err)
		return a.err;
	for (int i = s->listed - 1; i >= 0; i--) {
		if (!type1_tries(s, unit, s->list[i].origin))
			continue;
		s->out->attaches += n;
		a = attach(s, unit, s->list[i].origin, false);
		if (!a.err)
			return i;
		if (a.err != -EINVAL)
			s->out->broken |= RULE(R1) | RULE(R2);
		/* back to its own, which is not fresh any more */
		a = attach(s, unit, unit, false);
		if (a.err) {
			s->out->broken |= RULE(R7);
			return a.err;
		}
	}
	err = fill_error(s, unit);
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
static bool reads_alien_table(const struct state *s, int unit, int origin)
{
	const struct topo_inst *insts = s->cell->topo->insts;

	for (int pos = 0; pos < s->units[unit].n; pos++)
		if (!same_format(&insts[instance_of(s, unit, pos)],
				 &insts[instance_of(s, origin, 0)]))
			return true;
	return false;
}

/* --- best: all subsets of hosts, the smallest that takes everybody --- */

static bool hosted(struct state *s, int unit, int origin)
{
	struct outcome scratch = { 0 }, *out = s->out;
	char first = s->cell->row->relation[instance_of(s, unit, 0)]
					   [instance_of(s, origin, 0)];
	bool yes;

	s->out = &scratch;
	yes = unit == origin ||
	      (first != '-' && !ask_group(s, unit, origin, false).err);
	s->out = out;
	return yes;
}

/* Does everybody find a host in the set? */
static bool covers(struct state *s, unsigned int mask)
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
static void alien_hosts(struct state *s, unsigned int mask, bool *clean,
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

static void best_memory(struct state *s, unsigned int min)
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

static void best(struct state *s)
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
		s->out->attaches += (unsigned int)(ownership(s, s->units[u].n) +
						   s->units[u].n);
}

/* --- all units --- */

static void place(struct state *s, int unit)
{
	int n = s->units[unit].n, ret;

	s->stray = false;
	s->out->attaches += (unsigned int)ownership(s, n);
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
		s->out->attaches += (unsigned int)ownership(s, n);
		return;
	}
	s->where[unit] = ret;
}

void oracle(const struct cell *cell, enum family family, struct outcome *out)
{
	struct state s = { .cell = cell, .family = family, .out = out };

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
