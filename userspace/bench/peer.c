// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/peer.h"
#include "lib/root.h"
#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"

static int of_mock(struct lab *lab, const struct model *m,
		   const struct m_device *dev, struct peer *p)
{
	const struct m_instance *inst = model_instance(m, dev->instance);

	if (strcmp(dev->bus, "pci"))
		return fail(
			lab->ctx, dev->name,
			"it is on the bus %s, and VFIO wants PCI functions: make the device with bus=pci",
			dev->bus);
	if (!inst)
		return fail(lab->ctx, dev->name, "its instance went away");
	p->unit = xstrdup(inst->name);
	p->format = xstrdup(inst->format);
	p->iotlb = inst->iotlb;
	p->name = xstrdup(dev->name);
	p->address = xstrdup(dev->dev);
	return 0;
}

static int of_others(struct lab *lab, const char *address, struct peer *p)
{
	autofree char *dir = xprintf("/sys/bus/pci/devices/%s", address);
	autofree char *unit = xprintf("%s/iommu", dir);

	if (strchr(address, '/') || !strchr(address, ':') ||
	    !root_exists(lab->ctx, dir))
		return fail(
			lab->ctx, address,
			"there is no device of that name, and no PCI function at such an address (0000:00:02.0, say)");
	p->unit = root_link_name(lab->ctx, unit);
	p->name = xstrdup(address);
	p->address = xstrdup(address);
	return 0;
}

static int find(struct lab *lab, const char *which, struct peer *p)
{
	struct model *m = model_read(lab->ctx);
	const struct m_device *dev = NULL;
	int st;

	if (!m)
		return -EIO;
	for (unsigned int i = 0; i < m->n_devices; i++)
		if (!strcmp(m->devices[i].name, which) ||
		    !strcmp(m->devices[i].dev, which))
			dev = &m->devices[i];
	st = dev ? of_mock(lab, m, dev, p) : of_others(lab, which, p);
	model_free(m);
	if (!st)
		p->dev = (struct m_device){ .name = p->name,
					    .bus = "pci",
					    .dev = p->address };
	return st;
}

static int bind(struct lab *lab, struct peer *p)
{
	autofree char *driver = topo_bound_to(lab->ctx, &p->dev);
	int err;

	if (driver && strcmp(driver, VFIO_DRIVER))
		return fail(lab->ctx, p->name,
			    "it is bound to %s: unbind it first", driver);
	if (driver)
		return 0;
	err = topo_bind(lab->ctx, &p->dev, VFIO_DRIVER);
	if (err)
		return fail_errno(lab->ctx, err, p->name, "%s (%s)",
				  topo_error(), errno_name(err));
	p->bound = true;
	return 0;
}

/* 0 or -errno, about which vfio_error() has a sentence. */
static int enter(struct lab *lab, struct peer *p)
{
	int err;

	p->container = vfio_container_open(lab->ctx);
	if (p->container < 0)
		return p->container;
	p->group = vfio_group_open(lab->ctx, &p->dev);
	if (p->group < 0)
		return p->group;
	err = vfio_group_join(p->group, p->container, &p->dev);
	return err ? err : vfio_use_type1(p->container, &p->dev);
}

static int close_peer(struct ctx *ctx, void *what)
{
	struct peer *p = what;
	int st = 0;

	if (p->group >= 0)
		close(p->group);
	if (p->container >= 0)
		close(p->container);
	if (p->bound && topo_unbind(ctx, &p->dev))
		st = fail(ctx, p->name, "%s", topo_error());
	free(p->unit);
	free(p->format);
	free(p->name);
	free(p->address);
	return st;
}

int peer_open(struct lab *lab, const char *which, struct peer *p)
{
	int st;

	*p = (struct peer){ .group = -1, .container = -1 };
	scope_push(&lab->scope, close_peer, p);
	st = find(lab, which, p);
	if (!st)
		st = bind(lab, p);
	if (!st && enter(lab, p) < 0)
		st = fail(lab->ctx, p->name, "%s", vfio_error());
	return st;
}
