// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/env.h"
#include "lib/presets.h"
#include "lib/words.h"
#include "objects/common.h"

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
	IOTLB,
	PASID,
	SVA,
	DIRTY,
	PRI,
	NEST,
	VIOMMUS,
	LIST_COLUMNS,
	ALLOWED = LIST_COLUMNS,
	DENIED,
	FIRST_STAT,
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
	[ERRNO] = { "ERRNO", R_LIST, RC_DEFAULT, "the errno of a refusal",     \
		    0 },                                                       \
	[MISBEHAVE] = { "MISBEHAVE", R_LIST, RC_DEFAULT | RC_NONE,             \
			"deliberate bugs", 0 },                                \
	[DEVICES] = { "DEVICES", R_NUMBER, RC_DEFAULT, "devices behind it",    \
		      0 },                                                     \
	[DOMAINS] = { "DOMAINS", R_NUMBER, RC_DEFAULT,                         \
		      "domains with its features", 0 },                        \
	[FAULTS] = { "FAULTS", R_NUMBER, 0, "points with a fault", 0 },        \
	[PAIRS] = { "PAIRS", R_NUMBER, 0, "exceptions to the policy", 0 },     \
	[IOTLB] = { "IOTLB", R_NUMBER, 0, "entries of its IOTLB", 0 },         \
	[PASID] = { "PASID", R_NUMBER, 0, "bits of its PASIDs", 0 },           \
	[SVA] = { "SVA", R_BOOL, 0, "it accepts domains of processes", 0 },    \
	[DIRTY] = { "DIRTY", R_BOOL, 0, "it tracks writes", 0 },               \
	[PRI] = { "PRI", R_NUMBER, 0, "requests for pages that may wait", 0 }, \
	[NEST] = { "NEST", R_BOOL, 0, "it takes tables of guests", 0 },        \
	[VIOMMUS] = { "VIOMMUS", R_NUMBER, 0, "its vIOMMU objects", 0 }

static const struct report_column columns[] = { COLUMNS, { 0 } };

/* The counters: the key in instances/NAME/stats, the column, its meaning. */
#define STATS(X)                                                             \
	X(PROBES, "probes", "devices probed")                                \
	X(RELEASES, "releases", "devices released")                          \
	X(ALLOCS, "allocs", "domains allocated")                             \
	X(ATTACHES, "attaches", "calls to attach")                           \
	X(ATTACHED, "attached", "of these, accepted")                        \
	X(REFUSED, "refused", "of these, refused")                           \
	X(FAULTED, "faults", "faults that were hit")                         \
	X(FOREIGN, "foreign", "domains of another driver seen")              \
	X(MAPS, "maps", "calls to map")                                      \
	X(UNMAPS, "unmaps", "calls to unmap")                                \
	X(INVALIDATIONS, "invalidations", "IOTLB invalidations")             \
	X(LOST, "lost", "invalidations lost on purpose")                     \
	X(INV_RANGE, "inv_range", "invalidations of a range")                \
	X(INV_DOMAIN, "inv_domain", "invalidations of a domain")             \
	X(INV_ALL, "inv_all", "invalidations of the whole IOTLB")            \
	X(DMAS, "dmas", "DMA operations that ended")                         \
	X(DMA_FAULTS, "dma_faults", "of these, by a fault")                  \
	X(HITS, "hits", "translations found in the IOTLB")                   \
	X(MISSES, "misses", "translations not found there")                  \
	X(EVICTIONS, "evictions", "IOTLB entries that made room for others") \
	X(STALE, "stale", "hits of entries whose invalidation was lost")     \
	X(WALKS, "walks", "walks of a table for DMA")                        \
	X(IOTLB_USED, "iotlb_used", "IOTLB entries in use")

static const char *const stat_keys[] = {
#define X(id, key, help) key,
	STATS(X)
#undef X
};

