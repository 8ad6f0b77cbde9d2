// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy as docs/ABI.md defines it, over the options of a topology's
 * instances: the first check that fails, in this order. Nothing of
 * module/policy/ is used: the two are compared by running the cells.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "matrix/cells/generate.h"

/* The value of KEY= among the options; free() it. */
static char *option(const struct topo_inst *in, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = in->options; *at; at += *at == ' ') {
		size_t len = strcspn(at, " ");

		if (len > n && !strncmp(at, key, n) && at[n] == '=')
			return xstrndup(at + n + 1, len - n - 1);
		at += len;
	}
	return xstrdup("");
}

static bool same(const struct topo_inst *a, const struct topo_inst *b,
		 const char *key)
{
	autofree char *x = option(a, key), *y = option(b, key);

	return !strcmp(x, y);
}

static bool greater(const struct topo_inst *a, const struct topo_inst *b,
		    const char *key)
{
	autofree char *x = option(a, key), *y = option(b, key);

	return atoi(x) > atoi(y);
}

/* How many words of a's list are not in b's, and how many are. */
static void compare(const struct topo_inst *a, const struct topo_inst *b,
		    const char *key, unsigned int * not, unsigned int *both)
{
	autofree char *x = option(a, key), *y = option(b, key);
	char *save = NULL;

	*not = *both = 0;

	for (char *w = strtok_r(x, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		bool found = word_listed(y, ',', w);

		*both += found;
		*not += !found;
	}
}

static bool subset(const struct topo_inst *a, const struct topo_inst *b,
		   const char *key)
{
	unsigned int not, both;

	compare(a, b, key, &not, &both);
	return !not ;
}

bool relation_narrows(const struct topo_inst *made, const struct topo_inst *in)
{
	unsigned int not, both;

	compare(made, in, "pgsizes", &not, &both);
	return greater(made, in, "ias") || (not &&both);
}

/* Is the check among those that the policy names? */
static bool has(const char *policy, const char *check)
{
	if (!strcmp(policy, "any"))
		return false;
	if (!strcmp(policy, "same-instance"))
		return !strcmp(check, "instance");
	if (!strcmp(policy, "same-driver"))
		return !strcmp(check, "driver");
	if (!strcmp(policy, "compatible"))
		return strcmp(check, "instance");
	return word_listed(policy, ',', check);
}

static const char *driver(const struct topo_inst *in)
{
	return in->driver ? in->driver : "mock";
}

/* "A deny B": 'X' or '.', or 0 if there is no exception for the two. */
static char exception(const char *const pairs[4], const char *a, const char *b)
{
	for (int i = 0; i < 4 && pairs[i]; i++) {
		autofree char *one = xprintf("%s deny %s", a, b);
		autofree char *two = xprintf("%s deny %s", b, a);
		autofree char *three = xprintf("%s allow %s", a, b);
		autofree char *four = xprintf("%s allow %s", b, a);

		if (!strcmp(pairs[i], one) || !strcmp(pairs[i], two))
			return 'X';
		if (!strcmp(pairs[i], three) || !strcmp(pairs[i], four))
			return '.';
	}
	return 0;
}

/* The domain has copied the features of the instance "made". */
static char check(const struct topo_inst *made, const struct topo_inst *in,
		  const char *policy)
{
	autofree char *coherent = option(made, "coherent");
	autofree char *walker = option(in, "coherent");

	if (has(policy, "instance") && made != in)
		return 'I';
	if (has(policy, "format") && !same(made, in, "format"))
		return 'F';
	if (has(policy, "ias") && greater(made, in, "ias"))
		return 'A';
	if (has(policy, "oas") && greater(made, in, "oas"))
		return 'O';
	if (has(policy, "pgsizes") && !subset(made, in, "pgsizes"))
		return 'P';
	if (has(policy, "coherent") && *coherent == '1' && *walker == '0')
		return 'C';
	if (has(policy, "enforce") && made->enforce && !in->enforce)
		return 'E';
	return '.';
}

char relation(const struct topo *t, const char *policy,
	      const char *const pairs[4], int dev, int dom)
{
	const struct topo_inst *in = &t->insts[dev], *made = &t->insts[dom];
	char c;

	/* the core's gatekeeper, before any policy */
	if (strcmp(driver(in), driver(made)))
		return '-';
	c = in == made ? 0 : exception(pairs, in->name, made->name);
	if (c)
		return c;
	return !strcmp(policy, "never") ? 'N' : check(made, in, policy);
}
