// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of the DMA engine in BAR 0: memory at its beginning, with the
 * layout that they have in configuration space.
 *
 * The module does not learn of a write to memory. So a worker looks at the command
 * as long as the function decodes. It takes the request over into the registers in
 * configuration space, which are those of the engine, and writes 0 to the command.
 * Results are written to both places.
 */
#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "function.h"

/* How often the worker looks; the kernel rounds it up to a tick. */
#define LOOK_MS 1

static void *place_of(const struct mock_function *fn, u32 reg)
{
	return kapi_bars_memory(fn->config.place.bars[0].at + reg);
}

/* The memory is not cached, and a program changes it at any time. */
static u32 get_word(const struct mock_function *fn, u32 reg)
{
	return READ_ONCE(*(u32 *)place_of(fn, reg));
}

static void set_word(const struct mock_function *fn, u32 reg, u32 value)
{
	WRITE_ONCE(*(u32 *)place_of(fn, reg), value);
}

/* Copy words of the engine's registers, up to and without @end, to the BAR. */
static void show(struct mock_function *fn, u32 reg, u32 end)
{
	for (; reg < end; reg += 4)
		set_word(fn, reg, mock_engine_get(&fn->config, reg, 4));
}

/*
 * The function has been reset, or is new: all registers have their initial values.
 * Under mock_slots_lock, or before accesses reach the function.
 */
void mock_regs_reset(struct mock_function *fn)
{
	if (!fn->config.place.regs)
		return;
	set_word(fn, 0, mock_engine_get(&fn->config, MOCK_ENGINE_VERSION, 1)
				<< 24);
	show(fn, MOCK_ENGINE_IOVA, MOCK_CONFIG_ENGINE_LEN);
}

/* An operation has begun or ended: the status last, which tells of the rest. */
void mock_regs_show_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!fn->config.place.regs)
		return;
	show(fn, MOCK_ENGINE_SUM, MOCK_ENGINE_VECTOR);
	/* Pairs with the driver, which reads the status first. */
	smp_wmb();
	show(fn, MOCK_ENGINE_STATUS, MOCK_ENGINE_SUM);
}

/* Does the function answer at its BAR 0, where a driver can write? */
static bool decodes(const struct mock_function *fn)
{
	return mock_bars_decode(fn, fn->config.place.bars[0].at) == 0;
}

/* Take over what a driver asks for in the BAR. */
static void take_locked(struct mock_function *fn)
{
	u32 command = get_word(fn, MOCK_ENGINE_COMMAND) & 0xff, reg;

	lockdep_assert_held(&mock_slots_lock);
	/* While an operation runs the command waits. */
	if (!command || mock_engine_get(&fn->config, MOCK_ENGINE_STATUS, 1) &
				MOCK_ENGINE_BUSY)
		return;
	/* Pairs with the driver, which writes the command last. */
	smp_rmb();
	for (reg = MOCK_ENGINE_IOVA; reg < MOCK_ENGINE_COMMAND; reg += 4)
		mock_engine_set(&fn->config, reg, 4, get_word(fn, reg));
	mock_engine_set(&fn->config, MOCK_ENGINE_COMMAND, 1, command);
	mock_engine_set(&fn->config, MOCK_ENGINE_VECTOR, 2,
			get_word(fn, MOCK_ENGINE_VECTOR) & 0xffff);
	mock_engine_start_locked(fn);
	set_word(fn, MOCK_ENGINE_COMMAND, 0);
}

static void look_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						look.work);

	raw_spin_lock_irq(&mock_slots_lock);
	if (decodes(fn)) {
		take_locked(fn);
		mock_dma_queue_later(&fn->look, LOOK_MS);
	}
	raw_spin_unlock_irq(&mock_slots_lock);
}

/* A write may have made the function decode. */
void mock_regs_written_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (fn->config.place.regs && decodes(fn))
		mock_dma_queue_later(&fn->look, LOOK_MS);
}

void mock_regs_setup(struct mock_function *fn)
{
	INIT_DELAYED_WORK(&fn->look, look_work);
}

/* Wait for the worker. The function is gone, so that it does not look again. */
void mock_regs_stop(struct mock_function *fn)
{
	cancel_delayed_work_sync(&fn->look);
}
