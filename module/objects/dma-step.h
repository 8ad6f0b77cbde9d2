/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside of the DMA engine: one round of an operation, step by step. */
#ifndef MOCK_DMA_STEP_H
#define MOCK_DMA_STEP_H

#include "objects.h"

/**
 * struct mock_dma_walk - a page that is needed before the next step
 * @dom: the domain, with a reference: of a process, whose tables have to be walked, or
 *       one whose caller has to be asked; NULL: no page is needed
 * @iova: the address
 * @access: PGT_READ or PGT_WRITE
 * @found: gets what the walk of a process finds
 * @why: why the step faults if the device cannot ask
 */
struct mock_dma_walk {
	struct mock_domain *dom;
	u64 iova;
	u32 access;
	struct mock_found *found;
	enum mock_dma_reason why;
};

/**
 * struct mock_dma_run - one round of an operation
 * @req: the operation
 * @data: bytes that "read" fills
 * @walk: the page that is needed
 * @found: what was found: for @req.iova, and for @req.to
 * @told: a stage 1 domain of which a fault is to be told, with a reference, or NULL
 * @asked: how often the device has asked for the page of the next step
 * @pos: bytes done
 * @sum: CRC-32 of these bytes
 * @why: why an access faulted, or MOCK_DMA_FINE
 * @access: PGT_READ or PGT_WRITE: the access that faulted
 * @at: address of that access
 * @ret: 0, or the errno that ends the operation
 */
struct mock_dma_run {
	const struct mock_dma_request *req;
	u8 *data;
	struct mock_dma_walk walk;
	struct mock_found found[2];
	struct mock_domain *told;
	unsigned int asked;
	u64 pos;
	u32 sum;
	enum mock_dma_reason why;
	u32 access;
	u64 at;
	int ret;
};

/* Was the engine told to stop after the request was made? */
static inline bool mock_dma_stopped(struct mock_dma *dma,
				    const struct mock_dma_request *req)
{
	return atomic_read(&dma->stops) != req->stops;
}

bool mock_dma_step(struct mock_device *mdev, struct mock_dma_run *run);

#endif /* MOCK_DMA_STEP_H */
