// SPDX-License-Identifier: GPL-2.0-only
/* device dma */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/dma.h"
#include "lib/stop.h"
#include "lib/words.h"
#include "objects/common.h"

#define TIMEOUT_S 10

/* A column is the key of the module's status that has its name. */
static const struct report_column columns[] = {
	{ "SEQ", R_NUMBER, RC_DEFAULT, "number of the operation", 0 },
	{ "STATE", R_STRING, RC_DEFAULT, "idle, busy or done", 0 },
	{ "OP", R_STRING, RC_DEFAULT, "the operation", 0 },
	{ "IOVA", R_HEX, RC_DEFAULT, "first address", 0 },
	{ "SIZE", R_HEX, RC_DEFAULT, "bytes", 0 },
	{ "PASID", R_NUMBER, 0, "the PASID of the accesses", 0 },
	{ "ROUNDS", R_NUMBER, RC_DEFAULT, "how often it was completed", 0 },
	{ "DONE", R_HEX, RC_DEFAULT, "bytes of the last round that were moved",
	  0 },
	{ "SUM", R_STRING, RC_DEFAULT, "CRC-32 of the memory", 0 },
	{ "ACCESS", R_STRING, RC_DEFAULT, "the access that faulted: r or w",
	  0 },
	{ "AT", R_HEX, RC_DEFAULT, "the address that faulted", 0 },
	{ "REASON", R_STRING, RC_DEFAULT, "why it faulted", 0 },
	{ "RET", R_STRING, RC_DEFAULT, "0 or an errno", 0 },
	{ 0 },
};

static const struct report_shape dma_shape = { "dma", columns };

/*
 * The request for the module: "read 0x1000 4096 repeat=2"; NULL after a
 * complaint.
 */
static char *request(struct ctx *ctx, enum dma_op op, int argc, char **argv)
{
	const char *keys = key_line(ctx);

	if (argc < 3)
		usage_error(ctx, "IOVA is missing");
	else if (argc < 4)
		usage_error(ctx, "SIZE is missing");
	else if (op == DMA_WRITE && !key_value(ctx, "pattern"))
		usage_error(ctx, "pattern= is missing");
	else if (op == DMA_COPY && !key_value(ctx, "to"))
		usage_error(ctx, "to= is missing");
	else
		return xprintf("%s %s %s%s%s", argv[1], argv[2], argv[3],
			       *keys ? " " : "", keys);
	return NULL;
}

/* stop and wait take no other words. */
static int check_bare(struct ctx *ctx, int argc, char **argv)
{
	if (argc > 2)
		return usage_error(ctx, "%s takes no %s", argv[1],
				   argc > 3 ? "IOVA and SIZE" : "IOVA");
	if (*key_line(ctx))
		return usage_error(ctx, "%s takes no KEY=VALUE", argv[1]);
	return ST_OK;
}

/* The value of --timeout in milliseconds; -1: wait for ever. */
static int timeout_of(struct ctx *ctx, int *ms)
{
	const char *given = opt_value(ctx, "timeout", 0);
	uint64_t seconds = TIMEOUT_S;

	if (given && !number_parse(given, &seconds))
		return usage_error(ctx, "--timeout: '%s' is no time", given);
	*ms = seconds > INT_MAX / 1000 ? INT_MAX : (int)seconds * 1000;
	if (!seconds)
		*ms = -1;
	return ST_OK;
}

/* The bytes that a read brought. */
static int print_data(struct ctx *ctx, const char *device,
		      const struct dma_status *st)
{
	autofree char *file = xprintf("devices/%s/dma_data", device);
	autofree char *data = xalloc(st->done + 1);
	ssize_t n = knob_pread(ctx, file, data, st->done, 0);

	if (n < 0)
		return knob_read_fail(ctx, device, "what it read", n);
	return print_bytes(ctx, device, st->iova, data, n);
}

static int print_record(struct ctx *ctx, const char *device, char *line)
{
	struct report *r = command_report(ctx, &dma_shape);

	report_as_record(r);
	if (fill_line(report_add(r, NULL), &dma_shape, line))
		return report_end(r);
	report_free(r);
	return fail(ctx, device, "the module's answer makes no sense");
}

static int report_result(struct ctx *ctx, const char *device,
			 const struct dma_status *st, char *line)
{
	const struct format *f = &cli_of(ctx)->format;
	int printed = ST_OK;

	if (f->json || f->raw || f->columns)
		printed = print_record(ctx, device, line);
	else if (st->op == DMA_READ && st->done)
		printed = print_data(ctx, device, st);
	else if (st->has_sum)
		printf("0x%08" PRIx32 "\n", st->sum);
	return st->ret ? dma_fail(ctx, device, st) : printed;
}

static int say_timeout(struct ctx *ctx, const char *device, int fd, int ms)
{
	autobuf struct buf line = { 0 };
	struct dma_status st;
	int err = dma_stop(ctx, device);

	if (err)
		return knob_fail(ctx, device, err);
	err = dma_wait(ctx, fd, DMA_STOP_MS, &st, &line);
	if (err == -ETIMEDOUT)
		return fail(ctx, device,
			    "it has not ended within %d s, and does not stop",
			    ms / 1000);
	return fail(
		ctx, device,
		"it had not ended within %d s, and was stopped after %" PRIu64
		" rounds (ETIMEDOUT)",
		ms / 1000, err ? 0 : st.rounds);
}

/* A DMA that this command started ends with the command. */
static int end_early(struct ctx *ctx, const char *device, int fd, bool ours)
{
	struct ctx patient = deaf(ctx);
	autobuf struct buf line = { 0 };
	struct dma_status st;

	if (ours && !dma_stop(ctx, device))
		dma_wait(&patient, fd, DMA_STOP_MS, &st, &line);
	return fail_stopped(ctx, device);
}

