// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the devices of a placement see by DMA: R14 while the buffer is mapped,
 * R13 once it is not. Where the cell has no mappings it is mapped here: that
 * calls no driver's attach, which is what cells count.
 */
#include <stdio.h>
#include <stdlib.h>

#include "callers/verify.h"
#include "lib/knobs.h"
#include "lib/topology.h"
#include "matrix/runner.h"

static void add_devices(const struct runner *r, struct verify *v)
{
	for (unsigned int u = 0; u < r->run.n_units; u++)
		for (int i = 0;
		     r->run.units[u].domain >= 0 && i < r->units[u].n; i++)
			verify_add(v, r->topo->devs[r->units[u].devs[i]].name);
}

static bool fill_empty(struct runner *r)
{
	for (unsigned int i = 0; !r->run.n_maps && i < r->run.n_domains; i++) {
		const struct run_domain *d = &r->run.domains[i];

		if (d->users && topo_map(r->ctx, d->name, MX_IOVA, MX_BUFFER)) {
			runner_wrong(r, "%s cannot be filled: %s", d->name,
				     knob_last_error(r->ctx));
			return false;
		}
	}
	return true;
}

static bool empty_all(struct runner *r)
{
	for (unsigned int i = 0; i < r->run.n_domains; i++) {
		const struct run_domain *d = &r->run.domains[i];

		if (d->users &&
		    topo_unmap(r->ctx, d->name, MX_IOVA, MX_BUFFER_SIZE)) {
			runner_wrong(r, "%s cannot be emptied: %s", d->name,
				     knob_last_error(r->ctx));
			return false;
		}
	}
	return true;
}

void check_memory(struct runner *r)
{
	struct verify *v = xalloc(sizeof(*v));
	autobuf struct buf why = { 0 };

	v->ctx = r->ctx;
	v->iova = MX_IOVA;
	v->buffer = MX_BUFFER;
	add_devices(r, v);
	if (fill_empty(r)) {
		if (!verify_shared(v, &why))
			check_broken(r, R14, why.text,
				     "devices do not see the same memory:");
		buf_drop(&why, why.len);
		if (empty_all(r) && !verify_gone(v, &why))
			check_broken(r, R13, why.text,
				     "what was unmapped is reached:");
	}
	free(v);
}
