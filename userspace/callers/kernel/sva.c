// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core's own loop for the addresses of processes: the in-kernel caller binds
 * this process to one group after the other, and iommu_sva_bind_device() chooses
 * domains. callers/played/sva.c plays its choice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/kernel/real.h"
#include "lib/env.h"
#include "lib/knobs.h"

struct sva {
	struct ctx *ctx;
	int bonds[RUN_UNITS]; /* open files, each a bond; -1: none */
};

/* Binds this process to a device: an open file, or -errno. */
static int bind(struct ctx *ctx, const char *device)
{
	autofree char *path = xprintf("devices/%s/sva", device);

	return knob_start(ctx, path, "bind");
}

/* The module knows why the kernel does not do it. */
static int check_kernel(struct ctx *ctx, const struct run *run)
{
	struct kernel_info info;
	int err = kernel_info(ctx, &info);

	if (!err && info.sva)
		return 0;
	if (!err)
		err = bind(ctx, run->units[0].first);
	if (err >= 0) {
		close(err);
		return 0;
	}
	return env_errno(ctx, err, "%s", knob_last_error(ctx));
}

static int prepare(struct run *run)
{
	struct ctx *ctx = ((struct kernel *)run->k)->ctx;
	int st = check_kernel(ctx, run);
	struct sva *s;

	if (st)
		return st;
	s = xalloc(sizeof(*s));
	s->ctx = ctx;
	memset(s->bonds, -1, sizeof(s->bonds));
	run->real = s;
	return 0;
}

/* The kernel chose the domain: the open file says which. */
static void look_up(struct run *run, unsigned int unit, int bond)
{
	autobuf struct buf text = { 0 };
	char *domain = knob_look(bond, &text) ?
			       NULL :
			       strstr(text.text ? text.text : "", "domain=");

	if (!domain)
		return;
	domain += strlen("domain=");
	domain[strcspn(domain, "\n")] = '\0';
	run_join(run, (int)unit, run_known(run, domain));
}

static void place_all(struct run *run)
{
	struct sva *s = run->real;
	struct kernel *k = run->k;

	run->ops->phase(k, PHASE_PLACE);
	k->tally[PHASE_PLACE].direct = true;
	for (unsigned int u = 0; u < run->n_units; u++) {
		struct unit *unit = &run->units[u];
		int bond = run_stopped(run) ? -EINTR :
					      bind(s->ctx, unit->first);

		if (bond >= 0) {
			s->bonds[u] = bond;
			look_up(run, u, bond);
			continue;
		}
		unit->err = bond;
		if (!run_stopped(run))
			warning(s->ctx, "%s: %s", unit->group,
				knob_last_error(s->ctx));
	}
	run->ops->phase(k, PHASE_UNDO);
}

/* The domains map nothing that a device could reach. */
static int check(struct run *run)
{
	(void)run;
	return 0;
}

/* In the order of the units, as a strategy is undone. */
static int undo(struct run *run)
{
	struct sva *s = run->real;

	for (unsigned int u = 0; u < run->n_units; u++)
		if (s->bonds[u] >= 0)
			close(s->bonds[u]);
	run->real = NULL;
	free(s);
	return 0;
}

const struct caller caller_sva = {
	.name = "sva",
	.what = "the kernel's SVA: this process bound to every group",
	.place_all = place_all,
	.prepare = prepare,
	.check = check,
	.undo = undo,
};
