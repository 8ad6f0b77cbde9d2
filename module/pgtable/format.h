/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page-table formats, as data: geometry, and how an entry is written.
 *
 * Level 0 is the lowest: its entries are leaves of the granule's size.
 */
#ifndef MOCK_FORMAT_H
#define MOCK_FORMAT_H

#include "../abi.h"
#include "../types.h"

#define PGT_MAX_LEVELS 6
#define PGT_READ 1U
#define PGT_WRITE 2U

enum mock_format {
#define X(sym, name) MOCK_FORMAT_##sym,
	MOCK_FORMATS(X)
#undef X
	MOCK_NR_FORMATS,
};

/* Bits that must have a value; all 0: none must. */
struct pgt_tag {
	u64 mask;
	u64 value;
};

/**
 * struct pgt_format - a format
 * @name: its tag
 * @granule: log2 of the size of a table and of the smallest page
 * @levels: number of levels
 * @top_bits: index bits of the top level; the others have @granule - 3
 * @ias: widest input address, bits
 * @oas: widest output address, bits
 * @pgsizes: sizes a leaf can have, bitmap in bytes
 * @addr_mask: address bits of an entry
 * @addr_shift: by how much the address is shifted right in an entry
 * @present: an entry with none of these bits translates nothing
 * @kind_mask: above level 0, bits that tell a table pointer from a leaf
 * @kind_table: their value in a table pointer
 * @kind_level: if not 0, the level is added to @kind_table, shifted by this
 * @table_set: bits of a table pointer, beside those that tell its kind
 * @page_set: bits of a leaf at level 0
 * @block_set: bits of a leaf above level 0
 * @read_set: bits of a leaf that can be read; 0: all can
 * @write_set: bits of a leaf that can be written; 0: all but those with
 *             @read_only
 * @read_only: bits of a leaf that cannot be written
 * @write_reads: what can be written can be read
 * @dirty_mask: in a table that tracks writes, bits of a leaf that can be written
 *              which tell whether it was; formats.c says where they come from
 * @clean: their value in a leaf that was not written
 * @dirty: their value in a leaf that was
 * @table_tag: what a walker requires of a table pointer, beside its kind
 * @page_tag: likewise of a leaf at level 0
 * @block_tag: likewise of a leaf above level 0
 * @reserved: what makes it refuse a leaf; all 0: nothing does
 */
struct pgt_format {
	const char *name;
	u8 granule;
	u8 levels;
	u8 top_bits;
	u8 ias;
	u8 oas;
	u64 pgsizes;
	u64 addr_mask;
	u8 addr_shift;
	u64 present;
	u64 kind_mask;
	u64 kind_table;
	u8 kind_level;
	u64 table_set;
	u64 page_set;
	u64 block_set;
	u64 read_set;
	u64 write_set;
	u64 read_only;
	bool write_reads;
	u64 dirty_mask;
	u64 clean;
	u64 dirty;
	struct pgt_tag table_tag;
	struct pgt_tag page_tag;
	struct pgt_tag block_tag;
	struct pgt_tag reserved;
};

/**
 * struct pgt_way - what a way down the tables needs of a format, made ready
 * @mask: bits that tell a pointer to a table from everything else
 * @want: their value in the top table
 * @step: how much less that is one level down
 * @address: address bits of a pointer
 * @last: the largest index
 * @top: level of the top table
 * @shift: log2 of what one of its entries covers
 * @bits: index bits
 * @move: by how much the address of a pointer is shifted
 */
struct pgt_way {
	u64 mask;
	u64 want;
	u64 step;
	u64 address;
	u64 last;
	unsigned int top;
	unsigned int shift;
	unsigned int bits;
	unsigned int move;
};

const struct pgt_format *pgt_format(enum mock_format format);
struct pgt_way pgt_format_way(const struct pgt_format *fmt);

/* A shift by what a format says is below 64: so UBSAN need not ask each time. */
static inline size_t pgt_table_size(const struct pgt_format *fmt)
{
	return (size_t)1 << (fmt->granule & 63);
}

static inline unsigned int pgt_index_bits(const struct pgt_format *fmt,
					  unsigned int level)
{
	return level == fmt->levels - 1U ? fmt->top_bits : fmt->granule - 3U;
}

