// SPDX-License-Identifier: GPL-2.0-only
/* Finds a row of the table (preset-table.c) by name and kernel. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/presets.h"
#include "lib/words.h"

unsigned int kernel_parse(const char *text)
{
	unsigned int part[2] = { 0 };

	for (unsigned int i = 0; i < 2; i++) {
		if (!isdigit((unsigned char)*text))
			return 0;
		while (isdigit((unsigned char)*text) && part[i] < 1000)
			part[i] = part[i] * 10 + (unsigned int)(*text++ - '0');
		if (part[i] >= 1000 || (!i && *text++ != '.'))
			return 0;
	}
	/* What a distribution adds: 6.12.107-1, 7.3-rc2 */
	if (!part[0] || (*text && *text != '.' && *text != '-'))
		return 0;
	return KERNEL(part[0], part[1]);
}

char *kernel_text(unsigned int v)
{
	return xprintf("%u.%u", v / 1000, v % 1000);
}

char *preset_kernels(const struct preset *p)
{
	autofree char *from = kernel_text(p->from), *to = kernel_text(p->to);

	return p->from == p->to ? xstrdup(from) : xprintf("%s-%s", from, to);
}

static bool is_named(const struct preset *p, const char *name, size_t len)
{
	return !strncmp(p->name, name, len) && !p->name[len];
}

/* All kernels that a name has a row for: "5.10-6.1, 6.12". */
static char *kernels_of(const char *name, size_t len)
{
	struct buf b = { 0 };

	for (const struct preset *p = presets; p->name; p++) {
		autofree char *kernels = preset_kernels(p);

		if (is_named(p, name, len))
			buf_printf(&b, "%s%s", b.len ? ", " : "", kernels);
	}
	return b.text;
}

static void explain_name(const char *name, size_t len, struct buf *why)
{
	autofree char *typed = xstrndup(name, len);
	const char **names, *near;
	unsigned int n = 0;

	while (presets[n].name)
		n++;
	names = xalloc((n + 1) * sizeof(*names));
	n = 0;
	for (const struct preset *p = presets; p->name; p++) {
		if (!n || strcmp(names[n - 1], p->name))
			names[n++] = p->name;
	}
	near = word_nearest(names, typed);
	free(names);
	buf_printf(why, "there is no preset '%s'", typed);
	if (near)
		buf_printf(why, "; did you mean %s?", near);
	else
		buf_str(why, "; preset list has them all");
}

/* The row whose kernels are the nearest to one that none has. */
static char *nearest(const char *name, size_t len, unsigned int kernel)
{
	unsigned int best = 0, found = 0;

	for (const struct preset *p = presets; p->name; p++) {
		unsigned int at = kernel < p->from ? p->from : p->to;
		unsigned int far = kernel < at ? at - kernel : kernel - at;

		if (is_named(p, name, len) && (!found || far < best)) {
			best = far;
			found = at;
		}
	}
	return kernel_text(found);
}

const struct preset *preset_find(const char *text, struct buf *why)
{
	size_t len = strcspn(text, "@");
	autofree char *kernels = kernels_of(text, len);
	autofree char *near = NULL;
	unsigned int kernel;

	if (!kernels) {
		explain_name(text, len, why);
		return NULL;
	}
	if (!text[len]) {
		buf_printf(why, "%s@ of which kernel? It has %s", text,
			   kernels);
		return NULL;
	}
	kernel = kernel_parse(text + len + 1);
	if (!kernel) {
		buf_printf(why, "'%s' is not a kernel's version, such as 6.12",
			   text + len + 1);
		return NULL;
	}
	for (const struct preset *p = presets; p->name; p++)
		if (is_named(p, text, len) && kernel >= p->from &&
		    kernel <= p->to)
			return p;
	near = nearest(text, len, kernel);
	buf_printf(
		why,
		"what %.*s does in %s has not been read; the nearest is %.*s@%s, of %s",
		(int)len, text, text + len + 1, (int)len, text, near, kernels);
	return NULL;
}

char *preset_value(const struct preset *p, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = p->keys; *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");

		if (word > len && !strncmp(at, key, len) && at[len] == '=')
			return xstrndup(at + len + 1, word - len - 1);
		at += word;
	}
	return strcmp(key, "driver") ? NULL : xstrdup(p->name);
}

const struct preset_run *preset_run_of(const struct preset *p)
{
	const struct preset_run *run = preset_runs;

	for (; run->name; run++)
		if (!strcmp(run->name, p->name) && run->from == p->from)
			return run;
	return NULL;
}
