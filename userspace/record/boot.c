// SPDX-License-Identifier: GPL-2.0-only
/*
 * --boot: the words for the kernel's command line that set the probes of R10, and
 * what these probes have recorded. Drivers come before any program runs.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lib/words.h"
#include "record/recording.h"

/*
 * Registers instead of $arg1 and $retval: a boot loader may take a word with $ for
 * one of its variables.
 */
static const struct machine {
	const char *name, *arg[3], *retval;
} machines[] = {
	{ "x86_64", { "%di", "%si", "%dx" }, "%ax" },
	{ "aarch64", { "%x0", "%x1", "%x2" }, "%x0" },
	{ "riscv64", { "%a0", "%a1", "%a2" }, "%a0" },
};

static const struct machine *machine_of(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(machines); i++)
		if (!strcmp(machines[i].name, name))
			return &machines[i];
	return NULL;
}

/* Arguments as the command line takes them. The name of the task is left out. */
static void add_args(struct buf *b, const struct machine *m, const char *both)
{
	autofree char *args = probe_args(both, PROBE_BY_PLACE);
	size_t len = strlen(args);
	const char *comm = strstr(args, " comm=");

	if (comm)
		len = comm - args;
	for (const char *at = args; at < args + len; at++) {
		if (!strncmp(at, "$retval", 7)) {
			buf_str(b, m->retval);
			at += 6;
		} else if (!strncmp(at, "$arg", 4)) {
			buf_str(b, m->arg[at[4] - '1']);
			at += 4;
		} else {
			buf_add(b, *at == ' ' ? "," : at, 1);
		}
	}
}

static void add_probe(struct buf *b, const struct machine *m,
		      const struct probe *p, bool returns)
{
	buf_printf(b, "%s%s:" TRACING_BOOT_GROUP "/" TRACING_PREFIX "%s%s,%s,",
		   b->len ? ";" : "", returns ? "r64" : "p", p->event,
		   returns ? "_ret" : "", p->symbol);
	add_args(b, m, returns ? p->ret : p->call);
}

/* What R10 needs, of the functions that this kernel has. */
static void add_probes(struct buf *b, const struct machine *m,
		       const struct tracing_symbol *symbols)
{
	bool done[LEARNS] = { false };

	for (unsigned int i = 0; i < n_probes; i++) {
		const struct probe *p = &probes[i];

		if ((p->learn != LEARN_PROBED && p->learn != LEARN_ATTACH) ||
		    symbols[i].functions != 1 || done[p->learn])
			continue;
		done[p->learn] = true;
		add_probe(b, m, p, false);
		add_probe(b, m, p, true);
	}
}

/*
 * trace_event= makes the kernel give the buffer its size before the probes are
 * set, and trace_clock= keeps it from being emptied later, when the kernel takes
 * another clock.
 */
static int print_words(struct recording *r)
{
	struct tracing_symbol *symbols = xalloc(n_probes * sizeof(*symbols));
	autobuf struct buf probes_text = { 0 };
	const struct machine *m;
	struct utsname u;
	int err = probes_find(r->ctx, symbols);

	uname(&u);
	m = machine_of(u.machine);
	if (!err && !m)
		err = env_error(
			r->ctx,
			"the registers of this machine (%s) are not known: there are no words for it",
			u.machine);
	if (!err)
		add_probes(&probes_text, m, symbols);
	free(symbols);
	if (err)
		return err;
	if (!probes_text.len)
		return env_error(
			r->ctx,
			"no probe can be set in any of the functions that are to be recorded");
	warning(r->ctx,
		"there are no probes of the kernel's command line: these words set them at the next boot");
	printf("trace_clock=mono trace_buf_size=1M trace_event=iommu:add_device_to_group kprobe_event=%s\n",
	       probes_text.text);
	return 0;
}

/* "# entries-in-buffer/entries-written: 12/30   #P:2": 18 are overwritten. */
static uint64_t overwritten(const char *line)
{
	uint64_t kept, written;

	if (sscanf(line,
		   "# entries-in-buffer/entries-written: %" SCNu64 "/%" SCNu64,
		   &kept, &written) != 2)
		return 0;
	return written > kept ? written - kept : 0;
}

static void take_text(struct recording *r, char *text)
{
	char *at = text, *line;

	while ((line = strsep(&at, "\n"))) {
		uint64_t lost = overwritten(line);

		if (lost)
			convert_gap(r->convert, lost);
		convert_line(r->convert, line);
	}
}

static int write_recording(struct recording *r)
{
	autobuf struct buf text = { 0 };
	int err = output_open(r);

	if (err)
		return err;
	err = tracing_boot_text(r->tracing, &text);
	if (err) {
		output_leave(r);
		return fail_errno(r->ctx, err, NULL,
				  "the kernel's trace cannot be read: %s",
				  strerror(-err));
	}
	err = output_empty(r);
	if (err)
		return err;
	r->convert =
		convert_new(r->ctx, r->out, opt_given(r->ctx, "anonymize"));
	output_head(r, false);
	take_text(r, text.text);
	output_end(r);
	err = tracing_boot_remove(r->tracing);
	return err ? fail_errno(
			     r->ctx, err, NULL,
			     "the probes of the command line cannot be removed: %s",
			     strerror(-err)) :
		     0;
}

int record_boot(struct recording *r)
{
	bool any = false;
	int err = tracing_open_boot(r->ctx, &r->tracing, &any);

	if (err)
		return err;
	if (any)
		return write_recording(r);
	if (opt_given(r->ctx, "output"))
		return fail(
			r->ctx, NULL,
			"there are no probes of the kernel's command line: record --boot, without --output, prints the words that set them");
	return print_words(r);
}
