// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/topology.h"

static _Thread_local char error[512];

const char *topo_error(void)
{
	return error;
}

static const char *blank(const char *options)
{
	return options && *options ? " " : "";
}

static const char *text(const char *options)
{
	return options ? options : "";
}

int topo_add_instance(struct ctx *ctx, const char *name, const char *options)
{
	return knob_write(ctx, "new_instance", "%s%s%s", name, blank(options),
			  text(options));
}

int topo_add_device(struct ctx *ctx, const char *name, const char *instance,
		    const char *options)
{
	return knob_write(ctx, "new_device", "%s instance=%s%s%s", name,
			  instance, blank(options), text(options));
}

int topo_add_domain_with(struct ctx *ctx, const char *name, const char *device,
			 const char *options)
{
	return knob_write(ctx, "new_domain", "%s device=%s%s%s", name, device,
			  blank(options), text(options));
}

int topo_add_domain(struct ctx *ctx, const char *name, const char *device)
{
	return topo_add_domain_with(ctx, name, device, NULL);
}

int topo_add_buffer(struct ctx *ctx, const char *name, uint64_t size)
{
	return knob_write(ctx, "new_buffer", "%s %" PRIu64, name, size);
}

int topo_del(struct ctx *ctx, enum m_kind kind, const char *name)
{
	autofree char *file = xprintf("del_%s", m_kind_words[kind]);

	return knob_write(ctx, file, "%s", name);
}

static int on_domain(struct ctx *ctx, const char *domain, const char *file,
		     const char *what, enum topo_attach how)
{
	autofree char *path = xprintf("domains/%s/%s", domain, file);

	return knob_write(ctx, path, "%s%s", what,
			  how == ATTACH_UNCLAIMED ? " unclaimed" : "");
}

int topo_attach(struct ctx *ctx, const char *domain, const char *device,
		enum topo_attach how)
{
	return on_domain(ctx, domain, "attach", device, how);
}

int topo_detach(struct ctx *ctx, const char *domain, const char *device)
{
	return on_domain(ctx, domain, "detach", device, ATTACH_CLAIM);
}

static int pasid_on_domain(struct ctx *ctx, const char *domain,
			   const char *file, const char *device,
			   unsigned int pasid)
{
	autofree char *what = xprintf("%s pasid=%u", device, pasid);

	return on_domain(ctx, domain, file, what, ATTACH_CLAIM);
}

int topo_attach_pasid(struct ctx *ctx, const char *domain, const char *device,
		      unsigned int pasid)
{
	return pasid_on_domain(ctx, domain, "attach", device, pasid);
}

int topo_detach_pasid(struct ctx *ctx, const char *domain, const char *device,
		      unsigned int pasid)
{
	return pasid_on_domain(ctx, domain, "detach", device, pasid);
}

int topo_replace_pasid(struct ctx *ctx, const char *domain, const char *device,
		       unsigned int pasid)
{
	return pasid_on_domain(ctx, domain, "replace", device, pasid);
}

int topo_replace_group(struct ctx *ctx, const char *domain, const char *group)
{
	return on_domain(ctx, domain, "replace_group", group, ATTACH_CLAIM);
}

int topo_attach_group(struct ctx *ctx, const char *domain, const char *group,
		      enum topo_attach how)
{
	return on_domain(ctx, domain, "attach_group", group, how);
}

int topo_detach_group(struct ctx *ctx, const char *domain, const char *group)
{
	return on_domain(ctx, domain, "detach_group", group, ATTACH_CLAIM);
}

int topo_claim(struct ctx *ctx, const char *group, bool claim)
{
	autofree char *file = xprintf("groups/%s/claim", group);

	return knob_write(ctx, file, "%d", claim);
}

int topo_map(struct ctx *ctx, const char *domain, uint64_t iova,
	     const char *buffer)
{
	autofree char *file = xprintf("domains/%s/map", domain);

	return knob_write(ctx, file, "0x%" PRIx64 " %s", iova, buffer);
}

int topo_map_part(struct ctx *ctx, const char *domain, uint64_t iova,
		  const char *buffer, uint64_t offset, uint64_t size,
		  const char *prot)
{
	autofree char *file = xprintf("domains/%s/map", domain);
	autofree char *sized = xprintf(" size=0x%" PRIx64, size);

	return knob_write(ctx, file,
			  "0x%" PRIx64 " %s offset=0x%" PRIx64 "%s prot=%s",
			  iova, buffer, offset, size ? sized : "", prot);
}

