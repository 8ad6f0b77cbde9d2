// SPDX-License-Identifier: GPL-2.0-only
/* See generate.h. Everything made here belongs to the cells. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/presets.h"
#include "lib/words.h"
#include "matrix/cells/generate.h"
#include "matrix/cells/select.h"

#define MAX_DISTURBS 48

static const char *const all_errnos[] = {
	"EINVAL",     "EMEDIUMTYPE", "ENXIO",  "EXDEV",	 "EFAULT",
	"EOPNOTSUPP", "EBUSY",	     "ENODEV", "ENOMEM", "ENOSPC",
	"EPERM",      "EIO",	     NULL,
};
static const char *const one_errno[] = { "EINVAL", NULL };

struct maker {
	struct cells *cells;
	const struct topo *topo;
	struct topo_unit units[MX_UNITS];
	int n_units, n_insts;
	struct row *rows[64]; /* without mappings */
	int n_rows;
};

static const char *keep_text(struct cells *cells, char *text)
{
	char *kept = cells_keep(cells, strlen(text) + 1);

	strcpy(kept, text);
	free(text);
	return kept;
}

/* --- policies: those that answer differently from each other --- */

static bool is_known(const struct maker *m, const struct row *row)
{
	for (int i = 0; i < m->n_rows; i++) {
		bool same = true;

		for (int k = 0; k < m->n_insts; k++)
			same &= !strcmp(m->rows[i]->relation[k],
					row->relation[k]);
		if (same)
			return true;
	}
	return false;
}

static void add_policy(struct maker *m, const char *name, const char *policy,
		       const char *pair)
{
	struct row row = { .topo = m->topo->name,
			   .name = name,
			   .policy = policy,
			   .pairs = { pair } };

	for (int i = 0; i < m->n_insts; i++) {
		char *letters = xalloc((size_t)m->n_insts + 1);

		for (int k = 0; k < m->n_insts; k++)
			letters[k] = relation(m->topo, policy, row.pairs, i, k);
		row.relation[i] = keep_text(m->cells, letters);
	}
	if (is_known(m, &row))
		return;
	if (m->n_rows == ARRAY_SIZE(m->rows))
		abort();
	m->rows[m->n_rows] = cells_keep(m->cells, sizeof(row));
	*m->rows[m->n_rows++] = row;
}

/* An exception between the first instance and the last, and the last two. */
static void add_exceptions(struct maker *m, const char *policy,
			   const char *word)
{
	const struct topo_inst *insts = m->topo->insts;
	const char *last = insts[m->n_insts - 1].name;
	const char *const others[] = {
		insts[0].name,
		m->n_insts > 2 ? insts[m->n_insts - 2].name : NULL,
	};

	for (int i = 0; i < 2 && others[i]; i++) {
		char *name =
			xprintf("%s-%s-%s%s", policy, word, others[i], last);
		char *pair = xprintf("%s %s %s", others[i], word, last);

		add_policy(m, keep_text(m->cells, name), policy,
			   keep_text(m->cells, pair));
	}
}

static void add_policies(struct maker *m)
{
	static const char *const policies[] = { "compatible", "same-instance",
						"same-driver", "any", "never" };

	for (unsigned int i = 0; i < ARRAY_SIZE(policies); i++)
		add_policy(m, policies[i], policies[i], NULL);
	for (int i = 0; check_words[i]; i++)
		add_policy(m, check_words[i], check_words[i], NULL);
	if (m->n_insts < 2)
		return;
	add_exceptions(m, "any", "deny");
	add_exceptions(m, "same-instance", "allow");
}

/* --- disturbances: at most one in a cell --- */

struct disturbs {
	const struct disturb *v[MAX_DISTURBS];
	int n;
};

static void add_disturb(struct maker *m, struct disturbs *list,
			const struct disturb *what)
{
	struct disturb *d;

	if (list->n == MAX_DISTURBS)
		abort();
	d = cells_keep(m->cells, sizeof(*d));
	*d = *what;
	list->v[list->n++] = d;
}

/* Of all drivers' instances, and of the last instance alone. */
static void add_misbehaviour(struct maker *m, struct disturbs *list,
			     const char *how)
{
	const char *last = m->topo->insts[m->n_insts - 1].name;
	struct disturb d = { .name = how, .misbehave = how };

	add_disturb(m, list, &d);
	if (m->n_insts < 2)
		return;
	d.name = keep_text(m->cells, xprintf("%s@%s", how, last));
	d.who = last;
	add_disturb(m, list, &d);
}

