// SPDX-License-Identifier: GPL-2.0-only
/* The list; see real.h. */
#include <stddef.h>
#include <string.h>

#include "callers/kernel/real.h"

const struct caller *const real_callers[] = {
	&caller_vfio,	   &caller_compat, &caller_cdev,   &caller_replace,
	&caller_hwpt,	   &caller_pasid,  &caller_nested, &caller_sva,
	&caller_sva_model, &caller_vdpa,   NULL,
};

const struct caller *real_find(const char *name)
{
	for (unsigned int i = 0; real_callers[i]; i++) {
		if (!strcmp(real_callers[i]->name, name))
			return real_callers[i];
	}
	return NULL;
}
