// SPDX-License-Identifier: GPL-2.0-only
/* The lines about domains that are made, and freed. */
#include <errno.h>
#include <string.h>

#include "record/converting.h"

bool is_error(uint64_t pointer)
{
	return !pointer || pointer >= (uint64_t)-4095;
}

struct rdomain *domain_of(struct convert *c, uint64_t address, uint32_t type)
{
	struct rdomain *d = address ? places_find(c->places, address) : NULL;

	if (address && !d && type_named(type))
		d = places_make(c->places, address, false, false);
	return d;
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

	line_begin(c, t->nsec, "alloc");
	line_name(c, "domain", domain);
	line_name(c, "device", dev);
	line_name(c, "instance",
		  dev ? places_device(c->places, dev)->unit : NULL);
	line_answer(c, ret);
	line_end(c, t->tid, t->comm);
}

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
	struct rdomain *d = places_find(c->places, t->n[T_DOM]);

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