static void add_attach_faults(struct maker *m, struct disturbs *list,
			      const char *dev, bool first)
{
	static const char *const words[] = { "", "-fresh", "-existing" };
	static const struct {
		const char *word;
		int times, nth;
	} when[] = {
		{ "", -1, 0 },
		{ "-once", 1, 0 },
		{ "-2nd", -1, 2 },
		{ "-3rd", -1, 3 },
	};

	for (int filter = ON_ANY; filter <= ON_EXISTING; filter++) {
		/* Nothing exists when the first device comes. */
		if (first && filter == ON_EXISTING)
			continue;
		for (unsigned int w = 0; w < ARRAY_SIZE(when); w++) {
			struct disturb d = {
				.name = keep_text(m->cells,
						  xprintf("-+attach%s%s@%s",
							  words[filter],
							  when[w].word, dev)),
				.point = FAULT_ATTACH,
				.filter = (enum fault_filter)filter,
				.times = when[w].times,
				.nth = when[w].nth,
				.dev = dev,
			};

			/*
			 * A domain is fresh once; only type1's fresh domain is
			 * tried again.
			 */
			if (filter == ON_FRESH && when[w].nth)
				continue;

			add_disturb(m, list, &d);
		}
	}
}

static void add_fault(struct maker *m, struct disturbs *list,
		      enum fault_point point, const char *word, const char *dev)
{
	struct disturb d = {
		.name = keep_text(m->cells, xprintf("-+%s@%s", word, dev)),
		.point = point,
		.times = -1,
		.dev = dev,
	};

	add_disturb(m, list, &d);
}

/* The first unit's device, the last unit's first one, and its last one. */
static void add_faults(struct maker *m, struct disturbs *list, bool maps)
{
	const struct topo_unit *last = &m->units[m->n_units - 1];
	const struct topo_dev *devs = m->topo->devs;
	const int which[] = { m->units[0].devs[0], last->devs[0],
			      last->devs[last->n - 1] };

	for (unsigned int i = 0; i < ARRAY_SIZE(which); i++) {
		const char *dev = devs[which[i]].name;

		if (i && which[i] == which[i - 1])
			continue;
		add_attach_faults(m, list, dev, !i);
		/* A domain is allocated for the first device of a group. */
		if (i < 2)
			add_fault(m, list, FAULT_ALLOC, "alloc", dev);
		if (i < 2 && maps)
			add_fault(m, list, FAULT_MAP, "map", dev);
	}
}

static bool refuses(const struct maker *m, const struct row *row)
{
	for (int i = 0; i < m->n_insts; i++)
		if (strspn(row->relation[i], ".-") != (size_t)m->n_insts)
			return true;
	return false;
}

/* Does a group's own domain accept every device of the group? */
static bool own_domains_do(const struct maker *m, const struct row *row)
{
	for (int u = 0; u < m->n_units; u++) {
		const struct topo_unit *unit = &m->units[u];
		int made = m->topo->devs[unit->devs[0]].inst;

		for (int i = 1; i < unit->n; i++) {
			int inst = m->topo->devs[unit->devs[i]].inst;

			if (!strchr(".N", row->relation[inst][made]))
				return false;
		}
	}
	return true;
}

static void make_disturbs(struct maker *m, const struct row *row,
			  struct disturbs *list)
{
	list->n = 0;
	list->v[list->n++] = &no_disturb;
	if (refuses(m, row)) {
		add_misbehaviour(m, list, "accept-and-ignore");
		add_misbehaviour(m, list, "unhook-first");
		add_misbehaviour(m, list, "log-refusal");
	}
	add_misbehaviour(m, list, "refuse-fresh");
	if (!row->dma)
		add_faults(m, list, row->maps);
}

/* --- cells --- */

static void add_callers(struct maker *m, const struct row *row,
			const char *errnos, const struct disturb *d)
{
	/*
	 * Otherwise the oracle cannot predict which refusal a search meets, and
	 * when.
	 */
	bool search = d == &no_disturb && own_domains_do(m, row);

	for (int k = 0; k < KINDS; k++) {
		struct cell cell = {
			m->topo, row, errnos, d, (enum caller_kind)k, NULL
		};

		if (k != K_BEST || search)
			cells_add(m->cells, &cell);
	}
}

