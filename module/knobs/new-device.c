// SPDX-License-Identifier: GPL-2.0-only
/* The knob that makes devices. */
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../kapi/kapi.h"
#include "knobs.h"

static int parse_bus(const char *value, void *dst)
{
	if (strcmp(value, "platform") && strcmp(value, "pci"))
		return mock_fail(-EINVAL, "there is no bus '%.64s': the buses are platform and pci",
				 value);
	*(bool *)dst = !strcmp(value, "pci");
	return 0;
}

/* 0, or a power of two: buses say it in bits. */
static int parse_pasids(const char *value, void *dst)
{
	u32 pasids;
	int ret = mock_parse_u32(value, &pasids);

	if (!ret && (pasids == 1 || pasids > MOCK_PASIDS_MAX ||
		     (pasids & (pasids - 1))))
		ret = mock_fail(-EINVAL, "the number of PASIDs is 0, or a power of two from 2 to %u",
				MOCK_PASIDS_MAX);
	if (!ret)
		*(u32 *)dst = pasids;
	return ret;
}

static int parse_class(const char *value, void *dst)
{
	u32 class;
	int ret = mock_parse_u32(value, &class);

	if (!ret && class > 0xffffff)
		ret = mock_fail(-EINVAL, "a class has at most 24 bits");
	if (!ret)
		*(u32 *)dst = class;
	return ret;
}

static int no_interrupts(void)
{
	return mock_fail(-EOPNOTSUPP, "this kernel does not let the module have interrupts of its own (CONFIG_PCI_MSI)");
}

static int parse_msi(const char *value, void *dst)
{
	u32 vectors;
	int ret = mock_parse_u32(value, &vectors);

	if (ret)
		return ret;
	if (vectors > MOCK_MSI_MAX || (vectors && !is_power_of_2(vectors)))
		return mock_fail(-EINVAL, "msi is 0, 1, 2, 4, 8, 16 or 32 vectors");
	if (vectors && !kapi_msi_possible())
		return no_interrupts();
	*(u32 *)dst = vectors;
	return 0;
}

static int parse_msix(const char *value, void *dst)
{
	u32 vectors;
	int ret = mock_parse_u32(value, &vectors);

	if (ret)
		return ret;
	if (vectors > MOCK_MSIX_MAX)
		return mock_fail(-EINVAL, "msix is 0 to %u vectors",
				 MOCK_MSIX_MAX);
	if (vectors && !kapi_msi_possible())
		return no_interrupts();
	*(u32 *)dst = vectors;
	return 0;
}

static int parse_bridge(const char *value, void *dst)
{
	static const char *const words[] = {
		[MOCK_BRIDGE_NONE] = "", [MOCK_BRIDGE_ROOT_PORT] = "root-port",
		[MOCK_BRIDGE_PCI] = "pci",
	};
	int bridge = mock_word_index(words, ARRAY_SIZE(words), value);

	if (bridge < 0)
		return mock_fail(-EINVAL, "'%.64s' is neither root-port nor pci",
				 value);
	*(enum mock_bridge *)dst = bridge;
	return 0;
}

static int parse_hotplug(const char *value, void *dst)
{
	static const char *const words[] = {
		[MOCK_HOTPLUG_NONE] = "none",
		[MOCK_HOTPLUG_SURPRISE] = "surprise",
		[MOCK_HOTPLUG_BUTTON] = "button",
	};
	int kind = mock_word_index(words, ARRAY_SIZE(words), value);

	if (kind < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of none, surprise, button",
				 value);
	*(enum mock_hotplug *)dst = kind;
	return 0;
}

/*
 * Does a region of the device need a 1:1 mapping at all times, while the
 * default domain of its driver is blocked? The core would warn, and give up
 * (iommu_setup_default_domain()).
 */
static bool must_not_block(const struct mock_instance *inst,
			   const struct mock_resv *resv)
{
	u32 i;

	for (i = 0; i < resv->count; i++)
		if (resv->regions[i].type == MOCK_RESV_DIRECT)
			return inst->driver->blocked;
	return false;
}

