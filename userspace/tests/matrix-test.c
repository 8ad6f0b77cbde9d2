// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pure parts of the matrix, as TAP: the oracle by cases worked out by
 * hand, all cells on a model of the core of every kernel family, the facts,
 * the names, the filter.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/presets.h"
#include "matrix/cells/generate.h"
#include "matrix/cells/select.h"
#include "matrix/cells/special.h"
#include "matrix/race/race.h"
#include "tests/fake-core.h"
#include "tests/oracle-cases.h"
#include "tests/tap.h"

static const struct special *const specials[] = { mx_races, NULL };

static const struct row *row_of(const char *topo, const char *name)
{
	for (const struct row *r = mx_rows; r->topo; r++) {
		if (!strcmp(r->topo, topo) && !strcmp(r->name, name))
			return r;
	}
	abort();
}

static void oracle_by_hand(void)
{
	for (const struct oracle_case *h = oracle_cases; h->what; h++) {
		struct cell cell = {
			topo_find(h->topo), row_of(h->topo, h->row),
			h->errnos,	    &no_disturb,
			h->caller,	    NULL
		};

		for (int f = 0; f < FAMILIES; f++) {
			autofree char *what =
				xprintf("%s (%s)", h->what, family_words[f]);
			unsigned int broken = h->broken, refused = h->refused;
			unsigned int domains = h->domains;
			struct outcome o;

			oracle(&cell, (enum family)f, &o);
			/* H8 is a broken R6; and all "prot" are equal there */
			if (f == FAM_BUS_OPS && strstr(h->what, "of three"))
				broken |= RULE(R6);
			if (f == FAM_BUS_OPS && strstr(h->what, "coherency"))
				refused = 1;
			ok(o.domains == domains &&
				   o.attaches == h->attaches[f] &&
				   o.refused == refused &&
				   o.err[o.n - 1] == h->last_err &&
				   o.broken == broken,
			   what);
			if (o.attaches != h->attaches[f] ||
			    o.domains != domains)
				printf("# %u domains, %u attaches, %u refused\n",
				       o.domains, o.attaches, o.refused);
		}
	}
}

static void explain(const struct cell *cell,
		    const struct rule_result rules[RULES],
		    const struct outcome *expected, const struct outcome *got,
		    int undone)
{
	struct topo_unit units[MX_UNITS];
	autofree char *id = cell_id(cell), *a = NULL, *b = NULL;

	topo_units(cell->topo, units);
	a = outcome_text(expected, units);
	b = outcome_text(got, units);
	printf("# %s undo %d\n#  oracle %s\n#  model  %s\n", id, undone, a, b);
	for (int i = R1; i < RULES; i++)
		if (rules[i].seen)
			printf("#  R%d %s: %s\n", i,
			       rule_verdict_words[rules[i].verdict],
			       rules[i].seen);
}

/* The strategies, on a core that is modelled callback by callback. */
static void all_on_fake(const struct cells *cells, enum family family)
{
	autofree char *what = NULL;
	unsigned int wrong = 0, n = 0;

	for (unsigned int i = 0; i < cells->n; i++) {
		const struct cell *cell = &cells->v[i];
		struct rule_result rules[RULES] = { 0 };
		struct outcome expected, got;
		int undone;
		bool good;

		if (cell->special || (topo_multi_driver(cell->topo) &&
				      !family_allocs_for_device(family)))
			continue;
		n++;
		oracle(cell, family, &expected);
		undone = fake_cell(cell, family, &expected, rules, &got);
		if (expected.adrift)
			undone = 0;
		good = !undone && rules_good(rules) &&
		       outcome_equal(&expected, &got);
		if (!good && wrong++ < 10)
			explain(cell, rules, &expected, &got, undone);
		rules_free(rules);
	}
	what = xprintf("%u cells agree with a model of the core (%s)", n,
		       family_words[family]);
	ok(n > 300 && !wrong, what);
}

/* Where families differ, a fact must have been named on one of the sides. */
static void differences_have_facts(const struct cells *cells)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < cells->n; i++) {
		struct outcome o[FAMILIES];

		if (cells->v[i].special)
			continue;
		for (int f = 0; f < FAMILIES; f++)
			oracle(&cells->v[i], (enum family)f, &o[f]);
		for (int f = 1; f < FAMILIES; f++) {
			if (!outcome_equal(&o[0], &o[f]) &&
			    o[0].facts == o[f].facts)
				wrong++;
		}
	}
	ok(!wrong, "a difference between families has a named fact");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void ids_are_unique(const struct cells *cells)
{
	char **ids = xalloc(cells->n * sizeof(*ids));
	unsigned int twice = 0;

	for (unsigned int i = 0; i < cells->n; i++)
		ids[i] = cell_id(&cells->v[i]);
	qsort(ids, cells->n, sizeof(*ids), by_text);
	for (unsigned int i = 1; i < cells->n; i++) {
		if (!strcmp(ids[i - 1], ids[i])) {
			printf("# twice: %s\n", ids[i]);
			twice++;
		}
	}
	for (unsigned int i = 0; i < cells->n; i++)
		free(ids[i]);
	free(ids);
	ok(!twice, "every cell has a name of its own");
}

