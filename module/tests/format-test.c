// SPDX-License-Identifier: GPL-2.0-only
/*
 * formats.c against the manuals: the entries here were put together by hand,
 * bit by bit, from the field tables that each block names.
 */
#include <string.h>

#include "../pgtable/format.h"
#include "tap.h"

#define RO PGT_READ
#define RW (PGT_READ | PGT_WRITE)

/* One entry of a table of @level: a leaf with @prot, or (@prot 0) a pointer. */
struct want {
	enum mock_format format;
	unsigned int level;
	u64 address;
	u32 prot;
	u64 entry;
};

static const struct want wants[] = {
	/*
	 * Arm ARM, D8.3.1 and D8.3.2 (VMSAv8-64 descriptors, stage 1): valid 0,
	 * table/page 1, AttrIndx 4:2 = 1, AP[1] 6 (unprivileged), AP[2] 7
	 * (read-only), SH 9:8 = 3 (inner), AF 10, nG 11. 4K: address 47:12.
	 */
	{ MOCK_FORMAT_ARM_4K, 0, 0x0000123456789000, RW, 0x0000123456789f47 },
	{ MOCK_FORMAT_ARM_4K, 0, 0x0000123456789000, RO, 0x0000123456789fc7 },
	{ MOCK_FORMAT_ARM_4K, 1, 0x0000123456600000, RW, 0x0000123456600f45 },
	{ MOCK_FORMAT_ARM_4K, 1, 0x0000123456600000, RO, 0x0000123456600fc5 },
	{ MOCK_FORMAT_ARM_4K, 2, 0x0000123440000000, RW, 0x0000123440000f45 },
	{ MOCK_FORMAT_ARM_4K, 1, 0x0000fedcba987000, 0, 0x0000fedcba987003 },
	{ MOCK_FORMAT_ARM_4K, 2, 0x0000fedcba987000, 0, 0x0000fedcba987003 },
	{ MOCK_FORMAT_ARM_4K, 3, 0x0000fedcba987000, 0, 0x0000fedcba987003 },
	/* 16K: address 47:14; blocks of 32M. */
	{ MOCK_FORMAT_ARM_16K, 0, 0x000012345678c000, RW, 0x000012345678cf47 },
	{ MOCK_FORMAT_ARM_16K, 0, 0x000012345678c000, RO, 0x000012345678cfc7 },
	{ MOCK_FORMAT_ARM_16K, 1, 0x0000123456000000, RW, 0x0000123456000f45 },
	{ MOCK_FORMAT_ARM_16K, 1, 0x0000fedcba984000, 0, 0x0000fedcba984003 },
	{ MOCK_FORMAT_ARM_16K, 2, 0x0000fedcba984000, 0, 0x0000fedcba984003 },
	{ MOCK_FORMAT_ARM_16K, 3, 0x0000fedcba984000, 0, 0x0000fedcba984003 },
	/* 64K: address 47:16; blocks of 512M. */
	{ MOCK_FORMAT_ARM_64K, 0, 0x0000123456780000, RW, 0x0000123456780f47 },
	{ MOCK_FORMAT_ARM_64K, 0, 0x0000123456780000, RO, 0x0000123456780fc7 },
	{ MOCK_FORMAT_ARM_64K, 1, 0x0000123460000000, RW, 0x0000123460000f45 },
	{ MOCK_FORMAT_ARM_64K, 1, 0x0000fedcba980000, 0, 0x0000fedcba980003 },
	{ MOCK_FORMAT_ARM_64K, 2, 0x0000fedcba980000, 0, 0x0000fedcba980003 },

	/*
	 * Intel SDM 3A, tables 4-15 to 4-20: P 0, R/W 1, U/S 2, A 5, D 6, PS 7
	 * (above level 0). D goes with R/W: without it, it would mark a page
	 * of a shadow stack (4.6).
	 */
	{ MOCK_FORMAT_X86_4L, 0, 0x000ffedcba987000, RO, 0x000ffedcba987025 },
	{ MOCK_FORMAT_X86_4L, 0, 0x000ffedcba987000, RW, 0x000ffedcba987067 },
	{ MOCK_FORMAT_X86_4L, 1, 0x000ffedcba800000, RO, 0x000ffedcba8000a5 },
	{ MOCK_FORMAT_X86_4L, 1, 0x000ffedcba800000, RW, 0x000ffedcba8000e7 },
	{ MOCK_FORMAT_X86_4L, 2, 0x000ffedc80000000, RW, 0x000ffedc800000e7 },
	{ MOCK_FORMAT_X86_4L, 1, 0x0000000012345000, 0, 0x0000000012345027 },
	{ MOCK_FORMAT_X86_4L, 2, 0x0000000012345000, 0, 0x0000000012345027 },
	{ MOCK_FORMAT_X86_4L, 3, 0x0000000012345000, 0, 0x0000000012345027 },
	{ MOCK_FORMAT_X86_5L, 0, 0x0000000000001000, PGT_WRITE, 0x1067 },
	{ MOCK_FORMAT_X86_5L, 1, 0x0000000000200000, RO, 0x2000a5 },
	{ MOCK_FORMAT_X86_5L, 4, 0x000fffffffffd000, 0, 0x000fffffffffd027 },

	/* VT-d specification, 9.8: R 0, W 1, PS 7, address 51:12. */
	{ MOCK_FORMAT_VTD_3L, 0, 0x000ffedcba987000, RO, 0x000ffedcba987001 },
	{ MOCK_FORMAT_VTD_3L, 0, 0x000ffedcba987000, PGT_WRITE,
	  0x000ffedcba987002 },
	{ MOCK_FORMAT_VTD_3L, 2, 0x0000000012345000, 0, 0x0000000012345003 },
	{ MOCK_FORMAT_VTD_4L, 0, 0x0000000000001000, RW, 0x1003 },
	{ MOCK_FORMAT_VTD_4L, 1, 0x0000000000200000, RO, 0x200081 },
	{ MOCK_FORMAT_VTD_4L, 1, 0x0000000000200000, RW, 0x200083 },
	{ MOCK_FORMAT_VTD_4L, 2, 0x0000000040000000, RW, 0x40000083 },
	{ MOCK_FORMAT_VTD_4L, 1, 0x0000000012345000, 0, 0x12345003 },
	{ MOCK_FORMAT_VTD_4L, 2, 0x0000000012345000, 0, 0x12345003 },
	{ MOCK_FORMAT_VTD_4L, 3, 0x0000000012345000, 0, 0x12345003 },
	{ MOCK_FORMAT_VTD_5L, 0, 0x0000000000001000, RO, 0x1001 },
	{ MOCK_FORMAT_VTD_5L, 1, 0x0000000000200000, PGT_WRITE, 0x200082 },
	{ MOCK_FORMAT_VTD_5L, 4, 0x000fffffffffd000, 0, 0x000fffffffffd003 },

	/*
	 * AMD 48882, 2.2.3: PR 0, Next Level 11:9, address 51:12, IR 61, IW 62.
	 * A table of AMD's level 1 is level 0 here, so that an entry of our
	 * level n points to a table of its level n. A pointer grants all.
	 */
	{ MOCK_FORMAT_AMD_V1, 0, 0x000ffedcba987000, RO, 0x200ffedcba987001 },
	{ MOCK_FORMAT_AMD_V1, 0, 0x000ffedcba987000, RW, 0x600ffedcba987001 },
	{ MOCK_FORMAT_AMD_V1, 0, 0x000ffedcba987000, PGT_WRITE,
	  0x400ffedcba987001 },
	{ MOCK_FORMAT_AMD_V1, 1, 0x0000000000200000, RW, 0x6000000000200001 },
	{ MOCK_FORMAT_AMD_V1, 2, 0x0000000040000000, RO, 0x2000000040000001 },
	{ MOCK_FORMAT_AMD_V1, 1, 0x0000000012345000, 0, 0x6000000012345201 },
	{ MOCK_FORMAT_AMD_V1, 2, 0x0000000012345000, 0, 0x6000000012345401 },
	{ MOCK_FORMAT_AMD_V1, 3, 0x0000000012345000, 0, 0x6000000012345601 },
	{ MOCK_FORMAT_AMD_V1, 4, 0x0000000012345000, 0, 0x6000000012345801 },

	/*
	 * RISC-V privileged architecture, 12.4: V 0, R 1, W 2, X 3, U 4, A 6,
	 * D 7, page number 53:10. In a pointer, R, W, X, U, A and D are 0.
	 */
	{ MOCK_FORMAT_RISCV_SV39, 0, 0x0000000000001000, RO, 0x453 },
	{ MOCK_FORMAT_RISCV_SV39, 0, 0x0000000000001000, RW, 0x4d7 },
	{ MOCK_FORMAT_RISCV_SV39, 0, 0x0000000000001000, PGT_WRITE, 0x4d7 },
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x0000000000200000, RO, 0x80053 },
	{ MOCK_FORMAT_RISCV_SV39, 2, 0x0000000040000000, RW, 0x100000d7 },
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x0000000080000000, 0, 0x20000001 },
	{ MOCK_FORMAT_RISCV_SV39, 2, 0x0000000080000000, 0, 0x20000001 },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x00fffffffffff000, RO,
	  0x003ffffffffffc53 },
	{ MOCK_FORMAT_RISCV_SV48, 1, 0x00ffffffffe00000, RW,
	  0x003ffffffff800d7 },
	{ MOCK_FORMAT_RISCV_SV48, 3, 0x0000000080000000, 0, 0x20000001 },
	{ MOCK_FORMAT_RISCV_SV57, 0, 0x0000000000003000, RO, 0xc53 },
	{ MOCK_FORMAT_RISCV_SV57, 1, 0x0000000000400000, RO, 0x100053 },
	{ MOCK_FORMAT_RISCV_SV57, 4, 0x00fffffffffff000, 0,
	  0x003ffffffffffc01 },
};