/* If the kernel asks the bus for capabilities, a device cannot lack one. */
static int check_capabilities(const struct mock_device_spec *spec)
{
	if (kapi_asks_devices() || (spec->isolated && spec->coherent))
		return 0;
	return mock_fail(-EOPNOTSUPP, "this kernel asks the bus for capabilities, not a device: all devices are isolated and coherent");
}

/* Can it have Access Control Services? PCI Express Base Specification, 6.12. */
static int check_acs(const struct mock_device_spec *spec)
{
	const struct mock_device *behind = spec->behind;

	if (!spec->acs)
		return 0;
	if (spec->bridge == MOCK_BRIDGE_PCI ||
	    (behind && behind->bridge == MOCK_BRIDGE_PCI))
		return mock_fail(-EINVAL, "conventional PCI has no ACS");
	if (!spec->bridge && !*spec->slot)
		return mock_fail(-EINVAL, "acs=1 is for root ports, and for functions that share a slot=");
	return 0;
}

static int find_behind(const char *name, struct mock_device_spec *spec)
{
	struct mock_obj *obj;

	if (!*name)
		return 0;
	if (spec->bridge)
		return mock_fail(-EINVAL, "a bridge is on a root bus: it cannot be behind another bridge");
	obj = mock_name_object(MOCK_DEVICE, name);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!to_device(obj)->bridge) {
		mock_obj_put(obj);
		return mock_fail(-EINVAL, "%s is not a bridge", name);
	}
	spec->behind = to_device(obj);
	return 0;
}

/*
 * Explain an errno that is about the place in a sentence; return others as is.
 */
static int explain_place(int ret, const struct mock_device_spec *spec)
{
	if (ret == -EBUSY && mock_spec_transient(spec))
		return mock_fail(ret, "the card is in the slot of %s: write remove to the file slot of %s first",
				 spec->behind->obj.name, spec->behind->obj.name);
	if (ret == -EXDEV)
		return mock_fail(-EINVAL, "slot %s is on another bus", spec->slot);
	if (ret == -ENOSPC && spec->behind &&
	    spec->behind->bridge == MOCK_BRIDGE_ROOT_PORT)
		return mock_fail(ret, "there is only one slot behind %s: at most 8 functions can share it, with slot=",
				 spec->behind->obj.name);
	if (ret == -ENOSPC && mock_wants_bars(spec))
		return mock_fail(ret, "no slot is free, or no memory for the BARs (bar_memory in build_info)");
	if (ret == -EADDRNOTAVAIL)
		return mock_fail(-EBUSY, "the kernel does not accept the addresses in the BARs: its log says why");
	if (ret == -ENOSPC)
		return mock_fail(ret, "no slot, function or bus number is free");
	return ret;
}

static int own_group_exists(const char *name)
{
	return mock_fail(-EEXIST, "group %s exists already, so the device cannot have a group of its own with that name",
			 name);
}

/* For the device, and for its VFs, which have the same regions. */
static int check_blocking(const struct mock_instance *inst,
			  const struct mock_device_spec *spec)
{
	u32 i;

	for (i = 0; i < spec->nr_vf_instances; i++)
		if (must_not_block(spec->vf_instances[i], &spec->resv))
			inst = spec->vf_instances[i];
	if (!must_not_block(inst, &spec->resv))
		return 0;
	return mock_fail(-EINVAL, "devices of %s begin in a blocked domain, but a region of the type direct must be mapped at all times",
			 inst->obj.name);
}

/*
 * For a card of a hot-plug slot: its group is known before the core looks. The core's driver
 * of the slot removes functions in an order that does not suit virtual functions.
 */
static int check_card(const struct mock_device_spec *spec)
{
	if (!spec->behind || !spec->behind->hotplug)
		return 0;
	if (spec->sriov)
		return mock_fail(-EINVAL, "%s has a hot-plug slot, whose card has no virtual functions: leave sriov= out",
				 spec->behind->obj.name);
	if (spec->topology && *spec->slot && !spec->acs)
		return mock_fail(-EINVAL, "a function of a card with several, behind %s, needs acs=1 with group=topology",
				 spec->behind->obj.name);
	return 0;
}

