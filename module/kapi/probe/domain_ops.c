// SPDX-License-Identifier: GPL-2.0-only
/* 5.18: the callbacks of a domain are in a structure of their own. */
#include <linux/iommu.h>

size_t probe(void);
size_t probe(void)
{
	return sizeof(struct iommu_domain_ops);
}
