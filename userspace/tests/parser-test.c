// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parsers on texts that the module would never write: cut short at every
 * byte, changed at every byte. They may refuse, they may not crash or leak,
 * and what they take must be whole. Then words, numbers, sizes and names.
 *
 * usage: parser-test STATE JOURNAL (two recorded files)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/split.h"
#include "lib/journal.h"
#include "lib/mem.h"
#include "lib/model.h"
#include "lib/words.h"
#include "tests/tap.h"

/* Every reference of a model that was taken can be followed. */
static bool whole(const struct model *m)
{
	for (unsigned int i = 0; i < m->n_devices; i++)
		if (model_device(m, m->devices[i].name) != &m->devices[i] ||
		    !m->devices[i].instance || !m->devices[i].domain)
			return false;
	for (unsigned int i = 0; i < m->n_domains; i++)
		if (model_domain(m, m->domains[i].name) != &m->domains[i] ||
		    !m->domains[i].maker || !m->domains[i].by)
			return false;
	return true;
}

/* 1: taken, 0: refused with a reason, -1: neither */
static int try_state(const char *text)
{
	char *why = NULL;
	struct model *m = model_parse(text, &why);
	int result = m ? (whole(m) && !why ? 1 : -1) : (why && *why ? 0 : -1);

	model_free(m);
	free(why);
	return result;
}

static void cut_state(const char *text)
{
	size_t len = strlen(text);
	bool good = true;

	for (size_t n = 0; n < len; n++) {
		char *cut = xstrndup(text, n);
		/* Whole lines are a state, if a smaller one; no others are. */
		int wanted = !n || text[n - 1] == '\n';

		if (try_state(cut) != wanted) {
			printf("# cut at %zu: %d\n", n, try_state(cut));
			good = false;
		}
		free(cut);
	}
	ok(good,
	   "state, cut short at every byte, is taken if it ends in a line");
	ok(try_state(text) == 1, "and whole");
}

static void change_state(const char *text)
{
	static const char to[] = { ' ', '=', '\n', '-', 'x', ',', ':', '\x80' };
	char *copy = xstrdup(text);
	bool good = true;

	for (size_t i = 0; copy[i]; i++)
		for (size_t c = 0; c < sizeof(to); c++) {
			copy[i] = to[c];
			good &= try_state(copy) >= 0;
			copy[i] = text[i];
		}
	free(copy);
	ok(good, "state, changed at every byte, is taken or refused");
}

static void lookups(const char *text)
{
	char *why = NULL;
	struct model *m = model_parse(text, &why);
	const struct m_domain *d = model_domain(m, "d3");
	const struct m_group *g = model_group(m, "g1");
	char *joined = names_join(&g->devices);
	const char **names = model_names(m, M_BUFFER);

	ok(d && d->pid == 977 && !strcmp(d->comm, "CPU_0/KVM") &&
		   d->mapped == 1073741824,
	   "a domain's fields");
	ok(names_have(&d->devices, "dev2") && !names_have(&d->devices, "dev"),
	   "a domain's devices");
	ok(!model_domain(m, "spare")->instance &&
		   model_domain(m, "spare")->devices.n == 0,
	   "- is none");
	ok(!strcmp(joined, "nic0,nic1"), "a group's devices");
	ok(!strcmp(names[0], "buf0") && !strcmp(names[2], "odd") && !names[3],
	   "the names of a kind");
	ok(!model_buffer(m, "buf") && !model_buffer(m, "") &&
		   !model_buffer(m, NULL) && !model_device(m, "buf0"),
	   "no object has another's name");
	ok(model_instance(m, "smmu0") && model_driver(m, "vtd"),
	   "instances and drivers");
	free(joined);
	free(names);
	model_free(m);
}

/* Thousands of objects: a lookup is no search through all of them. */
static void many(void)
{
	struct buf b = { 0 };
	char *why = NULL;
	struct model *m;
	bool good = true;

	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "buffer b%d size=4096 maps=%d\n", i, i);
	m = model_parse(b.text, &why);
	for (int i = 0; m && i < 20000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "b%d", i);
		good &= model_buffer(m, name) &&
			model_buffer(m, name)->maps == (uint64_t)i;
	}
	ok(m && good, "20000 objects");
	model_free(m);
	free(why);
	buf_free(&b);
}

