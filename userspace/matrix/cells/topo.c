// SPDX-License-Identifier: GPL-2.0-only
/*
 * The topologies. In each of those with a "feature" name, two instances
 * differ in that feature alone: -down has the more demanding domain first.
 * Devices are placed in the order in which they stand here.
 */
#include <string.h>

#include "lib/mem.h"
#include "lib/words.h"
#include "matrix/cells/cells.h"

/* All options are explicit: the matrix does not test defaults. */
#define FORMAT(f) "format=" f
#define SIZES(ias, oas) " ias=" #ias " oas=" #oas
#define PG " pgsizes=4K,2M"
#define COH(c, e) " coherent=" #c " enforce=" #e
#define PLAIN FORMAT("arm-4k") SIZES(39, 40) PG COH(1, 1)

#define INST(n, opts)                                       \
	{                                                   \
		.name = n, .options = opts, .enforce = true \
	}
#define INST_NO_ENF(n, opts)                                 \
	{                                                    \
		.name = n, .options = opts, .enforce = false \
	}
#define INST_OF(n, drv)                                                     \
	{                                                                   \
		.name = n, .driver = drv, .options = PLAIN, .enforce = true \
	}

#define TWO(word, first, second)                          \
	{                                                 \
		.name = word, .insts = { first, second }, \
		.devs = { { .name = "a", .inst = 0 },     \
			  { .name = "b", .inst = 1 } },   \
	}

