// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual functions (VFs): devices that come and go with a setting of their
 * physical function (PF).
 *
 * The VFs are made with their PF, and are absent at first. Software enables them in
 * the configuration space of the PF, and the PCI core then makes their devices: in
 * its own time: see transient.c.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "answers.h"
#include "objects.h"

/* The name of a VF; @name has MOCK_NAME_LEN bytes, and @pf leaves room. */
void mock_vf_name(const char *pf, u32 vf, char *name)
{
	scnprintf(name, MOCK_NAME_LEN, "%s" MOCK_VF_SUFFIX "%u", pf, vf);
}

/*
 * What a VF is: like its PF, but with an id and with BARs of its own. Without BARs it has
 * no MSI-X and no registers in memory.
 */
static void describe(struct mock_device_spec *spec, struct mock_device *pf,
		     u32 vf)
{
	spec->pf = pf;
	spec->vf = vf;
	spec->ids.device = spec->vf_device;
	spec->sriov = 0;
	spec->acs = false;
	spec->aer = false;
	if (spec->vf_bars[0].size) {
		spec->msix_bar = spec->vf_msix_bar;
	} else {
		spec->msix = 0;
		spec->regs = false;
	}
	memset(spec->bars, 0, sizeof(spec->bars));
	*spec->slot = '\0';
}

static int vf_make(struct mock_device *pf, struct mock_device_spec *spec,
		   u32 vf)
{
	struct mock_instance *inst =
		spec->vf_instances[vf % spec->nr_vf_instances];
	char name[MOCK_NAME_LEN];
	struct mock_device *mdev;

	mock_vf_name(pf->obj.name, vf, name);
	describe(spec, pf, vf);
	mdev = mock_device_make(name, inst, spec);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	pf->vfs[pf->nr_vfs++] = mdev;
	return 0;
}

/**
 * mock_vfs_make() - make the VFs of a PF
 * @pf: the PF, on its bus
 * @spec: the description of the PF
 *
 * Return: 0 or a negative errno. After a failure there may be some VFs.
 */
int mock_vfs_make(struct mock_device *pf, const struct mock_device_spec *spec)
{
	struct mock_device_spec *copy;
	int ret = 0;
	u32 i;

	lockdep_assert_held(&mock_topology);
	if (!spec->sriov)
		return 0;
	pf->vfs = kcalloc(spec->sriov, sizeof(*pf->vfs), GFP_KERNEL);
	copy = kmemdup(spec, sizeof(*spec), GFP_KERNEL);
	if (!pf->vfs || !copy)
		ret = -ENOMEM;
	for (i = 0; !ret && i < spec->sriov; i++)
		ret = vf_make(pf, copy, i);
	kfree(copy);
	return ret;
}

/* Remove the VFs of a PF, the last one first. */
void mock_vfs_remove(struct mock_device *pf)
{
	lockdep_assert_held(&mock_topology);
	while (pf->nr_vfs)
		mock_device_remove(pf->vfs[--pf->nr_vfs]);
}
