// SPDX-License-Identifier: GPL-2.0-only
/*
 * The journal: a ring of fixed-size records.
 *
 * Writers may be in atomic context, so a record is filled in by the caller
 * and copied under a spinlock. Readers copy one record at a time by its
 * sequence number and format it outside the lock.
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
 * @ring: @size records; seq N lives in slot (N - 1) % @size
 * @last: seq of the newest record
 * @cleared: seq of the newest record that was dropped by clear
 * @lost: records since the last clear that were overwritten
 * @events: which are recorded, a bitmap of enum mock_event; without the lock
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
} journal = {
	.events = MOCK_ALL_EVENTS,
	.lock = __SPIN_LOCK_UNLOCKED(journal.lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(journal.wait),
};

int mock_journal_init(unsigned int entries)
{
	journal.ring = kvcalloc(entries, sizeof(*journal.ring), GFP_KERNEL);
	if (!journal.ring)
		return -ENOMEM;
	journal.size = entries;
	return 0;
}

void mock_journal_exit(void)
{
	kvfree(journal.ring);
	journal.ring = NULL;
}

bool mock_journal_wants(enum mock_event event)
{
	return READ_ONCE(journal.events) & (1U << event);
}

u32 mock_journal_events(void)
{
	return READ_ONCE(journal.events);
}

void mock_journal_set_events(u32 events)
{
	WRITE_ONCE(journal.events, events);
}

/*
 * Each event is a tracepoint, too. Those of invalidations are told without a
 * record, see invalidate.c: there are many.
 */
static void trace(const struct mock_record *rec)
{
	switch ((enum mock_event)rec->event) {
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
		trace_mock_dma(rec, mock_dma_reason_name(rec->why));
		break;
	case MOCK_EV_FAULT:
		trace_mock_fault(rec);
		break;
	case MOCK_EV_CALL:
		trace_mock_call(rec);
		break;
	case MOCK_EV_INVALIDATE:
	case MOCK_NR_EVENTS:
		break;
	}
}

/**
 * mock_journal_add() - trace a record, and append it if its event is wanted
 * @rec: filled in but for seq and ns; and for pid, tid and comm, unless
 *       somebody else than the current thread is behind it
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
	if (!rec->pid) {
		rec->pid = task_tgid_nr(current);
		rec->tid = task_pid_nr(current);
		strscpy(rec->comm, current->comm, sizeof(rec->comm));
		mock_safe_word(rec->comm);
	}

	spin_lock_irqsave(&journal.lock, flags);
	rec->seq = ++journal.last;
	if (rec->seq > journal.size && rec->seq - journal.size > journal.cleared)
		journal.lost++;
	journal.ring[(rec->seq - 1) % journal.size] = *rec;
	spin_unlock_irqrestore(&journal.lock, flags);

	if (wq_has_sleeper(&journal.wait))
		wake_up_interruptible_poll(&journal.wait, EPOLLIN | EPOLLRDNORM);
}

void mock_journal_clear(void)
{
	spin_lock_irq(&journal.lock);
	journal.cleared = journal.last;
	journal.lost = 0;
	spin_unlock_irq(&journal.lock);
}

static u64 first_locked(void)
{
	u64 first = journal.cleared + 1;

	lockdep_assert_held(&journal.lock);
	if (journal.last > journal.size)
		first = max(first, journal.last - journal.size + 1);
	return first;
}

/**
 * mock_journal_next() - copy the oldest record that is not older than *@seq
 * @seq: where to go on; set to the one after the record returned
 * @rec: the record
 *
 * Return: false if there is none yet.
 */
bool mock_journal_next(u64 *seq, struct mock_record *rec)
{
	bool found;
	u64 want;

	spin_lock_irq(&journal.lock);
	want = max(*seq, first_locked());
	found = want <= journal.last;
	if (found)
		*rec = journal.ring[(want - 1) % journal.size];
	spin_unlock_irq(&journal.lock);

	if (found)
		*seq = want + 1;
	return found;
}

u64 mock_journal_lost(void)
{
	u64 lost;

	spin_lock_irq(&journal.lock);
	lost = journal.lost;
	spin_unlock_irq(&journal.lock);
	return lost;
}

