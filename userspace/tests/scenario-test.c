// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the scenarios make of what they saw, with both answers; the names of the
 * list; and what a run has changed of the system, which is put back.
 * argv[1] is a recorded tree that may be changed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "scenario/judge.h"
#include "tests/tap.h"

/* ---- verdicts ---------------------------------------------------------------- */

static void is_verdict(enum verdict got, enum verdict wanted, const char *what,
		       struct scene *s)
{
	autofree char *name = xprintf("%s: %s (%s)", what,
				      verdict_words[wanted],
				      s->out->why.text ? s->out->why.text : "");

	ok(got == wanted && s->out->why.text, name);
	buf_free(&s->out->why);
	*s->out = (struct sc_outcome){ 0 };
}

#define JUDGED(id, wanted, what, ...)                                     \
	is_verdict(sc_judge_##id(&s, &(struct seen_##id){ __VA_ARGS__ }), \
		   wanted, #id ": " what, &s)

static void verdicts(void)
{
	struct sc_outcome out = { 0 };
	struct scene s = { .out = &out };

	JUDGED(b10, SC_ABSENT, "a page table of its own, and the errno",
	       .hard = -EOPNOTSUPP);
	JUDGED(b10, SC_PRESENT, "a promise that is not kept",
	       .hard = -EOPNOTSUPP, .promised = true);
	JUDGED(b10, SC_PRESENT, "EINVAL ends the attach", .soft = -EINVAL,
	       .hard = -EOPNOTSUPP);
	JUDGED(b10, SC_PRESENT, "EOPNOTSUPP does not", .hard = 0);

	JUDGED(b12, SC_ABSENT, "EINVAL without a call", .err = -EINVAL);
	JUDGED(b12, SC_PRESENT, "EINVAL, of a driver", .err = -EINVAL,
	       .called = true);
	JUDGED(b12, SC_PRESENT, "another errno", .err = -ENODEV);
	JUDGED(b12, SC_PRESENT, "success", .called = true);

	JUDGED(b15, SC_ABSENT, "reserved where the device is", .err = -EINVAL,
	       .in_old = true);
	JUDGED(b15, SC_PRESENT, "reserved nowhere", .err = -EINVAL);
	JUDGED(b15, SC_PRESENT, "reserved in both", .err = -EINVAL,
	       .in_old = true, .in_new = true);

	JUDGED(b63, SC_ABSENT, "each group once", .first = 1, .all = 2);
	JUDGED(b63, SC_PRESENT, "a group that is not complete", .early = 1,
	       .first = 1, .all = 2);
	JUDGED(b63, SC_PRESENT, "the wrong group", .first = 1, .second = 1,
	       .all = 2);
	JUDGED(b63, SC_PRESENT, "no answer", .first = 0, .all = 1);
	JUDGED(b63, SC_PRESENT, "one too many", .first = 1, .all = 3);

	JUDGED(b64, SC_ABSENT, "invalid", .invalid = 1, .all = 1);
	JUDGED(b64, SC_PRESENT, "no answer", .all = 0);
	JUDGED(b64, SC_PRESENT, "success", .all = 1);
	JUDGED(b64, SC_PRESENT, "two answers", .invalid = 2, .all = 2);

	JUDGED(b17, SC_ABSENT, "it fails, then succeeds", .first = -ENOMEM);
	JUDGED(b17, SC_PRESENT, "it does not fail", .first = 0);
	JUDGED(b17, SC_PRESENT, "it fails for ever", .first = -ENOMEM,
	       .second = -EEXIST);
	JUDGED(b17, SC_PRESENT, "it succeeds with holes", .first = -ENOMEM,
	       .faults = true);

#define RIGHT_B19                                               \
	.mapped = 65536, .middle = 16384, .middle_told = 16384, \
	.hole_faults = true, .end_faults = true
	JUDGED(b19, SC_ABSENT, "in three steps", RIGHT_B19, .rest_told = 49152);
	JUDGED(b19, SC_PRESENT, "the rest is too small", RIGHT_B19,
	       .rest_told = 16384);
	JUDGED(b19, SC_PRESENT, "the rest is lost early", RIGHT_B19,
	       .rest_told = 49152, .rest_faults = true);
	JUDGED(b19, SC_PRESENT, "something stays pinned", RIGHT_B19,
	       .rest_told = 49152, .pinned_after = 16);
	JUDGED(b19, SC_PRESENT, "the middle stays", .mapped = 65536,
	       .middle = 16384, .middle_told = 16384, .rest_told = 49152,
	       .end_faults = true);
	JUDGED(b19, SC_PRESENT, "more than the middle goes", .mapped = 65536,
	       .middle = 16384, .middle_told = 65536, .hole_faults = true,
	       .end_faults = true, .rest_told = 49152);
	JUDGED(b19, SC_PRESENT, "the end stays", .mapped = 65536,
	       .middle = 16384, .middle_told = 16384, .hole_faults = true,
	       .rest_told = 49152);

#define REFUSED_B83 .into = -EINVAL, .inside = -EINVAL, .out_of = -EINVAL
	JUDGED(b83, SC_ABSENT, "only what does not overlap", REFUSED_B83,
	       .told = true);
	JUDGED(b83, SC_PRESENT, "it is not told", REFUSED_B83);
	JUDGED(b83, SC_PRESENT, "DMA into it", REFUSED_B83, .told = true,
	       .reached = true);
	JUDGED(b83, SC_PRESENT, "a map into it", .told = true,
	       .inside = -EINVAL, .out_of = -EINVAL);
	JUDGED(b83, SC_PRESENT, "a map inside", .told = true, .into = -EINVAL,
	       .out_of = -EINVAL);
	JUDGED(b83, SC_PRESENT, "a map out of it", .told = true,
	       .into = -EINVAL, .inside = -EINVAL);
	JUDGED(b83, SC_PRESENT, "no map before it", REFUSED_B83, .told = true,
	       .below = -EINVAL);
	JUDGED(b83, SC_PRESENT, "no map behind it", REFUSED_B83, .told = true,
	       .above = -EINVAL);
	JUDGED(b83, SC_PRESENT, "no DMA beside it", REFUSED_B83, .told = true,
	       .lost = true);

	JUDGED(b85, SC_ABSENT, "no pins, no writes", .pages = 16,
	       .told = 65536);
	JUDGED(b85, SC_ABSENT, "a few pins of others", .pages = 16, .left = 3,
	       .told = 65536);
	JUDGED(b85, SC_PRESENT, "a pin a page", .pages = 16, .left = 16,
	       .told = 65536);
	JUDGED(b85, SC_PRESENT, "a write", .pages = 16, .written = true,
	       .told = 65536);
	JUDGED(b85, SC_PRESENT, "no read", .pages = 16, .unread = true,
	       .told = 65536);
	JUDGED(b85, SC_PRESENT, "a part stays", .pages = 16, .told = 4096);

	JUDGED(b82, SC_ABSENT, "nothing to unmap is no error", .mapped = 8192,
	       .around = 8192);
	JUDGED(b82, SC_PRESENT, "ENOENT for an empty space", .empty = -ENOENT,
	       .mapped = 8192, .around = 8192);
	JUDGED(b82, SC_PRESENT, "ENOENT for a hole", .between = -ENOENT,
	       .mapped = 8192, .around = 8192);
	JUDGED(b82, SC_PRESENT, "bytes of a hole", .hole = 4096, .mapped = 8192,
	       .around = 8192);
	JUDGED(b82, SC_PRESENT, "the size is not told", .mapped = 8192);

	JUDGED(b84, SC_ABSENT, "ENOSPC at the limit", .limit = 10, .made = 10,
	       .end = -ENOSPC, .next_faults = true);
	JUDGED(b84, SC_PRESENT, "no end", .limit = 10, .made = 11);
	JUDGED(b84, SC_PRESENT, "an end too early", .limit = 10, .made = 9,
	       .end = -ENOSPC, .next_faults = true);
	JUDGED(b84, SC_PRESENT, "another errno", .limit = 10, .made = 10,
	       .end = -ENOMEM, .next_faults = true);
	JUDGED(b84, SC_PRESENT, "what was refused is mapped", .limit = 10,
	       .made = 10, .end = -ENOSPC);
	JUDGED(b84, SC_PRESENT, "no room after an unmap", .limit = 10,
	       .made = 10, .end = -ENOSPC, .next_faults = true,
	       .again = -ENOSPC);

	JUDGED(b86, SC_ABSENT, "EINVAL, and all stays", .asked = 5,
	       .refused = 5, .mapped = 65536, .around = 65536);
	JUDGED(b86, SC_PRESENT, "a part goes", .asked = 5, .refused = 4,
	       .mapped = 65536, .around = 65536);
	JUDGED(b86, SC_PRESENT, "a page is lost", .asked = 5, .refused = 5,
	       .lost = 1, .mapped = 65536, .around = 65536);
	JUDGED(b86, SC_PRESENT, "less is told than was mapped", .asked = 5,
	       .refused = 5, .mapped = 65536, .around = 61440);

	JUDGED(b87, SC_ABSENT, "EFAULT, and the page stays dirty",
	       .err = -EFAULT, .kept = true);
	JUDGED(b87, SC_PRESENT, "0, and the page is lost", .kept = false);
	JUDGED(b87, SC_PRESENT, "EFAULT, and the page is lost", .err = -EFAULT);
	JUDGED(b87, SC_PRESENT, "0 for nothing", .kept = true);

	JUDGED(b88, SC_ABSENT, "EFAULT, and the PASID is off again",
	       .err = -EFAULT, .stays = true);
	JUDGED(b88, SC_PRESENT, "the device is detached instead",
	       .err = -EFAULT, .attached = true);
	JUDGED(b88, SC_PRESENT, "both are detached", .err = -EFAULT);
	JUDGED(b88, SC_PRESENT, "the PASID stays attached", .err = -EFAULT,
	       .stays = true, .attached = true);
}

/* ---- names ------------------------------------------------------------------- */

static char said[256];

static void say(void *owner, const struct complaint *c)
{
	(void)owner;
	snprintf(said, sizeof(said), "%s", c->sentence);
}

static const struct command *command(const char *verb)
{
	for (const struct command *c = scenario_commands; c->noun; c++)
		if (!strcmp(c->verb, verb))
			return c;
	abort();
}

static void names(const char *tree)
{
	static char *unknown[] = { "B04", "B99", NULL };
	struct cli cli = { .ctx = { .sysroot = tree, .say = say } };
	unsigned int n = 0, words = 0, found = 0;

	for (const struct scenario *sc = scenarios; sc->id; sc++)
		n++;
	for (const char *const *w = scenario_words(); *w; w++, words++)
		found += !!scenario_find(*w);
	ok(words == 2 * n && found == words,
	   "an id and a slug of each, and each is found");
	ok(scenario_find("b04") == scenario_find("half-attached"),
	   "ids in any case");
	ok(!scenario_find("B99") && !scenario_find(""), "others are not");

	cli.ctx.owner = &cli;
	cli.command = command("show");
	ok(cli.command->run(&cli.ctx, 2, unknown) == -EINVAL &&
		   !strcmp(said, "there is no scenario 'B99'"),
	   "show: a name that is not in the list is told");
	said[0] = '\0';
	cli.command = command("run");
	ok(cli.command->run(&cli.ctx, 2, unknown) == -EINVAL &&
		   !strcmp(said, "there is no scenario 'B99'"),
	   "run: the same, before the first one runs");
}

/* ---- what is put back ----------------------------------------------------------- */

#define LIMIT "/sys/limit"

static int told_to_end[2];

static enum verdict ends_well(struct scene *s)
{
	sc_file(s, LIMIT, "10");
	return sc_end(s, SC_ABSENT, "done");
}

static enum verdict fails(struct scene *s)
{
	sc_file(s, LIMIT, "10");
	sc_fail(s, "no luck");
	sc_file(s, LIMIT, "11");
	return SC_ERROR;
}

static enum verdict interrupted(struct scene *s)
{
	sc_file(s, LIMIT, "10");
	if (write(told_to_end[1], "x", 1) != 1)
		abort();
	sc_instance(s, "never", NULL);
	return sc_end(s, SC_ABSENT, "done");
}

static enum verdict has_none(struct scene *s)
{
	return sc_end(s,
		      sc_file(s, "/sys/no-limit", "10") ? SC_ERROR : SC_CANNOT,
		      "there is none");
}

static enum verdict goes_away(struct scene *s)
{
	autofree char *path = root_path(s->ctx, LIMIT);

	sc_file(s, LIMIT, "10");
	unlink(path);
	return sc_end(s, SC_ABSENT, "done");
}

/* Writes to a recorded tree append, so that its file tells all of them. */
static void run(struct ctx *ctx, enum verdict (*fn)(struct scene *s),
		enum verdict wanted, const char *why, const char *file,
		const char *what)
{
	struct scenario sc = { .id = "B00", .run = fn };
	autofree char *path = root_path(ctx, LIMIT);
	autofree char *now = NULL;
	struct sc_outcome out;
	bool good;
	FILE *f = fopen(path, "w");

	if (!f || fputs("65535\n", f) < 0 || fclose(f))
		abort();
	scenario_run(ctx, &sc, NULL, &out);
	now = root_read(ctx, LIMIT);
	good = out.verdict == wanted && !strcmp(out.why.text, why) &&
	       !strcmp(now ? now : "", file);
	ok(good, what);
	if (!good)
		printf("# %s: %s; %s\n", verdict_words[out.verdict],
		       out.why.text, now);
	buf_free(&out.why);
	buf_free(&out.steps);
}

static void put_back(const char *tree)
{
	struct ctx ctx = { .sysroot = tree, .say = say };

	if (pipe(told_to_end) || knobs_open(&ctx))
		abort();
	ctx.stop = &told_to_end[0];
	run(&ctx, ends_well, SC_ABSENT, "done", "65535\n10\n65535",
	    "a file of the system is set back at the end");
	run(&ctx, fails, SC_ERROR, "no luck", "65535\n10\n65535",
	    "also after a failure, after which nothing is set");
	run(&ctx, has_none, SC_CANNOT, "there is none", "65535",
	    "a file that is not there is told");
	run(&ctx, goes_away, SC_ERROR,
	    LIMIT " cannot be set back to 65535: ENOENT", "",
	    "one that cannot be set back is an error");
	run(&ctx, interrupted, SC_ERROR, "interrupted (EINTR)",
	    "65535\n10\n65535", "and a file is set back after an interruption");
	knobs_close(&ctx);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	verdicts();
	names(argv[1]);
	put_back(argv[1]);
	return done_testing();
}
