// SPDX-License-Identifier: GPL-2.0-only
/*
 * The proposal of 2022: a separate errno for "incompatible". The core's
 * gatekeeper of later kernels returns EINVAL. This caller takes EINVAL for an
 * error, as a caller written to the proposal would.
 */
#include <errno.h>

#include "callers/callers.h"

static bool soft(int err)
{
	return err == -EMEDIUMTYPE;
}

const struct caller caller_emediumtype = {
	.name = "emediumtype",
	.what = "only EMEDIUMTYPE means the next domain (proposed in 2022)",
	.soft = soft,
};
