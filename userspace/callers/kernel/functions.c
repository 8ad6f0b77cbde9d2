// SPDX-License-Identifier: GPL-2.0-only
/* See functions.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/kernel/functions.h"
#include "callers/kernel/stage1.h"
#include "lib/dma.h"
#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"

/* Memory that can be one large page, like the module's buffers. */
#define ALIGN (2UL * 1024 * 1024)
/* The slot in which each function writes when its access is checked. */
#define SLOT 64
/* Far more than the DMA of some bytes takes, also on a busy machine. */
#define DMA_MS 10000

/* ---- before --------------------------------------------------------------- */

static void add_member(struct members *members, const struct m_device *dev)
{
	members->v[members->n++] = (struct function){ .dev = dev, .fd = -1 };
}

static int find_members(struct functions *f, unsigned int u)
{
	const struct unit *unit = &f->run->units[u];
	const struct m_group *group = model_group(f->m, unit->group);

	if (!group)
		return fail_errno(f->ctx, -ENOENT, unit->group,
				  "the group went away");
	f->units[u].v =
		xalloc(sizeof(struct function) * (group->devices.n + 1));
	add_member(&f->units[u], model_device(f->m, unit->dev));
	for (unsigned int i = 0; i < group->devices.n; i++) {
		const struct m_device *dev =
			model_device(f->m, group->devices.v[i]);

		/* A bridge above the functions cannot be opened. */
		if (dev && topo_is_bridge(f->ctx, dev))
			continue;
		if (strcmp(group->devices.v[i], unit->dev))
			add_member(&f->units[u], dev);
	}
	return 0;
}

/* Called before anything is bound: can the caller get the device at all? */
static int check_device(struct functions *f, const struct m_device *dev)
{
	if (!dev)
		return fail_errno(f->ctx, -ENOENT, NULL, "a device went away");
	if (!f->driver->any_bus && strcmp(dev->bus, "pci"))
		return fail_errno(
			f->ctx, -EINVAL, dev->name,
			"it is on the bus %s, and VFIO wants PCI functions: make the device with bus=pci",
			dev->bus);
	if (topo_is_bridge(f->ctx, dev))
		return fail_errno(f->ctx, -EINVAL, dev->name,
				  "it is a bridge: name a function below it");
	if (dev->driver && strcmp(dev->driver, f->driver->name))
		return fail_errno(f->ctx, -EBUSY, dev->name,
				  "it is bound to %s: unbind it first",
				  dev->driver);
	return 0;
}

static int unbind(struct ctx *ctx, void *what)
{
	const struct m_device *dev = what;

	return topo_unbind(ctx, dev) ?
		       fail(ctx, dev->name, "%s", topo_error()) :
		       0;
}

static int bind_device(struct functions *f, const struct m_device *dev)
{
	int err;

	if (dev->driver)
		return 0;
	err = topo_bind(f->ctx, dev, f->driver->name);
	if (err)
		return fail_errno(f->ctx, err, dev->name, "%s (%s)",
				  topo_error(), errno_name(err));
	scope_push(&f->bound, unbind, (void *)(uintptr_t)dev);
	return 0;
}

static int each_device(struct functions *f,
		       int (*do_it)(struct functions *f,
				    const struct m_device *dev))
{
	for (unsigned int u = 0; u < f->run->n_units; u++) {
		for (unsigned int i = 0; i < f->units[u].n; i++) {
			int st = do_it(f, f->units[u].v[i].dev);

			if (st)
				return st;
		}
	}
	return 0;
}

/* As much as the strategies map. */
static int get_memory(struct functions *f)
{
	const struct m_buffer *buffer;

	if (!f->run->n_maps)
		return 0;
	buffer = model_buffer(f->m, f->run->maps[0].buffer);
	if (!buffer)
		return fail_errno(f->ctx, -ENOENT, f->run->maps[0].buffer,
				  "it went away");
	f->iova = f->run->maps[0].iova;
	f->size = buffer->size + f->driver->extra;
	f->area = mmap(NULL, f->size + ALIGN, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f->area == MAP_FAILED) {
		f->area = NULL;
		return fail_errno(f->ctx, -ENOMEM, NULL, "no memory to map");
	}
	f->memory = f->area + ALIGN - (uintptr_t)f->area % ALIGN;
	madvise(f->memory, f->size, MADV_HUGEPAGE);
	memset(f->memory, 0, f->size);
	return 0;
}

void functions_space(const struct functions *f, struct space *space)
{
	if (f->run->space)
		space_copy(space, f->run->space);
	else
		space_init(space);
}

int functions_settle(struct functions *f, const struct space *allowed)
{
	if (space_find(allowed, f->size, &f->iova))
		return 0;
	return vfio_explain(
		-ENOSPC,
		"the kernel allows no %llu bytes to be mapped beside the reserved regions of all groups",
		(unsigned long long)f->size);
}

int functions_begin(struct functions *f, struct run *run,
		    const struct function_driver *driver)
{
	int st = 0;

	*f = (struct functions){ .run = run, .driver = driver };
	f->ctx = f->bound.ctx = ((struct kernel *)run->k)->ctx;
	f->m = model_read(f->ctx);
	if (!f->m)
		return -EIO;
	for (unsigned int u = 0; !st && u < run->n_units; u++)
		st = find_members(f, u);
	if (!st)
		st = each_device(f, check_device);
	if (!st)
		st = get_memory(f);
	if (!st)
		st = each_device(f, bind_device);
	return st;
}

/* ---- placing -------------------------------------------------------------- */

