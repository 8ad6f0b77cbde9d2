/* SPDX-License-Identifier: GPL-2.0-only */
/* Results of the matrix from recordings of real drivers. */
#ifndef MATRIX_RECORDED_H
#define MATRIX_RECORDED_H

#include "lib/ctx.h"
#include "matrix/results/result.h"

/*
 * Judges a recording of VFIO on the driver, by its preset's name, and adds a
 * cell, and a run unless there is one of this kernel. The result is that of a
 * command.
 */
int recorded_read(struct ctx *ctx, struct results *all, const char *driver,
		  const char *file);

#endif /* MATRIX_RECORDED_H */
