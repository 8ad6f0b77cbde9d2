// SPDX-License-Identifier: GPL-2.0-only
#include "objects/common.h"

enum {
	NAME,
	DRIVER,
	INSTANCE,
	MADE_FOR,
	MAKER,
	PID,
	COMM,
	FORMAT,
	IAS,
	OAS,
	PGSIZES,
	COHERENT,
	ENFORCE,
	SVA,
	DIRTY,
	TRACKING,
	PARENT,
	FRESH,
	DEVICES,
	PASIDS,
	INSTANCES,
	MAPPED,
	TABLES,
};

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the domain's name", 0 },
	[DRIVER] = { "DRIVER", R_STRING, RC_DEFAULT, "its driver", 0 },
	[INSTANCE] = { "INSTANCE", R_STRING, RC_DEFAULT,
		       "the instance whose features it copied", 0 },
	[MADE_FOR] = { "MADE-FOR", R_STRING, 0,
		       "the device it was allocated for", 0 },
	[MAKER] = { "MAKER", R_STRING, RC_DEFAULT,
		    "caller (ours) or foreign (VFIO, iommufd, ...)", 0 },
	[PID] = { "PID", R_NUMBER, 0, "the process that made it", 0 },
	[COMM] = { "COMM", R_STRING, RC_DEFAULT, "its name", 0 },
	[FORMAT] = { "FORMAT", R_STRING, RC_DEFAULT, "page-table format", 0 },
	[IAS] = { "IAS", R_NUMBER, 0, "input address bits", 0 },
	[OAS] = { "OAS", R_NUMBER, 0, "output address bits", 0 },
	[PGSIZES] = { "PGSIZES", R_LIST, 0, "page sizes", 0 },
	[COHERENT] = { "COHERENT", R_BOOL, 0, "kept coherent", 0 },
	[ENFORCE] = { "ENFORCE", R_BOOL, 0, "snooping is enforced", 0 },
	[SVA] = { "SVA", R_BOOL, 0, "its addresses are those of a process", 0 },
	[DIRTY] = { "DIRTY", R_BOOL, 0, "it can track the writes of devices",
		    0 },
	[TRACKING] = { "TRACKING", R_BOOL, 0, "it tracks them now", 0 },
	[PARENT] = { "PARENT", R_STRING, 0,
		     "the stage 2 of this table of a guest", 0 },
	[FRESH] = { "FRESH", R_BOOL, RC_DEFAULT, "no device was ever attached",
		    0 },
	[DEVICES] = { "DEVICES", R_LIST, RC_DEFAULT, "devices on it", 0 },
	[PASIDS] = { "PASIDS", R_LIST, 0, "PASIDs on it: DEVICE/PASID", 0 },
	[INSTANCES] = { "INSTANCES", R_LIST, 0, "the instances of these", 0 },
	[MAPPED] = { "MAPPED", R_SIZE, RC_DEFAULT, "memory it maps", 0 },
	[TABLES] = { "TABLES", R_SIZE, RC_DEFAULT, "memory its tables take",
		     0 },
	{ 0 },
};

static const struct report_shape domain_shape = { "domains", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_domain *d = object;
	autofree char *devices = names_join(&d->devices);
	autofree char *pasids = names_join(&d->pasids);
	autofree char *instances = names_join(&d->instances);

	report_str(row, NAME, d->name);
	report_str(row, DRIVER, d->driver);
	report_str(row, INSTANCE, d->instance);
	report_str(row, MADE_FOR, d->made_for);
	report_str(row, MAKER, d->maker);
	if (d->comm) {
		report_num(row, PID, d->pid);
		report_str(row, COMM, d->comm);
	}
	report_str(row, FORMAT, d->format);
	report_num(row, IAS, d->ias);
	report_num(row, OAS, d->oas);
	report_str(row, PGSIZES, d->pgsizes);
	report_num(row, COHERENT, d->coherent);
	report_num(row, ENFORCE, d->enforce);
	report_num(row, SVA, d->sva);
	report_num(row, DIRTY, d->dirty);
	report_num(row, TRACKING, d->tracking);
	report_str(row, PARENT, d->parent);
	report_num(row, FRESH, d->fresh);
	report_str(row, DEVICES, devices);
	report_str(row, PASIDS, pasids);
	report_str(row, INSTANCES, instances);
	report_num(row, MAPPED, d->mapped);
	report_num(row, TABLES, d->tables);
}

