// SPDX-License-Identifier: GPL-2.0-only
/* The knob that makes devices. */
#include <linux/string.h>

#include "knobs.h"

static int parse_bus(const char *value, void *dst)
{
	if (strcmp(value, "platform") && strcmp(value, "pci"))
		return mock_fail(-EINVAL, "there is no bus '%.64s', but platform and pci",
				 value);
	*(bool *)dst = !strcmp(value, "pci");
	return 0;
}

/* VENDOR:DEVICE, each at most 16 bits. */
static int parse_ids(const char *value, u32 *vendor, u32 *device)
{
	char text[32], *colon;
	int ret;

	strscpy(text, value, sizeof(text));
	colon = strchr(text, ':');
	if (!colon)
		return mock_fail(-EINVAL, "'%.64s' is not VENDOR:DEVICE, as in 0x1234:0x5678",
				 value);
	*colon = '\0';
	ret = mock_parse_u32(text, vendor);
	if (!ret)
		ret = mock_parse_u32(colon + 1, device);
	/* All ones is an empty slot. */
	if (!ret && (*vendor >= 0xffff || *device > 0xffff))
		ret = mock_fail(-EINVAL, "an id of '%.64s' is out of range",
				value);
	return ret;
}

static int parse_id(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->vendor, &ids->device);
}

static int parse_subsystem(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->sub_vendor, &ids->sub_device);
}

static int parse_class(const char *value, void *dst)
{
	u32 class;
	int ret = mock_parse_u32(value, &class);

	if (!ret && class > 0xffffff)
		ret = mock_fail(-EINVAL, "a class has 24 bits");
	if (!ret)
		*(u32 *)dst = class;
	return ret;
}

/*
 * A device that has to reach memory 1:1 at all times cannot start out blocked:
 * the core would warn, and give up (iommu_setup_default_domain()).
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

/* Where capabilities are those of the bus, there is nothing to take away. */
static int check_capabilities(const struct mock_device_spec *spec)
{
	if (kapi_asks_devices() || (spec->isolated && spec->coherent))
		return 0;
	return mock_fail(-EOPNOTSUPP, "this kernel asks for capabilities of the bus, not of a device (before 6.0): all are isolated and coherent");
}

static int create_device(const char *name, const char *instance,
			 const struct mock_device_spec *spec)
{
	const char *group = spec->group;
	struct mock_obj *inst;
	int ret;

	lockdep_assert_held(&mock_topology);
	inst = mock_name_object(MOCK_INSTANCE, instance);
	if (IS_ERR(inst))
		return PTR_ERR(inst);
	if (!*group && mock_obj_exists(MOCK_GROUP, name))
		ret = mock_fail(-EEXIST, "there is a group %s already, so the device cannot have one of that name to itself",
				name);
	else if (must_not_block(to_instance(inst), &spec->resv))
		ret = mock_fail(-EINVAL, "devices of %s start out blocked, which a region of the type direct forbids",
				instance);
	else
		ret = mock_device_create(name, to_instance(inst), spec);
	mock_obj_put(inst);
	return ret;
}

/* From which on the options of new_device are for PCI functions. */
#define PCI_ONLY 5

int mock_write_new_device(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN], instance[MOCK_NAME_LEN] = "";
	struct mock_device_spec spec;
	struct mock_opt opts[] = {
		{ "instance", mock_parse_name, instance },
		{ "group", mock_parse_name, spec.group },
		{ "bus", parse_bus, &spec.pci },
		{ "coherent", mock_parse_bool, &spec.coherent },
		{ "resv", mock_parse_resv, &spec.resv },
		/* of PCI functions only */
		{ "id", parse_id, &spec.ids },
		{ "subsystem", parse_subsystem, &spec.ids },
		{ "class", parse_class, &spec.ids.class },
		{ "serial", mock_parse_u64, &spec.ids.serial },
		{ "isolated", mock_parse_bool, &spec.isolated },
	};
	size_t i;
	int ret;

	mock_device_spec_init(&spec);
	ret = mock_new_name(MOCK_DEVICE, &line, name);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret && !*instance)
		ret = mock_fail(-EINVAL, "instance= is missing");
	for (i = PCI_ONLY; !ret && !spec.pci && i < ARRAY_SIZE(opts); i++)
		if (opts[i].seen)
			ret = mock_fail(-EINVAL, "%s= is for bus=pci",
					opts[i].key);
	if (!ret)
		ret = check_capabilities(&spec);
	if (ret)
		return ret;

	mutex_lock(&mock_topology);
	ret = create_device(name, instance, &spec);
	mutex_unlock(&mock_topology);
	if (ret && !mock_answer_has_error())
		mock_fail(ret, "the kernel did not take device %s (errno %d)",
			  name, -ret);
	return ret;
}
