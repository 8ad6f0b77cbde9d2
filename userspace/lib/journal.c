// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/env.h"
#include "lib/journal.h"
#include "lib/knobs.h"
#include "lib/stop.h"
#include "lib/words.h"

#define CHUNK 65536 /* that is read at once */

struct journal {
	struct ctx *ctx;
	int fd;
	struct buf text; /* as read; given out up to at */
	size_t at;
	uint64_t last; /* number of the newest event that was read, or passed over */
	bool counts; /* last is known */
	struct buf line; /* the strings of the last event */
	struct buf whole; /* the same line, uncut */
	char *error;
};

enum event_field { F_TEXT, F_NUMBER, F_FLAG, F_PID, F_RET, F_BY };

static const struct field {
	const char *key;
	enum event_field type;
	size_t offset;
} fields[] = {
#define FIELD(key, type, member)                          \
	{                                                 \
		key, type, offsetof(struct event, member) \
	}
	FIELD("instance", F_TEXT, instance),
	FIELD("device", F_TEXT, device),
	FIELD("domain", F_TEXT, domain),
	FIELD("old", F_TEXT, old),
	FIELD("reason", F_TEXT, reason),
	FIELD("point", F_TEXT, point),
	FIELD("op", F_TEXT, op),
	FIELD("object", F_TEXT, object),
	FIELD("arg", F_TEXT, arg),
	FIELD("scope", F_TEXT, scope),
	FIELD("access", F_TEXT, access),
	FIELD("at", F_TEXT, at),
	FIELD("text", F_TEXT, text),
	FIELD("code", F_TEXT, code),
	FIELD("parent", F_TEXT, parent),
	FIELD("pasid", F_NUMBER, pasid),
	FIELD("group", F_NUMBER, group),
	FIELD("iova", F_NUMBER, iova),
	FIELD("size", F_NUMBER, size),
	FIELD("done", F_NUMBER, done),
	FIELD("dirty", F_NUMBER, dirty),
	FIELD("since", F_NUMBER, since),
	FIELD("attached", F_NUMBER, attached),
	FIELD("delay_us", F_NUMBER, delay_us),
	FIELD("vector", F_NUMBER, vector),
	FIELD("fresh", F_FLAG, fresh),
	FIELD("lost", F_FLAG, lost),
	FIELD("delivered", F_FLAG, delivered),
	FIELD("log", F_FLAG, log),
	FIELD("sync", F_FLAG, sync),
	FIELD("last", F_FLAG, last),
	FIELD("known", F_FLAG, known),
	FIELD("pasids", F_FLAG, pasids),
	FIELD("thread", F_PID, tid),
	FIELD("ret", F_RET, result),
	FIELD("by", F_BY, comm),
#undef FIELD
};

static bool set_ret(struct event *ev, const char *value)
{
	int err = errno_parse(value);

	if (err < 0)
		return false;
	ev->has_ret = true;
	ev->ret = -err;
	ev->result = value;
	return true;
}

static bool set_field(struct event *ev, const struct field *f, char *value)
{
	void *at = (char *)ev + f->offset;
	uint64_t n;

	switch (f->type) {
	case F_TEXT:
		*(const char **)at = strcmp(value, "-") ? value : NULL;
		return *value;
	case F_NUMBER:
		return number_parse(value, at);
	case F_FLAG:
		if (!number_parse(value, &n) || n > 1)
			return false;
		*(int *)at = n;
		return true;
	case F_PID:
		if (!number_parse(value, &n) || n > INT32_MAX)
			return false;
		*(pid_t *)at = (pid_t)n;
		return true;
	case F_RET:
		return set_ret(ev, value);
	case F_BY:
		return by_parse(value, &ev->pid, &ev->comm);
	}
	return false;
}

static const char *parse_pairs(char *rest, struct event *ev)
{
	char *word;

	while ((word = strsep(&rest, " "))) {
		char *equals = strchr(word, '=');

		if (!*word)
			continue;
		if (!equals)
			return "a word that is not KEY=VALUE";
		*equals = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
			if (!strcmp(fields[i].key, word) &&
			    !set_field(ev, &fields[i], equals + 1))
				return "a value that cannot be";
	}
	return NULL;
}

const char *event_parse(char *line, struct event *ev)
{
	const char *seq, *nsec, *why;
	int kind;

	*ev = (struct event){ .fresh = -1,
			      .lost = -1,
			      .delivered = -1,
			      .last = -1,
			      .known = -1,
			      .pasids = -1,
			      .log = -1,
			      .sync = -1 };
	seq = strsep(&line, " ");
	nsec = strsep(&line, " ");
	ev->type = strsep(&line, " ");
	if (!nsec || !ev->type || !*ev->type || !number_parse(seq, &ev->seq) ||
	    !number_parse(nsec, &ev->nsec))
		return "it does not begin with SEQ NSEC EVENT";
	kind = word_index(event_words, ev->type);
	ev->kind = kind < 0 ? EV_UNKNOWN : (enum event_type)kind;
	why = parse_pairs(line, ev);
	if (!ev->tid)
		ev->tid = ev->pid;
	return why || ev->comm ? why : "no by=PID:COMM at its end";
}

