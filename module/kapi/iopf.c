// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests for pages (I/O page faults): the core's queues, and the driver's callback
 * by which the core answers.
 */
#include <linux/srcu.h>

#include "internal.h"

#include "../objects/objects.h"

#if defined(KAPI_PASIDS) && HAVE_IOPF_REPORT && IS_ENABLED(CONFIG_IOMMU_IOPF)

/*
 * The core looks up without a lock what the PASID of a request is attached to, and
 * reads that handle until iommu_report_device_fault() returns. A detach waits for the
 * reports (the gate in objects/request.c). A replace cannot: the device is on the new
 * domain when the driver's callback returns, and the core swaps the handles after that.
 * So the caller of a replace waits, before it frees the old handle.
 *
 * A reader holds mock_device.gate, and takes no lock of a group: the caller waits under
 * mock_group.lock.
 */
DEFINE_STATIC_SRCU(reports);

void kapi_reports_wait(void)
{
	synchronize_srcu(&reports);
}

bool kapi_takes_requests(void)
{
	return true;
}

static enum mock_page_code code_of(enum iommu_page_response_code code)
{
	switch (code) {
	case IOMMU_PAGE_RESP_SUCCESS:
		return MOCK_PAGE_CODE_SUCCESS;
	case IOMMU_PAGE_RESP_INVALID:
		return MOCK_PAGE_CODE_INVALID;
	default:
		return MOCK_PAGE_CODE_FAILURE;
	}
}

/* Often under the lock of the device's requests: no call of the core from here. */
static void respond(struct device *dev, struct iopf_fault *fault,
		    struct iommu_page_response *response)
{
	mock_request_answer(kapi_device(dev), response->pasid, response->grpid,
			    code_of(response->code));
}

void kapi_iopf_ops(struct iommu_ops *ops)
{
	ops->page_response = respond;
}

struct iopf_queue *kapi_queue_new(const char *name)
{
	return iopf_queue_alloc(name);
}

void kapi_queue_free(struct iopf_queue *queue)
{
	iopf_queue_free(queue);
}

int kapi_queue_join(struct iopf_queue *queue, struct device *dev)
{
	return iopf_queue_add_device(queue, dev);
}

void kapi_queue_leave(struct iopf_queue *queue, struct device *dev)
{
	iopf_queue_remove_device(queue, dev);
}

bool kapi_domain_asks(const struct iommu_domain *domain)
{
	return READ_ONCE(domain->iopf_handler);
}

void kapi_queue_flush(struct device *dev)
{
	iopf_queue_flush_dev(dev);
}

void kapi_queue_discard(struct iopf_queue *queue)
{
	iopf_queue_discard_partial(queue);
}

static u32 perm_of(u32 access)
{
	return (access & PGT_READ ? IOMMU_FAULT_PERM_READ : 0) |
	       (access & PGT_WRITE ? IOMMU_FAULT_PERM_WRITE : 0);
}

int kapi_queue_report(struct device *dev, const struct mock_page *page)
{
	struct iopf_fault fault = {
		.fault = {
			.type = IOMMU_FAULT_PAGE_REQ,
			.prm = {
				.pasid = page->pasid, .grpid = page->group,
				.perm = perm_of(page->access),
				.addr = page->iova & PAGE_MASK,
			},
		},
	};
	int idx, ret;

	if (page->pasid)
		fault.fault.prm.flags |= IOMMU_FAULT_PAGE_REQUEST_PASID_VALID;
	if (page->last)
		fault.fault.prm.flags |= IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
	idx = srcu_read_lock(&reports);
	ret = iommu_report_device_fault(dev, &fault);
	srcu_read_unlock(&reports, idx);
	return ret;
}

#else /* no requests: no instance has a queue */

void kapi_reports_wait(void)
{
}

bool kapi_takes_requests(void)
{
	return false;
}

void kapi_iopf_ops(struct iommu_ops *ops)
{
}

struct iopf_queue *kapi_queue_new(const char *name)
{
	return NULL;
}

void kapi_queue_free(struct iopf_queue *queue)
{
}

int kapi_queue_join(struct iopf_queue *queue, struct device *dev)
{
	return -EOPNOTSUPP;
}

void kapi_queue_leave(struct iopf_queue *queue, struct device *dev)
{
}

bool kapi_domain_asks(const struct iommu_domain *domain)
{
	return false;
}

void kapi_queue_flush(struct device *dev)
{
}

void kapi_queue_discard(struct iopf_queue *queue)
{
}

int kapi_queue_report(struct device *dev, const struct mock_page *page)
{
	return -EOPNOTSUPP;
}

#endif
