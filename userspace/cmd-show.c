// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything as one tree: driver > instance > group > device, the domains of
 * a driver beside its instances, buffers at the end.
 */
#include <string.h>

#include "cmd-common.h"

enum {
	NAME,
	KIND,
	DOMAIN_,
	DEVICES,
	DRIVER,
	POLICY,
	FORMAT,
	MISBEHAVE,
	OWNER,
	DEV,
	SIZE,
	TABLES,
};

static const struct report_column columns[] = {
	[NAME] = { "NAME", R_STRING, RC_DEFAULT | RC_TREE, "the object's name",
		   0 },
	[KIND] = { "KIND", R_STRING, RC_DEFAULT,
		   "driver, instance, group, device, domain or buffer", 0 },
	[DOMAIN_] = { "DOMAIN", R_STRING, RC_DEFAULT,
		      "the domain that a device or group is on", 0 },
	[DEVICES] = { "DEVICES", R_LIST, RC_DEFAULT, "devices on a domain", 0 },
	[DRIVER] = { "DRIVER", R_STRING, RC_DEFAULT,
		     "the kernel driver bound to a device", 0 },
	[POLICY] = { "POLICY", R_LIST, RC_DEFAULT, "an instance's policy", 0 },
	[FORMAT] = { "FORMAT", R_STRING, 0, "page-table format", 0 },
	[MISBEHAVE] = { "MISBEHAVE", R_LIST, 0, "an instance's deliberate bugs",
			0 },
	[OWNER] = { "OWNER", R_STRING, RC_DEFAULT,
		    "who holds a group or made a domain", 0 },
	[DEV] = { "DEV", R_STRING, 0, "a device's name in sysfs", 0 },
	[SIZE] = { "SIZE", R_SIZE, RC_DEFAULT,
		   "what a domain maps; a buffer's size", 0 },
	[TABLES] = { "TABLES", R_SIZE, 0, "memory of a domain's tables", 0 },
	{ 0 },
};

const struct report_shape show_shape = { "objects", columns };

static struct report_row *add(struct report *r, struct report_row *parent,
			      enum m_kind kind, const char *name)
{
	struct report_row *row = report_add(r, parent);

	report_str(row, NAME, name);
	report_str(row, KIND, m_kind_words[kind]);
	return row;
}

static void add_device(struct report *r, struct report_row *parent,
		       const struct m_device *d)
{
	struct report_row *row = add(r, parent, M_DEVICE, d->name);

	report_str(row, DOMAIN_, d->domain);
	report_str(row, DRIVER, d->driver);
	report_str(row, DEV, d->dev);
}

/* The devices of a group that are behind one instance; there may be others. */
static void add_group(struct report *r, struct report_row *parent,
		      const struct model *m, const struct m_group *g,
		      const char *instance)
{
	struct report_row *row = NULL;

	for (unsigned int i = 0; i < g->devices.n; i++) {
		const struct m_device *d = model_device(m, g->devices.v[i]);

		if (!d || strcmp(d->instance, instance))
			continue;
		if (!row) {
			row = add(r, parent, M_GROUP, g->name);
			report_str(row, DOMAIN_, g->domain);
			report_str(row, OWNER, g->owner);
		}
		add_device(r, row, d);
	}
}

static void add_instance(struct report *r, struct report_row *parent,
			 const struct model *m, const struct m_instance *inst)
{
	struct report_row *row = add(r, parent, M_INSTANCE, inst->name);

	report_str(row, POLICY, inst->policy);
	report_str(row, FORMAT, inst->format);
	report_str(row, MISBEHAVE, inst->misbehave);
	for (unsigned int i = 0; i < m->n_groups; i++)
		add_group(r, row, m, &m->groups[i], inst->name);
}

static void add_domain(struct report *r, struct report_row *parent,
		       const struct m_domain *d)
{
	struct report_row *row = add(r, parent, M_DOMAIN, d->name);
	autofree char *devices = names_join(&d->devices);

	report_str(row, DEVICES, devices);
	report_str(row, FORMAT, d->format);
	report_str(row, OWNER, strcmp(d->maker, "caller") ? d->by : d->maker);
	report_num(row, SIZE, d->mapped);
	report_num(row, TABLES, d->tables);
}

static void add_driver(struct report *r, const struct model *m,
		       const struct m_driver *driver)
{
	struct report_row *row = add(r, NULL, M_DRIVER, driver->name);

	for (unsigned int i = 0; i < m->n_instances; i++)
		if (!strcmp(m->instances[i].driver, driver->name))
			add_instance(r, row, m, &m->instances[i]);
	for (unsigned int i = 0; i < m->n_domains; i++)
		if (!strcmp(m->domains[i].driver, driver->name))
			add_domain(r, row, &m->domains[i]);
}

int cmd_show(struct ctx *ctx, int argc, char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st;

	(void)argc;
	(void)argv;
	if (!m)
		return ST_FAILED;
	r = report_new(ctx, &show_shape);
	for (unsigned int i = 0; i < m->n_drivers; i++)
		add_driver(r, m, &m->drivers[i]);
	for (unsigned int i = 0; i < m->n_buffers; i++)
		report_num(add(r, NULL, M_BUFFER, m->buffers[i].name), SIZE,
			   m->buffers[i].size);
	st = report_end(r);
	model_free(m);
	return st;
}
