/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests of devices for pages that are not there, as by PCI's PRI. */
#ifndef MOCK_REQUEST_H
#define MOCK_REQUEST_H

#include <linux/list.h>
#include <linux/types.h>

#include "../abi.h"
#include "../datapath/mmu.h"

struct mock_device;

enum mock_page_code {
#define X(sym, name) MOCK_PAGE_CODE_##sym,
	MOCK_PAGE_CODES(X)
#undef X
	MOCK_NR_PAGE_CODES,
};

/**
 * struct mock_request - a group of requests that waits for its answer
 * @node: place in mock_device.requests, until it is answered
 * @pasid: the PASID, or 0
 * @group: number of the group; immutable, as @pasid, @iova and @access
 * @iova: the address of the last request
 * @access: PGT_READ, PGT_WRITE, or both
 * @waits: the device's engine waits for the answer; otherwise the answer frees the
 *         request
 * @answered: there is an answer, which is @why
 * @why: MOCK_DMA_FINE, or one of MOCK_DMA_PAGE_*
 */
struct mock_request {
	struct list_head node;
	u32 pasid;
	u32 group;
	u64 iova;
	u32 access;
	bool waits;
	bool answered;
	enum mock_dma_reason why;
};

/**
 * struct mock_page - a page that a device asks for
 * @pasid: the PASID, or 0
 * @group: number of the group of requests; 0: choose one
 * @iova: the address
 * @access: PGT_READ, PGT_WRITE, or both
 * @last: no other request belongs to the group
 */
struct mock_page {
	u32 pasid;
	u32 group;
	u64 iova;
	u32 access;
	bool last;
};

void mock_request_setup(struct mock_device *mdev);
void mock_request_cleanup(struct mock_device *mdev);
int mock_request_open(struct mock_device *mdev);
void mock_request_settle(struct mock_device *mdev);
struct mock_request *mock_request_begin(struct mock_device *mdev,
					const struct mock_page *page);
bool mock_request_wait(struct mock_request *req);
enum mock_dma_reason mock_request_end(struct mock_device *mdev,
				      struct mock_request *req);
int mock_request_send(struct mock_device *mdev, struct mock_page *page);
void mock_request_answer(struct mock_device *mdev, u32 pasid, u32 group,
			 enum mock_page_code code);

/* caller/handler.c: see there. */
void mock_handler_sweep(struct mock_device *mdev);

#endif /* MOCK_REQUEST_H */
