/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One caller places devices on domains, and all is undone: the mappings, the
 * owners of the domains, and what the journal counted meanwhile.
 */
#ifndef PLACING_H
#define PLACING_H

#include "callers/callers.h"
#include "callers/kernel.h"
#include "lib/address.h"
#include "lib/mem.h"
#include "lib/model.h"
#include "lib/scope.h"

/*
 * The size of the mapped memory, so that page tables have a size: 2 MiB, one
 * large page if the format has such a size, and four small pages.
 */
#define PLACING_IOVA 0x40000000ULL /* if that is free */
#define PLACING_BYTES (2ULL * 1024 * 1024 + 4 * 4096)

struct placing {
	struct ctx *ctx;
	const struct caller *caller;
	struct kernel k;
	struct kernel_info info;
	struct run run;
	char prefix[16]; /* of the names of the domains, and of the buffer */
	char buffer[MOCK_NAME_LEN]; /* "" if nothing is mapped */
	struct mapping map;
	struct space space; /* where that may be, for the devices at hand */
	struct scope scope; /* the entries are undone at the end */
	unsigned int mark; /* how much of it was there before placing */
	/* Called with the state before a caller begins; may be NULL. */
	void (*begin)(struct placing *p, const struct model *before);
};

/* The strategies, then the kernel's own: NULL after the last. */
const struct caller *placing_caller(unsigned int i);
const char *placing_caller_name(unsigned int i); /* NULL after the last */
const struct caller *placing_find(const char *name);

/*
 * The names of all new objects begin with prefix, because two users at the same
 * time must not use the same name. All functions return 0, or another result
 * after a complaint. Only a successful placing_open() needs placing_close(),
 * which undoes all; or placing_keep(), which leaves the placement and the
 * buffer.
 */
int placing_open(struct placing *p, struct ctx *ctx, const char *prefix,
		 bool empty);
int placing_close(struct placing *p);
void placing_keep(struct placing *p);

/*
 * Lets a caller place the devices. If the result is not 0, nothing is placed:
 * something failed, or the work is to end. *m is the state afterwards, or NULL
 * if it cannot be read.
 */
int placing_place(struct placing *p, const struct caller *caller,
		  const char *const *devices, unsigned int n, struct model **m);
int placing_undo(struct placing *p);

/*
 * Checks that all placed devices see the same memory (R14). All domains map the
 * same buffer. Each fault is added to why. A real caller has memory of its own,
 * and checks it itself: placing_check(), a status.
 */
bool placing_verify(struct placing *p, const struct model *m, struct buf *why);
int placing_check(struct placing *p);

/* "{nic0} {gpu0,nic1}": the groups of each domain */
void placing_describe(const struct placing *p, struct buf *b);

#endif /* PLACING_H */
