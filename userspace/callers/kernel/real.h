/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own callers, made to do what the strategies only play. They
 * are placed by ioctl, in the process of the tool, so that the journal's
 * events are ours all the same; the books of the run are written afterwards,
 * from the state. Nothing of them outlives the tool.
 */
#ifndef CALLERS_REAL_H
#define CALLERS_REAL_H

#include "callers/callers.h"

/* Only when asked for; ends with NULL. */
extern const struct caller *const real_callers[];
const struct caller *real_find(const char *name);

/* vfio.c and cdev.c */
extern const struct caller caller_vfio, caller_compat, caller_cdev,
	caller_replace, caller_hwpt;

#endif /* CALLERS_REAL_H */