static int create_device(const char *name, struct mock_instance *inst,
			 struct mock_device_spec *spec)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!*spec->group && !spec->topology &&
	    mock_obj_exists(MOCK_GROUP, name))
		return own_group_exists(name);
	ret = check_blocking(inst, spec);
	if (!ret)
		ret = check_acs(spec);
	if (!ret)
		ret = check_card(spec);
	if (!ret)
		ret = mock_bars_prepare(spec);
	if (!ret)
		ret = explain_place(mock_device_create(name, inst, spec), spec);
	if (ret == -EEXIST && spec->topology)
		return own_group_exists(name);
	return ret;
}

/* The options of new_device; those from OPT_PCI on are for PCI functions. */
enum {
	OPT_INSTANCE,
	OPT_GROUP,
	OPT_BUS,
	OPT_COHERENT,
	OPT_RESV,
	OPT_PASIDS,
	OPT_PCI,
	OPT_ID = OPT_PCI,
	OPT_SUBSYSTEM,
	OPT_CLASS,
	OPT_SERIAL,
	OPT_ISOLATED,
	OPT_COARSE,
	OPT_BRIDGE,
	OPT_BEHIND,
	OPT_SLOT,
	OPT_ACS,
	OPT_AER,
	OPT_HOTPLUG,
	OPT_LIKE,
	OPT_MSI,
	OPT_MSIX,
	OPT_INTX,
	OPT_BARS,
	OPT_BAR_REGS,
	OPT_SRIOV,
	OPT_VF_OFFSET,
	OPT_VF_STRIDE,
	OPT_VF_ID,
	OPT_VF_BARS,
	OPT_VF_INSTANCE,
	NR_OPTS,
};

/**
 * struct description - what a write describes, too large for a frame
 * @spec: the device
 * @name: its name
 * @instance: the name of the instance in front of it, or ""
 * @behind: the name of the bridge above it, or ""
 * @vf_instances: names of the instances in front of its VFs
 * @opts: the options
 */
struct description {
	struct mock_device_spec spec;
	char name[MOCK_NAME_LEN];
	char instance[MOCK_NAME_LEN];
	char behind[MOCK_NAME_LEN];
	struct mock_names vf_instances;
	struct mock_opt opts[NR_OPTS];
};

/* Find the instance and the bridge, and hold them while the device is made. */
static int find_and_create(struct description *to)
{
	struct mock_device_spec *spec = &to->spec;
	struct mock_obj *inst;
	int ret;

	lockdep_assert_held(&mock_topology);
	inst = mock_name_object(MOCK_INSTANCE, to->instance);
	if (IS_ERR(inst))
		return PTR_ERR(inst);
	ret = find_behind(to->behind, spec);
	if (!ret)
		ret = mock_vfs_prepare(to->name, &to->vf_instances,
				       to_instance(inst), spec);
	if (!ret)
		ret = create_device(to->name, to_instance(inst), spec);
	mock_vfs_forget(spec);
	if (spec->behind)
		mock_obj_put(&spec->behind->obj);
	mock_obj_put(inst);
	return ret;
}

/* Take the ids of a known device. Another subsystem is a variant of it. */
static int apply_like(const struct mock_opt *opts,
		      struct mock_device_spec *spec)
{
	struct mock_config_ids own = spec->ids;

	if (!opts[OPT_LIKE].seen)
		return 0;
	if (spec->bridge)
		return mock_fail(-EINVAL, "like= is not for bridges: a bridge has its own class");
	if (opts[OPT_ID].seen || opts[OPT_CLASS].seen)
		return mock_fail(-EINVAL, "like= has an id and a class: leave id= and class= out, or like=");
	mock_like_ids(spec->like, &spec->ids);
	if (opts[OPT_SUBSYSTEM].seen) {
		spec->ids.sub_vendor = own.sub_vendor;
		spec->ids.sub_device = own.sub_device;
	}
	return 0;
}

