// SPDX-License-Identifier: GPL-2.0-only
/* load, unload, reset, status */
#include <string.h>
#include <strings.h>

#include "lib/env.h"
#include "lib/kmod.h"
#include "lib/words.h"
#include "objects/common.h"

static int cmd_load(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	/*
	 * The open files may belong to a module that has been unloaded since.
	 */
	knobs_close(ctx);
	return module_load(ctx, opt_value(ctx, "file", 0), key_line(ctx));
}

static int say_holder(struct ctx *ctx, const struct m_domain *d)
{
	autofree char *devices = names_join(&d->devices);

	fail(ctx, NULL, "domain %s of process %s exists%s%s", d->name, d->by,
	     *devices ? ", with devices " : "", devices);
	return 1;
}

/* A device with our own driver does not keep the module. */
static bool driver_holds(const struct m_device *d)
{
	return d->driver && strcmp(d->driver, MOCK_CLIENT_DRIVER);
}

/* Print each holder of the module on a line. False if none can be seen. */
static bool say_holders(struct ctx *ctx)
{
	struct model *m = NULL;
	int said = 0;

	if (knobs_open(ctx) == ST_OK)
		m = model_read(ctx);
	for (unsigned int i = 0; m && i < m->n_domains; i++)
		if (strcmp(m->domains[i].maker, "caller"))
			said += say_holder(ctx, &m->domains[i]);
	for (unsigned int i = 0; m && i < m->n_groups; i++)
		if (m->groups[i].owner) {
			fail(ctx, NULL,
			     "the in-kernel caller has claimed group %s: release the group, or reset",
			     m->groups[i].name);
			said++;
		}
	for (unsigned int i = 0; m && i < m->n_devices; i++)
		if (driver_holds(&m->devices[i])) {
			fail(ctx, NULL, "device %s is bound to %s",
			     m->devices[i].name, m->devices[i].driver);
			said++;
		}
	model_free(m);
	knobs_close(ctx);
	return said;
}

static int cmd_unload(struct ctx *ctx, int argc, char **argv)
{
	bool in_use;
	int err;

	(void)argc;
	(void)argv;
	knobs_close(ctx);
	err = module_unload(ctx, &in_use);
	if (!in_use)
		return err;
	fail_errno(ctx, err, NULL, "the module is in use (%s)",
		   errno_name(err));
	if (!say_holders(ctx))
		fail(ctx, NULL,
		     "the module's state does not show the user: a file of the module may be open");
	return ST_FAILED;
}

static int cmd_reset(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return knob_do(ctx, NULL, "reset", "1");
}

/* These columns are filled by number, the others by their names. */
enum { LOADED, TOOL, VERSION, FACTS = 8, RECORDED = 18 };

/* A column is the key of build_info or stats that has its name. */
static const struct report_column columns[] = {
	[LOADED] = { "LOADED", R_BOOL, RC_DEFAULT, "the module can be reached",
		     0 },
	[TOOL] = { "TOOL", R_STRING, RC_DEFAULT, "this tool's version", 0 },
	[VERSION] = { "VERSION", R_STRING, RC_DEFAULT, "the module's version",
		      0 },
	{ "ABI", R_NUMBER, RC_DEFAULT, "the interface it speaks", 0 },
	{ "BUILT_FOR", R_STRING, RC_DEFAULT, "the kernel it was built for", 0 },
	{ "RUNNING", R_STRING, RC_DEFAULT, "the kernel that runs", 0 },
	{ "FAMILY", R_STRING, RC_DEFAULT, "the driver callbacks it uses", 0 },
	{ "MULTI_DRIVER", R_BOOL, RC_DEFAULT,
	  "several drivers can be on one bus", 0 },
	[FACTS] = { "FACTS", R_LIST, RC_DEFAULT,
		    "what was probed on the kernel's headers", 0 },
	{ "INSTANCES", R_NUMBER, RC_DEFAULT, "how many there are now", 0 },
	{ "DEVICES", R_NUMBER, RC_DEFAULT, "how many there are now", 0 },
	{ "GROUPS", R_NUMBER, RC_DEFAULT, "how many there are now", 0 },
	{ "DOMAINS", R_NUMBER, RC_DEFAULT, "how many there are now", 0 },
	{ "BUFFERS", R_NUMBER, RC_DEFAULT, "how many there are now", 0 },
	{ "TABLE_BYTES", R_SIZE, RC_DEFAULT, "memory of all page tables", 0 },
	{ "TABLE_BYTES_HELD", R_SIZE, 0,
	  "the same with those that wait to be given back", 0 },
	{ "JOURNAL_ENTRIES", R_NUMBER, RC_DEFAULT, "entries in the journal",
	  0 },
	{ "JOURNAL_LOST", R_NUMBER, RC_DEFAULT, "entries overwritten", 0 },
	[RECORDED] = { "RECORDED", R_LIST, RC_DEFAULT | RC_NONE,
		       "the events that the journal records", 0 },
	{ 0 },
};

