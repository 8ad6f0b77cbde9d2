// SPDX-License-Identifier: GPL-2.0-only
/* 6.15: a caller asks for a domain to which PASIDs may be attached. */
#if __has_include("uapi/linux/iommufd.h")
#include <uapi/linux/iommufd.h>
#endif

unsigned int probe(void);
unsigned int probe(void)
{
	return IOMMU_HWPT_ALLOC_PASID;
}
