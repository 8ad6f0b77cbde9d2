// SPDX-License-Identifier: GPL-2.0-only
/* The model of lib/, in structures that can grow. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/model.h"
#include "libiommu-mock/internal.h"

struct imock_state {
	struct model *m; /* all strings are its */
	struct imock_driver *drivers;
	struct imock_instance *instances;
	struct imock_group *groups;
	struct imock_device *devices;
	struct imock_domain *domains;
	struct imock_buffer *buffers;
	const char **lists; /* room for all lists of names */
	size_t used;
};

/* A list of names that ends with NULL. */
static const char *const *list_of(struct imock_state *s,
				  const struct names *names)
{
	const char **list = s->lists + s->used;

	for (unsigned int i = 0; i < names->n; i++)
		list[i] = names->v[i];
	s->used += names->n + 1; /* zeroed */
	return list;
}

static void copy_topology(struct imock_state *s)
{
	const struct model *m = s->m;

	for (unsigned int i = 0; i < m->n_drivers; i++)
		s->drivers[i] = (struct imock_driver){
			.size = sizeof(s->drivers[i]),
			.name = m->drivers[i].name,
			.default_domain = m->drivers[i].dflt,
			.instances = m->drivers[i].instances,
		};
	for (unsigned int i = 0; i < m->n_groups; i++)
		s->groups[i] = (struct imock_group){
			.size = sizeof(s->groups[i]),
			.name = m->groups[i].name,
			.id = m->groups[i].id,
			.devices = list_of(s, &m->groups[i].devices),
			.owner = m->groups[i].owner,
			.domain = m->groups[i].domain,
		};
	for (unsigned int i = 0; i < m->n_devices; i++)
		s->devices[i] = (struct imock_device){
			.size = sizeof(s->devices[i]),
			.name = m->devices[i].name,
			.instance = m->devices[i].instance,
			.group = m->devices[i].group,
			.bus = m->devices[i].bus,
			.address = m->devices[i].dev,
			.domain = m->devices[i].domain,
			.driver = m->devices[i].driver,
			.pasids = m->devices[i].pasids,
			.attached = list_of(s, &m->devices[i].attached),
		};
	for (unsigned int i = 0; i < m->n_buffers; i++)
		s->buffers[i] = (struct imock_buffer){
			.size = sizeof(s->buffers[i]),
			.name = m->buffers[i].name,
			.bytes = m->buffers[i].size,
			.maps = m->buffers[i].maps,
		};
}

static struct imock_instance instance_of(const struct m_instance *from)
{
	return (struct imock_instance){
		.size = sizeof(struct imock_instance),
		.name = from->name,
		.driver = from->driver,
		.format = from->format,
		.ias = (unsigned int)from->ias,
		.oas = (unsigned int)from->oas,
		.pgsizes = from->pgsizes,
		.coherent = from->coherent,
		.enforce = from->enforce,
		.iotlb = from->iotlb,
		.policy = from->policy,
		.errnos = from->errnos,
		.misbehave = from->misbehave,
		.devices = from->devices,
		.domains = from->domains,
		.faults = from->faults,
		.pairs = from->pairs,
		.pasid = (unsigned int)from->pasid,
		.sva = from->sva,
		.dirty = from->dirty,
		.pri = (unsigned int)from->pri,
		.nest = from->nest,
		.viommus = from->viommus,
	};
}

static struct imock_domain domain_of(struct imock_state *s,
				     const struct m_domain *from)
{
	return (struct imock_domain){
		.size = sizeof(struct imock_domain),
		.name = from->name,
		.driver = from->driver,
		.instance = from->instance,
		.made_for = from->made_for,
		.foreign = strcmp(from->maker, "caller") != 0,
		.pid = from->pid,
		.comm = from->comm,
		.format = from->format,
		.ias = (unsigned int)from->ias,
		.oas = (unsigned int)from->oas,
		.pgsizes = from->pgsizes,
		.coherent = from->coherent,
		.enforce = from->enforce,
		.fresh = from->fresh,
		.devices = list_of(s, &from->devices),
		.instances = list_of(s, &from->instances),
		.mapped = from->mapped,
		.tables = from->tables,
		.sva = from->sva,
		.dirty = from->dirty,
		.tracking = from->tracking,
		.pasids = list_of(s, &from->pasids),
		.nest = from->nest,
		.parent = from->parent,
	};
}

static size_t room_for_lists(const struct model *m)
{
	size_t room = 0;

	for (unsigned int i = 0; i < m->n_groups; i++)
		room += m->groups[i].devices.n + 1;
	for (unsigned int i = 0; i < m->n_devices; i++)
		room += m->devices[i].attached.n + 1;
	for (unsigned int i = 0; i < m->n_domains; i++)
		room += m->domains[i].devices.n + m->domains[i].instances.n +
			m->domains[i].pasids.n + 3;
	return room;
}

static struct imock_state *state_of(struct model *m)
{
	struct imock_state *s = xalloc(sizeof(*s));

	s->m = m;
	s->drivers = xalloc(m->n_drivers * sizeof(*s->drivers));
	s->instances = xalloc(m->n_instances * sizeof(*s->instances));
	s->groups = xalloc(m->n_groups * sizeof(*s->groups));
	s->devices = xalloc(m->n_devices * sizeof(*s->devices));
	s->domains = xalloc(m->n_domains * sizeof(*s->domains));
	s->buffers = xalloc(m->n_buffers * sizeof(*s->buffers));
	s->lists = xalloc(room_for_lists(m) * sizeof(*s->lists));
	copy_topology(s);
	for (unsigned int i = 0; i < m->n_instances; i++)
		s->instances[i] = instance_of(&m->instances[i]);
	for (unsigned int i = 0; i < m->n_domains; i++)
		s->domains[i] = domain_of(s, &m->domains[i]);
	return s;
}

static int read_state(struct imock *im, struct imock_state **state)
{
	struct model *m = model_read(&im->ctx);

	if (!m)
		return said(im);
	*state = state_of(m);
	return 0;
}

EXPORT int imock_state_read(struct imock *im, struct imock_state **state)
{
	return WITH_MODULE(im, read_state(im, state));
}

EXPORT void imock_state_free(struct imock_state *state)
{
	if (!state)
		return;
	free(state->drivers);
	free(state->instances);
	free(state->groups);
	free(state->devices);
	free(state->domains);
	free(state->buffers);
	free(state->lists);
	model_free(state->m);
	free(state);
}

/* By number, and by name as the model finds it: without a search. */
#define LOOKUPS(kind)                                                         \
	EXPORT const struct imock_##kind *imock_state_##kind##_at(            \
		const struct imock_state *state, unsigned int i)              \
	{                                                                     \
		return i < state->m->n_##kind##s ? &state->kind##s[i] : NULL; \
	}                                                                     \
	EXPORT const struct imock_##kind *imock_state_##kind(                 \
		const struct imock_state *state, const char *name)            \
	{                                                                     \
		const struct m_##kind *found = model_##kind(state->m, name);  \
                                                                              \
		return found ? &state->kind##s[found - state->m->kind##s] :   \
			       NULL;                                          \
	}

LOOKUPS(driver)
LOOKUPS(instance)
LOOKUPS(group)
LOOKUPS(device)
LOOKUPS(domain)
LOOKUPS(buffer)