/* The domain that the group, or the PASID of its first device, is on; or NULL. */
static const char *domain_of(const struct model *m, const struct unit *unit,
			     unsigned int pasid)
{
	const struct m_group *g = model_group(m, unit->group);
	const struct m_device *d = model_device(m, unit->dev);
	autofree char *key = xprintf("%u:", pasid);

	if (!pasid)
		return g ? g->domain : NULL;
	for (unsigned int i = 0; d && i < d->attached.n; i++)
		if (!strncmp(d->attached.v[i], key, strlen(key)))
			return d->attached.v[i] + strlen(key);
	return NULL;
}

/*
 * Fills the books from the module's state: the domain of each group. A group
 * may be on no domain although the kernel got no error, if its driver lies.
 */
static void look_up(struct functions *f)
{
	struct model *m = model_read(f->ctx);
	struct run *run = f->run;

	for (unsigned int u = 0; m && u < run->n_units; u++) {
		const char *domain = domain_of(m, &run->units[u], run->pasid);
		const struct m_domain *d = domain ? model_domain(m, domain) :
						    NULL;

		/* What the tables of guests share is the stage 2. */
		if (!run->units[u].err && d)
			run_join(run, (int)u,
				 run_known(run,
					   d->parent ? d->parent : domain));
	}
	model_free(m);
}

void functions_place(struct functions *f,
		     int (*join)(struct run *run, unsigned int unit))
{
	struct run *run = f->run;
	struct kernel *k = run->k;

	run->ops->phase(k, PHASE_PLACE);
	k->tally[PHASE_PLACE].direct = true;
	for (unsigned int u = 0; u < run->n_units; u++) {
		run->units[u].err = run_stopped(run) ? -EINTR : join(run, u);
		if (run->units[u].err && !run_stopped(run))
			warning(f->ctx, "%s", vfio_error());
	}
	look_up(f);
	run->ops->phase(k, PHASE_UNDO);
}

/* ---- afterwards ------------------------------------------------------------ */

int functions_write(struct ctx *ctx, const char *device, uint32_t pasid,
		    uint64_t iova, uint32_t size, uint64_t pattern)
{
	autofree char *with = pasid ? xprintf(" pasid=%u", pasid) : xstrdup("");
	autofree char *request = xprintf("write 0x%llx %u pattern=0x%llx%s",
					 (unsigned long long)iova, size,
					 (unsigned long long)pattern, with);
	int fd = dma_start(ctx, device, request);
	autobuf struct buf line = { 0 };
	struct dma_status st = { 0 };
	int err = fd;

	if (fd >= 0) {
		err = dma_wait(ctx, fd, DMA_MS, &st, &line);
		close(fd);
	}
	if (!err)
		err = st.ret;
	return err ? vfio_explain(err, "its DMA does not arrive: %s",
				  line.len ? line.text : "it does not start") :
		     0;
}

static int write_by_registers(struct ctx *ctx, const struct function *member,
			      uint64_t iova, uint32_t size, uint64_t pattern)
{
	struct vfio_function function;
	int err = vfio_function_use(member->fd, member->dev, &function);

	(void)ctx;
	return err ? err : vfio_function_write(&function, iova, size, pattern);
}

const struct function_driver driver_vfio = {
	.name = VFIO_DRIVER,
	.write = write_by_registers,
};

const struct function_driver driver_nested = {
	.name = VFIO_DRIVER,
	.write = write_by_registers,
	.extra = STAGE1_BYTES,
};

/* Its own pattern, into its own slot: 0, or -errno and vfio_error(). */
static int check_dma(const struct functions *f, const struct function *member,
		     unsigned int slot)
{
	uint64_t at = (uint64_t)slot * SLOT % (f->size - f->driver->extra);
	uint64_t pattern = 0x0101010101010101ULL * (slot % 255 + 1);
	int err = f->driver->write(f->ctx, member, f->iova + at, SLOT, pattern);

	for (unsigned int i = 0; !err && i < SLOT; i += sizeof(pattern)) {
		if (memcmp(f->memory + at + i, &pattern, sizeof(pattern)))
			err = vfio_explain(
				-EIO,
				"it wrote to 0x%llx, but that is not where the memory is that was mapped there",
				(unsigned long long)(f->iova + at));
	}
	return err;
}

/*
 * A function that was not placed but is open should have moved: it stays on its
 * old domain.
 */
static int not_reached(const struct functions *f, unsigned int unit,
		       const struct function *member)
{
	int err = f->run->units[unit].err;

	if (err)
		return fail(
			f->ctx, member->dev->name,
			"the move was refused (%s), but it is not where it was (R6): %s",
			errno_name(err), vfio_error());
	return fail(f->ctx, member->dev->name, "%s", vfio_error());
}

int functions_check(const struct functions *f)
{
	unsigned int slot = 0;
	int ret = 0;

	for (unsigned int u = 0; f->memory && u < f->run->n_units; u++) {
		const struct members *members = &f->units[u];

		for (unsigned int i = 0; i < members->n; i++) {
			if (members->v[i].fd >= 0 &&
			    check_dma(f, &members->v[i], slot++))
				ret = not_reached(f, u, &members->v[i]);
		}
	}
	return ret;
}

void functions_close(struct members *members)
{
	for (unsigned int i = 0; i < members->n; i++) {
		if (members->v[i].fd >= 0)
			close(members->v[i].fd);
		members->v[i].fd = -1;
	}
}

int functions_end(struct functions *f)
{
	int ret;

	if (f->area)
		munmap(f->area, f->size + ALIGN);
	ret = scope_undo(&f->bound, 0);
	for (unsigned int u = 0; u < f->run->n_units; u++)
		free(f->units[u].v);
	model_free(f->m);
	return ret;
}