static int try_event(const char *text)
{
	char *line = xstrdup(text);
	struct event ev;
	const char *why = event_parse(line, &ev);
	int good = why ? (*why ? 0 : -1) : (ev.type && ev.comm ? 1 : -1);

	free(line);
	return good;
}

static void events(char *text)
{
	static const char to[] = { ' ', '=', '-', 'x', '9', ':', '\x80', '\0' };
	bool whole_lines = true, cut = true, changed = true;
	char *line;

	while ((line = strsep(&text, "\n")) && *line) {
		char *copy = xstrdup(line);

		whole_lines &= try_event(line) == 1;
		for (size_t i = 0; line[i]; i++) {
			for (size_t c = 0; c < sizeof(to); c++) {
				copy[i] = to[c];
				changed &= try_event(copy) >= 0;
			}
			copy[i] = '\0';
			cut &= try_event(copy) >= 0;
			copy[i] = line[i];
		}
		free(copy);
	}
	ok(whole_lines, "every recorded event is taken");
	ok(cut, "events, cut short at every byte, are taken or refused");
	ok(changed, "events, changed at every byte, are taken or refused");
}

static void event_fields(void)
{
	char line[] = "8 1700000000 attach instance=smmu1 device=nic0 "
		      "domain=d3 old=none fresh=0 reason=- ret=-EMEDIUMTYPE "
		      "by=977:a:b";
	struct event ev;

	ok(!event_parse(line, &ev), "an event");
	ok(ev.seq == 8 && ev.nsec == 1700000000 && ev.kind == EV_ATTACH,
	   "its beginning");
	ok(!strcmp(ev.instance, "smmu1") && !strcmp(ev.old, "none") &&
		   !ev.reason && ev.fresh == 0 && ev.lost == -1,
	   "its fields");
	ok(ev.has_ret && ev.ret == -124 && !strcmp(ev.result, "-EMEDIUMTYPE"),
	   "its result");
	ok(ev.pid == 977 && !strcmp(ev.comm, "a:b"), "its process");
}

static void sizes(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "0", 0 },	      { "4096", 4096 },
		{ "4K", 4096 },	      { "2M", 2097152 },
		{ "0x10", 16 },	      { "0x1fK", 31744 },
		{ "3T", 3ULL << 40 }, { "0xffffffffffffffff", UINT64_MAX },
	};
	static const char *const wrong[] = {
		"",
		"K",
		"-1",
		"1k",
		"1KB",
		"0x",
		"1.5M",
		" 1",
		"1 ",
		"+1",
		"1M2",
		"16777216T",
		"18446744073709551616",
		"0X10",
		"0x0x20",
		"0x+1",
		"0x 1",
		"0x-1K",
		"12a",
	};
	bool all = true;
	uint64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		all &= size_parse(good[i].text, &n) && n == good[i].value;
	ok(all, "sizes");
	all = true;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		all &= !size_parse(wrong[i], &n);
	ok(all, "what is no size");
	ok(!number_parse("4K", &n) && number_parse("010", &n) && n == 10,
	   "a number has no unit, and a leading zero means nothing");
}

static void printed_sizes(void)
{
	static const struct {
		uint64_t value;
		const char *text;
	} rows[] = {
		{ 0, "0B" },	       { 1023, "1023B" },
		{ 1024, "1K" },	       { 1536, "1.5K" },
		{ 4096, "4K" },	       { 2097152, "2M" },
		{ 2162688, "2.1M" },   { 1048576, "1M" },
		{ 1ULL << 40, "1T" },  { 1ULL << 60, "1E" },
		{ UINT64_MAX, "16E" },
	};
	char out[32];
	bool all = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_print(rows[i].value, out, sizeof(out));
		if (strcmp(out, rows[i].text)) {
			printf("# %s, not %s\n", out, rows[i].text);
			all = false;
		}
	}
	ok(all, "sizes for people");
}

