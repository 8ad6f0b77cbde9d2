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
#include "callers/kernel.h"
#include "callers/real.h"
#include "callers/verify.h"
#include "cmd.h"
#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "report/report.h"
#include "share-judge.h"

/*
 * What the address space holds, so that page tables have a size: 2 MiB, one
 * large page where there are such, and four small pages.
 */
#define SHARE_IOVA 0x40000000ULL
#define SHARE_BYTES (2ULL * 1024 * 1024 + 4 * 4096)

/* The strategies, then the kernel's own. */
const char *caller_choice(unsigned int i)
{
	for (unsigned int n = 0; callers[n]; n++)
		if (!i--)
			return callers[n]->name;
	for (unsigned int n = 0; real_callers[n]; n++)
		if (!i--)
			return real_callers[n]->name;
	return NULL;
}

static const struct caller *find(const char *name)
{
	const struct caller *caller = caller_find(name);

	return caller ? caller : real_find(name);
}

const struct option share_options[] = {
	{ "caller", 'c', "CALLER", W_ANY,
	  "only this caller; may be given again for more (all but vfio)",
	  caller_choice },
	{ "keep", 'k', NULL, W_ANY,
	  "leave the placement of the one caller in place", NULL },
	{ "empty", 0, NULL, W_ANY, "map nothing into the domains", NULL },
	{ "verify", 0, NULL, W_ANY,
	  "let every device write by DMA, and all others read it back (R14)",
	  NULL },
	{ "calls", 0, NULL, W_ANY,
	  "show what each caller did, call by call, and made of the answers",
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
	  "who is with whom, one pair of braces per domain", 0 },
	{ "FAILED", R_LIST, RC_DEFAULT,
	  "devices not placed, and the errno for the user", 0 },
	{ "ATTACHES", R_NUMBER, RC_DEFAULT,
	  "attach callbacks of drivers, claims included", 0 },
	{ "REFUSED", R_NUMBER, RC_DEFAULT, "attaches that were refused", 0 },
	{ "REFUSALS", R_LIST, RC_DEFAULT,
	  "errno:reason, and how often; reason core: no driver was asked", 0 },
	{ "TABLES", R_SIZE, RC_DEFAULT, "page-table memory of the domains", 0 },
	{ "MAPPED", R_SIZE, 0, "memory mapped, once for every domain", 0 },
	{ "PROBES", R_NUMBER, 0,
	  "attach callbacks to learn what is compatible (best)", 0 },
	{ "VERIFY", R_LIST, 0,
	  "--verify: ok, or DEVICE:write:REASON, DEVICE:read:REASON, DEVICE:misses:OTHER",
	  0 },
	{ "WHAT", R_STRING, 0, "what the caller does, in a sentence", 0 },
	SHARE_JUDGE_COLUMNS,
	{ 0 },
};

const struct report_shape share_shape = { "share", columns };

struct share {
	struct ctx *ctx;
	struct kernel k;
	struct kernel_info info;
	struct run run;
	char buffer[MOCK_NAME_LEN];
	char prefix[16];
	struct mapping map;
	struct report *report;
	struct share_judge judge;
	bool unseen; /* a device did not see what another one wrote */
};

static void print_placement(struct share *s, struct report_row *row)
{
	autobuf struct buf b = { 0 };

	for (unsigned int d = 0; d < s->run.n_domains; d++) {
		const char *sep = "{";

		for (unsigned int u = 0; u < s->run.n_units; u++) {
			if (s->run.units[u].domain != (int)d)
				continue;
			buf_printf(&b, "%s%s%s",
				   *sep == '{' && b.len ? " " : "", sep,
				   s->run.units[u].group);
			sep = ",";
		}
		if (*sep == ',')
			buf_str(&b, "}");
	}
	report_str(row, C_PLACEMENT, b.text);
}

static void print_failed(struct share *s, struct report_row *row)
{
	autobuf struct buf b = { 0 };

	for (unsigned int u = 0; u < s->run.n_units; u++) {
		const struct unit *unit = &s->run.units[u];

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
		buf_printf(&b, "%s%s:%s", b.len ? "," : "", errno_name(r->err),
			   r->reason);
		if (n > 1)
			buf_printf(&b, "*%u", n);
	}
	report_str(row, C_REFUSALS, b.text);
}

static struct report_row *print_row(struct share *s,
				    const struct caller *caller)
{
	const struct tally *t = &s->k.tally[PHASE_PLACE];
	struct report_row *row = report_add(s->report, NULL);
	uint64_t tables = 0, mapped = 0;

	for (unsigned int d = 0; d < s->run.n_domains; d++) {
		if (!s->run.domains[d].users)
			continue;
		tables += s->run.domains[d].tables;
		mapped += s->run.domains[d].mapped;
	}
	report_str(row, C_CALLER, caller->name);
	report_num(row, C_DOMAINS, run_domains(&s->run));
	print_placement(s, row);
	print_failed(s, row);
	report_num(row, C_ATTACHES, t->attaches);
	report_num(row, C_REFUSED, t->refused + t->core_refused);
	print_refusals(t, row);
	report_num(row, C_TABLES, tables);
	report_num(row, C_MAPPED, mapped);
	if (caller->place_all && !caller->prepare)
		report_num(row, C_PROBES, s->k.tally[PHASE_PROBE].attaches);
	report_str(row, C_WHAT, caller->what);
	return row;
}

/* Events are of the struct kernel of a share. */
static void seen(struct kernel *k, const struct event *ev)
{
	struct share *s =
		(struct share *)((char *)k - offsetof(struct share, k));

	share_judge_event(&s->judge, k, ev);
}

