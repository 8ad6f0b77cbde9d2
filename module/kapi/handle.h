/* SPDX-License-Identifier: GPL-2.0-only */
/* What a caller gives the core for a group or a PASID that it attaches. */
#ifndef MOCK_HANDLE_H
#define MOCK_HANDLE_H

#include <linux/iommu.h>

#include "facts.h"

#if HAVE_ATTACH_PASID_HANDLE

struct kapi_handle {
	struct iommu_attach_handle handle;
};

/*
 * The core exports these to iommufd, also where there is no iommufd. Only
 * drivers/iommu/iommu-priv.h declares them, which no headers package has.
 */
int iommu_attach_group_handle(struct iommu_domain *domain,
			      struct iommu_group *group,
			      struct iommu_attach_handle *handle);
int iommu_replace_group_handle(struct iommu_group *group,
			       struct iommu_domain *domain,
			       struct iommu_attach_handle *handle);
void iommu_detach_group_handle(struct iommu_domain *domain,
			       struct iommu_group *group);
int iommu_replace_device_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid,
			       struct iommu_attach_handle *handle);

#else

struct kapi_handle {
	char unused;
};

#endif

#endif /* MOCK_HANDLE_H */
