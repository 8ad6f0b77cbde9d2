// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is checked under every cell: the strategy's attaches go through
 * watch_attach(), which looks at the module's state after each refusal; the
 * journal and the kernel log are read when it is over.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/words.h"
#include "matrix/runner.h"

/* Where a claimed group is while it is on no domain of ours. */
const char *core_domain(const struct runner *r)
{
	return family_has_owner(r->info.family) ? "blocked" : "identity";
}

void check_broken(struct runner *r, enum rule rule, const char *what,
		  const char *object)
{
	if (!(r->got.broken & RULE(rule)))
		buf_printf(&r->why, "R%d: %s %s\n", rule, object, what);
	r->got.broken |= RULE(rule);
}

/* After each refusal, so it reads what it needs and not the whole state. */
static char *info(struct runner *r, const char *what, const char *name,
		  struct buf *text)
{
	char file[sizeof("domains//info") + MOCK_NAME_LEN];

	snprintf(file, sizeof(file), "%s/%s/info", what, name);
	if (!knob_read(r->ctx, file, text) && text->text)
		return text->text;
	runner_wrong(r, "%s cannot be read", file);
	return NULL;
}

/* R6: a refused attach leaves every device of the group where it was. */
static void check_group_unmoved(struct runner *r, const char *group)
{
	const struct topo_unit *unit = NULL;

	for (int u = 0; u < r->n_units; u++)
		if (!strcmp(r->units[u].group, group))
			unit = &r->units[u];
	for (int i = 0; unit && i < unit->n; i++) {
		autobuf struct buf text = { 0 };
		autofree char *domain = NULL;

		if (!info(r, "devices", r->topo->devs[unit->devs[i]].name,
			  &text))
			continue;
		domain = env_fact(text.text, "domain");
		if (!domain || strcmp(domain, core_domain(r)))
			check_broken(r, R6, domain ? domain : "none",
				     "after a refused attach a device is on");
	}
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

char *check_features(const char *text)
{
	static const char *const keys[] = { "format",  "ias",	   "oas",
					    "pgsizes", "coherent", "enforce" };
	struct buf b = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
		autofree char *value = env_fact(text, keys[i]);

		buf_printf(&b, "%s=%s ", keys[i], value ? value : "?");
	}
	return b.text;
}

/* R11: a domain still has the features that it copied. */
static void check_candidate(struct runner *r, const char *domain)
{
	autobuf struct buf text = { 0 };
	autofree char *made = NULL, *features = NULL;

	if (!info(r, "domains", domain, &text))
		return;
	made = env_fact(text.text, "instance");
	features = check_features(text.text);
	for (int i = 0; made && i < MX_INSTS && r->topo->insts[i].name; i++)
		if (!strcmp(r->topo->insts[i].name, made) &&
		    strcmp(features, r->features[i]))
			check_broken(
				r, R11,
				"is not what it was before a device was tried on it",
				domain);
}

static int watch_attach(void *k, const char *domain, const char *group)
{
	struct runner *r = k;
	int ret = kernel_ops.attach(k, domain, group);

	if (!ret || r->run.probing)
		return ret;
	check_group_unmoved(r, group);
	check_candidate(r, domain);
	return ret;
}

/* The rest passes through: a runner begins with its struct kernel. */
static int w_claim(void *k, const char *group)
{
	return kernel_ops.claim(k, group);
}
static int w_release(void *k, const char *group)
{
	return kernel_ops.release(k, group);
}
static int w_alloc(void *k, const char *d, const char *dev)
{
	return kernel_ops.alloc(k, d, dev);
}
static int w_free(void *k, const char *d)
{
	return kernel_ops.free(k, d);
}
static int w_detach(void *k, const char *d, const char *g)
{
	return kernel_ops.detach(k, d, g);
}
static int w_map(void *k, const char *d, const struct mapping *m)
{
	return kernel_ops.map(k, d, m);
}
static int w_enforces(void *k, const char *d)
{
	return kernel_ops.enforces(k, d);
}
static void w_phase(void *k, enum phase phase)
{
	kernel_ops.phase(k, phase);
}

