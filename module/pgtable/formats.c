// SPDX-License-Identifier: GPL-2.0-only
/*
 * The formats. Each cites the manual that its numbers come from. A walker is
 * one that does not set A bits and has no optional feature but to set dirty
 * bits, which is one of instances with dirty=1; and requests are those of a
 * device without privileges. Tables of domains that do not track writes have
 * leaves that need no update: their D is 1, where the walker would look at it.
 */
#include "format.h"

#define K4 0x1000ULL
#define K16 0x4000ULL
#define K64 0x10000ULL
#define M2 0x200000ULL
#define M32 0x2000000ULL
#define M512 0x20000000ULL
#define G1 0x40000000ULL

#define ADDR_51_12 0x000ffffffffff000ULL
#define ADDR_47_12 0x0000fffffffff000ULL
#define ADDR_47_14 0x0000ffffffffc000ULL
#define ADDR_47_16 0x0000ffffffff0000ULL

/*
 * Intel SDM volume 3A, 4.5: P is bit 0, R/W 1, U/S 2, A 5, D 6, PS 7. First
 * stage of VT-d and of AMD (v2) alike. What is present can be read. D without
 * R/W would mark a shadow stack. 4.6: U/S in every entry on the way lets in
 * accesses without privileges, R/W lets write. This code sets both in all
 * pointers; a pointer without them is not its own. 4.8: a write sets D.
 */
#define X86                                                               \
	.granule = 12, .top_bits = 9, .pgsizes = K4 | M2 | G1,            \
	.addr_mask = ADDR_51_12, .present = 1, .kind_mask = 0x80,         \
	.table_set = 0x27, .page_set = 0x25, .block_set = 0xa5,           \
	.write_set = 0x42, .dirty_mask = 0x40, .dirty = 0x40,             \
	.table_tag = { 7, 7 },                                            \
	.page_tag = { 5, 5 }, .block_tag = { 5, 5 }

/*
 * VT-d specification, 9.8: R is bit 0, W 1, PS 7; an entry with neither R
 * nor W is not present. R and W of a pointer limit all entries below it; the
 * pointers that this code writes grant both. A unit with SSADS whose PASID
 * entry has SSADE sets D, bit 9 (DMA_SL_PTE_DIRTY_BIT of the kernel's driver).
 */
#define VTD                                                               \
	.granule = 12, .top_bits = 9, .pgsizes = K4 | M2 | G1,            \
	.addr_mask = ADDR_51_12, .present = 3, .kind_mask = 0x80,         \
	.table_set = 3, .block_set = 0x80, .read_set = 1, .write_set = 2, \
	.dirty_mask = 1ULL << 9, .dirty = 1ULL << 9,                      \
	.table_tag = { 3, 3 }

/*
 * Arm ARM DDI 0487, D8.3: bit 0 valid, bit 1 tells table and page (1) from
 * block (0); AttrIndx 4:2, AP[1] 6, AP[2] (read-only) 7, SH 9:8, AF 10, nG 11.
 * As the kernel maps what is cached: attribute 1, inner shareable; and not
 * global, because a global entry would match every domain's ASID. A walker
 * accepts no blocks at level 0, and faults where AF is 0 (D8.5). D8.5.6: with DBM,
 * bit 51, AP[2] does not forbid a write: it says that there was none, and a
 * walker that manages the dirty state (HTTU of SMMUv3, IO_PGTABLE_QUIRK_ARM_HD of
 * the kernel's) clears it.
 */
#define ARM_DBM (1ULL << 51)
#define ARM                                                               \
	.present = 1, .kind_mask = 3, .kind_table = 3, .table_set = 3,    \
	.page_set = 0xf47, .block_set = 0xf45, .read_only = 0x80,         \
	.dirty_mask = ARM_DBM | 0x80, .clean = ARM_DBM | 0x80,            \
	.dirty = ARM_DBM,                                                 \
	.page_tag = { 0x403, 0x403 }, .block_tag = { 0x400, 0x400 }

/*
 * RISC-V privileged architecture, 12.4: V is bit 0, R 1, W 2, X 3, U 4, A 6,
 * D 7; the page number begins at bit 10. None of R, W, X: a pointer. W
 * without R is reserved, and so are bits 63:54, and A, D and U of a pointer.
 * An access without privileges to a leaf without U faults, as does any access
 * to a leaf without A. A write sets D, if the IOMMU can (AMO_HWAD of its
 * capabilities, SADE of its translation control).
 */
