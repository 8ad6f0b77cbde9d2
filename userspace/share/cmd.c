// SPDX-License-Identifier: GPL-2.0-only
/*
 * share: let callers place the same devices, one caller after the other, and
 * show which devices ended up together, and what that cost.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/callers.h"
#include "cli/command.h"
#include "lib/stop.h"
#include "lib/words.h"
#include "placing/placing.h"
#include "report/report.h"
#include "share/judging.h"

static const struct option share_options[] = {
	{ "caller", 'c', "CALLER", W_ANY,
	  "run only this caller; may be given several times (default: all played callers)",
	  placing_caller_name },
	{ "keep", 'k', NULL, W_ANY,
	  "leave the placement of the one caller in place", NULL },
	{ "empty", 0, NULL, W_ANY, "map nothing into the domains", NULL },
	{ "verify", 0, NULL, W_ANY,
	  "let every device write by DMA, and all others read the bytes back (R14)",
	  NULL },
	{ "calls", 0, NULL, W_ANY,
	  "show each caller's calls, the answers, and what the caller did next",
	  NULL },
	{ 0 },
};

enum {
	C_CALLER,
	C_DOMAINS,
	C_PLACEMENT,
	C_FAILED,
	C_ATTACHES,
	C_REFUSED,
	C_REFUSALS,
	C_TABLES,
	C_MAPPED,
	C_PROBES,
	C_VERIFY,
	C_WHAT,
	C_JUDGE, /* the first of several */
};

static const struct report_column columns[] = {
	{ "CALLER", R_STRING, RC_DEFAULT | RC_TREE, "the strategy", 0 },
	{ "DOMAINS", R_NUMBER, RC_DEFAULT, "domains with devices on them", 0 },
	{ "PLACEMENT", R_STRING, RC_DEFAULT,
	  "the groups on each domain, one pair of braces per domain", 0 },
	{ "FAILED", R_LIST, RC_DEFAULT,
	  "groups not placed, and the errno that the caller returns to its user",
	  0 },
	{ "ATTACHES", R_NUMBER, RC_DEFAULT,
	  "attach callbacks of drivers, claims included", 0 },
	{ "REFUSED", R_NUMBER, RC_DEFAULT,
	  "attaches that were refused, and tables of guests", 0 },
	{ "REFUSALS", R_LIST, RC_DEFAULT,
	  "errno:reason*count, without :reason where the driver gave none; the reason core: the core refused without asking a driver",
	  0 },
	{ "TABLES", R_SIZE, RC_DEFAULT, "page-table memory of the domains", 0 },
	{ "MAPPED", R_SIZE, 0, "memory mapped, once for every domain", 0 },
	{ "PROBES", R_NUMBER, 0,
	  "attach callbacks that only test whether a domain fits (best)", 0 },
	{ "VERIFY", R_LIST, 0,
	  "--verify: ok, or DEVICE:write:REASON, DEVICE:read:REASON, DEVICE:misses:OTHER",
	  0 },
	{ "WHAT", R_STRING, 0, "what the caller does, in a sentence", 0 },
	SHARE_JUDGE_COLUMNS,
	{ 0 },
};

static const struct report_shape share_shape = { "share", columns };

struct share {
	struct ctx *ctx;
	struct placing p;
	struct report *report;
	struct share_judge judge;
	bool gaps; /* in what was read of the journal */
	bool unseen; /* a device did not see the bytes that another device wrote */
};

static void print_placement(struct share *s, struct report_row *row)
{
	autobuf struct buf b = { 0 };

	placing_describe(&s->p, &b);
	report_str(row, C_PLACEMENT, b.text);
}

static void print_failed(struct share *s, struct report_row *row)
{
	autobuf struct buf b = { 0 };

	for (unsigned int u = 0; u < s->p.run.n_units; u++) {
		const struct unit *unit = &s->p.run.units[u];

		if (unit->err)
			buf_printf(&b, "%s%s:%s", b.len ? "," : "", unit->group,
				   errno_name(unit->err));
	}
	report_str(row, C_FAILED, b.text);
}