const struct kernel_ops watch_ops = {
	.claim = w_claim,
	.release = w_release,
	.alloc = w_alloc,
	.free = w_free,
	.attach = watch_attach,
	.detach = w_detach,
	.map = w_map,
	.enforces = w_enforces,
	.phase = w_phase,
};

/* --- the journal --- */

static int device_index(const struct topo *t, const char *name)
{
	for (int i = 0; t && i < MX_DEVS && t->devs[i].name; i++) {
		if (!strcmp(t->devs[i].name, name))
			return i;
	}
	return -1;
}

/* A runner begins with its struct kernel. */
void check_seen(struct kernel *k, const struct event *ev)
{
	struct runner *r = (struct runner *)k;
	int dev;

	if (ev->kind != EV_ATTACH || ev->ret || !ev->device || !ev->domain)
		return;
	dev = device_index(r->topo, ev->device);
	if (dev >= 0)
		snprintf(r->last[dev], sizeof(r->last[dev]), "%s", ev->domain);
}

/* --- the kernel log (R3) --- */

/* The core tells of devices that come and go by the same name. */
static bool about_refusal(const char *body)
{
	return (strstr(body, "iommu_mock") || strstr(body, "iommu-mock")) &&
	       !strstr(body, " iommu group ");
}

/* What the module has logged since the last call, if anything. */
static bool logged(struct runner *r, char *line, size_t room)
{
	char text[2048];
	bool found = false;
	ssize_t n;

	if (r->kmsg < 0)
		return false;
	/* EPIPE: some were overwritten, the next read goes on */
	while ((n = read(r->kmsg, text, sizeof(text) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		const char *body;

		if (n < 0)
			continue;
		text[n] = '\0';
		body = strchr(text, ';');
		if (!body || found || !about_refusal(body))
			continue;
		found = true;
		if (line)
			snprintf(line, room, "%.*s",
				 (int)strcspn(body + 1, "\n"), body + 1);
	}
	return found;
}

void check_start(struct runner *r)
{
	logged(r, NULL, 0);
}

/* --- afterwards --- */

/*
 * R1: a device is on the domain that the attach said it is on; by the state,
 * and by the last entry of the journal that says so.
 */
static void check_positions(struct runner *r, const struct model *m)
{
	for (unsigned int u = 0; u < r->run.n_units; u++) {
		const struct unit *unit = &r->run.units[u];
		const struct m_group *g = model_group(m, unit->group);

		if (unit->domain < 0)
			continue;
		for (unsigned int i = 0; g && i < g->devices.n; i++) {
			const struct m_device *d =
				model_device(m, g->devices.v[i]);

			int dev = d ? device_index(r->topo, d->name) : -1;

			if (dev < 0)
				continue;
			if (!same(d->domain, r->run.domains[unit->domain].name))
				check_broken(
					r, R1,
					"is not on the domain that accepted it",
					d->name);
			if (!same(d->domain, r->last[dev]))
				check_broken(
					r, R1,
					"is not where the journal says it is",
					d->name);
		}
	}
}

/* R8: devices came and went without detach, and none was forgotten. */
static void check_lists(struct runner *r, const struct model *m)
{
	for (unsigned int i = 0; i < m->n_domains; i++) {
		const struct m_domain *dom = &m->domains[i];

		for (unsigned int j = 0; j < dom->devices.n; j++) {
			const struct m_device *dev =
				model_device(m, dom->devices.v[j]);

			if (!dev || !same(dev->domain, dom->name))
				check_broken(
					r, R8,
					"is on the list of a domain that it left",
					dom->devices.v[j]);
		}
	}
}

/* R2: having been told a hard errno, the caller went on all the same. */
static void check_caller(struct runner *r)
{
	const struct run *run = &r->run;

	for (unsigned int i = 0; i + 1 < run->n_attempts; i++) {
		const struct attempt *a = &run->attempts[i];

		if (a->candidate && a->ret && a->ret != -EINVAL &&
		    run->attempts[i + 1].unit == a->unit)
			check_broken(r, R2,
				     "was not taken for an error by the caller",
				     errno_name(-a->ret));
	}
}

static void count(struct runner *r)
{
	const struct tally *t = &r->k.tally[PHASE_PLACE];

	r->got.n = (int)r->run.n_units;
	for (int u = 0; u < r->got.n; u++) {
		const struct unit *unit = &r->run.units[u];

		r->got.err[u] = unit->err;
		r->got.with[u] = unit->domain < 0 ?
					 -1 :
					 r->run.domains[unit->domain].made_for;
	}
	r->got.domains = run_domains(&r->run);
	r->got.attaches = t->attaches;
	r->got.refused = t->refused;
	r->got.core_refused = t->core_refused;
	for (unsigned int i = 0; i < t->n_refusals; i++) {
		const char *reason = t->refusals[i].reason;
		int at;

		if (!strcmp(reason, "core"))
			continue;
		/* the only misbehaviour that refuses is refuse-fresh */
		at = mx_reason_word(strcmp(reason, "misbehave") ? reason :
								  "fresh");
		if (at >= 0)
			r->got.reasons[at]++;
		else
			runner_wrong(
				r,
				"the reason \"%s\" of a refusal is not known",
				reason);
	}
}

void check_placed(struct runner *r)
{
	struct model *m = model_read(r->ctx);

	kernel_drain(&r->k);
	if (r->k.error)
		runner_wrong(r, "the journal could not be read: %s",
			     errno_name(r->k.error));
	if (!m) {
		runner_wrong(r, "the state could not be read");
		return;
	}
	count(r);
	check_positions(r, m);
	check_lists(r, m);
	check_caller(r);
	model_free(m);
}

/*
 * R15: with the last domain went its tables, and its hold on memory. Pages
 * that walkers may still look at are given back later; unloading waits.
 */
static void check_freed(struct runner *r, const struct model *m)
{
	autobuf struct buf text = { 0 };
	autofree char *bytes = NULL;

	for (unsigned int i = 0; i < m->n_buffers; i++)
		if (m->buffers[i].maps)
			check_broken(r, R15, "is still mapped",
				     m->buffers[i].name);
	if (!knob_read(r->ctx, "stats", &text))
		bytes = env_fact(text.text, "table_bytes");
	if (!bytes || strcmp(bytes, "0"))
		check_broken(r, R15, bytes ? bytes : "are unknown",
			     "bytes of tables are left:");
}

static void check_left(struct runner *r, const struct model *m)
{
	bool allowed = r->expected.broken & (RULE(R1) | RULE(R6));

	r->dirty = r->dirty || m->n_domains;
	if (!m->n_domains)
		check_freed(r, m);
	else if (!allowed)
		check_broken(r, R15, "was left behind", m->domains[0].name);
	for (unsigned int i = 0; i < m->n_devices; i++) {
		const struct m_device *d = &m->devices[i];

		if (same(d->domain, "identity"))
			continue;
		r->dirty = true;
		if (!allowed)
			runner_wrong(r, "left behind: device %s on %s", d->name,
				     d->domain);
	}
	for (unsigned int i = 0; i < m->n_groups; i++) {
		if (!m->groups[i].owner)
			continue;
		r->dirty = true;
		runner_wrong(r, "left behind: group %s is still claimed",
			     m->groups[i].name);
	}
}

void check_after(struct runner *r)
{
	struct model *m = model_read(r->ctx);
	char line[160];

	kernel_drain(&r->k);
	for (unsigned int i = 0; i < KERNEL_PHASES; i++) {
		const struct tally *t = &r->k.tally[i];

		if (t->hard_fresh)
			check_broken(r, R4, "with EINVAL",
				     "a fresh domain was refused");
		if (t->foreign)
			check_broken(r, R5,
				     "was given a domain that is not its own",
				     "a driver");
		if (t->bad_frees)
			check_broken(r, R12, "with devices on it",
				     "a domain was freed");
		if (t->lost)
			check_broken(r, R13, "was lost", "an invalidation");
	}
	if (logged(r, line, sizeof(line)))
		check_broken(r, R3, line, "a refusal was logged:");
	if (m)
		check_left(r, m);
	else
		runner_wrong(r, "the state could not be read");
	model_free(m);
}
