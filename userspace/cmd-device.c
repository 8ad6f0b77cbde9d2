// SPDX-License-Identifier: GPL-2.0-only
#include "cmd-common.h"
#include "lib/topology.h"
#include "lib/words.h"

enum { NAME, INSTANCE, GROUP, BUS, DEV, DOMAIN_, DRIVER };

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the device's name", 0 },
	[INSTANCE] = { "INSTANCE", R_STRING, RC_DEFAULT,
		       "the instance it is behind", 0 },
	[GROUP] = { "GROUP", R_STRING, RC_DEFAULT, "its group", 0 },
	[BUS] = { "BUS", R_STRING, 0, "the bus it is on", 0 },
	[DEV] = { "DEV", R_STRING, RC_DEFAULT,
		  "its name in /sys/bus/BUS/devices", 0 },
	[DOMAIN_] = { "DOMAIN", R_STRING, RC_DEFAULT, "the domain it is on",
		      0 },
	[DRIVER] = { "DRIVER", R_STRING, RC_DEFAULT,
		     "the kernel driver bound to it", 0 },
	{ 0 },
};

const struct report_shape device_shape = { "devices", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_device *d = object;

	report_str(row, NAME, d->name);
	report_str(row, INSTANCE, d->instance);
	report_str(row, GROUP, d->group);
	report_str(row, BUS, d->bus);
	report_str(row, DEV, d->dev);
	report_str(row, DOMAIN_, d->domain);
	report_str(row, DRIVER, d->driver);
}

int cmd_device_add(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	if (!key_value(ctx, "instance"))
		return usage_error(ctx, "instance= is missing");
	return add_object(ctx, M_DEVICE, argv[0], NULL);
}

int cmd_device_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_DEVICE, argc, argv);
}

int cmd_device_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_DEVICE, fill);
}

int cmd_device_show(struct ctx *ctx, int argc, char **argv)
{
	return show_objects(ctx, M_DEVICE, fill, argc, argv);
}

/* driver NULL: unbind */
static int rebind(struct ctx *ctx, const char *name, const char *driver)
{
	struct model *m = model_read(ctx);
	const struct m_device *dev;
	int st = ST_OK, err;

	if (!m)
		return ST_FAILED;
	dev = model_device(m, name);
	if (!dev) {
		st = no_such_object(ctx, m, M_DEVICE, name);
	} else {
		err = driver ? topo_bind(ctx, dev, driver) :
			       topo_unbind(ctx, dev);
		if (err < 0)
			st = fail(ctx, name, "%s (%s)", topo_error(),
				  errno_name(err));
	}
	model_free(m);
	return st;
}

int cmd_device_bind(struct ctx *ctx, int argc, char **argv)
{
	return rebind(ctx, argv[0], argc > 1 ? argv[1] : MOCK_CLIENT_DRIVER);
}

int cmd_device_unbind(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return rebind(ctx, argv[0], NULL);
}
