// SPDX-License-Identifier: GPL-2.0-only
/* until 6.7: a bus has one IOMMU driver. */
#include <linux/iommu.h>

#include <linux/device.h>

const struct iommu_ops *probe(struct bus_type *bus);
const struct iommu_ops *probe(struct bus_type *bus)
{
	return bus->iommu_ops;
}
