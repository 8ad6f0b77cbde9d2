// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual functions (VFs) of a physical function (PF).
 *
 * A VF has its place on the bus from the beginning. Accesses reach it while VF
 * Enable and NumVFs of its PF cover it. The PCI core, which sets them, then makes
 * the VF's device, and removes it before it clears them.
 *
 * The core may also leave the VF's device behind: a PF that is removed by sysfs
 * takes its VFs along only if its driver disables them.
 */
#include <linux/pci.h>

#include "function.h"

static unsigned int place_of(const struct mock_function *pf, u32 vf)
{
	const struct mock_config_place *place = &pf->config.place;

	return pf->devfn + place->vf_offset + vf * place->vf_stride;
}

/* May an access reach the function, apart from whether it is present? */
bool mock_vf_reached(const struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	return !fn->pf || fn->enabled;
}

/*
 * The registers of a PF may have changed: 9.3.3.3.1. A VF that appears has been
 * reset. A VF that disappears does nothing any more.
 */
void mock_vfs_update_locked(struct mock_function *pf)
{
	u32 i, enabled = mock_sriov_enabled(&pf->config);

	lockdep_assert_held(&mock_slots_lock);
	for (i = 0; i < pf->config.place.vfs; i++) {
		struct mock_function *vf = pf->bus->functions[place_of(pf, i)];
		bool enable = i < enabled;

		/* Not made yet, or removed already. */
		if (!vf || vf->pf != pf)
			continue;
		if (vf->enabled != enable) {
			mock_function_reset_locked(vf);
			vf->enabled = enable;
		}
		/* VF Memory Space Enable may have been set. */
		mock_regs_written_locked(vf);
	}
}

/* Let accesses reach a VF once its PF says so. */
void mock_vf_setup(struct mock_function *vf)
{
	raw_spin_lock_irq(&mock_slots_lock);
	vf->present = true;
	mock_vfs_update_locked(vf->pf);
	raw_spin_unlock_irq(&mock_slots_lock);
}

/**
 * mock_vf_remove() - remove the device of a VF, if the core has one
 * @vf: the VF; no driver can enable it any more
 *
 * pci_disable_sriov() is not enough: if the PF was removed by sysfs, it warns of a
 * link in a directory that is gone. And it may take the lock that the removal of
 * the PF holds.
 */
void mock_vf_remove(struct mock_function *vf)
{
	struct pci_dev *pf = NULL;

	mock_bus_lock(vf->bus);
	if (vf->dev && device_is_registered(&vf->dev->dev)) {
		pf = pci_physfn(vf->dev);
		pci_stop_and_remove_bus_device(vf->dev);
	}
	mock_bus_unlock(vf->bus);
	/* The core took a reference to the PF with each VF. */
	pci_dev_put(pf);
}

/*
 * Let the core know that the VFs are gone. It looks for their devices, and finds
 * none. Without pci_lock_rescan_remove(), which some cores take here.
 */
void mock_vfs_disable(struct mock_function *pf)
{
	if (pf->dev && pci_num_vf(pf->dev))
		pci_disable_sriov(pf->dev);
}

/* Do the VFs that @spec asks for have room on a bus, if their PF is there? */
bool mock_vfs_fit(const struct mock_bus *mbus, unsigned int devfn,
		  const struct mock_device_spec *spec, unsigned int places)
{
	unsigned int at = devfn + spec->vf_offset;
	u32 i;

	for (i = 0; i < spec->sriov; i++, at += spec->vf_stride)
		if (at >= places || mbus->functions[at])
			return false;
	return true;
}

/* Tell each function of a slot with ARI which one is the next: 7.8.7.2. */
void mock_ari_relink(struct mock_bus *mbus)
{
	unsigned int at, next = 0;

	lockdep_assert_held(&mock_slots_lock);
	for (at = MOCK_DEVFNS; at-- > 0;) {
		struct mock_function *fn = mbus->functions[at];

		/* 9.3.7.5: VFs are not in the list. */
		if (!fn || fn->pf || !fn->config.place.ari)
			continue;
		mock_ari_set_next(&fn->config, next);
		next = at;
	}
}

void mock_vf_status(struct mock_device *mdev, struct mock_vf_status *st)
{
	const struct mock_config *cfg = &mdev->function->config;

	raw_spin_lock_irq(&mock_slots_lock);
	*st = (struct mock_vf_status){
		.total = cfg->place.vfs,
		.enabled = mock_sriov_enabled(cfg),
		.offset = cfg->place.vf_offset,
		.stride = cfg->place.vf_stride,
	};
	raw_spin_unlock_irq(&mock_slots_lock);
}