#define RISCV_HIGH 0xffc0000000000000ULL
#define RISCV_LEAF { RISCV_HIGH | 0x50, 0x50 }
#define RISCV                                                             \
	.granule = 12, .top_bits = 9, .pgsizes = K4 | M2 | G1,            \
	.addr_mask = 0x003ffffffffffc00ULL, .addr_shift = 2,              \
	.present = 1, .kind_mask = 0xe, .table_set = 1,                   \
	.page_set = 0x51, .block_set = 0x51, .read_set = 2,               \
	.write_set = 0x84, .write_reads = true,                           \
	.dirty_mask = 0x80, .dirty = 0x80,                                \
	.table_tag = { RISCV_HIGH | 0xd0, 0 },                            \
	.page_tag = RISCV_LEAF, .block_tag = RISCV_LEAF,                  \
	.reserved = { 6, 4 }

static const struct pgt_format formats[MOCK_NR_FORMATS] = {
	[MOCK_FORMAT_ARM_4K] = {
		"arm-4k", .levels = 4, .ias = 48, .oas = 48,
		.granule = 12, .top_bits = 9, .pgsizes = K4 | M2 | G1,
		.addr_mask = ADDR_47_12, ARM,
	},
	/* 16K: four levels, of which the top one resolves bit 47 alone. */
	[MOCK_FORMAT_ARM_16K] = {
		"arm-16k", .levels = 4, .ias = 48, .oas = 48,
		.granule = 14, .top_bits = 1, .pgsizes = K16 | M32,
		.addr_mask = ADDR_47_14, ARM,
	},
	/* 64K: three levels, 6 + 13 + 13 bits. */
	[MOCK_FORMAT_ARM_64K] = {
		"arm-64k", .levels = 3, .ias = 48, .oas = 48,
		.granule = 16, .top_bits = 6, .pgsizes = K64 | M512,
		.addr_mask = ADDR_47_16, ARM,
	},
	[MOCK_FORMAT_X86_4L] = {
		"x86-4l", .levels = 4, .ias = 48, .oas = 52, X86,
	},
	[MOCK_FORMAT_X86_5L] = {
		"x86-5l", .levels = 5, .ias = 57, .oas = 52, X86,
	},
	[MOCK_FORMAT_VTD_3L] = {
		"vtd-3l", .levels = 3, .ias = 39, .oas = 52, VTD,
	},
	[MOCK_FORMAT_VTD_4L] = {
		"vtd-4l", .levels = 4, .ias = 48, .oas = 52, VTD,
	},
	[MOCK_FORMAT_VTD_5L] = {
		"vtd-5l", .levels = 5, .ias = 57, .oas = 52, VTD,
	},
	/*
	 * AMD I/O Virtualization Technology specification 48882, 2.2.3: PR is
	 * bit 0, Next Level 11:9 (0: a leaf), IR 61, IW 62. Six levels
	 * translate 64 bits (the kernel's driver adds them as it needs them);
	 * here it is always five. IR and IW of a pointer bound what is below
	 * it: all of ours grant both. No pointer skips levels, and no leaf
	 * says its size (Next Level 7). A unit with HDSup sets D, bit 6, where the
	 * device table entry has HAD.
	 */
	[MOCK_FORMAT_AMD_V1] = {
		"amd-v1", .levels = 5, .ias = 57, .oas = 52,
		.granule = 12, .top_bits = 9, .pgsizes = K4 | M2 | G1,
		.addr_mask = ADDR_51_12, .present = 1, .kind_mask = 0xe00,
		.kind_level = 9, .table_set = 0x6000000000000001ULL,
		.page_set = 1, .block_set = 1,
		.read_set = 1ULL << 61, .write_set = 1ULL << 62,
		.dirty_mask = 0x40, .dirty = 0x40,
		.table_tag = { 3ULL << 61, 3ULL << 61 },
		.page_tag = { 0xe00, 0 }, .block_tag = { 0xe00, 0 },
	},
	[MOCK_FORMAT_RISCV_SV39] = {
		"riscv-sv39", .levels = 3, .ias = 39, .oas = 56, RISCV,
	},
	[MOCK_FORMAT_RISCV_SV48] = {
		"riscv-sv48", .levels = 4, .ias = 48, .oas = 56, RISCV,
	},
	[MOCK_FORMAT_RISCV_SV57] = {
		"riscv-sv57", .levels = 5, .ias = 57, .oas = 56, RISCV,
	},
};

const struct pgt_format *pgt_format(enum mock_format format)
{
	return format < MOCK_NR_FORMATS ? &formats[format] : NULL;
}

struct pgt_way pgt_format_way(const struct pgt_format *fmt)
{
	unsigned int top = fmt->levels - 1;

	return (struct pgt_way){
		.mask = fmt->kind_mask | fmt->table_set,
		.want = pgt_table_entry(fmt, top, 0),
		.step = pgt_kind_table(fmt, 1) - pgt_kind_table(fmt, 0),
		.address = fmt->addr_mask,
		.last = (1ULL << (fmt->granule - 3)) - 1,
		.top = top,
		.shift = pgt_shift(fmt, top),
		.bits = fmt->granule - 3,
		.move = fmt->addr_shift,
	};
}
