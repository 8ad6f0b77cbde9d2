// SPDX-License-Identifier: GPL-2.0-only
/* preset: the kernel's own drivers, as far as knobs can express them. */
#include <stdlib.h>
#include <string.h>

#include "lib/presets.h"
#include "objects/common.h"

enum {
	NAME,
	KERNELS,
	DRIVER,
	FEATURES,
	POLICY,
	ERRNO,
	MISBEHAVE,
	GAPS,
	VERIFIED,
	SOURCE
};

static const struct report_column list_columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the preset's name", 0 },
	[KERNELS] = { "KERNELS", R_STRING, RC_DEFAULT,
		      "for these it is the same", 0 },
	[DRIVER] = { "DRIVER", R_STRING, RC_DEFAULT,
		     "the kernel's file, below drivers/iommu/", 0 },
	[FEATURES] = { "FEATURES", R_STRING, RC_DEFAULT,
		       "format and sizes of a usual unit", 0 },
	[POLICY] = { "POLICY", R_LIST, RC_DEFAULT, "what it checks", 0 },
	[ERRNO] = { "ERRNO", R_LIST, RC_DEFAULT, "the errno of a refusal", 0 },
	[MISBEHAVE] = { "MISBEHAVE", R_LIST, RC_DEFAULT | RC_NONE, "its bugs",
			0 },
	[GAPS] = { "GAPS", R_NUMBER, RC_DEFAULT,
		   "behaviours that no knob can express: see preset show", 0 },
	[VERIFIED] = { "VERIFIED", R_STRING, RC_DEFAULT,
		       "read: in the kernel's source only; run: a test saw the real driver refuse so; partly: a test saw it accept so",
		       0 },
	[SOURCE] = { "SOURCE", R_STRING, 0, "the place in the kernel", 0 },
	{ 0 },
};

static const struct report_shape preset_shape = { "presets", list_columns };

enum { S_PRESET, S_KIND, S_WHAT, S_TEXT };

static const struct report_column show_columns[] = {
	[S_PRESET] = { "PRESET", R_STRING, 0, "the preset, and its kernels",
		       0 },
	[S_KIND] = { "KIND", R_STRING, RC_DEFAULT,
		     "key, source, or not-expressed", 0 },
	[S_WHAT] = { "WHAT", R_STRING, RC_DEFAULT,
		     "the key, the file, the test, or what the driver does",
		     0 },
	[S_TEXT] = { "TEXT", R_STRING, RC_DEFAULT,
		     "its value, the function, what the test saw, or why no knob says it",
		     0 },
	{ 0 },
};

static const struct report_shape preset_show_shape = { "preset", show_columns };

static void report_key(struct report_row *row, unsigned int column,
		       const struct preset *p, const char *key)
{
	autofree char *value = preset_value(p, key);

	report_str(row, column, value);
}

/* All keys that are no behaviour. */
static char *features_of(const struct preset *p)
{
	static const char *const keys[] = { "format",  "ias",	   "oas",
					    "pgsizes", "coherent", "enforce",
					    "default", "iotlb" };
	struct buf b = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
		autofree char *value = preset_value(p, keys[i]);

		if (value)
			buf_printf(&b, "%s%s=%s", b.len ? " " : "", keys[i],
				   value);
	}
	return b.text;
}

static unsigned int gaps_of(const struct preset *p)
{
	unsigned int n = 0;

	while (n < PRESET_GAPS && p->gaps[n].what)
		n++;
	return n;
}

static const char *verified(const struct preset_run *run)
{
	return !run ? "read" : run->refused ? "run" : "partly";
}

static int cmd_preset_list(struct ctx *ctx, int argc, char **argv)
{
	struct report *r = command_report(ctx, &preset_shape);

	(void)argc;
	(void)argv;
	for (const struct preset *p = presets; p->name; p++) {
		struct report_row *row = report_add(r, NULL);
		autofree char *kernels = preset_kernels(p);
		autofree char *features = features_of(p);

		report_str(row, NAME, p->name);
		report_str(row, KERNELS, kernels);
		report_str(row, DRIVER, p->file);
		report_str(row, FEATURES, features);
		report_key(row, POLICY, p, "policy");
		report_key(row, ERRNO, p, "errno");
		report_key(row, MISBEHAVE, p, "misbehave");
		report_num(row, GAPS, gaps_of(p));
		report_str(row, VERIFIED, verified(preset_run_of(p)));
		report_str(row, SOURCE, p->sources[0]);
	}
	return report_end(r);
}

static void add_item(struct report *r, const char *name, const char *kind,
		     const char *what, const char *text)
{
	struct report_row *row = report_add(r, NULL);

	report_str(row, S_PRESET, name);
	report_str(row, S_KIND, kind);
	report_str(row, S_WHAT, what);
	report_str(row, S_TEXT, text);
}

static void show(struct report *r, const struct preset *p)
{
	const struct preset_run *run = preset_run_of(p);
	autofree char *kernels = preset_kernels(p);
	autofree char *name = xprintf("%s@%s", p->name, kernels);

	add_item(r, name, "key", "driver", p->name);
	for (const struct key *k = instance_keys; k->name; k++) {
		autofree char *value = preset_value(p, k->name);

		if (value && strcmp(k->name, "driver"))
			add_item(r, name, "key", k->name, value);
	}
	for (unsigned int i = 0; i < PRESET_SOURCES && p->sources[i]; i++)
		add_item(r, name, "source", p->file, p->sources[i]);
	if (run)
		add_item(r, name, verified(run), run->test, run->saw);
	for (unsigned int i = 0; i < gaps_of(p); i++)
		add_item(r, name, "not-expressed", p->gaps[i].what,
			 p->gaps[i].why);
}

static int cmd_preset_show(struct ctx *ctx, int argc, char **argv)
{
	struct report *r = command_report(ctx, &preset_show_shape);

	/* That there are such has been checked: the words are W_PRESET. */
	for (int i = 0; i < argc; i++) {
		autobuf struct buf why = { 0 };

		show(r, preset_find(argv[i], &why));
	}
	return report_end(r);
}

const struct command preset_commands[] = {
	{
		.noun = "preset",
		.verb = "list",
		.summary = "list the presets",
		.shape = &preset_shape,
		.run = cmd_preset_list,
		.details =
			"A preset describes a driver of the kernel in the words of instance add: the features of a usual unit, the checks, the errnos of refusals, and the bugs.",
	},
	{
		.noun = "preset",
		.verb = "show",
		.summary = "all about presets, and what they leave out",
		.operands = { { "NAME@KERNEL", W_PRESET, OPD_REPEAT } },
		.shape = &preset_show_shape,
		.run = cmd_preset_show,
		.details =
			"The command prints each fact with the function of the kernel that shows it. A fact of the kind run or partly names the test in which the real driver was seen to do so. A fact of the kind not-expressed is a behaviour of the driver that no knob can express: an instance with the preset lacks this behaviour.",
	},
	{ 0 },
};
