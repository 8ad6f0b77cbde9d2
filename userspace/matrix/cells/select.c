// SPDX-License-Identifier: GPL-2.0-only
/* See select.h. */
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/cells/cells.h"
#include "matrix/cells/select.h"

const char *const dim_words[] = {
#define X(id, word) word,
	MX_DIMS(X)
#undef X
		NULL,
};

/* Cut the end off that is this suffix. */
static bool cut(char *text, const char *suffix)
{
	size_t n = strlen(text), len = strlen(suffix);

	if (n <= len || strcmp(text + n - len, suffix))
		return false;
	text[n - len] = '\0';
	return true;
}

/* TOPOLOGY[-reversed]/POLICY[+maps|+dma]/ERRNO/MISBEHAVIOUR[+FAULT]/CALLER */
bool dims_parse(struct dims *d, const char *id)
{
	char *part[5], *save = NULL, *plus;
	int n = 0;

	if ((size_t)snprintf(d->text, sizeof(d->text), "%s", id) >=
	    sizeof(d->text))
		return false;
	for (char *p = strtok_r(d->text, "/", &save); p;
	     p = strtok_r(NULL, "/", &save)) {
		if (n == 5)
			return false;
		part[n++] = p;
	}
	if (n != 5)
		return false;
	d->value[DIM_ORDER] = cut(part[0], MX_REVERSED) ? "reversed" : "given";
	d->value[DIM_TOPOLOGY] = part[0];
	d->value[DIM_MAPS] = cut(part[1], MX_DMA)  ? "dma" :
			     cut(part[1], MX_MAPS) ? "yes" :
						     "no";
	d->value[DIM_POLICY] = part[1];
	d->value[DIM_ERRNO] = part[2];
	plus = strchr(part[3], '+');
	d->value[DIM_FAULT] = plus ? plus + 1 : "-";
	if (plus)
		*plus = '\0';
	d->value[DIM_MISBEHAVIOUR] = part[3];
	d->value[DIM_CALLER] = part[4];
	return true;
}

/* The dimension that a term begins with, and where its values are; or -1. */
static int term_dim(const char *term, const char **values, bool *negated)
{
	size_t n = strcspn(term, "!=");
	autofree char *word = xstrndup(term, n);

	*negated = term[n] == '!';
	if (term[n + *negated] != '=')
		return -1;
	*values = term + n + *negated + 1;
	return word_index(dim_words, word);
}

static bool one_of(const char *text, const char *values)
{
	autofree char *copy = xstrdup(values);
	char *save = NULL;

	for (char *v = strtok_r(copy, "|", &save); v;
	     v = strtok_r(NULL, "|", &save))
		if (!fnmatch(v, text, 0))
			return true;
	return false;
}

/*
 * All terms hold, of those dimensions that are known. A comma that begins no
 * term belongs to the value.
 */
static bool expression_holds(const struct dims *d, const char *filter)
{
	autofree char *copy = xstrdup(filter);

	for (char *term = copy, *next; term; term = next) {
		const char *values = NULL;
		bool negated, ignored;
		int dim;

		next = term;
		while ((next = strchr(next, ','))) {
			const char *rest;

			if (term_dim(next + 1, &rest, &ignored) >= 0)
				break;
			next++;
		}
		if (next)
			*next++ = '\0';
		dim = term_dim(term, &values, &negated);
		if (d->value[dim] && one_of(d->value[dim], values) == negated)
			return false;
	}
	return true;
}

bool cell_matches(const char *id, const char *filter)
{
	const char *values;
	bool negated;

	if (term_dim(filter, &values, &negated) >= 0) {
		struct dims d;

		return dims_parse(&d, id) && expression_holds(&d, filter);
	}
	if (strpbrk(filter, "*?["))
		return fnmatch(filter, id, 0) == 0;
	return strstr(id, filter) != NULL;
}

bool choice_has(const struct choice *choice, const char *id)
{
	if (choice->shard && !shard_has(choice->shard, id))
		return false;
	for (unsigned int i = 0; i < choice->n; i++)
		if (cell_matches(id, choice->filters[i]))
			return true;
	return !choice->n;
}

bool choice_may(const struct choice *choice, const char *topology)
{
	struct dims d = { 0 };

	snprintf(d.text, sizeof(d.text), "%s", topology);
	d.value[DIM_ORDER] = cut(d.text, MX_REVERSED) ? "reversed" : "given";
	d.value[DIM_TOPOLOGY] = d.text;
	for (unsigned int i = 0; i < choice->n; i++) {
		const char *values;
		bool negated;

		if (term_dim(choice->filters[i], &values, &negated) < 0 ||
		    expression_holds(&d, choice->filters[i]))
			return true;
	}
	return !choice->n;
}

bool shard_parse(struct shard *s, const char *text)
{
	const char *slash = strchr(text, '/');
	autofree char *first = slash ? xstrndup(text, (size_t)(slash - text)) :
				       NULL;
	uint64_t k, n;

	if (!slash || !number_parse(first, &k) ||
	    !number_parse(slash + 1, &n) || !k || k > n || n > 1000000)
		return false;
	s->k = (unsigned int)k;
	s->n = (unsigned int)n;
	return true;
}

/* FNV-1a, of 64 bits; the upper half folded in, since few bits are used. */
bool shard_has(const struct shard *s, const char *id)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *id; id++) {
		hash ^= (unsigned char)*id;
		hash *= 0x100000001b3ULL;
	}
	hash ^= hash >> 32;
	return hash % s->n == s->k - 1;
}
