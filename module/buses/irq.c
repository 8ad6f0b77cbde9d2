// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupts of a function: MSI and MSI-X, and INTx while both are disabled.
 *
 * An interrupt that is raised becomes pending, as PCI Express Base
 * Specification, 6.1.4 says: the function sends its message as soon as the
 * vector is not masked and the function is a bus master. Software that disables
 * the messages, or a reset, drops it.
 *
 * The message is sent under mock_slots_lock, as a write to the configuration
 * space is done. So after a write that disables or masks, no message is sent.
 * The journal is written later, without the lock: by the thread that raised the
 * interrupt, or by a worker if that thread was writing the configuration space.
 *
 * The masks of MSI-X are memory, so the module does not learn of a write there.
 * While a vector is pending for no other reason than such a mask, a worker looks
 * at the table from time to time.
 */
#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "function.h"

/* How often the worker looks. */
#define LOOK_MS 10

static bool has_irqs(const struct mock_function *fn)
{
	return fn->config.place.vectors || fn->config.place.msix ||
	       fn->config.place.intx;
}

/*
 * ---- what the driver has enabled ---------------------------------------------
 */

static enum mock_irq_use use_of(const struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (mock_msix_enabled(&fn->config))
		return MOCK_IRQ_USE_MSIX;
	if (mock_msi_enabled(&fn->config))
		return MOCK_IRQ_USE_MSI;
	return fn->config.place.intx ? MOCK_IRQ_USE_INTX : MOCK_IRQ_USE_NONE;
}

/* Number of vectors that the driver may expect. */
static u32 allocated(const struct mock_function *fn)
{
	switch (use_of(fn)) {
	case MOCK_IRQ_USE_MSIX:
		return fn->config.place.msix;
	case MOCK_IRQ_USE_MSI:
		return mock_msi_allocated(&fn->config);
	case MOCK_IRQ_USE_INTX:
		return 1;
	default:
		return 0;
	}
}

static bool masked(const struct mock_function *fn, u32 vector)
{
	if (use_of(fn) == MOCK_IRQ_USE_MSIX)
		return mock_msix_masked(fn, vector);
	if (use_of(fn) == MOCK_IRQ_USE_INTX)
		return mock_intx_disabled(&fn->config);
	return mock_msi_masked(&fn->config) & BIT(vector);
}

static u64 pending(const struct mock_function *fn)
{
	if (use_of(fn) == MOCK_IRQ_USE_INTX)
		return mock_intx_pending(&fn->config);
	return use_of(fn) == MOCK_IRQ_USE_MSIX ? fn->irqs.pending :
						 mock_msi_pending(&fn->config);
}

static void set_pending(struct mock_function *fn, u64 vectors)
{
	if (use_of(fn) == MOCK_IRQ_USE_MSIX)
		mock_msix_set_pending(fn, vectors);
	else
		mock_msi_set_pending(&fn->config, vectors);
}

/* Write the message of a vector; false if no interrupt has it. */
static bool write_message(const struct mock_function *fn, u32 vector)
{
	const struct mock_config *cfg = &fn->config;

	if (use_of(fn) == MOCK_IRQ_USE_MSIX)
		return kapi_msi_send(fn->dev, mock_msix_address(fn, vector),
				     mock_msix_data(fn, vector));
	/* The lowest bits of the data are the vector: 6.1.4.4. */
	return kapi_msi_send(fn->dev, mock_msi_address(cfg),
			     (mock_msi_data(cfg) &
			      ~(mock_msi_allocated(cfg) - 1)) | vector);
}

/*
 * ---- raising and sending -----------------------------------------------------
 */

/* Send a message that is pending, if it may be sent now. */
static enum mock_irq_reason send_locked(struct mock_function *fn, u32 vector)
{
	lockdep_assert_held(&mock_slots_lock);
	if (masked(fn, vector))
		return MOCK_IRQ_MASKED;
	if (!mock_config_masters(&fn->config))
		return MOCK_IRQ_NOT_MASTER;
	set_pending(fn, pending(fn) & ~BIT_ULL(vector));
	if (!write_message(fn, vector)) {
		fn->irqs.dropped++;
		return MOCK_IRQ_ADDRESS;
	}
	fn->irqs.delivered++;
	return MOCK_IRQ_FINE;
}

