// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line of INTx of a function, which follows its configuration space: PCI Express
 * Base Specification, 6.1.2. It is high as long as a cause is pending, Interrupt
 * Disable is not set, MSI and MSI-X are disabled, and the function is in D0.
 *
 * The line changes under mock_slots_lock, as a write to the configuration space is
 * done: after a write that lowers it, the handler is not called again.
 */
#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "function.h"

/**
 * mock_intx_update_locked() - let the line follow the configuration space
 * @fn: the function
 *
 * Return: true if the line was raised, which counts as an interrupt.
 */
bool mock_intx_update_locked(struct mock_function *fn)
{
	bool level;

	lockdep_assert_held(&mock_slots_lock);
	level = fn->present && mock_intx_asserted(&fn->config);
	if (!fn->config.place.intx || level == fn->irqs.asserted)
		return false;
	fn->irqs.asserted = level;
	fn->irqs.delivered += level;
	kapi_intx_set(fn->irqs.intx, level);
	return level;
}

/**
 * mock_intx_raise_locked() - raise INTx of a function in D0
 * @fn: the function
 * @cause: why: a bit of MOCK_ENGINE_CAUSE
 *
 * If the line is high already, the driver finds one more cause. That counts as an
 * interrupt, too.
 *
 * Return: whether the line is high.
 */
enum mock_irq_reason mock_intx_raise_locked(struct mock_function *fn, u32 cause)
{
	lockdep_assert_held(&mock_slots_lock);
	cause |= mock_engine_get(&fn->config, MOCK_ENGINE_CAUSE, 1);
	mock_intx_set_cause(&fn->config, cause);
	if (fn->irqs.asserted)
		fn->irqs.delivered++;
	else
		mock_intx_update_locked(fn);
	return fn->irqs.asserted ? MOCK_IRQ_FINE : MOCK_IRQ_MASKED;
}

/*
 * Give the function a line, if it has INTx. Context: process, under mock_topology.
 * Return: 0, or the errno of kapi_intx_alloc().
 */
int mock_intx_take(struct mock_function *fn)
{
	int line;

	if (!fn->config.place.intx)
		return 0;
	line = kapi_intx_alloc();
	if (line < 0)
		return line;
	fn->irqs.intx = line;
	return 0;
}

/* Take the line back. The function is gone, and so is its driver. */
void mock_intx_give(struct mock_function *fn)
{
	if (fn->config.place.intx)
		kapi_intx_free(fn->irqs.intx);
}

/* The PCI core found the function. */
void mock_intx_attach(struct mock_function *fn)
{
	if (fn->config.place.intx)
		kapi_intx_attach(fn->dev, fn->irqs.intx);
}
