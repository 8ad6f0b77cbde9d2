// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracking the writes of devices: the callers' side. The walker sets the dirty
 * bits, see mock_mmu_translate().
 *
 * No page that was written is lost, for this reason: a reader clears the bit
 * before it reports the page, and the caller invalidates before it looks at the
 * memory. The invalidation waits for the accesses that took the bit for set. Each
 * later access finds it clear, and sets it again.
 */
#include <linux/sched.h>
#include <linux/string.h>

#include "answers.h"
#include "objects.h"

static void record(struct mock_domain *dom, struct mock_dirty_event *call,
		   int ret)
{
	struct mock_record rec = {
		.event = MOCK_EV_DIRTY, .ret = ret, .dirty = *call,
	};

	strscpy(rec.dirty.domain, dom->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

/**
 * mock_domain_track() - called by the core: track writes from now on, or no more
 * @dom: a domain that was made for that
 * @on: track them
 *
 * Several threads may do so at once. The IOTLBs forget the domain, so that no
 * entry is left that was made while nothing was tracked; the accesses that went
 * by without a trace have ended when the function returns.
 *
 * Return: 0.
 */
int mock_domain_track(struct mock_domain *dom, bool on)
{
	struct mock_dirty_event call = {
		.op = on ? MOCK_DIRTY_ON : MOCK_DIRTY_OFF,
		.since = mock_journal_last(),
	};
	bool changed;

	spin_lock_irq(&dom->lock);
	changed = dom->tracking != on;
	WRITE_ONCE(dom->tracking, on);
	spin_unlock_irq(&dom->lock);
	if (changed)
		mock_domain_invalidate(dom, 0, 0);
	record(dom, &call, 0);
	return 0;
}

static u64 scan(struct mock_domain *dom, u64 iova, u64 size,
		enum mock_dirty_op op, mock_dirty_fn found, void *arg)
{
	struct pgt_dirty_scan scan = {
		.iova = iova, .end = iova + size,
		.clear = op != MOCK_DIRTY_PEEK,
	};
	u64 dirty = 0;

	while (scan.iova < scan.end) {
		if (pgt_scan_dirty(&dom->table, &scan)) {
			dirty += scan.size;
			found(arg, scan.at, scan.size);
		}
		cond_resched();
	}
	return dirty;
}

/**
 * mock_domain_read_dirty() - called by the core: which pages were written?
 * @dom: a domain that was made to track writes
 * @iova: first address
 * @size: bytes
 * @op: MOCK_DIRTY_READ: clear the bits; MOCK_DIRTY_PEEK: leave them;
 *      MOCK_DIRTY_CLEAR: clear them, whether or not writes are tracked
 * @found: is called for each dirty page, or the part of it inside the range
 * @arg: its argument
 *
 * A page that is only partly inside the range stays dirty: the rest of it has
 * not been reported.
 *
 * Context: process.
 * Return: 0; -EINVAL if no writes are tracked, or if the range wraps.
 */
int mock_domain_read_dirty(struct mock_domain *dom, u64 iova, u64 size,
			   enum mock_dirty_op op, mock_dirty_fn found,
			   void *arg)
{
	struct mock_dirty_event call = {
		.op = op, .iova = iova, .size = size,
		.since = mock_journal_last(),
	};
	int ret = 0;

	if (!size || iova + size < iova)
		ret = mock_fail(-EINVAL, "0x%llx bytes at 0x%llx are no range of addresses",
				size, iova);
	else if (op != MOCK_DIRTY_CLEAR && !READ_ONCE(dom->tracking))
		ret = mock_fail(-EINVAL, "%s does not track writes now",
				dom->obj.name);
	else if (mock_domain_instance(dom))
		call.dirty = scan(dom, iova, size, op, found, arg);
	record(dom, &call, ret);
	return ret;
}
