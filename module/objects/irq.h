/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupts of a device. */
#ifndef MOCK_IRQ_H
#define MOCK_IRQ_H

#include <linux/types.h>

#include "../abi.h"
#include "thread.h"

/* Why an interrupt was not delivered. */
enum mock_irq_reason {
#define X(sym, name) MOCK_IRQ_##sym,
	MOCK_IRQ_REASONS(X)
#undef X
	MOCK_IRQ_FINE, /* it was */
};

/* The capability by which a driver enabled interrupts. */
enum mock_irq_use {
	MOCK_IRQ_USE_NONE,
	MOCK_IRQ_USE_MSI,
	MOCK_IRQ_USE_MSIX,
	MOCK_IRQ_USE_INTX, /* neither of the two; a driver need not have it */
};

/**
 * struct mock_irq_status - how a device's interrupts are set up
 * @msi: number of vectors that it has by MSI
 * @msix: number of vectors that it has by MSI-X; both 0, and @use is none: it has
 *        no interrupts
 * @use: what a driver enabled
 * @allocated: number of vectors that the driver allocated
 * @masked: the vectors that are masked, a bitmap
 * @pending: the vectors that wait until they are not masked any more
 * @delivered: number of interrupts that were delivered
 * @dropped: number of interrupts that were lost
 */
struct mock_irq_status {
	u32 msi;
	u32 msix;
	enum mock_irq_use use;
	u32 allocated;
	u64 masked;
	u64 pending;
	u64 delivered;
	u64 dropped;
};

void mock_irq_record(struct mock_device *mdev, unsigned int vector,
		     enum mock_irq_reason why,
		     const struct mock_thread *by);

#endif /* MOCK_IRQ_H */