/* Written, and read back; the kinds do not look alike. */
static void entry(const struct want *want)
{
	const struct pgt_format *fmt = pgt_format(want->format);
	bool table = !want->prot;
	u64 got;

	if (table)
		got = pgt_table_entry(fmt, want->level, want->address);
	else
		got = pgt_leaf_entry(fmt, want->level, want->address,
				     want->prot);
	ok(got == want->entry, "%s level %u %s: 0x%llx (is 0x%llx)", fmt->name,
	   want->level, table ? "pointer" : want->prot == RO ? "r" :
	   want->prot == RW ? "rw" : "w", want->entry, got);
	ok(pgt_entry_address(fmt, want->entry) == want->address &&
		   pgt_is_table(fmt, want->level, want->entry) == table &&
		   pgt_is_leaf(fmt, want->level, want->entry) == !table &&
		   pgt_is_valid(fmt, want->level, want->entry),
	   "is read as that");
}

/* ---- what a walker accepts ------------------------------------------------ */

/* An entry that is present; one bit makes the difference to the next one. */
struct tagged {
	enum mock_format format;
	unsigned int level;
	u64 entry;
	bool valid;
	const char *what;
};

static const struct tagged tagged[] = {
	/* D8.3.1: 0b01 in a table of the last level is no page. D8.5.1: AF. */
	{ MOCK_FORMAT_ARM_4K, 0, 0x1403, true, "a page" },
	{ MOCK_FORMAT_ARM_4K, 0, 0x1401, false, "a block at the last level" },
	{ MOCK_FORMAT_ARM_4K, 0, 0x1003, false, "a page without AF" },
	{ MOCK_FORMAT_ARM_4K, 1, 0x200401, true, "a block" },
	{ MOCK_FORMAT_ARM_4K, 1, 0x200001, false, "a block without AF" },
	{ MOCK_FORMAT_ARM_64K, 1, 0x10003, true, "a pointer needs no AF" },
	/* 4.6.1: a user-mode access needs U/S, and a write R/W, all the way. */
	{ MOCK_FORMAT_X86_4L, 1, 0x1007, true, "a pointer; A is set by hardware" },
	{ MOCK_FORMAT_X86_4L, 1, 0x1003, false, "a pointer without U/S" },
	{ MOCK_FORMAT_X86_4L, 1, 0x1005, false, "a pointer without R/W" },
	{ MOCK_FORMAT_X86_4L, 0, 0x1005, true, "a read-only page" },
	{ MOCK_FORMAT_X86_4L, 0, 0x1003, false, "a page without U/S" },
	{ MOCK_FORMAT_X86_5L, 1, 0x200085, true, "a read-only block" },
	{ MOCK_FORMAT_X86_5L, 1, 0x200083, false, "a block without U/S" },
	/* 9.8: R and W are and-ed along the way. */
	{ MOCK_FORMAT_VTD_4L, 1, 0x1003, true, "a pointer" },
	{ MOCK_FORMAT_VTD_4L, 1, 0x1001, false, "a pointer without W" },
	{ MOCK_FORMAT_VTD_4L, 1, 0x1002, false, "a pointer without R" },
	{ MOCK_FORMAT_VTD_4L, 0, 0x1002, true, "a page without R" },
	/* 2.2.3: IR and IW are and-ed; Next Level is 0 in a leaf. */
	{ MOCK_FORMAT_AMD_V1, 2, 0x6000000000001401, true, "a pointer" },
	{ MOCK_FORMAT_AMD_V1, 2, 0x2000000000001401, false,
	  "a pointer without IW" },
	{ MOCK_FORMAT_AMD_V1, 2, 0x4000000000001401, false,
	  "a pointer without IR" },
	{ MOCK_FORMAT_AMD_V1, 2, 0x6000000000001201, false,
	  "a pointer that skips a level" },
	{ MOCK_FORMAT_AMD_V1, 2, 0x2000000040000001, true, "a read-only block" },
	{ MOCK_FORMAT_AMD_V1, 0, 0x2000000000001001, true, "a read-only page" },
	{ MOCK_FORMAT_AMD_V1, 0, 0x2000000000001201, false,
	  "a pointer at the last level" },
	{ MOCK_FORMAT_AMD_V1, 0, 0x2000000000001e01, false,
	  "a page that says its size" },
	/* 12.3.1: W without R; A, D, U of a pointer; 63:54. 12.3.2: U, A. */
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x401, true, "a pointer" },
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x411, false, "a pointer with U" },
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x441, false, "a pointer with A" },
	{ MOCK_FORMAT_RISCV_SV39, 1, 0x481, false, "a pointer with D" },
	{ MOCK_FORMAT_RISCV_SV48, 1, 0x2000000000000401, false,
	  "a pointer with bit 61" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x453, true, "a read-only page" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x443, false, "a page without U" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x413, false, "a page without A" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x40000000000453, false,
	  "a page with bit 54" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x4d7, true, "a page with R and W" },
	{ MOCK_FORMAT_RISCV_SV48, 0, 0x4d5, false, "a page with W alone" },
	{ MOCK_FORMAT_RISCV_SV57, 1, 0x800d5, false, "a block with W alone" },
	{ MOCK_FORMAT_RISCV_SV57, 1, 0x80059, true, "a block with X alone" },
};

