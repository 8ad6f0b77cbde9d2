/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What several threads did to the module at once, the module's journal of it,
 * and the places of all objects afterwards. Invariants must hold for every
 * order of the threads, and look at nothing else.
 */
#ifndef MATRIX_HISTORY_H
#define MATRIX_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/dma.h"
#include "lib/journal.h"
#include "lib/mem.h"
#include "matrix/cells/cells.h"

/*
 * The operations of a thread: X(SYMBOL, word, the word of its "call" event, or
 * NULL if the in-kernel caller logs none).
 */
#define RACE_OPS(X)                           \
	X(ATTACH, "attach", "attach_group")   \
	X(DETACH, "detach", "detach_group")   \
	X(ALLOC, "allocate", "new_domain")    \
	X(FREE, "free", "del_domain")         \
	X(MAP, "map", "map")                  \
	X(UNMAP, "unmap", "unmap")            \
	X(CLAIM, "claim", "claim")            \
	X(ADD, "add", NULL)                   \
	X(REMOVE, "remove", NULL)             \
	X(READ, "read", NULL)                 \
	X(PLACE, "place", NULL) /* by VFIO */ \
	X(LEAVE, "leave", NULL)               \
	X(GATE, "wait", NULL) /* for the others */

enum race_op {
#define X(id, word, call) RACE_##id,
	RACE_OPS(X)
#undef X
		RACE_OP_N,
};
extern const char *const race_op_words[];

/* The thread that prepares and clears up. */
#define RACE_MAIN (~0U)

/* One operation that has ended. */
struct race_done {
	unsigned int thread;
	unsigned int round; /* gates that the thread had passed before */
	enum race_op op;
	const char *domain; /* or NULL */
	const char *object; /* a group, a device, or a buffer */
	uint64_t iova;
	uint64_t begin, end; /* ns, of the clock that the journal has */
	int ret;
	enum dma_reason reason; /* of a read that faulted */
};

/* The errnos that an operation may answer with, 0 (which may stand first) too. */
struct race_answers {
	enum race_op op;
	int err[8]; /* positive; ends with the second 0 */
};

struct race_place {
	const char *device, *group;
	const char *domain; /* its domain now; NULL: there is no such device */
};

/* A device on the list of a domain that exists. */
struct race_listed {
	const char *domain, *device;
};

struct history {
	const struct event *events;
	unsigned int n_events;
	const struct race_done *done; /* of each thread in order */
	unsigned int n_done;
	unsigned int threads;
	const struct race_place *places;
	unsigned int n_places;
	const struct race_listed *listed;
	unsigned int n_listed;
	const struct race_answers *answers; /* ends with op == RACE_OP_N */
	/* Threads that attach or place one thing in one round are rivals. */
	bool rivals;
};

/* The id of a thread in the journal. */
#define RACE_COMM "race-%u"

struct invariant {
	const char *name;
	enum rule rule; /* of the contract, 0: of none */
	/* False, and a sentence. */
	bool (*holds)(const struct history *h, struct buf *why);
};
extern const struct invariant invariants[]; /* ends with name == NULL */

/* invariants-memory.c */
bool holds_memory(const struct history *h, struct buf *why);
bool holds_invalidated(const struct history *h, struct buf *why);
/* invariants-calls.c: the answers to threads */
bool holds_answers(const struct history *h, struct buf *why);
bool holds_told(const struct history *h, struct buf *why);
bool holds_did(const struct history *h, struct buf *why);
bool holds_rivals(const struct history *h, struct buf *why);
/* "race-1: attach b to mx-a: EBUSY" */
void done_text(const struct race_done *d, struct buf *b);

#endif /* MATRIX_HISTORY_H */
