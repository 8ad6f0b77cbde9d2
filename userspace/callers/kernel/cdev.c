// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd itself: functions are opened, bound and attached one by one. With
 * iommufd-cdev the kernel chooses page tables (callers/played/iommufd.c plays
 * its choice). With iommufd-replace the functions move from an address space of
 * their own. With iommufd-hwpt the caller chooses page tables, as a VMM does
 * that keeps its own list; iommufd-pasid does so for a PASID of each function.
 * With iommufd-nested these page tables are a stage 2, and each group has the table of a
 * guest on it.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "callers/kernel/functions.h"
#include "callers/kernel/real.h"
#include "callers/kernel/stage1.h"
#include "lib/dma.h"
#include "lib/iommufd.h"
#include "lib/mem.h"
#include "lib/vfio.h"

/* The PASID that iommufd-pasid attaches. */
#define PASID 1

/* Page tables that this caller allocated; id 0 is none. */
struct hwpt {
	uint32_t id;
	unsigned int users; /* units */
};

struct cdev;

/* What a caller does in its own way. */
struct way {
	int (*attach)(struct cdev *c, unsigned int unit, uint32_t *pt);
	bool own; /* each unit begins on an address space of its own */
	uint32_t pasid; /* of each function, to be attached; 0: the function */
	uint32_t flags; /* of page tables that it allocates */
	const struct function_driver *driver;
};

struct cdev {
	struct functions f;
	const struct way *way;
	int iommufd;
	uint32_t ioas; /* the shared one */
	struct hwpt hwpts[RUN_UNITS]; /* in order of creation */
	unsigned int n_hwpts;
	struct hwpt *on[RUN_UNITS]; /* which of them a unit is on */
	uint64_t root; /* of the guest's table */
	uint32_t tables[RUN_UNITS]; /* of a guest, by unit; 0: none */
};

static int undo(struct run *run);

/* Finds an address for the memory of all groups, from an address space. */
static int settle(struct cdev *c, uint32_t ioas)
{
	struct iova_range ranges[16];
	struct space allowed;
	int err = iommufd_ioas_ranges(c->iommufd, ioas, ranges,
				      ARRAY_SIZE(ranges));

	if (err < 0)
		return err;
	functions_space(&c->f, &allowed);
	space_allow(&allowed, ranges, (unsigned int)err);
	err = functions_settle(&c->f, &allowed);
	space_free(&allowed);
	return err;
}

/* It is filled while it has no device, so its ranges are still few. */
static int new_ioas(struct cdev *c, uint32_t *ioas)
{
	int err = iommufd_ioas_alloc(c->iommufd, ioas);

	if (!err && c->f.memory)
		err = settle(c, *ioas);
	if (!err && c->f.memory)
		err = iommufd_ioas_map(c->iommufd, *ioas, c->f.memory,
				       c->f.iova, c->f.size);
	return err;
}

static bool nested(const struct cdev *c)
{
	return c->way->flags & HWPT_NEST;
}

/* The guest's table, at the end of the memory. Nobody reads it if there is none. */
static void write_table(struct cdev *c)
{
	uint64_t size;

	if (!nested(c) || !c->f.memory)
		return;
	size = c->f.size - STAGE1_BYTES;
	c->root = stage1_identity(c->f.memory + size, c->f.iova + size,
				  c->f.iova, size);
}

static int prepare(struct run *run, const struct way *way)
{
	struct ctx *ctx = ((struct kernel *)run->k)->ctx;
	int st = iommufd_load(ctx);
	struct cdev *c;

	if (st)
		return st;
	c = xalloc(sizeof(*c));
	run->real = c;
	c->way = way;
	c->iommufd = -1;
	st = functions_begin(&c->f, run, way->driver);
	if (!st)
		st = iommufd_check_cdevs(ctx);
	if (!st) {
		c->iommufd = iommufd_open(ctx);
		if (c->iommufd < 0)
			st = env_errno(ctx, c->iommufd, "%s", vfio_error());
		else if (new_ioas(c, &c->ioas))
			st = fail(ctx, NULL, "%s", vfio_error());
		else
			write_table(c);
	}
	if (st)
		undo(run);
	return st;
}

/* A function of ours, or its PASID: to page tables, and off them. */
static int attach_to(const struct cdev *c, const struct function *member,
		     uint32_t pt)
{
	uint32_t pasid = c->way->pasid;

	return pasid ? iommufd_pasid_attach(member->fd, member->dev, pasid,
					    pt) :
		       iommufd_device_attach(member->fd, member->dev, pt);
}

