// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO itself: the groups are put into one container, in order, and the kernel
 * chooses domains. The container is type1's, and callers/played/type1.c plays
 * its choice; or it is iommufd's imitation, which attaches when a device is
 * opened, and callers/played/iommufd.c plays its choice.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/kernel/functions.h"
#include "callers/kernel/real.h"
#include "lib/iommufd.h"
#include "lib/vfio.h"

struct vfio {
	struct functions f;
	bool compat; /* iommufd's container */
	int container;
	int groups[RUN_UNITS]; /* -1 if it is not in the container */
	unsigned int joined; /* how many are */
	bool begun; /* the container has an address space, and memory in it */
};

static int undo(struct run *run);

static int prepare(struct run *run, bool compat)
{
	struct ctx *ctx = ((struct kernel *)run->k)->ctx;
	int st = compat ? iommufd_load(ctx) : vfio_load(ctx);
	struct vfio *v;

	if (st)
		return st;
	v = xalloc(sizeof(*v));
	run->real = v;
	v->compat = compat;
	v->container = -1;
	memset(v->groups, -1, sizeof(v->groups));
	st = functions_begin(&v->f, run, &driver_vfio);
	if (!st) {
		v->container = compat ? iommufd_container_open(ctx) :
					vfio_container_open(ctx);
		if (v->container < 0)
			st = env_errno(ctx, v->container, "%s", vfio_error());
	}
	if (st)
		undo(run);
	return st;
}

static int prepare_type1(struct run *run)
{
	return prepare(run, false);
}

static int prepare_compat(struct run *run)
{
	return prepare(run, true);
}

/* Finds an address for the memory of all groups, from the container. */
static int settle(struct vfio *v)
{
	struct space allowed;
	int err;

	functions_space(&v->f, &allowed);
	err = vfio_allow(v->container, &allowed);
	if (!err)
		err = functions_settle(&v->f, &allowed);
	space_free(&allowed);
	return err;
}

/* Steps that are possible once the container has its first group. */
static int begin(struct vfio *v, const struct m_device *dev)
{
	int err = vfio_use_type1(v->container, dev);

	if (!err && v->f.memory)
		err = settle(v);
	if (!err && v->f.memory)
		err = vfio_map(v->container, v->f.memory, v->f.iova, v->f.size);
	return err;
}

static int open_devices(struct vfio *v, unsigned int unit)
{
	struct members *members = &v->f.units[unit];

	for (unsigned int i = 0; i < members->n; i++) {
		struct function *member = &members->v[i];

		member->fd = vfio_device_open(v->groups[unit], member->dev);
		if (member->fd < 0) {
			int err = member->fd;

			functions_close(members);
			return err;
		}
	}
	return 0;
}

/* Out of the container, and given back. */
static int leave(struct vfio *v, unsigned int unit)
{
	int err;

	functions_close(&v->f.units[unit]);
	err = vfio_group_leave(v->groups[unit]);
	close(v->groups[unit]);
	v->groups[unit] = -1;
	return err;
}

static int join(struct run *run, unsigned int unit)
{
	struct vfio *v = run->real;
	const struct m_device *dev = v->f.units[unit].v[0].dev;
	int group = vfio_group_open(v->f.ctx, dev);
	int err;

	if (group < 0)
		return group;
	err = vfio_group_join(group, v->container, dev);
	if (err) {
		close(group);
		return err;
	}
	v->groups[unit] = group;
	if (!v->begun)
		err = begin(v, dev);
	v->begun = !err;
	if (!err && v->compat)
		err = open_devices(v, unit);
	if (err)
		leave(v, unit);
	else
		v->joined++;
	/* With its last group, type1's container forgets all. */
	v->begun = v->begun && (v->compat || v->joined);
	return err;
}

static void place_all(struct run *run)
{
	struct vfio *v = run->real;

	functions_place(&v->f, join);
}

/* Type1 does not need the devices of a group to be open: it is done now. */
static int check(struct run *run)
{
	struct vfio *v = run->real;
	int ret = 0, st;

	for (unsigned int u = 0; u < run->n_units; u++) {
		if (v->f.memory && !v->compat && v->groups[u] >= 0 &&
		    open_devices(v, u))
			ret = fail(v->f.ctx, run->units[u].group, "%s",
				   vfio_error());
	}
	st = functions_check(&v->f);
	return st ? st : ret;
}

/* In the order of the units, as a strategy is undone. */
static int undo(struct run *run)
{
	struct vfio *v = run->real;
	int ret = 0, st;

	for (unsigned int u = 0; u < run->n_units; u++) {
		if (v->groups[u] >= 0 && leave(v, u))
			ret = fail(v->f.ctx, run->units[u].group, "%s",
				   vfio_error());
	}
	if (v->container >= 0)
		close(v->container);
	st = functions_end(&v->f);
	run->real = NULL;
	free(v);
	return st ? st : ret;
}

const struct caller caller_vfio = {
	.name = "vfio",
	.what = "the kernel's VFIO: all groups in one type1 container",
	.place_all = place_all,
	.prepare = prepare_type1,
	.check = check,
	.undo = undo,
};

const struct caller caller_compat = {
	.name = "vfio-compat",
	.what = "the kernel's VFIO: all groups in one container of iommufd",
	.place_all = place_all,
	.prepare = prepare_compat,
	.check = check,
	.undo = undo,
};
