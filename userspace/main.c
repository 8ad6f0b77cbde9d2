// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command table, and the way in. What a command does is in cmd-NOUN.c;
 * what its row means is in command.h.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "help.h"
#include "lib/knobs.h"
#include "lib/words.h"

const struct option common_options[] = {
	{ "sysroot", 0, "DIR", W_DIR,
	  "take DIR/sys, DIR/proc and DIR/dev for /sys, /proc and /dev: a recorded tree",
	  NULL },
	{ "help", 'h', NULL, W_ANY, "say what the command does", NULL },
	{ 0 },
};

const struct option table_options[] = {
	{ "json", 'J', NULL, W_ANY, "print JSON; sizes are bytes", NULL },
	{ "raw", 'r', NULL, W_ANY,
	  "print words separated by one blank, blanks in them as \\x20", NULL },
	{ "noheadings", 'n', NULL, W_ANY, "leave the headings out", NULL },
	{ "output", 'o', "COLUMNS", W_COLUMNS,
	  "print these columns, separated by commas; +COLUMNS adds to the default",
	  NULL },
	{ "bytes", 'b', NULL, W_ANY, "print sizes in bytes", NULL },
	{ "list-columns", 0, NULL, W_ANY,
	  "say what columns there are, and what they mean", NULL },
	{ 0 },
};

const struct option ktap_options[] = {
	{ "ktap", 0, NULL, W_ANY, "print KTAP, the kernel's test format",
	  NULL },
	{ 0 },
};

static const struct key load_keys[] = {
	{ "journal_entries", "N", W_NUMBER,
	  "how many entries the journal keeps (64 to 1048576)" },
	{ 0 },
};

#define SHAPE_KEYS                                                           \
	{ "format", "FORMAT", W_FORMAT,                                      \
	  "page-table format; setting it puts ias, oas and pgsizes back" },  \
		{ "ias", "BITS", W_NUMBER, "input address size" },           \
		{ "oas", "BITS", W_NUMBER, "output address size" },          \
		{ "pgsizes", "LIST", W_PGSIZES,                              \
		  "page sizes, such as 4K,2M,1G" },                          \
		{ "coherent", "0|1", W_BOOL, "its walks snoop CPU caches" }, \
	{                                                                    \
		"enforce", "0|1", W_BOOL, "it can enforce snooping"          \
	}

#define BEHAVIOUR_KEYS                                                       \
	{ "policy", "CHECKS", W_POLICY,                                      \
	  "what must hold before a domain is accepted" },                    \
		{ "errno", "ERRNOS", W_ERRNOS,                               \
		  "what a refusal answers: E, or E,CHECK=E,..." },           \
	{                                                                    \
		"misbehave", "BUGS", W_MISBEHAVE, "deliberate bugs, or none" \
	}

static const struct key instance_keys[] = {
	{ "driver", "DRIVER", W_DRIVER, "its driver (mock)" },
	SHAPE_KEYS,
	{ "default", "DOMAIN", W_DEFAULT, "where its devices start" },
	BEHAVIOUR_KEYS,
	{ 0 },
};

static const struct key instance_set_keys[] = {
	SHAPE_KEYS,
	BEHAVIOUR_KEYS,
	{ 0 },
};

static const struct key device_keys[] = {
	{ "instance", "INSTANCE", W_INSTANCE, "the IOMMU it is behind" },
	{ "group", "GROUP", W_NEW, "share this group (one of its own)" },
	{ "bus", "BUS", W_BUS, "the bus it appears on (platform)" },
	{ 0 },
};

static const struct key domain_keys[] = {
	{ "device", "DEVICE", W_DEVICE, "the device it is allocated for" },
	{ 0 },
};

static const struct key map_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where in the buffer to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much of it (all)" },
	{ "prot", "PROT", W_PROT, "what devices may do (rw)" },
	{ 0 },
};

static const struct key data_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much (to the end)" },
	{ 0 },
};

