/* SPDX-License-Identifier: GPL-2.0-only */
/* matrix recorded: results of the matrix from recordings of real drivers. */
#ifndef MATRIX_RECORDED_H
#define MATRIX_RECORDED_H

#include "cli/command.h"

extern const struct option recorded_options[];
int recorded_cmd(struct ctx *ctx, int argc, char **argv);

#endif /* MATRIX_RECORDED_H */
