// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "lib/presets.h"
#include "lib/words.h"

const char *const *word_list(enum word word)
{
	switch (word) {
	case W_POINT:
	case W_POINT_OR_ALL:
		return point_words;
	case W_EVENT:
		return event_words;
	case W_EVENTS:
		return record_words;
	case W_DMA:
		return dma_words;
	case W_FORMAT:
		return format_words;
	case W_PRESET:
	case W_PRESET_OR_ALL:
		return preset_words();
	case W_SCENARIO:
		return program_words(word);
	case W_POLICY:
		return policy_words;
	case W_ERRNO:
	case W_ERRNOS:
		return errno_words;
	case W_MISBEHAVE:
		return misbehave_words;
	case W_BOOL:
		return bool_words;
	case W_DEFAULT:
		return default_words;
	case W_BUS:
		return bus_words;
	case W_LIKE:
		return like_words;
	case W_BRIDGE:
		return bridge_words;
	case W_HOTPLUG:
		return hotplug_words;
	case W_PROT:
		return prot_words;
	case W_HANDLER:
		return handler_words;
	case W_PAGE_CODE:
		return page_code_words;
	case W_FILTER:
		return filter_words;
	default:
		return NULL;
	}
}

const char **list_add(const char **list, unsigned int *n, const char *word)
{
	list = xrealloc(list, *n + 2, sizeof(*list));
	list[(*n)++] = word;
	list[*n] = NULL;
	return list;
}

char *did_you_mean(const char *const *list, const char *typed)
{
	const char *near = word_nearest(list, typed);

	return near ? xprintf("; did you mean %s?", near) : xstrdup("");
}

static int not_a_word(const struct ctx *ctx, const char *what,
		      const char *const *list, const char *value)
{
	const char *near = word_nearest(list, value);
	autobuf struct buf all = { 0 };

	if (near)
		return usage_error(ctx,
				   "%s: no such word as '%s'; did you mean %s?",
				   what, value, near);
	for (; *list; list++)
		buf_printf(&all, "%s%s", all.len ? ", " : "", *list);
	return usage_error(ctx, "%s: no such word as '%s'; it takes %s", what,
			   value, all.text);
}

static int errno_check(const struct ctx *ctx, const char *what,
		       const char *value)
{
	if (*value != '-' && errno_parse(value) >= 0)
		return ST_OK;
	return not_a_word(ctx, what, errno_words, value);
}

/* One item of a list; an item of W_ERRNOS may be CHECK=ERRNO. */
static int item_check(const struct ctx *ctx, const char *what, enum word word,
		      char *item)
{
	const char *const *list = word_list(word);
	char *equals = strchr(item, '=');
	uint64_t n;

	if (word == W_PGSIZES)
		return size_parse(item, &n) ?
			       ST_OK :
			       usage_error(ctx, "%s: '%s' is not a page size",
					   what, item);
	if (word == W_ERRNOS && equals) {
		*equals = '\0';
		if (word_index(reason_words, item) < 0)
			return not_a_word(ctx, what, reason_words, item);
		return errno_check(ctx, what, equals + 1);
	}
	if (word == W_ERRNOS)
		return errno_check(ctx, what, item);
	if (word_index(list, item) < 0)
		return not_a_word(ctx, what, list, item);
	return ST_OK;
}

static int list_check(const struct ctx *ctx, const char *what, enum word word,
		      const char *value)
{
	autofree char *copy = xstrdup(value);
	char *rest = copy, *item;
	int st = ST_OK;

	while (st == ST_OK && (item = strsep(&rest, ",")))
		st = item_check(ctx, what, word, item);
	return st;
}

/*
 * Also accepts kernels that completion does not offer: all between the two that
 * it offers.
 */
static int preset_check(const struct ctx *ctx, const char *what,
			const char *value)
{
	autobuf struct buf why = { 0 };

	return preset_find(value, &why) ?
		       ST_OK :
		       usage_error(ctx, "%s: %s", what, why.text);
}

