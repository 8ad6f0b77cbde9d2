// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving to another domain without one in between (replace), as iommufd does.
 *
 * The core exports the functions in a namespace for iommufd, and headers do not
 * declare them: no probe can find them. So the running kernel is asked for them
 * by name. What they take has not changed since they exist.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "handle.h"
#include "internal.h"

struct kapi_handle *kapi_handle_new(void)
{
	return kzalloc(sizeof(struct kapi_handle), GFP_KERNEL);
}

void kapi_handle_free(struct kapi_handle *handle)
{
	kfree(handle);
}

void kapi_handle_retire(struct kapi_handle *handle)
{
	kapi_reports_wait();
	kapi_handle_free(handle);
}

#if HAVE_ATTACH_PASID_HANDLE

bool kapi_replaces_groups(void)
{
	bool both = symbol_get(iommu_replace_group_handle);

	if (!both)
		return false;
	symbol_put(iommu_replace_group_handle);
	both = symbol_get(iommu_detach_group_handle);
	if (both)
		symbol_put(iommu_detach_group_handle);
	return both;
}

int kapi_group_replace(struct iommu_domain *domain, struct iommu_group *group,
		       struct kapi_handle *handle)
{
	typeof(iommu_replace_group_handle) *replace;
	int ret;

	replace = symbol_get(iommu_replace_group_handle);
	if (!replace)
		return -EOPNOTSUPP;
	ret = replace(group, domain, &handle->handle);
	symbol_put(iommu_replace_group_handle);
	return ret;
}

void kapi_group_detach(struct iommu_domain *domain, struct iommu_group *group)
{
	typeof(iommu_detach_group_handle) *detach;

	detach = symbol_get(iommu_detach_group_handle);
	if (WARN_ON(!detach))
		return;
	detach(domain, group);
	symbol_put(iommu_detach_group_handle);
}

#else

bool kapi_replaces_groups(void)
{
	return false;
}

int kapi_group_replace(struct iommu_domain *domain, struct iommu_group *group,
		       struct kapi_handle *handle)
{
	return -EOPNOTSUPP;
}

void kapi_group_detach(struct iommu_domain *domain, struct iommu_group *group)
{
}

#endif /* HAVE_ATTACH_PASID_HANDLE */

#ifdef KAPI_PASIDS

bool kapi_replaces_pasids(void)
{
	if (!symbol_get(iommu_replace_device_pasid))
		return false;
	symbol_put(iommu_replace_device_pasid);
	return true;
}

int kapi_pasid_replace(struct iommu_domain *domain, struct device *dev,
		       u32 pasid, struct kapi_handle *handle)
{
	typeof(iommu_replace_device_pasid) *replace;
	int ret;

	replace = symbol_get(iommu_replace_device_pasid);
	if (!replace)
		return -EOPNOTSUPP;
	ret = replace(domain, dev, pasid, &handle->handle);
	symbol_put(iommu_replace_device_pasid);
	return ret;
}

#else

bool kapi_replaces_pasids(void)
{
	return false;
}

int kapi_pasid_replace(struct iommu_domain *domain, struct device *dev,
		       u32 pasid, struct kapi_handle *handle)
{
	return -EOPNOTSUPP;
}

#endif /* KAPI_PASIDS */
