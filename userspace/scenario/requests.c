// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of requests for pages, which the in-kernel caller's handler answers. No
 * iommufd is needed.
 */
#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "scenario/judge.h"

#define PASID "5"
#define SPACE SC_PREFIX "a0 pasid=" PASID
/* How long an answer may take. */
#define ANSWER_MS 5000

/* The scenario ends here if the kernel gives requests to no handler of a module. */
#define HANDLERS_MISSING(s)      \
	if (!(s)->info.handlers) \
	return sc_end(           \
		(s), SC_CANNOT,  \
		"the core of this kernel gives requests for pages to no handler of a module")

/* A file of an object of the scene. Must not fail. */
static void put(struct scene *s, const char *object, const char *file,
		const char *text)
{
	autofree char *path = xprintf("%s/%s", object, file);
	int err = sc_over(s) ? 0 : knob_write(s->ctx, path, "%s", text);

	if (s->broken)
		return;
	sc_note(s, "write '%s' to %s: %s", text, path,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "'%s' cannot be written to %s: %s (%s)", text, path,
			knob_last_error(s->ctx), errno_name(err));
}

#define DEVICE "devices/" SC_PREFIX "a0"
#define DOMAIN "domains/" SC_PREFIX "dom"

static void begin(struct scene *s)
{
	sc_instance(s, "a", "pasid=4 pri=8");
	sc_device(s, "a0", "a", "pasids=16");
	sc_domain(s, "dom", "a0");
}

static void attach(struct scene *s)
{
	put(s, DOMAIN, "attach", SPACE);
	if (!s->broken)
		scope_push_knob(&s->scope, xstrdup(DOMAIN "/detach"),
				xstrdup(SPACE));
}

/* Waits until so many events have both words; how many there are then. */
static unsigned int await(struct scene *s, unsigned int n, const char *a,
			  const char *b)
{
	long long end = now_ms() + ANSWER_MS;
	unsigned int seen;

	do
		seen = sc_count(s, a, b);
	while (!sc_over(s) && seen < n && now_ms() < end);
	return seen;
}

/* ---- B63 ----------------------------------------------------------------- */

/* Two groups of requests, mixed; the first of them is complete at the end. */
enum verdict sc_b63(struct scene *s)
{
	struct seen_b63 seen;

	HANDLERS_MISSING(s);
	begin(s);
	put(s, DOMAIN, "handler", "success");
	attach(s);
	put(s, DEVICE, "request", "r 0x1000 pasid=" PASID " group=1 last=0");
	put(s, DEVICE, "request", "r 0x2000 pasid=" PASID " group=2 last=0");
	put(s, DEVICE, "request", "r 0x3000 pasid=" PASID " group=1 last=0");
	seen.early = sc_count(s, " response ", " group=");
	put(s, DEVICE, "request", "r 0x4000 pasid=" PASID " group=1");
	seen.first = await(s, 1, " response ", " group=1 ");
	seen.second = sc_count(s, " response ", " group=2 ");
	put(s, DEVICE, "request", "r 0x5000 pasid=" PASID " group=2");
	seen.all = await(s, 2, " response ", " group=");
	return sc_judge_b63(s, &seen);
}

/* ---- B64 ----------------------------------------------------------------- */

enum verdict sc_b64(struct scene *s)
{
	struct seen_b64 seen;

	HANDLERS_MISSING(s);
	begin(s);
	attach(s);
	put(s, DEVICE, "request", "r 0x1000 pasid=" PASID);
	seen.invalid = await(s, 1, " response ", " code=invalid ");
	seen.all = sc_count(s, " response ", " group=");
	return sc_judge_b64(s, &seen);
}