static void add_cells(struct maker *m, const struct row *row)
{
	struct disturbs list;

	make_disturbs(m, row, &list);
	for (int i = 0; i < list.n; i++) {
		const struct disturb *d = list.v[i];
		/*
		 * The errno matters if something is refused or fails with it.
		 */
		const char *const *e = refuses(m, row) || d != &no_disturb ?
					       all_errnos :
					       one_errno;

		for (; *e; e++)
			add_callers(m, row, *e, d);
	}
}

/* False if no cell of the topology can be wanted. */
static bool maker_init(struct maker *m, struct cells *cells,
		       const struct topo *topo)
{
	memset(m, 0, sizeof(*m));
	m->cells = cells;
	m->topo = topo;
	m->n_units = topo_units(topo, m->units);
	while (m->n_insts < MX_INSTS && topo->insts[m->n_insts].name)
		m->n_insts++;
	return !cells->choice || choice_may(cells->choice, topo->name);
}

static struct row *with_maps(struct maker *m, const struct row *row, bool dma)
{
	struct row *maps = cells_keep(m->cells, sizeof(*maps));

	*maps = *row;
	maps->maps = true;
	maps->dma = dma;
	return maps;
}

static void generate_order(struct cells *cells, const struct topo *topo)
{
	struct maker m;

	if (!maker_init(&m, cells, topo))
		return;
	add_policies(&m);
	for (int i = 0; i < m.n_rows; i++) {
		add_cells(&m, m.rows[i]);
		add_cells(&m, with_maps(&m, m.rows[i], false));
		/*
		 * With one unit, no placed device could read during the
		 * placement.
		 */
		if (m.n_units > 1)
			add_cells(&m, with_maps(&m, m.rows[i], true));
	}
}

/* Two instances that differ in one thing have both orders already. */
static bool has_both_orders(const struct topo *t)
{
	size_t n = strlen(t->name);

	return (n > 3 && !strcmp(t->name + n - 3, "-up")) ||
	       (n > 5 && !strcmp(t->name + n - 5, "-down")) ||
	       !t->insts[1].name;
}

static const struct topo *reversed(struct cells *cells, const struct topo *t)
{
	struct topo *back = cells_keep(cells, sizeof(*back));
	int n = 0;

	*back = *t;
	back->name = keep_text(cells, xprintf("%s" MX_REVERSED, t->name));
	while (n < MX_DEVS && t->devs[n].name)
		n++;
	for (int i = 0; i < n; i++)
		back->devs[i] = t->devs[n - 1 - i];
	return back;
}

void generate(struct cells *cells, const struct topo *topo)
{
	generate_order(cells, topo);
	if (!has_both_orders(topo))
		generate_order(cells, reversed(cells, topo));
}

/* --- as if all drivers were one of the kernel's --- */

static const char *kept_value(struct cells *cells, const struct preset *p,
			      const char *key)
{
	char *value = preset_value(p, key);

	return value ? keep_text(cells, value) : NULL;
}

/*
 * A preset decides what the driver refuses, and how; the topology decides the
 * features of instances.
 */
static void preset_order(struct cells *cells, const struct topo *topo,
			 const struct preset *preset)
{
	autofree char *kernel = kernel_text(preset->from);
	const char *errnos = kept_value(cells, preset, "errno");
	const char *how = kept_value(cells, preset, "misbehave");
	char *name = xprintf("%s@%s", preset->name, kernel);
	struct disturb disturb = { .name = how, .misbehave = how };
	struct disturbs list = { { &no_disturb }, 0 };
	struct maker m;
	bool wanted = maker_init(&m, cells, topo);

	add_policy(&m, keep_text(cells, name),
		   kept_value(cells, preset, "policy"), NULL);
	if (how)
		add_disturb(&m, &list, &disturb);
	if (!wanted)
		return;
	add_callers(&m, m.rows[0], errnos, list.v[0]);
	add_callers(&m, with_maps(&m, m.rows[0], false), errnos, list.v[0]);
}

void generate_preset(struct cells *cells, const struct topo *topo,
		     const struct preset *preset)
{
	preset_order(cells, topo, preset);
	if (!has_both_orders(topo))
		preset_order(cells, reversed(cells, topo), preset);
}
