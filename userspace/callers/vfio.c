// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO itself: the groups are put into one type1 container, in order, and the
 * kernel decides. What callers/type1.c plays is what this should come to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/real.h"
#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"

/* Memory that can be one large page, as the buffers of the module are. */
#define ALIGN (2UL * 1024 * 1024)
/* Where each function writes, when it is looked at whether it can. */
#define SLOT 64

struct vfio {
	struct ctx *ctx;
	struct model *m;
	int container;
	int groups[RUN_UNITS]; /* -1 if it is not in the container */
	unsigned int joined; /* how many are */
	const struct m_device **bound; /* by us */
	unsigned int n_bound;
	uint64_t size; /* of what is mapped, 0: nothing */
	char *memory, *area; /* area: memory, with what its alignment took */
	sigset_t mask; /* as it was */
};

static void end_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

/* Drivers stay bound if we just end: signals wait until all is undone. */
static bool told_to_end(void)
{
	sigset_t ends, pending;

	end_signals(&ends);
	sigpending(&pending);
	return sigismember(&pending, SIGINT) ||
	       sigismember(&pending, SIGTERM) || sigismember(&pending, SIGHUP);
}

static const struct m_group *group_of(struct run *run, unsigned int unit)
{
	struct vfio *v = run->real;

	return model_group(v->m, run->units[unit].group);
}

static const struct m_device *first_of(struct run *run, unsigned int unit)
{
	struct vfio *v = run->real;

	return model_device(v->m, run->units[unit].first);
}

/* Before anything is bound: is it for VFIO at all? */
static int check_device(struct vfio *v, const struct m_device *dev)
{
	if (!dev)
		return fail(v->ctx, NULL, "a device went away");
	if (strcmp(dev->bus, "pci"))
		return fail(
			v->ctx, dev->name,
			"it is on the bus %s, and VFIO wants PCI functions: make the device with bus=pci",
			dev->bus);
	if (topo_is_bridge(v->ctx, dev))
		return ST_OK;
	if (dev->driver && strcmp(dev->driver, VFIO_DRIVER))
		return fail(v->ctx, dev->name,
			    "it is bound to %s: unbind it first", dev->driver);
	return ST_OK;
}

static int bind_device(struct vfio *v, const struct m_device *dev)
{
	int err;

	if (dev->driver || topo_is_bridge(v->ctx, dev))
		return ST_OK;
	err = topo_bind(v->ctx, dev, VFIO_DRIVER);
	if (err)
		return fail(v->ctx, dev->name, "%s (%s)", topo_error(),
			    errno_name(err));
	v->bound[v->n_bound++] = dev;
	return ST_OK;
}

static int each_device(struct run *run,
		       int (*do_it)(struct vfio *v, const struct m_device *dev))
{
	struct vfio *v = run->real;

	for (unsigned int u = 0; u < run->n_units; u++) {
		const struct m_group *group = group_of(run, u);

		for (unsigned int i = 0; group && i < group->devices.n; i++) {
			const char *name = group->devices.v[i];
			int st = do_it(v, model_device(v->m, name));

			if (st != ST_OK)
				return st;
		}
	}
	return ST_OK;
}

/* As much as the strategies map. */
static int get_memory(struct vfio *v, const struct run *run)
{
	const struct m_buffer *buffer;

	if (!run->n_maps)
		return ST_OK;
	buffer = model_buffer(v->m, run->maps[0].buffer);
	if (!buffer)
		return fail(v->ctx, run->maps[0].buffer, "it went away");
	v->size = buffer->size;
	v->area = mmap(NULL, v->size + ALIGN, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v->area == MAP_FAILED) {
		v->area = NULL;
		return fail(v->ctx, NULL, "no memory to map");
	}
	v->memory = v->area + ALIGN - (uintptr_t)v->area % ALIGN;
	madvise(v->memory, v->size, MADV_HUGEPAGE);
	memset(v->memory, 0, v->size);
	return ST_OK;
}

static int undo(struct run *run);

static int prepare(struct run *run)
{
	struct ctx *ctx = ((struct kernel *)run->k)->ctx;
	int st = vfio_load(ctx);
	struct vfio *v;
	sigset_t ends;

	if (st != ST_OK)
		return st;
	v = xalloc(sizeof(*v));
	run->real = v;
	v->ctx = ctx;
	v->container = -1;
	memset(v->groups, -1, sizeof(v->groups));
	end_signals(&ends);
	sigprocmask(SIG_BLOCK, &ends, &v->mask);
	v->m = model_read(ctx);
	if (!v->m) {
		st = ST_ENV;
	} else {
		v->bound = xalloc(sizeof(*v->bound) * (v->m->n_devices + 1));
		st = each_device(run, check_device);
	}
	if (st == ST_OK)
		st = get_memory(v, run);
	if (st == ST_OK)
		st = each_device(run, bind_device);
	if (st == ST_OK) {
		v->container = vfio_container_open(ctx);
		if (v->container < 0)
			st = env_error(ctx, "%s", vfio_error());
	}
	if (st != ST_OK)
		undo(run);
	return st;
}

