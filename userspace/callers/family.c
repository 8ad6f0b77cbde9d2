// SPDX-License-Identifier: GPL-2.0-only
/* The words for the kernel families; the same order as enum family. */
#include <stddef.h>
#include <string.h>

#include "callers/family.h"

const char *const family_words[] = {
	"bus_ops",	  "domain_ops", "static_by_bus",
	"static_domains", "attach_old", NULL,
};

int family_parse(const char *word)
{
	for (int i = 0; family_words[i]; i++) {
		if (!strcmp(word, family_words[i]))
			return i;
	}
	return -1;
}
