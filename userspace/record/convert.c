// SPDX-License-Identifier: GPL-2.0-only
/* See convert.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "record/convert.h"
#include "record/event.h"
#include "record/places.h"

/* A call that has not returned yet. */
struct open_call {
	const struct probe *probe;
	pid_t tid;
	uint64_t n[T_NUMBERS];
	char *dev, *group;
	bool told; /* of a probe: its line is written */
};

struct convert {
	FILE *out;
	struct places *places;
	struct open_call *open; /* the youngest is last */
	unsigned int n_open;
	uint64_t seq, lines, lost, nsec;
	bool anonymous; /* without I/O addresses and names of tasks */
};

struct convert *convert_new(struct ctx *ctx, FILE *out, bool anonymous)
{
	struct convert *c = xalloc(sizeof(*c));

	c->out = out;
	c->anonymous = anonymous;
	c->places = places_new(ctx);
	return c;
}

static void drop_call(struct convert *c, unsigned int i)
{
	free(c->open[i].dev);
	free(c->open[i].group);
	memmove(&c->open[i], &c->open[i + 1],
		(--c->n_open - i) * sizeof(*c->open));
}

void convert_free(struct convert *c)
{
	if (!c)
		return;
	while (c->n_open)
		drop_call(c, c->n_open - 1);
	free(c->open);
	places_free(c->places);
	free(c);
}

uint64_t convert_lines(const struct convert *c)
{
	return c->lines;
}

uint64_t convert_lost(const struct convert *c)
{
	return c->lost;
}

/* Skips numbers, so that a reader sees how many events are missing. */
void convert_gap(struct convert *c, uint64_t events)
{
	c->seq += events;
	c->lost += events;
}

/* --- lines --- */

/* As the module shows the names of tasks. */
static void write_safely(FILE *out, const char *text)
{
	if (!*text)
		fputc('_', out);
	for (; *text; text++)
		fputc(isalnum((unsigned char)*text) || strchr("_.-/:+", *text) ?
			      *text :
			      '_',
		      out);
}

static void begin(struct convert *c, uint64_t nsec, const char *event)
{
	c->lines++;
	fprintf(c->out, "%" PRIu64 " %" PRIu64 " %s", ++c->seq, nsec, event);
}

static void end(struct convert *c, pid_t tid, const char *comm)
{
	fprintf(c->out, " thread=%d by=%d:", (int)tid,
		(int)places_process(c->places, tid));
	write_safely(c->out, comm && !c->anonymous ? comm : "-");
	fputc('\n', c->out);
}

static void name(struct convert *c, const char *key, const char *value)
{
	fprintf(c->out, " %s=", key);
	write_safely(c->out, value ? value : "-");
}

static void answer(struct convert *c, int64_t ret)
{
	if (ret >= 0)
		fputs(" ret=0", c->out);
	else
		fprintf(c->out, " ret=-%s", errno_name((int)-ret));
}

void convert_note(struct convert *c, const char *what, const char *words)
{
	begin(c, c->nsec, what);
	fprintf(c->out, "%s%s by=0:recorder\n", *words ? " " : "", words);
}

/* --- domains --- */

static bool is_error(uint64_t pointer)
{
	return !pointer || pointer >= (uint64_t)-4095;
}

/* The domain of an event. One whose allocation is not recorded gets a name. */
static struct rdomain *domain_of(struct convert *c, uint64_t address,
				 uint32_t type)
{
	struct rdomain *d = places_find(c->places, address);

	if (!d && type_named(type))
		d = places_make(c->places, address, false, false);
	return d;
}

/* Is the thread inside of a function from which this is learnt? */
static bool thread_inside(const struct convert *c, pid_t tid, enum learn learn)
{
	for (unsigned int i = 0; i < c->n_open; i++)
		if (c->open[i].tid == tid && c->open[i].probe->learn == learn)
			return true;
	return false;
}

/* The device for which a domain is made: that of the outermost open call. */
static const char *made_for(const struct convert *c, const struct open_call *o)
{
	for (unsigned int i = 0; i < c->n_open; i++)
		if (c->open[i].tid == o->tid && c->open[i].dev &&
		    c->open[i].probe->learn == LEARN_ALLOC)
			return c->open[i].dev;
	return o->dev;
}

static void write_alloc(struct convert *c, const struct traced *t,
			const struct open_call *o, const char *domain,
			int64_t ret)
{
	const char *dev = made_for(c, o);

	begin(c, t->nsec, "alloc");
	name(c, "domain", domain);
	name(c, "device", dev);
	name(c, "instance", dev ? places_device(c->places, dev)->unit : NULL);
	answer(c, ret);
	end(c, t->tid, t->comm);
}