/* Without vf_id= the VFs have the device id of their PF. */
static int check_vf_opts(const struct mock_opt *opts,
			 struct mock_device_spec *spec)
{
	unsigned int i;

	for (i = OPT_VF_OFFSET; !spec->sriov && i <= OPT_VF_INSTANCE; i++)
		if (opts[i].seen)
			return mock_fail(-EINVAL, "%s= is for functions with sriov=",
					 opts[i].key);
	if (!opts[OPT_VF_ID].seen)
		spec->vf_device = spec->ids.device;
	return 0;
}

/* Refuse options that do not go together. */
static int check_opts(const struct mock_opt *opts,
		      struct mock_device_spec *spec)
{
	unsigned int i;
	int ret;

	if (spec->pasids && !kapi_has_pasids())
		return mock_no_pasids();
	if (spec->pasids && spec->pci && !kapi_has_function_pasids())
		return mock_fail(-EOPNOTSUPP, "this kernel does not look for the PASIDs of a PCI function: it was built without CONFIG_PCI_PASID");
	if (spec->pasids && spec->bridge)
		return mock_fail(-EINVAL, "a bridge has no PASIDs: give them to the function");
	if (!opts[OPT_INSTANCE].seen)
		return mock_fail(-EINVAL, "instance= is missing: write NAME instance=INSTANCE");
	for (i = OPT_PCI; !spec->pci && i < NR_OPTS; i++)
		if (opts[i].seen)
			return mock_fail(-EINVAL, "%s= is for bus=pci",
					 opts[i].key);
	spec->topology = !strcmp(spec->group, "topology");
	if (spec->topology && !spec->pci)
		return mock_fail(-EINVAL, "group=topology is for bus=pci");
	if (spec->topology)
		*spec->group = '\0';
	ret = apply_like(opts, spec) ?: check_vf_opts(opts, spec);
	if (ret)
		return ret;
	if (spec->hotplug && spec->bridge != MOCK_BRIDGE_ROOT_PORT)
		return mock_fail(-EINVAL, "hotplug= is for bridge=root-port");
	if (!spec->bridge)
		return check_capabilities(spec);
	if (opts[OPT_MSI].seen || opts[OPT_MSIX].seen || opts[OPT_INTX].seen)
		return mock_fail(-EINVAL, "msi=, msix= and intx= are not for bridges: a bridge has no interrupts");
	if (spec->aer && spec->bridge == MOCK_BRIDGE_PCI)
		return mock_fail(-EINVAL, "conventional PCI has no AER");
	/* The interrupt that tells of errors, and of a card. */
	spec->vectors = (spec->aer || spec->hotplug) && kapi_msi_possible();
	/* Without it the functions of the card belong to the group of the port. */
	spec->acs |= spec->hotplug != MOCK_HOTPLUG_NONE;
	if (opts[OPT_CLASS].seen || opts[OPT_SUBSYSTEM].seen)
		return mock_fail(-EINVAL, "class= and subsystem= are not for bridges: a bridge has its own class, and no subsystem");
	spec->ids.class = MOCK_PCI_BRIDGE_CLASS;
	return check_capabilities(spec);
}

#define AT(member) offsetof(struct description, member)