/*
 * Look again later, if only a mask in the table of MSI-X is in the way: a write to
 * the configuration space is seen anyway. A function that is gone sends nothing.
 */
static void watch_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (fn->present && use_of(fn) == MOCK_IRQ_USE_MSIX &&
	    fn->irqs.pending && !mock_msix_masked_all(&fn->config) &&
	    mock_config_masters(&fn->config))
		mock_dma_queue_later(&fn->irqs.look, LOOK_MS);
}

/* Raise a vector of messages; or INTx, which knows no vectors, for a cause. */
static enum mock_irq_reason raise_locked(struct mock_function *fn, u32 vector,
					 u32 cause)
{
	enum mock_irq_reason why;

	lockdep_assert_held(&mock_slots_lock);
	if (!mock_config_powered(&fn->config))
		why = MOCK_IRQ_POWER;
	else if (use_of(fn) == MOCK_IRQ_USE_NONE)
		why = MOCK_IRQ_OFF;
	else if (use_of(fn) == MOCK_IRQ_USE_INTX)
		return mock_intx_raise_locked(fn, cause);
	else if (vector >= allocated(fn))
		why = MOCK_IRQ_VECTOR;
	else
		why = MOCK_IRQ_FINE;
	if (why != MOCK_IRQ_FINE) {
		fn->irqs.dropped++;
		return why;
	}
	set_pending(fn, pending(fn) | BIT_ULL(vector));
	why = send_locked(fn, vector);
	watch_locked(fn);
	return why;
}

/**
 * mock_irq_raise() - raise an interrupt of a function
 * @fn: the function
 * @vector: the vector, of messages
 * @cause: why, of INTx: a bit of MOCK_ENGINE_CAUSE
 * @by: the thread that causes it
 *
 * Context: process.
 */
void mock_irq_raise(struct mock_function *fn, u32 vector, u32 cause,
		    const struct mock_thread *by)
{
	enum mock_irq_reason why;

	raw_spin_lock_irq(&mock_slots_lock);
	if (use_of(fn) == MOCK_IRQ_USE_INTX)
		vector = 0;
	why = raise_locked(fn, vector, cause);
	raw_spin_unlock_irq(&mock_slots_lock);
	mock_irq_record(fn->mdev, vector, why, by);
}

/* The end of an operation: raise the interrupt that the registers name. */
void mock_irq_done(struct mock_function *fn, bool faulted,
		   const struct mock_thread *by)
{
	u32 reg = faulted ? MOCK_ENGINE_FAULT_VECTOR : MOCK_ENGINE_VECTOR;
	u32 vector;

	if (!has_irqs(fn))
		return;
	raw_spin_lock_irq(&mock_slots_lock);
	vector = mock_engine_get(&fn->config, reg, 1);
	raw_spin_unlock_irq(&mock_slots_lock);
	mock_irq_raise(fn, vector, faulted ? MOCK_CAUSE_FAULT : MOCK_CAUSE_DONE,
		       by);
}

/* Ask for an interrupt; a worker raises it. */
void mock_irq_ask_locked(struct mock_function *fn, u32 vector)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!has_irqs(fn))
		return;
	mock_thread_now(&fn->irqs.asker);
	set_bit(vector, fn->irqs.asked);
	mock_dma_queue(&fn->irqs.work);
}

/* A write asks for the interrupt that a register names. */
void mock_irq_asked_locked(struct mock_function *fn)
{
	mock_irq_ask_locked(fn, mock_engine_get(&fn->config,
						MOCK_ENGINE_RAISE, 1));
}

static void drop_msi_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!fn->config.place.vectors)
		return;
	fn->irqs.dropped += hweight32(mock_msi_pending(&fn->config));
	mock_msi_set_pending(&fn->config, 0);
}

static void drop_msix_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!fn->config.place.msix)
		return;
	fn->irqs.dropped += hweight64(fn->irqs.pending);
	mock_msix_set_pending(fn, 0);
}

