// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input of a cell's judge: the journal as it is, and facts that the journal
 * does not contain. The strategy's attaches go through watch_attach(), which
 * looks at the candidate after each refusal. The state and the kernel log are
 * read at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "judge/given.h"
#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

/* The domain of a claimed group that is on none of the caller's domains. */
const char *core_domain(const struct kernel_info *info)
{
	return family_has_owner(info->family) ? "blocked" : "identity";
}

void check_broken(struct trial *t, enum rule rule, const char *what,
		  const char *object)
{
	autofree char *wrong = xprintf("%s %s", object, what);

	judge_state(t->judge, rule, WHO_DRIVER, wrong);
}

/* Runs after each refusal, so it reads one file and not the whole state. */
static char *info(struct runner *r, const char *what, const char *name,
		  struct buf *text)
{
	char file[sizeof("domains//info") + MOCK_NAME_LEN];

	snprintf(file, sizeof(file), "%s/%s/info", what, name);
	if (!knob_read(r->target.ctx, file, text) && text->text)
		return text->text;
	trial_wrong(&r->trial, "%s cannot be read", file);
	return NULL;
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
	autofree char *made = NULL, *features = NULL, *wrong = NULL;

	if (!info(r, "domains", domain, &text))
		return;
	wrong = xprintf("%s is not what it was before a device was tried on it",
			domain);
	made = env_fact(text.text, "instance");
	features = check_features(text.text);
	for (int i = 0; made && i < MX_INSTS && r->built.topo->insts[i].name;
	     i++)
		if (!strcmp(r->built.topo->insts[i].name, made))
			judge_state(r->trial.judge, R11, WHO_DRIVER,
				    strcmp(features, r->built.features[i]) ?
					    wrong :
					    NULL);
}

static int watch_attach(void *k, const char *domain, const char *group)
{
	struct runner *r = runner_of(k);
	int ret = kernel_ops.attach(k, domain, group);

	if (!ret || r->trial.run.probing)
		return ret;
	check_candidate(r, domain);
	return ret;
}

