// SPDX-License-Identifier: GPL-2.0-only
/* Results as KTAP: each cell is a test. */
#include <string.h>

#include "lib/mem.h"
#include "matrix/results/result.h"

static void diagnose_lines(const char *label, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "\n");

		printf("# %s%.*s\n", label, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* What was expected, what came, which facts, and the journal of the cell. */
static void diagnose(const struct result *r)
{
	if (r->expected)
		printf("# expected: %s\n# got:      %s\n", r->expected,
		       r->got ? r->got : "");
	diagnose_lines("", r->why);
	for (int i = 0; i < FACTS; i++) {
		if (r->facts & (1U << i))
			printf("# fact %s: %s (%s)\n", fact_texts[i].word,
			       fact_texts[i].text, fact_texts[i].where);
	}
	diagnose_lines("journal: ", r->journal);
}

void results_ktap_begin(unsigned int cells)
{
	printf("KTAP version 1\n1..%u\n", cells);
}

void results_ktap_cell(const struct result *r, unsigned int number,
		       const char *kernel)
{
	autofree char *name = kernel ? xprintf("%s: %s", kernel, r->id) :
				       xstrdup(r->id);

	if (r->verdict == CELL_SKIP)
		printf("ok %u - %s # SKIP %.*s\n", number, name,
		       (int)strcspn(r->why ? r->why : "", "\n"),
		       r->why ? r->why : "");
	else
		printf("%sok %u - %s\n", r->verdict == CELL_FAIL ? "not " : "",
		       number, name);
	if (r->verdict == CELL_FAIL)
		diagnose(r);
	fflush(stdout);
}

void results_ktap_end(const struct result_run *run)
{
	unsigned int ran = run->count[CELL_PASS] + run->count[CELL_FAIL];

	if (run->has_seed)
		printf("# seed %u: its races come again with --seed %u\n",
		       run->seed, run->seed);
	printf("# %u passed, %u failed, %u skipped; %.1f s; %.0f cells/s\n",
	       run->count[CELL_PASS], run->count[CELL_FAIL],
	       run->count[CELL_SKIP], run->seconds,
	       ran / (run->seconds > 0 ? run->seconds : 1));
}
