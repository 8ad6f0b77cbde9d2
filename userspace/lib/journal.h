/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's journal, as events with typed fields.
 */
#ifndef LIB_JOURNAL_H
#define LIB_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ctx.h"
#include "module/abi.h"

enum event_type {
#define X(id, name) EV_##id,
	MOCK_EVENTS(X)
#undef X
		EV_UNKNOWN, /* a word that this tool does not know; see event.type */
};

/*
 * A string that the event does not have, or has as "-", is NULL; a number is
 * 0, a flag -1. The strings live until the next call on the same journal.
 */
struct event {
	uint64_t seq, nsec;
	uint64_t missed; /* by journal_next(): events before it, not read */
	enum event_type kind;
	const char *type; /* the word */
	const char *instance, *device, *domain, *old;
	const char *reason, *point, *op, *object, *arg;
	const char *scope; /* of an invalidation: range, domain, all */
	const char *access, *at; /* of a DMA that faulted: r or w, an address */
	uint64_t iova, size, done, attached, delay_us;
	int fresh, lost; /* 0, 1 or -1 */
	bool has_ret;
	int ret; /* 0 or negative errno */
	const char *result; /* as written: "0", "-EINVAL" */
	pid_t pid;
	pid_t tid; /* the thread; pid in journals that do not have it */
	const char *comm;
	const char *line; /* all of it */
};

struct journal;

/*
 * NULL after having said why. JOURNAL_NEW passes over what is already there:
 * the usual way to see what an operation caused is to open with it before.
 */
enum journal_from { JOURNAL_ALL, JOURNAL_NEW };
struct journal *journal_open(struct ctx *ctx, enum journal_from from);
void journal_close(struct journal *j);
/* What is there counts as read: 0, or -errno. */
int journal_pass_over(struct journal *j);

/*
 * The next event: 1; 0 if there is none within timeout_ms (0: do not wait,
 * -1: wait for ever); -EINTR if we are told to end (stop.h); another -errno if
 * reading failed, or a line could not be understood (-EPROTO, see
 * journal_error()). What was overwritten before it could be read is counted in
 * ev->missed; of JOURNAL_ALL also what was overwritten before, but not what was
 * cleared.
 */
int journal_next(struct journal *j, struct event *ev, int timeout_ms);
/* The same for what will never come, as it is the end: a line cut short. */
bool journal_cut(const struct journal *j);
int journal_fd(const struct journal *j); /* to poll */
const char *journal_error(const struct journal *j);

/* One line, which is cut into pieces; NULL or what is wrong with it. */
const char *event_parse(char *line, struct event *ev);

#endif /* LIB_JOURNAL_H */
