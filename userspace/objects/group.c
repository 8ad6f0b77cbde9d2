// SPDX-License-Identifier: GPL-2.0-only
#include "objects/common.h"

enum { NAME, ID, DEVICES, OWNER, DOMAIN_ };

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the group's name", 0 },
	[ID] = { "ID", R_NUMBER, RC_DEFAULT,
		 "its number in /sys/kernel/iommu_groups", 0 },
	[DEVICES] = { "DEVICES", R_LIST, RC_DEFAULT, "the devices in it", 0 },
	[OWNER] = { "OWNER", R_STRING, RC_DEFAULT,
		    "caller: the in-kernel caller", 0 },
	[DOMAIN_] = { "DOMAIN", R_STRING, RC_DEFAULT, "the domain it is on",
		      0 },
	{ 0 },
};

static const struct report_shape group_shape = { "groups", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_group *g = object;
	autofree char *devices = names_join(&g->devices);

	report_str(row, NAME, g->name);
	report_num(row, ID, g->id);
	report_str(row, DEVICES, devices);
	report_str(row, OWNER, g->owner);
	report_str(row, DOMAIN_, g->domain);
}

static int cmd_group_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_GROUP, fill);
}

static int cmd_group_show(struct ctx *ctx, int argc, char **argv)
{
	return show_objects(ctx, M_GROUP, fill, argc, argv);
}

static int claim(struct ctx *ctx, const char *group, bool on)
{
	autofree char *file = xprintf("groups/%s/claim", group);

	return knob_do(ctx, group, file, "%d", on);
}

static int cmd_group_claim(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return claim(ctx, argv[0], true);
}

static int cmd_group_release(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return claim(ctx, argv[0], false);
}

const struct command group_commands[] = {
	{
		.noun = "group",
		.verb = "list",
		.summary = "list the groups",
		.shape = &group_shape,
		.flags = CMD_MODULE,
		.run = cmd_group_list,
	},
	{
		.noun = "group",
		.verb = "show",
		.summary = "all about groups",
		.operands = { { "GROUP", W_GROUP, OPD_REPEAT } },
		.shape = &group_shape,
		.flags = CMD_MODULE,
		.run = cmd_group_show,
	},
	{
		.noun = "group",
		.verb = "claim",
		.summary = "take ownership of a group, as VFIO does",
		.operands = { { "GROUP", W_GROUP, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_group_claim,
	},
	{
		.noun = "group",
		.verb = "release",
		.summary = "give the ownership of a group back",
		.operands = { { "GROUP", W_GROUP, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_group_release,
	},
	{ 0 },
};