int topo_unmap(struct ctx *ctx, const char *domain, uint64_t iova,
	       uint64_t size)
{
	autofree char *file = xprintf("domains/%s/unmap", domain);

	return knob_write(ctx, file, "0x%" PRIx64 " 0x%" PRIx64, iova, size);
}

int topo_reset(struct ctx *ctx)
{
	return knob_write(ctx, "reset", "1");
}

static char *device_file(const struct m_device *dev, const char *file)
{
	return xprintf("/sys/bus/%s/devices/%s/%s", dev->bus, dev->dev, file);
}

char *topo_bound_to(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *path = device_file(dev, "driver");

	return root_link_name(ctx, path);
}

bool topo_is_bridge(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *path = device_file(dev, "class");
	autofree char *class = root_read(ctx, path);

	return class && !strncmp(class, "0x0604", 6);
}

static int set_override(struct ctx *ctx, const struct m_device *dev,
			const char *driver)
{
	autofree char *path = device_file(dev, "driver_override");
	int err = root_write(ctx, path, driver);

	if (err < 0)
		snprintf(error, sizeof(error), "cannot write %s: %s", path,
			 strerror(-err));
	return err;
}

/*
 * Until the device is bound (or, with NULL, is not): 2 s at most. Writing to
 * bind returns when that is decided, but a driver may be slow to appear. In a
 * recorded tree nothing changes, so nothing is waited for.
 */
static int wait_for_driver(struct ctx *ctx, const struct m_device *dev,
			   const char *driver)
{
	for (int tries = 0; tries < 200; tries++) {
		autofree char *now = topo_bound_to(ctx, dev);

		if (ctx_recorded(ctx) || (!now && !driver) ||
		    (now && driver && !strcmp(now, driver)))
			return 0;
		usleep(10000);
	}
	snprintf(error, sizeof(error), "%s %s %s within 2 s", dev->name,
		 driver ? "was not bound to" : "was not let go by",
		 driver ? driver : "its driver");
	return -ETIMEDOUT;
}

static int write_bind(struct ctx *ctx, const struct m_device *dev,
		      const char *driver)
{
	autofree char *dir =
		xprintf("/sys/bus/%s/drivers/%s", dev->bus, driver);
	autofree char *path = xprintf("%s/bind", dir);
	int err;

	if (!root_exists(ctx, dir)) {
		snprintf(
			error, sizeof(error),
			"there is no driver %s on the bus %s: is its module loaded?",
			driver, dev->bus);
		return -ENOENT;
	}
	err = root_write(ctx, path, dev->dev);
	if (err < 0)
		snprintf(error, sizeof(error), "%s does not take %s: %s",
			 driver, dev->dev, strerror(-err));
	return err;
}

int topo_bind(struct ctx *ctx, const struct m_device *dev, const char *driver)
{
	autofree char *now = topo_bound_to(ctx, dev);
	int err;

	if (!strcmp(dev->dev, "-")) {
		snprintf(
			error, sizeof(error),
			"%s is absent: a virtual function that is not enabled, or a card that is not in its slot",
			dev->name);
		return -ENODEV;
	}
	if (now) {
		snprintf(error, sizeof(error), "%s is bound to %s", dev->name,
			 now);
		return -EBUSY;
	}
	err = set_override(ctx, dev, driver);
	if (err < 0)
		return err;
	err = write_bind(ctx, dev, driver);
	if (!err)
		err = wait_for_driver(ctx, dev, driver);
	if (err < 0) {
		autofree char *why = xstrdup(error);

		/* Not bound: leave it as it was, and keep the first reason. */
		set_override(ctx, dev, "");
		snprintf(error, sizeof(error), "%s", why);
	}
	return err;
}

int topo_unbind(struct ctx *ctx, const struct m_device *dev)
{
	autofree char *now = topo_bound_to(ctx, dev);
	autofree char *path = device_file(dev, "driver/unbind");
	int err;

	if (!now) {
		snprintf(error, sizeof(error), "%s is not bound to a driver",
			 dev->name);
		return -ENODEV;
	}
	err = root_write(ctx, path, dev->dev);
	if (err < 0) {
		snprintf(error, sizeof(error), "%s does not let go of %s: %s",
			 now, dev->dev, strerror(-err));
		return err;
	}
	err = wait_for_driver(ctx, dev, NULL);
	return err < 0 ? err : set_override(ctx, dev, "");
}
