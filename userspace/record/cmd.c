// SPDX-License-Identifier: GPL-2.0-only
/* record: requests to IOMMU drivers and their answers, by probes of the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/signals.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/stop.h"
#include "lib/tracing.h"
#include "lib/words.h"
#include "record/child.h"
#include "record/convert.h"

#define LOOK_MS 100 /* time between two checks whether COMMAND has ended */
#define GRACE_MS 5000 /* time that COMMAND has to end after a signal */

static const struct option record_options[] = {
	{ "output", 'o', "FILE", W_FILE,
	  "write the recording to FILE (standard output); with COMMAND it must be given",
	  NULL },
	{ "anonymize", 0, NULL, W_ANY,
	  "leave out I/O addresses and names of tasks", NULL },
	{ 0 },
};

struct recording {
	struct ctx *ctx;
	struct tracing *tracing;
	struct convert *convert;
	FILE *out;
	const char *name; /* of the file, NULL: standard output */
	bool made; /* there was no such file */
	struct child child;
	uint64_t missed; /* by probes, so far */
	struct buf text; /* that was read: lines, and the beginning of one */
};

/* --- the probes --- */

/* The outcome of setting a probe. */
struct outcome {
	unsigned int functions; /* of that name */
	int err; /* -ENOENT: there is none, and the probe is not set */
};

static int set_probe(struct recording *r, const struct probe *p)
{
	autofree char *back = xprintf("%s_ret", p->event);
	int err = 0;

	if (p->call)
		err = tracing_probe(r->tracing, p->event, p->symbol,
				    TRACING_CALL, p->call, p->filter);
	if (!err && p->ret)
		err = tracing_probe(r->tracing, back, p->symbol, TRACING_RETURN,
				    p->ret, NULL);
	return err;
}

static bool is_there(const struct outcome *o, const char *symbol)
{
	for (unsigned int i = 0; symbol && i < n_probes; i++)
		if (o[i].functions == 1 && !strcmp(probes[i].symbol, symbol))
			return true;
	return false;
}

static const char *why_not(const struct outcome *o)
{
	if (!o->functions)
		return "this kernel has no such function, or has made it a part of its callers";
	if (o->functions > 1)
		return "this kernel has several functions of that name";
	return o->err == -EINVAL ? "this kernel lets no probe be set there" :
				   strerror(-o->err);
}

/* Names the functions without a probe, and the rules that become invisible. */
static void name_invisible(struct recording *r, const struct outcome *o)
{
	for (unsigned int l = 0; l < LEARNS; l++) {
		autobuf struct buf names = { 0 };
		const char *why = NULL;
		bool any = false;

		for (unsigned int i = 0; i < n_probes; i++) {
			if (probes[i].learn != (enum learn)l)
				continue;
			any |= !o[i].err;
			if (!why || o[i].functions)
				why = why_not(&o[i]);
			buf_printf(&names, "%s%s", names.len ? ", " : "",
				   probes[i].symbol);
		}
		if (!any)
			warning(r->ctx, "%s is not recorded (%s): %s: %s",
				learn_what[l], learn_without[l], names.text,
				why);
	}
}

static int find_functions(struct recording *r, struct outcome *o)
{
	const char **names = xalloc(n_probes * sizeof(*names));
	unsigned int *counts = xalloc(n_probes * sizeof(*counts));
	int err;

	for (unsigned int i = 0; i < n_probes; i++)
		names[i] = probes[i].symbol;
	err = tracing_symbols(r->ctx, n_probes, names, counts);
	for (unsigned int i = 0; i < n_probes; i++)
		o[i].functions = counts[i];
	free(names);
	free(counts);
	return err ? env_errno(r->ctx, err, "/proc/kallsyms cannot be read: %s",
			       strerror(-err)) :
		     0;
}

static int set_probes(struct recording *r)
{
	struct outcome *o = xalloc(n_probes * sizeof(*o));
	int err = find_functions(r, o);
	bool any = false;

	for (unsigned int i = 0; !err && i < n_probes; i++) {
		o[i].err = o[i].functions == 1 &&
					   !is_there(o, probes[i].instead) ?
				   set_probe(r, &probes[i]) :
				   -ENOENT;
		any |= !o[i].err;
	}
	if (!err && any)
		name_invisible(r, o);
	else if (!err)
		err = env_error(
			r->ctx,
			"no probe can be set in any of the functions that are to be recorded");
	free(o);
	return err;
}

/* --- the file --- */

