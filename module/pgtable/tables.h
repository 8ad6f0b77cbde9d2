/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside pgtable/: the way to a table, and how tables are unlinked. */
#ifndef MOCK_TABLES_H
#define MOCK_TABLES_H

#include "pgtable.h"

/* The root's slot holds a bare address; @level is that of the table meant. */
static inline bool pgt_slot_has_table(const struct pgt *pt, unsigned int level,
				      u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return value;
	return pgt_is_table(pt->fmt, level + 1, value);
}

static inline u64 *pgt_slot_table(const struct pgt *pt, unsigned int level,
				  u64 value)
{
	if (level == pt->fmt->levels - 1U)
		return pgt_address_table(value);
	return pgt_address_table(pgt_entry_address(pt->fmt, value));
}

/**
 * struct pgt_place - where a way through the tables ends
 * @entry: the entry; NULL if there is not even a root
 * @level: level of the table that it is in
 */
struct pgt_place {
	u64 *entry;
	unsigned int level;
};

/**
 * pgt_descend() - go down as far as there are tables
 * @pt: the table
 * @iova: an address that it can translate
 * @stop: the lowest level to go to
 *
 * A map, an unmap and a look-up spend most of their time here.
 *
 * Return: the entry for @iova of level @stop, or the one above it that is no
 * pointer.
 */
static inline struct pgt_place pgt_descend(const struct pgt *pt, u64 iova,
					   unsigned int stop)
{
	const struct pgt_way *way = &pt->way;
	struct pgt_place at = { NULL, way->top };
	unsigned int shift = way->shift, bits = way->bits;
	u64 value = pgt_load(&pt->root), want = way->want;
	u64 *table;

	if (!value)
		return at;
	table = pgt_address_table(value);
	for (;; at.level--, shift -= bits, want -= way->step) {
		/* The address has no bits above those of the top level. */
		at.entry = &table[iova >> (shift & 63) & way->last];
		if (at.level == stop)
			return at;
		/* Our own pointers: as pgt_is_table(), but at once. */
		value = pgt_load(at.entry);
		if ((value & way->mask) != want)
			return at;
		table = pgt_address_table((value & way->address)
					  << (way->move & 63));
	}
}

/* How many entries there are from one to the end of its table. */
static inline long pgt_entries_left(const struct pgt *pt, const u64 *entry)
{
	u64 size = pgt_table_size(pt->fmt);

	return (size - ((uintptr_t)entry & (size - 1))) / sizeof(*entry);
}

/**
 * pgt_reap() - hand back a table that was unlinked, and all tables below it
 * @pt: the table
 * @level: level of @table
 * @table: the table
 * @freed: gets the tables
 */
void pgt_reap(struct pgt *pt, unsigned int level, u64 *table,
	      struct pgt_freed *freed);

/**
 * pgt_reap_empty() - unlink and hand back empty tables
 * @pt: the table
 * @level: level of the table that @slot points to, if it points to one
 * @slot: the slot; the caller owns the range of addresses that it translates
 * @freed: gets the tables
 *
 * Return: whether the slot is empty now.
 */
bool pgt_reap_empty(struct pgt *pt, unsigned int level, u64 *slot,
		    struct pgt_freed *freed);

#endif /* MOCK_TABLES_H */
