/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge: which rules of docs/contract.md did a placement keep, according to
 * its journal? The judge uses the contract and facts about the kernel's core.
 * It uses neither the module's policies nor the callers of this tool: it takes
 * the answer of a driver as it is, and compares it with the events that follow.
 *
 *	struct judge *j = judge_new();
 *	judge_group(j, "nic0", "nic0", "mock");
 *	judge_asked(j, "nic0");
 *	while (journal_next(journal, &ev, 0) > 0)
 *		judge_event(j, &ev);
 *	judge_told(j, "nic0", 0);
 *	judge_over(j, NULL);
 *	judge_run(j);
 *	... judge_verdict(j, R2) ...
 *	judge_free(j);
 *
 * Only events are necessary. Other facts make more rules visible. A rule that
 * the given facts cannot show is "not applicable", and its result contains the
 * reason.
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/journal.h"
#include "lib/mem.h"

/* R1 to R17. Arrays by rule have no use for their element 0. */
enum rule {
	RULE_NONE,
#define RULE_ROW(number, says, text) R##number,
#include "judge/rules.def"
#undef RULE_ROW
	RULES
};
#define RULE(rule) (1U << (rule))

/* One sentence for each rule, indexed by its number; [0] is "". */
extern const char *const rule_texts[];

/* The rule that a word begins with: 6 for "R6" and "R6-unwind"; 0: none. */
int rule_named(const char *word);

/* The part that kept or broke the rule. */
enum judge_who { WHO_CALLER, WHO_CORE, WHO_DRIVER };
extern const char *const judge_who_words[]; /* ends with NULL */

/*
 * The aspect that was observed. A rule can have several aspects; a known
 * deviation concerns one of them.
 */
enum judge_what {
	SAW_ZERO, /* R1: 0 was answered; is it attached? */
	SAW_CODE, /* R1: an incompatible domain was refused; with EINVAL? */
	SAW_SOFT, /* R1: EINVAL for a candidate; did the caller go on? */
	SAW_HARD, /* R1, R2: another errno for a candidate; did it stop? */
	SAW_HARD_OWN, /* R1, R2: the same for a domain of its own */
	SAW_LOG, /* R3: a refusal; was it logged? */
	SAW_FRESH, /* R4: a fresh domain */
	SAW_FRESH_CORE, /* R4: iommu_attach_device() refused by the core */
	SAW_FOREIGN, /* R5: a domain of another driver */
	SAW_FOREIGN_REPLACE, /* R5: the same, for a device on another domain */
	SAW_FOREIGN_VIOMMU, /* R5: the same, as the stage 2 of a vIOMMU */
	SAW_HALF, /* R6: devices that had moved when a later one refused */
	SAW_REFUSED, /* R6: the device that refused */
	SAW_UNWIND, /* R7: the core puts a device back */
	SAW_BACK, /* R7: the caller goes back */
	SAW_MOVE, /* R8: from one domain to another without detach */
	SAW_PASID, /* R9: the device that refused */
	SAW_PASID_HALF, /* R9: devices whose PASID had moved before that */
	SAW_DEFAULT, /* R10: the first attach after the probe */
	SAW_CANDIDATE, /* R11: a domain that was tried */
	SAW_FREE, /* R12: a domain was freed */
	SAW_INVALIDATE, /* R13: an instance got an invalidation */
	SAW_UNMAP, /* R13: an unmap, and the instances it must reach */
	SAW_STALE, /* R13: DMA */
	SAW_MEMORY, /* R14: two devices, one address */
	SAW_LEFT, /* R15: a domain after the end */
	SAW_REQUEST, /* R16: the last request of a group; was it answered? */
	SAW_PARTIAL, /* R16: an answer to a group that is not complete */
	SAW_LATE, /* R16: an answer to a device that has left the domain */
	SAW_ANSWER, /* R16: an answer; had the device asked? */
	SAW_DIRTY, /* R17: a report of dirty pages after writes */
	SAW_STATE, /* any: not in the journal, see judge_state() */
};

/*
 * One observation. why is set if the rule was broken; seq contains the numbers
 * of the events that show it.
 */
