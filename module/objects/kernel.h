/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the objects need of the kernel's IOMMU core, where kernels differ. The
 * room kapi/ defines it; nothing in objects/ includes kapi/.
 */
#ifndef MOCK_KERNEL_H
#define MOCK_KERNEL_H

#include <linux/iommu.h>
#include <linux/types.h>

struct fwnode_handle;
struct kapi_driver;
struct mock_traits;
struct platform_device;

/* Can there be several drivers, and a real IOMMU beside them? (6.8) */
bool kapi_multi_driver(void);

/**
 * kapi_driver_alloc() - make a set of callbacks
 * @blocked: its default domain blocks; kapi_blocked_default() must hold
 *
 * Return: the callbacks or ERR_PTR(-ENOMEM).
 */
struct kapi_driver *kapi_driver_alloc(bool blocked);
void kapi_driver_free(struct kapi_driver *kdrv);

/**
 * struct kapi_unit - the registration of an instance
 * @iommu: what the core knows
 * @pdev: the parent that it is shown under in sysfs
 * @fwnode: by which devices find it
 */
struct kapi_unit {
	struct iommu_device iommu;
	struct platform_device *pdev;
	struct fwnode_handle *fwnode;
};

int kapi_unit_register(struct kapi_unit *unit, struct kapi_driver *kdrv,
		       const char *name);
void kapi_unit_unregister(struct kapi_unit *unit);

/* Tell the core what a domain can do. Any context. */
void kapi_domain_features(struct iommu_domain *domain,
			  const struct mock_traits *traits);

#endif /* MOCK_KERNEL_H */