/*
 * All devices that were placed, on whichever domain: they map the same. What
 * is wrong, "" if nothing is; free() it.
 */
static char *verify(struct share *s, const struct model *m,
		    struct report_row *row)
{
	struct verify *v = xalloc(sizeof(*v));
	struct buf why = { 0 };

	*v = (struct verify){ s->ctx, SHARE_IOVA, s->buffer, 0, { { 0 } } };
	for (unsigned int u = 0; u < s->run.n_units; u++) {
		const struct unit *unit = &s->run.units[u];
		const struct m_group *g = model_group(m, unit->group);

		for (unsigned int i = 0;
		     unit->domain >= 0 && g && i < g->devices.n; i++)
			if (!verify_add(v, g->devices.v[i]))
				buf_str(&why,
					"more devices than there is room for");
	}
	s->unseen |= !verify_shared(v, &why) || why.len;
	report_str(row, C_VERIFY, why.len ? why.text : "ok");
	free(v);
	buf_str(&why, "");
	return why.text;
}

static int look_and_undo(struct share *s, const struct caller *caller)
{
	int checked = caller->check(&s->run);
	int undone = caller->undo(&s->run);

	return undone != ST_OK ? undone : checked;
}

static int undo(struct share *s, const struct caller *caller)
{
	int err;

	if (caller->undo)
		return look_and_undo(s, caller);
	err = run_undo(&s->run);
	if (err)
		return fail(s->ctx, caller->name,
			    "its placement could not be undone: %s (%s)",
			    knob_last_error(s->ctx), errno_name(err));
	return ST_OK;
}

/* One caller, from nothing to nothing (or to its placement, with --keep). */
static int place(struct share *s, const struct caller *caller, int argc,
		 char **argv, bool keep)
{
	struct model *m = model_read(s->ctx);
	struct report_row *row;
	autofree char *wrong = NULL;
	int ret;

	if (!m)
		return ST_ENV;
	run_init(&s->run, &kernel_ops, &s->k, s->info.family, s->prefix);
	if (s->buffer[0]) {
		s->run.maps = &s->map;
		s->run.n_maps = 1;
	}
	for (int i = 0; i < argc; i++) {
		if (kernel_add_unit(&s->run, m, argv[i]))
			continue;
		model_free(m);
		if (s->run.n_units == RUN_UNITS)
			return fail(s->ctx, argv[i], "more than %d groups",
				    RUN_UNITS);
		return fail(s->ctx, argv[i], "no such device");
	}
	if (caller->prepare) {
		ret = caller->prepare(&s->run);
		if (ret != ST_OK) {
			model_free(m);
			return ret;
		}
	}

	kernel_restart(&s->k);
	share_judge_begin(&s->judge, s->ctx, m, &s->run);
	model_free(m);
	run_place(&s->run, caller);
	kernel_drain(&s->k);
	m = model_read(s->ctx);
	if (m)
		kernel_measure(&s->run, m);
	row = print_row(s, caller);
	/* A real one has memory of its own, and looks for itself. */
	if (m && opt_given(s->ctx, "verify") && !caller->check)
		wrong = verify(s, m, row);
	share_judge_placed(&s->judge, m, &s->run, wrong);
	model_free(m);
	ret = keep ? ST_OK : undo(s, caller);
	kernel_drain(&s->k);
	share_judge_end(&s->judge, !keep);
	share_judge_fill(&s->judge, s->report, row, C_JUDGE, caller->name,
			 s->info.family, opt_given(s->ctx, "calls"));
	return ret;
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
		ret = place(s, find(name), argc, argv, keep);
		name = opt_value(s->ctx, "caller", i + 1);
	}
	return ret;
}

/* Something to map; it stays only with a placement that is kept. */
static int make_buffer(struct share *s)
{
	if (opt_given(s->ctx, "empty"))
		return ST_OK;
	snprintf(s->buffer, sizeof(s->buffer), "%sbuf", s->prefix);
	s->map = (struct mapping){ SHARE_IOVA, s->buffer };
	return knob_do(s->ctx, s->buffer, "new_buffer", "%s %llu", s->buffer,
		       (unsigned long long)SHARE_BYTES);
}

static int check_options(struct ctx *ctx)
{
	const char *name;

	for (unsigned int i = 0; (name = opt_value(ctx, "caller", i)); i++) {
		if (!find(name))
			return usage_error(ctx, "no caller is named %s", name);
		if (real_find(name) && opt_given(ctx, "keep"))
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
	int err = kernel_info(s->ctx, &s->info);
	int ret;

	if (err)
		return env_error(s->ctx, "build_info cannot be read (%s)",
				 errno_name(err));
	ret = kernel_open(&s->k, s->ctx);
	if (ret != ST_OK)
		return ret;
	s->k.seen = seen;
	/* Two users at a time must not meet in a name. */
	snprintf(s->prefix, sizeof(s->prefix), "s%d-", (int)getpid());
	if (opt_given(s->ctx, "verify") && !s->ctx->format.columns)
		s->ctx->format.columns = "+VERIFY";
	if (opt_given(s->ctx, "calls") && !s->ctx->format.columns)
		s->ctx->format.columns = SHARE_CALLS;
	ret = make_buffer(s);
	if (ret == ST_OK) {
		s->report = report_new(s->ctx, &share_shape);
		ret = all_callers(s, argc, argv);
		if ((report_end(s->report) != ST_OK || s->unseen) &&
		    ret == ST_OK)
			ret = ST_FAILED;
		if (s->buffer[0] && !opt_given(s->ctx, "keep"))
			topo_del(s->ctx, M_BUFFER, s->buffer);
	}
	kernel_close(&s->k);
	return ret;
}

int cmd_share(struct ctx *ctx, int argc, char **argv)
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