/*
 * R14, thought through for each: who shares a domain that was made for another
 * format, or is not where it is said to be.
 */
static void memory_by_hand(const struct cells *cells)
{
	static const struct {
		const char *id;
		bool broken;
	} hand[] = {
		{ "format/any/EINVAL/-/einval", true },
		{ "format/any/EINVAL/-/type1", true },
		{ "format/any/EINVAL/-/fresh", false },
		{ "format/compatible/EINVAL/-/einval", false },
		{ "format/same-driver/EINVAL/-/best", true },
		{ "ias-down/any/EINVAL/-/einval", false },
		{ "pgsizes-down/any/EINVAL/-/best", false },
		{ "pair/compatible+maps/EINVAL/-/iommufd", false },
		{ "pair/same-instance/EINVAL/accept-and-ignore/einval", true },
		{ "pair/same-instance/EINVAL/unhook-first/einval", false },
		{ "reasons/ias,enforce/EINVAL/-/einval", true },
		{ "reasons/ias,enforce/EINVAL/-/best", true },
		{ "reasons/compatible/EINVAL/-/best", false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(hand); i++) {
		autofree char *what = xprintf("R14 of %s", hand[i].id);
		struct outcome o = { 0 };
		bool found = false;

		for (unsigned int c = 0; c < cells->n && !found; c++) {
			autofree char *id = cell_id(&cells->v[c]);

			found = !strcmp(id, hand[i].id);
			if (found)
				oracle(&cells->v[c], FAM_ATTACH_OLD, &o);
		}
		ok(found && !o.either &&
			   !!(o.broken & RULE(R14)) == hand[i].broken,
		   what);
	}
}

/* A row must say something about each of its instances, in known letters. */
static void rows_are_whole(void)
{
	unsigned int wrong = 0;

	for (const struct row *r = mx_rows; r->topo; r++) {
		const struct topo *t = topo_find(r->topo);
		size_t n = 0;

		while (t && n < MX_INSTS && t->insts[n].name)
			n++;
		for (size_t i = 0; i < n; i++) {
			const char *rel = r->relation[i];

			if (!rel || strlen(rel) != n ||
			    (rel[i] != '.' && rel[i] != 'N') ||
			    strspn(rel, ".-DIFAOPCENX") != n)
				wrong++;
		}
		if (!t || (n < MX_INSTS && r->relation[n]))
			wrong++;
	}
	ok(!wrong, "every row declares a relation for its topology");
}

/* What rows.c has by hand, and what follows from the features of instances. */
static void relations_agree(void)
{
	unsigned int wrong = 0;

	for (const struct row *r = mx_rows; r->topo; r++) {
		const struct topo *t = topo_find(r->topo);

		for (int i = 0; i < MX_INSTS && r->relation[i]; i++) {
			for (int k = 0; r->relation[i][k]; k++) {
				char c = relation(t, r->policy, r->pairs, i, k);

				if (c == r->relation[i][k])
					continue;
				wrong++;
				printf("# %s/%s %d %d: %c, by hand %c\n",
				       r->topo, r->name, i, k, c,
				       r->relation[i][k]);
			}
		}
	}
	ok(!wrong, "relations by hand are those that follow from the features");
}

/* alter-candidate, as docs/ABI.md defines it: smaller, but never without a size. */
static void narrows_by_hand(void)
{
	static const struct {
		const char *made, *in;
		bool narrows;
	} hand[] = {
		{ "ias=48 pgsizes=4K,2M", "ias=48 pgsizes=4K,2M", false },
		{ "ias=48 pgsizes=4K,2M", "ias=48 pgsizes=4K", true },
		{ "ias=48 pgsizes=4K", "ias=48 pgsizes=4K,2M", false },
		{ "ias=48 pgsizes=4K", "ias=48 pgsizes=64K", false },
		{ "ias=48 pgsizes=4K", "ias=39 pgsizes=64K", true },
		{ "ias=39 pgsizes=4K", "ias=48 pgsizes=4K", false },
	};
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(hand); i++) {
		const struct topo_inst made = { .options = hand[i].made };
		const struct topo_inst in = { .options = hand[i].in };

		wrong += relation_narrows(&made, &in) != hand[i].narrows;
	}
	ok(!wrong,
	   "a domain is narrowed to what both have, unless that is nothing");
}

