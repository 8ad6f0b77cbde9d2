// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/lab.h"
#include "cli/status-line.h"
#include "lib/knobs.h"
#include "lib/model.h"
#include "lib/words.h"

int lab_stopped(const struct lab *lab)
{
	return stopped(lab->ctx) ? fail_stopped(lab->ctx, NULL) : 0;
}

void lab_progress(const char *what)
{
	status_line(what);
}

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- what is made, and undone ---------------------------------------------- */

static void push(struct lab *lab, char *file, char *text)
{
	scope_push_knob(&lab->scope, file, text);
}

int lab_undo(struct lab *lab, unsigned int left)
{
	return scope_undo(&lab->scope, left);
}

char *lab_name(const char *fmt, ...)
{
	autofree char *name = NULL;
	va_list ap;

	va_start(ap, fmt);
	name = xvprintf(fmt, ap);
	va_end(ap);
	return xprintf("b%d-%s", (int)getpid(), name);
}

int lab_instance(struct lab *lab, const char *name, const char *options)
{
	int st = knob_do(lab->ctx, name, "new_instance", "%s driver=%s %s",
			 name, lab->driver, options);

	if (!st)
		push(lab, xstrdup("del_instance"), xstrdup(name));
	return st;
}

static int add_device(struct lab *lab, const char *name, const char *instance,
		      const char *bus)
{
	int st = knob_do(lab->ctx, name, "new_device", "%s instance=%s bus=%s",
			 name, instance, bus);

	if (!st)
		push(lab, xstrdup("del_device"), xstrdup(name));
	return st;
}

int lab_device(struct lab *lab, const char *name, const char *instance)
{
	return add_device(lab, name, instance, "platform");
}

/* A PCI function. */
int lab_function(struct lab *lab, const char *name, const char *instance)
{
	return add_device(lab, name, instance, "pci");
}

static int add_domain(struct lab *lab, const char *name, const char *device,
		      const char *options)
{
	int st = knob_do(lab->ctx, name, "new_domain", "%s device=%s%s", name,
			 device, options);

	if (!st)
		push(lab, xstrdup("del_domain"), xstrdup(name));
	return st;
}

int lab_domain(struct lab *lab, const char *name, const char *device)
{
	return add_domain(lab, name, device, "");
}

/* It can track the writes of devices. */
int lab_tracking_domain(struct lab *lab, const char *name, const char *device)
{
	return add_domain(lab, name, device, " dirty=1");
}

int lab_buffer(struct lab *lab, const char *name, uint64_t size)
{
	int st = knob_do(lab->ctx, name, "new_buffer", "%s %" PRIu64, name,
			 size);

	if (!st)
		push(lab, xstrdup("del_buffer"), xstrdup(name));
	return st;
}

int lab_attach(struct lab *lab, const char *domain, const char *device)
{
	autofree char *file = xprintf("domains/%s/attach", domain);
	int st = knob_do(lab->ctx, domain, file, "%s", device);

	if (!st)
		push(lab, xprintf("domains/%s/detach", domain),
		     xstrdup(device));
	return st;
}

int lab_claim(struct lab *lab, const char *group)
{
	autofree char *file = xprintf("groups/%s/claim", group);
	int st = knob_do(lab->ctx, group, file, "1");

	if (!st)
		push(lab, xstrdup(file), xstrdup("0"));
	return st;
}

/* size is the buffer's, to unmap it again. */
int lab_map(struct lab *lab, const char *domain, const char *iova,
	    const char *size, const char *buffer)
{
	autofree char *file = xprintf("domains/%s/map", domain);
	int st = knob_do(lab->ctx, domain, file, "%s %s", iova, buffer);

	if (!st)
		push(lab, xprintf("domains/%s/unmap", domain),
		     xprintf("%s %s", iova, size));
	return st;
}

/* ---- the journal ------------------------------------------------------------ */

