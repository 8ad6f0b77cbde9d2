// SPDX-License-Identifier: GPL-2.0-only
/*
 * The formats, as data. All four have 512 entries a table, 4K granules and
 * leaves of 4K, 2M and 1G; what tells them apart is the tag: a walker made
 * for one cannot read another.
 */
#ifdef __KERNEL__
#include <linux/kernel.h>
#endif
#include "pgtable.h"

#define SIZES_4K_2M_1G 0x40201000ULL

static const struct pgt_format formats[MOCK_NR_FORMATS] = {
	/* Arm ARM DDI 0487, D8.2: VMSAv8-64, 4KB granule, 48-bit IA and OA */
	[MOCK_FORMAT_ARM_4K] = { "arm-4k", 48, 48, SIZES_4K_2M_1G },
	/* Intel SDM volume 3A, 4.5: 4-level paging; MAXPHYADDR up to 52 */
	[MOCK_FORMAT_X86_4L] = { "x86-4l", 48, 52, SIZES_4K_2M_1G },
	/* Intel VT-d specification, 3.7: second-stage translation, 4 levels */
	[MOCK_FORMAT_VTD_4L] = { "vtd-4l", 48, 52, SIZES_4K_2M_1G },
	/* RISC-V privileged specification: Sv48, 44-bit PPN (56-bit output),
	 * of which the tables here use 52
	 */
	[MOCK_FORMAT_RISCV_SV48] = { "riscv-sv48", 48, 52, SIZES_4K_2M_1G },
};

const struct pgt_format *pgt_format(enum mock_format format)
{
	return format < MOCK_NR_FORMATS ? &formats[format] : NULL;
}