static const struct report_column full_columns[] = {
	COLUMNS,
	[ALLOWED] = { "ALLOWED", R_LIST, RC_DEFAULT,
		      "instances allowed against the policy", 0 },
	[DENIED] = { "DENIED", R_LIST, RC_DEFAULT, "instances denied", 0 },
#define X(id, key, help) { #id, R_NUMBER, 0, help, 0 },
	STATS(X)
#undef X
		{ 0 },
};

static const struct report_shape instance_shape = { "instances", columns };
static const struct report_shape instance_full_shape = { "instances",
							 full_columns };

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
	report_num(row, IOTLB, i->iotlb);
	report_num(row, PASID, i->pasid);
	report_num(row, SVA, i->sva);
	report_num(row, DIRTY, i->dirty);
	report_num(row, PRI, i->pri);
	report_num(row, NEST, i->nest);
	report_num(row, VIOMMUS, i->viommus);
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
	for (unsigned int i = 0; i < ARRAY_SIZE(stat_keys); i++) {
		autofree char *value = env_fact(text, stat_keys[i]);

		uint64_t n;

		if (value && number_parse(value, &n))
			report_num(row, FIRST_STAT + i, n);
	}
}

/* The facts that the file state lacks come from the instance's own files. */
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

/*
 * True for the sizes that belong to a format. If another format is given, the
 * preset's sizes are not used.
 */
static bool is_size(const char *key)
{
	return !strcmp(key, "ias") || !strcmp(key, "oas") ||
	       !strcmp(key, "pgsizes");
}

/*
 * All keys of new_instance: the given values, and the preset's for the others.
 */
static char *preset_line(const struct ctx *ctx, const struct preset *p)
{
	bool other = key_value(ctx, "format");
	struct buf b = { 0 };

	for (const struct key *k = cli_of(ctx)->command->keys; k->name; k++) {
		const char *given = key_value(ctx, k->name);
		autofree char *value = NULL;

		if (!strcmp(k->name, "preset"))
			continue;
		if (given)
			value = xstrdup(given);
		else if (!other || !is_size(k->name))
			value = preset_value(p, k->name);
		if (value)
			buf_printf(&b, " %s=%s", k->name, value);
	}
	return b.text;
}

static int cmd_instance_add(struct ctx *ctx, int argc, char **argv)
{
	const char *preset = key_value(ctx, "preset");
	autobuf struct buf why = { 0 };
	autofree char *line = NULL;

	(void)argc;
	if (!preset)
		return add_object(ctx, M_INSTANCE, argv[0], NULL);
	line = preset_line(ctx, preset_find(preset, &why));
	return knob_do(ctx, argv[0], "new_instance", "%s%s", argv[0], line);
}

static int cmd_instance_set(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	for (const struct key *k = cli_of(ctx)->command->keys; k->name; k++) {
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

static int cmd_instance_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_INSTANCE, argc, argv);
}

static int cmd_instance_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_INSTANCE, fill);
}

static int cmd_instance_show(struct ctx *ctx, int argc, char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st = ST_OK, printed;

	if (!m)
		return ST_FAILED;
	r = command_report(ctx, &instance_full_shape);
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

static int cmd_instance_allow(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "allow", argv);
}

static int cmd_instance_deny(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "deny", argv);
}

static int cmd_instance_clear(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return pair(ctx, "clear", argv);
}

#define SHAPE_KEYS                                                           \
	{ "format", "FORMAT", W_FORMAT,                                      \
	  "page-table format; setting it resets ias, oas and pgsizes" },     \
		{ "ias", "BITS", W_NUMBER, "input address size" },           \
		{ "oas", "BITS", W_NUMBER, "output address size" },          \
		{ "pgsizes", "LIST", W_PGSIZES,                              \
		  "page sizes, such as 4K,2M,1G" },                          \
		{ "coherent", "0|1", W_BOOL, "its walks snoop CPU caches" }, \
		{ "enforce", "0|1", W_BOOL, "it can enforce snooping" },     \
		{ "sva", "0|1", W_BOOL,                                      \
		  "it accepts domains of the addresses of processes (0)" },  \
		{ "dirty", "0|1", W_BOOL,                                    \
		  "it tracks the writes of devices (0)" },                   \
	{                                                                    \
		"nest", "0|1", W_BOOL,                                       \
			"it takes tables of guests, by iommufd (0)"          \
	}