static const struct report_shape status_shape = { "status", columns };

static void fill(struct report_row *row, unsigned int column, const char *value)
{
	uint64_t n;

	if (columns[column].type == R_STRING)
		report_str(row, column, value);
	else if (number_parse(value, &n))
		report_num(row, column, n);
}

/* Lines of KEY=VALUE; probe_NAME=0|1 go together as the facts. */
static void fill_all(struct report_row *row, char *text)
{
	autobuf struct buf facts = { 0 };
	char *line, *equals;

	while ((line = strsep(&text, "\n"))) {
		equals = strchr(line, '=');
		if (!equals)
			continue;
		if (!strncmp(line, "probe_", 6)) {
			buf_printf(&facts, "%s%s", facts.len ? "," : "",
				   line + 6);
			continue;
		}
		*equals = '\0';
		for (unsigned int c = VERSION; columns[c].name; c++)
			if (c != FACTS && !strcasecmp(columns[c].name, line))
				fill(row, c, equals + 1);
	}
	if (facts.len)
		report_str(row, FACTS, facts.text);
}

static int cmd_status(struct ctx *ctx, int argc, char **argv)
{
	int st = knobs_open(ctx), printed;
	struct report *r = command_report(ctx, &status_shape);
	struct report_row *row = report_add(r, NULL);
	autobuf struct buf text = { 0 };

	(void)argc;
	(void)argv;
	report_as_record(r);
	report_num(row, LOADED, st == ST_OK);
	report_str(row, TOOL, IOMMU_MOCK_VERSION);
	if (st == ST_OK && !knob_read(ctx, "build_info", &text))
		fill_all(row, text.text);
	if (st == ST_OK && !knob_read(ctx, "stats", &text))
		fill_all(row, text.text);
	if (st == ST_OK && !knob_read(ctx, "journal_events", &text)) {
		text.text[strcspn(text.text, "\n")] = '\0';
		report_str(row, RECORDED, text.text);
	}
	printed = report_end(r);
	return st ? st : printed;
}

static const struct key load_keys[] = {
	{ "journal_entries", "N", W_NUMBER,
	  "how many entries the journal keeps (64 to 1048576)" },
	{ 0 },
};

static const struct option load_options[] = {
	{ "file", 0, "PATH", W_FILE,
	  "this file instead of the installed module", NULL },
	{ 0 },
};

const struct command module_commands[] = {
	{
		.noun = "load",
		.summary = "load the module",
		.keys = load_keys,
		.options = load_options,
		.run = cmd_load,
		.details =
			"The command finds the module, and the modules it depends on, as modprobe does. KEY=VALUE are parameters of the module.",
	},
	{
		.noun = "unload",
		.summary = "unload the module",
		.run = cmd_unload,
		.details =
			"The kernel refuses this while a caller holds a device, group or domain. The command then names them.",
	},
	{
		.noun = "reset",
		.summary = "remove every object",
		.flags = CMD_MODULE,
		.run = cmd_reset,
		.details =
			"The command detaches and removes all objects, releases all claims, and clears the journal. While a foreign caller (VFIO, iommufd, ...) holds a domain, or a driver is bound to a device, the module refuses and removes nothing.",
	},
	{
		.noun = "status",
		.summary = "versions, facts about the kernel, counts",
		.shape = &status_shape,
		.run = cmd_status,
		.details =
			"If the module cannot be reached, the command prints the tool's version, and ends with status 3.",
	},
	{ 0 },
};
