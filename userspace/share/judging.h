/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge's verdict on each caller of share, and the calls that the judge
 * saw.
 */
#ifndef SHARE_JUDGE_H
#define SHARE_JUDGE_H

#include "callers/kernel.h"
#include "judge/judge.h"
#include "report/report.h"

/* The columns that are filled here, one after the other. */
#define SHARE_JUDGE_COLUMNS                                                                                                                               \
	{ "BROKEN", R_LIST, RC_DEFAULT,                                                                                                                   \
	  "rules of docs/contract.md that were broken, and by whom: caller, core, driver; not-known: events are missing, and they may break other rules", \
	  0 },                                                                                                                                            \
		{ "SURPRISES", R_LIST, 0,                                                                                                                 \
		  "broken: rules that this caller and kernel are not known to break; kept: rules that they are known to break",                           \
		  0 },                                                                                                                                    \
		{ "SEQ", R_NUMBER, 0, "--calls: the number of the event", 0 },                                                                            \
		{ "CALL", R_STRING, 0, "--calls: alloc, attach, free", 0 },                                                                               \
		{ "DEVICE", R_STRING, 0, "--calls: the device", 0 },                                                                                      \
		{ "DOMAIN", R_STRING, 0, "--calls: the domain", 0 },                                                                                      \
		{ "OLD", R_STRING, 0, "--calls: where the device was", 0 },                                                                               \
		{ "RESULT", R_STRING, 0, "--calls: 0 or an errno", 0 },                                                                                   \
		{ "REASON", R_STRING, 0,                                                                                                                  \
		  "--calls: why it was refused; core: no driver was asked",                                                                               \
		  0 },                                                                                                                                    \
		{ "THEN", R_STRING, 0, "--calls: what was concluded from it",                                                                             \
		  0 },                                                                                                                                    \
	{                                                                                                                                                 \
		"ASKS", R_STRING, 0,                                                                                                                      \
			"--calls: what the contract asks for then", 0                                                                                     \
	}

enum {
	CJ_BROKEN,
	CJ_SURPRISES,
	CJ_SEQ,
	CJ_CALL,
	CJ_DEVICE,
	CJ_DOMAIN,
	CJ_OLD,
	CJ_RESULT,
	CJ_REASON,
	CJ_THEN,
	CJ_ASKS,
	CJ_COLUMNS,
};

/* The default columns of --calls */
#define SHARE_CALLS \
	"CALLER,SEQ,CALL,DEVICE,DOMAIN,OLD,RESULT,REASON,THEN,ASKS,BROKEN"

struct share_judge {
	struct ctx *ctx;
	struct judge *judge;
	int log; /* the kernel's, or -errno */
};

/* Call the first before a caller begins, with its units, and the second for each event. */
void share_judge_begin(struct share_judge *sj, struct ctx *ctx,
		       const struct model *m, const struct run *run);
void share_judge_event(struct share_judge *sj, const struct kernel *k,
		       const struct event *ev);
void share_judge_gap(struct share_judge *sj, uint64_t events);

/*
 * Call this when the caller has finished, with the state then. wrong describes
 * faults of the devices' memory: NULL if it was not checked, "" if there are
 * none.
 */
void share_judge_placed(struct share_judge *sj, const struct model *m,
			const struct run *run, const char *wrong);

/*
 * Call this at the end, when the placement is undone or kept: fills the
 * verdict, and with calls the calls behind it, in columns from first on.
 */
void share_judge_end(struct share_judge *sj, bool undone);
void share_judge_fill(struct share_judge *sj, struct report *r,
		      struct report_row *row, unsigned int first,
		      const char *caller, enum family family, bool calls);

#endif /* SHARE_JUDGE_H */
