// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupts of a function: MSI.
 *
 * An interrupt that is raised becomes pending, as PCI Express Base
 * Specification, 6.1.4 says: the function sends its message as soon as the
 * vector is not masked and the function is a bus master. Software that disables
 * MSI, or a reset, drops it.
 *
 * The message is sent under mock_slots_lock, as a write to the configuration
 * space is done. So after a write that disables or masks, no message is sent.
 * The journal is written later, without the lock: by the thread that raised the
 * interrupt, or by a worker if that thread was writing the configuration space.
 */
#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "function.h"

/* Send a message that is pending, if it may be sent now. */
static enum mock_irq_reason send_locked(struct mock_function *fn, u32 vector)
{
	struct mock_config *cfg = &fn->config;

	lockdep_assert_held(&mock_slots_lock);
	if (mock_msi_masked(cfg) & BIT(vector))
		return MOCK_IRQ_MASKED;
	if (!mock_config_masters(cfg))
		return MOCK_IRQ_NOT_MASTER;
	mock_msi_set_pending(cfg, mock_msi_pending(cfg) & ~BIT(vector));
	/* The lowest bits of the data are the vector: 6.1.4.4. */
	if (!kapi_msi_send(mock_msi_address(cfg),
			   (mock_msi_data(cfg) &
			    ~(mock_msi_allocated(cfg) - 1)) | vector)) {
		fn->irqs.dropped++;
		return MOCK_IRQ_ADDRESS;
	}
	fn->irqs.delivered++;
	return MOCK_IRQ_FINE;
}

static enum mock_irq_reason raise_locked(struct mock_function *fn, u32 vector)
{
	const struct mock_config *cfg = &fn->config;
	enum mock_irq_reason why;

	lockdep_assert_held(&mock_slots_lock);
	if (!mock_config_powered(cfg))
		why = MOCK_IRQ_POWER;
	else if (!mock_msi_enabled(cfg))
		why = MOCK_IRQ_OFF;
	else if (vector >= mock_msi_allocated(cfg))
		why = MOCK_IRQ_VECTOR;
	else
		why = MOCK_IRQ_FINE;
	if (why != MOCK_IRQ_FINE) {
		fn->irqs.dropped++;
		return why;
	}
	mock_msi_set_pending(&fn->config, mock_msi_pending(cfg) | BIT(vector));
	return send_locked(fn, vector);
}

/**
 * mock_irq_raise() - raise an interrupt of a function
 * @fn: the function
 * @vector: the vector
 * @by: the thread that causes it, after mock_dma_asked()
 *
 * Context: process.
 */
void mock_irq_raise(struct mock_function *fn, u32 vector,
		    const struct mock_dma_request *by)
{
	enum mock_irq_reason why;

	raw_spin_lock_irq(&mock_slots_lock);
	why = raise_locked(fn, vector);
	raw_spin_unlock_irq(&mock_slots_lock);
	mock_irq_record(fn->mdev, vector, why, by);
}

/* The end of an operation: raise the interrupt that the registers name. */
void mock_irq_done(struct mock_function *fn, bool faulted,
		   const struct mock_dma_request *by)
{
	u32 reg = faulted ? MOCK_ENGINE_FAULT_VECTOR : MOCK_ENGINE_VECTOR;
	u32 vector;

	if (!fn->config.place.vectors)
		return;
	raw_spin_lock_irq(&mock_slots_lock);
	vector = mock_engine_get(&fn->config, reg, 1);
	raw_spin_unlock_irq(&mock_slots_lock);
	mock_irq_raise(fn, vector, by);
}

/* A write asks for the interrupt that a register names; a worker raises it. */
void mock_irq_asked_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!fn->config.place.vectors)
		return;
	mock_dma_asked(fn->mdev, &fn->irqs.by);
	set_bit(mock_engine_get(&fn->config, MOCK_ENGINE_RAISE, 1),
		fn->irqs.asked);
	mock_dma_queue(&fn->irqs.work);
}

/* A write may have unmasked vectors, made a bus master, or disabled MSI. */
void mock_irq_written_locked(struct mock_function *fn)
{
	unsigned long pending = mock_msi_pending(&fn->config);
	bool told = false;
	u32 vector;

	lockdep_assert_held(&mock_slots_lock);
	if (!pending)
		return;
	if (!mock_msi_enabled(&fn->config)) {
		mock_irq_drop_locked(fn);
		return;
	}
	for_each_set_bit(vector, &pending, MOCK_MSI_MAX) {
		enum mock_irq_reason why = send_locked(fn, vector);

		fn->irqs.sent[vector] += why == MOCK_IRQ_FINE;
		fn->irqs.lost[vector] += why == MOCK_IRQ_ADDRESS;
		told |= why == MOCK_IRQ_FINE || why == MOCK_IRQ_ADDRESS;
	}
	if (!told)
		return;
	mock_dma_asked(fn->mdev, &fn->irqs.by);
	mock_dma_queue(&fn->irqs.work);
}

/* MSI is off, or the function is being reset. */
void mock_irq_drop_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!fn->config.place.vectors)
		return;
	fn->irqs.dropped += hweight32(mock_msi_pending(&fn->config));
	mock_msi_set_pending(&fn->config, 0);
}

/* Record the messages of a vector that writes have released. */
static void record_released(struct mock_function *fn, u32 vector,
			    struct mock_dma_request *by)
{
	u32 sent, lost;

	raw_spin_lock_irq(&mock_slots_lock);
	*by = fn->irqs.by;
	sent = fn->irqs.sent[vector];
	lost = fn->irqs.lost[vector];
	fn->irqs.sent[vector] = 0;
	fn->irqs.lost[vector] = 0;
	raw_spin_unlock_irq(&mock_slots_lock);
	while (sent--)
		mock_irq_record(fn->mdev, vector, MOCK_IRQ_FINE, by);
	while (lost--)
		mock_irq_record(fn->mdev, vector, MOCK_IRQ_ADDRESS, by);
}

/* Do for writes to the configuration space what may sleep. */
static void irqs_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						irqs.work);
	struct mock_dma_request by;
	u32 vector;

	for (vector = 0; vector < MOCK_MSI_MAX; vector++)
		record_released(fn, vector, &by);
	for_each_set_bit(vector, fn->irqs.asked, MOCK_VECTOR_REGS)
		if (test_and_clear_bit(vector, fn->irqs.asked))
			mock_irq_raise(fn, vector, &by);
}

void mock_irq_status(struct mock_function *fn, struct mock_irq_status *st)
{
	const struct mock_config *cfg = &fn->config;

	raw_spin_lock_irq(&mock_slots_lock);
	*st = (struct mock_irq_status){
		.vectors = cfg->place.vectors,
		.delivered = fn->irqs.delivered, .dropped = fn->irqs.dropped,
	};
	if (st->vectors) {
		st->enabled = mock_msi_enabled(cfg);
		st->allocated = st->enabled ? mock_msi_allocated(cfg) : 0;
		st->masked = mock_msi_masked(cfg);
		st->pending = mock_msi_pending(cfg);
	}
	raw_spin_unlock_irq(&mock_slots_lock);
}

void mock_irq_setup(struct mock_function *fn)
{
	INIT_WORK(&fn->irqs.work, irqs_work);
}
