// SPDX-License-Identifier: GPL-2.0-only
/* Apart from cmd-preset.c, for tests without the command table. */
#include "cli/values.h"
#include "lib/mem.h"
#include "lib/presets.h"

const char *const *preset_words(void)
{
	static const char **words;
	unsigned int n = 0;

	if (words)
		return words;
	while (presets[n].name)
		n++;
	words = xalloc((2 * n + 1) * sizeof(*words));
	n = 0;
	for (const struct preset *p = presets; p->name; p++) {
		autofree char *from = kernel_text(p->from);
		autofree char *to = kernel_text(p->to);

		words[n++] = xprintf("%s@%s", p->name, from);
		if (p->from != p->to)
			words[n++] = xprintf("%s@%s", p->name, to);
	}
	return words;
}
