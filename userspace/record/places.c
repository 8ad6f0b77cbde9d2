// SPDX-License-Identifier: GPL-2.0-only
/* See places.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/root.h"
#include "record/places.h"

#define GROUPS "/sys/kernel/iommu_groups"

struct places {
	struct ctx *ctx;
	struct rdevice **devices;
	struct rdomain **domains;
	unsigned int n_devices, n_domains;
	unsigned int made; /* the number in the youngest domain's name */
};

struct places *places_new(struct ctx *ctx)
{
	struct places *p = xalloc(sizeof(*p));

	p->ctx = ctx;
	return p;
}

static void free_device(struct rdevice *d)
{
	for (unsigned int i = 0; i < d->n_spaces; i++)
		free(d->spaces[i].place);
	free(d->spaces);
	free(d->name);
	free(d->group);
	free(d->unit);
	free(d->place);
	free(d);
}

void places_free(struct places *p)
{
	if (!p)
		return;
	for (unsigned int i = 0; i < p->n_devices; i++)
		free_device(p->devices[i]);
	for (unsigned int i = 0; i < p->n_domains; i++) {
		free(p->domains[i]->name);
		free(p->domains[i]);
	}
	free(p->devices);
	free(p->domains);
	free(p);
}

/* --- devices --- */

/* The group that contains a device, or NULL. */
static char *group_of(struct places *p, const char *device)
{
	autofree char *path = root_path(p->ctx, "%s", GROUPS);
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *group = NULL;

	while (dir && !group && (entry = readdir(dir))) {
		autofree char *link = NULL;

		if (entry->d_name[0] == '.')
			continue;
		link = xprintf(GROUPS "/%s/devices/%s", entry->d_name, device);
		if (root_exists(p->ctx, link))
			group = xstrdup(entry->d_name);
	}
	if (dir)
		closedir(dir);
	return group;
}

/* The place of the group while no caller has claimed it. */
static char *first_place(struct places *p, const char *group)
{
	autofree char *path = xprintf(GROUPS "/%s/type", group);
	autofree char *type = root_read(p->ctx, path);

	if (!type)
		return NULL;
	if (!strncmp(type, "DMA", 3))
		return xstrdup("default");
	if (!strcmp(type, "identity") || !strcmp(type, "blocked"))
		return xstrdup(type);
	return NULL;
}

bool places_knows(const struct places *p, const char *name)
{
	for (unsigned int i = 0; i < p->n_devices; i++)
		if (!strcmp(p->devices[i]->name, name))
			return true;
	return false;
}

struct rdevice *places_device(struct places *p, const char *name)
{
	struct rdevice *d;

	for (unsigned int i = 0; i < p->n_devices; i++)
		if (!strcmp(p->devices[i]->name, name))
			return p->devices[i];
	d = xalloc(sizeof(*d));
	d->name = xstrdup(name);
	d->group = group_of(p, name);
	if (d->group) {
		autofree char *link =
			xprintf(GROUPS "/%s/devices/%s/iommu", d->group, name);

		d->unit = root_link_name(p->ctx, link);
		d->place = first_place(p, d->group);
	}
	p->devices = xrealloc(p->devices, p->n_devices + 1, sizeof(d));
	p->devices[p->n_devices++] = d;
	return d;
}

void places_forget(struct places *p, const char *name)
{
	for (unsigned int i = 0; i < p->n_devices; i++) {
		if (strcmp(p->devices[i]->name, name))
			continue;
		free_device(p->devices[i]);
		p->devices[i] = p->devices[--p->n_devices];
		return;
	}
}

void places_put(struct rdevice *d, const char *place)
{
	free(d->place);
	d->place = xstrdup(place);
}

static struct rspace *space_of(const struct rdevice *d, uint64_t pasid)
{
	for (unsigned int i = 0; i < d->n_spaces; i++)
		if (d->spaces[i].pasid == pasid)
			return &d->spaces[i];
	return NULL;
}

const char *places_space(const struct rdevice *d, uint64_t pasid)
{
	const struct rspace *s = space_of(d, pasid);

	return s ? s->place : NULL;
}

void places_put_space(struct rdevice *d, uint64_t pasid, const char *place)
{
	struct rspace *s = space_of(d, pasid);

	if (!s) {
		d->spaces = xrealloc(d->spaces, d->n_spaces + 1, sizeof(*s));
		s = &d->spaces[d->n_spaces++];
		*s = (struct rspace){ .pasid = pasid };
	}
	free(s->place);
	s->place = xstrdup(place);
}

/* --- domains --- */

struct rdomain *places_make(struct places *p, uint64_t address, bool made,
			    bool stands_in)
{
	struct rdomain *d = xalloc(sizeof(*d));

	*d = (struct rdomain){ .address = address,
			       .made = made,
			       .stands_in = stands_in };
	if (!stands_in)
		d->name = xprintf("d%u", ++p->made);
	p->domains = xrealloc(p->domains, p->n_domains + 1, sizeof(d));
	p->domains[p->n_domains++] = d;
	return d;
}

struct rdomain *places_find(struct places *p, uint64_t address)
{
	for (unsigned int i = p->n_domains; i--;)
		if (p->domains[i]->address == address)
			return p->domains[i];
	return NULL;
}

void places_end(struct rdomain *d)
{
	d->address = 0;
}

unsigned int places_on(const struct places *p, const char *place)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < p->n_devices; i++) {
		const struct rdevice *d = p->devices[i];

		n += d->place && !strcmp(d->place, place);
		for (unsigned int k = 0; k < d->n_spaces; k++)
			n += !strcmp(d->spaces[k].place, place);
	}
	return n;
}

bool type_named(uint32_t type)
{
	return !(type & (TYPE_DMA | TYPE_IDENTITY)) && type != TYPE_BLOCKED;
}

const char *place_of(uint32_t type, const struct rdomain *d)
{
	if (type & TYPE_IDENTITY)
		return "identity";
	if (type == TYPE_BLOCKED || (d && d->stands_in))
		return "blocked";
	if (type & TYPE_DMA)
		return "default";
	return d->name;
}

/* --- processes --- */

pid_t places_process(struct places *p, pid_t tid)
{
	autofree char *path = xprintf("/proc/%d/status", (int)tid);
	autofree char *text = root_read(p->ctx, path);
	const char *line = text ? strstr(text, "\nTgid:") : NULL;

	return line ? (pid_t)strtol(line + 6, NULL, 10) : tid;
}
