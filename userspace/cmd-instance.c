// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd-common.h"
#include "lib/env.h"

enum {
	NAME,
	DRIVER,
	FORMAT,
	IAS,
	OAS,
	PGSIZES,
	COHERENT,
	ENFORCE,
	POLICY,
	ERRNO,
	MISBEHAVE,
	DEVICES,
	DOMAINS,
	FAULTS,
	PAIRS,
	LIST_COLUMNS,
	ALLOWED = LIST_COLUMNS,
	DENIED,
	STATS,
	FULL_COLUMNS = STATS + 12,
};

#define COLUMNS                                                                \
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the instance's name", 0 },   \
	[DRIVER] = { "DRIVER", R_STRING, RC_DEFAULT, "its driver", 0 },        \
	[FORMAT] = { "FORMAT", R_STRING, RC_DEFAULT, "page-table format", 0 }, \
	[IAS] = { "IAS", R_NUMBER, RC_DEFAULT, "input address bits", 0 },      \
	[OAS] = { "OAS", R_NUMBER, RC_DEFAULT, "output address bits", 0 },     \
	[PGSIZES] = { "PGSIZES", R_LIST, 0, "page sizes", 0 },                 \
	[COHERENT] = { "COHERENT", R_BOOL, 0, "its walks snoop caches", 0 },   \
	[ENFORCE] = { "ENFORCE", R_BOOL, 0, "it can enforce snooping", 0 },    \
	[POLICY] = { "POLICY", R_LIST, RC_DEFAULT,                             \
		     "checks before a domain is accepted", 0 },                \
	[ERRNO] = { "ERRNO", R_LIST, RC_DEFAULT, "what a refusal answers",     \
		    0 },                                                       \
	[MISBEHAVE] = { "MISBEHAVE", R_LIST, RC_DEFAULT, "deliberate bugs",    \
			0 },                                                   \
	[DEVICES] = { "DEVICES", R_NUMBER, RC_DEFAULT, "devices behind it",    \
		      0 },                                                     \
	[DOMAINS] = { "DOMAINS", R_NUMBER, RC_DEFAULT,                         \
		      "domains with its features", 0 },                        \
	[FAULTS] = { "FAULTS", R_NUMBER, 0, "points with a fault", 0 },        \
	[PAIRS] = { "PAIRS", R_NUMBER, 0, "exceptions to the policy", 0 }

static const struct report_column columns[] = { COLUMNS, { 0 } };

#define STAT(n, name, help) [STATS + n] = { name, R_NUMBER, 0, help, 0 }

static const struct report_column full_columns[] = {
	COLUMNS,
	[ALLOWED] = { "ALLOWED", R_LIST, RC_DEFAULT,
		      "instances allowed whatever the policy", 0 },
	[DENIED] = { "DENIED", R_LIST, RC_DEFAULT, "instances denied", 0 },
	STAT(0, "PROBES", "devices probed"),
	STAT(1, "RELEASES", "devices released"),
	STAT(2, "ALLOCS", "domains allocated"),
	STAT(3, "ATTACHES", "calls to attach"),
	STAT(4, "ATTACHED", "of these, accepted"),
	STAT(5, "REFUSED", "of these, refused"),
	STAT(6, "FAULTED", "faults that were hit"),
	STAT(7, "FOREIGN", "domains of another driver seen"),
	STAT(8, "MAPS", "calls to map"),
	STAT(9, "UNMAPS", "calls to unmap"),
	STAT(10, "INVALIDATIONS", "IOTLB invalidations"),
	STAT(11, "LOST", "of these, lost on purpose"),
	{ 0 },
};

/* As the file instances/NAME/stats names them, in the order of the columns */
static const char *const stat_words[] = {
	"probes", "releases", "allocs", "attaches", "attached",	     "refused",
	"faults", "foreign",  "maps",	"unmaps",   "invalidations", "lost",
};