/* "EINVAL:instance*3,ENODEV:format": each kind once, in order of appearance */
static void print_refusals(const struct tally *t, struct report_row *row)
{
	autobuf struct buf b = { 0 };

	for (unsigned int i = 0; i < t->n_refusals; i++) {
		const struct refusal *r = &t->refusals[i];
		unsigned int n = 0;
		bool earlier = false;

		for (unsigned int j = 0; j < t->n_refusals; j++) {
			bool same = t->refusals[j].err == r->err &&
				    !strcmp(t->refusals[j].reason, r->reason);

			n += same;
			earlier |= same && j < i;
		}
		if (earlier)
			continue;
		buf_printf(&b, "%s%s%s%s", b.len ? "," : "", errno_name(r->err),
			   *r->reason ? ":" : "", r->reason);
		if (n > 1)
			buf_printf(&b, "*%u", n);
	}
	report_str(row, C_REFUSALS, b.text);
}

static struct report_row *print_row(struct share *s,
				    const struct caller *caller)
{
	const struct tally *t = &s->p.k.tally[PHASE_PLACE];
	struct report_row *row = report_add(s->report, NULL);
	uint64_t tables = 0, mapped = 0;

	for (unsigned int d = 0; d < s->p.run.n_domains; d++) {
		if (!s->p.run.domains[d].users)
			continue;
		tables += s->p.run.domains[d].tables;
		mapped += s->p.run.domains[d].mapped;
	}
	report_str(row, C_CALLER, caller->name);
	report_num(row, C_DOMAINS, run_domains(&s->p.run));
	print_placement(s, row);
	print_failed(s, row);
	report_num(row, C_ATTACHES, t->attaches);
	report_num(row, C_REFUSED, t->refused + t->core_refused);
	print_refusals(t, row);
	report_num(row, C_TABLES, tables);
	report_num(row, C_MAPPED, mapped);
	if (caller->place_all && !caller->prepare)
		report_num(row, C_PROBES, s->p.k.tally[PHASE_PROBE].attaches);
	report_str(row, C_WHAT, caller->what);
	return row;
}

static void begin(struct placing *p, const struct model *m)
{
	struct share *s =
		(struct share *)((char *)p - offsetof(struct share, p));

	share_judge_begin(&s->judge, s->ctx, m, &p->run);
}

static void seen(struct kernel *k, const struct event *ev)
{
	struct share *s =
		(struct share *)((char *)k - offsetof(struct share, p.k));

	share_judge_event(&s->judge, k, ev);
}

static void gap(struct kernel *k, uint64_t events)
{
	struct share *s =
		(struct share *)((char *)k - offsetof(struct share, p.k));

	s->gaps = true;
	share_judge_gap(&s->judge, events);
}

/* The faults, or "" if there are none; free() it. */
static char *verify(struct share *s, const struct model *m,
		    struct report_row *row)
{
	struct buf why = { 0 };

	s->unseen |= !placing_verify(&s->p, m, &why);
	report_str(row, C_VERIFY, why.len ? why.text : "ok");
	buf_str(&why, "");
	return why.text;
}

/* Runs one caller, and undoes its placement (--keep leaves it). */
static int place(struct share *s, const struct caller *caller, int argc,
		 char **argv, bool keep)
{
	autofree char *wrong = NULL;
	struct report_row *row;
	int checked = ST_OK;
	struct model *m;
	int st = placing_place(&s->p, caller, (const char *const *)argv,
			       (unsigned int)argc, &m);

	if (st != ST_OK)
		return st;
	row = print_row(s, caller);
	/* A real caller has memory of its own, and checks it itself. */
	if (caller->check)
		checked = placing_check(&s->p);
	else if (m && opt_given(s->ctx, "verify"))
		wrong = verify(s, m, row);
	if (stopped(s->ctx)) {
		model_free(m);
		placing_undo(&s->p);
		return fail_stopped(s->ctx, NULL);
	}
	share_judge_placed(&s->judge, m, &s->p.run, wrong);
	model_free(m);
	st = keep ? ST_OK : placing_undo(&s->p);
	kernel_drain(&s->p.k);
	share_judge_end(&s->judge, !keep);
	share_judge_fill(&s->judge, s->report, row, C_JUDGE, caller->name,
			 s->p.info.family, opt_given(s->ctx, "calls"));
	return st != ST_OK ? st : checked;
}

static int all_callers(struct share *s, int argc, char **argv)
{
	bool keep = opt_given(s->ctx, "keep");
	const char *name = opt_value(s->ctx, "caller", 0);
	int ret = ST_OK;

	if (!name) {
		for (unsigned int i = 0; callers[i] && ret == ST_OK; i++)
			ret = place(s, callers[i], argc, argv, false);
		return ret;
	}
	for (unsigned int i = 0; name && ret == ST_OK; i++) {
		ret = place(s, placing_find(name), argc, argv, keep);
		name = opt_value(s->ctx, "caller", i + 1);
	}
	return ret;
}

