// SPDX-License-Identifier: GPL-2.0-only
/* The lines about domains that are made, and freed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "record/converting.h"

bool is_error(uint64_t pointer)
{
	return !pointer || pointer >= (uint64_t)-4095;
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

static void write_line(struct convert *c, const char *domain, const char *dev,
		       int64_t ret, pid_t tid, const char *comm)
{
	line_begin(c, c->nsec, "alloc");
	line_name(c, "domain", domain);
	line_name(c, "device", dev);
	line_name(c, "instance",
		  dev ? places_device(c->places, dev)->unit : NULL);
	line_answer(c, ret);
	line_end(c, tid, comm);
}

static void write_alloc(struct convert *c, const struct traced *t,
			const struct open_call *o, const char *domain,
			int64_t ret)
{
	write_line(c, domain, made_for(c, o), ret, t->tid, t->comm);
}

/* --- domains that are pending --- */

static int find_pending(const struct convert *c, uint64_t address)
{
	for (unsigned int i = 0; i < c->n_pending; i++)
		if (c->pending[i].address == address)
			return (int)i;
	return -1;
}

void drop_pending(struct convert *c, unsigned int i)
{
	free(c->pending[i].dev);
	free(c->pending[i].comm);
	c->pending[i] = c->pending[--c->n_pending];
}

/*
 * Inside of a function of the core, or of another one of the driver, that one's return
 * shows the domain. An error has no type, so nothing is known of its caller. An address
 * that is pending already comes again: the event that freed it was lost.
 */
void domain_made(struct convert *c, const struct traced *t,
		 const struct open_call *o)
{
	int before = find_pending(c, t->n[T_DOM]);

	if (thread_inside(c, t->tid, LEARN_ALLOC) ||
	    thread_inside(c, t->tid, LEARN_IOMMUFD) || is_error(t->n[T_DOM]))
		return;
	if (before >= 0)
		drop_pending(c, before);
	c->pending =
		xrealloc(c->pending, c->n_pending + 1, sizeof(*c->pending));
	c->pending[c->n_pending++] = (struct pending){
		.address = t->n[T_DOM],
		.dev = xstrdup_or_null(o->dev),
		.comm = xstrdup_or_null(t->comm),
		.tid = t->tid,
	};
}

static struct rdomain *make_pending(struct convert *c, unsigned int i)
{
	const struct pending *p = &c->pending[i];
	struct rdomain *d = places_make(c->places, p->address, true, false);

	write_line(c, d->name, p->dev, 0, p->tid, p->comm);
	drop_pending(c, i);
	return d;
}

struct rdomain *domain_of(struct convert *c, uint64_t address, uint32_t type)
{
	struct rdomain *d = address ? places_find(c->places, address) : NULL;
	int pending;

	if (!address || d || !type_named(type))
		return d;
	pending = find_pending(c, address);
	return pending >= 0 ? make_pending(c, pending) :
			      places_make(c->places, address, false, false);
}

/* --- lines --- */

/*
 * Functions that make domains call each other: the first that returns one
 * shows it, and the outermost an error. Where a driver has no blocked domain,
 * the core takes an empty one for it. It makes that one outside of the functions
 * that users call (__iommu_group_alloc_blocking_domain()).
 */
void line_allocated(struct convert *c, const struct traced *t,
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

void line_freed(struct convert *c, const struct traced *t)
{
	int pending = find_pending(c, t->n[T_DOM]);
	struct rdomain *d = places_find(c->places, t->n[T_DOM]);

	if (pending >= 0 && type_named((uint32_t)t->n[T_TYPE]))
		d = make_pending(c, pending);
	else if (pending >= 0)
		drop_pending(c, pending);
	if (!d)
		return;
	if (d->name) {
		line_begin(c, t->nsec, "free");
		line_name(c, "domain", d->name);
		fprintf(c->out, " attached=%u", places_on(c->places, d->name));
		line_end(c, t->tid, t->comm);
	}
	places_end(d);
}