/* log2 of what an entry of a level covers */
static inline unsigned int pgt_shift(const struct pgt_format *fmt,
				     unsigned int level)
{
	return (fmt->granule + level * (fmt->granule - 3U)) & 63;
}

static inline unsigned int pgt_index(const struct pgt_format *fmt,
				     unsigned int level, u64 iova)
{
	return (iova >> pgt_shift(fmt, level)) &
	       ((1U << (pgt_index_bits(fmt, level) & 31)) - 1);
}

static inline u64 pgt_kind_table(const struct pgt_format *fmt,
				 unsigned int level)
{
	return fmt->kind_table |
	       (fmt->kind_level ? (u64)level << (fmt->kind_level & 63) : 0);
}

/* Is this entry, at this level, a pointer to a table? */
static inline bool pgt_is_table(const struct pgt_format *fmt,
				unsigned int level, u64 entry)
{
	return level && (entry & fmt->present) &&
	       (entry & fmt->kind_mask) == pgt_kind_table(fmt, level);
}

static inline bool pgt_is_leaf(const struct pgt_format *fmt,
			       unsigned int level, u64 entry)
{
	return (entry & fmt->present) && !pgt_is_table(fmt, level, entry);
}

static inline bool pgt_has_tag(const struct pgt_tag *tag, u64 entry)
{
	return (entry & tag->mask) == tag->value;
}

/* Does a walker accept this entry, which is present, at this level? */
static inline bool pgt_is_valid(const struct pgt_format *fmt,
				unsigned int level, u64 entry)
{
	if (pgt_is_table(fmt, level, entry))
		return pgt_has_tag(&fmt->table_tag, entry);
	if (fmt->reserved.mask && pgt_has_tag(&fmt->reserved, entry))
		return false;
	return pgt_has_tag(level ? &fmt->block_tag : &fmt->page_tag, entry);
}

static inline u64 pgt_entry_address(const struct pgt_format *fmt, u64 entry)
{
	return (entry & fmt->addr_mask) << (fmt->addr_shift & 63);
}

static inline u64 pgt_table_entry(const struct pgt_format *fmt,
				  unsigned int level, u64 address)
{
	return (address >> (fmt->addr_shift & 63)) | fmt->table_set |
	       pgt_kind_table(fmt, level);
}

static inline u64 pgt_leaf_entry(const struct pgt_format *fmt,
				 unsigned int level, u64 phys, u32 prot)
{
	u64 entry = (phys >> (fmt->addr_shift & 63)) |
		    (level ? fmt->block_set : fmt->page_set);

	if ((prot & PGT_READ) || (fmt->write_reads && (prot & PGT_WRITE)))
		entry |= fmt->read_set;
	if (prot & PGT_WRITE)
		entry |= fmt->write_set;
	else
		entry |= fmt->read_only;
	return entry;
}

/* A leaf that can be written, and its dirty state, in a table that tracks. */
static inline u64 pgt_make_clean(const struct pgt_format *fmt, u64 entry)
{
	return (entry & ~fmt->dirty_mask) | fmt->clean;
}

static inline u64 pgt_make_dirty(const struct pgt_format *fmt, u64 entry)
{
	return (entry & ~fmt->dirty_mask) | fmt->dirty;
}

static inline bool pgt_is_dirty(const struct pgt_format *fmt, u64 entry)
{
	return (entry & fmt->dirty_mask) == fmt->dirty;
}

/*
 * What a leaf grants. With @tracks the table tracks writes, and the reader sets
 * dirty bits: then a clean leaf grants what it does when it is dirty.
 */
static inline u32 pgt_leaf_prot(const struct pgt_format *fmt, u64 entry,
				bool tracks)
{
	u32 prot = 0;

	if (tracks && (entry & fmt->dirty_mask) == fmt->clean)
		entry = pgt_make_dirty(fmt, entry);
	if (!fmt->read_set || (entry & fmt->read_set))
		prot |= PGT_READ;
	if ((entry & fmt->write_set) == fmt->write_set &&
	    !(entry & fmt->read_only))
		prot |= PGT_WRITE;
	return prot;
}

#endif /* MOCK_FORMAT_H */
