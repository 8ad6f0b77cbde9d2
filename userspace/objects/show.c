// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything as one tree: driver > instance > group > device, the domains of
 * a driver beside its instances, buffers at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "objects/common.h"

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
	[MISBEHAVE] = { "MISBEHAVE", R_LIST, RC_NONE,
			"an instance's deliberate bugs", 0 },
	[OWNER] = { "OWNER", R_STRING, RC_DEFAULT,
		    "who holds a group or made a domain", 0 },
	[DEV] = { "DEV", R_STRING, 0, "a device's name in sysfs", 0 },
	[SIZE] = { "SIZE", R_SIZE, RC_DEFAULT,
		   "what a domain maps; a buffer's size", 0 },
	[TABLES] = { "TABLES", R_SIZE, 0, "memory of a domain's tables", 0 },
	{ 0 },
};

static const struct report_shape show_shape = { "objects", columns };

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

/*
 * A group stands below each instance that has a device of it, with the
 * devices there. instances: the rows of all instances, by their index.
 */
static void add_group(struct report *r, struct report_row *const *instances,
		      const struct model *m, const struct m_group *g)
{
	struct report_row **below = xalloc(g->devices.n * sizeof(*below));
	const struct m_device **devices =
		xalloc(g->devices.n * sizeof(*devices));

	for (unsigned int i = 0; i < g->devices.n; i++) {
		const struct m_device *d = model_device(m, g->devices.v[i]);
		const struct m_instance *inst;
		unsigned int first = 0;

		inst = d ? model_instance(m, d->instance) : NULL;
		if (!inst)
			continue;
		devices[i] = d;
		while (!devices[first] ||
		       strcmp(devices[first]->instance, d->instance))
			first++;
		if (first == i) {
			below[i] = add(r, instances[inst - m->instances],
				       M_GROUP, g->name);
			report_str(below[i], DOMAIN_, g->domain);
			report_str(below[i], OWNER, g->owner);
		}
		add_device(r, below[first], d);
	}
	free(below);
	free(devices);
}

static struct report_row *add_instance(struct report *r,
				       struct report_row *parent,
				       const struct m_instance *inst)
{
	struct report_row *row = add(r, parent, M_INSTANCE, inst->name);

	report_str(row, POLICY, inst->policy);
	report_str(row, FORMAT, inst->format);
	report_str(row, MISBEHAVE, inst->misbehave);
	return row;
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

/* The row of a driver; none if state does not have it. */
static struct report_row *driver_row(struct report_row *const *drivers,
				     const struct model *m, const char *name)
{
	const struct m_driver *d = model_driver(m, name);

	return d ? drivers[d - m->drivers] : NULL;
}

/* Parents come before children, siblings in order of creation. */
static void add_all(struct report *r, const struct model *m)
{
	struct report_row **drivers = xalloc(m->n_drivers * sizeof(*drivers));
	struct report_row **instances =
		xalloc(m->n_instances * sizeof(*instances));

	for (unsigned int i = 0; i < m->n_drivers; i++)
		drivers[i] = add(r, NULL, M_DRIVER, m->drivers[i].name);
	for (unsigned int i = 0; i < m->n_instances; i++)
		instances[i] = add_instance(
			r, driver_row(drivers, m, m->instances[i].driver),
			&m->instances[i]);
	for (unsigned int i = 0; i < m->n_groups; i++)
		add_group(r, instances, m, &m->groups[i]);
	for (unsigned int i = 0; i < m->n_domains; i++)
		add_domain(r, driver_row(drivers, m, m->domains[i].driver),
			   &m->domains[i]);
	for (unsigned int i = 0; i < m->n_buffers; i++)
		report_num(add(r, NULL, M_BUFFER, m->buffers[i].name), SIZE,
			   m->buffers[i].size);
	free(drivers);
	free(instances);
}

static int cmd_show(struct ctx *ctx, int argc, char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st;

	(void)argc;
	(void)argv;
	if (!m)
		return ST_FAILED;
	r = command_report(ctx, &show_shape);
	add_all(r, m);
	st = report_end(r);
	model_free(m);
	return st;
}

const struct command show_commands[] = {
	{
		.noun = "show",
		.summary = "everything, as a tree",
		.shape = &show_shape,
		.flags = CMD_MODULE,
		.run = cmd_show,
	},
	{ 0 },
};
