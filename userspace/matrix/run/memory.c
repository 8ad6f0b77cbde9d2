// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory as devices see it by DMA: R14 while a buffer is mapped, R13 after the
 * unmap. The first part is for the placement of a cell, the second for cells
 * about memory only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callers/verify.h"
#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

static void add_devices(const struct built *b, const struct run *run,
			struct verify *v)
{
	for (unsigned int u = 0; u < run->n_units; u++)
		for (int i = 0; run->units[u].domain >= 0 && i < b->units[u].n;
		     i++)
			verify_add(v, b->topo->devs[b->units[u].devs[i]].name);
}

/*
 * If the cell has no mappings, the buffer is mapped here. That calls no
 * driver's attach, which cells count.
 */
static bool fill_empty(struct ctx *ctx, struct trial *t)
{
	for (unsigned int i = 0; !t->run.n_maps && i < t->run.n_domains; i++) {
		const struct run_domain *d = &t->run.domains[i];

		if (d->users && topo_map(ctx, d->name, MX_IOVA, MX_BUFFER)) {
			trial_wrong(t, "%s cannot be filled: %s", d->name,
				    knob_last_error(ctx));
			return false;
		}
	}
	return true;
}

static bool empty_all(struct ctx *ctx, struct trial *t)
{
	for (unsigned int i = 0; i < t->run.n_domains; i++) {
		const struct run_domain *d = &t->run.domains[i];

		if (d->users &&
		    topo_unmap(ctx, d->name, MX_IOVA, MX_BUFFER_SIZE)) {
			trial_wrong(t, "%s cannot be emptied: %s", d->name,
				    knob_last_error(ctx));
			return false;
		}
	}
	return true;
}

/* The devices' view of the same memory: said is empty if all see the same. */
static void saw(struct judge *j, const struct verify *v, const struct buf *said)
{
	autofree char *wrong =
		said->len ? xprintf("devices do not see the same memory: %s",
				    said->text) :
			    NULL;

	for (unsigned int i = 0; i < v->n; i++)
		judge_memory(j, v->devices[i], i ? NULL : wrong);
}

void check_memory(struct runner *r)
{
	struct verify *v = xalloc(sizeof(*v));
	autobuf struct buf why = { 0 };

	v->ctx = r->target.ctx;
	v->iova = MX_IOVA;
	v->buffer = MX_BUFFER;
	add_devices(&r->built, &r->trial.run, v);
	if (fill_empty(r->target.ctx, &r->trial)) {
		verify_shared(v, &why);
		saw(r->trial.judge, v, &why);
		buf_drop(&why, why.len);
		if (empty_all(r->target.ctx, &r->trial) &&
		    !verify_gone(v, &why))
			check_broken(&r->trial, R13, why.text,
				     "what was unmapped is reached:");
	}
	free(v);
}

/* --- cells --- */

#define DOM "mx-a"

static bool step(struct runner *r, const char *what, int err)
{
	if (err)
		trial_wrong(&r->trial, "%s: %s (%s)", what,
			    knob_last_error(r->target.ctx), errno_name(err));
	return !err;
}

/* Compares what the devices report with what they must report. */
static void want_said(struct trial *t, const char *when, const struct buf *said,
		      const char *wanted)
{
	const char *got = said->len ? said->text : "";

	if (strcmp(got, wanted))
		trial_wrong(t, "%s: devices say \"%s\", expected \"%s\"", when,
			    got, wanted);
}

/*
 * Maps memory in the domain, checks the devices' view, unmaps it, and checks
 * again.
 */
static void look_at(struct runner *r, struct verify *v, const char *mapped,
		    const char *unmapped)
{
	autobuf struct buf said = { 0 };

	if (!step(r, "map", topo_map(r->target.ctx, DOM, v->iova, v->buffer)))
		return;
	verify_shared(v, &said);
	saw(r->trial.judge, v, &said);
	want_said(&r->trial, "while it is mapped", &said, mapped);
	if (!step(r, "unmap",
		  topo_unmap(r->target.ctx, DOM, v->iova, MX_BUFFER_SIZE)))
		return;
	buf_drop(&said, said.len);
	if (!verify_gone(v, &said))
		check_broken(&r->trial, R13, said.text,
			     "what was unmapped is reached:");
	want_said(&r->trial, "after the unmap", &said, unmapped);
}

