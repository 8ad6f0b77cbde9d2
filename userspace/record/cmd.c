// SPDX-License-Identifier: GPL-2.0-only
/* record: requests to IOMMU drivers and their answers, by probes of the kernel. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/signals.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/stop.h"
#include "record/recording.h"

#define LOOK_MS 100 /* time between two checks whether COMMAND has ended */
#define GRACE_MS 5000 /* time that COMMAND has to end after a signal */

static const struct option record_options[] = {
	{ "output", 'o', "FILE", W_FILE,
	  "write the recording to FILE (standard output); with COMMAND it must be given",
	  NULL },
	{ "driver", 0, "NAME", W_ANY,
	  "probe this driver's own functions, besides the core's; core: none (default: auto, the drivers with a unit in /sys/class/iommu)",
	  driver_choice },
	{ "boot", 0, NULL, W_ANY,
	  "write what probes that were set at boot have recorded; where there are none, print the words for the kernel's command line that set them",
	  NULL },
	{ "anonymize", 0, NULL, W_ANY,
	  "leave out I/O addresses, names of tasks and lines of the kernel's log",
	  NULL },
	{ 0 },
};

/* --- recording --- */

static void take_lines(struct recording *r)
{
	char *at = r->text.text, *newline;

	while (at && (newline = strchr(at, '\n'))) {
		*newline = '\0';
		convert_line(r->convert, at);
		at = newline + 1;
	}
	if (at)
		buf_drop(&r->text, at - r->text.text);
}

/* All that there is now. Misses come with what was recorded meanwhile. */
static int take_all(struct recording *r)
{
	char chunk[65536];
	uint64_t missed;
	ssize_t n;

	while ((n = tracing_read(r->tracing, chunk, sizeof(chunk))) > 0) {
		buf_add(&r->text, chunk, n);
		take_lines(r);
	}
	missed = tracing_missed(r->tracing);
	if (missed > r->missed)
		convert_gap(r->convert, missed - r->missed);
	r->missed = missed;
	fflush(r->out);
	return n < 0 ? fail_errno(r->ctx, (int)n, NULL,
				  "the kernel's trace cannot be read: %s",
				  strerror((int)-n)) :
		       0;
}

/* Records until COMMAND ends, or until a signal ends this program. */
static int record_all(struct recording *r)
{
	long long deadline = 0;
	int err = 0;

	while (!err) {
		bool ended = child_ended(&r->child);

		err = take_all(r);
		if (err || ended)
			break;
		if (stopped(r->ctx) && !deadline) {
			if (!r->child.pid)
				break;
			deadline = now_ms() + GRACE_MS;
			kill(r->child.pid, SIGTERM);
		}
		if (deadline && now_ms() > deadline)
			break;
		if (deadline)
			usleep(LOOK_MS * 1000);
		else
			wait_for(r->ctx, -1, LOOK_MS);
	}
	return err;
}

static int end_recording(struct recording *r)
{
	int err;

	tracing_stop(r->tracing);
	err = take_all(r);
	output_end(r);
	return err;
}

/* What a driver logs while it answers. */
static bool record_log(struct recording *r)
{
	int err = tracing_log(r->tracing);

	if (err)
		warning(r->ctx,
			"what drivers log is not recorded (R3): the kernel has no event for it");
	return !err;
}

static int record(struct recording *r, char **command)
{
	int err = probes_set(r);
	bool log;

	if (!err)
		err = output_open(r);
	if (err)
		return err;
	log = record_log(r);
	err = tracing_start(r->tracing);
	if (err) {
		output_leave(r);
		return fail_errno(r->ctx, err, NULL,
				  "tracing cannot be switched on: %s",
				  strerror(-err));
	}
	if (command)
		err = child_start(r->ctx, &r->child, command);
	if (err) {
		output_leave(r);
		return err;
	}
	err = output_empty(r);
	if (err)
		return err;
	r->convert =
		convert_new(r->ctx, r->out, opt_given(r->ctx, "anonymize"));
	output_head(r, log);
	err = record_all(r);
	return err ? err : end_recording(r);
}

/* COMMAND as an array for execvp(), which ends with NULL. */
static char **command_of(int argc, char **argv)
{
	char **command = argc ? xalloc((argc + 1) * sizeof(*command)) : NULL;

	if (command)
		memcpy(command, argv, argc * sizeof(*command));
	return command;
}

static int record_now(struct recording *r, int argc, char **argv)
{
	bool leftovers = false;
	int err = tracing_open(r->ctx, &r->tracing, &leftovers);
	char **command;

	if (leftovers)
		warning(r->ctx,
			"a recorder that was killed had left its probes in the kernel: they are removed");
	if (err)
		return err;
	command = command_of(argc, argv);
	err = record(r, command);
	free(command);
	return err;
}

static int cmd_record(struct ctx *ctx, int argc, char **argv)
{
	struct recording r = { .ctx = ctx };
	bool boot = opt_given(ctx, "boot");
	int err, st;

	if (argc && boot)
		return usage_error(
			ctx,
			"--boot writes what was recorded already, and runs no COMMAND");
	if (boot && opt_given(ctx, "driver"))
		return usage_error(
			ctx,
			"the probes of --boot are the core's: --driver is not for it");
	if (argc && !opt_given(ctx, "output"))
		return usage_error(
			ctx,
			"COMMAND writes to standard output, too: say with --output where the recording goes");
	err = boot ? record_boot(&r) : record_now(&r, argc, argv);
	st = tracing_close(ctx, r.tracing);
	err = err ? err : st;
	st = output_close(&r);
	err = err ? err : st;
	convert_free(r.convert);
	buf_free(&r.text);
	/* A recording without COMMAND usually ends by a signal. */
	if (!err && !argc)
		signals_take();
	return r.child.ended || r.child.refused ? r.child.status : err;
}

const struct command record_commands[] = {
	{
		.noun = "record",
		.summary =
			"record each request to the kernel's IOMMU drivers, and its answer",
		.operands = { { "COMMAND", W_ANY, OPD_OPTIONAL | OPD_REPEAT } },
		.options = record_options,
		.flags = CMD_UNDOES,
		.run = cmd_record,
		.details =
			"The command records each domain that is made or freed, and each attach, map, unmap and invalidation, of every IOMMU driver of the running kernel. It records while COMMAND runs. Without COMMAND it records until a signal ends it. Put -- before COMMAND. The module is not needed. The lines are those of a journal, and judge reads them: iommu-mock judge FILE.\n\nThe command sets dynamic probes (kprobe events) in the core of the kernel, through which every driver is called, and in the functions of the drivers of --driver: what a driver answers about a PASID, and what it is told to invalidate, no function of the core shows. The probes are in an instance of tracefs of their own: other users of tracing are not disturbed. At its end the command removes everything. If a recorder was killed, the next one removes its probes.\n\nDevices have their names in sysfs. Domains are named d1, d2 and so on. The domain default is the DMA domain that the kernel has made for a group. The first line of a recording is recording, the last one is end. Lines with map, unmap and log (what a driver logged while it answered) are not in the journal of the module. If events were lost, their numbers are left out, so that the judge knows. If the kernel does not have a function, the command names it, and the rules that cannot be seen without it.\n\nDrivers attach devices to their default domains before any program runs. Without probes of an earlier command line, --boot prints words for the kernel's command line, which set probes at the next boot. After that boot, --boot writes what these have recorded, and removes them.\n\nThe exit status is that of COMMAND. It is 127 if COMMAND does not exist, 126 if COMMAND cannot be run, and 128 plus the number of the signal if a signal ended COMMAND.",
	},
	{ 0 },
};
