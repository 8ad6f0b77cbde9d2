// SPDX-License-Identifier: GPL-2.0-only
/*
 * Until 6.0: a driver drops the cookie of a domain. Since 5.16 the core has done so
 * before, and then a driver drops nothing.
 */
#if __has_include("linux/dma-iommu.h")
#include <linux/dma-iommu.h>
#endif
#include <linux/iommu.h>

void probe(struct iommu_domain *domain);
void probe(struct iommu_domain *domain)
{
	iommu_put_dma_cookie(domain);
}
