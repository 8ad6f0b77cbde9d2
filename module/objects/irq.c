// SPDX-License-Identifier: GPL-2.0-only
/* The interrupts of a device, in the journal. */
#include <linux/string.h>

#include "objects.h"

/**
 * mock_irq_record() - record that a device raised an interrupt
 * @mdev: the device
 * @vector: the vector
 * @why: why it was not delivered, or MOCK_IRQ_FINE
 * @by: the thread that caused it
 *
 * Context: any without raw locks.
 */
void mock_irq_record(struct mock_device *mdev, unsigned int vector,
		     enum mock_irq_reason why,
		     const struct mock_thread *by)
{
	struct mock_record rec = {
		.event = MOCK_EV_IRQ, .by = *by,
		.irq = { .vector = vector, .why = why },
	};

	strscpy(rec.irq.instance, mdev->instance->obj.name, MOCK_NAME_LEN);
	strscpy(rec.irq.device, mdev->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}
