// SPDX-License-Identifier: GPL-2.0-only
/* 5.11: an irq_work may ask for hard interrupt context, also on PREEMPT_RT. */
#include <linux/irq_work.h>

unsigned long probe(void (*func)(struct irq_work *work));
unsigned long probe(void (*func)(struct irq_work *work))
{
	return sizeof(IRQ_WORK_INIT_HARD(func));
}
