// SPDX-License-Identifier: GPL-2.0-only
/* See read.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "judge/read.h"

/* Numbers begin with 1, or after that one. */
void judge_take(struct judge *j, struct event *ev, uint64_t after)
{
	if (ev->seq <= after)
		return;
	if (ev->missed > ev->seq - after - 1)
		ev->missed = ev->seq - after - 1;
	if (ev->missed)
		judge_gap(j, ev->missed);
	judge_event(j, ev);
}

/* What is read, and how far. */
struct reading {
	struct ctx *ctx;
	struct judge *j;
	const char *name;
	uint64_t after, last;
	unsigned int line;
};

/*
 * If the number of a line is not the next one, events are missing; or the line
 * belongs to another life of the module, whose first events are missing.
 */
static int take_line(struct reading *r, char *line)
{
	autofree char *copy = xstrdup(line);
	struct event ev;
	const char *why = event_parse(line, &ev);

	if (why)
		return fail(r->ctx, r->name, "line %u: %s: %s", r->line, why,
			    copy);
	if (ev.seq > r->last)
		ev.missed = ev.seq - r->last - 1;
	else
		judge_gap(r->j, UINT64_MAX);
	r->last = ev.seq;
	judge_take(r->j, &ev, r->after);
	return ST_OK;
}

static int read_lines(struct reading *r, FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int st = ST_OK;

	while (st == ST_OK && (len = getline(&line, &room, in)) > 0) {
		r->line++;
		if (line[len - 1] != '\n') {
			warning(r->ctx,
				"%s: line %u is cut short, and passed over",
				r->name, r->line);
			judge_gap(r->j, UINT64_MAX);
		} else if (strlen(line) != (size_t)len) {
			st = fail(r->ctx, r->name, "line %u is not text",
				  r->line);
		} else {
			line[len - 1] = '\0';
		}
		if (st == ST_OK && line[len - 1] == '\0')
			st = take_line(r, line);
	}
	if (ferror(in) && st == ST_OK)
		st = fail_errno(r->ctx, -errno, r->name, "cannot be read: %m");
	free(line);
	return st;
}

int judge_read(struct ctx *ctx, struct judge *j, const char *name,
	       uint64_t after)
{
	struct reading r = { .ctx = ctx, .j = j, .name = name, .after = after };
	FILE *in;
	int st;

	if (!strcmp(name, "-")) {
		r.name = "standard input";
		return read_lines(&r, stdin);
	}
	in = fopen(name, "re");
	if (!in)
		return fail_errno(ctx, -errno, name, "cannot be opened: %m");
	st = read_lines(&r, in);
	fclose(in);
	return st;
}
