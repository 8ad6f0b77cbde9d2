// SPDX-License-Identifier: GPL-2.0-only
/* until 6.0: a driver is put on a bus by bus_set_iommu(). */
#include <linux/iommu.h>

int probe(struct bus_type *bus, const struct iommu_ops *ops);
int probe(struct bus_type *bus, const struct iommu_ops *ops)
{
	return bus_set_iommu(bus, ops);
}