const struct topo mx_topos[] = {
	{
		.name = "one",
		.insts = { INST("A", PLAIN) },
		.devs = { { .name = "a1", .inst = 0 },
			  { .name = "a2", .inst = 0 },
			  { .name = "a3", .inst = 0 } },
	},
	TWO("pair", INST("A", PLAIN), INST("B", PLAIN)),
	{
		.name = "pair4",
		.insts = { INST("A", PLAIN), INST("B", PLAIN) },
		.devs = { { .name = "a1", .inst = 0 },
			  { .name = "b1", .inst = 1 },
			  { .name = "a2", .inst = 0 },
			  { .name = "b2", .inst = 1 } },
	},
	{
		.name = "trio",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 } },
	},
	TWO("format", INST("A", PLAIN),
	    INST("B", FORMAT("x86-4l") SIZES(39, 40) PG COH(1, 1))),
	TWO("ias-down", INST("A", FORMAT("arm-4k") SIZES(48, 40) PG COH(1, 1)),
	    INST("B", PLAIN)),
	TWO("ias-up", INST("A", PLAIN),
	    INST("B", FORMAT("arm-4k") SIZES(48, 40) PG COH(1, 1))),
	TWO("oas-down", INST("A", FORMAT("arm-4k") SIZES(39, 48) PG COH(1, 1)),
	    INST("B", PLAIN)),
	TWO("oas-up", INST("A", PLAIN),
	    INST("B", FORMAT("arm-4k") SIZES(39, 48) PG COH(1, 1))),
	TWO("pgsizes-down",
	    INST("A",
		 FORMAT("arm-4k") SIZES(39, 40) " pgsizes=4K,2M,1G" COH(1, 1)),
	    INST("B", PLAIN)),
	TWO("pgsizes-up", INST("A", PLAIN),
	    INST("B",
		 FORMAT("arm-4k") SIZES(39, 40) " pgsizes=4K,2M,1G" COH(1, 1))),
	TWO("coherent-down", INST("A", PLAIN),
	    INST("B", FORMAT("arm-4k") SIZES(39, 40) PG COH(0, 1))),
	TWO("coherent-up",
	    INST("A", FORMAT("arm-4k") SIZES(39, 40) PG COH(0, 1)),
	    INST("B", PLAIN)),
	TWO("enforce-down", INST("A", PLAIN),
	    INST_NO_ENF("B", FORMAT("arm-4k") SIZES(39, 40) PG COH(1, 0))),
	TWO("enforce-up",
	    INST_NO_ENF("A", FORMAT("arm-4k") SIZES(39, 40) PG COH(1, 0)),
	    INST("B", PLAIN)),
	{
		/* Each domain fits the wider instances: the order is all. */
		.name = "ladder-down",
		.insts = { INST("A",
				FORMAT("arm-4k") SIZES(48, 40) PG COH(1, 1)),
			   INST("B",
				FORMAT("arm-4k") SIZES(44, 40) PG COH(1, 1)),
			   INST("C",
				FORMAT("arm-4k") SIZES(42, 40) PG COH(1, 1)),
			   INST("D", PLAIN) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 } },
	},
	{
		.name = "ladder-up",
		.insts = { INST("A", PLAIN),
			   INST("B",
				FORMAT("arm-4k") SIZES(42, 40) PG COH(1, 1)),
			   INST("C",
				FORMAT("arm-4k") SIZES(44, 40) PG COH(1, 1)),
			   INST("D",
				FORMAT("arm-4k") SIZES(48, 40) PG COH(1, 1)) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 } },
	},
	{
		/* Each refuses the last device for a reason of its own. */
		.name = "reasons",
		.insts = { INST_NO_ENF("A", FORMAT("x86-4l") SIZES(39, 40)
						    PG COH(1, 0)),
			   INST_NO_ENF("B", FORMAT("arm-4k") SIZES(48, 40)
						    PG COH(1, 0)),
			   INST("C", PLAIN),
			   INST_NO_ENF("D", FORMAT("arm-4k") SIZES(39, 40)
						    PG COH(1, 0)) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 } },
	},
	{
		.name = "drivers",
		.insts = { INST_OF("A", "left"), INST_OF("B", "right") },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 } },
	},
	{
		.name = "drivers3",
		.insts = { INST_OF("A", "left"), INST_OF("B", "right"),
			   INST_OF("C", "left") },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "b2", .inst = 1 },
			  { .name = "a2", .inst = 0 } },
	},
	/*
	 * gNrK: a group of N whose K-th device alone is behind B. The device
	 * c is there first; B and C do not share.
	 */
	{
		.name = "g2r1",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "g1", .inst = 1, .group = "g" },
			  { .name = "g2", .inst = 0, .group = "g" } },
	},
	{
		.name = "g2r2",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "g1", .inst = 0, .group = "g" },
			  { .name = "g2", .inst = 1, .group = "g" } },
	},
	{
		.name = "g3r1",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "g1", .inst = 1, .group = "g" },
			  { .name = "g2", .inst = 0, .group = "g" },
			  { .name = "g3", .inst = 0, .group = "g" } },
	},
	{
		.name = "g3r2",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "g1", .inst = 0, .group = "g" },
			  { .name = "g2", .inst = 1, .group = "g" },
			  { .name = "g3", .inst = 0, .group = "g" } },
	},
	{
		.name = "g3r3",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "g1", .inst = 0, .group = "g" },
			  { .name = "g2", .inst = 0, .group = "g" },
			  { .name = "g3", .inst = 1, .group = "g" } },
	},
	{
		/* Two domains refuse the second of three, k = 2. */
		.name = "g3r2k2",
		.insts = { INST("A", PLAIN), INST("B", PLAIN), INST("C", PLAIN),
			   INST("D", PLAIN) },
		.devs = { { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 },
			  { .name = "g1", .inst = 0, .group = "g" },
			  { .name = "g2", .inst = 1, .group = "g" },
			  { .name = "g3", .inst = 0, .group = "g" } },
	},
	{
		/* Everything behind one instance; the faults choose the device. */
		.name = "g3",
		.insts = { INST("A", PLAIN) },
		.devs = { { .name = "s", .inst = 0 },
			  { .name = "g1", .inst = 0, .group = "g" },
			  { .name = "g2", .inst = 0, .group = "g" },
			  { .name = "g3", .inst = 0, .group = "g" } },
	},
	/* Those below are in the whole product, and for cells of their own. */
	{
		.name = "pci",
		.insts = { INST("A", PLAIN), INST("B", PLAIN) },
		.devs = { { .name = "a", .inst = 0, .bus = "pci" },
			  { .name = "b", .inst = 1, .bus = "pci" } },
	},
	{
		.name = "pci3",
		.insts = { INST("A", PLAIN), INST("B", PLAIN) },
		.devs = { { .name = "a", .inst = 0, .bus = "pci" },
			  { .name = "b", .inst = 1, .bus = "pci" },
			  { .name = "c", .inst = 0, .bus = "pci" } },
	},
	{
		/* As g3r2: the second of the group refuses. */
		.name = "pci-g3r2",
		.insts = { INST("A", PLAIN), INST("B", PLAIN),
			   INST("C", PLAIN) },
		.devs = { { .name = "c", .inst = 2, .bus = "pci" },
			  { .name = "g1", .inst = 0, .group = "g", .bus = "pci" },
			  { .name = "g2", .inst = 1, .group = "g", .bus = "pci" },
			  { .name = "g3",
			    .inst = 0,
			    .group = "g",
			    .bus = "pci" } },
	},
	{
		/* Another bus does not keep devices from sharing. */
		.name = "buses",
		.insts = { INST("A", PLAIN), INST("B", PLAIN) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1, .bus = "pci" },
			  { .name = "c", .inst = 0, .bus = "pci" } },
	},
	{
		.name = "eight",
		.insts = { INST("A", PLAIN), INST("B", PLAIN), INST("C", PLAIN),
			   INST("D", PLAIN), INST("E", PLAIN), INST("F", PLAIN),
			   INST("G", PLAIN), INST("H", PLAIN) },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 },
			  { .name = "e", .inst = 4 },
			  { .name = "f", .inst = 5 },
			  { .name = "g", .inst = 6 },
			  { .name = "h", .inst = 7 } },
	},
	{
		/* Sixteen devices in eight groups, behind four instances. */
		.name = "sixteen",
		.insts = { INST("A", PLAIN),
			   INST("B",
				FORMAT("arm-4k") SIZES(48, 40) PG COH(1, 1)),
			   INST("C", PLAIN),
			   INST("D",
				FORMAT("x86-4l") SIZES(39, 40) PG COH(1, 1)) },
		.devs = { { .name = "a1", .inst = 0, .group = "p" },
			  { .name = "a2", .inst = 0, .group = "p" },
			  { .name = "b1", .inst = 1, .group = "q" },
			  { .name = "b2", .inst = 1, .group = "q" },
			  { .name = "c1", .inst = 2, .group = "r" },
			  { .name = "c2", .inst = 2, .group = "r" },
			  { .name = "d1", .inst = 3, .group = "s" },
			  { .name = "d2", .inst = 3, .group = "s" },
			  { .name = "e1", .inst = 0, .group = "t" },
			  { .name = "e2", .inst = 0, .group = "t" },
			  { .name = "f1", .inst = 1, .group = "u" },
			  { .name = "f2", .inst = 1, .group = "u" },
			  { .name = "g1", .inst = 2, .group = "v" },
			  { .name = "g2", .inst = 2, .group = "v" },
			  { .name = "h1", .inst = 3, .group = "w" },
			  { .name = "h2", .inst = 3, .group = "w" } },
	},
	{
		.name = "drivers3x2",
		.insts = { INST_OF("A", "left"), INST_OF("B", "middle"),
			   INST_OF("C", "right"), INST_OF("D", "left"),
			   INST_OF("E", "middle"), INST_OF("F", "right") },
		.devs = { { .name = "a", .inst = 0 },
			  { .name = "b", .inst = 1 },
			  { .name = "c", .inst = 2 },
			  { .name = "d", .inst = 3 },
			  { .name = "e", .inst = 4 },
			  { .name = "f", .inst = 5 } },
	},
	{ 0 }
};

