// SPDX-License-Identifier: GPL-2.0-only
/*
 * The journal: a ring of records of a fixed size.
 *
 * Writers may be in atomic context, so a writer fills in a record of its own,
 * and mock_journal_add() copies it under a spinlock. A reader copies one record
 * at a time by its sequence number, and formats it outside the lock.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mock-trace.h"
#include "objects.h"
#include "words.h"

/*
 * @lock: protects the rest; innermost, irqs off
 * @ring: @size records; record N is in slot (N - 1) % @size
 * @last: number of the newest record
 * @cleared: number of the newest record that a clear has dropped
 * @lost: number of records that were overwritten since the last clear
 * @events: bitmap of the enum mock_event that are recorded; read and written
 *          without the lock
 * @wait: readers that wait for a record
 */
static struct {
	spinlock_t lock; /* protects all but @events and @wait */
	struct mock_record *ring;
	unsigned int size;
	u64 last;
	u64 cleared;
	u64 lost;
	u32 events;
	wait_queue_head_t wait;
} mock_journal = {
	.events = MOCK_ALL_EVENTS,
	.lock = __SPIN_LOCK_UNLOCKED(mock_journal.lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(mock_journal.wait),
};

int mock_journal_init(unsigned int entries)
{
	mock_journal.ring = kvcalloc(entries, sizeof(*mock_journal.ring), GFP_KERNEL);
	if (!mock_journal.ring)
		return -ENOMEM;
	mock_journal.size = entries;
	return 0;
}

void mock_journal_exit(void)
{
	kvfree(mock_journal.ring);
	mock_journal.ring = NULL;
}

bool mock_journal_wants(enum mock_event event)
{
	return READ_ONCE(mock_journal.events) & (1U << event);
}

u32 mock_journal_events(void)
{
	return READ_ONCE(mock_journal.events);
}

void mock_journal_set_events(u32 events)
{
	WRITE_ONCE(mock_journal.events, events);
}

/*
 * Each event is a tracepoint, too. invalidate.c traces its frequent events
 * itself, without a record.
 */
static void trace(const struct mock_record *rec)
{
	switch (rec->event) {
	case MOCK_EV_PROBE:
		trace_mock_probe(rec);
		break;
	case MOCK_EV_RELEASE:
		trace_mock_release(rec);
		break;
	case MOCK_EV_ALLOC:
		trace_mock_alloc(rec);
		break;
	case MOCK_EV_FREE:
		trace_mock_free(rec);
		break;
	case MOCK_EV_ATTACH:
		trace_mock_attach(rec);
		break;
	case MOCK_EV_DMA:
		trace_mock_dma(rec, mock_dma_reason_name(rec->dma.why));
		break;
	case MOCK_EV_FAULT:
		trace_mock_fault(rec);
		break;
	case MOCK_EV_CALL:
		trace_mock_call(rec);
		break;
	case MOCK_EV_IRQ:
		trace_mock_irq(rec, mock_irq_reason_name(rec->irq.why));
		break;
	case MOCK_EV_DIRTY:
		trace_mock_dirty(rec, mock_dirty_op_words[rec->dirty.op]);
		break;
	case MOCK_EV_REQUEST:
		trace_mock_request(rec, mock_access_name(rec->request.access));
		break;
	case MOCK_EV_RESPONSE:
		trace_mock_response(rec,
				    mock_page_code_words[rec->response.code]);
		break;
	case MOCK_EV_VIOMMU:
		trace_mock_viommu(rec);
		break;
	case MOCK_EV_INVALIDATE:
	case MOCK_NR_EVENTS:
		break;
	}
}

/* Set a thread to the current one. Context: any. */
void mock_thread_now(struct mock_thread *thread)
{
	thread->pid = task_tgid_nr(current);
	thread->tid = task_pid_nr(current);
	strscpy(thread->comm, current->comm, sizeof(thread->comm));
	mock_safe_word(thread->comm);
}

/**
 * mock_journal_add() - trace a record, and append it if its event is wanted
 * @rec: the record, without seq and ns. If it has no thread, the function sets
 *       the current one
 *
 * Context: any.
 */
void mock_journal_add(struct mock_record *rec)
{
	unsigned long flags;

	trace(rec);
	if (!mock_journal_wants(rec->event))
		return;
	rec->ns = ktime_get_ns();
	if (!rec->by.pid)
		mock_thread_now(&rec->by);

	spin_lock_irqsave(&mock_journal.lock, flags);
	rec->seq = ++mock_journal.last;
	if (rec->seq > mock_journal.size && rec->seq - mock_journal.size > mock_journal.cleared)
		mock_journal.lost++;
	mock_journal.ring[(rec->seq - 1) % mock_journal.size] = *rec;
	spin_unlock_irqrestore(&mock_journal.lock, flags);

	if (wq_has_sleeper(&mock_journal.wait))
		wake_up_interruptible_poll(&mock_journal.wait, EPOLLIN | EPOLLRDNORM);
}

void mock_journal_clear(void)
{
	spin_lock_irq(&mock_journal.lock);
	mock_journal.cleared = mock_journal.last;
	mock_journal.lost = 0;
	spin_unlock_irq(&mock_journal.lock);
}

static u64 first_locked(void)
{
	u64 first = mock_journal.cleared + 1;

	lockdep_assert_held(&mock_journal.lock);
	if (mock_journal.last > mock_journal.size)
		first = max(first, mock_journal.last - mock_journal.size + 1);
	return first;
}

/**
 * mock_journal_next() - copy the oldest record that is not older than *@seq
 * @seq: number to go on with; set to the number after that of the record
 * @rec: gets the record
 *
 * Return: false if there is no such record yet.
 */
bool mock_journal_next(u64 *seq, struct mock_record *rec)
{
	bool found;
	u64 want;

	spin_lock_irq(&mock_journal.lock);
	want = max(*seq, first_locked());
	found = want <= mock_journal.last;
	if (found)
		*rec = mock_journal.ring[(want - 1) % mock_journal.size];
	spin_unlock_irq(&mock_journal.lock);

	if (found)
		*seq = want + 1;
	return found;
}

u64 mock_journal_lost(void)
{
	u64 lost;

	spin_lock_irq(&mock_journal.lock);
	lost = mock_journal.lost;
	spin_unlock_irq(&mock_journal.lock);
	return lost;
}

/* Number of the newest record, even if it was dropped since; 0: none yet. */
u64 mock_journal_last(void)
{
	u64 last;

	spin_lock_irq(&mock_journal.lock);
	last = mock_journal.last;
	spin_unlock_irq(&mock_journal.lock);
	return last;
}

/* Number of records that a reader can read now. */
unsigned int mock_journal_entries(void)
{
	unsigned int entries;

	spin_lock_irq(&mock_journal.lock);
	entries = mock_journal.last + 1 - first_locked();
	spin_unlock_irq(&mock_journal.lock);
	return entries;
}

struct wait_queue_head *mock_journal_waitqueue(void)
{
	return &mock_journal.wait;
}

const char *mock_reason_name(unsigned int why)
{
	switch (why) {
	case MOCK_WHY_NONE:
		return "-";
	case MOCK_WHY_FAULT:
		return "fault";
	case MOCK_WHY_MISBEHAVE:
		return "misbehave";
	case MOCK_WHY_FOREIGN:
		return "foreign";
	default:
		return mock_check_words[why];
	}
}

static const char *or_dash(const char *name)
{
	return *name ? name : "-";
}

/* Why a DMA operation faulted, or "-". */
const char *mock_dma_reason_name(unsigned int why)
{
	return why == MOCK_DMA_FINE ? "-" : mock_dma_reason_words[why];
}

/* Why an interrupt was not delivered, or "-". */
const char *mock_irq_reason_name(unsigned int why)
{
	return why == MOCK_IRQ_FINE ? "-" : mock_irq_reason_words[why];
}

/* "r", "w" or "rw". */
const char *mock_access_name(u32 access)
{
	if (access == PGT_READ)
		return "r";
	return access == PGT_WRITE ? "w" : "rw";
}

/* The PASID; nothing for what happens without one. */
static int format_pasid(u32 pasid, char *buf, size_t len)
{
	return pasid ? scnprintf(buf, len, " pasid=%u", pasid) : 0;
}

/* The operation, how far it got, and what stopped it. */
static int format_dma(const struct mock_dma_event *dma, char *buf, size_t len)
{
	bool faulted = dma->why != MOCK_DMA_FINE;
	int n;

	n = scnprintf(buf, len, " instance=%s device=%s", dma->instance,
		      dma->device);
	n += format_pasid(dma->pasid, buf + n, len - n);
	n += scnprintf(buf + n, len - n,
		       " domain=%s op=%s iova=0x%llx size=0x%llx done=0x%llx",
		       dma->domain, mock_dma_op_words[dma->op], dma->iova,
		       dma->size, dma->done);
	if (!faulted)
		return n + scnprintf(buf + n, len - n,
				     " access=- at=- reason=- since=%llu",
				     dma->since);
	return n + scnprintf(buf + n, len - n,
			     " access=%c at=0x%llx reason=%s since=%llu",
			     dma->access == PGT_WRITE ? 'w' : 'r', dma->at,
			     mock_dma_reason_words[dma->why], dma->since);
}

static int format_attach(const struct mock_attach_event *attach, char *buf,
			 size_t len)
{
	int n;

	n = scnprintf(buf, len, " instance=%s device=%s",
		      or_dash(attach->instance), attach->device);
	n += format_pasid(attach->pasid, buf + n, len - n);
	return n + scnprintf(buf + n, len - n,
			     " domain=%s old=%s fresh=%u reason=%s",
			     attach->domain, attach->old, attach->fresh,
			     mock_reason_name(attach->why));
}

static int format_call(const struct mock_call_event *call, char *buf,
		       size_t len)
{
	int n;

	n = scnprintf(buf, len, " op=%s object=%s arg=%s", call->op,
		      or_dash(call->object), or_dash(call->arg));
	return n + format_pasid(call->pasid, buf + n, len - n);
}

static int format_request(const struct mock_request_event *request, char *buf,
			  size_t len)
{
	int n;

	n = scnprintf(buf, len, " instance=%s device=%s", request->instance,
		      request->device);
	n += format_pasid(request->pasid, buf + n, len - n);
	return n + scnprintf(buf + n, len - n,
			     " domain=%s group=%u iova=0x%llx access=%s last=%u",
			     request->domain, request->group, request->iova,
			     mock_access_name(request->access), request->last);
}

static int format_response(const struct mock_response_event *response,
			   char *buf, size_t len)
{
	int n;

	n = scnprintf(buf, len, " instance=%s device=%s", response->instance,
		      response->device);
	n += format_pasid(response->pasid, buf + n, len - n);
	return n + scnprintf(buf + n, len - n,
			     " group=%u code=%s known=%u lost=%u",
			     response->group,
			     mock_page_code_words[response->code],
			     response->known, response->lost);
}

static int format_alloc(const struct mock_alloc_event *alloc, char *buf,
			size_t len)
{
	int n = scnprintf(buf, len, " domain=%s device=%s instance=%s",
			  or_dash(alloc->domain), or_dash(alloc->device),
			  or_dash(alloc->instance));

	if (!alloc->parent[0])
		return n;
	return n + scnprintf(buf + n, len - n, " parent=%s pasids=%u reason=%s",
			     alloc->parent, alloc->pasids,
			     mock_reason_name(alloc->why));
}

/* The keys of an event, without "ret". */
static int format_event(const struct mock_record *rec, char *buf, size_t len)
{
	switch (rec->event) {
	case MOCK_EV_PROBE:
		return scnprintf(buf, len, " instance=%s device=%s",
				 rec->probe.instance, rec->probe.device);
	case MOCK_EV_RELEASE:
		return scnprintf(buf, len, " instance=%s device=%s",
				 rec->release.instance, rec->release.device);
	case MOCK_EV_ALLOC:
		return format_alloc(&rec->alloc, buf, len);
	case MOCK_EV_FREE:
		return scnprintf(buf, len, " domain=%s attached=%u",
				 rec->free.domain, rec->free.attached);
	case MOCK_EV_ATTACH:
		return format_attach(&rec->attach, buf, len);
	case MOCK_EV_INVALIDATE:
		return scnprintf(buf, len,
				 " instance=%s domain=%s scope=%s iova=0x%llx size=0x%llx lost=%u",
				 rec->invalidate.instance,
				 or_dash(rec->invalidate.domain),
				 mock_scope_words[rec->invalidate.scope],
				 rec->invalidate.iova, rec->invalidate.size,
				 rec->invalidate.lost);
	case MOCK_EV_DMA:
		return format_dma(&rec->dma, buf, len);
	case MOCK_EV_FAULT:
		return scnprintf(buf, len,
				 " instance=%s point=%s device=%s domain=%s delay_us=%u",
				 rec->fault.instance,
				 mock_fault_words[rec->fault.point],
				 or_dash(rec->fault.device),
				 or_dash(rec->fault.domain),
				 rec->fault.delay_us);
	case MOCK_EV_CALL:
		return format_call(&rec->call, buf, len);
	case MOCK_EV_IRQ:
		return scnprintf(buf, len,
				 " instance=%s device=%s vector=%u delivered=%d reason=%s",
				 rec->irq.instance, rec->irq.device,
				 rec->irq.vector,
				 rec->irq.why == MOCK_IRQ_FINE,
				 mock_irq_reason_name(rec->irq.why));
	case MOCK_EV_VIOMMU:
		return scnprintf(buf, len,
				 " instance=%s parent=%s op=%s reason=%s",
				 rec->viommu.instance,
				 or_dash(rec->viommu.parent),
				 rec->viommu.gone ? "destroy" : "create",
				 mock_reason_name(rec->viommu.why));
	case MOCK_EV_DIRTY:
		return scnprintf(buf, len,
				 " domain=%s op=%s iova=0x%llx size=0x%llx dirty=0x%llx since=%llu",
				 rec->dirty.domain,
				 mock_dirty_op_words[rec->dirty.op],
				 rec->dirty.iova, rec->dirty.size,
				 rec->dirty.dirty, rec->dirty.since);
	case MOCK_EV_REQUEST:
		return format_request(&rec->request, buf, len);
	case MOCK_EV_RESPONSE:
		return format_response(&rec->response, buf, len);
	case MOCK_NR_EVENTS:
		break;
	}
	return 0;
}

static bool can_fail(enum mock_event event)
{
	return event != MOCK_EV_RELEASE && event != MOCK_EV_FREE &&
	       event != MOCK_EV_INVALIDATE && event != MOCK_EV_IRQ &&
	       event != MOCK_EV_RESPONSE;
}

/**
 * mock_journal_format() - write a record as a line
 * @rec: the record
 * @buf: gets the line
 * @len: size of @buf, at least MOCK_RECORD_LINE
 *
 * Return: length of the line, with its newline.
 */
int mock_journal_format(const struct mock_record *rec, char *buf, size_t len)
{
	char ret[MOCK_ERRNO_LEN];
	int n;

	n = scnprintf(buf, len, "%llu %llu %s", rec->seq, rec->ns,
		      mock_event_words[rec->event]);
	n += format_event(rec, buf + n, len - n);
	if (can_fail(rec->event)) {
		mock_errno_name(rec->ret, ret);
		n += scnprintf(buf + n, len - n, " ret=%s", ret);
	}
	n += scnprintf(buf + n, len - n, " thread=%d by=%d:%s\n", rec->by.tid,
		       rec->by.pid, rec->by.comm);
	return n;
}
