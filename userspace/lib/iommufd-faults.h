/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of devices for pages (I/O page faults), as iommufd passes them to a program
 * (drivers/iommu/iommufd/eventq.c). A queue is a file. The requests of one group come
 * together, after the last of them, and have one answer.
 *
 * A function returns 0 or -errno, unless its comment differs. vfio_error() is one
 * sentence about the last failure.
 */
#ifndef LIB_IOMMUFD_FAULTS_H
#define LIB_IOMMUFD_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/model.h"

struct fault_queue {
	int fd; /* readable while a group waits */
	uint32_t id;
	char *bytes; /* what was read */
	size_t room, length, at;
};

struct page_fault {
	uint32_t pasid; /* 0: of the device itself */
	uint32_t group; /* the device's number of it */
	uint32_t cookie; /* iommufd's number of it, for the answer */
	uint64_t iova;
	bool read, write;
	bool last; /* of its group */
};

int fault_queue_open(int iommufd, struct fault_queue *q);
void fault_queue_close(struct fault_queue *q);

/*
 * Page tables as iommufd_hwpt_alloc() makes them. The requests of the devices and PASIDs
 * that are attached to them come to the queue.
 */
int fault_queue_hwpt(int iommufd, const struct fault_queue *q, uint32_t ioas,
		     const struct m_device *dev, uint32_t device,
		     uint32_t flags, uint32_t *hwpt);

/* The next request that is there already: 1; 0: there is none; or -errno. */
int fault_queue_next(struct fault_queue *q, struct page_fault *fault);

/* Answers the group that a request is of: with success, or else with invalid. */
int fault_queue_answer(const struct fault_queue *q,
		       const struct page_fault *fault, bool success);

#endif /* LIB_IOMMUFD_FAULTS_H */
