/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the in-kernel caller holds of a group: the parts of an attach that its
 * sources share. All but the last are called under mock_group.lock.
 */
#ifndef MOCK_HOLD_H
#define MOCK_HOLD_H

#include "../objects/objects.h"

/* Own the group. Return 0, or the kernel's errno after a sentence. */
int mock_hold_claim(struct mock_group *mg);

/* No device of the group, and not @mdev, is going? Return 0 or -ENODEV. */
int mock_hold_usable(struct mock_group *mg, struct mock_device *mdev);

/* Let the devices of the group do DMA, as a driver does. */
void mock_hold_start(struct mock_group *mg);

/* Release the group if it was claimed for attaches only, and none is left. */
void mock_hold_settle(struct mock_group *mg);

/* pasid.c: detach the PASIDs that were attached by @mdev; NULL: all. */
void mock_hold_drop_pasids(struct mock_group *mg, struct mock_device *mdev);

/* pasid.c: can the caller attach PASIDs of the device? 0, -ENODEV, -EOPNOTSUPP */
int mock_hold_check_pasids(struct mock_group *mg, struct mock_device *mdev);

/*
 * handler.c: put the group on a domain that has a handler; with @mdev as
 * iommu_attach_device() does. Return 0, -ENOMEM, or the kernel's errno.
 */
int mock_hold_attach(struct mock_domain *dom, struct mock_group *mg,
		     struct mock_device *mdev);

/* handler.c: answer what devices of the group asked of domains that they have left. */
void mock_hold_sweep(struct mock_group *mg);

/* sva.c: end the bonds that detach by @mdev; NULL: all. */
void mock_hold_drop_bonds(struct mock_group *mg, struct mock_device *mdev);

/* Give back the use of a domain that mock_caller_use() gave, and a reference. */
void mock_hold_forget(struct mock_domain *dom);

#endif /* MOCK_HOLD_H */