/* How each option is called, its parser, and where its value goes. */
static const struct {
	const char *key;
	int (*parse)(const char *value, void *dst);
	size_t at;
} options[NR_OPTS] = {
	[OPT_INSTANCE] = { "instance", mock_parse_name, AT(instance) },
	[OPT_GROUP] = { "group", mock_parse_name, AT(spec.group) },
	[OPT_BUS] = { "bus", parse_bus, AT(spec.pci) },
	[OPT_COHERENT] = { "coherent", mock_parse_bool, AT(spec.coherent) },
	[OPT_RESV] = { "resv", mock_parse_resv, AT(spec.resv) },
	[OPT_PASIDS] = { "pasids", parse_pasids, AT(spec.pasids) },
	[OPT_ID] = { "id", mock_parse_id, AT(spec.ids) },
	[OPT_SUBSYSTEM] = { "subsystem", mock_parse_subsystem, AT(spec.ids) },
	[OPT_CLASS] = { "class", parse_class, AT(spec.ids.class) },
	[OPT_SERIAL] = { "serial", mock_parse_u64, AT(spec.ids.serial) },
	[OPT_ISOLATED] = { "isolated", mock_parse_bool, AT(spec.isolated) },
	[OPT_COARSE] = { "coarse", mock_parse_bool, AT(spec.coarse) },
	[OPT_BRIDGE] = { "bridge", parse_bridge, AT(spec.bridge) },
	[OPT_BEHIND] = { "behind", mock_parse_name, AT(behind) },
	[OPT_SLOT] = { "slot", mock_parse_name, AT(spec.slot) },
	[OPT_ACS] = { "acs", mock_parse_bool, AT(spec.acs) },
	[OPT_AER] = { "aer", mock_parse_bool, AT(spec.aer) },
	[OPT_HOTPLUG] = { "hotplug", parse_hotplug, AT(spec.hotplug) },
	[OPT_LIKE] = { "like", mock_parse_like, AT(spec.like) },
	[OPT_MSI] = { "msi", parse_msi, AT(spec.vectors) },
	[OPT_MSIX] = { "msix", parse_msix, AT(spec.msix) },
	[OPT_INTX] = { "intx", mock_parse_bool, AT(spec.intx) },
	[OPT_BARS] = { "bars", mock_parse_bars, AT(spec.bars) },
	[OPT_BAR_REGS] = { "bar_regs", mock_parse_bool, AT(spec.regs) },
	[OPT_SRIOV] = { "sriov", mock_parse_sriov, AT(spec.sriov) },
	[OPT_VF_OFFSET] = { "vf_offset", mock_parse_vf_step,
		AT(spec.vf_offset) },
	[OPT_VF_STRIDE] = { "vf_stride", mock_parse_vf_step,
		AT(spec.vf_stride) },
	[OPT_VF_ID] = { "vf_id", mock_parse_vf_id, AT(spec.vf_device) },
	[OPT_VF_BARS] = { "vf_bars", mock_parse_bars, AT(spec.vf_bars) },
	[OPT_VF_INSTANCE] = { "vf_instance", mock_parse_vf_instance,
		AT(vf_instances) },
};

#undef AT

static int parse_and_create(char *line, struct description *to)
{
	struct mock_device_spec *spec = &to->spec;
	unsigned int i;
	int ret;

	mock_device_spec_init(spec);
	spec->vectors = kapi_msi_possible();
	for (i = 0; i < NR_OPTS; i++)
		to->opts[i] = (struct mock_opt){
			options[i].key, options[i].parse,
			(char *)to + options[i].at,
		};
	ret = mock_new_name(MOCK_DEVICE, &line, to->name);
	if (!ret)
		ret = mock_parse_opts(line, to->opts, NR_OPTS);
	if (!ret)
		ret = check_opts(to->opts, spec);
	if (ret)
		return ret;
	if (kapi_bus_taken(spec->pci))
		return mock_fail(-EBUSY, "devices on the %s bus have another IOMMU driver, and this kernel allocates domains for a bus, not for a device",
				 spec->pci ? "PCI" : "platform");

	mutex_lock(&mock_topology);
	ret = find_and_create(to);
	mutex_unlock(&mock_topology);
	if (ret && !mock_answer_has_error())
		mock_fail(ret, "the kernel did not accept device %s (errno %d)",
			  to->name, -ret);
	return ret;
}

int mock_write_new_device(struct mock_obj *obj, char *line)
{
	struct description *to = kzalloc(sizeof(*to), GFP_KERNEL);
	int ret;

	if (!to)
		return -ENOMEM;
	ret = parse_and_create(line, to);
	kfree(to);
	return ret;
}
