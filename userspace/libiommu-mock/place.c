// SPDX-License-Identifier: GPL-2.0-only
/* Callers and their placements. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/model.h"
#include "lib/stop.h"
#include "libiommu-mock/internal.h"
#include "placing/placing.h"

struct imock_placement {
	struct imock *im;
	struct placing p;
	struct model *m; /* as it was after placing */
	struct imock_tally tally;
	struct imock_placed placed[RUN_UNITS];
	struct imock_refusal *refusals;
	struct buf text, warnings;
};

EXPORT const char *imock_caller_name(unsigned int i)
{
	const struct caller *caller = placing_caller(i);

	return caller ? caller->name : NULL;
}

EXPORT const char *imock_caller_what(unsigned int i)
{
	const struct caller *caller = placing_caller(i);

	return caller ? caller->what : NULL;
}

static bool has_prefix(const struct model *m, const char *prefix)
{
	size_t n = strlen(prefix);

	for (unsigned int i = 0; i < m->n_domains; i++)
		if (!strncmp(m->domains[i].name, prefix, n))
			return true;
	for (unsigned int i = 0; i < m->n_buffers; i++)
		if (!strncmp(m->buffers[i].name, prefix, n))
			return true;
	return false;
}

/* A prefix that no other thread has, nor a placement that this thread left. */
static int choose_prefix(struct imock *im, char *prefix, size_t room)
{
	struct model *m = model_read(&im->ctx);

	if (!m)
		return -EIO;
	snprintf(prefix, room, "s%d-", (int)gettid());
	for (unsigned int i = 1; has_prefix(m, prefix); i++)
		snprintf(prefix, room, "s%d.%u-", (int)gettid(), i % 10000);
	model_free(m);
	return 0;
}

static void fill_tally(struct imock_placement *pl)
{
	const struct tally *t = &pl->p.k.tally[PHASE_PLACE];
	const struct run *run = &pl->p.run;

	pl->tally = (struct imock_tally){
		.size = sizeof(pl->tally),
		.domains = run_domains(run),
		.attaches = t->attaches,
		.refused = t->refused,
		.core_refused = t->core_refused,
		.refusals = t->n_refusals,
		.foreign = t->foreign,
		.hard_fresh = t->hard_fresh,
		.bad_frees = t->bad_frees,
		.lost = t->lost,
		.faults = t->faults,
		.probes = pl->p.k.tally[PHASE_PROBE].attaches,
		.missed = pl->p.k.missed,
	};
	for (unsigned int i = 0; i < run->n_units; i++)
		pl->tally.failed += run->units[i].domain < 0;
	for (unsigned int i = 0; i < run->n_domains; i++) {
		if (!run->domains[i].users)
			continue;
		pl->tally.tables += run->domains[i].tables;
		pl->tally.mapped += run->domains[i].mapped;
	}
}

/* "" of the tally is not known here. */
static const char *known(const char *name)
{
	return *name ? name : NULL;
}

static void fill_refusals(struct imock_placement *pl)
{
	const struct tally *t = &pl->p.k.tally[PHASE_PLACE];

	pl->refusals = xalloc(t->n_refusals * sizeof(*pl->refusals));
	for (unsigned int i = 0; i < t->n_refusals; i++)
		pl->refusals[i] = (struct imock_refusal){
			.size = sizeof(pl->refusals[i]),
			.device = known(t->refusals[i].device),
			.group = known(t->refusals[i].group),
			.domain = known(t->refusals[i].domain),
			.reason = known(t->refusals[i].reason),
			.err = t->refusals[i].err,
		};
}

static void fill_placed(struct imock_placement *pl)
{
	const struct run *run = &pl->p.run;

	for (unsigned int i = 0; i < run->n_units; i++) {
		const struct unit *u = &run->units[i];

		pl->placed[i] = (struct imock_placed){
			.size = sizeof(pl->placed[i]),
			.group = u->group,
			.domain = u->domain < 0 ? NULL :
						  run->domains[u->domain].name,
			.err = u->err,
		};
	}
}

