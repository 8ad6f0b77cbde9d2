/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of cells, as they are printed, written to a file and read back:
 * the one model behind KTAP, text, JSON and the page. docs/matrix.md describes
 * the schema of the file.
 */
#ifndef MATRIX_RESULT_H
#define MATRIX_RESULT_H

#include <stdbool.h>
#include <stdio.h>

#include "matrix/expect/expect.h"

#define RESULT_SCHEMA "iommu-mock-matrix-1"

enum cell_verdict { CELL_PASS, CELL_FAIL, CELL_SKIP };
extern const char *const cell_verdict_words[]; /* ends with NULL */

/* A cell judged by one rule. */
#define RULE_VERDICTS(X)                                            \
	X(NONE, "not-applicable", "the cell does not exercise it")  \
	X(KEPT, "kept", "exercised and kept")                       \
	X(KNOWN, "deviation",                                       \
	  "not kept, as is known of this kernel or caller")         \
	X(PROVOKED, "provoked",                                     \
	  "not kept by a driver that was told not to, and noticed") \
	X(BROKEN, "broken", "not kept, and nobody knew")            \
	X(MISSED, "missed", "kept, where a deviation was expected")

enum rule_verdict {
#define X(id, word, text) RV_##id,
	RULE_VERDICTS(X)
#undef X
		RULE_VERDICT_N,
};
extern const char *const rule_verdict_words[]; /* ends with NULL */
extern const char *const rule_verdict_texts[];

struct rule_result {
	enum rule_verdict verdict;
	char *seen; /* what was seen, or NULL */
};

/*
 * An operation of a caller, found in the journal by the judge, and what the
 * contract requires. All are texts; all but the first may be NULL.
 */
#define RESULT_CALL(X) X(call) X(answer) X(then) X(asks) X(broken)
struct result_call {
#define X(name) char *name;
	RESULT_CALL(X)
#undef X
};

struct result {
	char *id;
	unsigned int run; /* which of results.runs */
	enum cell_verdict verdict;
	char *expected, *got; /* or NULL: a cell that places nothing */
	char *why; /* lines: of a failure, or the reason of a skip */
	unsigned int facts; /* FACT() bits */
	struct rule_result rules[RULES]; /* by number */
	/* Of a placement without disturbance, and at the least; needed 0: not. */
	unsigned int domains, needed, attaches, minimum;
	/* Of these with mappings: bytes of tables, and if nobody shared. */
	unsigned int tables, copies;
	char *journal; /* lines, for some; and what they mean */
	struct result_call *calls;
	unsigned int n_calls;
};

/* A kernel on which cells were run. */
struct result_run {
	char *kernel; /* its release */
	char *family;
	char *tool; /* version */
	bool verify; /* devices did DMA */
	bool interrupted;
	bool has_seed; /* not if it was merged from several with others */
	unsigned int seed; /* of its races */
	unsigned int cells; /* that were to be run */
	unsigned int count[CELL_SKIP + 1]; /* by verdict */
	double seconds;
};

struct results {
	struct result_run *runs;
	unsigned int n_runs;
	struct result *v;
	unsigned int n;
};

void result_free(struct result *r);
struct result_call *result_add_call(struct result *r);
void result_copy(struct result *to, const struct result *from);
void results_free(struct results *all);
struct result_run *results_run(struct results *all); /* a new one */
struct result *results_add(struct results *all);

/* The same but for the journal, whose numbers are of one run. */
bool result_same(const struct result *a, const struct result *b);

/* --- json.c --- */

/* {"schema":...,"cells":[ cells one by one ],"runs":[...]} */
void results_json_begin(FILE *to);
void results_json_cell(FILE *to, const struct result *r, bool first);
void results_json_end(FILE *to, const struct result_run *runs, unsigned int n);

/* Adds a file's results; false with a sentence in *why if that fails. */
bool results_read(struct results *all, const char *file, char **why);

/* --- ktap.c --- */

void results_ktap_begin(unsigned int cells);
void results_ktap_cell(const struct result *r, unsigned int number,
		       const char *kernel); /* NULL: there is but one */
/* "# 7 passed, 0 failed, ..." */
void results_ktap_end(const struct result_run *run);

/* --- merge.c --- */

/*
 * Merges by run and name: runs of one kernel become one, and equal cells become
 * one. False if two contradict each other.
 */
bool results_merge(struct results *all, char **why);

#endif /* MATRIX_RESULT_H */
