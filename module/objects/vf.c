// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual functions (VFs): devices that come and go with a setting of their
 * physical function (PF).
 *
 * The VFs are made with their PF, and are absent at first. Software enables them in
 * the configuration space of the PF, and the PCI core then makes their devices: in
 * its own time, under its own locks, and without mock_topology. So all that needs
 * mock_topology is done before: a VF has its place, instance and group already.
 * An absent VF is in the same state as a device that was removed by others
 * (mock_device.going), so the in-kernel caller leaves it alone.
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
 * Put a VF into the group that the core is going to choose if the topology decides:
 * that of the bridge if its PF is in there, as PF and VF share a bus. Otherwise one
 * of its own.
 */
int mock_vf_join(struct mock_device *mdev, const struct mock_device_spec *spec)
{
	struct mock_group *shared = mdev->pf->group;
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!spec->topology || !spec->behind || spec->behind->group != shared)
		shared = NULL;
	ret = mock_group_join(mdev, shared ? shared->obj.name : "");
	if (!ret)
		mock_device_going(mdev);
	return ret;
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

/* Is it a VF that software has not enabled? */
bool mock_vf_absent(const struct mock_device *mdev)
{
	return mdev->pf && READ_ONCE(mdev->going);
}

/* Explain that an operation needs a VF that is absent. */
int mock_fail_absent(const struct mock_device *mdev)
{
	return mock_fail(-ENODEV, "%s is not enabled: its physical function is %s, in whose directory in sysfs the file sriov_numvfs enables it",
			 mdev->obj.name, mdev->pf->obj.name);
}

/* Called by the bus: software enabled a VF, and the core has accepted it. */
void mock_vf_arrived(struct mock_device *mdev)
{
	struct mock_group *mg = mdev->group;

	mutex_lock(&mg->lock);
	mg->gone -= mdev->going;
	WRITE_ONCE(mdev->going, false);
	mutex_unlock(&mg->lock);
}
