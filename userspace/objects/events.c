// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/signals.h"
#include "lib/env.h"
#include "lib/journal.h"
#include "lib/stop.h"
#include "lib/words.h"
#include "objects/common.h"

enum {
	SEQ,
	TIME,
	NSEC,
	EVENT,
	INSTANCE,
	DEVICE,
	PASID,
	DOMAIN_,
	OLD,
	FRESH,
	REASON,
	DETAIL,
	POINT,
	OP,
	OBJECT,
	ARG,
	IOVA,
	SIZE,
	SCOPE,
	LOST,
	DONE,
	DIRTY,
	ACCESS,
	AT,
	ATTACHED,
	DELAY_US,
	GROUP,
	LAST,
	CODE,
	KNOWN,
	PARENT,
	RET,
	BY,
	PID,
	TID,
};

static const struct report_column columns[] = {
	[SEQ] = { "SEQ", R_NUMBER, RC_DEFAULT, "its number, from 1", 6 },
	[TIME] = { "TIME", R_STRING, RC_DEFAULT,
		   "seconds of the kernel's monotonic clock", 13 },
	[NSEC] = { "NSEC", R_NUMBER, 0, "the same in nanoseconds", 15 },
	[EVENT] = { "EVENT", R_STRING, RC_DEFAULT, "what happened", 10 },
	[INSTANCE] = { "INSTANCE", R_STRING, RC_DEFAULT, "the instance", 10 },
	[DEVICE] = { "DEVICE", R_STRING, RC_DEFAULT, "the device", 8 },
	[PASID] = { "PASID", R_NUMBER, 0, "the device's PASID", 7 },
	[DOMAIN_] = { "DOMAIN", R_STRING, RC_DEFAULT, "the domain", 8 },
	[OLD] = { "OLD", R_STRING, RC_DEFAULT,
		  "the domain that the device was on", 8 },
	[FRESH] = { "FRESH", R_BOOL, 0, "no device was ever on the domain", 6 },
	[REASON] = { "REASON", R_STRING, RC_DEFAULT,
		     "the reason of a refusal: a check, fault, misbehave, foreign; or of a DMA's fault",
		     10 },
	[DETAIL] = { "DETAIL", R_STRING, RC_DEFAULT,
		     "facts that only this kind of event contains", 22 },
	[POINT] = { "POINT", R_STRING, 0, "the fault's point", 10 },
	[OP] = { "OP", R_STRING, 0,
		 "the operation of the in-kernel caller, of a DMA, on dirty bits",
		 12 },
	[OBJECT] = { "OBJECT", R_STRING, 0, "the object of the operation", 8 },
	[ARG] = { "ARG", R_STRING, 0, "the operation's other object", 8 },
	[IOVA] = { "IOVA", R_HEX, 0,
		   "first address of an invalidation, a DMA, a look at dirty bits, a request",
		   12 },
	[SIZE] = { "SIZE", R_HEX, 0, "how much", 12 },
	[SCOPE] = { "SCOPE", R_STRING, 0,
		    "what was invalidated: a range, a domain, all", 7 },
	[LOST] = { "LOST", R_BOOL, 0,
		   "the invalidation, or the response, was lost", 5 },
	[DONE] = { "DONE", R_HEX, 0, "bytes that a DMA moved", 12 },
	[DIRTY] = { "DIRTY", R_HEX, 0, "bytes of pages that were dirty", 12 },
	[ACCESS] = { "ACCESS", R_STRING, 0,
		     "the access that faulted: r or w; of a request also rw",
		     7 },
	[AT] = { "AT", R_STRING, 0, "the address that faulted", 12 },
	[ATTACHED] = { "ATTACHED", R_NUMBER, 0,
		       "devices on a domain when it was freed", 9 },
	[DELAY_US] = { "DELAY_US", R_NUMBER, 0, "injected delay", 9 },
	[GROUP] = { "GROUP", R_NUMBER, 0, "the group of requests for pages",
		    6 },
	[LAST] = { "LAST", R_BOOL, 0, "a request is the last of its group", 5 },
	[CODE] = { "CODE", R_STRING, 0,
		   "a response: success, invalid or failure", 8 },
	[KNOWN] = { "KNOWN", R_BOOL, 0, "a response: the device had asked", 6 },
	[PARENT] = { "PARENT", R_STRING, 0,
		     "the stage 2 of a guest's table, or of a vIOMMU", 8 },
	[RET] = { "RET", R_STRING, RC_DEFAULT, "0 or an errno", 7 },
	[BY] = { "BY", R_STRING, RC_DEFAULT, "the process that caused it", 12 },
	[PID] = { "PID", R_NUMBER, 0, "its number", 7 },
	[TID] = { "TID", R_NUMBER, 0, "that of its thread", 7 },
	{ 0 },
};