static int read_more(struct journal *j)
{
	ssize_t n;

	buf_drop(&j->text, j->at);
	j->at = 0;
	/* Before it is read, for the file gives it only once. */
	buf_reserve(&j->text, CHUNK);
	n = read(j->fd, j->text.text + j->text.len, CHUNK);
	if (n < 0)
		return -errno;
	j->text.len += n;
	j->text.text[j->text.len] = '\0';
	return n > 0;
}

/* A number that the module wrote, if the line contains it. */
static bool stat_of(struct ctx *ctx, const char *key, uint64_t *n)
{
	autobuf struct buf text = { 0 };
	autofree char *value = NULL;

	if (!knob_read(ctx, "stats", &text))
		value = env_fact(text.text, key);
	return value && number_parse(value, n);
}

/* Drops all but the last line, which may be incomplete. */
static void keep_last_line(struct buf *text)
{
	size_t at = text->len;

	if (at)
		at--;
	while (at && text->text[at - 1] != '\n')
		at--;
	buf_drop(text, at);
}

int journal_pass_over(struct journal *j)
{
	int got;

	buf_drop(&j->text, j->text.len);
	j->at = 0;
	j->counts = stat_of(j->ctx, "journal_last", &j->last);
	while ((got = read_more(j)) > 0)
		keep_last_line(&j->text);
	if (j->text.len) {
		j->last = strtoull(j->text.text, NULL, 10);
		j->counts = true;
	}
	buf_drop(&j->text, j->text.len);
	return got;
}

/* From the first on that was not cleared. */
static void count_from_first(struct journal *j)
{
	uint64_t lost, first;

	j->counts = stat_of(j->ctx, "journal_last", &j->last);
	if (read_more(j) <= 0 || !stat_of(j->ctx, "journal_lost", &lost))
		return;
	first = strtoull(j->text.text, NULL, 10);
	j->last = first > lost ? first - lost - 1 : 0;
	j->counts = true;
}

struct journal *journal_open(struct ctx *ctx, enum journal_from from)
{
	int fd = knobs_open_file(ctx, "journal", O_RDONLY);
	struct journal *j;
	int got = 0;

	if (fd >= 0) {
		j = xalloc(sizeof(*j));
		j->ctx = ctx;
		j->fd = fd;
		if (from == JOURNAL_NEW)
			got = journal_pass_over(j);
		else
			count_from_first(j);
		if (got >= 0)
			return j;
		journal_close(j);
		fd = got;
	}
	knob_read_fail(ctx, NULL, "the journal", fd);
	return NULL;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	close(j->fd);
	buf_free(&j->text);
	buf_free(&j->line);
	buf_free(&j->whole);
	free(j->error);
	free(j);
}

/* The next whole line, into j->line and j->whole. */
static bool take_line(struct journal *j)
{
	size_t left = j->text.len - j->at, len;
	char *start, *end;

	if (!left)
		return false;
	start = j->text.text + j->at;
	end = memchr(start, '\n', left);
	if (!end)
		return false;
	len = end - start;
	buf_drop(&j->line, j->line.len);
	buf_add(&j->line, start, len);
	buf_drop(&j->whole, j->whole.len);
	buf_add(&j->whole, start, len);
	j->at += len + 1;
	return true;
}

/*
 * A recorded file is always ready to be read, also at its end; it may grow,
 * so it is looked at again a little later.
 */
static int wait_readable(struct journal *j, int ms)
{
	if (ctx_recorded(j->ctx)) {
		usleep(10000);
		return stopped(j->ctx) ? -EINTR : 0;
	}
	return wait_for(j->ctx, j->fd, ms);
}

static int understand(struct journal *j, struct event *ev)
{
	const char *why = "it is not text";

	if (strlen(j->whole.text) == j->whole.len)
		why = event_parse(j->line.text, ev);
	ev->line = j->whole.text;
	if (!why) {
		if (j->counts && ev->seq > j->last + 1)
			ev->missed = ev->seq - j->last - 1;
		j->last = ev->seq;
		j->counts = true;
		return 1;
	}
	free(j->error);
	j->error = NULL;
	j->error = xprintf("the journal makes no sense: %s: %s", why,
			   j->whole.text);
	return -EPROTO;
}

int journal_next(struct journal *j, struct event *ev, int timeout_ms)
{
	long long end = now_ms() + timeout_ms;
	int got;

	while (!take_line(j)) {
		long long left = timeout_ms < 0 ? 1000 : end - now_ms();

		got = read_more(j);
		if (got < 0)
			return got;
		if (got)
			continue;
		if (left <= 0)
			return 0;
		got = wait_readable(j, left < 1000 ? left : 1000);
		if (got < 0)
			return got;
	}
	return understand(j, ev);
}

bool journal_cut(const struct journal *j)
{
	return j->at < j->text.len;
}

int journal_fd(const struct journal *j)
{
	return j->fd;
}

const char *journal_error(const struct journal *j)
{
	return j->error ? j->error : "";
}
