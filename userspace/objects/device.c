// SPDX-License-Identifier: GPL-2.0-only
#include "lib/topology.h"
#include "lib/words.h"
#include "objects/common.h"

enum { NAME, INSTANCE, GROUP, BUS, DEV, DOMAIN_, DRIVER, PASIDS, ATTACHED };

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
	[PASIDS] = { "PASIDS", R_NUMBER, 0, "its PASIDs are below this number",
		     0 },
	[ATTACHED] = { "ATTACHED", R_LIST, 0,
		       "the PASIDs that are on domains: PASID:DOMAIN", 0 },
	{ 0 },
};

static const struct report_shape device_shape = { "devices", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_device *d = object;
	autofree char *attached = names_join(&d->attached);

	report_str(row, NAME, d->name);
	report_str(row, INSTANCE, d->instance);
	report_str(row, GROUP, d->group);
	report_str(row, BUS, d->bus);
	report_str(row, DEV, d->dev);
	report_str(row, DOMAIN_, d->domain);
	report_str(row, DRIVER, d->driver);
	report_num(row, PASIDS, d->pasids);
	report_str(row, ATTACHED, attached);
}

static int cmd_device_add(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return add_object(ctx, M_DEVICE, argv[0], NULL);
}

static int cmd_device_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_DEVICE, argc, argv);
}

static int cmd_device_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_DEVICE, fill);
}

static int cmd_device_show(struct ctx *ctx, int argc, char **argv)
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
			st = fail_errno(ctx, err, name, "%s (%s)", topo_error(),
					errno_name(err));
	}
	model_free(m);
	return st;
}

static int cmd_device_bind(struct ctx *ctx, int argc, char **argv)
{
	return rebind(ctx, argv[0], argc > 1 ? argv[1] : MOCK_CLIENT_DRIVER);
}

static int cmd_device_unbind(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return rebind(ctx, argv[0], NULL);
}