static int detach_from(const struct cdev *c, const struct function *member)
{
	uint32_t pasid = c->way->pasid;

	return pasid ? iommufd_pasid_detach(member->fd, member->dev, pasid) :
		       iommufd_device_detach(member->fd, member->dev);
}

/* ---- how the first of a group is attached ---------------------------------- */

/* By page tables that the kernel chooses. */
static int attach_ioas(struct cdev *c, unsigned int unit, uint32_t *pt)
{
	const struct function *first = &c->f.units[unit].v[0];

	*pt = c->ioas;
	return iommufd_device_attach(first->fd, first->dev, c->ioas);
}

/* The driver may refuse a stage 2 when a table is made on it, or at the attach. */
static int attach_table(struct cdev *c, unsigned int unit, uint32_t stage2,
			uint32_t *pt)
{
	const struct function *first = &c->f.units[unit].v[0];
	int err = iommufd_stage1_alloc(c->iommufd, stage2, first->dev,
				       first->id, c->root, pt);

	if (err)
		return err;
	err = attach_to(c, first, *pt);
	if (err)
		iommufd_destroy(c->iommufd, *pt);
	else
		c->tables[unit] = *pt;
	return err;
}

static int attach_hwpt(struct cdev *c, unsigned int unit, struct hwpt *hwpt,
		       uint32_t *pt)
{
	int err;

	*pt = hwpt->id;
	err = nested(c) ? attach_table(c, unit, hwpt->id, pt) :
			  attach_to(c, &c->f.units[unit].v[0], *pt);
	if (!err) {
		c->on[unit] = hwpt;
		hwpt->users++;
	}
	return err;
}

/*
 * Page tables of the caller's own: tries the existing ones, newest first as
 * QEMU keeps them (iommufd_cdev_autodomains_get()), and then new ones. Only
 * EINVAL means "try the next".
 */
static int attach_listed(struct cdev *c, unsigned int unit, uint32_t *pt)
{
	const struct function *first = &c->f.units[unit].v[0];
	struct hwpt *hwpt;
	int err;

	for (unsigned int i = c->n_hwpts; i--;) {
		hwpt = &c->hwpts[i];
		err = attach_hwpt(c, unit, hwpt, pt);
		if (err != -EINVAL)
			return err;
	}
	hwpt = &c->hwpts[c->n_hwpts];
	err = iommufd_hwpt_alloc(c->iommufd, c->ioas, first->dev, first->id,
				 c->way->flags, &hwpt->id);
	if (err)
		return err;
	err = attach_hwpt(c, unit, hwpt, pt);
	if (err)
		iommufd_destroy(c->iommufd, hwpt->id);
	else
		c->n_hwpts++;
	return err;
}

/* ---- placing ----------------------------------------------------------------- */

static int open_members(struct cdev *c, unsigned int unit)
{
	struct members *members = &c->f.units[unit];

	for (unsigned int i = 0; i < members->n; i++) {
		struct function *member = &members->v[i];

		member->fd = iommufd_device_open(c->f.ctx, c->iommufd,
						 member->dev, &member->id);
		if (member->fd < 0)
			return member->fd;
	}
	return 0;
}

/* The rest of a group follows the first, to wherever that is. */
static int attach_rest(struct cdev *c, unsigned int unit, uint32_t pt)
{
	struct members *members = &c->f.units[unit];
	int err = 0;

	for (unsigned int i = 1; !err && i < members->n; i++)
		err = attach_to(c, &members->v[i], pt);
	return err;
}

static int attach_own(struct cdev *c, unsigned int unit)
{
	const struct function *first = &c->f.units[unit].v[0];
	uint32_t ioas;
	int err = new_ioas(c, &ioas);

	if (!err)
		err = iommufd_device_attach(first->fd, first->dev, ioas);
	if (!err)
		err = attach_rest(c, unit, ioas);
	return err;
}

/*
 * A function that fails is closed, which undoes its other steps. But a function
 * that does not move has to stay where it is (R6), and check() verifies that. A
 * function that moves takes the rest of its group with it.
 */
static int join(struct run *run, unsigned int unit)
{
	struct cdev *c = run->real;
	int err = open_members(c, unit);
	uint32_t pt;

	if (!err && c->way->own)
		err = attach_own(c, unit);
	if (!err) {
		err = c->way->attach(c, unit, &pt);
		if (c->way->own)
			return err;
	}
	if (!err)
		err = attach_rest(c, unit, pt);
	if (err)
		functions_close(&c->f.units[unit]);
	return err;
}

static void place_all(struct run *run)
{
	struct cdev *c = run->real;

	functions_place(&c->f, join);
}

