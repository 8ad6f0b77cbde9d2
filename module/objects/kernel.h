/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions by which objects/ calls the kernel's IOMMU core, where kernels
 * differ. The room kapi/ defines them; no file in objects/ includes kapi/.
 */
#ifndef MOCK_KERNEL_H
#define MOCK_KERNEL_H

#include <linux/iommu.h>
#include <linux/types.h>

struct fwnode_handle;
struct iopf_queue;
struct kapi_driver;
struct kapi_process;
struct kapi_viommu;
struct mock_page;
struct mock_traits;
struct page;
struct platform_device;

/* Does the core allow several drivers, and a real IOMMU beside ours? */
bool kapi_multi_driver(void);

/**
 * kapi_driver_alloc() - make a set of callbacks
 * @blocked: the default domain blocks; needs kapi_blocked_default()
 *
 * Return: the callbacks or ERR_PTR(-ENOMEM).
 */
struct kapi_driver *kapi_driver_alloc(bool blocked);
void kapi_driver_free(struct kapi_driver *kdrv);

/**
 * struct kapi_unit - the registration of an instance
 * @iommu: the core's view of the instance
 * @pdev: the parent of @iommu in sysfs
 * @fwnode: by this node devices find the instance
 */
struct kapi_unit {
	struct iommu_device iommu;
	struct platform_device *pdev;
	struct fwnode_handle *fwnode;
};

int kapi_unit_register(struct kapi_unit *unit, struct kapi_driver *kdrv,
		       const char *name, u32 pasids);
void kapi_unit_unregister(struct kapi_unit *unit);

/* Set the core's view of a domain's features. Context: any. */
void kapi_domain_features(struct iommu_domain *domain,
			  const struct mock_traits *traits);

/**
 * kapi_process_page() - the page at an address of a process
 * @process: the process, which may have ended
 * @addr: the address
 * @write: the page is going to be written
 *
 * The function looks and changes nothing: it brings no page in, and copies none.
 * The page may go at once; its user knows by the domain's era.
 *
 * Context: process; takes the mmap_lock of the process.
 * Return: the page, or NULL.
 */
struct page *kapi_process_page(struct kapi_process *process, u64 addr,
			       bool write);

/* The last user of a domain that tells a vIOMMU of its faults is gone. */
void kapi_viommu_put(struct kapi_viommu *viommu);

/**
 * kapi_viommu_report() - tell a user of a fault in a table of its own
 * @viommu: the domain's, with a reference
 * @dev: the device
 * @event: what happened
 *
 * A user that has no queue for events, no virtual id for the device, or that has
 * destroyed the vIOMMU is not told. A queue that is full loses the event, and says so.
 *
 * Context: process; sleeps.
 */
struct mock_nest_event;
void kapi_viommu_report(struct kapi_viommu *viommu, struct device *dev,
			struct mock_nest_event *event);

/* The last user of the domain is gone. Context: process. */
void kapi_process_free(struct kapi_process *process);

/*
 * The core's queue of an instance for requests for pages. A device that is in it can
 * report requests; its answers come by mock_request_answer(). kapi_queue_new()
 * returns NULL if there is no memory.
 */
struct iopf_queue *kapi_queue_new(const char *name);
void kapi_queue_free(struct iopf_queue *queue);
int kapi_queue_join(struct iopf_queue *queue, struct device *dev);

/* What waits is answered with "invalid", if no handler works on it. */
void kapi_queue_leave(struct iopf_queue *queue, struct device *dev);

/* Has the caller that made the domain a handler for requests? */
bool kapi_domain_asks(const struct iommu_domain *domain);

/* Wait until the core's own handlers have answered what was reported before. */
void kapi_queue_flush(struct device *dev);

/* Forget the requests of all groups whose last request did not come. */
void kapi_queue_discard(struct iopf_queue *queue);

/*
 * Pass a request on. A last one is answered, whatever is returned: 0; -EINVAL if no
 * handler is there; -ENOMEM. Context: process; sleeps.
 */
int kapi_queue_report(struct device *dev, const struct mock_page *page);

#endif /* MOCK_KERNEL_H */