const struct topo *topo_find(const char *name)
{
	for (const struct topo *t = mx_topos; t->name; t++) {
		if (!strcmp(t->name, name))
			return t;
	}
	return NULL;
}

bool topo_multi_driver(const struct topo *t)
{
	for (int i = 0; i < MX_INSTS && t->insts[i].name; i++) {
		const char *first = t->insts[0].driver,
			   *other = t->insts[i].driver;

		if (first && other && strcmp(first, other))
			return true;
	}
	return false;
}

bool topo_has_functions(const struct topo *t)
{
	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++)
		if (text_is(t->devs[i].bus, "pci"))
			return true;
	return false;
}

int topo_units(const struct topo *t, struct topo_unit units[MX_UNITS])
{
	int n = 0;

	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		const char *group = t->devs[i].group ? t->devs[i].group :
						       t->devs[i].name;
		int u;

		for (u = 0; u < n; u++) {
			if (!strcmp(units[u].group, group))
				break;
		}
		if (u == n) {
			units[n].group = group;
			units[n++].n = 0;
		}
		units[u].devs[units[u].n++] = i;
	}
	return n;
}

/* --- in words --- */

static const char *word(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static bool alike(const struct topo_inst *a, const struct topo_inst *b)
{
	return !strcmp(a->options, b->options) &&
	       !strcmp(word(a->driver, "mock"), word(b->driver, "mock"));
}

/* Instances that are alike are listed together. */
static void instances_text(const struct topo *t, struct buf *b)
{
	bool told[MX_INSTS] = { false };

	for (int i = 0; i < MX_INSTS && t->insts[i].name; i++) {
		const struct topo_inst *in = &t->insts[i];

		if (told[i])
			continue;
		buf_printf(b, "%s%s", i ? "; " : "", in->name);
		for (int k = i + 1; k < MX_INSTS && t->insts[k].name; k++) {
			if (!alike(in, &t->insts[k]))
				continue;
			buf_printf(b, ", %s", t->insts[k].name);
			told[k] = true;
		}
		buf_printf(b, ": driver=%s %s", word(in->driver, "mock"),
			   in->options);
	}
}

void topo_text(const struct topo *t, struct buf *b)
{
	instances_text(t, b);
	buf_str(b, ". Devices:");
	for (int i = 0; i < MX_DEVS && t->devs[i].name; i++) {
		const struct topo_dev *d = &t->devs[i];

		buf_printf(b, "%s %s on %s", i ? "," : "", d->name,
			   t->insts[d->inst].name);
		if (d->group)
			buf_printf(b, " in group %s", d->group);
		if (d->bus)
			buf_printf(b, " (%s)", d->bus);
	}
}
