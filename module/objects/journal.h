/* SPDX-License-Identifier: GPL-2.0-only */
/* The ordered record of what the module was asked and answered. */
#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include <linux/types.h>

#include "../abi.h"
#include "../policy/policy.h"

struct wait_queue_head;

enum mock_event {
#define X(sym, name) MOCK_EV_##sym,
	MOCK_EVENTS(X)
#undef X
	MOCK_NR_EVENTS,
};

/* All of them, as mock_journal_set_events() takes them. */
#define MOCK_ALL_EVENTS ((1U << MOCK_NR_EVENTS) - 1)

enum mock_scope {
#define X(sym, name) MOCK_SCOPE_##sym,
	MOCK_SCOPES(X)
#undef X
};

/* Reasons in the journal beyond those of a verdict. */
enum {
	MOCK_WHY_NONE = MOCK_CHECK_NONE,
	MOCK_WHY_FAULT,
	MOCK_WHY_MISBEHAVE,
	MOCK_WHY_FOREIGN,
};

/**
 * struct mock_record - one line of the journal
 *
 * Names are copies: the objects may be gone when the line is read. Which
 * members count depends on the event; see mock_journal_format().
 */
struct mock_record {
	u64 seq;
	u64 ns;
	u64 iova;
	u64 size;
	u64 done;
	u64 at;
	s32 ret;
	u32 value;
	pid_t pid; /* the process */
	pid_t tid; /* its thread */
	u8 event;
	u8 why;
	u8 flag;
	u8 access;
	char instance[MOCK_NAME_LEN];
	char device[MOCK_NAME_LEN];
	char domain[MOCK_NAME_LEN];
	char old[MOCK_NAME_LEN];
	char comm[16];
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

#endif /* MOCK_JOURNAL_H */