int word_check(const struct ctx *ctx, const char *what, enum word word,
	       const char *value)
{
	const char *const *list = word_list(word);
	uint64_t n;

	if (!*value)
		return usage_error(ctx, "%s is empty", what);
	switch (word) {
	case W_NEW:
	case W_DRIVER:
	case W_INSTANCE:
	case W_GROUP:
	case W_DEVICE:
	case W_DOMAIN:
	case W_BUFFER:
		if (!name_valid(value))
			return usage_error(
				ctx,
				"%s: '%s' is not a name: 1 to %d letters, digits, _ . -, beginning with a letter or a digit",
				what, value, MOCK_NAME_LEN - 1);
		return ST_OK;
	case W_LIMIT:
		if (!strcmp(value, "-1"))
			return ST_OK;
		/* fall through */
	case W_NUMBER:
		if (!number_parse(value, &n))
			return usage_error(ctx, "%s: '%s' is not a number",
					   what, value);
		return ST_OK;
	case W_SIZE:
		if (!size_parse(value, &n))
			return usage_error(
				ctx,
				"%s: '%s' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T",
				what, value);
		return ST_OK;
	case W_POLICY:
	case W_MISBEHAVE:
	case W_ERRNOS:
	case W_PGSIZES:
	case W_EVENTS:
		return list_check(ctx, what, word, value);
	case W_ERRNO:
		return errno_check(ctx, what, value);
	case W_PRESET_OR_ALL:
		if (!strcmp(value, "all"))
			return ST_OK;
		return preset_check(ctx, what, value);
	case W_PRESET:
		return preset_check(ctx, what, value);
	case W_POINT_OR_ALL:
		if (!strcmp(value, "all"))
			return ST_OK;
		break;
	case W_SCENARIO:
		if (program_word(word, value))
			return ST_OK;
		break;
	default:
		break;
	}
	if (list && word_index(list, value) < 0)
		return not_a_word(ctx, what, list, value);
	return ST_OK;
}

void values_free(struct values *v)
{
	for (unsigned int i = 0; i < v->n_keys; i++)
		free((char *)v->keys[i].name);
	free(v->options);
	free(v->keys);
	buf_free(&v->key_line);
}

const char *opt_value(const struct ctx *ctx, const char *name, unsigned int i)
{
	const struct values *v = cli_of(ctx)->values;

	for (unsigned int at = 0; v && at < v->n_options; at++)
		if (!strcmp(v->options[at].name, name) && !i--)
			return v->options[at].value;
	return NULL;
}

const char *key_value(const struct ctx *ctx, const char *name)
{
	const struct values *v = cli_of(ctx)->values;

	for (unsigned int i = 0; v && i < v->n_keys; i++)
		if (!strcmp(v->keys[i].name, name))
			return v->keys[i].value;
	return NULL;
}

const char *key_line(const struct ctx *ctx)
{
	const struct values *v = cli_of(ctx)->values;

	return v && v->key_line.text ? v->key_line.text : "";
}

static void append(struct value **list, unsigned int *n, const char *name,
		   const char *value)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = (struct value){ name, value };
}

static int key_add(const struct ctx *ctx, struct values *v, const char *arg)
{
	const struct key *keys = cli_of(ctx)->command->keys, *k;
	const char *equals = strchr(arg, '=');
	char *name = xstrndup(arg, equals - arg);
	autofree char *what = xprintf("%s=", name);
	int st = ST_OK;

	for (k = keys; k->name && strcmp(k->name, name); k++)
		;
	if (!k->name) {
		const char **list = NULL;
		autofree char *hint = NULL;
		unsigned int n = 0;

		for (k = keys; k->name; k++)
			list = list_add(list, &n, k->name);
		hint = did_you_mean(list, name);
		free(list);
		st = usage_error(ctx, "there is no key '%s'%s", name, hint);
	} else if (key_value(ctx, name)) {
		st = usage_error(ctx, "%s is given twice", what);
	} else {
		st = word_check(ctx, what, k->word, equals + 1);
	}
	if (st != ST_OK) {
		free(name);
		return st;
	}
	append(&v->keys, &v->n_keys, name, equals + 1);
	buf_printf(&v->key_line, "%s%s", v->key_line.len ? " " : "", arg);
	return ST_OK;
}

/* By its name, of len characters; or, if name is NULL, by its letter. */
static const struct option *option_find(const struct option *const *lists,
					const char *name, size_t len,
					char letter)
{
	for (; *lists; lists++)
		for (const struct option *o = *lists; o->name; o++)
			if (name ? !strncmp(o->name, name, len) &&
					    !o->name[len] :
				   o->letter == letter)
				return o;
	return NULL;
}

static int option_unknown(const struct ctx *ctx,
			  const struct option *const *lists, const char *arg)
{
	autofree char *hint = NULL;
	const char **words = NULL;
	unsigned int n = 0;

	if (arg[1] != '-')
		return usage_error(ctx, "there is no option %.2s", arg);
	for (; *lists; lists++)
		for (const struct option *o = *lists; o->name; o++)
			words = list_add(words, &n, o->name);
	hint = did_you_mean(words, arg + 2);
	free(words);
	if (!*hint)
		return usage_error(ctx, "there is no option %s", arg);
	return usage_error(ctx, "there is no option %s; did you mean --%s", arg,
			   hint + strlen("; did you mean "));
}

