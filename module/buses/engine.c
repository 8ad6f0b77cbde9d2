// SPDX-License-Identifier: GPL-2.0-only
/* The DMA engine of a function, behind its registers in configuration space. */
#include "../objects/objects.h"
#include "function.h"

/* A driver has written the command, in configuration space or in a BAR. */
void mock_engine_start_locked(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (mock_engine_get(&fn->config, MOCK_ENGINE_STATUS, 1) &
	    MOCK_ENGINE_BUSY)
		return;
	mock_engine_set(&fn->config, MOCK_ENGINE_STATUS, 4, MOCK_ENGINE_BUSY);
	mock_regs_show_locked(fn);
	mock_dma_asked(fn->mdev, &fn->request);
	mock_dma_queue(&fn->work);
}

/* Read the request in the registers; false if it is not valid. */
static bool read_request(struct mock_function *fn,
			 struct mock_dma_request *req)
{
	const struct mock_config *cfg = &fn->config;
	u64 op;

	raw_spin_lock_irq(&mock_slots_lock);
	*req = fn->request;
	op = mock_engine_get(cfg, MOCK_ENGINE_COMMAND, 1);
	req->iova = mock_engine_get(cfg, MOCK_ENGINE_IOVA, 8);
	req->size = mock_engine_get(cfg, MOCK_ENGINE_SIZE, 4);
	req->pattern = mock_engine_get(cfg, MOCK_ENGINE_PATTERN, 8);
	req->to = mock_engine_get(cfg, MOCK_ENGINE_TO, 8);
	raw_spin_unlock_irq(&mock_slots_lock);
	/* The first operation is 1; 0 is none. */
	req->op = op - 1;
	req->repeat = 1;
	return op && op <= MOCK_NR_DMA_OPS && mock_dma_valid(req);
}

static u32 status_of(const struct mock_dma_status *st)
{
	u32 status = MOCK_ENGINE_COMPLETE;

	if (st->why != MOCK_DMA_FINE)
		status |= MOCK_ENGINE_FAULT | (st->why + 1) << 8;
	else if (st->ret)
		status |= MOCK_ENGINE_CANCELED;
	return status;
}

/*
 * The operation has ended: write its result, then raise the interrupt. The
 * interrupt belongs to no operation that a reset ended: a driver may have
 * enabled interrupts again since.
 */
static void write_result(struct mock_function *fn, u32 status,
			 const struct mock_dma_status *st)
{
	struct mock_config *cfg = &fn->config;
	struct mock_thread by;
	bool silent;

	raw_spin_lock_irq(&mock_slots_lock);
	by = fn->request.by;
	silent = fn->silent;
	fn->silent = false;
	mock_engine_set(cfg, MOCK_ENGINE_SUM, 4, st->sum);
	mock_engine_set(cfg, MOCK_ENGINE_DONE, 4, st->done);
	mock_engine_set(cfg, MOCK_ENGINE_AT, 8, st->at);
	mock_engine_set(cfg, MOCK_ENGINE_STATUS, 4, status);
	mock_regs_show_locked(fn);
	raw_spin_unlock_irq(&mock_slots_lock);
	if (!silent)
		mock_irq_done(fn, status & MOCK_ENGINE_FAULT, &by);
}

static void engine_done(struct mock_device *mdev,
			const struct mock_dma_status *st)
{
	write_result(mdev->function, status_of(st), st);
}

static void engine_work(struct work_struct *work)
{
	struct mock_function *fn = container_of(work, struct mock_function,
						work);
	struct mock_dma_request req = { };
	const struct mock_dma_status st = { };

	if (!read_request(fn, &req)) {
		write_result(fn, MOCK_ENGINE_COMPLETE | MOCK_ENGINE_INVALID,
			     &st);
		return;
	}
	req.done = engine_done;
	/*
	 * The engine is busy with a request of the file dma: cancel this one.
	 */
	if (mock_dma_start(fn->mdev, &req))
		write_result(fn, MOCK_ENGINE_COMPLETE | MOCK_ENGINE_CANCELED,
			     &st);
}

void mock_engine_setup(struct mock_function *fn)
{
	INIT_WORK(&fn->work, engine_work);
}

/* Wait for the work. The function is gone, so that no access queues it again. */
void mock_engine_stop(struct mock_function *fn)
{
	cancel_work_sync(&fn->work);
}
