/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices go back to the domain that they have just left; see restore.c. */
#ifndef MOCK_RESTORE_H
#define MOCK_RESTORE_H

#include <linux/types.h>

struct mock_device;
struct mock_domain;
struct mock_instance;

void mock_restore_remember(struct mock_device *mdev, u32 pasid,
			   const struct mock_domain *old);
bool mock_restore_expected(const struct mock_device *mdev, u32 pasid,
			   const struct mock_domain *dom);
void mock_restore_forget(struct mock_device *mdev);
void mock_restore_forget_all(struct mock_instance *inst);

#endif /* MOCK_RESTORE_H */
