/* SPDX-License-Identifier: GPL-2.0-only */
/* The journal: an ordered record of the module's callbacks and answers. */
#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include <linux/types.h>

#include "../abi.h"
#include "../policy/policy.h"
#include "dma.h"
#include "fault.h"
#include "irq.h"
#include "request.h"
#include "thread.h"

struct wait_queue_head;

enum mock_event {
#define X(sym, name) MOCK_EV_##sym,
	MOCK_EVENTS(X)
#undef X
	MOCK_NR_EVENTS,
};

/* All events, for mock_journal_set_events(). */
#define MOCK_ALL_EVENTS ((1U << MOCK_NR_EVENTS) - 1)

enum mock_scope {
#define X(sym, name) MOCK_SCOPE_##sym,
	MOCK_SCOPES(X)
#undef X
};

/* Reasons in the journal beyond those of enum mock_check. */
enum {
	MOCK_WHY_NONE = MOCK_CHECK_NONE,
	MOCK_WHY_FAULT,
	MOCK_WHY_MISBEHAVE,
	MOCK_WHY_FOREIGN,
};

/* The core probed a device. */
struct mock_probe_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
};

/* The core released a device. */
struct mock_release_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
};

/**
 * struct mock_alloc_event - the core allocated a domain
 * @domain: the domain
 * @device: the device that it is for
 * @instance: the instance whose features it has
 * @parent: it is a table of a user on this stage 2
 * @pasids: with @parent: it is for PASIDs
 * @why: with @parent: a reason of enum mock_check, or MOCK_WHY_*
 *
 * A name that is not known is empty.
 */
struct mock_alloc_event {
	char domain[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char instance[MOCK_NAME_LEN];
	char parent[MOCK_NAME_LEN];
	bool pasids;
	unsigned int why;
};

/**
 * struct mock_free_event - the core freed a domain
 * @domain: the domain
 * @attached: number of devices that were still on it
 */
struct mock_free_event {
	char domain[MOCK_NAME_LEN];
	unsigned int attached;
};

/**
 * struct mock_attach_event - the core attached a domain to a device
 * @instance: the device's instance; empty if the device is not ours
 * @device: the device
 * @domain: the domain
 * @old: where the device was before
 * @pasid: the PASID, or 0
 * @fresh: no device had ever been on the domain
 * @why: a reason of enum mock_check, or MOCK_WHY_*
 */
struct mock_attach_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	char old[MOCK_NAME_LEN];
	u32 pasid;
	bool fresh;
	unsigned int why;
};

/**
 * struct mock_invalidate_event - an instance forgot translations
 * @instance: the instance
 * @domain: the domain; empty if the instance forgot those of all domains
 * @scope: what the invalidation reached
 * @iova: first input address of a range
 * @size: its bytes
 * @lost: the invalidation was lost
 */
struct mock_invalidate_event {
	char instance[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	enum mock_scope scope;
	u64 iova;
	u64 size;
	bool lost;
};

/**
 * struct mock_dma_event - a DMA operation ended
 * @instance: the device's instance
 * @device: the device
 * @domain: where the device, or its PASID, is
 * @pasid: the PASID of the accesses, or 0
 * @op: the operation
 * @why: why an access faulted, or MOCK_DMA_FINE
 * @iova: first address of the operation
 * @size: its bytes
 * @done: bytes that the last round moved
 * @at: address of the access that faulted
 * @access: PGT_READ or PGT_WRITE, if an access faulted
 * @since: mock_journal_last() when the operation began
 */
struct mock_dma_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	u32 pasid;
	enum mock_dma_op op;
	enum mock_dma_reason why;
	u64 iova;
	u64 size;
	u64 done;
	u64 at;
	u32 access;
	u64 since;
};

/**
 * struct mock_fault_event - an injected fault hit a call
 * @instance: the instance
 * @device: the device of the call, or empty
 * @domain: the domain of the call, or empty
 * @point: the kind of call
 * @delay_us: delay of the call, microseconds
 */
struct mock_fault_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	enum mock_fault_point point;
	u32 delay_us;
};

/**
 * struct mock_call_event - the in-kernel caller did an operation
 * @op: the operation
 * @object: its object, or empty
 * @arg: its argument, or empty
 * @pasid: the PASID, or 0
 */
struct mock_call_event {
	char op[MOCK_NAME_LEN];
	char object[MOCK_NAME_LEN];
	char arg[MOCK_NAME_LEN];
	u32 pasid;
};

