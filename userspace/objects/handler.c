// SPDX-License-Identifier: GPL-2.0-only
/* domain handler, held, answer */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "lib/words.h"
#include "objects/common.h"

enum { DEVICE, GROUP, PASID, IOVA, ACCESS };

static const struct report_column held_columns[] = {
	[DEVICE] = { "DEVICE", R_STRING, RC_DEFAULT, "the device that asked",
		     0 },
	[GROUP] = { "GROUP", R_NUMBER, RC_DEFAULT, "the group of its request",
		    0 },
	[PASID] = { "PASID", R_NUMBER, RC_DEFAULT, "its PASID, if it has one",
		    0 },
	[IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "the address", 0 },
	[ACCESS] = { "ACCESS", R_STRING, RC_DEFAULT,
		     "what the device wants to do", 0 },
	{ 0 },
};

static const struct report_shape held_shape = { "requests", held_columns };

enum { H_HANDLER, H_BUFFER };

static const struct report_column handler_columns[] = {
	[H_HANDLER] = { "HANDLER", R_STRING, RC_DEFAULT,
			"how requests are answered", 0 },
	[H_BUFFER] = { "BUFFER", R_STRING, RC_DEFAULT,
		       "what the handler map maps", 0 },
	{ 0 },
};

static const struct report_shape handler_shape = { "handlers",
						   handler_columns };

static int print_handler(struct ctx *ctx, char *text)
{
	struct report *r = command_report(ctx, &handler_shape);
	struct report_row *row = report_add(r, NULL);
	char *rest = text;

	text[strcspn(text, "\n")] = '\0';
	report_str(row, H_HANDLER, strsep(&rest, " "));
	if (rest)
		report_str(row, H_BUFFER, rest);
	return report_end(r);
}

/* The file is not there. */
static int no_handler(struct ctx *ctx, const char *domain)
{
	return fail_errno(
		ctx, -ENOENT, domain,
		"there is no such domain, or the in-kernel caller did not make it");
}

static int cmd_domain_handler(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/handler", argv[0]);
	autobuf struct buf text = { 0 };
	int err;

	if (argc > 1)
		return knob_do(ctx, argv[0], file, "%s%s%s", argv[1],
			       argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
	err = knob_read(ctx, file, &text);
	if (err == -ENOENT)
		return no_handler(ctx, argv[0]);
	if (err < 0)
		return knob_read_fail(ctx, argv[0], "its handler", err);
	return print_handler(ctx, text.text);
}

static int cmd_domain_held(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/answer", argv[0]);
	autobuf struct buf text = { 0 };
	int err = knob_read(ctx, file, &text);

	(void)argc;
	if (err == -ENOENT)
		return no_handler(ctx, argv[0]);
	if (err < 0)
		return knob_read_fail(ctx, argv[0], "its requests", err);
	return print_lines(ctx, argv[0], text.text, &held_shape);
}

static int cmd_domain_answer(struct ctx *ctx, int argc, char **argv)
{
	autofree char *file = xprintf("domains/%s/answer", argv[0]);
	const char *keys = key_line(ctx);

	(void)argc;
	return knob_do(ctx, argv[0], file, "%s %s%s%s", argv[1], argv[2],
		       *keys ? " " : "", keys);
}

static const struct key answer_keys[] = {
	{ "group", "N", W_NUMBER, "this group (the oldest of the device)" },
	{ 0 },
};

const struct command handler_commands[] = {
	{
		.noun = "domain",
		.verb = "handler",
		.summary = "how requests of devices for its pages are answered",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "ANSWER", W_HANDLER, OPD_OPTIONAL },
			      { "BUFFER", W_BUFFER, OPD_OPTIONAL } },
		.shape = &handler_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_handler,
		.details =
			"ANSWER is none (the domain has no handler, and the kernel answers invalid), success, invalid or failure (at once), map BUFFER (the page is mapped to the buffer, then success), or hold (requests wait for the command answer). Without ANSWER the command prints the present one. The instance of the device was made with pri=.",
	},
	{
		.noun = "domain",
		.verb = "held",
		.summary = "list the requests for pages that wait",
		.operands = { { "DOMAIN", W_DOMAIN, 0 } },
		.shape = &held_shape,
		.flags = CMD_MODULE,
		.run = cmd_domain_held,
		.details =
			"The handler of the domain is hold. The oldest request comes first.",
	},
	{
		.noun = "domain",
		.verb = "answer",
		.summary = "answer a request for a page that waits",
		.operands = { { "DOMAIN", W_DOMAIN, 0 },
			      { "DEVICE", W_DEVICE, 0 },
			      { "ANSWER", W_PAGE_CODE, 0 } },
		.keys = answer_keys,
		.flags = CMD_MODULE,
		.run = cmd_domain_answer,
		.details =
			"ANSWER is success, invalid or failure. The device does its access again, or ends it with a fault.",
	},
	{ 0 },
};