static const struct key device_keys[] = {
	{ "instance", "INSTANCE", W_INSTANCE, "the IOMMU it is behind" },
	{ "group", "GROUP", W_NEW,
	  "join this group (default: a new group); topology: the group that the kernel forms from the PCI topology" },
	{ "bus", "BUS", W_BUS, "the bus it appears on (platform)" },
	{ "coherent", "BOOL", W_BOOL,
	  "its DMA is coherent with CPU caches, as VFIO wants (1)" },
	{ "resv", "REGIONS", W_ANY,
	  "reserve IOVA ranges: TYPE:IOVA+SIZE,...; TYPE is direct, direct-relaxable, reserved, msi or sw-msi" },
	{ "pasids", "N", W_NUMBER,
	  "its PASIDs are 1 to N-1: a power of two, or 0 for none (0); no more than those of its instance" },
	{ "id", "VENDOR:DEVICE", W_ANY,
	  "bus=pci: its vendor and device id (0x1234:0x4d4f)" },
	{ "subsystem", "VENDOR:DEVICE", W_ANY,
	  "bus=pci: its subsystem (0x1234:0x4d4f)" },
	{ "class", "N", W_NUMBER, "bus=pci: its class, 24 bits (0xff0000)" },
	{ "serial", "N", W_NUMBER, "bus=pci: its serial number (0)" },
	{ "isolated", "BOOL", W_BOOL,
	  "bus=pci: its interrupts are isolated, as VFIO wants (1)" },
	{ "coarse", "BOOL", W_BOOL,
	  "bus=pci: accept an instance without a page as small as the CPU's; with one, users of VFIO can fill the kernel log with warnings (0)" },
	{ "bridge", "KIND", W_BRIDGE, "bus=pci: it is a bridge" },
	{ "behind", "BRIDGE", W_DEVICE, "bus=pci: the bridge it is behind" },
	{ "slot", "SLOT", W_NEW,
	  "bus=pci: share this slot with other functions (default: a new slot)" },
	{ "acs", "BOOL", W_BOOL,
	  "bus=pci: it has Access Control Services, enabled (0)" },
	{ "like", "WHAT", W_LIKE,
	  "bus=pci: the id, class and subsystem of a known device, instead of id= and class=" },
	{ "msi", "N", W_NUMBER,
	  "bus=pci: number of its MSI vectors, 0 to 32 (1)" },
	{ "msix", "N", W_NUMBER,
	  "bus=pci: number of its MSI-X vectors, 0 to 64 (0); the module needs bar_memory=" },
	{ "aer", "BOOL", W_BOOL,
	  "bus=pci: it has Advanced Error Reporting (0); behind a root port that has, the kernel hears of its errors" },
	{ "hotplug", "KIND", W_HOTPLUG,
	  "bridge=root-port: the kind of its hot-plug slot (none); the devices behind it are a card, which its file slot inserts and removes" },
	{ "intx", "BOOL", W_BOOL,
	  "bus=pci: it has INTx, which it uses while MSI and MSI-X are disabled (0)" },
	{ "bars", "BARS", W_ANY,
	  "bus=pci: its BARs: SIZE[:32|64][p],... (p: prefetchable); the module needs bar_memory=" },
	{ "bar_regs", "BOOL", W_BOOL,
	  "bus=pci: BAR 0 begins with the registers of the DMA engine (0); the module needs bar_memory=" },
	{ "sriov", "N", W_NUMBER,
	  "bus=pci: number of its virtual functions, 0 to 128 (0): devices NAMEv0, NAMEv1, ..., which its driver enables" },
	{ "vf_offset", "N", W_NUMBER,
	  "sriov=: from the function to the first virtual one (1)" },
	{ "vf_stride", "N", W_NUMBER,
	  "sriov=: from one virtual function to the next (1)" },
	{ "vf_id", "N", W_NUMBER,
	  "sriov=: device id of the virtual functions (that of the function)" },
	{ "vf_bars", "BARS", W_ANY,
	  "sriov=: the BARs of each virtual function, like bars=; with bar_regs= and msix= they have those, too" },
	{ "vf_instance", "INSTANCES", W_INSTANCE,
	  "sriov=: the IOMMUs that the virtual functions are behind, in turn: A,B,... (that of the function)" },
	{ 0 },
};

const struct command device_commands[] = {
	{
		.noun = "device",
		.verb = "add",
		.summary = "make a device",
		.operands = { { "NAME", W_NEW, 0 } },
		.keys = device_keys,
		.needs = "instance",
		.flags = CMD_MODULE,
		.run = cmd_device_add,
	},
	{
		.noun = "device",
		.verb = "del",
		.summary = "remove devices",
		.operands = { { "DEVICE", W_DEVICE, OPD_REPEAT } },
		.flags = CMD_MODULE,
		.run = cmd_device_del,
	},
	{
		.noun = "device",
		.verb = "list",
		.summary = "list the devices",
		.shape = &device_shape,
		.flags = CMD_MODULE,
		.run = cmd_device_list,
	},
	{
		.noun = "device",
		.verb = "show",
		.summary = "all about devices",
		.operands = { { "DEVICE", W_DEVICE, OPD_REPEAT } },
		.shape = &device_shape,
		.flags = CMD_MODULE,
		.run = cmd_device_show,
	},
	{
		.noun = "device",
		.verb = "bind",
		.summary = "bind a device to a kernel driver",
		.operands = { { "DEVICE", W_DEVICE, 0 },
			      { "DRIVER", W_ANY, OPD_OPTIONAL } },
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_device_bind,
		.details =
			"Without DRIVER it is " MOCK_CLIENT_DRIVER
			". The command sets driver_override, so that drivers such as vfio-platform or vfio-pci accept the device.",
	},
	{
		.noun = "device",
		.verb = "unbind",
		.summary = "take a device from its kernel driver",
		.operands = { { "DEVICE", W_DEVICE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_device_unbind,
	},
	{ 0 },
};