const struct report_shape instance_shape = { "instances", columns };
const struct report_shape instance_full_shape = { "instances", full_columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_instance *i = object;

	report_str(row, NAME, i->name);
	report_str(row, DRIVER, i->driver);
	report_str(row, FORMAT, i->format);
	report_num(row, IAS, i->ias);
	report_num(row, OAS, i->oas);
	report_str(row, PGSIZES, i->pgsizes);
	report_num(row, COHERENT, i->coherent);
	report_num(row, ENFORCE, i->enforce);
	report_str(row, POLICY, i->policy);
	report_str(row, ERRNO, i->errnos);
	report_str(row, MISBEHAVE, i->misbehave);
	report_num(row, DEVICES, i->devices);
	report_num(row, DOMAINS, i->domains);
	report_num(row, FAULTS, i->faults);
	report_num(row, PAIRS, i->pairs);
}

static void fill_pairs(struct report_row *row, char *text)
{
	autobuf struct buf allowed = { 0 };
	autobuf struct buf denied = { 0 };
	char *line;

	while ((line = strsep(&text, "\n"))) {
		bool deny = !strncmp(line, "deny ", 5);
		struct buf *b = deny ? &denied : &allowed;

		if (deny || !strncmp(line, "allow ", 6))
			buf_printf(b, "%s%s", b->len ? "," : "",
				   strchr(line, ' ') + 1);
	}
	report_str(row, ALLOWED, allowed.text);
	report_str(row, DENIED, denied.text);
}

static void fill_stats(struct report_row *row, const char *text)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(stat_words); i++) {
		autofree char *value = env_fact(text, stat_words[i]);

		if (value)
			report_num(row, STATS + i, strtoull(value, NULL, 10));
	}
}

/* What state does not have: the instance's own files. */
static int fill_files(struct ctx *ctx, struct report_row *row, const char *name)
{
	autofree char *pairs = xprintf("instances/%s/pairs", name);
	autofree char *stats = xprintf("instances/%s/stats", name);
	autobuf struct buf text = { 0 };
	int err = knob_read(ctx, pairs, &text);

	if (!err) {
		fill_pairs(row, text.text);
		err = knob_read(ctx, stats, &text);
	}
	if (err < 0)
		return knob_read_fail(ctx, name, "its files", err);
	fill_stats(row, text.text);
	return ST_OK;
}

int cmd_instance_add(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return add_object(ctx, M_INSTANCE, argv[0], NULL);
}

int cmd_instance_set(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	for (const struct key *k = ctx->command->keys; k->name; k++) {
		autofree char *file = NULL;
		const char *value = key_value(ctx, k->name);
		int st;

		if (!value)
			continue;
		file = xprintf("instances/%s/%s", argv[0], k->name);
		st = knob_do(ctx, argv[0], file, "%s", value);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

int cmd_instance_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_INSTANCE, argc, argv);
}

int cmd_instance_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_INSTANCE, fill);
}

int cmd_instance_show(struct ctx *ctx, int argc, char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st = ST_OK, printed;

	if (!m)
		return ST_FAILED;
	r = report_new(ctx, &instance_full_shape);
	report_as_record(r);
	for (int i = 0; i < argc; i++) {
		const struct m_instance *inst = model_instance(m, argv[i]);
		struct report_row *row;

		if (!inst) {
			st = no_such_object(ctx, m, M_INSTANCE, argv[i]);
			continue;
		}
		row = report_add(r, NULL);
		fill(row, inst);
		if (st == ST_OK)
			st = fill_files(ctx, row, inst->name);
	}
	printed = report_end(r);
	model_free(m);
	return st ? st : printed;
}

static int pair(struct ctx *ctx, const char *what, char **argv)
{
	autofree char *file = xprintf("instances/%s/pairs", argv[0]);

	return knob_do(ctx, argv[0], file, "%s %s", what, argv[1]);
}

int cmd_instance_allow(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "allow", argv);
}

int cmd_instance_deny(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "deny", argv);
}

int cmd_instance_clear(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "clear", argv);
}