/**
 * struct mock_irq_event - a device raised an interrupt
 * @instance: the device's instance
 * @device: the device
 * @vector: the vector
 * @why: why it was not delivered, or MOCK_IRQ_FINE
 */
struct mock_irq_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	unsigned int vector;
	enum mock_irq_reason why;
};

/**
 * struct mock_dirty_event - a caller turned the tracking of writes on or off, or
 *			     read or cleared dirty bits
 * @domain: the domain
 * @op: what it did, enum mock_dirty_op
 * @iova: first address of what it read
 * @size: its bytes
 * @dirty: bytes that were dirty
 * @since: mock_journal_last() when the call began
 */
struct mock_dirty_event {
	char domain[MOCK_NAME_LEN];
	unsigned int op;
	u64 iova;
	u64 size;
	u64 dirty;
	u64 since;
};

/**
 * struct mock_request_event - a device asked for a page
 * @instance: the device's instance
 * @device: the device
 * @domain: where the device, or its PASID, is
 * @pasid: the PASID, or 0
 * @group: number of the group of requests
 * @iova: first address of the page
 * @access: PGT_READ, PGT_WRITE, or both
 * @last: the group is complete: it is to be answered
 */
struct mock_request_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	u32 pasid;
	u32 group;
	u64 iova;
	u32 access;
	bool last;
};

/**
 * struct mock_response_event - a group of requests was answered
 * @instance: the device's instance
 * @device: the device
 * @pasid: the PASID, or 0
 * @group: number of the group
 * @code: the answer
 * @known: the device had asked, and had no answer yet
 * @lost: the answer was lost on its way to the device
 */
struct mock_response_event {
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	u32 pasid;
	u32 group;
	enum mock_page_code code;
	bool known;
	bool lost;
};

/**
 * struct mock_viommu_event - a vIOMMU object was made, or is gone
 * @instance: the instance that it is of
 * @parent: its stage 2; empty if that is not known
 * @gone: it is gone
 * @why: a reason of enum mock_check, or MOCK_WHY_*
 */
struct mock_viommu_event {
	char instance[MOCK_NAME_LEN];
	char parent[MOCK_NAME_LEN];
	bool gone;
	unsigned int why;
};

/**
 * struct mock_record - one line of the journal
 * @seq: number of the record; mock_journal_add() sets it
 * @ns: time of the record; mock_journal_add() sets it
 * @by: the thread that caused the event; without one, mock_journal_add() sets the
 *      current thread
 * @ret: the answer of the callback, or the result of the operation; 0 or a
 *       negative errno. Of a release, a free, an invalidation, an interrupt and
 *       a response it is 0
 * @event: says which of the members that follow is in use
 *
 * Names are copies: the objects may be gone when a reader reads the line.
 * Initialise the member that is in use, so that its bytes are zero: the
 * tracepoints copy whole names.
 */
struct mock_record {
	u64 seq;
	u64 ns;
	struct mock_thread by;
	int ret;
	enum mock_event event;
	union {
		struct mock_probe_event probe;
		struct mock_release_event release;
		struct mock_alloc_event alloc;
		struct mock_free_event free;
		struct mock_attach_event attach;
		struct mock_invalidate_event invalidate;
		struct mock_dma_event dma;
		struct mock_fault_event fault;
		struct mock_call_event call;
		struct mock_irq_event irq;
		struct mock_dirty_event dirty;
		struct mock_request_event request;
		struct mock_response_event response;
		struct mock_viommu_event viommu;
	};
};

int mock_journal_init(unsigned int entries);
void mock_journal_exit(void);
void mock_journal_add(struct mock_record *rec);
bool mock_journal_wants(enum mock_event event);
u32 mock_journal_events(void);
void mock_journal_set_events(u32 events);
void mock_journal_clear(void);
bool mock_journal_next(u64 *seq, struct mock_record *rec);
int mock_journal_format(const struct mock_record *rec, char *buf, size_t len);
u64 mock_journal_lost(void);
u64 mock_journal_last(void);
unsigned int mock_journal_entries(void);
struct wait_queue_head *mock_journal_waitqueue(void);
const char *mock_reason_name(unsigned int why);
const char *mock_dma_reason_name(unsigned int why);
const char *mock_irq_reason_name(unsigned int why);
const char *mock_access_name(u32 access);

#endif /* MOCK_JOURNAL_H */