static const struct report_shape event_shape = { "events", columns };

/* A range has addresses; the other scopes need only their word. */
static void invalidated(struct report_row *row, const struct event *ev)
{
	const char *lost = ev->lost == 1 ? ", lost" : "";

	if (ev->scope && strcmp(ev->scope, "range"))
		report_fmt(row, DETAIL, "%s%s", ev->scope, lost);
	else
		report_fmt(row, DETAIL, "0x%" PRIx64 "+0x%" PRIx64 "%s",
			   ev->iova, ev->size, lost);
}

static void called(struct report_row *row, const struct event *ev)
{
	autofree char *pasid =
		ev->pasid ? xprintf(" pasid=%" PRIu64, ev->pasid) : xstrdup("");

	report_fmt(row, DETAIL, "%s %s%s%s%s", ev->op ? ev->op : "-",
		   ev->object ? ev->object : "-", ev->arg ? " " : "",
		   ev->arg ? ev->arg : "", pasid);
}

/* What a caller did with the dirty bits of a domain. */
static void looked(struct report_row *row, const struct event *ev)
{
	if (ev->size)
		report_fmt(row, DETAIL,
			   "%s 0x%" PRIx64 "+0x%" PRIx64 ": 0x%" PRIx64,
			   ev->op ? ev->op : "-", ev->iova, ev->size,
			   ev->dirty);
	else
		report_str(row, DETAIL, ev->op);
}

/* A device asks for a page, or its requests are answered. */
static void asked(struct report_row *row, const struct event *ev)
{
	if (ev->kind == EV_REQUEST)
		report_fmt(row, DETAIL, "%s 0x%" PRIx64 ", group %" PRIu64 "%s",
			   ev->access ? ev->access : "-", ev->iova, ev->group,
			   ev->last == 0 ? ", more" : "");
	else
		report_fmt(row, DETAIL, "%s, group %" PRIu64 "%s%s",
			   ev->code ? ev->code : "-", ev->group,
			   ev->known == 0 ? ", unknown" : "",
			   ev->lost == 1 ? ", lost" : "");
}

static void detail(struct report_row *row, const struct event *ev)
{
	switch (ev->kind) {
	case EV_CALL:
		called(row, ev);
		break;
	case EV_FAULT:
		report_fmt(row, DETAIL, "%s%s", ev->point ? ev->point : "-",
			   ev->delay_us ? ", delayed" : "");
		break;
	case EV_INVALIDATE:
		invalidated(row, ev);
		break;
	case EV_DMA:
		report_fmt(row, DETAIL,
			   "%s 0x%" PRIx64 "+0x%" PRIx64 "%s%s%s%s",
			   ev->op ? ev->op : "-", ev->iova, ev->size,
			   ev->at ? ", " : "", ev->at ? ev->access : "",
			   ev->at ? " at " : "", ev->at ? ev->at : "");
		break;
	case EV_DIRTY:
		looked(row, ev);
		break;
	case EV_REQUEST:
	case EV_RESPONSE:
		asked(row, ev);
		break;
	case EV_FREE:
		if (ev->attached)
			report_fmt(row, DETAIL, "%" PRIu64 " attached",
				   ev->attached);
		break;
	case EV_ALLOC:
		if (ev->parent)
			report_fmt(row, DETAIL, "on %s", ev->parent);
		break;
	case EV_VIOMMU:
		report_fmt(row, DETAIL, "%s on %s", ev->op ? ev->op : "-",
			   ev->parent ? ev->parent : "-");
		break;
	case EV_ATTACH:
		if (ev->pasid)
			report_fmt(row, DETAIL, "PASID %" PRIu64 "%s",
				   ev->pasid, ev->fresh == 1 ? ", fresh" : "");
		else if (ev->fresh == 1)
			report_str(row, DETAIL, "fresh");
		break;
	default:
		break;
	}
}

