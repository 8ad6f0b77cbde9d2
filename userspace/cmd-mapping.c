// SPDX-License-Identifier: GPL-2.0-only
/* domain map, unmap, walk, mappings */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "cmd-common.h"
#include "lib/words.h"

enum { IOVA, PHYS, PAGE, PROT, BUFFER, OFFSET };

static const struct report_column walk_columns[] = {
	[IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "the address asked for", 0 },
	[PHYS] = { "PHYS", R_HEX, RC_DEFAULT, "where it goes", 0 },
	[PAGE] = { "PAGE", R_SIZE, RC_DEFAULT, "the size of its page", 0 },
	[PROT] = { "PROT", R_STRING, RC_DEFAULT, "what devices may do", 0 },
	[BUFFER] = { "BUFFER", R_STRING, RC_DEFAULT, "the buffer there", 0 },
	[OFFSET] = { "OFFSET", R_HEX, RC_DEFAULT, "where in the buffer", 0 },
	{ 0 },
};

const struct report_shape walk_shape = { "walks", walk_columns };

enum { M_IOVA, M_SIZE, M_PHYS, M_PROT, M_PAGE };

static const struct report_column mapping_columns[] = {
	[M_IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "first address", 0 },
	[M_SIZE] = { "SIZE", R_SIZE, RC_DEFAULT, "how much is mapped", 0 },
	[M_PHYS] = { "PHYS", R_HEX, RC_DEFAULT, "where it goes", 0 },
	[M_PROT] = { "PROT", R_STRING, RC_DEFAULT, "what devices may do", 0 },
	[M_PAGE] = { "PAGE", R_SIZE, RC_DEFAULT, "the size of its pages", 0 },
	{ 0 },
};

const struct report_shape mapping_shape = { "mappings", mapping_columns };

/* A line of KEY=VALUE into the columns of these names; others are unknown. */
static bool fill(struct report_row *row, const struct report_shape *shape,
		 char *line)
{
	char *word;

	while ((word = strsep(&line, " "))) {
		char *equals = strchr(word, '=');
		uint64_t n;

		if (!*word)
			continue;
		if (!equals)
			return false;
		*equals++ = '\0';
		for (unsigned int c = 0; shape->columns[c].name; c++) {
			if (strcasecmp(shape->columns[c].name, word) ||
			    !strcmp(equals, "-"))
				continue;
			if (shape->columns[c].type == R_STRING)
				report_str(row, c, equals);
			else if (size_parse(equals, &n))
				report_num(row, c, n);
			else
				return false;
		}
	}
	return true;
}

static int nonsense(struct ctx *ctx, const char *domain)
{
	return fail(ctx, domain, "the module's answer makes no sense");
}

int cmd_domain_map(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/map", argv[0]);
	const char *keys = key_line(ctx);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s%s%s", argv[1], argv[2],
		       *keys ? " " : "", keys);
}

int cmd_domain_unmap(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/unmap", argv[0]);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s", argv[1], argv[2]);
}

/* The addresses that go nowhere are said on stderr, the others printed. */
int cmd_domain_walk(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/walk", argv[0]);
	struct report *r = report_new(ctx, &walk_shape);
	autobuf struct buf answer = { 0 };
	int st = ST_OK, printed;

	for (int i = 1; i < argc; i++) {
		autofree char *what = xprintf("%s %s", argv[0], argv[i]);
		int err = knob_ask(ctx, file, &answer, "%s", argv[i]);

		if (err < 0) {
			st = knob_fail(ctx, what, err);
			continue;
		}
		answer.text[strcspn(answer.text, "\n")] = '\0';
		if (!fill(report_add(r, NULL), &walk_shape, answer.text))
			st = nonsense(ctx, what);
	}
	printed = report_end(r);
	return st ? st : printed;
}

int cmd_domain_mappings(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/mappings", argv[0]);
	autobuf struct buf text = { 0 };
	int err = knob_read(ctx, file, &text);
	char *rest, *line;
	struct report *r;

	(void)argc;
	if (err == -ENOENT)
		return fail(ctx, argv[0], "there is no such domain");
	if (err < 0)
		return knob_read_fail(ctx, argv[0], "its mappings", err);
	r = report_new(ctx, &mapping_shape);
	rest = text.text;
	while ((line = strsep(&rest, "\n"))) {
		if (*line && !fill(report_add(r, NULL), &mapping_shape, line)) {
			report_free(r);
			return nonsense(ctx, argv[0]);
		}
	}
	return report_end(r);
}
