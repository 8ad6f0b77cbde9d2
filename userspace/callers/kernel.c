// SPDX-License-Identifier: GPL-2.0-only
/* See kernel.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/kernel.h"
#include "lib/knobs.h"
#include "lib/stop.h"
#include "lib/topology.h"
#include "lib/words.h"

static struct ctx *ctx_of(void *k)
{
	return ((struct kernel *)k)->ctx;
}

static int k_claim(void *k, const char *group)
{
	return topo_claim(ctx_of(k), group, true);
}

static int k_release(void *k, const char *group)
{
	return topo_claim(ctx_of(k), group, false);
}

static int k_alloc(void *k, const char *domain, const char *device)
{
	return topo_add_domain(ctx_of(k), domain, device);
}

static int k_free(void *k, const char *domain)
{
	return topo_del(ctx_of(k), M_DOMAIN, domain);
}

static int k_attach(void *k, const char *domain, const char *group)
{
	return topo_attach_group(ctx_of(k), domain, group, ATTACH_CLAIM);
}

static int k_detach(void *k, const char *domain, const char *group)
{
	return topo_detach_group(ctx_of(k), domain, group);
}

static int k_attach_pasid(void *k, const char *domain, const char *device,
			  unsigned int pasid)
{
	return topo_attach_pasid(ctx_of(k), domain, device, pasid);
}

static int k_detach_pasid(void *k, const char *domain, const char *device,
			  unsigned int pasid)
{
	return topo_detach_pasid(ctx_of(k), domain, device, pasid);
}

static int k_map(void *k, const char *domain, const struct mapping *map)
{
	return topo_map(ctx_of(k), domain, map->iova, map->buffer);
}

/*
 * A domain can enforce coherency if the instance that it was made for can. The
 * kernel would give a caller the same answer.
 */
static int k_enforces(void *k, const char *domain)
{
	char file[sizeof("domains//info") + MOCK_NAME_LEN];
	autobuf struct buf text = { 0 };
	const char *at;
	int err;

	snprintf(file, sizeof(file), "domains/%s/info", domain);
	err = knob_read(ctx_of(k), file, &text);
	if (err)
		return err;
	at = strstr(text.text ? text.text : "", "enforce=");
	return at ? at[strlen("enforce=")] == '1' : -EPROTO;
}

void kernel_drain(struct kernel *k)
{
	struct event ev;
	int ret;

	while ((ret = journal_next(k->journal, &ev, 0)) > 0) {
		k->missed += ev.missed;
		if (ev.missed && k->gap)
			k->gap(k, ev.missed);
		if (k->thread ? ev.tid != k->thread : ev.pid != k->self)
			continue;
		if (k->keep) {
			buf_str(&k->lines, ev.line);
			buf_str(&k->lines, "\n");
		}
		tally_event(&k->tally[k->phase], &ev);
		if (k->seen)
			k->seen(k, &ev);
	}
	if (ret < 0)
		k->error = ret;
}

static void k_phase(void *priv, enum phase phase)
{
	struct kernel *k = priv;

	kernel_drain(k);
	k->phase = phase;
}

static bool k_stopped(void *k)
{
	return stopped(ctx_of(k));
}

const struct kernel_ops kernel_ops = {
	.claim = k_claim,
	.release = k_release,
	.alloc = k_alloc,
	.free = k_free,
	.attach = k_attach,
	.detach = k_detach,
	.attach_pasid = k_attach_pasid,
	.detach_pasid = k_detach_pasid,
	.map = k_map,
	.enforces = k_enforces,
	.phase = k_phase,
	.stopped = k_stopped,
};

int kernel_open(struct kernel *k, struct ctx *ctx)
{
	memset(k, 0, sizeof(*k));
	k->ctx = ctx;
	k->self = getpid();
	k->journal = journal_open(ctx, JOURNAL_NEW);
	return k->journal ? 0 : -EIO;
}

void kernel_close(struct kernel *k)
{
	if (k->journal)
		journal_close(k->journal);
	k->journal = NULL;
	buf_free(&k->lines);
}

void kernel_restart(struct kernel *k)
{
	int err = journal_pass_over(k->journal);

	for (unsigned int i = 0; i < KERNEL_PHASES; i++)
		tally_clear(&k->tally[i]);
	k->phase = PHASE_PLACE;
	k->missed = 0;
	k->error = err;
	buf_drop(&k->lines, k->lines.len);
}

static char *value_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, n) && line[n] == '=')
			return xstrndup(line + n + 1,
					strcspn(line + n + 1, "\n"));
	}
	return NULL;
}

/* A fact that is 0 or 1. A module that does not have it has nothing of the kind. */
static bool fact(const char *text, const char *key)
{
	autofree char *value = value_of(text, key);

	return text_is(value, "1");
}

int kernel_info(struct ctx *ctx, struct kernel_info *info)
{
	autobuf struct buf text = { 0 };
	autofree char *family = NULL, *running = NULL, *replaces = NULL;
	int err = knob_read(ctx, "build_info", &text);

	if (err)
		return err;
	family = value_of(text.text, "family");
	running = value_of(text.text, "running");
	replaces = value_of(text.text, "replaces");
	if (!family || family_parse(family) < 0)
		return -EPROTO;
	info->family = (enum family)family_parse(family);
	info->multi_driver = fact(text.text, "multi_driver");
	info->pci = fact(text.text, "pci");
	info->blocked_default = fact(text.text, "blocked_default");
	info->pasids = fact(text.text, "pasids");
	info->replaces_groups = replaces &&
				word_listed(replaces, ',', "groups");
	info->replaces_pasids = replaces &&
				word_listed(replaces, ',', "pasids");
	info->sva = fact(text.text, "sva");
	info->dirty = fact(text.text, "dirty");
	info->vdpa = fact(text.text, "vdpa");
	info->nests = fact(text.text, "nest");
	info->handlers = fact(text.text, "handlers");
	snprintf(info->running, sizeof(info->running), "%s",
		 running ? running : "?");
	return 0;
}

struct unit *kernel_add_unit(struct run *run, const struct model *m,
			     const char *device)
{
	const struct m_device *dev = model_device(m, device);
	const struct m_group *group = dev ? model_group(m, dev->group) : NULL;
	const struct m_device *first;
	const struct m_instance *inst;
	struct unit *u;

	if (!group || !group->devices.n)
		return NULL;
	for (unsigned int i = 0; i < run->n_units; i++) {
		if (!strcmp(run->units[i].group, group->name))
			return &run->units[i];
	}
	first = model_device(m, group->devices.v[0]);
	inst = first ? model_instance(m, first->instance) : NULL;
	if (!inst)
		return NULL;
	u = run_add(run, group->name, device, first->name, inst->driver,
		    group->devices.n);
	if (u)
		u->pasids = (unsigned int)first->pasids;
	return u;
}

void kernel_measure(struct run *run, const struct model *m)
{
	for (unsigned int i = 0; i < run->n_domains; i++) {
		const struct m_domain *d;

		if (!run->domains[i].live)
			continue;
		d = model_domain(m, run->domains[i].name);
		if (!d)
			continue;
		run->domains[i].tables = d->tables;
		run->domains[i].mapped = d->mapped;
	}
}
