// SPDX-License-Identifier: GPL-2.0-only
/* The judge on journals that no module could have written. */
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "tests/judge-cases.h"
#include "tests/tap.h"

static uint64_t dice = 88172645463325252ULL;

static unsigned int roll(unsigned int n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned int)(dice % n);
}

static bool whole(struct judge *j)
{
	const struct observation *o;
	unsigned int n = judge_observations(j, &o), at = 0, seen = 0;
	struct judge_call c;
	bool good = true;

	while (judge_next_call(j, &at, &c))
		good &= c.event && *c.event;
	for (unsigned int r = R1; r < RULES; r++) {
		const struct verdict *v = judge_verdict(j, (enum rule)r);

		seen += v->seen;
		good &= (v->state == J_BROKEN) == (v->broken > 0) &&
			(v->state == J_NOT_KNOWN ||
			 (v->state == J_NOT_APPLICABLE) == !v->seen);
	}
	for (; n--; o++)
		good &= !o->broken || (o->why && *o->why);
	judge_observations(j, &o);
	return good && seen == judge_observations(j, &o);
}

/* What reads and what does not; those that do are judged. */
static bool take(const char *text)
{
	struct judge *j = judge_new();
	autofree char *copy = xstrdup(text);
	char *at = copy, *line;
	bool good;

	while ((line = strsep(&at, "\n"))) {
		struct event ev;

		if (!event_parse(line, &ev))
			judge_event(j, &ev);
	}
	judge_over(j, NULL);
	judge_run(j);
	good = whole(j);
	judge_free(j);
	return good;
}

static void cut(const char *text)
{
	bool good = true;

	for (size_t n = 0; n <= strlen(text); n += 1 + n % 3) {
		autofree char *some = xstrndup(text, n);

		good &= take(some);
	}
	ok(good, "a journal that is cut short anywhere is judged");
}

static void change(const char *text)
{
	static const char to[] = { ' ', '=', '\n', '-', '9', 'd', '\x80' };
	autofree char *copy = xstrdup(text);
	bool good = true;

	for (size_t i = 0; copy[i]; i++) {
		copy[i] = to[roll(sizeof(to))];
		good &= take(copy);
		copy[i] = text[i];
	}
	ok(good, "so is one that is changed anywhere");
}

static void shuffle(const char *text)
{
	const char *lines[512];
	unsigned int n = 0;
	bool good = true;

	for (const char *at = text; *at && n < 512; at = strchr(at, '\n') + 1)
		lines[n++] = at;
	for (int round = 0; round < 300; round++) {
		autobuf struct buf b = { 0 };

		for (unsigned int i = 0; i < n; i++) {
			const char *line = lines[roll(n)];

			buf_add(&b, line, strcspn(line, "\n") + 1);
		}
		good &= take(b.text);
	}
	ok(good, "and one whose lines are in any order");
}

static const char *pick(const char *const *words, unsigned int n)
{
	return words[roll(n)];
}

/* Few names, so that they meet, and every kind of event. */
static void add_soup(struct buf *b, unsigned int seq)
{
	static const char *const events[] = { "attach",	 "attach", "attach",
					      "attach",	 "call",   "call",
					      "alloc",	 "free",   "probe",
					      "release", "dma",	   "invalidate",
					      "fault",	 "sneeze" };
	static const char *const devices[] = { "a", "b", "c", "-" };
	static const char *const places[] = { "d1",	  "d2",	     "d3",
					      "identity", "blocked", "none",
					      "-" };
	static const char *const rets[] = { "0",       "0",	     "0",
					    "-EINVAL", "-ENOMEM",    "-EBUSY",
					    "7",       "-2147483648" };
	static const char *const ops[] = { "attach", "attach_group", "release",
					   "unmap",  "map",	     "read",
					   "write" };
	static const char *const reasons[] = { "-",	    "ias",   "fault",
					       "never",	    "stale", "foreign",
					       "not-mapped" };

	buf_printf(
		b,
		"%u 1 %s instance=%s device=%s domain=%s old=%s fresh=%u reason=%s op=%s object=%s arg=%s iova=0x%x size=0x%x at=0x%x attached=%u lost=%u scope=range ret=%s by=%u:x\n",
		seq, pick(events, ARRAY_SIZE(events)), roll(2) ? "i" : "k",
		pick(devices, 4), pick(places, 7), pick(places, 7), roll(2),
		pick(reasons, 7), pick(ops, 7),
		roll(2) ? pick(places, 7) : pick(devices, 4),
		roll(2) ? pick(devices, 4) : "0x0", roll(3) << 12,
		roll(3) << 12, roll(3) << 12, roll(3), roll(2),
		pick(rets, ARRAY_SIZE(rets)), 1 + roll(2));
}

void judge_soup(void)
{
	bool good = true;

	for (int round = 0; round < 2000; round++) {
		autobuf struct buf b = { 0 };

		for (unsigned int i = 0; i < 60; i++)
			add_soup(&b, i + 1);
		good &= take(b.text);
	}
	ok(good, "and 2000 of events at random");
}

void judge_spoiled(const char *journal)
{
	autofree char *text = slurp(journal);

	cut(text);
	change(text);
	shuffle(text);
}
