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
		EV_UNKNOWN, /* this tool is too old for the word, see event.type */
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
	const char *parent; /* of a user's table, or of a vIOMMU: its stage 2 */
	const char *scope; /* of an invalidation: range, domain, all */
	const char *access,
		*at; /* of a DMA that faulted: r or w, an address; access also of a request: rw */
	uint64_t iova, size, done, attached, delay_us;
	uint64_t pasid; /* 0: the event is about no PASID */
	uint64_t vector; /* of an interrupt */
	uint64_t dirty; /* bytes that a look at dirty bits found */
	uint64_t since; /* of a DMA, or of such a look: the newest event when it began */
	uint64_t group; /* of requests for pages, and of their answer */
	const char *code; /* of that answer: success, invalid, failure */
	int fresh, lost, delivered, last, known; /* 0, 1 or -1 */
	int pasids; /* a user's table is for PASIDs; the same */
	/* Of recordings of real drivers: what a driver logged; 0, 1 or -1. */
	const char *text;
	int log; /* lines of the log are recorded */
	int sync; /* an unmap invalidates before it returns */
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
 * Returns NULL after a complaint. JOURNAL_NEW skips the events that the journal
 * contains already. To see what an operation causes, open the journal before
 * the operation.
 */
enum journal_from { JOURNAL_ALL, JOURNAL_NEW };
struct journal *journal_open(struct ctx *ctx, enum journal_from from);
void journal_close(struct journal *j);
/* Skips all events that the journal contains: 0, or -errno. */
int journal_pass_over(struct journal *j);

/*
 * Returns 1 with the next event; 0 if none comes within timeout_ms (0: do not
 * wait, -1: wait for ever); -EINTR if the work is to end (stop.h); -EPROTO if a
 * line makes no sense, see journal_error(); or another -errno. ev->missed
 * counts the events that were overwritten before they were read. With
 * JOURNAL_ALL it includes events overwritten before the journal was opened, but
 * not events that were cleared.
 */
int journal_next(struct journal *j, struct event *ev, int timeout_ms);
/* The same at the end of a file: the last line may be cut short. */
bool journal_cut(const struct journal *j);
int journal_fd(const struct journal *j); /* to poll */
const char *journal_error(const struct journal *j);

/* One line, which is cut into pieces; NULL or what is wrong with it. */
const char *event_parse(char *line, struct event *ev);

#endif /* LIB_JOURNAL_H */