static int check_options(struct ctx *ctx)
{
	const char *name;

	for (unsigned int i = 0; (name = opt_value(ctx, "caller", i)); i++) {
		if (!placing_find(name))
			return usage_error(ctx, "no caller is named %s", name);
		if (placing_find(name)->undo && opt_given(ctx, "keep"))
			return usage_error(
				ctx,
				"--keep is not for %s: its placement ends with this program",
				name);
	}
	if (opt_given(ctx, "verify") && opt_given(ctx, "empty"))
		return usage_error(
			ctx, "--verify needs something mapped, so not --empty");
	if (opt_given(ctx, "keep") &&
	    (!opt_given(ctx, "caller") || opt_value(ctx, "caller", 1)))
		return usage_error(ctx, "--keep needs one --caller");
	return ST_OK;
}

static int share(struct share *s, int argc, char **argv)
{
	bool keep = opt_given(s->ctx, "keep");
	char prefix[16];
	int ret;

	snprintf(prefix, sizeof(prefix), "s%d-", (int)getpid());
	ret = placing_open(&s->p, s->ctx, prefix, opt_given(s->ctx, "empty"));
	if (ret != ST_OK)
		return ret;
	s->p.begin = begin;
	s->p.k.seen = seen;
	s->p.k.gap = gap;
	if (opt_given(s->ctx, "verify") && !cli_of(s->ctx)->format.columns)
		cli_of(s->ctx)->format.columns = "+VERIFY";
	if (opt_given(s->ctx, "calls") && !cli_of(s->ctx)->format.columns)
		cli_of(s->ctx)->format.columns = SHARE_CALLS;
	s->report = command_report(s->ctx, &share_shape);
	ret = all_callers(s, argc, argv);
	if ((report_end(s->report) != ST_OK || s->unseen || s->gaps) &&
	    ret == ST_OK)
		ret = ST_FAILED;
	if (keep && ret == ST_OK)
		placing_keep(&s->p);
	else if (placing_close(&s->p) != ST_OK && ret == ST_OK)
		ret = ST_FAILED;
	return ret;
}

static int cmd_share(struct ctx *ctx, int argc, char **argv)
{
	int ret = check_options(ctx);
	struct share *s;

	if (ret != ST_OK)
		return ret;
	s = xalloc(sizeof(*s));
	s->ctx = ctx;
	ret = share(s, argc, argv);
	free(s);
	return ret;
}

const struct command share_commands[] = {
	{
		.noun = "share",
		.summary = "let callers place devices on domains",
		.operands = { { "DEVICE", W_DEVICE, OPD_REPEAT } },
		.options = share_options,
		.shape = &share_shape,
		.flags = CMD_MODULE | CMD_KTAP | CMD_UNDOES,
		.run = cmd_share,
		.details =
			"The callers einval to best are played: the tool asks the module for each step. The other callers run only if --caller names them. sva binds this process to each group, for which the kernel, the instances (sva=1) and the devices (pasids=) must have PASIDs; sva-model plays it, also where the kernel does not bind processes. vdpa lets the kernel's vhost-vdpa open each device, which it puts on a domain of its own; for that the tool binds the devices to " MOCK_VDPA_DRIVER
			". The rest are the kernel's own for PCI functions (bus=pci): vfio puts the groups into one type1 container (type1 plays this caller); vfio-compat puts the groups into a container of iommufd, and iommufd-cdev attaches the functions to one IOAS (iommufd plays both); iommufd-replace moves each function there from an IOAS of its own; iommufd-hwpt allocates the page tables itself, and iommufd-pasid does so for PASID 1 of each function (pasids=). iommufd-nested allocates a stage 2 in the same way, and puts each group on a table of a guest (instances with nest=1). The tool loads the kernel modules that these callers need, and binds the functions to vfio-pci unless they are bound already. Every function writes to memory through its registers, and every device of vdpa through the file dma, to show that its DMA arrives. At the end the tool undoes all this.\n\nThe tool maps 2 MiB and four pages at 0x40000000, for iommufd-nested 64 KiB more. If the page tables, the reserved regions of a group, or the kernel's list of ranges exclude this address, the tool takes the lowest address that all of them leave. If a group, together with the groups before it, leaves no address, the tool prints a warning, and the placement of the group fails: with ENOSPC, or for the kernel's own callers with the errno of the kernel. The command ends with status 3 if the kernel has no VFIO, has no iommufd, has no vhost-vdpa, or binds no processes.",
	},
	{ 0 },
};
