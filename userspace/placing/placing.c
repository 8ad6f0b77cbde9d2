// SPDX-License-Identifier: GPL-2.0-only
/* See placing.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/kernel/real.h"
#include "callers/verify.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "placing/placing.h"

const struct caller *placing_caller(unsigned int i)
{
	for (unsigned int n = 0; callers[n]; n++)
		if (!i--)
			return callers[n];
	for (unsigned int n = 0; real_callers[n]; n++)
		if (!i--)
			return real_callers[n];
	return NULL;
}

const char *placing_caller_name(unsigned int i)
{
	const struct caller *caller = placing_caller(i);

	return caller ? caller->name : NULL;
}

const struct caller *placing_find(const char *name)
{
	const struct caller *caller = caller_find(name);

	return caller ? caller : real_find(name);
}

static int end_kernel(struct ctx *ctx, void *what)
{
	(void)ctx;
	kernel_close(what);
	return 0;
}

static int end_space(struct ctx *ctx, void *what)
{
	struct placing *p = what;

	(void)ctx;
	space_free(&p->space);
	return 0;
}

/* Something to map. */
static int make_buffer(struct placing *p)
{
	int st;

	snprintf(p->buffer, sizeof(p->buffer), "%sbuf", p->prefix);
	p->map = (struct mapping){ PLACING_IOVA, p->buffer };
	st = knob_do(p->ctx, p->buffer, "new_buffer", "%s %llu", p->buffer,
		     (unsigned long long)PLACING_BYTES);
	if (!st)
		scope_push_knob(&p->scope, xstrdup("del_buffer"),
				xstrdup(p->buffer));
	return st;
}

int placing_open(struct placing *p, struct ctx *ctx, const char *prefix,
		 bool empty)
{
	int err = kernel_info(ctx, &p->info);
	int st;

	p->ctx = ctx;
	p->scope = (struct scope){ .ctx = ctx };
	p->buffer[0] = '\0';
	snprintf(p->prefix, sizeof(p->prefix), "%s", prefix);
	if (err)
		return env_errno(ctx, err, "build_info cannot be read (%s)",
				 errno_name(err));
	st = kernel_open(&p->k, ctx);
	if (st)
		return st;
	scope_push(&p->scope, end_kernel, &p->k);
	space_init(&p->space);
	scope_push(&p->scope, end_space, p);
	if (!empty)
		st = make_buffer(p);
	if (st)
		placing_close(p);
	p->mark = p->scope.n;
	return st;
}

int placing_close(struct placing *p)
{
	return scope_undo(&p->scope, 0);
}

void placing_keep(struct placing *p)
{
	scope_forget(&p->scope);
	space_free(&p->space);
	kernel_close(&p->k);
}

static int add_units(struct placing *p, const struct model *m,
		     const char *const *devices, unsigned int n)
{
	int st = 0;

	for (unsigned int i = 0; i < n && !st; i++) {
		if (kernel_add_unit(&p->run, m, devices[i]))
			continue;
		if (p->run.n_units == RUN_UNITS)
			st = fail_errno(p->ctx, -E2BIG, devices[i],
					"more than %d groups", RUN_UNITS);
		else
			st = fail_errno(p->ctx, -ENOENT, devices[i],
					"no such device");
	}
	return st;
}

/* Limits the space to what the devices of a group, and their IOMMUs, allow. */
static void add_group(struct placing *p, const struct model *m,
		      const struct m_group *g, struct space *space)
{
	autofree char *path = xprintf(
		"/sys/kernel/iommu_groups/%" PRIu64 "/reserved_regions", g->id);
	/* A recorded tree may be without: then it has none. */
	autofree char *regions = root_read(p->ctx, path);

	space_reserve(space, regions);
	for (unsigned int i = 0; i < g->devices.n; i++) {
		const struct m_device *dev = model_device(m, g->devices.v[i]);
		const struct m_instance *inst =
			dev ? model_instance(m, dev->instance) : NULL;

		if (inst)
			space_bits(space, inst->ias);
	}
}

/*
 * All groups share one address, because they share what is mapped. A group that
 * has no address in common with the groups before it is left out.
 */
