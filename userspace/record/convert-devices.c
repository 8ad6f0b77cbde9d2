// SPDX-License-Identifier: GPL-2.0-only
/* The lines about devices: they come, go, and are attached. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/words.h"
#include "record/converting.h"

static void write_probe(struct convert *c, const struct traced *t,
			const char *device, int ret)
{
	struct rdevice *dev;

	places_forget(c->places, device);
	dev = places_device(c->places, device);
	places_put(dev, "none");
	line_begin(c, t->nsec, "probe");
	line_name(c, "instance", dev->unit);
	line_name(c, "device", dev->name);
	line_answer(c, ret);
	line_end(c, t->tid, t->comm);
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

void line_probed(struct convert *c, const struct traced *t,
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

/* An answer of a driver: to a device, or to a PASID of it. */
struct move {
	const struct rdevice *dev;
	uint64_t pasid; /* 0: of the device */
	const char *to, *from; /* from: NULL if it is not known */
	const struct rdomain *dom; /* NULL: one of the core's */
	int32_t ret;
};

static void write_attach(struct convert *c, const struct traced *t,
			 const struct move *m)
{
	const struct rdomain *dom = m->dom;

	line_begin(c, t->nsec, "attach");
	line_name(c, "instance", m->dev->unit);
	line_name(c, "device", m->dev->name);
	if (m->pasid)
		fprintf(c->out, " pasid=%" PRIu64, m->pasid);
	line_name(c, "domain", m->to);
	/* An unknown place is left out: the judge takes "none" for a place. */
	if (m->from)
		line_name(c, "old", m->from);
	if (!dom || !dom->name || dom->made)
		fprintf(c->out, " fresh=%d", dom && dom->name && !dom->used);
	fputs(" reason=-", c->out);
	line_answer(c, m->ret);
	line_end(c, t->tid, t->comm);
}

void line_attached(struct convert *c, const struct traced *t,
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
	write_attach(c, t,
		     &(struct move){ dev, 0, place, dev->place, dom, ret });
	if (ret)
		return;
	places_put(dev, place);
	if (dom)
		dom->used = true;
}

void line_released(struct convert *c, const struct traced *t)
{
	struct rdevice *dev;

	if (!places_knows(c->places, t->dev))
		return;
	dev = places_device(c->places, t->dev);
	line_begin(c, t->nsec, "release");
	line_name(c, "instance", dev->unit);
	line_name(c, "device", dev->name);
	line_end(c, t->tid, t->comm);
	places_forget(c->places, t->dev);
}

static bool inside_replace(const struct convert *c, pid_t tid)
{
	for (unsigned int i = 0; i < c->n_open; i++)
		if (c->open[i].tid == tid &&
		    !strcmp(c->open[i].probe->event, "replace_pasid"))
			return true;
	return false;
}

/*
 * A PASID that was not recorded yet is where the core lets it be attached: on no
 * domain. The core replaces one that is attached by another call only.
 */
static const char *space_of(const struct convert *c, const struct open_call *o,
			    const struct rdevice *dev)
{
	const char *place = places_space(dev, o->n[T_PASID]);

	return place || inside_replace(c, o->tid) ? place : "blocked";
}

void line_pasid(struct convert *c, const struct traced *t,
		const struct open_call *o)
{
	struct rdevice *dev = places_device(c->places, o->dev);
	uint32_t type = (uint32_t)o->n[T_TYPE];
	struct rdomain *dom = domain_of(c, o->n[T_DOM], type);
	struct move m = {
		.dev = dev,
		.pasid = o->n[T_PASID],
		.to = place_of(type, dom),
		.from = space_of(c, o, dev),
		.dom = dom,
		.ret = (int32_t)t->n[T_RET],
	};

	write_attach(c, t, &m);
	if (m.ret)
		return;
	places_put_space(dev, m.pasid, m.to);
	if (dom)
		dom->used = true;
}

/* --- calls of users --- */

static void write_call(struct convert *c, const struct traced *t,
		       const struct open_call *o, const char *op,
		       const char *arg)
{
	struct rdomain *dom = domain_of(c, o->n[T_DOM], (uint32_t)o->n[T_TYPE]);

	if (!arg || !dom || !dom->name)
		return;
	line_begin(c, t->nsec, "call");
	line_name(c, "op", op);
	line_name(c, "object", dom->name);
	line_name(c, "arg", arg);
	if (o->n[T_PASID])
		fprintf(c->out, " pasid=%" PRIu64, o->n[T_PASID]);
	line_answer(c, (int32_t)t->n[T_RET]);
	line_end(c, t->tid, t->comm);
}

void line_group_attached(struct convert *c, const struct traced *t,
			 const struct open_call *o)
{
	write_call(c, t, o,
		   strcmp(o->probe->event, "replace_group") ? "attach_group" :
							      "replace_group",
		   o->group);
}

void line_pasid_call(struct convert *c, const struct traced *t,
		     const struct open_call *o)
{
	write_call(c, t, o, o->probe->event, o->dev);
}

/* --- the kernel's log --- */

/* A line that a driver writes while it answers. */
void line_logged(struct convert *c, const struct traced *t)
{
	for (unsigned int i = c->n_open; i--;) {
		const struct open_call *o = &c->open[i];

		if (o->tid != t->tid || !o->dev ||
		    (o->probe->learn != LEARN_ATTACH &&
		     o->probe->learn != LEARN_PASID))
			continue;
		line_begin(c, t->nsec, "log");
		line_name(c, "device", o->dev);
		line_name(c, "text", c->anonymous ? NULL : t->log);
		line_end(c, t->tid, NULL);
		return;
	}
}
