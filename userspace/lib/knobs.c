// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/words.h"

struct knobs {
	int dir;
	struct buf sentence; /* about the last refusal, see knob_last_error() */
	bool asked; /* sentence is the module's answer */
	char *missing; /* the file that could not even be opened */
};

int knobs_open(struct ctx *ctx)
{
	int dir, st;

	if (ctx->knobs)
		return 0;
	st = env_find(ctx, &dir);
	if (st)
		return st;
	ctx->knobs = xalloc(sizeof(*ctx->knobs));
	ctx->knobs->dir = dir;
	st = env_check_version(ctx);
	if (st)
		knobs_close(ctx);
	return st;
}

void knobs_close(struct ctx *ctx)
{
	if (!ctx->knobs)
		return;
	close(ctx->knobs->dir);
	buf_free(&ctx->knobs->sentence);
	free(ctx->knobs->missing);
	free(ctx->knobs);
	ctx->knobs = NULL;
}

int knobs_open_file(struct ctx *ctx, const char *file, int flags)
{
	int fd = openat(ctx->knobs->dir, file, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* A file to write to. In a recorded tree writes are kept, one after another. */
static int open_to_write(struct ctx *ctx, const char *file, int flags)
{
	struct knobs *k = ctx->knobs;
	int fd;

	fd = knobs_open_file(ctx, file,
			     flags | (ctx_recorded(ctx) ? O_APPEND : 0));
	free(k->missing);
	k->missing = NULL;
	k->missing = fd < 0 ? xstrdup(file) : NULL;
	k->asked = false;
	return fd;
}

/* Open and write a line: an fd, or -errno. */
static int vstart(struct ctx *ctx, const char *file, int flags, const char *fmt,
		  va_list ap)
{
	autofree char *line = xvprintf(fmt, ap);
	autofree char *whole = xprintf("%s\n", line);
	int fd = open_to_write(ctx, file, flags);
	int err;

	if (fd < 0 || write(fd, whole, strlen(whole)) >= 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int vwrite(struct ctx *ctx, const char *file, const char *fmt,
		  va_list ap)
{
	int fd = vstart(ctx, file, O_WRONLY, fmt, ap);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int knob_write(struct ctx *ctx, const char *file, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = vwrite(ctx, file, fmt, ap);
	va_end(ap);
	return err;
}

/*
 * "domains/dom0/attach" does not exist: either there is no domain dom0, or
 * another caller made dom0, which then has fewer files.
 */
static void say_missing(struct knobs *k)
{
	char *slash = strchr(k->missing, '/');
	char *end = slash ? strchr(slash + 1, '/') : NULL;

	if (!end) {
		buf_printf(&k->sentence, "the module has no file %s",
			   k->missing);
		return;
	}
	*end = '\0';
	if (faccessat(k->dir, k->missing, F_OK, 0) == 0)
		buf_printf(&k->sentence, "%s has no %s: it is another caller's",
			   slash + 1, end + 1);
	else
		buf_printf(&k->sentence, "there is no %.*s %s",
			   (int)(slash - k->missing - 1), k->missing,
			   slash + 1);
	*end = '/';
}

const char *knob_last_error(struct ctx *ctx)
{
	struct knobs *k = ctx->knobs;

	if (k->asked)
		return k->sentence.text ? k->sentence.text : "";
	k->asked = true;
	buf_drop(&k->sentence, k->sentence.len);
	if (k->missing) {
		say_missing(k);
		return k->sentence.text;
	}
	if (knob_read(ctx, "last_error", &k->sentence) < 0)
		return "";
	k->sentence.text[strcspn(k->sentence.text, "\n")] = '\0';
	return k->sentence.text;
}

int knob_fail(struct ctx *ctx, const char *object, int err)
{
	const char *sentence = "";

	if (ctx->knobs->missing && env_check_lockdown(ctx, err))
		return err;
	if (!ctx->knobs->missing || err == -ENOENT)
		sentence = knob_last_error(ctx);
	if (!*sentence)
		sentence = strerror(-err);
	return fail_errno(ctx, err, object, "%s (%s)", sentence,
			  errno_name(err));
}

int knob_read_fail(struct ctx *ctx, const char *object, const char *what,
		   int err)
{
	if (env_check_lockdown(ctx, err))
		return err;
	return fail_errno(ctx, err, object, "cannot read %s: %s (%s)", what,
			  strerror(-err), errno_name(err));
}

int knob_do(struct ctx *ctx, const char *object, const char *file,
	    const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = vwrite(ctx, file, fmt, ap);
	va_end(ap);
	return err < 0 ? knob_fail(ctx, object, err) : 0;
}

static int read_all(int fd, struct buf *text)
{
	char chunk[65536];
	ssize_t n;

	buf_drop(text, text->len);
	buf_str(text, "");
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(text, chunk, n);
	return n < 0 ? -errno : 0;
}

int knob_read(struct ctx *ctx, const char *file, struct buf *text)
{
	int fd = knobs_open_file(ctx, file, O_RDONLY);
	int err;

	if (fd < 0)
		return fd;
	err = read_all(fd, text);
	close(fd);
	return err;
}

int knob_look(int fd, struct buf *text)
{
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : read_all(fd, text);
}

int knob_ask(struct ctx *ctx, const char *file, struct buf *answer,
	     const char *fmt, ...)
{
	va_list ap;
	int fd, err;

	va_start(ap, fmt);
	fd = vstart(ctx, file, O_RDWR, fmt, ap);
	va_end(ap);
	if (fd < 0)
		return fd;
	err = knob_look(fd, answer);
	close(fd);
	return err;
}

int knob_start(struct ctx *ctx, const char *file, const char *fmt, ...)
{
	va_list ap;
	int fd;

	va_start(ap, fmt);
	fd = vstart(ctx, file, O_RDWR | O_NONBLOCK, fmt, ap);
	va_end(ap);
	return fd;
}

int knob_add(struct ctx *ctx, int fd, const char *line)
{
	autofree char *whole = xprintf("%s\n", line);
	struct knobs *k = ctx->knobs;

	free(k->missing);
	k->missing = NULL;
	k->asked = false;
	return write(fd, whole, strlen(whole)) < 0 ? -errno : 0;
}

void knob_end(int fd, const char *line)
{
	(void)!write(fd, line, strlen(line));
	close(fd);
}

int knob_watch(struct ctx *ctx, const char *file)
{
	return open_to_write(ctx, file, O_RDWR | O_NONBLOCK);
}

static ssize_t transfer(struct ctx *ctx, const char *file, void *to,
			const void *from, size_t n, off_t at)
{
	int fd = knobs_open_file(ctx, file, to ? O_RDONLY : O_WRONLY);
	size_t done = 0;
	ssize_t step = 0;

	if (fd < 0)
		return fd;
	while (done < n) {
		if (to)
			step = pread(fd, (char *)to + done, n - done,
				     at + done);
		else
			step = pwrite(fd, (const char *)from + done, n - done,
				      at + done);
		if (step <= 0)
			break;
		done += step;
	}
	if (step < 0)
		step = -errno;
	close(fd);
	return done ? (ssize_t)done : step;
}

ssize_t knob_pread(struct ctx *ctx, const char *file, void *to, size_t n,
		   off_t at)
{
	return transfer(ctx, file, to, NULL, n, at);
}

ssize_t knob_pwrite(struct ctx *ctx, const char *file, const void *from,
		    size_t n, off_t at)
{
	return transfer(ctx, file, NULL, from, n, at);
}
