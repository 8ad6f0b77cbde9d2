/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own page tables, as far as its public headers tell. */
#ifndef MOCK_KAPI_INTREE_H
#define MOCK_KAPI_INTREE_H

#include <linux/generic_pt/iommu.h>

/*
 * Exported beside the tables, for a caller that has unmapped from one. Declared
 * only in drivers/iommu/iommu-pages.h, which no headers package has.
 */
void iommu_put_pages_list(struct iommu_pages_list *list);

#endif /* MOCK_KAPI_INTREE_H */