/* Numbers that only some kinds of event have. */
static void fill_numbers(struct report_row *row, const struct event *ev)
{
	if (ev->pasid)
		report_num(row, PASID, ev->pasid);
	if (ev->fresh >= 0)
		report_num(row, FRESH, ev->fresh);
	if (ev->kind == EV_INVALIDATE || ev->kind == EV_DMA ||
	    ev->kind == EV_DIRTY) {
		report_num(row, IOVA, ev->iova);
		report_num(row, SIZE, ev->size);
	}
	if (ev->kind == EV_DMA)
		report_num(row, DONE, ev->done);
	if (ev->kind == EV_DIRTY)
		report_num(row, DIRTY, ev->dirty);
	if (ev->kind == EV_REQUEST)
		report_num(row, IOVA, ev->iova);
	if (ev->kind == EV_REQUEST || ev->kind == EV_RESPONSE)
		report_num(row, GROUP, ev->group);
	if (ev->last >= 0)
		report_num(row, LAST, ev->last);
	if (ev->known >= 0)
		report_num(row, KNOWN, ev->known);
	if (ev->lost >= 0)
		report_num(row, LOST, ev->lost);
	if (ev->kind == EV_FREE)
		report_num(row, ATTACHED, ev->attached);
	if (ev->kind == EV_FAULT)
		report_num(row, DELAY_US, ev->delay_us);
}

static void fill(struct report_row *row, const struct event *ev)
{
	report_num(row, SEQ, ev->seq);
	report_fmt(row, TIME, "%" PRIu64 ".%06" PRIu64, ev->nsec / 1000000000,
		   ev->nsec / 1000 % 1000000);
	report_num(row, NSEC, ev->nsec);
	report_str(row, EVENT, ev->type);
	report_str(row, INSTANCE, ev->instance);
	report_str(row, DEVICE, ev->device);
	report_str(row, DOMAIN_, ev->domain);
	report_str(row, OLD, ev->old);
	report_str(row, PARENT, ev->parent);
	report_str(row, REASON, ev->reason);
	report_str(row, POINT, ev->point);
	report_str(row, OP, ev->op);
	report_str(row, OBJECT, ev->object);
	report_str(row, ARG, ev->arg);
	report_str(row, SCOPE, ev->scope);
	report_str(row, ACCESS, ev->access);
	report_str(row, AT, ev->at);
	report_str(row, CODE, ev->code);
	report_str(row, RET, ev->result);
	report_str(row, BY, ev->comm);
	report_num(row, PID, ev->pid);
	report_num(row, TID, ev->tid);
	fill_numbers(row, ev);
	detail(row, ev);
}

/* A call contains the names of its object and argument, but not their kinds. */
static bool about(const struct event *ev, const char *name, const char *field,
		  const char *other)
{
	return !name || text_is(field, name) || text_is(other, name) ||
	       (ev->kind == EV_CALL &&
		(text_is(ev->object, name) || text_is(ev->arg, name)));
}

static bool type_wanted(struct ctx *ctx, const char *type)
{
	const char *wanted = opt_value(ctx, "type", 0);

	for (unsigned int i = 0; wanted; wanted = opt_value(ctx, "type", ++i))
		if (!strcmp(wanted, type))
			return true;
	return !opt_given(ctx, "type");
}

static bool wanted(struct ctx *ctx, const struct event *ev)
{
	const char *since = opt_value(ctx, "since", 0);
	uint64_t after = 0;

	if (since)
		number_parse(since, &after);
	return ev->seq > after && type_wanted(ctx, ev->type) &&
	       about(ev, opt_value(ctx, "instance", 0), ev->instance, NULL) &&
	       about(ev, opt_value(ctx, "device", 0), ev->device, NULL) &&
	       about(ev, opt_value(ctx, "domain", 0), ev->domain, ev->old);
}