static const struct key fault_keys[] = {
	{ "errno", "E", W_ERRNO, "what the call answers; 0 delays only" },
	{ "nth", "N", W_NUMBER, "fail exactly the N-th call" },
	{ "probability", "PERCENT", W_NUMBER, "of the candidates (100)" },
	{ "interval", "N", W_NUMBER, "each N-th call is a candidate (1)" },
	{ "times", "N", W_NUMBER, "at most so often (-1: no limit)" },
	{ "space", "N", W_SIZE, "after so many calls, or bytes (0)" },
	{ "delay_us", "N", W_NUMBER, "wait so long before answering" },
	{ "filter", "WHICH", W_FILTER, "fresh or existing domains only" },
	{ "device", "DEVICE", W_DEVICE, "calls for this device only" },
	{ 0 },
};

static const struct option load_options[] = {
	{ "file", 0, "PATH", W_FILE,
	  "this file instead of the installed module", NULL },
	{ 0 },
};

static const struct option attach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group: all of it, at once",
	  NULL },
	{ "unclaimed", 0, NULL, W_ANY, "do not claim the group first", NULL },
	{ 0 },
};

static const struct option detach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group", NULL },
	{ 0 },
};

static const struct option event_options[] = {
	{ "follow", 'f', NULL, W_ANY, "go on with what is new", NULL },
	{ "since", 0, "SEQ", W_NUMBER, "only what came after number SEQ",
	  NULL },
	{ "type", 't', "EVENT", W_EVENT, "only these; may be repeated", NULL },
	{ "instance", 0, "NAME", W_INSTANCE, "only about this instance", NULL },
	{ "device", 0, "NAME", W_DEVICE, "only about this device", NULL },
	{ "domain", 0, "NAME", W_DOMAIN, "only about this domain", NULL },
	{ "clear", 0, NULL, W_ANY, "drop all entries, print nothing", NULL },
	{ 0 },
};

static const struct option batch_options[] = {
	{ "force", 0, NULL, W_ANY, "go on after an error", NULL },
	{ 0 },
};

const struct noun nouns[] = {
	{ "load", "load the module" },
	{ "unload", "unload it" },
	{ "reset", "remove every object" },
	{ "status", "what is loaded, and how much there is" },
	{ "driver", "mock drivers: made by the first instance that names one" },
	{ "instance", "mock IOMMU units: features, policy, misbehaviours" },
	{ "device", "dummy devices behind an instance" },
	{ "group", "IOMMU groups of devices" },
	{ "domain", "I/O page tables: attach devices, map buffers" },
	{ "buffer", "kernel memory to map into domains" },
	{ "fault", "injected failures" },
	{ "show", "everything, as a tree" },
	{ "events", "the journal: what the module was asked and answered" },
	{ "batch", "run command lines from a file" },
	{ "share", "let callers place devices on domains" },
	{ "matrix", "which kernel and which caller keep which rule" },
	{ "help", "this text, or that of a command" },
	{ 0 },
};

#define M CMD_MODULE

