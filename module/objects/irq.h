/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupts of a device. */
#ifndef MOCK_IRQ_H
#define MOCK_IRQ_H

#include <linux/types.h>

#include "../abi.h"
#include "dma.h"

/* Why an interrupt was not delivered. */
enum mock_irq_reason {
#define X(sym, name) MOCK_IRQ_##sym,
	MOCK_IRQ_REASONS(X)
#undef X
	MOCK_IRQ_FINE, /* it was */
};

/**
 * struct mock_irq_status - how a device's interrupts are set up
 * @vectors: number of vectors that it has; 0: it has no interrupts
 * @enabled: a driver enabled them
 * @allocated: number of vectors that the driver allocated
 * @masked: the vectors that are masked, a bitmap
 * @pending: the vectors that wait until they are not masked any more
 * @delivered: number of interrupts that were delivered
 * @dropped: number of interrupts that were lost
 */
struct mock_irq_status {
	u32 vectors;
	bool enabled;
	u32 allocated;
	u32 masked;
	u32 pending;
	u64 delivered;
	u64 dropped;
};

void mock_irq_record(struct mock_device *mdev, unsigned int vector,
		     enum mock_irq_reason why,
		     const struct mock_dma_request *by);

#endif /* MOCK_IRQ_H */