/* The newest record's number, also if it was dropped since; 0: none yet. */
u64 mock_journal_last(void)
{
	u64 last;

	spin_lock_irq(&journal.lock);
	last = journal.last;
	spin_unlock_irq(&journal.lock);
	return last;
}

/* How many records can be read now. */
unsigned int mock_journal_entries(void)
{
	unsigned int entries;

	spin_lock_irq(&journal.lock);
	entries = journal.last + 1 - first_locked();
	spin_unlock_irq(&journal.lock);
	return entries;
}

struct wait_queue_head *mock_journal_waitqueue(void)
{
	return &journal.wait;
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

/* What a DMA operation was, how far it got, and what stopped it. */
static int format_dma(const struct mock_record *rec, char *buf, size_t len)
{
	bool faulted = rec->why != MOCK_DMA_FINE;
	int n;

	n = scnprintf(buf, len,
		      " instance=%s device=%s domain=%s op=%s iova=0x%llx size=0x%llx done=0x%llx",
		      rec->instance, rec->device, rec->domain,
		      mock_dma_op_words[rec->flag], rec->iova, rec->size,
		      rec->done);
	if (!faulted)
		return n + scnprintf(buf + n, len - n,
				     " access=- at=- reason=-");
	return n + scnprintf(buf + n, len - n,
			     " access=%c at=0x%llx reason=%s",
			     rec->access == PGT_WRITE ? 'w' : 'r', rec->at,
			     mock_dma_reason_words[rec->why]);
}

/**
 * mock_journal_format() - write a record as a line
 * @rec: the record
 * @buf: where to
 * @len: room in @buf, at least MOCK_RECORD_LINE
 *
 * Return: length of the line, newline included.
 */
int mock_journal_format(const struct mock_record *rec, char *buf, size_t len)
{
	char ret[MOCK_ERRNO_LEN];
	int n;

	mock_errno_name(rec->ret, ret);
	n = scnprintf(buf, len, "%llu %llu %s", rec->seq, rec->ns,
		      mock_event_words[rec->event]);
	switch (rec->event) {
	case MOCK_EV_PROBE:
		n += scnprintf(buf + n, len - n, " instance=%s device=%s ret=%s",
			       rec->instance, rec->device, ret);
		break;
	case MOCK_EV_RELEASE:
		n += scnprintf(buf + n, len - n, " instance=%s device=%s",
			       rec->instance, rec->device);
		break;
	case MOCK_EV_ALLOC:
		n += scnprintf(buf + n, len - n,
			       " domain=%s device=%s instance=%s ret=%s",
			       or_dash(rec->domain), or_dash(rec->device),
			       or_dash(rec->instance), ret);
		break;
	case MOCK_EV_FREE:
		n += scnprintf(buf + n, len - n, " domain=%s attached=%u",
			       rec->domain, rec->value);
		break;
	case MOCK_EV_ATTACH:
		n += scnprintf(buf + n, len - n,
			       " instance=%s device=%s domain=%s old=%s fresh=%u reason=%s ret=%s",
			       or_dash(rec->instance), rec->device, rec->domain,
			       rec->old, rec->flag,
			       mock_reason_name(rec->why), ret);
		break;
	case MOCK_EV_INVALIDATE:
		n += scnprintf(buf + n, len - n,
			       " instance=%s domain=%s scope=%s iova=0x%llx size=0x%llx lost=%u",
			       rec->instance, or_dash(rec->domain),
			       mock_scope_words[rec->value], rec->iova,
			       rec->size, rec->flag);
		break;
	case MOCK_EV_DMA:
		n += format_dma(rec, buf + n, len - n);
		n += scnprintf(buf + n, len - n, " ret=%s", ret);
		break;
	case MOCK_EV_FAULT:
		n += scnprintf(buf + n, len - n,
			       " instance=%s point=%s device=%s domain=%s delay_us=%u ret=%s",
			       rec->instance, mock_fault_words[rec->flag],
			       or_dash(rec->device), or_dash(rec->domain),
			       rec->value, ret);
		break;
	case MOCK_EV_CALL:
		n += scnprintf(buf + n, len - n,
			       " op=%s object=%s arg=%s ret=%s", rec->instance,
			       or_dash(rec->domain), or_dash(rec->device), ret);
		break;
	}
	n += scnprintf(buf + n, len - n, " thread=%d by=%d:%s\n", rec->tid,
		       rec->pid, rec->comm);
	return n;
}