static int option_value_check(const struct ctx *ctx, const struct option *o,
			      const char *value)
{
	autofree char *what = xprintf("--%s", o->name);
	const char **words;
	unsigned int n = 0;
	int st = ST_OK;

	if (!o->choice)
		return word_check(ctx, what, o->word, value);
	while (o->choice(n))
		n++;
	words = xalloc((n + 1) * sizeof(*words));
	for (unsigned int i = 0; i < n; i++)
		words[i] = o->choice(i);
	if (word_index(words, value) < 0)
		st = not_a_word(ctx, what, words, value);
	free(words);
	return st;
}

/* Letters that are bundled: -Jn, -oNAME. Uses up *next for an argument. */
static int letters_add(const struct ctx *ctx, struct values *v,
		       const struct option *const *lists, const char *arg,
		       char *next, bool *used)
{
	for (const char *p = arg + 1; *p; p++) {
		const struct option *o = option_find(lists, NULL, 0, *p);
		const char *value = "";
		int st;

		if (!o)
			return usage_error(ctx, "there is no option -%c", *p);
		if (o->arg) {
			value = p[1] ? p + 1 : next;
			*used = !p[1];
			if (!value)
				return usage_error(ctx, "-%c needs %s", *p,
						   o->arg);
			st = option_value_check(ctx, o, value);
			if (st != ST_OK)
				return st;
		}
		append(&v->options, &v->n_options, o->name, value);
		if (o->arg)
			break;
	}
	return ST_OK;
}

static int option_add(const struct ctx *ctx, struct values *v,
		      const struct option *const *lists, const char *arg,
		      char *next, bool *used)
{
	const char *equals = strchr(arg, '=');
	size_t len = equals ? (size_t)(equals - arg - 2) : strlen(arg) - 2;
	const struct option *o;
	const char *value = "";
	int st = ST_OK;

	if (arg[1] != '-')
		return letters_add(ctx, v, lists, arg, next, used);
	o = option_find(lists, arg + 2, len, 0);
	if (!o)
		return option_unknown(ctx, lists, arg);
	if (!o->arg && equals)
		return usage_error(ctx, "--%s takes no value", o->name);
	if (o->arg) {
		value = equals ? equals + 1 : next;
		*used = !equals;
		if (!value)
			return usage_error(ctx, "--%s needs %s", o->name,
					   o->arg);
		st = option_value_check(ctx, o, value);
	}
	if (st == ST_OK)
		append(&v->options, &v->n_options, o->name, value);
	return st;
}

/* "-nJ": true if all letters are options, and one of them is this option. */
static bool letters_ask(const struct option *const *lists,
			const struct option *wanted, const char *letters,
			bool *takes_next)
{
	for (; *letters; letters++) {
		const struct option *o = option_find(lists, NULL, 0, *letters);

		if (o == wanted)
			return true;
		if (!o)
			return false;
		*takes_next = o->arg && !letters[1];
		if (o->arg)
			return false;
	}
	return false;
}

bool values_ask(const struct command *cmd, const char *name, int argc,
		char *const *argv)
{
	const struct option *lists[MAX_OPTION_LISTS], *wanted, *o;

	command_option_lists(cmd, lists);
	wanted = option_find(lists, name, strlen(name), 0);
	for (int i = 0; wanted && i < argc && strcmp(argv[i], "--"); i++) {
		bool takes_next = false;

		if (argv[i][0] != '-')
			continue;
		if (argv[i][1] != '-') {
			if (letters_ask(lists, wanted, argv[i] + 1,
					&takes_next))
				return true;
		} else {
			o = option_find(lists, argv[i] + 2, strlen(argv[i] + 2),
					0);
			if (o == wanted)
				return true;
			takes_next = o && o->arg;
		}
		i += takes_next;
	}
	return false;
}

int values_parse(const struct ctx *ctx, struct values *v, int *argc,
		 char **argv)
{
	const struct option *lists[MAX_OPTION_LISTS];
	bool options = true;
	int st = ST_OK, n = 0;

	command_option_lists(cli_of(ctx)->command, lists);
	for (int i = 0; i < *argc && st == ST_OK; i++) {
		char *next = i + 1 < *argc ? argv[i + 1] : NULL;
		bool used = false;

		if (options && !strcmp(argv[i], "--"))
			options = false;
		else if (options && argv[i][0] == '-' && argv[i][1])
			st = option_add(ctx, v, lists, argv[i], next, &used);
		else if (cli_of(ctx)->command->keys && strchr(argv[i], '='))
			st = key_add(ctx, v, argv[i]);
		else
			argv[n++] = argv[i];
		i += used;
	}
	*argc = n;
	return st;
}
