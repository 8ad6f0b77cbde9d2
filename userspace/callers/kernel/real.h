/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own callers, which do what the strategies only play. The tool
 * places with them by ioctl, so that the journal's events belong to the tool's
 * process. The books of the run are filled afterwards, from the state. Nothing
 * of them outlives the tool.
 */
#ifndef CALLERS_REAL_H
#define CALLERS_REAL_H

#include "callers/callers.h"

/*
 * Only when asked for, and with the strategy that is played only when it is asked
 * for; ends with NULL.
 */
extern const struct caller *const real_callers[];
const struct caller *real_find(const char *name);

/* groups.c, cdev.c, sva.c and vdpa.c */
extern const struct caller caller_vfio, caller_compat, caller_cdev,
	caller_replace, caller_hwpt, caller_pasid, caller_nested, caller_sva,
	caller_vdpa;

#endif /* CALLERS_REAL_H */