#define BEHAVIOUR_KEYS                                                       \
	{ "iotlb", "N", W_NUMBER,                                            \
	  "entries of the IOTLB: 0, or a power of two (256); setting it "    \
	  "empties the IOTLB" },                                             \
		{ "policy", "CHECKS", W_POLICY,                              \
		  "the checks that a domain must pass to be accepted" },     \
		{ "errno", "ERRNOS", W_ERRNOS,                               \
		  "the errno of a refusal: E, or E,CHECK=E,..." },           \
	{                                                                    \
		"misbehave", "BUGS", W_MISBEHAVE, "deliberate bugs, or none" \
	}

const struct key instance_keys[] = {
	{ "preset", "NAME@KERNEL", W_PRESET,
	  "take the keys that are not given from this driver of the kernel" },
	{ "driver", "DRIVER", W_DRIVER, "its driver (mock)" },
	SHAPE_KEYS,
	{ "default", "DOMAIN", W_DEFAULT, "where its devices start" },
	{ "pasid", "BITS", W_NUMBER, "bits of its PASIDs; 0: it has none (0)" },
	{ "pri", "N", W_NUMBER,
	  "so many requests of devices for pages wait; 0: it takes none (0)" },
	BEHAVIOUR_KEYS,
	{ 0 },
};

static const struct key instance_set_keys[] = {
	SHAPE_KEYS,
	BEHAVIOUR_KEYS,
	{ "stats", "0", W_NUMBER, "0 resets its counters" },
	{ 0 },
};

const struct command instance_commands[] = {
	{
		.noun = "instance",
		.verb = "add",
		.summary = "make an instance",
		.operands = { { "NAME", W_NEW, 0 } },
		.keys = instance_keys,
		.flags = CMD_MODULE,
		.run = cmd_instance_add,
		.details =
			"The first instance that names a driver makes it. A feature that is not given is the most that the format allows.\n\nWith preset the instance behaves as that driver of the kernel does in that version, and its driver has the name of that driver. A key that is given replaces the preset's value. A format that is given also replaces the preset's ias, oas and pgsizes by those of the format.",
	},
	{
		.noun = "instance",
		.verb = "set",
		.summary = "change an instance",
		.operands = { { "INSTANCE", W_INSTANCE, 0 } },
		.keys = instance_set_keys,
		.flags = CMD_MODULE | CMD_KEYS,
		.run = cmd_instance_set,
		.details =
			"policy, errno, misbehave, iotlb and stats can change at any time. The other keys can change only while no device and no domain depends on the instance. The command sets the keys one after the other, and ends at the first that the module refuses.",
	},
	{
		.noun = "instance",
		.verb = "del",
		.summary = "remove instances",
		.operands = { { "INSTANCE", W_INSTANCE, OPD_REPEAT } },
		.flags = CMD_MODULE,
		.run = cmd_instance_del,
	},
	{
		.noun = "instance",
		.verb = "list",
		.summary = "list the instances",
		.shape = &instance_shape,
		.flags = CMD_MODULE,
		.run = cmd_instance_list,
	},
	{
		.noun = "instance",
		.verb = "show",
		.summary = "all about instances",
		.operands = { { "INSTANCE", W_INSTANCE, OPD_REPEAT } },
		.shape = &instance_full_shape,
		.flags = CMD_MODULE,
		.run = cmd_instance_show,
	},
	{
		.noun = "instance",
		.verb = "allow",
		.summary =
			"accept domains across two instances against the policy",
		.operands = { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_instance_allow,
	},
	{
		.noun = "instance",
		.verb = "deny",
		.summary = "refuse domains across two instances",
		.operands = { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_instance_deny,
	},
	{
		.noun = "instance",
		.verb = "clear",
		.summary = "apply the policy to two instances again",
		.operands = { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_instance_clear,
	},
	{ 0 },
};