static int finish(struct ctx *ctx, const char *device, int fd, int ms,
		  bool ours)
{
	autobuf struct buf line = { 0 };
	struct dma_status st;
	int err = dma_wait(ctx, fd, ms, &st, &line);

	if (err == -ETIMEDOUT)
		return say_timeout(ctx, device, fd, ms);
	if (err == -EINTR)
		return end_early(ctx, device, fd, ours);
	if (err == -EPROTO)
		return fail(ctx, device, "the module's answer makes no sense");
	if (err)
		return knob_read_fail(ctx, device, "what came of it", err);
	return report_result(ctx, device, &st, line.text);
}

static int with_fd(struct ctx *ctx, const char *device, int fd, int ms,
		   bool ours)
{
	int st = ST_OK;

	if (fd < 0)
		return knob_fail(ctx, device, fd);
	if (!opt_given(ctx, "no-wait"))
		st = finish(ctx, device, fd, ms, ours);
	close(fd);
	return st;
}

/* stop and wait: nothing is started. */
static int bare(struct ctx *ctx, int argc, char **argv, int ms)
{
	int st = check_bare(ctx, argc, argv), err;

	if (st != ST_OK)
		return st;
	if (!strcmp(argv[1], "wait"))
		return with_fd(ctx, argv[0], dma_watch(ctx, argv[0]), ms,
			       false);
	err = dma_stop(ctx, argv[0]);
	return err ? knob_fail(ctx, argv[0], err) : ST_OK;
}

static int cmd_device_dma(struct ctx *ctx, int argc, char **argv)
{
	int op = word_index(dma_words, argv[1]), ms, err;
	autofree char *text = NULL;

	if (timeout_of(ctx, &ms) != ST_OK)
		return ST_USAGE;
	if (op >= DMA_NO_OP)
		return bare(ctx, argc, argv, ms);
	text = request(ctx, (enum dma_op)op, argc, argv);
	if (!text)
		return ST_USAGE;
	err = dma_enable(ctx, argv[0]);
	if (err)
		return fail_errno(
			ctx, err, argv[0],
			"DMA cannot be enabled in its configuration space: %s (%s)",
			strerror(-err), errno_name(err));
	return with_fd(ctx, argv[0], dma_start(ctx, argv[0], text), ms, true);
}

static int cmd_device_request(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("devices/%s/request", argv[0]);
	const char *keys = key_line(ctx);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s%s%s", argv[1], argv[2],
		       *keys ? " " : "", keys);
}

static const struct key request_keys[] = {
	{ "pasid", "N", W_NUMBER, "the PASID of the access" },
	{ "group", "N", W_NUMBER,
	  "the group of the request, 1 to 65535 (a new one)" },
	{ "last", "0|1", W_BOOL,
	  "the group is complete, and can be answered (1)" },
	{ 0 },
};

static const struct key dma_keys[] = {
	{ "pattern", "N", W_NUMBER,
	  "write: 64 bits, little-endian; each round begins at IOVA" },
	{ "to", "IOVA", W_SIZE, "copy: the address to copy to" },
	{ "repeat", "N", W_NUMBER, "rounds, unless one faults (1)" },
	{ "pasid", "N", W_NUMBER,
	  "the PASID of the accesses: they go through the domain that it is on" },
	{ 0 },
};

static const struct option dma_options[] = {
	{ "timeout", 0, "SECONDS", W_NUMBER,
	  "stop the DMA if it takes longer (10); 0: wait for ever", NULL },
	{ "no-wait", 0, NULL, W_ANY,
	  "start the DMA without waiting for its end", NULL },
	{ 0 },
};

const struct command dma_commands[] = {
	{
		.noun = "device",
		.verb = "dma",
		.summary = "let a device reach memory",
		.operands = { { "DEVICE", W_DEVICE, 0 },
			      { "OPERATION", W_DMA, 0 },
			      { "IOVA", W_SIZE, OPD_OPTIONAL },
			      { "SIZE", W_SIZE, OPD_OPTIONAL } },
		.keys = dma_keys,
		.options = dma_options,
		.shape = &dma_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_device_dma,
		.details =
			"OPERATION is read (the bytes go to standard output), write (of a pattern), copy, or sum (which prints the CRC-32); SIZE is 1 to 1M. Each access goes through the domain that the device is on, and through the IOTLB and the walker of the device's instance. For a PCI function the command first enables DMA, as a driver does: it puts the function into D0 and sets Bus Master Enable.\n\nIf the DMA faults, the command prints the access, the address and the reason, and ends with status 1. With --json, --raw or --output the command prints the module's record of the operation instead of the bytes or the sum.\n\nThe operation stop ends a running DMA, for instance one started with --no-wait; wait waits for its end, and prints its result.",
	},
	{
		.noun = "device",
		.verb = "request",
		.summary = "let a device ask for a page",
		.operands = { { "DEVICE", W_DEVICE, 0 },
			      { "ACCESS", W_PROT, 0 },
			      { "IOVA", W_SIZE, 0 } },
		.keys = request_keys,
		.flags = CMD_MODULE,
		.run = cmd_device_request,
		.details =
			"The device asks the IOMMU core for the page at IOVA, as a PCI function does by PRI: it wants to read it (r), write it (w), or both (rw). The instance of the device was made with pri=. The command does not wait for the answer, which is an event of the journal (response). A DMA of the device asks by itself for a page that is not there, if its PASID is on the domain of a process.",
	},
	{ 0 },
};
