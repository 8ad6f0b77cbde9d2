// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs: the driver's callbacks, the numbers that the core reads, and the
 * public API for the in-kernel caller.
 */
#include <linux/log2.h>
#include <linux/property.h>

#include "handle.h"
#include "internal.h"

bool kapi_has_function_pasids(void)
{
	return IS_ENABLED(CONFIG_PCI_PASID);
}

#ifdef KAPI_PASIDS

int kapi_set_pasid(struct iommu_domain *domain, struct device *dev,
		   ioasid_t pasid, struct iommu_domain *old)
{
	return kapi_attach_pasid(domain, dev, pasid);
}

#if HAVE_REMOVE_DEV_PASID
static void remove_pasid(struct device *dev, ioasid_t pasid,
			 struct iommu_domain *domain)
{
	kapi_block_pasid(dev, pasid);
}

static void set_remove(struct kapi_driver *kdrv, struct iommu_ops *ops)
{
	ops->remove_dev_pasid = remove_pasid;
}
#else
static int block_pasid(struct iommu_domain *domain, struct device *dev,
		       ioasid_t pasid, struct iommu_domain *old)
{
	kapi_block_pasid(dev, pasid);
	return 0;
}

static void set_remove(struct kapi_driver *kdrv, struct iommu_ops *ops)
{
	kdrv->blocked_ops.set_dev_pasid = block_pasid;
}
#endif

void kapi_pasid_ops(struct kapi_driver *kdrv, struct iommu_ops *ops)
{
	kdrv->paging_ops.set_dev_pasid = kapi_set_pasid;
	set_remove(kdrv, ops);
}

bool kapi_has_pasids(void)
{
	return true;
}

/* The core reads it when it probes a device. */
void kapi_unit_pasids(struct kapi_unit *unit, u32 pasids)
{
	unit->iommu.max_pasids = pasids;
}

int kapi_device_pasids(struct device *dev, u32 pasids)
{
	const struct property_entry bits[] = {
		PROPERTY_ENTRY_U32("pasid-num-bits", ilog2(pasids)),
		{ }
	};

	return device_create_managed_software_node(dev, bits, NULL);
}

void kapi_device_no_pasids(struct device *dev)
{
	device_remove_software_node(dev);
}

int kapi_pasid_attach(struct iommu_domain *domain, struct device *dev,
		      u32 pasid, struct kapi_handle *handle)
{
	return iommu_attach_device_pasid(domain, dev, pasid, &handle->handle);
}

void kapi_pasid_detach(struct iommu_domain *domain, struct device *dev,
		       u32 pasid)
{
	iommu_detach_device_pasid(domain, dev, pasid);
}

#else /* no PASIDs: nobody calls what follows but to be told so */

void kapi_pasid_ops(struct kapi_driver *kdrv, struct iommu_ops *ops)
{
}

bool kapi_has_pasids(void)
{
	return false;
}

void kapi_unit_pasids(struct kapi_unit *unit, u32 pasids)
{
}

int kapi_device_pasids(struct device *dev, u32 pasids)
{
	return -EOPNOTSUPP;
}

void kapi_device_no_pasids(struct device *dev)
{
}

int kapi_pasid_attach(struct iommu_domain *domain, struct device *dev,
		      u32 pasid, struct kapi_handle *handle)
{
	return -EOPNOTSUPP;
}

void kapi_pasid_detach(struct iommu_domain *domain, struct device *dev,
		       u32 pasid)
{
}

#endif /* KAPI_PASIDS */
