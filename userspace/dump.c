// SPDX-License-Identifier: GPL-2.0-only
#include "help.h"

int dump_commands(struct ctx *ctx)
{
	return fail(ctx, NULL, "not yet");
}

int dump_man(struct ctx *ctx, const char *preamble)
{
	(void)ctx;
	(void)preamble;
	return ST_OK;
}

int complete(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return fail(ctx, NULL, "not yet");
}