/*
 * Functions that make domains call each other: the first that returns one
 * shows it, and the outermost an error. Where a driver has no blocked domain,
 * the core takes an empty one for it. It makes that one outside of the functions
 * that users call (__iommu_group_alloc_blocking_domain()).
 */
static void allocated(struct convert *c, const struct traced *t,
		      const struct open_call *o)
{
	uint64_t address = t->n[T_DOM];
	uint32_t type = (uint32_t)t->n[T_TYPE];
	bool inside = thread_inside(c, t->tid, LEARN_ALLOC);
	bool cores = !strcmp(o->probe->event, "alloc") && !inside;
	struct rdomain *d;

	if (is_error(address)) {
		if (!cores && !inside)
			write_alloc(c, t, o, NULL,
				    address ? (int64_t)address : -ENOMEM);
		return;
	}
	if (!type_named(type) || places_find(c->places, address))
		return;
	d = places_make(c->places, address, true, cores);
	if (!cores)
		write_alloc(c, t, o, d->name, 0);
}

static void freed(struct convert *c, const struct traced *t)
{
	struct rdomain *d = places_find(c->places, t->n[T_DOM]);

	if (!d)
		return;
	if (d->name) {
		begin(c, t->nsec, "free");
		name(c, "domain", d->name);
		fprintf(c->out, " attached=%u", places_on(c->places, d->name));
		end(c, t->tid, t->comm);
	}
	places_end(d);
}

/* --- devices --- */

static void write_probe(struct convert *c, const struct traced *t,
			const char *device, int ret)
{
	struct rdevice *dev;

	places_forget(c->places, device);
	dev = places_device(c->places, device);
	places_put(dev, "none");
	begin(c, t->nsec, "probe");
	name(c, "instance", dev->unit);
	name(c, "device", dev->name);
	answer(c, ret);
	end(c, t->tid, t->comm);
}

/*
 * A function that offers a device to a driver may also attach the device for
 * the first time. The driver accepted the device before that attach.
 */
static void before_attach(struct convert *c, const struct traced *t,
			  const char *device)
{
	for (unsigned int i = 0; i < c->n_open; i++) {
		struct open_call *o = &c->open[i];

		if (o->probe->learn != LEARN_PROBED || o->told || !o->dev ||
		    strcmp(o->dev, device))
			continue;
		write_probe(c, t, device, 0);
		o->told = true;
	}
}

static void probed(struct convert *c, const struct traced *t,
		   const struct open_call *o)
{
	int32_t ret = (int32_t)t->n[T_RET];

	/* -ENODEV: no IOMMU is responsible for it. */
	if (!o->told && ret != -ENODEV)
		write_probe(c, t, o->dev, ret);
}

/*
 * The empty domain that stands in for a blocked one may have been made before
 * the recording. The core moves a claimed group to it from the default domain,
 * outside of all calls of users (__iommu_take_group_dma_ownership()).
 */
static bool is_stand_in(const struct convert *c, const struct open_call *o,
			const struct rdevice *dev)
{
	return type_named((uint32_t)o->n[T_TYPE]) &&
	       !places_find(c->places, o->n[T_DOM]) &&
	       text_is(dev->place, "default") &&
	       !thread_inside(c, o->tid, LEARN_GROUP);
}

static void attached(struct convert *c, const struct traced *t,
		     const struct open_call *o)
{
	int32_t ret = (int32_t)t->n[T_RET];
	struct rdevice *dev;
	struct rdomain *dom;
	const char *place;

	before_attach(c, t, o->dev);
	dev = places_device(c->places, o->dev);
	if (is_stand_in(c, o, dev))
		places_make(c->places, o->n[T_DOM], false, true);
	dom = domain_of(c, o->n[T_DOM], (uint32_t)o->n[T_TYPE]);
	place = place_of((uint32_t)o->n[T_TYPE], dom);
	begin(c, t->nsec, "attach");
	name(c, "instance", dev->unit);
	name(c, "device", dev->name);
	name(c, "domain", place);
	/* An unknown place is left out: the judge takes "none" for a place. */
	if (dev->place)
		name(c, "old", dev->place);
	if (!dom || !dom->name || dom->made)
		fprintf(c->out, " fresh=%d", dom && dom->name && !dom->used);
	fputs(" reason=-", c->out);
	answer(c, ret);
	end(c, t->tid, t->comm);
	if (ret)
		return;
	places_put(dev, place);
	if (dom)
		dom->used = true;
}

static void released(struct convert *c, const struct traced *t)
{
	struct rdevice *dev;

	if (!places_knows(c->places, t->dev))
		return;
	dev = places_device(c->places, t->dev);
	begin(c, t->nsec, "release");
	name(c, "instance", dev->unit);
	name(c, "device", dev->name);
	end(c, t->tid, t->comm);
	places_forget(c->places, t->dev);
}

