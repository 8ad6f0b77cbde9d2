// SPDX-License-Identifier: GPL-2.0-only
/* Topologies, policies, errnos, misbehaviours and faults, as a cell has them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/knobs.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

void setup_forget(struct built *b)
{
	b->topo = NULL;
	b->row = NULL;
	memset(b->settings, 0, sizeof(b->settings));
}

static bool refused(struct runner *r, const char *what, int err)
{
	if (!err)
		return false;
	trial_wrong(&r->trial, "setup: %s: %s (%s)", what,
		    knob_last_error(r->target.ctx), errno_name(err));
	return true;
}

bool setup_write(struct runner *r, const char *file, const char *text)
{
	return !refused(r, file, knob_write(r->target.ctx, file, "%s", text));
}

void setup_knob(struct runner *r, const char *inst, const char *name,
		const char *value)
{
	char file[64];

	snprintf(file, sizeof(file), "instances/%s/%s", inst, name);
	setup_write(r, file, value);
	for (int i = 0; i < MX_INSTS && r->built.topo->insts[i].name; i++) {
		if (strcmp(r->built.topo->insts[i].name, inst))
			continue;
		r->built.settings[i].policy[0] = '\0';
		r->built.settings[i].errnos[0] = '\0';
		r->built.settings[i].misbehave[0] = '\0';
		r->built.settings[i].faulted = true;
	}
}

/*
 * Reads the features from the state: one line for an instance, whose words
 * become lines.
 */
static bool note_features(struct runner *r, const struct topo *t)
{
	autobuf struct buf state = { 0 };

	if (refused(r, "state", knob_read(r->target.ctx, "state", &state)))
		return false;
	for (int i = 0; i < MX_INSTS && t->insts[i].name; i++) {
		autofree char *start =
			xprintf("instance %s ", t->insts[i].name);
		const char *at = strstr(state.text, start);
		autofree char *line = at ? xstrndup(at, strcspn(at, "\n")) :
					   xstrdup("");

		for (char *p = line; *p; p++)
			if (*p == ' ')
				*p = '\n';
		free(r->built.features[i]);
		r->built.features[i] = check_features(line);
	}
	return true;
}

static bool build(struct runner *r, const struct topo *t)
{
	setup_forget(&r->built);
	if (refused(r, "reset", topo_reset(r->target.ctx)))
		return false;
	for (int i = 0; i < MX_INSTS && t->insts[i].name; i++) {
		const struct topo_inst *in = &t->insts[i];
		autofree char *options =
			xprintf("driver=%s %s",
				in->driver ? in->driver : "mock", in->options);

		if (refused(r, in->name,
			    topo_add_instance(r->target.ctx, in->name,
					      options)))
			return false;
	}
	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		const struct topo_dev *d = &t->devs[i];
		autofree char *options =
			xprintf("%s%s%s%s", d->group ? "group=" : "",
				d->group ? d->group : "", d->bus ? " bus=" : "",
				d->bus ? d->bus : "");

		if (refused(r, d->name,
			    topo_add_device(r->target.ctx, d->name,
					    t->insts[d->inst].name, options)))
			return false;
	}
	if (refused(r, MX_BUFFER,
		    topo_add_buffer(r->target.ctx, MX_BUFFER, MX_BUFFER_SIZE)))
		return false;
	if (!note_features(r, t))
		return false;
	r->built.topo = t;
	r->built.n_units = topo_units(t, r->built.units);
	return true;
}

/* Writes a setting unless it was the last value written. */
static bool set(struct runner *r, int inst, const char *knob, char *last,
		size_t room, const char *value)
{
	char file[64];

	if (!strcmp(last, value))
		return true;
	snprintf(file, sizeof(file), "instances/%s/%s",
		 r->built.topo->insts[inst].name, knob);
	if (!setup_write(r, file, value)) {
		last[0] = '\0';
		return false;
	}
	snprintf(last, room, "%s", value);
	return true;
}

static bool set_pairs(struct runner *r, const struct row *row)
{
	char file[64], word[64];

	if (r->built.row == row)
		return true;
	for (int old = 1; old >= 0; old--) {
		const struct row *which = old ? r->built.row : row;

		for (int i = 0; which && i < 4 && which->pairs[i]; i++) {
			char a[MOCK_NAME_LEN], how[8], b[MOCK_NAME_LEN];

			if (sscanf(which->pairs[i], "%31s %7s %31s", a, how,
				   b) != 3)
				return false;
			snprintf(file, sizeof(file), "instances/%s/pairs", a);
			snprintf(word, sizeof(word), "%s %s",
				 old ? "clear" : how, b);
			if (!setup_write(r, file, word))
				return false;
		}
	}
	r->built.row = row;
	return true;
}

static int instance_of_device(const struct topo *t, const char *dev)
{
	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		if (!strcmp(t->devs[i].name, dev))
			return t->devs[i].inst;
	}
	return -1;
}

static bool set_fault(struct runner *r, const struct cell *cell)
{
	static const char *const filters[] = { "any", "fresh", "existing" };
	const struct disturb *d = cell->disturb;
	char file[64], word[160];

	for (int i = 0; i < MX_INSTS && r->built.topo->insts[i].name; i++) {
		bool here = d->point != FAULT_NONE &&
			    i == instance_of_device(r->built.topo, d->dev);

		snprintf(file, sizeof(file), "instances/%s/faults",
			 r->built.topo->insts[i].name);
		if (r->built.settings[i].faulted &&
		    !setup_write(r, file, "off"))
			return false;
		r->built.settings[i].faulted = here;
		if (!here)
			continue;
		if (d->point == FAULT_ATTACH)
			snprintf(
				word, sizeof(word),
				"attach errno=%s nth=%d times=%d filter=%s device=%s",
				cell->errnos, d->nth, d->times,
				filters[d->filter], d->dev);
		else if (d->point == FAULT_ALLOC)
			snprintf(word, sizeof(word),
				 "alloc errno=%s times=%d device=%s",
				 cell->errnos, d->times, d->dev);
		else
			snprintf(word, sizeof(word), "map errno=%s times=%d",
				 cell->errnos, d->times);
		if (!setup_write(r, file, word))
			return false;
	}
	return true;
}

bool setup_cell(struct runner *r, const struct cell *cell)
{
	const struct disturb *d = cell->disturb;

	if (r->built.topo != cell->topo && !build(r, cell->topo))
		return false;
	for (int i = 0; i < MX_INSTS && r->built.topo->insts[i].name; i++) {
		struct setting *s = &r->built.settings[i];
		bool mis = d->misbehave &&
			   (!d->who ||
			    !strcmp(d->who, r->built.topo->insts[i].name));

		if (!set(r, i, "policy", s->policy, sizeof(s->policy),
			 cell->row ? cell->row->policy : "compatible") ||
		    !set(r, i, "errno", s->errnos, sizeof(s->errnos),
			 cell->row ? cell->errnos : "EINVAL") ||
		    !set(r, i, "misbehave", s->misbehave, sizeof(s->misbehave),
			 mis ? d->misbehave : "none"))
			return false;
	}
	return set_pairs(r, cell->row) && set_fault(r, cell);
}
