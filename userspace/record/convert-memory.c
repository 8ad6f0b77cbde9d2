// SPDX-License-Identifier: GPL-2.0-only
/* The lines about what domains translate. */
#include <inttypes.h>
#include <string.h>

#include "record/converting.h"

void line_mapped(struct convert *c, const struct traced *t,
		 const struct open_call *o)
{
	struct rdomain *dom = domain_of(c, o->n[T_DOM], (uint32_t)o->n[T_TYPE]);
	bool map = o->probe->learn == LEARN_MAP;
	int64_t ret = (int64_t)t->n[T_RET];

	if (!dom || !dom->name)
		return;
	line_begin(c, t->nsec, map ? "map" : "unmap");
	line_name(c, "domain", dom->name);
	if (!c->anonymous)
		fprintf(c->out, " iova=0x%" PRIx64, o->n[T_IOVA]);
	fprintf(c->out, " size=0x%" PRIx64, o->n[T_SIZE]);
	if (!map)
		/* sync=0: the caller says later what is to be invalidated. */
		fprintf(c->out, " done=0x%" PRIx64 " sync=%d",
			ret < 0 ? 0 : ret, !strcmp(o->probe->event, "unmap"));
	line_answer(c, map ? (int32_t)ret : ret);
	line_end(c, t->tid, t->comm);
}

/* Does the probe fetch what was gathered? */
static bool gathers(const struct probe *p)
{
	return strstr(p->call, " end=");
}

/*
 * A driver is told what its units must forget: the addresses that were gathered,
 * which may be none, or all of a domain.
 */
void line_invalidated(struct convert *c, const struct probe *p,
		      const struct traced *t)
{
	struct rdomain *dom = domain_of(c, t->n[T_DOM], (uint32_t)t->n[T_TYPE]);
	uint64_t start = t->n[T_START], last = t->n[T_END];
	bool range = gathers(p);

	if (!dom || !dom->name || (range && start > last))
		return;
	line_begin(c, t->nsec, "invalidate");
	line_name(c, "instance", NULL);
	line_name(c, "domain", dom->name);
	line_name(c, "scope", range ? "range" : "domain");
	if (!c->anonymous)
		fprintf(c->out, " iova=0x%" PRIx64, start);
	fprintf(c->out, " size=0x%" PRIx64, range ? last - start + 1 : 0);
	line_end(c, t->tid, t->comm);
}
