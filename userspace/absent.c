// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stand-ins for commands whose file is not there: weak, so that the file
 * wins as soon as it is.
 */
#include "cmd.h"

__attribute__((weak)) const struct option share_options[] = { { 0 } };
__attribute__((weak)) const struct option matrix_options[] = { { 0 } };

static const struct report_column columns[] = {
	{ "RESULT", R_STRING, RC_DEFAULT, "what came out", 0 },
	{ 0 },
};
__attribute__((weak))
const struct report_shape share_shape = { "share", columns };
__attribute__((weak))
const struct report_shape matrix_shape = { "matrix", columns };

__attribute__((weak)) int cmd_share(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return fail(ctx, NULL, "is not compiled into this %s", PROGRAM);
}

__attribute__((weak)) int cmd_matrix(struct ctx *ctx, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return fail(ctx, NULL, "is not compiled into this %s", PROGRAM);
}
