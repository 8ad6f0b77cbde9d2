// SPDX-License-Identifier: GPL-2.0-only
/* From rows to cells, their names, and choosing among them. */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "matrix/cells/generate.h"
#include "matrix/cells/select.h"
#include "matrix/cells/special.h"

void cells_add(struct cells *cells, const struct cell *cell)
{
	if (cells->choice) {
		autofree char *id = cell_id(cell);

		if (!choice_has(cells->choice, id))
			return;
	}
	if (!(cells->n & (cells->n - 1)))
		cells->v = xrealloc(cells->v, cells->n ? 2 * cells->n : 1,
				    sizeof(*cells->v));
	cells->v[cells->n++] = *cell;
}

/* The rows and specials that cells point to, in lists of their own. */
struct kept {
	struct kept *next;
	max_align_t memory[];
};

void *cells_keep(struct cells *cells, size_t size)
{
	struct kept *kept = xalloc(sizeof(*kept) + size);

	kept->next = cells->kept;
	cells->kept = kept;
	return kept->memory;
}

static void add_row(struct cells *cells, const struct topo *topo,
		    const struct row *row)
{
	static const struct disturb *const none[] = { &no_disturb, NULL };
	const struct disturb *const *disturb = row->disturbs ? row->disturbs :
							       none;

	for (; *disturb; disturb++) {
		for (const char *const *e = row->errnos; *e; e++) {
			for (int k = 0; k < KINDS; k++) {
				struct cell cell = { topo,
						     row,
						     *e,
						     *disturb,
						     (enum caller_kind)k,
						     NULL };

				if (row->callers & (1U << k))
					cells_add(cells, &cell);
			}
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Drops the cells from "first" on whose names an earlier cell has. */
static void drop_known(struct cells *cells, unsigned int start,
		       unsigned int first)
{
	unsigned int n = first - start, kept = first;
	char **names = xalloc((n + 1) * sizeof(*names));

	for (unsigned int i = 0; i < n; i++)
		names[i] = cell_id(&cells->v[start + i]);
	qsort(names, n, sizeof(*names), by_name);
	for (unsigned int i = first; i < cells->n; i++) {
		autofree char *id = cell_id(&cells->v[i]);

		if (!bsearch(&id, names, n, sizeof(*names), by_name))
			cells->v[kept++] = cells->v[i];
	}
	cells->n = kept;
	for (unsigned int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static void add_specials(struct cells *cells, const struct topo *topo,
			 const struct special *special)
{
	for (const struct special *s = special; s->topo; s++) {
		struct cell cell = { topo,	  NULL,	    s->errnos,
				     &no_disturb, K_EINVAL, s };

		if (!strcmp(s->topo, topo->name))
			cells_add(cells, &cell);
	}
}

/*
 * Sorts by topology first, because building a topology costs more than a cell.
 */
void cells_make(struct cells *cells, bool all, const struct choice *choice,
		const struct special *const *specials)
{
	memset(cells, 0, sizeof(*cells));
	cells->choice = choice;
	for (const struct topo *t = mx_topos; t->name; t++) {
		unsigned int start = cells->n, listed;

		for (const struct row *row = mx_rows; row->topo; row++) {
			if (!strcmp(row->topo, t->name))
				add_row(cells, t, row);
		}
		for (unsigned int i = 0; specials[i]; i++)
			add_specials(cells, t, specials[i]);
		listed = cells->n;
		if (all) {
			generate(cells, t);
			drop_known(cells, start, listed);
		}
	}
}

void cells_make_presets(struct cells *cells,
			const struct preset *const *presets,
			const struct choice *choice)
{
	memset(cells, 0, sizeof(*cells));
	cells->choice = choice;
	for (const struct topo *t = mx_topos; t->name; t++)
		for (unsigned int i = 0; presets[i]; i++)
			generate_preset(cells, t, presets[i]);
}

void cells_free(struct cells *cells)
{
	while (cells->kept) {
		struct kept *next = cells->kept->next;

		free(cells->kept);
		cells->kept = next;
	}
	free(cells->v);
	memset(cells, 0, sizeof(*cells));
}

char *cell_id(const struct cell *cell)
{
	if (cell->special)
		return xprintf("%s/%s/%s/%s/%s", cell->topo->name,
			       cell->special->name, cell->errnos,
			       cell->special->disturb,
			       cell->special->caller ? cell->special->caller :
						       "direct");
	return xprintf("%s/%s%s/%s/%s/%s", cell->topo->name, cell->row->name,
		       cell->row->dma  ? MX_DMA :
		       cell->row->maps ? MX_MAPS :
					 "",
		       cell->errnos, cell->disturb->name,
		       kind_words[cell->caller]);
}
