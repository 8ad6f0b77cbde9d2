// SPDX-License-Identifier: GPL-2.0-only
/*
 * vhost-vdpa: each device that is opened is put on a domain of its own, by one
 * iommu_attach_device() without a claim, and its errno is that of open(). Nothing is
 * shared, and nothing is tried again: the control group of the callers that choose.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/kernel/functions.h"
#include "callers/kernel/real.h"
#include "lib/vdpa.h"
#include "lib/vfio.h"

struct vdpa {
	struct functions f;
	bool settled; /* the address of the memory */
	bool raised; /* the limit of locked memory */
	struct rlimit locked; /* it was this */
};

static int undo(struct run *run);

/* The device has no registers that its user could reach: the module's file does it. */
static int write_by_engine(struct ctx *ctx, const struct function *member,
			   uint64_t iova, uint32_t size, uint64_t pattern)
{
	return functions_write(ctx, member->dev->name, 0, iova, size, pattern);
}

const struct function_driver driver_vdpa = {
	.name = MOCK_VDPA_DRIVER,
	.any_bus = true,
	.write = write_by_engine,
};

static int check_kernel(struct ctx *ctx)
{
	struct kernel_info info;
	int err = kernel_info(ctx, &info);

	if (err)
		return env_errno(ctx, err, "build_info cannot be read");
	if (!info.vdpa)
		return env_error(
			ctx,
			"the module has no vDPA devices on this kernel: it was built without CONFIG_VDPA, or its vDPA is older than 6.0");
	return vdpa_load(ctx);
}

/* vhost-vdpa counts the memory of each domain, and lets nobody have more. */
static void raise_limit(struct vdpa *v)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	v->raised = !getrlimit(RLIMIT_MEMLOCK, &v->locked) &&
		    !setrlimit(RLIMIT_MEMLOCK, &all);
}

static int prepare(struct run *run)
{
	struct ctx *ctx = ((struct kernel *)run->k)->ctx;
	int st = check_kernel(ctx);
	struct vdpa *v;

	if (st)
		return st;
	v = xalloc(sizeof(*v));
	run->real = v;
	raise_limit(v);
	st = functions_begin(&v->f, run, &driver_vdpa);
	if (st)
		undo(run);
	return st;
}

/* Finds an address for the memory of all devices, from the first that is open. */
static int settle(struct vdpa *v, int fd)
{
	struct iova_range range;
	struct space allowed;
	int err = vdpa_range(fd, &range);

	if (err)
		return err;
	functions_space(&v->f, &allowed);
	space_allow(&allowed, &range, 1);
	err = functions_settle(&v->f, &allowed);
	space_free(&allowed);
	v->settled = !err;
	return err;
}

static int fill(struct vdpa *v, int fd)
{
	int err = v->settled ? 0 : settle(v, fd);

	if (!err)
		err = vdpa_own(fd);
	if (!err)
		err = vdpa_map(fd, v->f.memory, v->f.iova, v->f.size);
	return err;
}

/* By the first device: the kernel takes no group of several anyway. */
static int join(struct run *run, unsigned int unit)
{
	struct vdpa *v = run->real;
	struct function *first = &v->f.units[unit].v[0];
	int err = 0;

	first->fd = vdpa_open(v->f.ctx, first->dev);
	if (first->fd < 0)
		err = first->fd;
	else if (v->f.memory)
		err = fill(v, first->fd);
	if (err)
		functions_close(&v->f.units[unit]);
	return err;
}

static void place_all(struct run *run)
{
	struct vdpa *v = run->real;

	functions_place(&v->f, join);
}

static int check(struct run *run)
{
	struct vdpa *v = run->real;

	return functions_check(&v->f);
}

/* In the order of the units, as a strategy is undone. */
static int undo(struct run *run)
{
	struct vdpa *v = run->real;
	int st;

	for (unsigned int u = 0; u < run->n_units; u++)
		functions_close(&v->f.units[u]);
	st = functions_end(&v->f);
	if (v->raised)
		setrlimit(RLIMIT_MEMLOCK, &v->locked);
	run->real = NULL;
	free(v);
	return st;
}

const struct caller caller_vdpa = {
	.name = "vdpa",
	.what = "the kernel's vhost-vdpa: each device on a domain of its own",
	.place_all = place_all,
	.prepare = prepare,
	.check = check,
	.undo = undo,
};
