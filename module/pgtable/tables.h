/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside pgtable/: tables, who uses them, and the way to them. */
#ifndef MOCK_TABLES_H
#define MOCK_TABLES_H

#include "pgtable.h"

/* ---- counts -------------------------------------------------------------- */

/*
 * A count: the pointers in a table and the calls that are filling it, and above
 * these a generation, which changes with every such call. It comes round after
 * 2^31 of them, more than there are while somebody looks through a table.
 */
#define PGT_USERS 0xffffffffL
#define PGT_GENERATION 0x100000000UL

static inline atomic_long_t *pgt_count_of(const struct pgt *pt, u64 *table)
{
	return pgt_count(table, pgt_table_size(pt->fmt));
}

static inline bool pgt_is_dead(const struct pgt *pt, u64 *table)
{
	return atomic_long_read(pgt_count_of(pt, table)) < 0;
}

/* Become one of those who use a table, so that it stays; false if it is dead. */
static inline bool pgt_hold(atomic_long_t *count)
{
	long old = atomic_long_read(count), was;

	while (old >= 0) {
		was = atomic_long_cmpxchg(count, old,
					  (old + PGT_GENERATION + 1) &
					  (~0UL >> 1));
		if (was == old)
			return true;
		old = was;
	}
	return false;
}

/* Be none of them any more. Orders what was stored before what is read next. */
static inline void pgt_drop(atomic_long_t *count)
{
	atomic_long_sub_return(1, count);
}

/* ---- slots: where the address of a table stands --------------------------- */

/* The root's slot holds a bare address; level is that of the table meant. */
static inline u64 *pgt_slot_table(const struct pgt *pt, unsigned int level,
				  u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return pgt_address_table(value);
	return pgt_address_table(pgt_entry_address(pt->fmt, value));
}

static inline u64 pgt_slot_value(const struct pgt *pt, unsigned int level,
				 u64 *table)
{
	u64 address = pgt_table_address(table);

	if (level == pt->fmt->levels - 1U)
		return address;
	return pgt_table_entry(pt->fmt, level + 1, address);
}

/* Does this slot hold a table of that level, and not a leaf or nothing? */
static inline bool pgt_slot_has_table(const struct pgt *pt, unsigned int level,
				      u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return value;
	return pgt_is_table(pt->fmt, level + 1, value);
}

/**
 * pgt_descend() - go down as far as there are tables
 * @pt: the table
 * @iova: an address that it can translate
 * @stop: the lowest level to go to
 * @level: set to the level of the table returned
 *
 * This is most of what a map, an unmap and a look-up take; so what the format
 * says is read once, and not at each level.
 *
 * Return: the table of level @stop, or the one above it whose entry for @iova is
 * no pointer; NULL if there is not even a root.
 */
static inline u64 *pgt_descend(const struct pgt *pt, u64 iova,
			       unsigned int stop, unsigned int *level)
{
	const struct pgt_format *fmt = pt->fmt;
	unsigned int at = fmt->levels - 1, bits = fmt->granule - 3;
	unsigned int shift = pgt_shift(fmt, at), move = fmt->addr_shift;
	u64 present = fmt->present, mask = fmt->kind_mask;
	u64 address = fmt->addr_mask, last = (1U << bits) - 1;
	u64 kind = pgt_kind_table(fmt, at);
	u64 step = kind - pgt_kind_table(fmt, at - 1);
	u64 value = pgt_load(&pt->root);
	u64 *table;

	if (!value)
		return NULL;
	table = pgt_address_table(value);
	for (; at > stop; at--, shift -= bits, kind -= step) {
		/* The address has no bits above those of the top level. */
		value = pgt_load(&table[iova >> shift & last]);
		/* As pgt_is_table() */
		if (!(value & present) || (value & mask) != kind)
			break;
		table = pgt_address_table((value & address) << move);
	}
	*level = at;
	return table;
}

/* ---- tables.c ------------------------------------------------------------- */

/**
 * pgt_bury() - unlink a table if it is empty, and all that become so
 * @pt: the table
 * @iova: an address that @table translates
 * @level: level of @table
 * @table: the table
 * @died: what pgt_freed_iova() is to say of them
 * @freed: gets what was unlinked
 */
void pgt_bury(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
	      u64 died, struct pgt_freed *freed);

/**
 * pgt_retire() - the same after an unmap; but one table may be kept
 * @pt: the table
 * @iova: an address that @table translates
 * @level: level of @table
 * @table: the table
 * @freed: gets what was unlinked
 */
void pgt_retire(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
		struct pgt_freed *freed);

/**
 * pgt_sweep() - unlink empty tables that are in the way of a leaf
 * @pt: the table
 * @iova: address of the leaf
 * @level: its level
 * @table: the table that it is to stand in, which the caller holds
 * @freed: gets what was unlinked
 *
 * Return: whether there is nothing any more in its place.
 */
bool pgt_sweep(struct pgt *pt, u64 iova, unsigned int level, u64 *table,
	       struct pgt_freed *freed);

#endif /* MOCK_TABLES_H */
