// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that the tool reads, by a fuzzer, in the tool itself: the first byte
 * chooses a file and the commands that read it, the rest is what is in the
 * file; see readers-fuzz.t. The current directory is a copy of a recorded tree.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/split.h"
#include "lib/ctx.h"
#include "lib/mem.h"
#include "tests/readers-seeds.h"

#define KNOBS "sys/kernel/debug/iommu_mock/"
#define COMMANDS 9

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
/* main.c is compiled with these names, see readers-fuzz.t. */
int tool_main(int argc, char **argv);
void quiet(void *owner, const struct complaint *c);

static const struct reader {
	const char *file;
	const char *commands[COMMANDS]; /* as in a batch */
} readers[] = {
	{ "results.json",
	  { "matrix merge results.json --json",
	    "matrix merge results.json --ktap",
	    "matrix merge results.json --html /dev/null",
	    "matrix merge results.json results.json --raw" } },
	{ KNOBS "journal",
	  { "events --json", "events --ktap -o +POINT", "judge",
	    "judge --json -o +KNOWN --caller type1 --family bus_ops",
	    "judge " KNOBS "journal --group nic0,gpu0" } },
	{ KNOBS "state",
	  { "show", "show --json", "instance list --json", "device list --json",
	    "domain list --json", "group list --json", "buffer list --json",
	    "driver list --json", "judge" } },
	{ KNOBS "build_info",
	  { "status --json", "judge --caller type1", "preset list" } },
	{ KNOBS "stats", { "status", "status --json", "judge" } },
	{ KNOBS "journal_events", { "status --json", "judge" } },
	{ KNOBS "instances/smmu0/stats",
	  { "instance show smmu0", "instance show smmu0 --json" } },
	{ KNOBS "instances/smmu0/pairs", { "instance show smmu0 --json" } },
	{ KNOBS "instances/smmu0/faults",
	  { "fault list smmu0", "fault list --json" } },
	{ KNOBS "domains/dom0/mappings",
	  { "domain mappings dom0", "domain mappings dom0 --json" } },
	{ KNOBS "domains/dom0/tables",
	  { "domain tables dom0", "domain tables dom0 --json" } },
	{ KNOBS "devices/nic0/dma",
	  { "device dma nic0 wait --timeout 0 --json" } },
	{ KNOBS "devices/nic0/info", { "device dma nic0 wait --timeout 0" } },
	{ "words", { NULL } },
	{ "proc/mounts", { "status" } },
};

void quiet(void *owner, const struct complaint *c)
{
	(void)owner;
	(void)c;
}

/* A command that must come to an end, whatever it says. */
static void tool(const char *command)
{
	char line[256];
	char *argv[32] = { "iommu-mock", "--sysroot", "." };
	struct words words;

	snprintf(line, sizeof(line), "%s", command);
	if (split_words(line, &words))
		abort();
	memcpy(argv + 3, words.v, words.n * sizeof(*argv));
	tool_main((int)words.n + 3, argv);
	free(words.v);
}

static void split(const uint8_t *data, size_t size)
{
	char *line = xstrndup((const char *)data, size);
	struct words words;

	if (!split_words(line, &words))
		free(words.v);
	free(line);
}

/* The files as they were recorded: while one is changed, the others are real. */
static struct buf real[ARRAY_SIZE(readers)];

static void put(const char *file, const void *text, size_t size)
{
	int fd = open(file, O_WRONLY | O_TRUNC | O_CREAT, 0600);

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		abort();
	close(fd);
}

static void read_it(unsigned int which, const void *text, size_t size)
{
	const struct reader *r = &readers[which];

	if (!r->commands[0]) {
		split(text, size);
		return;
	}
	put(r->file, text, size);
	for (unsigned int i = 0; i < COMMANDS && r->commands[i]; i++)
		tool(r->commands[i]);
	put(r->file, real[which].text, real[which].len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		read_it(*data % ARRAY_SIZE(readers), data + 1, size - 1);
	return 0;
}

static void read_spoiled(void *which, const char *text, size_t n)
{
	read_it(*(unsigned int *)which, text, n);
}

/* They are where it begins, too: FUZZ_SEEDS is the directory for them. */
static void seed(const char *dir, unsigned int i)
{
	autofree char *name = xprintf("%s/%u", dir, i);
	FILE *to = fopen(name, "w");

	if (!to)
		abort();
	fputc((int)i, to);
	fwrite(real[i].text, 1, real[i].len, to);
	fclose(to);
}

static void read_real(unsigned int i)
{
	FILE *from = fopen(readers[i].file, "r");
	char chunk[4096];
	size_t n;

	if (!from)
		abort();
	buf_str(&real[i], "");
	while ((n = fread(chunk, 1, sizeof(chunk), from)))
		buf_add(&real[i], chunk, n);
	fclose(from);
}

/* First what needs no luck to be found. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *dir = getenv("FUZZ_SEEDS");

	(void)argc;
	(void)argv;
	if (!freopen("/dev/null", "w", stdout))
		abort();
	for (unsigned int i = 0; i < ARRAY_SIZE(readers); i++)
		read_real(i);
	for (unsigned int i = 0; dir && i < ARRAY_SIZE(readers); i++) {
		seed(dir, i);
		seeds_spoiled(&real[i], read_spoiled, &i);
	}
	return 0;
}
