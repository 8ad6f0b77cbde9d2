// SPDX-License-Identifier: GPL-2.0-only
/* domain map, unmap, walk, mappings, tables, trim, dirty */
#include <errno.h>
#include <string.h>

#include "lib/words.h"
#include "objects/common.h"

enum { IOVA, PHYS, PAGE, PROT, BUFFER, OFFSET };

static const struct report_column walk_columns[] = {
	[IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "the address asked for", 0 },
	[PHYS] = { "PHYS", R_HEX, RC_DEFAULT, "its physical address", 0 },
	[PAGE] = { "PAGE", R_SIZE, RC_DEFAULT, "the size of its page", 0 },
	[PROT] = { "PROT", R_STRING, RC_DEFAULT, "what devices may do", 0 },
	[BUFFER] = { "BUFFER", R_STRING, RC_DEFAULT, "the buffer there", 0 },
	[OFFSET] = { "OFFSET", R_HEX, RC_DEFAULT, "the offset in the buffer",
		     0 },
	{ 0 },
};

static const struct report_shape walk_shape = { "walks", walk_columns };

enum { M_IOVA, M_SIZE, M_PHYS, M_PROT, M_PAGE };

static const struct report_column mapping_columns[] = {
	[M_IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "first address", 0 },
	[M_SIZE] = { "SIZE", R_SIZE, RC_DEFAULT, "the mapped bytes", 0 },
	[M_PHYS] = { "PHYS", R_HEX, RC_DEFAULT, "its physical address", 0 },
	[M_PROT] = { "PROT", R_STRING, RC_DEFAULT, "what devices may do", 0 },
	[M_PAGE] = { "PAGE", R_SIZE, RC_DEFAULT, "the size of its pages", 0 },
	{ 0 },
};

static const struct report_shape mapping_shape = { "mappings",
						   mapping_columns };

enum { T_LEVEL, T_PAGE, T_TABLES, T_BYTES, T_USED, T_LEAVES };

static const struct report_column table_columns[] = {
	[T_LEVEL] = { "LEVEL", R_NUMBER, RC_DEFAULT, "the top first", 0 },
	[T_PAGE] = { "PAGE", R_SIZE, RC_DEFAULT, "what an entry covers", 0 },
	[T_TABLES] = { "TABLES", R_NUMBER, RC_DEFAULT, "tables of the level",
		       0 },
	[T_BYTES] = { "BYTES", R_SIZE, RC_DEFAULT, "memory of these tables",
		      0 },
	[T_USED] = { "USED", R_NUMBER, RC_DEFAULT, "entries that are not empty",
		     0 },
	[T_LEAVES] = { "LEAVES", R_NUMBER, RC_DEFAULT, "of these, leaves", 0 },
	{ 0 },
};

static const struct report_shape table_shape = { "tables", table_columns };

enum { D_IOVA, D_SIZE };

static const struct report_column dirty_columns[] = {
	[D_IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "first address", 0 },
	[D_SIZE] = { "SIZE", R_SIZE, RC_DEFAULT, "bytes of dirty pages", 0 },
	{ 0 },
};

static const struct report_shape dirty_shape = { "dirty", dirty_columns };

static int cmd_domain_map(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/map", argv[0]);
	const char *keys = key_line(ctx);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s%s%s", argv[1], argv[2],
		       *keys ? " " : "", keys);
}

static int cmd_domain_unmap(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/unmap", argv[0]);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s", argv[1], argv[2]);
}

static int cmd_domain_trim(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/trim", argv[0]);

	(void)argc;
	return knob_do(ctx, argv[0], file, "1");
}

/*
 * Addresses that are not mapped are reported on stderr, the others are printed.
 */
static int cmd_domain_walk(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/walk", argv[0]);
	struct report *r = command_report(ctx, &walk_shape);
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
		if (!fill_line(report_add(r, NULL), &walk_shape, answer.text))
			st = no_sense(ctx, what);
	}
	printed = report_end(r);
	return st ? st : printed;
}

static const char *const dirty_verbs[] = { "on", "off", "read", "peek", NULL };

static int cmd_domain_dirty(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/dirty", argv[0]);
	autobuf struct buf text = { 0 };
	int verb = word_index(dirty_verbs, argv[1]), err;

	if (verb < 0)
		return usage_error(ctx, "'%s' is none of on, off, read, peek",
				   argv[1]);
	if (argc == 3 || (argc == 4 && verb < 2))
		return usage_error(ctx, "%s",
				   argc == 3 ?
					   "SIZE is missing" :
					   "on and off are for all addresses");
	err = knob_ask(ctx, file, &text, "%s%s%s%s%s", argv[1],
		       argc == 4 ? " " : "", argc == 4 ? argv[2] : "",
		       argc == 4 ? " " : "", argc == 4 ? argv[3] : "");
	if (err < 0)
		return knob_fail(ctx, argv[0], err);
	return verb < 2 ? ST_OK :
			  print_lines(ctx, argv[0], text.text, &dirty_shape);
}

static int cmd_domain_mappings(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return domain_lines(ctx, argv[0], "mappings", "its mappings",
			    &mapping_shape);
}

static int cmd_domain_tables(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return domain_lines(ctx, argv[0], "tables", "its tables", &table_shape);
}

static const struct key map_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where in the buffer to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much of it (all)" },
	{ "prot", "PROT", W_PROT, "what devices may do (rw)" },
	{ 0 },
};

const struct command mapping_commands[] = {
	{
		.noun = "domain",
		.verb = "map",
		.summary = "map a buffer",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "IOVA", W_SIZE, 0 },
			      { "BUFFER", W_BUFFER, 0 } },
		.keys = map_keys,
		.flags = CMD_MODULE,
		.run = cmd_domain_map,
	},
	{
		.noun = "domain",
		.verb = "unmap",
		.summary = "unmap addresses",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "IOVA", W_SIZE, 0 },
			      { "SIZE", W_SIZE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_domain_unmap,
	},
	{
		.noun = "domain",
		.verb = "walk",
		.summary = "translate addresses by a walk of the page tables",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "IOVA", W_SIZE, OPD_REPEAT } },
		.shape = &walk_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_walk,
	},
	{
		.noun = "domain",
		.verb = "mappings",
		.summary = "list the mappings",
		.operands = { { "DOMAIN", W_DOMAIN, 0 } },
		.shape = &mapping_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_mappings,
	},
	{
		.noun = "domain",
		.verb = "tables",
		.summary = "count the page tables of each level",
		.operands = { { "DOMAIN", W_DOMAIN, 0 } },
		.shape = &table_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_tables,
	},
	{
		.noun = "domain",
		.verb = "trim",
		.summary = "give back its empty page tables",
		.operands = { { "DOMAIN", W_DOMAIN, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_domain_trim,
	},
	{
		.noun = "domain",
		.verb = "dirty",
		.summary = "track the writes of devices, and list the pages",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "on|off|read|peek", W_ANY, 0 },
			      { "IOVA", W_SIZE, OPD_OPTIONAL },
			      { "SIZE", W_SIZE, OPD_OPTIONAL } },
		.shape = &dirty_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_dirty,
		.details =
			"The domain was made with dirty=1. read and peek list what devices have written since the tracking was turned on, or since the last read; after a read these pages are clean again.",
	},
	{ 0 },
};
