// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection. Stock kernels lack CONFIG_FAULT_INJECTION, so the module
 * contains an engine of its own. The engine uses the parameters and the order
 * of tests of should_fail() in lib/fault-inject.c, and adds nth, filters and
 * delays.
 */
#include <linux/delay.h>
#include <linux/random.h>

#include "objects.h"

static bool filter_passes(const struct mock_fault *fault,
			  const struct mock_fault_call *call)
{
	if (fault->filter == MOCK_FILTER_FRESH && !call->fresh)
		return false;
	if (fault->filter == MOCK_FILTER_EXISTING && call->fresh)
		return false;
	if (!*fault->device)
		return true;
	return call->device && !strcmp(fault->device, call->device->obj.name);
}

/* Count the call; does it fail? Works like should_fail(), except for nth. */
static bool fault_fires(struct mock_fault *fault, u64 size)
{
	fault->seen++;
	if (fault->nth)
		return fault->seen == fault->nth;
	if (!fault->times)
		return false;
	if (fault->space > size) {
		fault->space -= size;
		return false;
	}
	if (fault->interval > 1 && fault->seen % fault->interval)
		return false;
	if (fault->probability < 100 &&
	    get_random_u32() % 100 >= fault->probability)
		return false;
	if (fault->times > 0)
		fault->times--;
	return true;
}

static void fault_delay(enum mock_fault_point point, u32 us)
{
	/* map, unmap, invalidate and dma may be called in atomic context. */
	if (point >= MOCK_FAULT_MAP)
		udelay(min_t(u32, us, MOCK_DELAY_ATOMIC_MAX_US));
	else if (us < 10000)
		usleep_range(us, us + us / 8 + 1);
	else
		msleep(us / 1000);
}

/**
 * mock_fault_check() - should this call fail?
 * @inst: the instance that is called
 * @call: the call
 *
 * Delays the call if the fault has a delay.
 *
 * Context: any for map, unmap, invalidate and dma; may sleep for the others.
 * Return: 0 to go on, or a negative errno.
 */
int mock_fault_check(struct mock_instance *inst,
		     const struct mock_fault_call *call)
{
	struct mock_fault *fault = &inst->fault[call->point];
	struct mock_record rec = { .event = MOCK_EV_FAULT, .fault = { } };
	struct mock_fault_event *event = &rec.fault;
	unsigned long flags;
	bool fires;

	if (!READ_ONCE(fault->on))
		return 0;

	spin_lock_irqsave(&inst->lock, flags);
	fires = fault->on && filter_passes(fault, call) &&
		fault_fires(fault, call->size);
	if (fires) {
		fault->hits++;
		rec.ret = -fault->error;
		event->delay_us = fault->delay_us;
	}
	spin_unlock_irqrestore(&inst->lock, flags);
	if (!fires)
		return 0;

	mock_instance_stat(inst, MOCK_STAT_FAULTS);
	event->point = call->point;
	strscpy(event->instance, inst->obj.name, MOCK_NAME_LEN);
	if (call->device)
		strscpy(event->device, call->device->obj.name, MOCK_NAME_LEN);
	if (call->domain)
		strscpy(event->domain, call->domain->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
	if (event->delay_us)
		fault_delay(call->point, event->delay_us);
	return rec.ret;
}