/* The devices are given back in any case. */
static int end(struct imock_placement *pl, int status)
{
	int undone = placing_close(&pl->p);

	model_free(pl->m);
	buf_free(&pl->text);
	buf_free(&pl->warnings);
	free(pl->refusals);
	free(pl);
	return status ? status : undone;
}

static int place(struct imock *im, const struct caller *caller,
		 const char *const *devices, unsigned int n, unsigned int flags,
		 struct imock_placement **placement)
{
	struct imock_placement *pl = xalloc(sizeof(*pl));
	char prefix[sizeof(pl->p.prefix)];
	int st = choose_prefix(im, prefix, sizeof(prefix));

	pl->im = im;
	if (!st)
		st = placing_open(&pl->p, &im->ctx, prefix,
				  flags & IMOCK_EMPTY);
	if (st) {
		free(pl);
		return st;
	}
	st = placing_place(&pl->p, caller, devices, n, &pl->m);
	if (!st && !pl->m)
		st = said(im);
	if (st)
		return end(pl, st);
	fill_tally(pl);
	fill_refusals(pl);
	fill_placed(pl);
	placing_describe(&pl->p, &pl->text);
	buf_add(&pl->warnings, im->warnings.text ? im->warnings.text : "",
		im->warnings.len);
	*placement = pl;
	return 0;
}

static int find_and_place(struct imock *im, const char *name,
			  const char *const *devices, unsigned int n,
			  unsigned int flags,
			  struct imock_placement **placement)
{
	const struct caller *caller = placing_find(name);

	if (caller)
		return place(im, caller, devices, n, flags, placement);
	fail_errno(&im->ctx, -ENOENT, NULL, "no caller is named %s (ENOENT)",
		   name);
	return -ENOENT;
}

EXPORT int imock_place(struct imock *im, const char *caller,
		       const char *const *devices, unsigned int n,
		       unsigned int flags, struct imock_placement **placement)
{
	return WITH_MODULE(im, find_and_place(im, caller, devices, n, flags,
					      placement));
}

EXPORT int imock_placement_undo(struct imock_placement *placement)
{
	struct imock *im;

	if (!placement)
		return 0;
	im = placement->im;
	return GUARDED(im, end(placement, 0));
}

EXPORT const struct imock_tally *
imock_placement_tally(const struct imock_placement *placement)
{
	return &placement->tally;
}

EXPORT const char *imock_placement_text(const struct imock_placement *placement)
{
	return placement->text.text ? placement->text.text : "";
}

EXPORT const char *
imock_placement_warnings(const struct imock_placement *placement)
{
	return placement->warnings.text;
}

EXPORT const struct imock_placed *
imock_placement_of(const struct imock_placement *placement, const char *device)
{
	const struct m_device *dev = model_device(placement->m, device);

	for (unsigned int i = 0; dev && i < placement->p.run.n_units; i++)
		if (!strcmp(placement->placed[i].group, dev->group))
			return &placement->placed[i];
	return NULL;
}

EXPORT const struct imock_placed *
imock_placement_at(const struct imock_placement *placement, unsigned int i)
{
	return i < placement->p.run.n_units ? &placement->placed[i] : NULL;
}

EXPORT const struct imock_refusal *
imock_placement_refusal(const struct imock_placement *placement, unsigned int i)
{
	return i < placement->tally.refusals ? &placement->refusals[i] : NULL;
}

static int verify(struct imock_placement *pl)
{
	autobuf struct buf why = { 0 };

	if (!pl->p.buffer[0]) {
		fail_errno(&pl->im->ctx, -ENODATA, NULL,
			   "nothing is mapped that devices could reach");
		return -ENODATA;
	}
	if (pl->p.caller->check)
		return placing_check(&pl->p);
	if (placing_verify(&pl->p, pl->m, &why))
		return 0;
	if (stopped(&pl->im->ctx))
		return fail_stopped(&pl->im->ctx, NULL);
	fail_errno(&pl->im->ctx, -EIO, NULL,
		   "not every device sees what the others wrote: %s", why.text);
	return -EIO;
}

EXPORT int imock_placement_verify(struct imock_placement *placement)
{
	return GUARDED(placement->im, verify(placement));
}
