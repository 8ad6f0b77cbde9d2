// SPDX-License-Identifier: GPL-2.0-only
#include "lib/iommufd-faults.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/iommufd-abi.h"
#include "lib/mem.h"
#include "lib/vfio.h"

#define FAULT sizeof(struct iommu_hwpt_pgfault)
#define MOST 65536 /* requests of a group */

int fault_queue_open(int iommufd, struct fault_queue *q)
{
	struct iommu_fault_alloc alloc = { .size = sizeof(alloc) };

	*q = (struct fault_queue){ .fd = -1 };
	if (ioctl(iommufd, IOMMU_FAULT_QUEUE_ALLOC, &alloc) < 0)
		return errno == ENOTTY ?
			       vfio_explain(
				       -EOPNOTSUPP,
				       "this kernel's iommufd has no queues for faults: it needs 6.11") :
			       vfio_explain(
				       -errno,
				       "iommufd makes no queue for faults: %s",
				       strerror(errno));
	q->fd = (int)alloc.out_fault_fd;
	q->id = alloc.out_fault_id;
	q->room = 16 * FAULT;
	q->bytes = xalloc(q->room);
	return 0;
}

void fault_queue_close(struct fault_queue *q)
{
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
	free(q->bytes);
	q->bytes = NULL;
}

int fault_queue_hwpt(int iommufd, const struct fault_queue *q, uint32_t ioas,
		     const struct m_device *dev, uint32_t device,
		     uint32_t flags, uint32_t *hwpt)
{
	struct hwpt_alloc_faults alloc = {
		.size = sizeof(alloc),
		.flags = flags | IOMMU_HWPT_FAULT_ID_VALID,
		.dev_id = device,
		.pt_id = ioas,
		.fault_id = q->id,
	};

	if (ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc) < 0)
		return vfio_explain(
			-errno,
			"iommufd makes no page tables with a queue for %s: %s",
			dev->name, strerror(errno));
	*hwpt = alloc.out_hwpt_id;
	return 0;
}

/*
 * The kernel returns whole groups only. If the first one is larger than the buffer, the
 * read returns 0 as if there were none, and in newer kernels EINVAL.
 */
static bool is_too_small(const struct fault_queue *q, ssize_t got)
{
	struct pollfd p = { .fd = q->fd, .events = POLLIN };

	if (q->room >= MOST * FAULT)
		return false;
	return got < 0 ? errno == EINVAL : !got && poll(&p, 1, 0) > 0;
}

/* A read does not wait. */
static int fill(struct fault_queue *q)
{
	ssize_t n = read(q->fd, q->bytes, q->room);

	while (is_too_small(q, n)) {
		q->room *= 2;
		q->bytes = xrealloc(q->bytes, q->room, 1);
		n = read(q->fd, q->bytes, q->room);
	}
	if (n < 0)
		return vfio_explain(-errno, "the queue cannot be read: %s",
				    strerror(errno));
	q->at = 0;
	q->length = (size_t)n;
	return 0;
}

int fault_queue_next(struct fault_queue *q, struct page_fault *fault)
{
	struct iommu_hwpt_pgfault raw;
	int err;

	if (q->at + FAULT > q->length) {
		err = fill(q);
		if (err)
			return err;
	}
	if (q->at + FAULT > q->length)
		return 0;
	memcpy(&raw, q->bytes + q->at, FAULT);
	q->at += FAULT;
	*fault = (struct page_fault){
		.pasid = raw.flags & IOMMU_PGFAULT_FLAGS_PASID_VALID ?
				 raw.pasid :
				 0,
		.group = raw.grpid,
		.cookie = raw.cookie,
		.iova = raw.addr,
		.read = raw.perm & IOMMU_PGFAULT_PERM_READ,
		.write = raw.perm & IOMMU_PGFAULT_PERM_WRITE,
		.last = raw.flags & IOMMU_PGFAULT_FLAGS_LAST_PAGE,
	};
	return 1;
}

int fault_queue_answer(const struct fault_queue *q,
		       const struct page_fault *fault, bool success)
{
	struct iommu_hwpt_page_response response = {
		.cookie = fault->cookie,
		.code = success ? IOMMUFD_PAGE_RESP_SUCCESS :
				  IOMMUFD_PAGE_RESP_INVALID,
	};

	if (write(q->fd, &response, sizeof(response)) == sizeof(response))
		return 0;
	return vfio_explain(-errno, "iommufd takes no answer to group %u: %s",
			    fault->group, strerror(errno));
}