/* What the first group of a container makes possible. */
static int begin(struct run *run, const struct m_device *dev)
{
	struct vfio *v = run->real;
	int err = vfio_use_type1(v->container, dev);

	if (!err && v->memory)
		err = vfio_map(v->container, v->memory, run->maps[0].iova,
			       v->size);
	return err;
}

static int join(struct run *run, unsigned int unit)
{
	const struct m_device *dev = first_of(run, unit);
	struct vfio *v = run->real;
	int group, err;

	if (told_to_end())
		return -EINTR;
	group = vfio_group_open(v->ctx, dev);
	if (group < 0)
		return group;
	err = vfio_group_join(group, v->container, dev);
	if (!err && !v->joined) {
		err = begin(run, dev);
		if (err)
			vfio_group_leave(group);
	}
	if (err) {
		close(group);
		return err;
	}
	v->groups[unit] = group;
	v->joined++;
	return 0;
}

/*
 * The books, from what the module has: which group is on which domain. One
 * that VFIO was told is attached may be on none, if its driver lies.
 */
static void look_up(struct run *run)
{
	struct vfio *v = run->real;
	struct model *m = model_read(v->ctx);

	for (unsigned int u = 0; m && u < run->n_units; u++) {
		const struct m_group *g = model_group(m, run->units[u].group);

		if (!run->units[u].err && g && g->domain &&
		    model_domain(m, g->domain))
			run_join(run, (int)u, run_known(run, g->domain));
	}
	model_free(m);
}

static void place_all(struct run *run)
{
	struct kernel *k = run->k;
	struct vfio *v = run->real;

	run->ops->phase(k, PHASE_PLACE);
	k->tally[PHASE_PLACE].direct = true;
	for (unsigned int u = 0; u < run->n_units; u++) {
		run->units[u].err = join(run, u);
		if (run->units[u].err && !told_to_end())
			warning(v->ctx, "%s", vfio_error());
	}
	look_up(run);
	run->ops->phase(k, PHASE_UNDO);
}

/* Its own pattern, into its own slot. */
static int check_device_dma(struct run *run, int group,
			    const struct m_device *dev, unsigned int slot)
{
	struct vfio *v = run->real;
	uint64_t at = (uint64_t)slot * SLOT % v->size;
	uint64_t pattern = 0x0101010101010101ULL * (slot % 255 + 1);
	struct vfio_function f;
	int err;

	if (topo_is_bridge(v->ctx, dev))
		return ST_OK;
	err = vfio_function_open(group, dev, &f);
	if (!err) {
		err = vfio_function_write(&f, run->maps[0].iova + at, SLOT,
					  pattern);
		vfio_function_close(&f);
	}
	if (err)
		return fail(v->ctx, dev->name, "%s", vfio_error());
	for (unsigned int i = 0; i < SLOT; i += sizeof(pattern)) {
		if (!memcmp(v->memory + at + i, &pattern, sizeof(pattern)))
			continue;
		return fail(
			v->ctx, dev->name,
			"it wrote to 0x%llx, but that is not where the memory is that VFIO mapped there",
			(unsigned long long)(run->maps[0].iova + at));
	}
	return ST_OK;
}

/* Can every function that was placed reach what is mapped? */
static int check(struct run *run)
{
	struct vfio *v = run->real;
	unsigned int slot = 0;
	int ret = ST_OK;

	for (unsigned int u = 0; v->memory && u < run->n_units; u++) {
		const struct m_group *g = group_of(run, u);

		for (unsigned int i = 0; v->groups[u] >= 0 && i < g->devices.n;
		     i++) {
			int st = check_device_dma(
				run, v->groups[u],
				model_device(v->m, g->devices.v[i]), slot++);

			if (st != ST_OK)
				ret = st;
		}
	}
	return ret;
}

/* In the order of the units, as a strategy is undone. */
static int leave_all(struct run *run)
{
	struct vfio *v = run->real;
	int ret = ST_OK;

	for (unsigned int u = 0; u < run->n_units; u++) {
		if (v->groups[u] < 0)
			continue;
		if (vfio_group_leave(v->groups[u]))
			ret = fail(v->ctx, run->units[u].group, "%s",
				   vfio_error());
		close(v->groups[u]);
	}
	if (v->container >= 0)
		close(v->container);
	return ret;
}

static int undo(struct run *run)
{
	struct vfio *v = run->real;
	int ret = leave_all(run);

	if (v->area)
		munmap(v->area, v->size + ALIGN);
	while (v->n_bound) {
		const struct m_device *dev = v->bound[--v->n_bound];

		if (topo_unbind(v->ctx, dev))
			ret = fail(v->ctx, dev->name, "%s", topo_error());
	}
	free(v->bound);
	model_free(v->m);
	run->real = NULL;
	/* What came meanwhile ends us here. */
	sigprocmask(SIG_SETMASK, &v->mask, NULL);
	free(v);
	return ret;
}

const struct caller caller_vfio = {
	.name = "vfio",
	.what = "the kernel's VFIO: all groups in one type1 container",
	.place_all = place_all,
	.prepare = prepare,
	.check = check,
	.undo = undo,
};