/* Send what is pending and may be sent; true if the journal has to tell of it. */
static bool release_locked(struct mock_function *fn)
{
	u64 left = pending(fn);
	bool told = false;
	u32 vector;

	for (vector = 0; vector < MOCK_VECTORS_MAX; vector++) {
		enum mock_irq_reason why;

		if (!(left & BIT_ULL(vector)))
			continue;
		why = send_locked(fn, vector);
		fn->irqs.sent[vector] += why == MOCK_IRQ_FINE;
		fn->irqs.lost[vector] += why == MOCK_IRQ_ADDRESS;
		if (why != MOCK_IRQ_FINE && why != MOCK_IRQ_ADDRESS)
			continue;
		mock_thread_now(&fn->irqs.by[vector]);
		told = true;
	}
	return told;
}

/* A write may have unmasked vectors, made a bus master, or disabled messages. */
void mock_irq_written_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!mock_msi_enabled(&fn->config))
		drop_msi_locked(fn);
	if (!mock_msix_enabled(&fn->config))
		drop_msix_locked(fn);
	if (mock_intx_update_locked(fn)) {
		fn->irqs.sent[0]++;
		mock_thread_now(&fn->irqs.by[0]);
		mock_dma_queue(&fn->irqs.work);
	}
	if (use_of(fn) == MOCK_IRQ_USE_NONE ||
	    use_of(fn) == MOCK_IRQ_USE_INTX || !pending(fn))
		return;
	if (release_locked(fn))
		mock_dma_queue(&fn->irqs.work);
	watch_locked(fn);
}

static void look_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						irqs.look.work);

	raw_spin_lock_irq(&mock_slots_lock);
	mock_irq_written_locked(fn);
	raw_spin_unlock_irq(&mock_slots_lock);
}

/* The function is being reset: all that is pending is lost. */
void mock_irq_reset_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	drop_msi_locked(fn);
	drop_msix_locked(fn);
	mock_msix_reset(fn);
}

/*
 * ---- the journal ---------------------------------------------------------------
 */

/* Record the messages of a vector that writes have released. */
static void record_released(struct mock_function *fn, u32 vector)
{
	struct mock_thread by;
	u32 sent, lost;

	raw_spin_lock_irq(&mock_slots_lock);
	by = fn->irqs.by[vector];
	sent = fn->irqs.sent[vector];
	lost = fn->irqs.lost[vector];
	fn->irqs.sent[vector] = 0;
	fn->irqs.lost[vector] = 0;
	raw_spin_unlock_irq(&mock_slots_lock);
	while (sent--)
		mock_irq_record(fn->mdev, vector, MOCK_IRQ_FINE, &by);
	while (lost--)
		mock_irq_record(fn->mdev, vector, MOCK_IRQ_ADDRESS, &by);
}

/* Do for writes to the configuration space what may sleep. */
static void irqs_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						irqs.work);
	struct mock_thread by;
	u32 vector;

	for (vector = 0; vector < MOCK_VECTORS_MAX; vector++)
		record_released(fn, vector);
	for_each_set_bit(vector, fn->irqs.asked, MOCK_VECTOR_REGS) {
		if (!test_and_clear_bit(vector, fn->irqs.asked))
			continue;
		/* A write sets the asker before the bit, under this lock. */
		raw_spin_lock_irq(&mock_slots_lock);
		by = fn->irqs.asker;
		raw_spin_unlock_irq(&mock_slots_lock);
		mock_irq_raise(fn, vector, MOCK_CAUSE_RAISED, &by);
	}
}

void mock_irq_status(struct mock_function *fn, struct mock_irq_status *st)
{
	u32 i;

	raw_spin_lock_irq(&mock_slots_lock);
	*st = (struct mock_irq_status){
		.msi = fn->config.place.vectors, .msix = fn->config.place.msix,
		.use = use_of(fn), .allocated = allocated(fn),
		.pending = pending(fn), .delivered = fn->irqs.delivered,
		.dropped = fn->irqs.dropped,
	};
	for (i = 0; i < (st->allocated ?: st->msi); i++)
		st->masked |= (u64)masked(fn, i) << i;
	raw_spin_unlock_irq(&mock_slots_lock);
}

void mock_irq_setup(struct mock_function *fn)
{
	INIT_WORK(&fn->irqs.work, irqs_work);
	INIT_DELAYED_WORK(&fn->irqs.look, look_work);
}

/*
 * Wait for the works. The function is gone, so that interrupts that are raised
 * meanwhile let nobody look.
 */
void mock_irq_stop(struct mock_function *fn)
{
	cancel_delayed_work_sync(&fn->irqs.look);
	cancel_work_sync(&fn->irqs.work);
}
