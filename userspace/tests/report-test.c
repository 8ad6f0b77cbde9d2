// SPDX-License-Identifier: GPL-2.0-only
/* Print a report with verdicts, as KTAP, text or JSON: report-test FORMAT */
#include <string.h>

#include "report/report.h"

static const struct report_column columns[] = {
	{ "TEST", R_STRING, RC_DEFAULT | RC_TREE, "its name", 0 },
	{ "GOT", R_STRING, RC_DEFAULT, "what came out", 0 },
	{ "COUNT", R_NUMBER, 0, "how often", 0 },
	{ 0 },
};

static const struct report_shape shape = { "rules", columns };

static struct report_row *add(struct report *r, struct report_row *parent,
			      const char *name, enum report_verdict verdict,
			      const char *why)
{
	struct report_row *row = report_add(r, parent);

	report_str(row, 0, name);
	report_verdict(row, verdict, why);
	return row;
}

int main(int argc, char **argv)
{
	struct ctx ctx = { .sysroot = "" };
	struct format format = { 0 };
	struct report_row *type1, *row;
	struct report *r;

	if (argc != 2)
		return 2;
	format.ktap = !strcmp(argv[1], "ktap");
	format.json = !strcmp(argv[1], "json");
	r = report_new(&ctx, &format, &shape);
	add(r, NULL, "R1", V_PASS, NULL);
	type1 = add(r, NULL, "type1", V_NONE, NULL);
	row = add(r, type1, "R2 #2", V_FAIL, "ENOMEM was taken for soft");
	report_str(row, 1, "two\nlines");
	add(r, type1, "R3", V_SKIP, "no VFIO here");
	add(r, NULL, "only words", V_NONE, NULL);
	add(r, NULL, "R4", V_XFAIL, "known");
	row = add(r, NULL, "iommufd", V_NONE, NULL);
	add(r, row, "R5", V_PASS, NULL);
	return report_end(r);
}
