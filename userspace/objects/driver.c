// SPDX-License-Identifier: GPL-2.0-only
#include "objects/common.h"

enum { NAME, DEFAULT, INSTANCES };

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the driver's name", 0 },
	[DEFAULT] = { "DEFAULT", R_STRING, RC_DEFAULT,
		      "the domain its devices start on", 0 },
	[INSTANCES] = { "INSTANCES", R_NUMBER, RC_DEFAULT,
			"how many instances it has", 0 },
	{ 0 },
};

static const struct report_shape driver_shape = { "drivers", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_driver *d = object;

	report_str(row, NAME, d->name);
	report_str(row, DEFAULT, d->dflt);
	report_num(row, INSTANCES, d->instances);
}

static int cmd_driver_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_DRIVER, fill);
}

static int cmd_driver_show(struct ctx *ctx, int argc, char **argv)
{
	return show_objects(ctx, M_DRIVER, fill, argc, argv);
}

const struct command driver_commands[] = {
	{
		.noun = "driver",
		.verb = "list",
		.summary = "list the drivers",
		.shape = &driver_shape,
		.flags = CMD_MODULE,
		.run = cmd_driver_list,
	},
	{
		.noun = "driver",
		.verb = "show",
		.summary = "all about drivers",
		.operands = { { "DRIVER", W_DRIVER, OPD_REPEAT } },
		.shape = &driver_shape,
		.flags = CMD_MODULE,
		.run = cmd_driver_show,
	},
	{ 0 },
};
