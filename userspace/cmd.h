/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command table calls, under the name of the file that has it.
 */
#ifndef CMD_H
#define CMD_H

#include "command.h"

/* cmd-share.c */
int cmd_share(struct ctx *ctx, int argc, char **argv);
extern const struct option share_options[];
extern const struct report_shape share_shape;

/* cmd-matrix.c */
int cmd_matrix(struct ctx *ctx, int argc, char **argv);
extern const struct option matrix_options[];
extern const struct report_shape matrix_shape;

#endif /* CMD_H */