static void accepts(const struct tagged *want)
{
	const struct pgt_format *fmt = pgt_format(want->format);

	ok((want->entry & fmt->present) &&
		   pgt_is_valid(fmt, want->level, want->entry) == want->valid,
	   "%s level %u 0x%llx %s: %s", fmt->name, want->level, want->entry,
	   want->valid ? "is read" : "is refused", want->what);
}

/* ---- geometry ------------------------------------------------------------ */

/* An IOVA whose indices, from the lowest table up, are 1, 2, 3, 4, 5. */
struct shape {
	enum mock_format format;
	const char *name;
	unsigned int levels;
	u32 ias, oas;
	u64 pgsizes, table_size, iova;
};

static const struct shape shapes[] = {
	{ MOCK_FORMAT_ARM_4K, "arm-4k", 4, 48, 48, 0x40201000, 0x1000,
	  4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	/* The top table has two entries: 0 stands for 4. */
	{ MOCK_FORMAT_ARM_16K, "arm-16k", 4, 48, 48, 0x2004000, 0x4000,
	  3ULL << 36 | 2 << 25 | 1 << 14 },
	{ MOCK_FORMAT_ARM_64K, "arm-64k", 3, 48, 48, 0x20010000, 0x10000,
	  3ULL << 42 | 2ULL << 29 | 1 << 16 },
	{ MOCK_FORMAT_X86_4L, "x86-4l", 4, 48, 52, 0x40201000, 0x1000,
	  4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_X86_5L, "x86-5l", 5, 57, 52, 0x40201000, 0x1000,
	  5ULL << 48 | 4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_VTD_3L, "vtd-3l", 3, 39, 52, 0x40201000, 0x1000,
	  3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_VTD_4L, "vtd-4l", 4, 48, 52, 0x40201000, 0x1000,
	  4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_VTD_5L, "vtd-5l", 5, 57, 52, 0x40201000, 0x1000,
	  5ULL << 48 | 4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_AMD_V1, "amd-v1", 5, 57, 52, 0x40201000, 0x1000,
	  5ULL << 48 | 4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_RISCV_SV39, "riscv-sv39", 3, 39, 56, 0x40201000, 0x1000,
	  3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_RISCV_SV48, "riscv-sv48", 4, 48, 56, 0x40201000, 0x1000,
	  4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
	{ MOCK_FORMAT_RISCV_SV57, "riscv-sv57", 5, 57, 56, 0x40201000, 0x1000,
	  5ULL << 48 | 4ULL << 39 | 3ULL << 30 | 2 << 21 | 1 << 12 },
};

static void geometry(const struct shape *shape)
{
	const struct pgt_format *fmt = pgt_format(shape->format);
	unsigned int level, bits = fmt->granule, bad = 0;

	ok(!strcmp(fmt->name, shape->name) && fmt->levels == shape->levels &&
		   fmt->ias == shape->ias && fmt->oas == shape->oas &&
		   fmt->pgsizes == shape->pgsizes &&
		   pgt_table_size(fmt) == shape->table_size,
	   "%s: %u levels, %u bits in, %u out", shape->name, shape->levels,
	   shape->ias, shape->oas);
	for (level = 0; level < fmt->levels; level++) {
		unsigned int want = level + 1;

		if (shape->format == MOCK_FORMAT_ARM_16K && level == 3)
			want = 0;
		bad += pgt_index(fmt, level, shape->iova) != want;
		bad += pgt_shift(fmt, level) != bits;
		bits += pgt_index_bits(fmt, level);
	}
	ok(!bad && bits == fmt->ias,
	   "%s: the levels' bits make up an address", shape->name);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		geometry(&shapes[i]);
	ok(i == MOCK_NR_FORMATS && !pgt_format(MOCK_NR_FORMATS),
	   "there is no other format");
	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++)
		entry(&wants[i]);
	for (i = 0; i < sizeof(tagged) / sizeof(tagged[0]); i++)
		accepts(&tagged[i]);
	return done_testing();
}
