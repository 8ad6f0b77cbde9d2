// SPDX-License-Identifier: GPL-2.0-only
/* The part of new_device that is about virtual functions (VFs). */
#include <linux/string.h>

#include "../kapi/kapi.h"
#include "knobs.h"

/* Can such a function have VFs, and where it is? */
static int check_place(const struct mock_device_spec *spec)
{
	if (!kapi_has_sriov())
		return mock_fail(-EOPNOTSUPP, "this kernel has no SR-IOV (CONFIG_PCI_IOV)");
	if (spec->bridge)
		return mock_fail(-EINVAL, "sriov= is not for bridges");
	if (spec->behind && spec->behind->bridge == MOCK_BRIDGE_PCI)
		return mock_fail(-EINVAL, "conventional PCI has no SR-IOV");
	if (spec->vf_offset + (spec->sriov - 1) * spec->vf_stride > 255)
		return mock_fail(-EINVAL, "the virtual functions are on the bus of their physical function: vf_offset + (sriov - 1) * vf_stride is at most 255");
	return 0;
}

/* No name of a VF may be in use. */
static int check_names(const char *pf, const struct mock_device_spec *spec)
{
	char name[MOCK_NAME_LEN];
	u32 i;

	if (strlen(pf) + strlen(MOCK_VF_SUFFIX "127") >= MOCK_NAME_LEN)
		return mock_fail(-ENAMETOOLONG, "the name %s is too long for virtual functions, which have it with %s and a number",
				 pf, MOCK_VF_SUFFIX);
	for (i = 0; i < spec->sriov; i++) {
		mock_vf_name(pf, i, name);
		if (mock_obj_exists(MOCK_DEVICE, name))
			return mock_fail(-EEXIST, "device %s exists already, and a virtual function would have its name",
					 name);
		if (mock_obj_exists(MOCK_GROUP, name))
			return mock_fail(-EEXIST, "group %s exists already, and that of a virtual function would have its name",
					 name);
	}
	return 0;
}

static int find_instances(const struct mock_names *names,
			  struct mock_instance *inst,
			  struct mock_device_spec *spec)
{
	struct mock_obj *obj;
	u32 i;

	if (!names->count) {
		kref_get(&inst->obj.ref);
		spec->vf_instances[spec->nr_vf_instances++] = inst;
	}
	for (i = 0; i < names->count; i++) {
		obj = mock_name_object(MOCK_INSTANCE, names->names[i]);
		if (IS_ERR(obj))
			return PTR_ERR(obj);
		spec->vf_instances[spec->nr_vf_instances++] = to_instance(obj);
	}
	return 0;
}

/**
 * mock_vfs_prepare() - complete the description of a function's VFs, and check it
 * @pf: name of the function
 * @names: names of the instances in front of the VFs; empty: like the function's
 * @inst: the instance in front of the function
 * @spec: the description; mock_vfs_forget() drops the references
 *
 * Context: under mock_topology, which keeps names and instances as they are.
 * Return: 0, or a negative errno after a sentence.
 */
int mock_vfs_prepare(const char *pf, const struct mock_names *names,
		     struct mock_instance *inst, struct mock_device_spec *spec)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!spec->sriov)
		return 0;
	ret = check_place(spec);
	if (!ret && names->count > spec->sriov)
		ret = mock_fail(-EINVAL, "vf_instance names more instances than there are virtual functions");
	if (!ret)
		ret = check_names(pf, spec);
	return ret ?: find_instances(names, inst, spec);
}

void mock_vfs_forget(struct mock_device_spec *spec)
{
	while (spec->nr_vf_instances)
		mock_obj_put(&spec->vf_instances[--spec->nr_vf_instances]->obj);
}
