// SPDX-License-Identifier: GPL-2.0-only
/* Make and remove objects, change them, and move devices about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/env.h"
#include "lib/model.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "libiommu-mock/internal.h"

EXPORT int imock_add_instance(struct imock *im, const char *name,
			      const char *options)
{
	return WITH_WORD(im, name,
			 of_knob(im,
				 topo_add_instance(&im->ctx, name, options)));
}

EXPORT int imock_add_device(struct imock *im, const char *name,
			    const char *instance, const char *options)
{
	return WITH_WORDS(im, name, instance,
			  of_knob(im, topo_add_device(&im->ctx, name, instance,
						      options)));
}

EXPORT int imock_add_domain(struct imock *im, const char *name,
			    const char *device)
{
	return WITH_WORDS(im, name, device,
			  of_knob(im, topo_add_domain(&im->ctx, name, device)));
}

EXPORT int imock_add_domain_with(struct imock *im, const char *name,
				 const char *device, const char *options)
{
	return WITH_WORDS(im, name, device,
			  of_knob(im, topo_add_domain_with(&im->ctx, name,
							   device, options)));
}

EXPORT int imock_add_buffer(struct imock *im, const char *name, uint64_t size)
{
	return WITH_WORD(im, name,
			 of_knob(im, topo_add_buffer(&im->ctx, name, size)));
}

_Static_assert((int)IMOCK_DRIVER == (int)M_DRIVER &&
		       (int)IMOCK_BUFFER == (int)M_BUFFER,
	       "kinds of objects");

static int del(struct imock *im, enum imock_kind kind, const char *name)
{
	switch (kind) {
	case IMOCK_INSTANCE:
	case IMOCK_DEVICE:
	case IMOCK_DOMAIN:
	case IMOCK_BUFFER:
		return of_knob(im, topo_del(&im->ctx, (enum m_kind)kind, name));
	default:
		fail_errno(&im->ctx, -EINVAL, name,
			   "drivers and groups go by themselves (EINVAL)");
		return -EINVAL;
	}
}

EXPORT int imock_del(struct imock *im, enum imock_kind kind, const char *name)
{
	return WITH_WORD(im, name, del(im, kind, name));
}

static int set(struct imock *im, const char *instance, const char *file,
	       const char *value)
{
	autofree char *path = xprintf("instances/%s/%s", instance, file);

	return of_knob(im, knob_write(&im->ctx, path, "%s", value));
}

EXPORT int imock_set(struct imock *im, const char *instance, const char *file,
		     const char *value)
{
	return WITH_WORDS(im, instance, file, set(im, instance, file, value));
}

static int fault(struct imock *im, const char *instance, const char *point,
		 const char *options)
{
	autofree char *value =
		xprintf("%s %s", point, options ? options : "off");

	return set(im, instance, "faults", value);
}

EXPORT int imock_fault(struct imock *im, const char *instance,
		       const char *point, const char *options)
{
	return WITH_WORDS(im, instance, point,
			  fault(im, instance, point, options));
}

static int stat_of(struct imock *im, const char *instance, const char *key,
		   uint64_t *value)
{
	autofree char *path = xprintf("instances/%s/stats", instance);
	autobuf struct buf text = { 0 };
	autofree char *found = NULL;
	int err = knob_read(&im->ctx, path, &text);

	if (err < 0) {
		knob_read_fail(&im->ctx, instance, "its stats", err);
		return err;
	}
	found = env_fact(text.text, key);
	if (found && number_parse(found, value))
		return 0;
	fail_errno(&im->ctx, -ENOENT, instance, "it does not count %s (ENOENT)",
		   key);
	return -ENOENT;
}

EXPORT int imock_stat(struct imock *im, const char *instance, const char *key,
		      uint64_t *value)
{
	return WITH_WORDS(im, instance, key, stat_of(im, instance, key, value));
}

EXPORT int imock_claim(struct imock *im, const char *group)
{
	return WITH_WORD(im, group,
			 of_knob(im, topo_claim(&im->ctx, group, true)));
}

EXPORT int imock_release(struct imock *im, const char *group)
{
	return WITH_WORD(im, group,
			 of_knob(im, topo_claim(&im->ctx, group, false)));
}

static enum topo_attach how(unsigned int flags)
{
	return flags & IMOCK_UNCLAIMED ? ATTACH_UNCLAIMED : ATTACH_CLAIM;
}

EXPORT int imock_attach(struct imock *im, const char *domain,
			const char *device, unsigned int flags)
{
	return WITH_WORDS(
		im, domain, device,
		of_knob(im, topo_attach(&im->ctx, domain, device, how(flags))));
}

EXPORT int imock_detach(struct imock *im, const char *domain,
			const char *device)
{
	return WITH_WORDS(im, domain, device,
			  of_knob(im, topo_detach(&im->ctx, domain, device)));
}

EXPORT int imock_attach_group(struct imock *im, const char *domain,
			      const char *group, unsigned int flags)
{
	return WITH_WORDS(im, domain, group,
			  of_knob(im, topo_attach_group(&im->ctx, domain, group,
							how(flags))));
}

EXPORT int imock_detach_group(struct imock *im, const char *domain,
			      const char *group)
{
	return WITH_WORDS(im, domain, group,
			  of_knob(im,
				  topo_detach_group(&im->ctx, domain, group)));
}

EXPORT int imock_replace_group(struct imock *im, const char *domain,
			       const char *group)
{
	return WITH_WORDS(im, domain, group,
			  of_knob(im,
				  topo_replace_group(&im->ctx, domain, group)));
}

/* Binds to a driver, or unbinds if driver is NULL. */
static int rebind(struct imock *im, const char *device, const char *driver)
{
	struct model *m = model_read(&im->ctx);
	const struct m_device *dev;
	int err;

	if (!m)
		return said(im);
	dev = model_device(m, device);
	if (!dev) {
		err = -ENOENT;
		fail_errno(&im->ctx, err, device,
			   "there is no such device (ENOENT)");
	} else {
		err = driver ? topo_bind(&im->ctx, dev, driver) :
			       topo_unbind(&im->ctx, dev);
		if (err)
			fail_errno(&im->ctx, err, device, "%s (%s)",
				   topo_error(), errno_name(err));
	}
	model_free(m);
	return err;
}

EXPORT int imock_bind(struct imock *im, const char *device, const char *driver)
{
	return WITH_WORDS(im, device, driver, rebind(im, device, driver));
}

EXPORT int imock_unbind(struct imock *im, const char *device)
{
	return WITH_WORD(im, device, rebind(im, device, NULL));
}
