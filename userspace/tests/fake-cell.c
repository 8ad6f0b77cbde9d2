// SPDX-License-Identifier: GPL-2.0-only
/* A whole cell on the model of the core; see fake-core.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "matrix/run/rules.h"
#include "tests/fake-core.h"

/* Of "format=x86-4l ias=39 ..." */
static bool same_format(const struct topo_inst *a, const struct topo_inst *b)
{
	char mine[16], its[16];

	if (sscanf(a->options, "format=%15s", mine) != 1 ||
	    sscanf(b->options, "format=%15s", its) != 1)
		abort();
	return !strcmp(mine, its);
}

/* R14: each device is where it was put, and its walker reads the table. */
static bool sees_memory(const struct fake *f, int dev, int domain)
{
	const struct topo *t = f->cell->topo;

	return f->dev_at[dev] == domain &&
	       same_format(&t->insts[t->devs[dev].inst],
			   &t->insts[f->domains[domain].inst]);
}

static void look_at_memory(struct fake *f, const struct run *run)
{
	for (unsigned int u = 0; u < run->n_units; u++)
		for (int i = 0; run->units[u].domain >= 0 && i < f->units[u].n;
		     i++) {
			int dev = f->units[u].devs[i];

			judge_memory(f->judge, f->cell->topo->devs[dev].name,
				     sees_memory(f, dev, f->at[u]) ? NULL :
								     "else");
		}
}

static void observe(struct fake *f, struct run *run, struct outcome *got)
{
	const struct tally *t = &f->tally[PHASE_PLACE];

	memset(got, 0, sizeof(*got));
	got->n = (int)run->n_units;
	for (int u = 0; u < got->n; u++) {
		const struct unit *unit = &run->units[u];

		got->err[u] = unit->err;
		got->with[u] = unit->domain < 0 ?
				       -1 :
				       run->domains[unit->domain].made_for;
	}
	for (unsigned int i = 0; i < t->n_refusals; i++) {
		if (strcmp(t->refusals[i].reason, "core"))
			got->reasons[mx_reason_word(t->refusals[i].reason)]++;
	}
	look_at_memory(f, run);
	rules_told(f->judge, run);
	got->domains = run_domains(run);
	got->attaches = t->attaches;
	got->refused = t->refused;
	got->core_refused = t->core_refused;
}

static void judge_it(struct fake *f, bool undone)
{
	const struct topo_dev *devs = f->cell->topo->devs;

	for (int i = 0; i < MX_DEVS && devs[i].name; i++)
		judge_place(f->judge, devs[i].name,
			    fake_place_name(f, f->dev_at[i]));
	judge_logged(f->judge, f->logged, "refused");
	if (undone)
		judge_over(f->judge, NULL);
	judge_run(f->judge);
}

int fake_cell(const struct cell *cell, enum family family,
	      const struct outcome *expected, struct rule_result rules[RULES],
	      struct outcome *got)
{
	static struct run run;

	return fake_cell_run(cell, family, expected, &run, rules, got);
}

int fake_cell_run(const struct cell *cell, enum family family,
		  const struct outcome *expected, struct run *run,
		  struct rule_result rules[RULES], struct outcome *got)
{
	static const struct mapping map = { 0x200000, "buf" };
	static struct fake f;
	int ret;

	fake_init(&f, cell, family);
	run_init(run, &fake_ops, &f, family, "t-");
	if (cell->row->maps) {
		run->maps = &map;
		run->n_maps = 1;
	}
	for (int u = 0; u < f.n_units; u++) {
		const struct topo_dev *dev =
			&cell->topo->devs[f.units[u].devs[0]];
		const char *driver = cell->topo->insts[dev->inst].driver;

		run_add(run, f.units[u].group, dev->name, dev->name,
			driver ? driver : "mock", (unsigned int)f.units[u].n);
	}
	run_place(run, caller_find(kind_words[cell->caller]));
	observe(&f, run, got);
	ret = run_undo(run);
	judge_it(&f, !ret);
	got->broken = rules_broken(f.judge, cell);
	for (int d = 0; !ret && d < f.n_domains; d++) {
		if (f.domains[d].live)
			ret = -EBUSY;
	}
	rules_judge(rules, f.judge, cell, family, expected);
	fake_free(&f);
	return ret;
}
