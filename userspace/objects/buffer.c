// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/words.h"
#include "objects/common.h"

enum { NAME, SIZE, MAPS };

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT, "the buffer's name", 0 },
	[SIZE] = { "SIZE", R_SIZE, RC_DEFAULT, "its size", 0 },
	[MAPS] = { "MAPS", R_NUMBER, RC_DEFAULT, "how often it is mapped", 0 },
	{ 0 },
};

static const struct report_shape buffer_shape = { "buffers", columns };

static void fill(struct report_row *row, const void *object)
{
	const struct m_buffer *b = object;

	report_str(row, NAME, b->name);
	report_num(row, SIZE, b->size);
	report_num(row, MAPS, b->maps);
}

static int cmd_buffer_add(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	return add_object(ctx, M_BUFFER, argv[0], argv[1]);
}

static int cmd_buffer_del(struct ctx *ctx, int argc, char **argv)
{
	return del_objects(ctx, M_BUFFER, argc, argv);
}

static int cmd_buffer_list(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return list_objects(ctx, M_BUFFER, fill);
}

static int cmd_buffer_show(struct ctx *ctx, int argc, char **argv)
{
	return show_objects(ctx, M_BUFFER, fill, argc, argv);
}

static void range(struct ctx *ctx, uint64_t *at, uint64_t *left)
{
	*at = 0;
	*left = UINT64_MAX;
	if (key_value(ctx, "offset"))
		size_parse(key_value(ctx, "offset"), at);
	if (key_value(ctx, "size"))
		size_parse(key_value(ctx, "size"), left);
}

/* No object, no file: not a failure of reading or writing. */
static int data_fail(struct ctx *ctx, const char *name, int err)
{
	if (err == -ENOENT)
		return fail_errno(ctx, -ENOENT, name,
				  "there is no such buffer");
	if (env_check_lockdown(ctx, err) != ST_OK)
		return ST_ENV;
	return fail_errno(ctx, err, name, "%s (%s)", strerror(-err),
			  errno_name(err));
}

static int cmd_buffer_read(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("buffers/%s/data", argv[0]);
	uint64_t at, left;
	char chunk[65536];
	ssize_t n = 0;

	(void)argc;
	range(ctx, &at, &left);
	while (left) {
		size_t want = left < sizeof(chunk) ? left : sizeof(chunk);

		n = knob_pread(ctx, file, chunk, want, at);
		if (n <= 0)
			break;
		if (print_bytes(ctx, argv[0], at, chunk, n) != ST_OK)
			return ST_FAILED;
		at += n;
		left -= n;
	}
	if (n < 0)
		return data_fail(ctx, argv[0], n);
	if (left && key_value(ctx, "size"))
		return fail(ctx, argv[0], "it ends %llu %s before that",
			    (unsigned long long)left,
			    by_count(left, "byte", "bytes"));
	return ST_OK;
}

static int cmd_buffer_write(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("buffers/%s/data", argv[0]);
	uint64_t at, left;
	char chunk[65536];
	ssize_t n, done;

	(void)argc;
	if (cli_of(ctx)->file && !strcmp(cli_of(ctx)->file, "-"))
		return usage_error(ctx,
				   "standard input already contains the batch");
	range(ctx, &at, &left);
	while (left) {
		n = read(STDIN_FILENO, chunk,
			 left < sizeof(chunk) ? left : sizeof(chunk));
		if (n < 0)
			return fail_errno(ctx, -errno, argv[0],
					  "cannot read standard input: %m");
		if (!n)
			break;
		done = knob_pwrite(ctx, file, chunk, n, at);
		if (done < 0 && done != -ENOSPC)
			return data_fail(ctx, argv[0], done);
		if (done < n)
			return fail(ctx, argv[0],
				    "it ends before the input does");
		at += n;
		left -= n;
	}
	if (left && key_value(ctx, "size"))
		return fail(ctx, argv[0], "the input ends %llu %s before that",
			    (unsigned long long)left,
			    by_count(left, "byte", "bytes"));
	return ST_OK;
}

static const struct key data_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much (to the end)" },
	{ 0 },
};

const struct command buffer_commands[] = {
	{
		.noun = "buffer",
		.verb = "add",
		.summary = "allocate a buffer",
		.operands = { { "NAME", W_NEW, 0 }, { "SIZE", W_SIZE, 0 } },
		.flags = CMD_MODULE,
		.run = cmd_buffer_add,
	},
	{
		.noun = "buffer",
		.verb = "del",
		.summary = "free buffers",
		.operands = { { "BUFFER", W_BUFFER, OPD_REPEAT } },
		.flags = CMD_MODULE,
		.run = cmd_buffer_del,
	},
	{
		.noun = "buffer",
		.verb = "list",
		.summary = "list the buffers",
		.shape = &buffer_shape,
		.flags = CMD_MODULE,
		.run = cmd_buffer_list,
	},
	{
		.noun = "buffer",
		.verb = "show",
		.summary = "all about buffers",
		.operands = { { "BUFFER", W_BUFFER, OPD_REPEAT } },
		.shape = &buffer_shape,
		.flags = CMD_MODULE,
		.run = cmd_buffer_show,
	},
	{
		.noun = "buffer",
		.verb = "read",
		.summary = "copy a buffer's bytes to standard output",
		.operands = { { "BUFFER", W_BUFFER, 0 } },
		.keys = data_keys,
		.flags = CMD_MODULE,
		.run = cmd_buffer_read,
	},
	{
		.noun = "buffer",
		.verb = "write",
		.summary = "copy standard input into a buffer",
		.operands = { { "BUFFER", W_BUFFER, 0 } },
		.keys = data_keys,
		.flags = CMD_MODULE,
		.run = cmd_buffer_write,
	},
	{ 0 },
};