/* The other operations pass through. */
static int w_claim(void *k, const char *group)
{
	/*
	 * The next group is about to be placed; the groups before it keep their
	 * domains.
	 */
	traffic_start(runner_of(k));
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
static int w_attach_pasid(void *k, const char *d, const char *dev,
			  unsigned int pasid)
{
	return kernel_ops.attach_pasid(k, d, dev, pasid);
}
static int w_detach_pasid(void *k, const char *d, const char *dev,
			  unsigned int pasid)
{
	return kernel_ops.detach_pasid(k, d, dev, pasid);
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
	.attach_pasid = w_attach_pasid,
	.detach_pasid = w_detach_pasid,
	.map = w_map,
	.enforces = w_enforces,
	.phase = w_phase,
};

/* --- the journal --- */

/*
 * Calls and DMA are logged at their end. A conclusion from them about other
 * operations holds only if operations do not overlap.
 */
static bool is_for_the_judge(const struct cell *cell, const struct event *ev)
{
	bool threads = cell->special && cell->special->threads;

	return !threads || (ev->kind != EV_CALL && ev->kind != EV_DMA);
}

void check_gap(struct kernel *k, uint64_t events)
{
	judge_gap(runner_of(k)->trial.judge, events);
}

/* In the phase of probing, a caller tests what fits and places nothing. */
void check_seen(struct kernel *k, const struct event *ev)
{
	const struct trial *t = &runner_of(k)->trial;

	if (k->phase != PHASE_PROBE && is_for_the_judge(t->cell, ev))
		judge_event(t->judge, ev);
}

/* --- the kernel log (R3) --- */

void check_start(const struct target *t)
{
	autobuf struct buf old = { 0 };

	log_read(t->kmsg, &old);
}

/* --- afterwards --- */

/* R8: devices came and went without detach, and the driver forgot none. */
static void check_lists(struct trial *t, const struct model *m)
{
	for (unsigned int i = 0; i < m->n_domains; i++) {
		const struct m_domain *dom = &m->domains[i];

		for (unsigned int j = 0; j < dom->devices.n; j++) {
			const struct m_device *dev =
				model_device(m, dom->devices.v[j]);

			if (!dev || !text_same(dev->domain, dom->name))
				check_broken(
					t, R8,
					"is on the list of a domain that it left",
					dom->devices.v[j]);
		}
	}
}

static void count(struct trial *t, const struct tally *tally)
{
	t->got.n = (int)t->run.n_units;
	for (int u = 0; u < t->got.n; u++) {
		const struct unit *unit = &t->run.units[u];

		t->got.err[u] = unit->err;
		t->got.with[u] = unit->domain < 0 ?
					 -1 :
					 t->run.domains[unit->domain].made_for;
	}
	t->got.domains = run_domains(&t->run);
	t->got.attaches = tally->attaches;
	t->got.refused = tally->refused;
	t->got.core_refused = tally->core_refused;
	for (unsigned int i = 0; i < tally->n_refusals; i++) {
		const char *reason = tally->refusals[i].reason;
		int at;

		if (!strcmp(reason, "core"))
			continue;
		/* the only misbehaviour that refuses is refuse-fresh */
		at = mx_reason_word(strcmp(reason, "misbehave") ? reason :
								  "fresh");
		if (at >= 0)
			t->got.reasons[at]++;
		else
			trial_wrong(
				t,
				"the reason \"%s\" of a refusal is not known",
				reason);
	}
}

/*
 * Copies: a caller that shares nothing needs for each group what its domain
 * needs now.
 */
static void measure(struct trial *t, const struct model *m)
{
	const struct run *run = &t->run;

	kernel_measure(&t->run, m);
	for (unsigned int i = 0; run->n_maps && i < run->n_domains; i++) {
		unsigned int bytes = (unsigned int)run->domains[i].tables;

		if (run->domains[i].users)
			t->tables += bytes;
		t->copies += bytes * run->domains[i].users;
	}
}

void check_placed(struct runner *r)
{
	struct model *m = model_read(r->target.ctx);

	kernel_drain(&r->target.k);
	if (r->target.k.error)
		trial_wrong(&r->trial, "the journal could not be read: %s",
			    errno_name(r->target.k.error));
	if (!m) {
		trial_wrong(&r->trial, "the state could not be read");
		return;
	}
	count(&r->trial, &r->target.k.tally[PHASE_PLACE]);
	measure(&r->trial, m);
	check_lists(&r->trial, m);
	rules_told(r->trial.judge, &r->trial.run);
	model_free(m);
}

/*
 * R15: with the last domain went its tables, and its hold on memory. Pages
 * that walkers may still look at are given back later; unloading waits.
 */
static void check_freed(struct ctx *ctx, struct trial *t, const struct model *m)
{
	autobuf struct buf text = { 0 };
	autofree char *bytes = NULL;

	for (unsigned int i = 0; i < m->n_buffers; i++)
		if (m->buffers[i].maps)
			check_broken(t, R15, "is still mapped",
				     m->buffers[i].name);
	if (!knob_read(ctx, "stats", &text))
		bytes = env_fact(text.text, "table_bytes");
	if (!bytes || strcmp(bytes, "0"))
		check_broken(t, R15, bytes ? bytes : "are unknown",
			     "bytes of tables are left:");
}

static void check_left(struct ctx *ctx, struct trial *t, const struct model *m)
{
	bool allowed = t->expected.adrift;

	t->dirty = t->dirty || m->n_domains;
	if (!allowed)
		judge_over(t->judge, NULL);
	if (!m->n_domains)
		check_freed(ctx, t, m);
	else if (!allowed)
		check_broken(t, R15, "was left behind", m->domains[0].name);
	for (unsigned int i = 0; i < m->n_devices; i++) {
		const struct m_device *d = &m->devices[i];

		if (text_same(d->domain, "identity"))
			continue;
		t->dirty = true;
		if (!allowed)
			trial_wrong(t, "left behind: device %s on %s", d->name,
				    d->domain);
	}
	for (unsigned int i = 0; i < m->n_groups; i++) {
		if (!m->groups[i].owner)
			continue;
		t->dirty = true;
		trial_wrong(t, "left behind: group %s is still claimed",
			    m->groups[i].name);
	}
}

void check_after(struct runner *r)
{
	struct model *m = model_read(r->target.ctx);
	autobuf struct buf first = { 0 };
	unsigned int lines;

	kernel_drain(&r->target.k);
	if (r->target.k.missed)
		trial_wrong(
			&r->trial,
			"%llu %s overwritten unread: load the module with more journal_entries",
			(unsigned long long)r->target.k.missed,
			by_count(r->target.k.missed, "event of the journal was",
				 "events of the journal were"));
	lines = log_read(r->target.kmsg, &first);
	judge_logged(r->trial.judge, lines, first.text);
	if (m) {
		given_places(r->trial.judge, m);
		check_left(r->target.ctx, &r->trial, m);
	} else {
		trial_wrong(&r->trial, "the state could not be read");
	}
	model_free(m);
	judge_run(r->trial.judge);
	r->trial.got.broken = rules_broken(r->trial.judge, r->trial.cell);
	rules_judge(r->trial.rules, r->trial.judge, r->trial.cell,
		    r->target.info.family, &r->trial.expected);
}