#define JUDGE_SEQS 3
struct observation {
	enum rule rule;
	enum judge_what what;
	enum judge_who who;
	bool broken;
	int err; /* the observed errno, negative, or 0 */
	uint64_t seq[JUDGE_SEQS]; /* 0: no more */
	char *why;
};

/*
 * Not known: the present events do not break the rule, but events are missing.
 */
enum judge_state { J_KEPT, J_BROKEN, J_NOT_APPLICABLE, J_NOT_KNOWN };

#define JUDGE_FIRST 3
struct verdict {
	enum judge_state state;
	unsigned int seen, broken;
	const struct observation *first[JUDGE_FIRST]; /* broken; NULL: no more */
	/*
	 * for "not applicable": what was not given, or did not occur; for "not
	 * known": the events
	 */
	const char *missing;
};

/* "R1"; the rule in short; the facts that make it visible */
const char *judge_rule_name(enum rule rule);
const char *judge_rule_says(enum rule rule);
const char *judge_rule_needs(enum rule rule);

struct judge;
struct judge *judge_new(void);
void judge_free(struct judge *j);

/*
 * Before the events: the group of a device, and its driver (NULL: unknown). A
 * device that is never named here is in a group of its own, unless a call of
 * the in-kernel caller shows another.
 */
void judge_group(struct judge *j, const char *group, const char *device,
		 const char *driver);
/* The following events contain one request for this group. */
void judge_asked(struct judge *j, const char *group);
/* Only these kinds are in the journal: bits 1 << EV_*. */
void judge_recorded(struct judge *j, unsigned int kinds);

/*
 * judge_event() takes the events in order. judge_gap(): so many
 * events are missing before the next one, or after the last; UINT64_MAX if the
 * number is unknown. From then on a rule is kept only if no event could show it
 * broken.
 */
void judge_event(struct judge *j, const struct event *ev);
void judge_gap(struct judge *j, uint64_t events);
/* Describes the missing events in words; NULL if none are missing. */
const char *judge_missing(const struct judge *j);

/* The result for a requested group that the user received: 0 or -errno. */
void judge_told(struct judge *j, const char *group, int err);
/* Lines that the driver logged meanwhile, and the first of them. */
void judge_logged(struct judge *j, unsigned int lines, const char *first);
/*
 * A domain that exists now: the features that it was made with, and its present
 * ones.
 */
void judge_features(struct judge *j, const char *domain, const char *made,
		    const char *now);
/*
 * Tells whether a device saw the memory of a shared domain: NULL, or what the
 * device saw instead.
 */
void judge_memory(struct judge *j, const char *device, const char *wrong);
/* Where a device is now: a domain's name, identity, blocked, NULL: none */
void judge_place(struct judge *j, const char *device, const char *domain);
/* The same of a PASID, after its device; a PASID that is not given is blocked. */
void judge_place_pasid(struct judge *j, const char *device, uint64_t pasid,
		       const char *domain);
/* Another look at a rule, by the state: NULL, or how it was broken. */
void judge_state(struct judge *j, enum rule rule, enum judge_who who,
		 const char *wrong);
/*
 * Everything is undone. left describes what remains all the same, or is NULL.
 */
void judge_over(struct judge *j, const char *left);

/* Once, after all of that. */
void judge_run(struct judge *j);
const struct verdict *judge_verdict(const struct judge *j, enum rule rule);
unsigned int judge_observations(const struct judge *j,
				const struct observation **first);

/* "R1:driver,R2:caller", "" if nothing was broken */
void judge_broken(const struct judge *j, struct buf *b);

/*
 * The caller's operations, call by call: allocations, attaches, frees. then:
 * what the caller did after the answer. asks: what the contract requires after
 * it. broken: "R2" if the call shows a breach. The strings are valid until the
 * next call of the function; begin with *at = 0.
 */
struct judge_call {
	uint64_t seq;
	const char *event, *device, *domain, *old, *reason;
	bool has_ret;
	int ret;
	const char *then; /* or NULL */
	const char *asks; /* or NULL */
	const char *broken; /* or NULL */
};
bool judge_next_call(struct judge *j, unsigned int *at,
		     struct judge_call *call);

#endif /* JUDGE_JUDGE_H */