/* Puts the second device (NULL: none) on the first device's domain. */
static void share_and_look(struct runner *r, const char *first,
			   const char *second, uint64_t iova,
			   const char *mapped, const char *unmapped)
{
	struct verify *v = xalloc(sizeof(*v));

	v->ctx = r->target.ctx;
	v->iova = iova;
	v->buffer = MX_BUFFER;
	if (!step(r, "alloc", topo_add_domain(r->target.ctx, DOM, first)))
		goto out;
	for (const char *dev = first; dev; dev = dev == first ? second : NULL) {
		if (step(r, "attach",
			 topo_attach(r->target.ctx, DOM, dev, ATTACH_CLAIM)))
			verify_add(v, dev);
	}
	look_at(r, v, mapped, unmapped);
	for (unsigned int i = 0; i < v->n; i++)
		step(r, "detach",
		     topo_detach(r->target.ctx, DOM, v->devices[i]));
	step(r, "free", topo_del(r->target.ctx, M_DOMAIN, DOM));
out:
	free(v);
}

/* A device reads before an unmap and after it. */
void memory_unmap(struct runner *r)
{
	share_and_look(r, "a1", NULL, MX_IOVA, "", "");
}

/* A lost invalidation is noticed; that none is lost otherwise, too. */
void memory_lost(struct runner *r)
{
	r->trial.expected.broken = RULE(R13);
	setup_knob(r, "A", "misbehave", "lose-invalidation");
	share_and_look(r, "a1", NULL, MX_IOVA, "", "a1:stale");
}

/* Two instances: the unmap reaches both. */
void memory_unmap_shared(struct runner *r)
{
	share_and_look(r, "a", "b", MX_IOVA, "", "");
}

/* The stale entry is on the instance that lost the invalidation alone. */
void memory_lost_by_one(struct runner *r)
{
	r->trial.expected.broken = RULE(R13);
	setup_knob(r, "B", "misbehave", "lose-invalidation");
	share_and_look(r, "a", "b", MX_IOVA, "", "b:stale");
}

/* An exception to the policy lets in a walker that cannot read the table. */
void memory_allowed(struct runner *r)
{
	r->trial.expected.broken = RULE(R14);
	setup_knob(r, "B", "pairs", "allow A");
	share_and_look(r, "a", "b", MX_IOVA, "b:write:format,b:read:format",
		       "");
	setup_knob(r, "B", "pairs", "clear A");
}

/* The last pages of 48 bits are nothing to a walker of 39. */
void memory_too_high(struct runner *r)
{
	r->trial.expected.broken = RULE(R14);
	setup_knob(r, "B", "policy", "any");
	share_and_look(r, "a", "b", (1ULL << 48) - MX_BUFFER_SIZE,
		       "b:write:not-mapped,b:read:not-mapped", "");
}

/* The last pages of 39 bits are like any other to a walker of 48. */
void memory_high(struct runner *r)
{
	share_and_look(r, "a", "b", (1ULL << 39) - MX_BUFFER_SIZE, "", "");
}

/* A device that has left sees nothing of what is still mapped. */
void memory_detached(struct runner *r)
{
	struct verify *v = xalloc(sizeof(*v));
	autobuf struct buf said = { 0 };

	v->ctx = r->target.ctx;
	v->iova = MX_IOVA;
	v->buffer = MX_BUFFER;
	verify_add(v, "a1");
	if (step(r, "alloc", topo_add_domain(r->target.ctx, DOM, "a1")) &&
	    step(r, "attach",
		 topo_attach(r->target.ctx, DOM, "a1", ATTACH_CLAIM)) &&
	    step(r, "map", topo_map(r->target.ctx, DOM, MX_IOVA, MX_BUFFER))) {
		verify_shared(v, &said);
		want_said(&r->trial, "while it is there", &said, "");
		step(r, "detach", topo_detach(r->target.ctx, DOM, "a1"));
		verify_gone(v, &said);
		want_said(&r->trial, "when it has left", &said, "");
		step(r, "free", topo_del(r->target.ctx, M_DOMAIN, DOM));
	}
	free(v);
}