static int check(struct run *run)
{
	struct cdev *c = run->real;

	return functions_check(&c->f);
}

/* ---- afterwards -------------------------------------------------------------- */

/* Off its page tables, which go with their last user, and given back. */
static int leave(struct cdev *c, unsigned int unit)
{
	struct members *members = &c->f.units[unit];
	struct hwpt *hwpt = c->on[unit];
	int err = 0, ret = 0;

	for (unsigned int i = 0; i < members->n; i++) {
		if (members->v[i].fd >= 0)
			err = detach_from(c, &members->v[i]);
		ret = ret ? ret : err;
	}
	if (c->tables[unit])
		err = iommufd_destroy(c->iommufd, c->tables[unit]);
	ret = ret ? ret : err;
	if (hwpt && !--hwpt->users)
		err = iommufd_destroy(c->iommufd, hwpt->id);
	functions_close(members);
	return ret ? ret : err;
}

/* In the order of the units, as a strategy is undone. */
static int undo(struct run *run)
{
	struct cdev *c = run->real;
	int ret = 0, st;

	for (unsigned int u = 0; u < run->n_units; u++) {
		if (leave(c, u))
			ret = fail(c->f.ctx, run->units[u].group, "%s",
				   vfio_error());
	}
	if (c->iommufd >= 0)
		close(c->iommufd);
	st = functions_end(&c->f);
	run->real = NULL;
	free(c);
	return st ? st : ret;
}

/* The registers of a function have no PASID: the module's file does it. */
static int write_with_pasid(struct ctx *ctx, const struct function *member,
			    uint64_t iova, uint32_t size, uint64_t pattern)
{
	int err = dma_enable(ctx, member->dev->name);

	if (err)
		return vfio_explain(err, "it does not become a bus master");
	return functions_write(ctx, member->dev->name, PASID, iova, size,
			       pattern);
}

const struct function_driver driver_pasid = {
	.name = VFIO_DRIVER,
	.write = write_with_pasid,
};

/* ---- the callers ------------------------------------------------------------- */

static int prepare_cdev(struct run *run)
{
	static const struct way way = {
		.attach = attach_ioas,
		.driver = &driver_vfio,
	};

	return prepare(run, &way);
}

static int prepare_replace(struct run *run)
{
	static const struct way way = {
		.attach = attach_ioas,
		.own = true,
		.driver = &driver_vfio,
	};

	return prepare(run, &way);
}

static int prepare_hwpt(struct run *run)
{
	static const struct way way = {
		.attach = attach_listed,
		.driver = &driver_vfio,
	};

	return prepare(run, &way);
}

static int prepare_pasid(struct run *run)
{
	static const struct way way = {
		.attach = attach_listed,
		.pasid = PASID,
		.flags = HWPT_PASID,
		.driver = &driver_pasid,
	};

	return prepare(run, &way);
}

static int prepare_nested(struct run *run)
{
	static const struct way way = {
		.attach = attach_listed,
		.flags = HWPT_NEST,
		.driver = &driver_nested,
	};

	return prepare(run, &way);
}

const struct caller caller_cdev = {
	.name = "iommufd-cdev",
	.what = "the kernel's iommufd: all functions attached to one IOAS",
	.place_all = place_all,
	.prepare = prepare_cdev,
	.check = check,
	.undo = undo,
};

const struct caller caller_replace = {
	.name = "iommufd-replace",
	.what = "the kernel's iommufd: each on an IOAS of its own, then moved to one IOAS",
	.place_all = place_all,
	.prepare = prepare_replace,
	.check = check,
	.undo = undo,
};

const struct caller caller_hwpt = {
	.name = "iommufd-hwpt",
	.what = "the kernel's iommufd: page tables (HWPT) that the user chooses, newest first, only EINVAL means the next",
	.place_all = place_all,
	.prepare = prepare_hwpt,
	.check = check,
	.undo = undo,
};

const struct caller caller_pasid = {
	.name = "iommufd-pasid",
	.what = "the kernel's iommufd: a PASID of each function, on page tables (HWPT) that the user chooses as with iommufd-hwpt",
	.pasid = PASID,
	.place_all = place_all,
	.prepare = prepare_pasid,
	.check = check,
	.undo = undo,
};

const struct caller caller_nested = {
	.name = "iommufd-nested",
	.what = "the kernel's iommufd: a table of a guest for each group, on a stage 2 that the user chooses as with iommufd-hwpt",
	.place_all = place_all,
	.prepare = prepare_nested,
	.check = check,
	.undo = undo,
};
