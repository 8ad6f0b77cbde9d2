// SPDX-License-Identifier: GPL-2.0-only
/* 6.11: the core finds a device's driver by the fwnode alone. */
#include <linux/iommu.h>

int probe(struct device *dev, struct fwnode_handle *fwnode);
int probe(struct device *dev, struct fwnode_handle *fwnode)
{
	return iommu_fwspec_init(dev, fwnode);
}