static void find_address(struct placing *p, const struct model *m)
{
	space_free(&p->space);
	p->map.iova = PLACING_IOVA;
	for (unsigned int u = 0; u < p->run.n_units; u++) {
		struct unit *unit = &p->run.units[u];
		const struct m_group *g = model_group(m, unit->group);
		struct space with;

		if (!g)
			continue;
		space_copy(&with, &p->space);
		add_group(p, m, g, &with);
		if (space_find(&with, PLACING_BYTES, &p->map.iova)) {
			space_free(&p->space);
			p->space = with;
			continue;
		}
		space_free(&with);
		unit->err = -ENOSPC;
		warning(p->ctx,
			"%s: its reserved regions, the end of its page tables and those of the groups before it leave no %llu bytes to map (ENOSPC): place it with other groups, give it fewer regions, or map nothing (--empty)",
			unit->group, (unsigned long long)PLACING_BYTES);
	}
	p->run.space = &p->space;
}

static int undo(struct ctx *ctx, void *what)
{
	struct placing *p = what;
	int err;

	if (p->caller->undo)
		return p->caller->undo(&p->run);
	err = run_undo(&p->run);
	if (err)
		return fail_errno(ctx, err, p->caller->name,
				  "its placement could not be undone: %s (%s)",
				  knob_last_error(ctx), errno_name(err));
	return 0;
}

static int prepare(struct placing *p, const struct caller *caller,
		   const char *const *devices, unsigned int n)
{
	struct model *before = model_read(p->ctx);
	int st;

	if (!before)
		return -EIO;
	run_init(&p->run, &kernel_ops, &p->k, p->info.family, p->prefix);
	if (p->buffer[0]) {
		p->run.maps = &p->map;
		p->run.n_maps = 1;
	}
	st = add_units(p, before, devices, n);
	if (!st && p->run.n_maps)
		find_address(p, before);
	if (!st && caller->prepare)
		st = caller->prepare(&p->run);
	if (!st) {
		p->caller = caller;
		scope_push(&p->scope, undo, p);
		/* Other threads of this process may place devices, too. */
		p->k.thread = gettid();
		kernel_restart(&p->k);
		if (p->begin)
			p->begin(p, before);
	}
	model_free(before);
	return st;
}

int placing_place(struct placing *p, const struct caller *caller,
		  const char *const *devices, unsigned int n, struct model **m)
{
	int st = prepare(p, caller, devices, n);

	*m = NULL;
	if (st)
		return st;
	run_place(&p->run, caller);
	kernel_drain(&p->k);
	if (stopped(p->ctx)) {
		placing_undo(p);
		return fail_stopped(p->ctx, NULL);
	}
	if (p->k.missed)
		warning(p->ctx,
			"%s: %" PRIu64
			" %s overwritten unread, so what is counted of it is too little: load the module with more journal_entries",
			caller->name, p->k.missed,
			by_count(p->k.missed, "event of the journal was",
				 "events of the journal were"));
	*m = model_read(p->ctx);
	if (*m)
		kernel_measure(&p->run, *m);
	return 0;
}

int placing_undo(struct placing *p)
{
	return scope_undo(&p->scope, p->mark);
}

int placing_check(struct placing *p)
{
	return p->caller->check(&p->run);
}

bool placing_verify(struct placing *p, const struct model *m, struct buf *why)
{
	struct verify *v = xalloc(sizeof(*v));
	bool good;

	*v = (struct verify){ p->ctx, p->map.iova, p->buffer, 0, { { 0 } } };
	for (unsigned int u = 0; u < p->run.n_units; u++) {
		const struct unit *unit = &p->run.units[u];
		const struct m_group *g = model_group(m, unit->group);

		for (unsigned int i = 0;
		     unit->domain >= 0 && g && i < g->devices.n; i++)
			if (!verify_add(v, g->devices.v[i]))
				buf_str(why,
					"more devices than there is room for");
	}
	good = verify_shared(v, why) && !why->len;
	free(v);
	return good;
}

void placing_describe(const struct placing *p, struct buf *b)
{
	for (unsigned int d = 0; d < p->run.n_domains; d++) {
		const char *sep = "{";

		for (unsigned int u = 0; u < p->run.n_units; u++) {
			if (p->run.units[u].domain != (int)d)
				continue;
			buf_printf(b, "%s%s%s",
				   *sep == '{' && b->len ? " " : "", sep,
				   p->run.units[u].group);
			sep = ",";
		}
		if (*sep == ',')
			buf_str(b, "}");
	}
}
