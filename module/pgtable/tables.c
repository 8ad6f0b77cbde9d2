// SPDX-License-Identifier: GPL-2.0-only
/* The end of tables; pgtable.h says when a table may go. */
#include "tables.h"

/*
 * A caller that breaks the rules may put a table into one that has just been
 * unlinked. This function looks for pointers after the unlinking, and grow()
 * looks for the way to the pointer after the pointer is there: so at least one of
 * them notices. If both do, only one can take the pointer out.
 */
void pgt_reap(struct pgt *pt, unsigned int level, u64 *table,
	      struct pgt_freed *freed)
{
	unsigned int i, n = level ? 1U << pgt_index_bits(pt->fmt, level) : 0;

	for (i = 0; i < n; i++) {
		u64 value = pgt_load(&table[i]);

		if (pgt_is_table(pt->fmt, level, value) &&
		    pgt_replace(&table[i], value, 0))
			pgt_reap(pt, level - 1,
				 pgt_slot_table(pt, level - 1, value), freed);
	}
	atomic_long_add(-1, &pt->tables);
	pgt_push_freed(freed, table, pgt_table_size(pt->fmt));
}

/* Is there no leaf in a slot, nor in the tables below it? */
static bool is_empty(const struct pgt *pt, unsigned int level, u64 value)
{
	unsigned int i, n = 1U << pgt_index_bits(pt->fmt, level);
	bool empty = true;
	u64 *table;

	if (!pgt_slot_has_table(pt, level, value))
		return !value;
	table = pgt_slot_table(pt, level, value);
	for (i = 0; i < n && empty; i++) {
		value = pgt_load(&table[i]);
		empty = level ? is_empty(pt, level - 1, value) : !value;
	}
	return empty;
}

bool pgt_reap_empty(struct pgt *pt, unsigned int level, u64 *slot,
		    struct pgt_freed *freed)
{
	u64 value = pgt_load(slot);

	if (!is_empty(pt, level, value))
		return false;
	if (value && pgt_replace(slot, value, 0))
		pgt_reap(pt, level, pgt_slot_table(pt, level, value), freed);
	return true;
}

static void trim(struct pgt *pt, unsigned int level, u64 *slot,
		 struct pgt_freed *freed)
{
	unsigned int i;
	u64 *table;

	if (pgt_reap_empty(pt, level, slot, freed) || !level ||
	    !pgt_slot_has_table(pt, level, pgt_load(slot)))
		return;
	table = pgt_slot_table(pt, level, pgt_load(slot));
	for (i = 0; i < 1U << pgt_index_bits(pt->fmt, level); i++)
		trim(pt, level - 1, &table[i], freed);
}

void pgt_trim(struct pgt *pt, struct pgt_freed *freed)
{
	if (pt->fmt)
		trim(pt, pt->fmt->levels - 1, &pt->root, freed);
}

void pgt_clear(struct pgt *pt, struct pgt_freed *freed)
{
	u64 root = pt->root;

	pgt_store(&pt->root, 0);
	if (root)
		pgt_reap(pt, pt->fmt->levels - 1, pgt_address_table(root),
			 freed);
	pgt_tally_zero(&pt->mapped);
}
