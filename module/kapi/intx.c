// SPDX-License-Identifier: GPL-2.0-only
/*
 * INTx: interrupt lines of our own, in a domain that has no parent and uses no
 * interrupt of the host. Each function that has INTx has a line for itself.
 *
 * A line is a level. A function raises and lowers it by kapi_intx_set(). As long as
 * it is high, and the kernel has not masked the interrupt, an irq_work calls the
 * interrupt's handler in hard interrupt context, again and again, as an interrupt
 * controller does. handle_level_irq() masks the interrupt while the handler runs.
 *
 * If the line is still high when the handler has returned, the handler is called
 * again after a tick, not at once. A driver that never lowers it costs time, but
 * does not stop the CPU.
 */
#include <linux/bitmap.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/irq_work.h>
#include <linux/pci.h>
#include <linux/preempt.h>
#include <linux/workqueue.h>

#include "../objects/objects.h"
#include "internal.h"

/* Lines of all functions. */
#define LINES 4096

static struct irq_domain *domain;
static struct fwnode_handle *node;

/* The lines that functions have; under mock_topology. */
static DECLARE_BITMAP(used, LINES);

/*
 * Atomic: the lines that are high, those whose interrupt the kernel has masked, and
 * those that the work looks at.
 */
static DECLARE_BITMAP(high, LINES);
static DECLARE_BITMAP(masked, LINES);
static DECLARE_BITMAP(look, LINES);

static void deliver(struct irq_work *work)
{
	unsigned int line;

	for_each_set_bit(line, look, LINES)
		if (test_and_clear_bit(line, look) && test_bit(line, high) &&
		    !test_bit(line, masked))
			kapi_handle_irq(domain, line);
}

static struct irq_work deliver_work;

static void look_at(unsigned int line)
{
	set_bit(line, look);
	irq_work_queue(&deliver_work);
}

static void again(struct work_struct *work)
{
	irq_work_queue(&deliver_work);
}

static DECLARE_DELAYED_WORK(again_work, again);

/**
 * kapi_intx_set() - raise or lower a line
 * @line: the line
 * @level: true: it is high
 *
 * Context: any, irqs off. Takes no lock.
 */
void kapi_intx_set(unsigned int line, bool level)
{
	if (!level) {
		clear_bit(line, high);
		return;
	}
	set_bit(line, high);
	/* Pairs with chip_unmask(): one of the two sees what the other did. */
	smp_mb__after_atomic();
	look_at(line);
}

static void chip_mask(struct irq_data *d)
{
	set_bit(d->hwirq, masked);
}

/* Under the lock of the interrupt's descriptor, irqs off. */
static void chip_unmask(struct irq_data *d)
{
	clear_bit(d->hwirq, masked);
	/* Pairs with kapi_intx_set(). */
	smp_mb__after_atomic();
	if (!test_bit(d->hwirq, high))
		return;
	if (hardirq_count()) {
		set_bit(d->hwirq, look);
		mock_dma_queue_later(&again_work, 1);
	} else {
		look_at(d->hwirq);
	}
}

static struct irq_chip chip = {
	.name = "iommu-mock-INTx",
	.irq_mask = chip_mask,
	.irq_unmask = chip_unmask,
};

static int domain_map(struct irq_domain *d, unsigned int virq,
		      irq_hw_number_t line)
{
	irq_set_chip_and_handler(virq, &chip, handle_level_irq);
	irq_set_status_flags(virq, IRQ_LEVEL);
	return 0;
}

static const struct irq_domain_ops domain_ops = {
	.map = domain_map,
};

/**
 * kapi_intx_alloc() - get a line, which is low
 *
 * Context: process, under mock_topology.
 * Return: the line; -ENOSPC if there is none; -ENOMEM.
 */
int kapi_intx_alloc(void)
{
	unsigned int line;

	lockdep_assert_held(&mock_topology);
	line = find_first_zero_bit(used, LINES);
	if (line == LINES)
		return -ENOSPC;
	set_bit(line, masked);
	if (!irq_create_mapping(domain, line))
		return -ENOMEM;
	set_bit(line, used);
	return line;
}

void kapi_intx_wait(void)
{
	irq_work_sync(&deliver_work);
}

/* Free a line. No driver has its interrupt any more. */
void kapi_intx_free(unsigned int line)
{
	lockdep_assert_held(&mock_topology);
	kapi_intx_set(line, false);
	irq_work_sync(&deliver_work);
	irq_dispose_mapping(irq_find_mapping(domain, line));
	clear_bit(line, used);
}

/**
 * kapi_intx_attach() - give a function its interrupt, before it is on its bus
 * @pdev: the function
 * @line: its line
 *
 * The architecture routes the interrupt of a function when a driver enables it,
 * unless the function has one already: acpi_pci_irq_enable().
 */
void kapi_intx_attach(struct pci_dev *pdev, unsigned int line)
{
	pdev->irq = irq_find_mapping(domain, line);
	pdev->irq_managed = 1;
}

int kapi_intx_init(void)
{
	if (!kapi_pci_possible())
		return 0;
#if HAVE_IRQ_WORK_HARD
	deliver_work = IRQ_WORK_INIT_HARD(deliver);
#else
	init_irq_work(&deliver_work, deliver);
#endif
	node = irq_domain_alloc_named_fwnode("iommu-mock-intx");
	if (!node)
		return -ENOMEM;
	domain = irq_domain_create_tree(node, &domain_ops, NULL);
	if (domain)
		return 0;
	irq_domain_free_fwnode(node);
	return -ENOMEM;
}

/* All functions are gone, and so are their lines. */
void kapi_intx_exit(void)
{
	if (!kapi_pci_possible())
		return;
	cancel_delayed_work_sync(&again_work);
	irq_work_sync(&deliver_work);
	irq_domain_remove(domain);
	irq_domain_free_fwnode(node);
}