/* Races are in the slice: each lane runs them. */
static void races_are_listed(const struct cells *cells)
{
	unsigned int n = 0, wrong = 0, listed = 0;

	for (const struct special *s = mx_races; s->topo; s++)
		listed++;
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);
		struct dims d;

		if (!cells->v[i].special)
			continue;
		n++;
		wrong += !dims_parse(&d, id) || !cells->v[i].special->threads ||
			 strncmp(d.value[DIM_POLICY], "race-", 5) ||
			 strcmp(d.value[DIM_FAULT], "delay") ||
			 strcmp(d.value[DIM_CALLER], "direct");
	}
	ok(n == listed && n >= 8 && !wrong,
	   "races are cells of the slice, with names like others");
}

static void filters(void)
{
	const char *id = "pair/same-instance/EINVAL/-+attach@b/type1";
	static const char *const one[] = { "pair/same-instance/EINVAL/-/*" };
	struct cells cells;

	ok(cell_matches(id, "same-instance"),
	   "a filter without wildcards is for a part");
	ok(cell_matches(id, "pair/*/type1"),
	   "one with wildcards is for the whole");
	ok(!cell_matches(id, "pair/*/any") && !cell_matches(id, "*/typ"),
	   "and for all of it");
	cells_make(&cells, false, &(struct choice){ one, 1, NULL }, specials);
	ok(cells.n == KINDS, "a filter keeps the cells that match");
	cells_free(&cells);
}

/* Choosing while cells are made gives what choosing afterwards would. */
static void chosen_while_made(const struct cells *all, const char *filter)
{
	autofree char *what =
		xprintf("chosen before they are made: %s", filter);
	struct shard shard = { 3, 5 };
	struct choice choice = { &filter, 1, &shard };
	struct cells some;
	unsigned int n = 0, wrong = 0;

	cells_make(&some, true, &choice, specials);
	for (unsigned int i = 0; i < all->n; i++) {
		autofree char *id = cell_id(&all->v[i]), *other = NULL;

		if (!choice_has(&choice, id))
			continue;
		other = n < some.n ? cell_id(&some.v[n]) : xstrdup("");
		wrong += strcmp(id, other) != 0;
		n++;
	}
	ok(n > 100 && n == some.n && !wrong, what);
	cells_free(&some);
}

static const struct preset *const *all_presets(void)
{
	static const struct preset *all[64];
	unsigned int n = 0;

	for (const struct preset *p = presets; p->name; p++)
		all[n++] = p;
	return all;
}

static bool has_cell(const struct cells *cells, const char *name)
{
	for (unsigned int i = 0; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);

		if (!strcmp(id, name))
			return true;
	}
	return false;
}

/* As docs/matrix.md has them; the drivers are read in lib/preset-table.c. */
static void as_drivers_of_the_kernel(void)
{
	struct shard shard = { 1, 7 };
	struct cells cells;

	cells_make_presets(&cells, all_presets(), NULL);
	printf("# %u cells of presets\n", cells.n);
	ok(has_cell(
		   &cells,
		   "pair/arm-smmu-v3@5.10/EINVAL,instance=ENXIO/unhook-first,log-refusal/type1"),
	   "a preset says policy, errno and misbehaviour");
	ok(has_cell(&cells,
		    "trio-reversed/riscv@7.3+maps/EINVAL,format=ENODEV/-/best"),
	   "one that does nothing wrong is compared with the best, too");
	ids_are_unique(&cells);
	cells_free(&cells);
	cells_make_presets(&cells, all_presets(),
			   &(struct choice){ NULL, 0, &shard });
	for (int f = 0; f < FAMILIES; f++)
		all_on_fake(&cells, (enum family)f);
	differences_have_facts(&cells);
	cells_free(&cells);
}

/* With an argument: all cells there are, which takes minutes. */
int main(int argc, char **argv)
{
	struct cells cells;
	struct shard shard = { 1, argc > 1 ? 1 : 97 };

	(void)argv;
	cells_make(&cells, false, NULL, specials);
	printf("# %u cells\n", cells.n);
	ok(cells.n >= 300, "several hundred cells");
	rows_are_whole();
	relations_agree();
	narrows_by_hand();
	ids_are_unique(&cells);
	races_are_listed(&cells);
	filters();
	oracle_by_hand();
	memory_by_hand(&cells);
	for (int f = 0; f < FAMILIES; f++)
		all_on_fake(&cells, (enum family)f);
	differences_have_facts(&cells);
	cells_free(&cells);

	as_drivers_of_the_kernel();
	cells_make(&cells, true, NULL, specials);
	printf("# %u cells in all\n", cells.n);
	ok(cells.n > 50000, "tens of thousands of cells in all");
	ids_are_unique(&cells);
	chosen_while_made(&cells, "topology=trio,order=reversed,caller=type1");
	chosen_while_made(&cells, "topology!=pair*|trio|g*,caller=any");
	chosen_while_made(&cells, "*/type1");
	cells_free(&cells);
	cells_make(&cells, true, &(struct choice){ NULL, 0, &shard }, specials);
	for (int f = 0; f < FAMILIES; f++)
		all_on_fake(&cells, (enum family)f);
	differences_have_facts(&cells);
	cells_free(&cells);
	return done_testing();
}