static void group_attached(struct convert *c, const struct traced *t,
			   const struct open_call *o)
{
	struct rdomain *dom = domain_of(c, o->n[T_DOM], (uint32_t)o->n[T_TYPE]);

	if (!o->group || !dom || !dom->name)
		return;
	begin(c, t->nsec, "call");
	fputs(" op=attach_group", c->out);
	name(c, "object", dom->name);
	name(c, "arg", o->group);
	answer(c, (int32_t)t->n[T_RET]);
	end(c, t->tid, t->comm);
}

/* --- memory --- */

static void mapped(struct convert *c, const struct traced *t,
		   const struct open_call *o)
{
	struct rdomain *dom = domain_of(c, o->n[T_DOM], (uint32_t)o->n[T_TYPE]);
	bool map = o->probe->learn == LEARN_MAP;
	int64_t ret = (int64_t)t->n[T_RET];

	if (!dom || !dom->name)
		return;
	begin(c, t->nsec, map ? "map" : "unmap");
	name(c, "domain", dom->name);
	if (!c->anonymous)
		fprintf(c->out, " iova=0x%" PRIx64, o->n[T_IOVA]);
	fprintf(c->out, " size=0x%" PRIx64, o->n[T_SIZE]);
	if (!map)
		fprintf(c->out, " done=0x%" PRIx64, ret < 0 ? 0 : ret);
	answer(c, map ? (int32_t)ret : ret);
	end(c, t->tid, t->comm);
}

/* --- calls and returns --- */

static const struct probe *probe_of(const char *event)
{
	size_t len = strlen(event);

	if (len > 4 && !strcmp(event + len - 4, "_ret"))
		len -= 4;
	for (unsigned int i = 0; i < n_probes; i++)
		if (!strncmp(probes[i].event, event, len) &&
		    !probes[i].event[len])
			return &probes[i];
	return NULL;
}

/* The youngest call of a function by a thread, or -1. */
static int find_call(const struct convert *c, const struct probe *p, pid_t tid)
{
	for (unsigned int i = c->n_open; i--;)
		if (c->open[i].tid == tid && c->open[i].probe == p)
			return (int)i;
	return -1;
}

/* None of these functions calls itself: the return of an open call was lost. */
static void called(struct convert *c, const struct probe *p,
		   const struct traced *t)
{
	int before = find_call(c, p, t->tid);
	struct open_call *o;

	if (before >= 0) {
		drop_call(c, before);
		convert_gap(c, 1);
	}
	c->open = xrealloc(c->open, c->n_open + 1, sizeof(*c->open));
	o = &c->open[c->n_open++];
	*o = (struct open_call){
		.probe = p,
		.tid = t->tid,
		.dev = xstrdup_or_null(t->dev),
		.group = xstrdup_or_null(t->group),
	};
	memcpy(o->n, t->n, sizeof(o->n));
}

static void returned(struct convert *c, const struct probe *p,
		     const struct traced *t)
{
	int call = find_call(c, p, t->tid);
	struct open_call o;

	if (call < 0) {
		/* Maps of the core's own domains are recorded at the end only. */
		if (!p->filter)
			convert_gap(c, 1);
		return;
	}
	o = c->open[call];
	memmove(&c->open[call], &c->open[call + 1],
		(--c->n_open - call) * sizeof(*c->open));
	switch (p->learn) {
	case LEARN_ALLOC:
		allocated(c, t, &o);
		break;
	case LEARN_ATTACH:
		if (o.dev)
			attached(c, t, &o);
		break;
	case LEARN_PROBED:
		if (o.dev)
			probed(c, t, &o);
		break;
	case LEARN_GROUP:
		group_attached(c, t, &o);
		break;
	case LEARN_MAP:
	case LEARN_UNMAP:
		mapped(c, t, &o);
		break;
	default:
		break;
	}
	free(o.dev);
	free(o.group);
}

void convert_line(struct convert *c, char *line)
{
	uint64_t lost = traced_lost(line);
	const struct probe *p;
	struct traced t;

	if (lost) {
		convert_gap(c, lost);
		return;
	}
	if (!traced_parse(line, &t))
		return;
	p = probe_of(t.event);
	if (!p)
		return;
	c->nsec = t.nsec;
	if (t.returned)
		returned(c, p, &t);
	else if (p->ret)
		called(c, p, &t);
	else if (p->learn == LEARN_FREE)
		freed(c, &t);
	else if (p->learn == LEARN_RELEASED && t.dev)
		released(c, &t);
}

/* These calls began, and the recording ends before they return. */
void convert_end(struct convert *c)
{
	convert_gap(c, c->n_open);
	while (c->n_open)
		drop_call(c, c->n_open - 1);
}