/* Of what was asked for; before the first event, or between two. */
static void say_lost(struct ctx *ctx, const struct event *ev)
{
	const char *since = opt_value(ctx, "since", 0);
	uint64_t after = 0, lost = ev->missed;

	if (since)
		number_parse(since, &after);
	if (ev->seq <= after + 1)
		return;
	if (lost > ev->seq - after - 1)
		lost = ev->seq - after - 1;
	if (lost)
		warning(ctx,
			"%" PRIu64 " %s before %" PRIu64
			" %s overwritten unread",
			lost, by_count(lost, "entry", "entries"), ev->seq,
			by_count(lost, "was", "were"));
}

/* Rows for what is there now: 0 or -errno. */
static int gather(struct ctx *ctx, struct journal *j, struct report *r,
		  int wait_ms)
{
	struct event ev;
	int got;

	while ((got = journal_next(j, &ev, wait_ms)) > 0) {
		say_lost(ctx, &ev);
		if (wanted(ctx, &ev))
			fill(report_add(r, NULL), &ev);
		wait_ms = 0;
	}
	return got;
}

/* The request to end is the normal end of --follow. */
static int follow(struct ctx *ctx, struct journal *j, struct report *r)
{
	int got = 0;

	while (!got && !stopped(ctx)) {
		got = gather(ctx, j, r, -1);
		if (report_flush(r) != ST_OK)
			break;
	}
	signals_take();
	return got == -EINTR ? 0 : got;
}

/* --record sets what is recorded from now on; --clear drops the journal. */
static int change(struct ctx *ctx)
{
	const char *record = opt_value(ctx, "record", 0);
	int st = ST_OK;

	if (record)
		st = knob_do(ctx, NULL, "journal_events", "%s", record);
	if (st == ST_OK && opt_given(ctx, "clear"))
		st = knob_do(ctx, NULL, "journal", "clear");
	return st;
}

static int cmd_events(struct ctx *ctx, int argc, char **argv)
{
	struct journal *j;
	struct report *r;
	int got, st;

	(void)argc;
	(void)argv;
	if (opt_given(ctx, "clear") || opt_given(ctx, "record"))
		return change(ctx);
	j = journal_open(ctx, JOURNAL_ALL);
	if (!j)
		return env_lockdown(ctx) ? ST_ENV : ST_FAILED;
	r = command_report(ctx, &event_shape);
	got = opt_given(ctx, "follow") ? follow(ctx, j, r) :
					 gather(ctx, j, r, 0);
	st = report_end(r);
	if (!got && journal_cut(j))
		warning(ctx, "the last entry is cut short");
	if (got == -EPROTO)
		st = fail(ctx, NULL, "%s", journal_error(j));
	else if (got < 0)
		st = knob_read_fail(ctx, NULL, "the journal", got);
	journal_close(j);
	return st;
}

static const struct option event_options[] = {
	{ "follow", 'f', NULL, W_ANY,
	  "wait for new events, and print them, until a signal comes", NULL },
	{ "since", 0, "SEQ", W_NUMBER, "print only events after number SEQ",
	  NULL },
	{ "type", 't', "EVENT", W_EVENT,
	  "print only events of this kind; may be given several times", NULL },
	{ "instance", 0, "NAME", W_INSTANCE,
	  "print only events of this instance", NULL },
	{ "device", 0, "NAME", W_DEVICE, "print only events of this device",
	  NULL },
	{ "domain", 0, "NAME", W_DOMAIN, "print only events of this domain",
	  NULL },
	{ "clear", 0, NULL, W_ANY, "drop all events, and print nothing", NULL },
	{ "record", 0, "EVENTS", W_EVENTS,
	  "from now on record only these kinds, or all, or none; print nothing",
	  NULL },
	{ 0 },
};

const struct command events_commands[] = {
	{
		.noun = "events",
		.summary = "print the journal",
		.options = event_options,
		.shape = &event_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_events,
		.details =
			"With --follow and --json the command prints each event as one object on its own line.",
	},
	{ 0 },
};
