// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of requests for pages, which the in-kernel caller's handler answers. No
 * iommufd is needed.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "scenario/judge.h"

#define PASID "5"
#define SPACE SC_PREFIX "a0 pasid=" PASID
/* How long an attach takes that is to be looked at, and how long an answer may take. */
#define ATTACH_US "400000"
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

/* ---- B51 ----------------------------------------------------------------- */

struct attacher {
	struct ctx ctx;
	int err;
};

static void *attach_slowly(void *arg)
{
	struct attacher *a = arg;

	a->err = knob_write(&a->ctx, DOMAIN "/attach", "%s", SPACE);
	return NULL;
}

/* The driver takes long to refuse a PASID, and the device asks meanwhile. */
enum verdict sc_b51(struct scene *s)
{
	struct attacher attacher;
	pthread_t thread;
	bool asked;

	HANDLERS_MISSING(s);
	begin(s);
	put(s, DOMAIN, "handler", "success");
	sc_fault(s, "a", "pasid-attach errno=ENOMEM delay_us=" ATTACH_US);
	if (sc_over(s))
		return SC_ERROR;
	attacher.ctx = deaf(s->ctx);
	if (pthread_create(&thread, NULL, attach_slowly, &attacher)) {
		sc_fail(s, "no thread");
		return SC_ERROR;
	}
	if (!await(s, 1, " fault ", " point=pasid-attach "))
		sc_fail(s, "the driver was not asked");
	put(s, DEVICE, "request", "r 0x1000 pasid=" PASID);
	/* Before the attach ends: the request has been given to somebody by then. */
	asked = sc_count(s, " op=asked ", " pasid=" PASID " ");
	pthread_join(thread, NULL);
	sc_note(s, "domain attach " SC_PREFIX "dom " SPACE ": %s",
		errno_name(attacher.err));
	if (attacher.err != -ENOMEM)
		sc_fail(s, "the attach was not refused (%s)",
			errno_name(attacher.err));
	if (await(s, 1, " response ", " pasid=" PASID " ") != 1)
		sc_fail(s, "the request was not answered once");
	asked = asked || sc_count(s, " op=asked ", " pasid=" PASID " ");
	if (asked)
		return sc_end(
			s, SC_PRESENT,
			"a request of the PASID went to the handler of a domain that then refused the PASID (ENOMEM)");
	return sc_end(
		s, SC_ABSENT,
		"a request of the PASID that came during the attach went to no handler");
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