static void words(void)
{
	ok(word_index(check_words, "driver") == 0 &&
		   word_index(check_words, "enforce") == 7 &&
		   word_index(check_words, "never") == -1 &&
		   word_index(reason_words, "fresh") == 10 &&
		   word_index(reason_words, "sva") == 11 &&
		   word_index(reason_words, "dirty") == 12 &&
		   word_index(reason_words, "nest") == 13,
	   "words of abi.h are in its order");
	ok(errno_parse("EINVAL") == EINVAL &&
		   errno_parse("-EINVAL") == EINVAL && errno_parse("0") == 0 &&
		   errno_parse("524") == 524 && errno_parse("-16") == 16 &&
		   errno_parse("EINVALID") == -1 && errno_parse("") == -1 &&
		   errno_parse("-") == -1 && errno_parse("4096") == -1 &&
		   errno_parse("1x") == -1,
	   "errnos are read");
	ok(!strcmp(errno_name(-EBUSY), "EBUSY") &&
		   !strcmp(errno_name(EMEDIUMTYPE), "EMEDIUMTYPE") &&
		   !strcmp(errno_name(-524), "524"),
	   "errnos are named");
#define SAME(id, n) &&id == n
	ok(true MOCK_ERRNOS(SAME), "abi.h and this system agree on errnos");
	ok(name_valid("a") && name_valid("0") && name_valid("a_b.c-D") &&
		   name_valid("0123456789abcdef0123456789abcde") &&
		   !name_valid("0123456789abcdef0123456789abcdef") &&
		   !name_valid("") && !name_valid("-a") && !name_valid("_a") &&
		   !name_valid("a/b") && !name_valid("a b") &&
		   !name_valid("\xc3\xa4"),
	   "names");
}

static bool nearest(const char *const *list, const char *typed,
		    const char *wanted)
{
	const char *got = word_nearest(list, typed);

	return wanted ? got && !strcmp(got, wanted) : !got;
}

static void near(void)
{
	char long_word[200];

	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	ok(nearest(policy_words, "same-drivr", "same-driver") &&
		   nearest(policy_words, "smae-driver", "same-driver") &&
		   nearest(policy_words, "SAME-DRIVER", "same-driver") &&
		   nearest(policy_words, "compat", "compatible") &&
		   nearest(point_words, "atach", "attach") &&
		   nearest(prot_words, "wr", "rw"),
	   "near words are found");
	ok(nearest(policy_words, "xyzzy", NULL) &&
		   nearest(policy_words, "", NULL) &&
		   nearest(point_words, "q", NULL) &&
		   nearest(policy_words, long_word, NULL),
	   "far ones are not");
}

static bool splits(const char *text, int n, const char *first, const char *last)
{
	char *line = xstrdup(text);
	struct words w;
	const char *why = split_words(line, &w);
	bool good = n < 0 ? why != NULL :
			    !why && w.n == n &&
				    (!n || (!strcmp(w.v[0], first) &&
					    !strcmp(w.v[n - 1], last)));

	free(w.v);
	free(line);
	return good;
}

static void splitting(void)
{
	ok(splits("", 0, 0, 0) && splits(" \t\r\n", 0, 0, 0) &&
		   splits("# a b", 0, 0, 0) && splits("a b", 2, "a", "b") &&
		   splits("a #b", 1, "a", "a") &&
		   splits("a#b", 1, "a#b", "a#b") &&
		   splits("a\tb \n", 2, "a", "b"),
	   "words, blanks, comments");
	ok(splits("'a b' \"c d\"", 2, "a b", "c d") &&
		   splits("''", 1, "", "") &&
		   splits("a'b'\"c\"d", 1, "abcd", "abcd") &&
		   splits("'\\'", 1, "\\", "\\") &&
		   splits("\"\\\"\"", 1, "\"", "\"") &&
		   splits("a\\ b", 1, "a b", "a b") &&
		   splits("'#' a", 2, "#", "a"),
	   "quotes");
	ok(splits("'a", -1, 0, 0) && splits("\"a", -1, 0, 0) &&
		   splits("a \"b'", -1, 0, 0) && splits("a\\", -1, 0, 0) &&
		   splits("a\\\n", -1, 0, 0),
	   "what is not closed");
}

int main(int argc, char **argv)
{
	char *state, *journal;

	if (argc != 3)
		return 2;
	state = slurp(argv[1]);
	journal = slurp(argv[2]);
	cut_state(state);
	change_state(state);
	lookups(state);
	many();
	events(journal);
	event_fields();
	sizes();
	printed_sizes();
	words();
	near();
	splitting();
	free(state);
	free(journal);
	return done_testing();
}