/*
 * To record each invalidation costs time that no real driver needs. So
 * invalidations are not recorded during a measurement.
 */
static int quiet_journal(struct lab *lab)
{
	autobuf struct buf now = { 0 }, wanted = { 0 };
	char *word, *rest;

	if (knob_read(lab->ctx, "journal_events", &now) < 0)
		return 0; /* it records all, and cannot do otherwise */
	now.text[strcspn(now.text, "\n")] = '\0';
	push(lab, xstrdup("journal_events"), xstrdup(now.text));
	if (!strcmp(now.text, "all")) {
		buf_drop(&now, now.len);
		for (unsigned int i = 0; event_words[i]; i++)
			buf_printf(&now, "%s%s", i ? "," : "", event_words[i]);
	}
	for (rest = now.text; (word = strsep(&rest, ","));)
		if (strcmp(word, "invalidate"))
			buf_printf(&wanted, "%s%s", wanted.len ? "," : "",
				   word);
	return knob_do(lab->ctx, NULL, "journal_events", "%s",
		       wanted.len ? wanted.text : "none");
}

/* If the kernel allows one driver only, use the driver that exists. */
static int choose_driver(struct lab *lab)
{
	autobuf struct buf info = { 0 };
	struct model *m;

	lab->driver = xstrdup("mock");
	if (knob_read(lab->ctx, "build_info", &info) < 0 ||
	    !strstr(info.text, "multi_driver=0"))
		return 0;
	m = model_read(lab->ctx);
	if (!m)
		return -EIO;
	if (m->n_drivers) {
		free(lab->driver);
		lab->driver = xstrdup(m->drivers[0].name);
	}
	model_free(m);
	return 0;
}

int lab_open(struct lab *lab, struct ctx *ctx, bool quick, unsigned int rounds)
{
	int st;

	*lab = (struct lab){
		.ctx = ctx,
		.scope = { .ctx = ctx },
		.quick = quick,
		.rounds = rounds ? rounds :
			  quick	 ? 3 :
				   7,
	};
	st = choose_driver(lab);
	return !st ? quiet_journal(lab) : st;
}

int lab_close(struct lab *lab)
{
	int st = lab_undo(lab, 0);

	free(lab->driver);
	return st;
}

/* ---- the module's file "bench" ---------------------------------------------- */

/* "KEY=NUMBER" among blanks. */
static uint64_t number_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = text; at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (!strncmp(at, key, len) && at[len] == '=')
			return strtoull(at + len + 1, NULL, 0);
	}
	return 0;
}

int lab_measure(struct lab *lab, const struct work *work, struct cost *cost)
{
	autobuf struct buf answer = { 0 };
	int err;

	err = knob_ask(lab->ctx, "bench", &answer,
		       "map subject=%s%s%s page=%" PRIu64 " total=%" PRIu64
		       " batch=%u pattern=%s threads=%u rounds=%u",
		       work->subject, work->domain ? " domain=" : "",
		       work->domain ? work->domain : "", work->page,
		       work->total, work->batch, work->pattern, work->threads,
		       work->rounds);
	if (err)
		return err;
	*cost = (struct cost){
		.calls = number_of(answer.text, "calls"),
		.pages = number_of(answer.text, "pages"),
		.map_ns = number_of(answer.text, "map_ns"),
		.unmap_ns = number_of(answer.text, "unmap_ns"),
		.tables = number_of(answer.text, "tables"),
	};
	return cost->pages ? 0 : -EPROTO;
}

int lab_stat(struct lab *lab, const char *instance, const char *key,
	     uint64_t *value)
{
	autofree char *file = xprintf("instances/%s/stats", instance);
	autobuf struct buf text = { 0 };
	int err = knob_read(lab->ctx, file, &text);

	if (err)
		return knob_read_fail(lab->ctx, instance, "its stats", err);
	for (char *p = text.text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	*value = number_of(text.text, key);
	return 0;
}