static int open_output(struct recording *r)
{
	int fd, flags = O_WRONLY | O_CREAT | O_CLOEXEC;

	r->name = opt_value(r->ctx, "output", 0);
	r->out = stdout;
	if (!r->name)
		return 0;
	fd = open(r->name, flags | O_EXCL, 0600);
	r->made = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(r->name, flags, 0600);
	r->out = fd < 0 ? NULL : fdopen(fd, "w");
	return r->out ? 0 :
			fail_errno(r->ctx, -errno, r->name,
				   "cannot be written: %m");
}

/* Nothing was recorded: a file that existed before stays as it was. */
static void leave_output(struct recording *r)
{
	if (r->made)
		unlink(r->name);
}

static int close_output(struct recording *r)
{
	int bad;

	if (!r->out)
		return 0;
	bad = fflush(r->out) | ferror(r->out);
	if (r->out != stdout)
		bad |= fclose(r->out);
	r->out = NULL;
	return bad ? fail_errno(r->ctx, -EIO, r->name, "cannot be written") : 0;
}

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

static void write_head(struct recording *r)
{
	autofree char *words = NULL;
	struct utsname u;

	uname(&u);
	words = xprintf("kernel=%s machine=%s", u.release, u.machine);
	convert_note(r->convert, "recording", words);
}

static int end_recording(struct recording *r)
{
	int err;

	tracing_stop(r->tracing);
	err = take_all(r);
	convert_end(r->convert);
	convert_note(r->convert, "end", "");
	if (convert_lost(r->convert))
		warning(r->ctx,
			"%" PRIu64
			" %s lost: the recording has gaps in their place",
			convert_lost(r->convert),
			by_count(convert_lost(r->convert), "event was",
				 "events were"));
	return err;
}

static int record(struct recording *r, char **command)
{
	int err = set_probes(r);

	if (!err)
		err = open_output(r);
	if (err)
		return err;
	err = tracing_start(r->tracing);
	if (err) {
		leave_output(r);
		return fail_errno(r->ctx, err, NULL,
				  "tracing cannot be switched on: %s",
				  strerror(-err));
	}
	if (command)
		err = child_start(r->ctx, &r->child, command);
	if (err) {
		leave_output(r);
		return err;
	}
	if (r->name && ftruncate(fileno(r->out), 0) < 0 && errno != EINVAL) {
		fail_errno(r->ctx, -errno, r->name, "cannot be emptied: %m");
		return -EIO;
	}
	r->convert =
		convert_new(r->ctx, r->out, opt_given(r->ctx, "anonymize"));
	write_head(r);
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

static int cmd_record(struct ctx *ctx, int argc, char **argv)
{
	struct recording r = { .ctx = ctx };
	bool leftovers = false;
	char **command;
	int err, st;

	if (argc && !opt_given(ctx, "output"))
		return usage_error(
			ctx,
			"COMMAND writes to standard output, too: say with --output where the recording goes");
	err = tracing_open(ctx, &r.tracing, &leftovers);
	if (leftovers)
		warning(ctx,
			"a recorder that was killed had left its probes in the kernel: they are removed");
	if (err)
		return err;
	command = command_of(argc, argv);
	err = record(&r, command);
	free(command);
	st = tracing_close(ctx, r.tracing);
	err = err ? err : st;
	st = close_output(&r);
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
			"The command records each domain that is made or freed, and each attach, map and unmap, of every IOMMU driver of the running kernel. It records while COMMAND runs. Without COMMAND it records until a signal ends it. Put -- before COMMAND. The module is not needed. The lines are those of a journal, and judge reads them: iommu-mock judge FILE.\n\nThe command sets dynamic probes (kprobe events) in the core of the kernel, through which every driver is called. The probes are in an instance of tracefs of their own: other users of tracing are not disturbed. At its end the command removes everything. If a recorder was killed, the next one removes its probes.\n\nDevices have their names in sysfs. Domains are named d1, d2 and so on. The domain default is the DMA domain that the kernel has made for a group. The first line of a recording is recording, the last one is end. Lines with map and unmap are not in the journal of the module. If events were lost, their numbers are left out, so that the judge knows. If the kernel does not have a function, the command names it, and the rules that cannot be seen without it.\n\nThe exit status is that of COMMAND. It is 127 if COMMAND does not exist, 126 if COMMAND cannot be run, and 128 plus the number of the signal if a signal ended COMMAND.",
	},
	{ 0 },
};
