// SPDX-License-Identifier: GPL-2.0-only
/*
 * See answers.h. Each result is a formula over the relation that the row declares
 * and the call counts of each kernel family.
 *
 * n: devices of the group; r: position (1..n) of the first that refuses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/cells/generate.h"
#include "matrix/expect/answers.h"

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

static bool misbehaves(const struct oracle *s, const char *how, int inst)
{
	const struct disturb *d = s->cell->disturb;

	if (!d->misbehave || !word_listed(d->misbehave, ',', how))
		return false;
	return !d->who || !strcmp(d->who, s->cell->topo->insts[inst].name);
}

static const struct topo_inst *instance_at(const struct oracle *s, int inst)
{
	return &s->cell->topo->insts[inst];
}

int oracle_instance_of(const struct oracle *s, int unit, int pos)
{
	return s->cell->topo->devs[s->units[unit].devs[pos]].inst;
}

static bool fault_hits(struct oracle *s, int unit, int pos, bool fresh)
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
static struct answer ask_device(struct oracle *s, int unit, int pos, int origin,
				bool fresh)
{
	const char *spec = s->cell->errnos;
	int inst = oracle_instance_of(s, unit, pos);
	char c = s->cell->row->relation[inst][oracle_instance_of(s, origin, 0)];

	if (fault_hits(s, unit, pos, fresh))
		return refuse(pos, errno_for(spec, ""), '!');
	if (fresh && misbehaves(s, "refuse-fresh", inst))
		return refuse(pos, errno_for(spec, "fresh"), 'f');
	if (misbehaves(s, "alter-candidate", inst) &&
	    relation_narrows(instance_at(s, oracle_instance_of(s, origin, 0)),
			     instance_at(s, inst)))
		s->altered[origin] = true;
	if (fresh || c == '.' || (c == 'N' && unit == origin))
		return (struct answer){ 0, 0, 0, false };
	if (misbehaves(s, "accept-and-ignore", inst))
		return (struct answer){ 0, 0, 0, true };
	return refuse(pos, errno_for(spec, mx_reasons[mx_reason_letter(c)]), c);
}

struct answer oracle_ask_group(struct oracle *s, int unit, int origin,
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

static int unwind(struct oracle *s, int n, int r)
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

int oracle_ownership(struct oracle *s, int n)
{
	if (s->family == FAM_BUS_OPS) {
		s->out->facts |= FACT(NO_OWNER);
		return 0;
	}
	return n;
}

static void rules_of_refusal(struct oracle *s, int unit, const struct answer *a,
			     bool fresh)
{
	int inst = oracle_instance_of(s, unit, a->r - 1);
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
static void refused_by(struct oracle *s, int origin)
{
	if (s->altered[origin])
		s->out->broken |= RULE(R11);
}

struct answer oracle_attach(struct oracle *s, int unit, int origin, bool fresh)
{
	int n = s->units[unit].n;
	char first = s->cell->row->relation[oracle_instance_of(s, unit, 0)]
					   [oracle_instance_of(s, origin, 0)];
	struct answer a;

	if (first == '-' && !fresh) {
		s->out->core_refused++;
		refused_by(s, origin);
		return (struct answer){ -EINVAL, 0, 0, false };
	}
	a = oracle_ask_group(s, unit, origin, fresh);
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

int oracle_alloc_error(struct oracle *s, int unit)
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

int oracle_fill_error(const struct oracle *s, int unit)
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
	return inst == oracle_instance_of(s, unit, 0) ?
		       errno_for(s->cell->errnos, "") :
		       0;
}
