// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nouns, the order of the command table, and main(). The file of each noun
 * contains its rows; command.h describes a row.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "cli/say.h"
#include "cli/status-line.h"
#include "commands.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "scenario/scenario.h"

const struct noun nouns[] = {
	{ "load", "load the module" },
	{ "unload", "unload the module" },
	{ "reset", "remove every object" },
	{ "status", "versions, facts about the kernel, counts of objects" },
	{ "driver",
	  "mock drivers: the first instance that names one makes it" },
	{ "instance", "mock IOMMU units: features, policy, misbehaviours" },
	{ "preset", "how the kernel's own drivers refuse, for instances" },
	{ "device", "dummy devices behind an instance" },
	{ "group", "IOMMU groups of devices" },
	{ "domain", "I/O page tables: attach devices, map buffers" },
	{ "buffer", "kernel memory to map into domains" },
	{ "fault", "injected failures" },
	{ "show", "everything, as a tree" },
	{ "events", "the journal: each request to the module, and its answer" },
	{ "batch", "run command lines from a file" },
	{ "share", "let callers place devices on domains" },
	{ "record",
	  "record each request to the kernel's IOMMU drivers, and its answer" },
	{ "judge",
	  "which rules of the contract a journal shows kept or broken" },
	{ "matrix", "which kernel and which caller keep which rule" },
	{ "scenario", "replay known kernel bugs: does this kernel have them?" },
	{ "bench", "measure what operations cost" },
	{ "help", "print this text, or the help of a command" },
	{ 0 },
};

/* In the order of help, the man page and --dump-commands. */
const struct command *const command_tables[] = {
	module_commands,   driver_commands,  instance_commands, preset_commands,
	device_commands,   dma_commands,     serve_commands,	group_commands,
	domain_commands,   mapping_commands, handler_commands,	buffer_commands,
	fault_commands,	   show_commands,    events_commands,	batch_commands,
	share_commands,	   record_commands,  judge_commands,	matrix_commands,
	scenario_commands, bench_commands,   help_commands,	NULL,
};

const char *const *program_words(enum word word)
{
	return word == W_SCENARIO ? scenario_words() : NULL;
}

/* This accepts more words than completion offers. */
bool program_word(enum word word, const char *value)
{
	return word == W_SCENARIO && scenario_find(value);
}

/* Options that must be the whole command line. */
static const struct {
	const char *option;
	int (*print)(struct ctx *ctx);
} alone[] = {
	{ "--version", print_version },
	{ "-V", print_version },
	{ "--dump-commands", dump_commands },
};

/* The first word of a command line that has no command. */
static int no_command(struct ctx *ctx, int argc, char **argv)
{
	const char *arg = argv[0];

	if (!strcmp(arg, "--help") || !strcmp(arg, "-h")) {
		argv[0] = "help";
		return command_run(ctx, argc, argv);
	}
	if (!strcmp(arg, "--dump-man") && argc == 2)
		return dump_man(ctx, argv[1]);
	if (!strcmp(arg, "--complete"))
		return complete(ctx, argc - 1, argv + 1);
	if (!strcmp(arg, "--describe"))
		return complete_described(ctx, argc - 1, argv + 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(alone); i++)
		if (!strcmp(arg, alone[i].option))
			return argc == 1 ?
				       alone[i].print(ctx) :
				       usage_error(
					       ctx,
					       "%s excludes all other words: not with '%s'",
					       arg, argv[1]);
	return usage_error(ctx, "there is no option %s here; see %s help", arg,
			   PROGRAM);
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	int at = 1;

	for (; at < argc && !strncmp(argv[at], "--sysroot", 9); at++) {
		if (argv[at][9] == '=')
			ctx->sysroot = argv[at] + 10;
		else if (argv[at][9] || at + 1 == argc)
			break;
		else
			ctx->sysroot = argv[++at];
	}
	if (at < argc && !strcmp(argv[at], "--sysroot"))
		return usage_error(ctx, "--sysroot needs DIR");
	if (at == argc)
		return usage_error(ctx, "a command is missing; see %s help",
				   PROGRAM);
	if (argv[at][0] == '-')
		return no_command(ctx, argc - at, argv + at);
	return command_run(ctx, argc - at, argv + at);
}

int main(int argc, char **argv)
{
	struct cli cli = { .ctx = {
				   .say = say, .owner = &cli, .sysroot = "" } };
	int st;

	mem_none = say_no_memory;
	/* Only decides which characters can be printed; numbers stay as in C. */
	setlocale(LC_CTYPE, "");
	st = cli_status(&cli, run(&cli.ctx, argc, argv));

	status_line(NULL);
	knobs_close(&cli.ctx);
	if ((fflush(stdout) || ferror(stdout)) && st == ST_OK)
		st = cli_status(
			&cli,
			fail_errno(&cli.ctx, -errno, NULL,
				   "cannot write to standard output: %m"));
	return st;
}