static int cmd_domain_add(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return add_object(ctx, M_DOMAIN, argv[0], NULL);
}

static int cmd_domain_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_DOMAIN, argc, argv);
}

static int cmd_domain_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_DOMAIN, fill);
}

static int cmd_domain_show(struct ctx *ctx, int argc, char **argv)
{
	return show_objects(ctx, M_DOMAIN, fill, argc, argv);
}

/* The file for a device, or with --group the one for a group. */
static int move(struct ctx *ctx, char **argv, const char *file)
{
	autofree char *path = xprintf("domains/%s/%s%s", argv[0], file,
				      opt_given(ctx, "group") ? "_group" : "");
	const char *keys = key_line(ctx);
	autofree char *what =
		xprintf("%s %s%s%s", argv[0], argv[1], *keys ? " " : "", keys);

	return knob_do(ctx, what, path, "%s%s%s%s", argv[1],
		       opt_given(ctx, "unclaimed") ? " unclaimed" : "",
		       *keys ? " " : "", keys);
}

static int cmd_domain_attach(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return move(ctx, argv, "attach");
}

static int cmd_domain_detach(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return move(ctx, argv, "detach");
}

static int cmd_domain_replace(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return move(ctx, argv, "replace");
}

static const struct key domain_keys[] = {
	{ "device", "DEVICE", W_DEVICE, "the device it is allocated for" },
	{ "dirty", "0|1", W_BOOL, "it can track the writes of devices (0)" },
	{ 0 },
};

static const struct key move_keys[] = {
	{ "pasid", "N", W_NUMBER,
	  "this PASID of the device and of its group, instead of the device" },
	{ 0 },
};

static const struct option attach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group: attach it as a whole",
	  NULL },
	{ "unclaimed", 0, NULL, W_ANY, "do not claim the group first", NULL },
	{ 0 },
};

static const struct option replace_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group: move it as a whole",
	  NULL },
	{ 0 },
};

static const struct option detach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group", NULL },
	{ 0 },
};

const struct command domain_commands[] = {
	{
		.noun = "domain",
		.verb = "add",
		.summary = "allocate a domain",
		.operands = { { "NAME", W_NEW, 0 } },
		.keys = domain_keys,
		.needs = "device",
		.flags = CMD_MODULE,
		.run = cmd_domain_add,
	},
	{
		.noun = "domain",
		.verb = "del",
		.summary = "free domains",
		.operands = { { "DOMAIN", W_DOMAIN, OPD_REPEAT } },
		.flags = CMD_MODULE,
		.run = cmd_domain_del,
	},
	{
		.noun = "domain",
		.verb = "list",
		.summary = "list the domains",
		.shape = &domain_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_list,
	},
	{
		.noun = "domain",
		.verb = "show",
		.summary = "all about domains",
		.operands = { { "DOMAIN", W_DOMAIN, OPD_REPEAT } },
		.shape = &domain_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_show,
	},
	{
		.noun = "domain",
		.verb = "attach",
		.summary = "attach a device or a group",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "DEVICE", W_DEVICE, 0 } },
		.keys = move_keys,
		.options = attach_options,
		.flags = CMD_MODULE,
		.run = cmd_domain_attach,
		.details =
			"The caller first claims the group, unless the group is claimed already. A PASID is attached for all devices of the group that have PASIDs.",
	},
	{
		.noun = "domain",
		.verb = "detach",
		.summary = "detach a device or a group",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "DEVICE", W_DEVICE, 0 } },
		.keys = move_keys,
		.options = detach_options,
		.flags = CMD_MODULE,
		.run = cmd_domain_detach,
	},
	{
		.noun = "domain",
		.verb = "replace",
		.summary = "move a group or a PASID to another domain",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "DEVICE", W_DEVICE, 0 } },
		.keys = move_keys,
		.options = replace_options,
		.flags = CMD_MODULE,
		.run = cmd_domain_replace,
		.details =
			"With pasid= the PASID moves, and with --group the group: from the domain on which the in-kernel caller has put it, with none in between. replaces= of build_info contains what the kernel can move.",
	},
	{ 0 },
};