const struct command commands[] = {
	{ "load",
	  NULL,
	  "load the module",
	  { { 0 } },
	  load_keys,
	  load_options,
	  NULL,
	  0,
	  cmd_load,
	  "The module and what it depends on are found as modprobe does; KEY=VALUE are its parameters." },
	{ "unload",
	  NULL,
	  "unload the module",
	  { { 0 } },
	  NULL,
	  NULL,
	  NULL,
	  0,
	  cmd_unload,
	  "Refused while a caller holds a device, group or domain; it says which." },
	{ "reset",
	  NULL,
	  "remove every object",
	  { { 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_reset,
	  "Detaches and removes all objects, lifts all claims, clears the journal. Refused, and nothing is removed, while somebody else holds a domain or a driver is bound to a device." },
	{ "status",
	  NULL,
	  "versions, facts about the kernel, counts",
	  { { 0 } },
	  NULL,
	  NULL,
	  &status_shape,
	  0,
	  cmd_status,
	  "Says also what the tool is while the module cannot be reached; the status is then 3." },

	{ "driver",
	  "list",
	  "list the drivers",
	  { { 0 } },
	  NULL,
	  NULL,
	  &driver_shape,
	  M,
	  cmd_driver_list,
	  NULL },
	{ "driver",
	  "show",
	  "all about drivers",
	  { { "DRIVER", W_DRIVER, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &driver_shape,
	  M,
	  cmd_driver_show,
	  NULL },

	{ "instance",
	  "add",
	  "make an instance",
	  { { "NAME", W_NEW, 0 } },
	  instance_keys,
	  NULL,
	  NULL,
	  M,
	  cmd_instance_add,
	  "A driver exists as soon as an instance names it. Features that are not given are the most the format allows." },
	{ "instance",
	  "set",
	  "change an instance",
	  { { "INSTANCE", W_INSTANCE, 0 } },
	  instance_set_keys,
	  NULL,
	  NULL,
	  M | CMD_KEYS,
	  cmd_instance_set,
	  "policy, errno and misbehave change at any time, the rest only while no device and no domain depends on the instance. Several keys are set one after the other; the first that is refused ends it." },
	{ "instance",
	  "del",
	  "remove instances",
	  { { "INSTANCE", W_INSTANCE, OPD_REPEAT } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_instance_del,
	  NULL },
	{ "instance",
	  "list",
	  "list the instances",
	  { { 0 } },
	  NULL,
	  NULL,
	  &instance_shape,
	  M,
	  cmd_instance_list,
	  NULL },
	{ "instance",
	  "show",
	  "all about instances",
	  { { "INSTANCE", W_INSTANCE, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &instance_full_shape,
	  M,
	  cmd_instance_show,
	  NULL },
	{ "instance",
	  "allow",
	  "accept domains across two instances, whatever the policy",
	  { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_instance_allow,
	  NULL },
	{ "instance",
	  "deny",
	  "refuse domains across two instances",
	  { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_instance_deny,
	  NULL },
	{ "instance",
	  "clear",
	  "leave two instances to the policy again",
	  { { "A", W_INSTANCE, 0 }, { "B", W_INSTANCE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_instance_clear,
	  NULL },

	{ "device",
	  "add",
	  "make a device",
	  { { "NAME", W_NEW, 0 } },
	  device_keys,
	  NULL,
	  NULL,
	  M | CMD_KEYS,
	  cmd_device_add,
	  NULL },
	{ "device",
	  "del",
	  "remove devices",
	  { { "DEVICE", W_DEVICE, OPD_REPEAT } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_device_del,
	  NULL },
	{ "device",
	  "list",
	  "list the devices",
	  { { 0 } },
	  NULL,
	  NULL,
	  &device_shape,
	  M,
	  cmd_device_list,
	  NULL },
	{ "device",
	  "show",
	  "all about devices",
	  { { "DEVICE", W_DEVICE, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &device_shape,
	  M,
	  cmd_device_show,
	  NULL },
	{ "device",
	  "bind",
	  "bind a device to a kernel driver",
	  { { "DEVICE", W_DEVICE, 0 }, { "DRIVER", W_ANY, OPD_OPTIONAL } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_device_bind,
	  "Without DRIVER it is " MOCK_CLIENT_DRIVER
	  ". driver_override is set, so that drivers such as vfio-platform or vfio-pci take the device." },
	{ "device",
	  "unbind",
	  "take a device from its kernel driver",
	  { { "DEVICE", W_DEVICE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_device_unbind,
	  NULL },

	{ "group",
	  "list",
	  "list the groups",
	  { { 0 } },
	  NULL,
	  NULL,
	  &group_shape,
	  M,
	  cmd_group_list,
	  NULL },
	{ "group",
	  "show",
	  "all about groups",
	  { { "GROUP", W_GROUP, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &group_shape,
	  M,
	  cmd_group_show,
	  NULL },
	{ "group",
	  "claim",
	  "take ownership of a group, as VFIO does",
	  { { "GROUP", W_GROUP, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_group_claim,
	  NULL },
	{ "group",
	  "release",
	  "give it back",
	  { { "GROUP", W_GROUP, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_group_release,
	  NULL },

	{ "domain",
	  "add",
	  "allocate a domain",
	  { { "NAME", W_NEW, 0 } },
	  domain_keys,
	  NULL,
	  NULL,
	  M | CMD_KEYS,
	  cmd_domain_add,
	  NULL },
	{ "domain",
	  "del",
	  "free domains",
	  { { "DOMAIN", W_DOMAIN, OPD_REPEAT } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_domain_del,
	  NULL },
	{ "domain",
	  "list",
	  "list the domains",
	  { { 0 } },
	  NULL,
	  NULL,
	  &domain_shape,
	  M,
	  cmd_domain_list,
	  NULL },
	{ "domain",
	  "show",
	  "all about domains",
	  { { "DOMAIN", W_DOMAIN, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &domain_shape,
	  M,
	  cmd_domain_show,
	  NULL },
	{ "domain",
	  "attach",
	  "attach a device or a group",
	  { { "DOMAIN", W_DOMAIN, 0 }, { "DEVICE", W_DEVICE, 0 } },
	  NULL,
	  attach_options,
	  NULL,
	  M,
	  cmd_domain_attach,
	  "The group is claimed first unless it is already." },
	{ "domain",
	  "detach",
	  "detach a device or a group",
	  { { "DOMAIN", W_DOMAIN, 0 }, { "DEVICE", W_DEVICE, 0 } },
	  NULL,
	  detach_options,
	  NULL,
	  M,
	  cmd_domain_detach,
	  NULL },
	{ "domain",
	  "map",
	  "map a buffer",
	  { { "DOMAIN", W_DOMAIN, 0 },
	    { "IOVA", W_SIZE, 0 },
	    { "BUFFER", W_BUFFER, 0 } },
	  map_keys,
	  NULL,
	  NULL,
	  M,
	  cmd_domain_map,
	  NULL },
	{ "domain",
	  "unmap",
	  "unmap addresses",
	  { { "DOMAIN", W_DOMAIN, 0 },
	    { "IOVA", W_SIZE, 0 },
	    { "SIZE", W_SIZE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_domain_unmap,
	  NULL },
	{ "domain",
	  "walk",
	  "where addresses go",
	  { { "DOMAIN", W_DOMAIN, 0 }, { "IOVA", W_SIZE, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &walk_shape,
	  M,
	  cmd_domain_walk,
	  NULL },
	{ "domain",
	  "mappings",
	  "all that is mapped",
	  { { "DOMAIN", W_DOMAIN, 0 } },
	  NULL,
	  NULL,
	  &mapping_shape,
	  M,
	  cmd_domain_mappings,
	  NULL },

	{ "buffer",
	  "add",
	  "allocate a buffer",
	  { { "NAME", W_NEW, 0 }, { "SIZE", W_SIZE, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_buffer_add,
	  NULL },
	{ "buffer",
	  "del",
	  "free buffers",
	  { { "BUFFER", W_BUFFER, OPD_REPEAT } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_buffer_del,
	  NULL },
	{ "buffer",
	  "list",
	  "list the buffers",
	  { { 0 } },
	  NULL,
	  NULL,
	  &buffer_shape,
	  M,
	  cmd_buffer_list,
	  NULL },
	{ "buffer",
	  "show",
	  "all about buffers",
	  { { "BUFFER", W_BUFFER, OPD_REPEAT } },
	  NULL,
	  NULL,
	  &buffer_shape,
	  M,
	  cmd_buffer_show,
	  NULL },
	{ "buffer",
	  "read",
	  "copy a buffer's bytes to standard output",
	  { { "BUFFER", W_BUFFER, 0 } },
	  data_keys,
	  NULL,
	  NULL,
	  M,
	  cmd_buffer_read,
	  NULL },
	{ "buffer",
	  "write",
	  "copy standard input into a buffer",
	  { { "BUFFER", W_BUFFER, 0 } },
	  data_keys,
	  NULL,
	  NULL,
	  M,
	  cmd_buffer_write,
	  NULL },

	{ "fault",
	  "add",
	  "inject a failure",
	  { { "INSTANCE", W_INSTANCE, 0 }, { "POINT", W_POINT, 0 } },
	  fault_keys,
	  NULL,
	  NULL,
	  M | CMD_KEYS,
	  cmd_fault_add,
	  "One for each point; adding it again replaces it and starts its counts anew." },
	{ "fault",
	  "del",
	  "stop injecting",
	  { { "INSTANCE", W_INSTANCE, 0 }, { "POINT", W_POINT_OR_ALL, 0 } },
	  NULL,
	  NULL,
	  NULL,
	  M,
	  cmd_fault_del,
	  NULL },
	{ "fault",
	  "list",
	  "list the faults, with their hits",
	  { { "INSTANCE", W_INSTANCE, OPD_OPTIONAL } },
	  NULL,
	  NULL,
	  &fault_shape,
	  M,
	  cmd_fault_list,
	  NULL },

	{ "show",
	  NULL,
	  "everything, as a tree",
	  { { 0 } },
	  NULL,
	  NULL,
	  &show_shape,
	  M,
	  cmd_show,
	  NULL },
	{ "events",
	  NULL,
	  "print the journal",
	  { { 0 } },
	  NULL,
	  event_options,
	  &event_shape,
	  M,
	  cmd_events,
	  "With --follow and --json each event is one object on a line of its own." },
	{ "batch",
	  NULL,
	  "run command lines from a file",
	  { { "FILE", W_FILE, 0 } },
	  NULL,
	  batch_options,
	  NULL,
	  0,
	  cmd_batch,
	  "FILE has one command line per line, without the program's name; - is standard input. Words are separated by blanks and can be quoted with ' or \"; # begins a comment. It stops at the first line that fails, and ends with its status; with --force it goes on, and ends with the status of the first that failed." },
	{ "share",
	  NULL,
	  "let callers place devices on domains",
	  { { "DEVICE", W_DEVICE, OPD_REPEAT } },
	  NULL,
	  share_options,
	  &share_shape,
	  M | CMD_KTAP,
	  cmd_share,
	  NULL },
	{ "matrix",
	  NULL,
	  "which caller keeps which rule on this kernel",
	  { { 0 } },
	  NULL,
	  matrix_options,
	  &matrix_shape,
	  M | CMD_KTAP,
	  cmd_matrix,
	  NULL },
	{ "help",
	  NULL,
	  "say what a command does",
	  { { "COMMAND", W_COMMAND, OPD_OPTIONAL | OPD_REPEAT } },
	  NULL,
	  NULL,
	  NULL,
	  0,
	  cmd_help,
	  NULL },
	{ 0 },
};

/* What stands before the command: 1 when all is done and *st the status. */
static int leading(struct ctx *ctx, int argc, char **argv, int *at, int *st)
{
	const char *arg = argv[*at];

	if (!strncmp(arg, "--sysroot=", 10)) {
		ctx->sysroot = arg + 10;
	} else if (!strcmp(arg, "--sysroot") && *at + 1 < argc) {
		ctx->sysroot = argv[++*at];
	} else if (!strcmp(arg, "--help") || !strcmp(arg, "-h")) {
		*st = help_all(ctx);
		return 1;
	} else if (!strcmp(arg, "--version") || !strcmp(arg, "-V")) {
		printf("%s %s\n", PROGRAM, IOMMU_MOCK_VERSION);
		*st = ST_OK;
		return 1;
	} else if (!strcmp(arg, "--dump-commands")) {
		*st = dump_commands(ctx);
		return 1;
	} else if (!strcmp(arg, "--dump-man") && *at + 1 < argc) {
		*st = dump_man(ctx, argv[*at + 1]);
		return 1;
	} else if (!strcmp(arg, "--complete")) {
		*st = complete(ctx, argc - *at - 1, argv + *at + 1);
		return 1;
	} else {
		*st = usage_error(ctx,
				  "there is no option %s here; see %s help",
				  arg, PROGRAM);
		return 1;
	}
	return 0;
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	int at, st;

	for (at = 1; at < argc && argv[at][0] == '-'; at++)
		if (leading(ctx, argc, argv, &at, &st))
			return st;
	if (at == argc)
		return usage_error(ctx, "what? See %s help", PROGRAM);
	return command_run(ctx, argc - at, argv + at);
}

int main(int argc, char **argv)
{
	struct ctx ctx = { .sysroot = "" };
	int st = run(&ctx, argc, argv);

	knobs_close(&ctx);
	if ((fflush(stdout) || ferror(stdout)) && st == ST_OK)
		st = fail(&ctx, NULL, "cannot write to standard output: %m");
	return st;
}
