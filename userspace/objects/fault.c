// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include <string.h>
#include <strings.h>

#include "lib/words.h"
#include "objects/common.h"

enum { INSTANCE, POINT, FIRST_KEY };

/* From FIRST_KEY on a column is the key of the same name in lower case. */
static const struct report_column columns[] = {
	[INSTANCE] = { "INSTANCE", R_STRING, RC_DEFAULT, "its instance", 0 },
	[POINT] = { "POINT", R_STRING, RC_DEFAULT, "the call that fails", 0 },
	{ "ERRNO", R_STRING, RC_DEFAULT, "the errno that the call returns", 0 },
	{ "NTH", R_NUMBER, RC_DEFAULT, "fail exactly this call; 0: off", 0 },
	{ "PROBABILITY", R_NUMBER, RC_DEFAULT, "percent of the candidates", 0 },
	{ "INTERVAL", R_NUMBER, 0, "each N-th call is a candidate", 0 },
	{ "TIMES", R_STRING, RC_DEFAULT, "the most hits; -1: no limit", 0 },
	{ "SPACE", R_NUMBER, 0, "calls or bytes before the first hit", 0 },
	{ "DELAY_US", R_NUMBER, 0, "wait before answering", 0 },
	{ "FILTER", R_STRING, RC_DEFAULT, "fresh or existing domains", 0 },
	{ "DEVICE", R_STRING, RC_DEFAULT, "this device only", 0 },
	{ "SEEN", R_NUMBER, RC_DEFAULT, "calls that passed the filter", 0 },
	{ "HITS", R_NUMBER, RC_DEFAULT, "of these, failed or delayed", 0 },
	{ 0 },
};

static const struct report_shape fault_shape = { "faults", columns };

static int cmd_fault_add(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("instances/%s/faults", argv[0]);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s", argv[1], key_line(ctx));
}

static int cmd_fault_del(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("instances/%s/faults", argv[0]);

	(void)argc;
	if (!strcmp(argv[1], "all"))
		return knob_do(ctx, argv[0], file, "off");
	return knob_do(ctx, argv[0], file, "%s off", argv[1]);
}

static void fill_key(struct report_row *row, const char *key, const char *value)
{
	uint64_t n;

	for (unsigned int c = FIRST_KEY; columns[c].name; c++) {
		if (strcasecmp(columns[c].name, key) || !strcmp(value, "-"))
			continue;
		if (columns[c].type == R_NUMBER && number_parse(value, &n))
			report_num(row, c, n);
		else
			report_str(row, c, value);
	}
}

static void add_rows(struct report *r, const char *instance, char *text)
{
	char *line, *word;

	while ((line = strsep(&text, "\n"))) {
		struct report_row *row;

		if (!*line)
			continue;
		row = report_add(r, NULL);
		report_str(row, INSTANCE, instance);
		report_str(row, POINT, strsep(&line, " "));
		while ((word = strsep(&line, " "))) {
			char *equals = strchr(word, '=');

			if (!equals)
				continue;
			*equals = '\0';
			fill_key(row, word, equals + 1);
		}
	}
}

static int read_faults(struct ctx *ctx, struct report *r, const char *instance)
{
	autofree char *file = xprintf("instances/%s/faults", instance);
	autobuf struct buf text = { 0 };
	int err = knob_read(ctx, file, &text);

	/* It may have gone since state was read: then it has no faults. */
	if (err == -ENOENT)
		return ST_OK;
	if (err < 0)
		return knob_read_fail(ctx, instance, "its faults", err);
	add_rows(r, instance, text.text);
	return ST_OK;
}

static int cmd_fault_list(struct ctx *ctx, int argc, char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st = ST_OK, printed;

	if (!m)
		return ST_FAILED;
	if (argc && !model_instance(m, argv[0])) {
		st = no_such_object(ctx, m, M_INSTANCE, argv[0]);
		model_free(m);
		return st;
	}
	r = command_report(ctx, &fault_shape);
	for (unsigned int i = 0; i < m->n_instances && st == ST_OK; i++)
		if (!argc || !strcmp(m->instances[i].name, argv[0]))
			st = read_faults(ctx, r, m->instances[i].name);
	printed = report_end(r);
	model_free(m);
	return st ? st : printed;
}

static const struct key fault_keys[] = {
	{ "errno", "E", W_ERRNO,
	  "the errno that the call returns; 0 only delays" },
	{ "nth", "N", W_NUMBER, "fail exactly the N-th call" },
	{ "probability", "PERCENT", W_NUMBER, "of the candidates (100)" },
	{ "interval", "N", W_NUMBER, "each N-th call is a candidate (1)" },
	{ "times", "N", W_LIMIT, "the most hits (-1: no limit)" },
	{ "space", "N", W_SIZE, "calls or bytes before the first hit (0)" },
	{ "delay_us", "N", W_NUMBER,
	  "microseconds to wait before the call returns" },
	{ "filter", "WHICH", W_FILTER, "fresh or existing domains only" },
	{ "device", "DEVICE", W_DEVICE, "calls for this device only" },
	{ 0 },
};

const struct command fault_commands[] = {
	{
		.noun = "fault",
		.verb = "add",
		.summary = "inject a failure",
		.operands = { { "INSTANCE", W_INSTANCE, 0 },
			      { "POINT", W_POINT, 0 } },
		.keys = fault_keys,
		.flags = CMD_MODULE | CMD_KEYS,
		.run = cmd_fault_add,
		.details =
			"A point has at most one fault. Adding another replaces it and resets its counts.",
	},
	{
		.noun = "fault",
		.verb = "del",
		.summary = "stop injecting",
		.operands = { { "INSTANCE", W_INSTANCE, 0 },
			      { "POINT", W_POINT_OR_ALL, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_fault_del,
	},
	{
		.noun = "fault",
		.verb = "list",
		.summary = "list the faults, with their hits",
		.operands = { { "INSTANCE", W_INSTANCE, OPD_OPTIONAL } },
		.shape = &fault_shape,
		.flags = CMD_MODULE,
		.run = cmd_fault_list,
	},
	{ 0 },
};
