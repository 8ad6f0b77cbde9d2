// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table contains facts about the kernel's drivers, read in 5.10.262,
 * 6.1.192, 6.12.117 and 7.3.4. A row spans two of these kernels if all that
 * were read in between agree; the kernels between two rows are unknown, and no
 * row guesses them. A row from other evidence names it. Widths and page sizes
 * differ from machine to machine; the table contains usual ones. Drivers for
 * which no knob expresses anything (msm, mtk, sun50i, tegra, PAMU) have no row.
 */
#include "lib/presets.h"

#define V5_10 KERNEL(5, 10)
#define V6_1 KERNEL(6, 1)
#define V6_12 KERNEL(6, 12)
#define V7_3 KERNEL(7, 3)

/* Reasons that several rows share. */
#define NO_TRAIT "neither domain nor instance has such a trait"
#define NO_CONTENT "checks compare features, not what is mapped"
#define NO_LIMIT                                                              \
	"resources are not counted; a fault at attach answers so: fault add " \
	"INSTANCE attach errno=ENOSPC"
#define NO_DEVICE "devices have no such property"
#define NO_FORMAT "there is no such format; this one has as much room"

/* clang-format off */
#define ALWAYS_BEHIND "a device is always behind an instance"
#define UNHOOKED_FAULT "a fault at attach with misbehave=unhook-first does"
#define ATTACH_FAULT "a fault at attach answers so"
#define NO_STAGE "a domain has no stage"
#define DIRTY "an instance without dirty=1 refuses so, whatever the policy; dirty=1 tracks"
#define NESTS "an instance with nest=1 refuses tables of guests by the same checks, with the same errno; those of another vIOMMU with EINVAL (reason nest)"
#define PASID_ENTRY \
	{ "EBUSY, ENODEV: the PASID has an entry, or the device no PASID table (intel_pasid_setup_second_level)", "a fault at pasid-attach answers so" }
#define ONE_DEVICE \
	{ "a domain has one device, whichever", "never looks at the group that it was made for, and lets all of that in" }
#define NO_CONTEXT_BANK \
	{ "ENOSPC: no context bank (__arm_smmu_alloc_bitmap)", NO_LIMIT }
#define NO_DOMAIN_ID \
	{ "ENOSPC: no domain id (domain_attach_iommu)", NO_LIMIT }
#define ALWAYS_PROBED \
	{ "ENODEV: the device has not been probed", "it is always probed first" }
#define SECOND_DEVICE \
	{ "a second device of the instance is accepted, and not set up", "accept-and-ignore is about what is refused" }
#define FRESH_NO_MEMORY \
	{ "EINVAL on a fresh domain: no memory for tables (ipmmu_domain_init_context)", "refuse-fresh refuses every fresh domain; a fault at attach with filter=fresh answers so" }
#define IPMMU_CONTEXT \
	{ "EBUSY: no context (ipmmu_domain_allocate_context)", NO_LIMIT }
#define HOST_ANSWER \
	{ "the host's answer, after the old domain is left", UNHOOKED_FAULT }
#define HOST_TABLES \
	{ "there is no page table: the host has the mappings", "all formats are page tables" }
#define ROCKCHIP_START \
	{ "hardware that does not start, after the old domain is left (rk_iommu_enable)", UNHOOKED_FAULT }
#define REFUSED_BEFORE \
	{ "a refusal comes before the domain is narrowed", "alter-candidate narrows whether it refuses or not" }
#define FIRST_STAGE \
	{ "EINVAL: first-stage domain, and no FLTS or FL5LP (intel_pasid_setup_first_level)", "a preset has one format: policy=format,... says so of others" }

const struct preset presets[] = {
	{
		"amd", V5_10, V7_3, "amd/iommu.c",
		"format=amd-v1 policy=any errno=EINVAL",
		{ "amd_iommu_attach_device (5.10, 6.1, 6.12, 7.3): compares neither instance, format, depth nor sizes" },
		{
			{ "EINVAL: dirty tracking on, and the unit has no HDSUP (6.12, 7.3)", DIRTY },
			{ "EINVAL: IOMMUv2 mode without an identity default domain (5.10, 6.1: attach_device); too many GCR3 levels (6.12, 7.3: setup_gcr3_table)", NO_TRAIT },
			{ "EINVAL: no unit covers the device (5.10, 6.1)", ALWAYS_BEHIND },
			{ "what fails in attach_device does so after the old domain is left", UNHOOKED_FAULT },
			{ "ENOSPC, ENOMEM: no domain id, no memory (6.12, 7.3)", NO_LIMIT },
			{ "EINVAL: a table of a guest while the device uses PASIDs (7.3: nested_attach_device)", "PASIDs and tables of guests go together in the module" },
			{ "from 6.1 on the driver runs on what all units have in common", "each instance has features of its own" },
		},
	},
	{
		"apple-dart", V6_1, V7_3, "apple-dart.c",
		"format=arm-16k ias=36 oas=36 policy=same-instance errno=EINVAL",
		{ "apple_dart_mod_streams (6.1, 6.12, 7.3): the DARTs of the device are those of the domain, or EINVAL" },
		{
			{ "a device is behind up to two DARTs (7.3: three), compared in order", "a device is behind one instance" },
			{ "EINVAL: the DART's page is larger than PAGE_SIZE", "page sizes are compared with the domain's only" },
			{ "the tables of DART", NO_FORMAT },
		},
	},
	{
		"arm-smmu", V5_10, V6_1, "arm/arm-smmu/arm-smmu.c",
		"format=arm-4k policy=driver,instance errno=EINVAL,driver=ENXIO misbehave=log-refusal",
		{ "arm_smmu_attach_dev (5.10, 6.1): fwspec->ops, ENXIO; smmu_domain->smmu, EINVAL; dev_err() for both" },
		{
			ALWAYS_PROBED,
			NO_CONTEXT_BANK,
		},
	},
	{
		"arm-smmu", V6_12, V7_3, "arm/arm-smmu/arm-smmu.c",
		"format=arm-4k policy=same-instance errno=EINVAL",
		{ "arm_smmu_attach_dev (6.12, 7.3): smmu_domain->smmu, EINVAL, silent" },
		{
			ALWAYS_PROBED,
			NO_CONTEXT_BANK,
		},
	},
	{
		"arm-smmu-v3", V5_10, V6_1, "arm/arm-smmu-v3/arm-smmu-v3.c",
		"format=arm-4k policy=same-instance errno=EINVAL,instance=ENXIO misbehave=unhook-first,log-refusal",
		{ "arm_smmu_attach_dev (5.10, 6.1): smmu_domain->smmu, ENXIO and dev_err(), after arm_smmu_detach_dev()" },
		{
			{ "EINVAL: the number of SSID bits is not the first device's", NO_DEVICE },
			{ "EINVAL: stalls are not enabled as for the first device (6.1)", NO_DEVICE },
			{ "EBUSY: SVA is enabled", ATTACH_FAULT },
			{ "EBUSY: no ASID; ENOSPC: no VMID (arm_smmu_domain_finalise)", NO_LIMIT },
		},
	},
	{
		"arm-smmu-v3", V6_12, V6_12, "arm/arm-smmu-v3/arm-smmu-v3.c",
		"format=arm-4k policy=same-instance errno=EINVAL",
		{ "arm_smmu_attach_dev (6.12): smmu_domain->smmu, EINVAL, silent, nothing undone before" },
		{
			{ "EBUSY: PASIDs are in use, and the domain is not of stage 1", NO_STAGE },
			{ "EBUSY: no ASID; ENOSPC: no VMID (arm_smmu_domain_finalise)", NO_LIMIT },
		},
	},
	{
		"arm-smmu-v3", KERNEL(6, 13), KERNEL(6, 15), "arm/arm-smmu-v3/arm-smmu-v3.c",
		"format=arm-4k policy=same-instance errno=EINVAL misbehave=accept-and-ignore",
		{
			"arm_smmu_attach_dev (6.13 to 6.15, from the fix, not read): returns 0 for a domain of another SMMU",
			"be5a2d3f8f97 'iommu/arm-smmu-v3: Fix incorrect return in arm_smmu_attach_dev' (v6.16), mail 20250422112951.2027969-1-xiaqinxin@huawei.com",
		},
		{
			{ "everything else that 7.3 checks", "these kernels were not read; it would be a guess" },
		},
	},
	{
		"arm-smmu-v3", V7_3, V7_3, "arm/arm-smmu-v3/arm-smmu-v3.c",
		"format=arm-4k policy=instance,enforce errno=EINVAL",
		{
			"arm_smmu_attach_dev (7.3): smmu_domain->smmu, EINVAL, silent",
			"arm_smmu_attach_prepare (7.3): enforce_cache_coherency without CANWBS, EINVAL",
		},
		{
			{ "CANWBS is a property of the device's root complex", "snooping is enforced by instances" },
			{ "EBUSY: PASIDs are in use, and the domain is not of stage 1", NO_STAGE },
			{ "EOPNOTSUPP: a fault handler for a device that stalls (arm_smmu_enable_iopf)", NO_TRAIT },
			{ "a table of a guest: EINVAL on the vSMMU of another SMMU, EBUSY while the device uses PASIDs, ENOENT without a vDEVICE (arm_smmu_attach_dev_nested)", NESTS "; nothing plays the other two" },
		},
	},
	{
		"exynos", V5_10, V7_3, "exynos-iommu.c",
		"format=arm-4k ias=32 oas=36 policy=any errno=EINVAL",
		{ "exynos_iommu_attach_device (5.10, 6.1, 6.12, 7.3): refuses no domain" },
		{
			{ "ENODEV: the device has no SysMMU (5.10, 6.1)", ALWAYS_BEHIND },
			{ "one owner that leaves empties the domain's whole list", "there is no such misbehaviour" },
			{ "the tables of SysMMU", NO_FORMAT },
		},
	},
	{
		"intel", V5_10, V5_10, "intel/iommu.c",
		"format=vtd-4l policy=any errno=EINVAL,ias=EFAULT misbehave=unhook-first,alter-candidate",
		{
			"prepare_domain_attach_device (5.10): sets gaw, drops levels of the domain's table",
			"intel_iommu_attach_device (5.10): dmar_remove_one_dev_info() before that",
		},
		{
			{ "EFAULT and dev_err(): something is mapped above the unit's width", NO_CONTENT ": policy=ias refuses every wider domain, with that errno" },
			{ "EPERM: the device has an RMRR, or is in aux-domain mode", NO_DEVICE },
			{ "EBUSY: all that fails in dmar_insert_one_dev_info(), domain ids too", NO_LIMIT },
			{ "page sizes and coherency follow the units (domain_update_iommu_cap)", "alter-candidate narrows page sizes, not coherency" },
			{ "any multiple of 4K is a page size (INTEL_IOMMU_PGSIZES)", "a format has the sizes of its levels" },
		},
	},
	{
		"intel", V6_1, V6_1, "intel/iommu.c",
		"format=vtd-4l policy=enforce errno=EINVAL,ias=EFAULT,enforce=EOPNOTSUPP misbehave=unhook-first,alter-candidate",
		{
			"prepare_domain_attach_device (6.1): force_snooping without snoop control, EOPNOTSUPP; sets gaw, drops levels",
			"intel_iommu_attach_device (6.1): device_block_translation() before that",
		},
		{
			{ "EFAULT and dev_err(): something is mapped above the unit's width", NO_CONTENT ": policy=ias,enforce refuses every wider domain, with that errno" },
			REFUSED_BEFORE,
			{ "EPERM: the device has an RMRR", NO_DEVICE },
			FIRST_STAGE,
			NO_DOMAIN_ID,
		},
	},
	{
		"intel", V6_12, V6_12, "intel/iommu.c",
		"format=vtd-4l policy=enforce errno=EINVAL misbehave=unhook-first,alter-candidate",
		{
			"prepare_domain_attach_device (6.12): force_snooping without snoop control, EINVAL; sets gaw, drops levels",
			"intel_iommu_attach_device (6.12): device_block_translation() before that",
		},
		{
			{ "EINVAL: something is mapped above the unit's width", NO_CONTENT ": policy=ias,enforce refuses every wider domain" },
			REFUSED_BEFORE,
			{ "EINVAL: dirty tracking on, and the unit has no SSADS", DIRTY },
			{ "ENODEV: a table of a guest on a stage 2 that is wider than the unit (intel_nested_attach_dev)", "this kernel has no vIOMMU objects, and the module no nest=1 there" },
			PASID_ENTRY,
			FIRST_STAGE,
			NO_DOMAIN_ID,
		},
	},
	{
		"intel", V7_3, V7_3, "intel/iommu.c",
		"format=vtd-4l policy=format,ias,pgsizes,coherent,enforce errno=EINVAL misbehave=unhook-first",
		{
			"paging_domain_compatible_second_stage (7.3): coherency, MGAW and SAGAW, 2M and 1G, snoop control; EINVAL each",
			"intel_iommu_attach_device (7.3): device_block_translation() before that, and the core does not undo it",
		},
		{
			{ "EINVAL: no sync at map where the unit needs it", NO_TRAIT },
			{ "EINVAL: dirty tracking or nesting where the unit lacks it", "dirty=1 and nest=1 of instances are such traits; without them each instance lacks both" },
			{ "EINVAL: a table of a guest on a stage 2 that the unit refuses (intel_nested_attach_dev)", NESTS },
			PASID_ENTRY,
			NO_DOMAIN_ID,
			{ "ENODEV: a fault handler, and PRI is off (intel_iommu_enable_iopf)", NO_DEVICE },
		},
	},
	{
		"intel-fs", V7_3, V7_3, "intel/iommu.c",
		"format=x86-4l policy=format,ias,pgsizes,coherent errno=EINVAL misbehave=unhook-first",
		{
			"paging_domain_compatible_first_stage (7.3): FLTS, SMPWC, FL5LP, 1G; EINVAL each",
			"intel_iommu_attach_device (7.3): device_block_translation() before that, and the core does not undo it",
		},
		{
			{ "EINVAL: no sync at map, and the unit needs it", NO_TRAIT },
			NO_DOMAIN_ID,
			{ "ENODEV: a fault handler, and PRI is off (intel_iommu_enable_iopf)", NO_DEVICE },
		},
	},
	{
		"ipmmu-vmsa", V5_10, V6_1, "ipmmu-vmsa.c",
		"format=arm-4k ias=32 oas=40 policy=same-instance errno=EINVAL misbehave=log-refusal",
		{ "ipmmu_attach_device (5.10, 6.1): domain->mmu, EINVAL and dev_err()" },
		{
			IPMMU_CONTEXT,
			FRESH_NO_MEMORY,
		},
	},
	{
		"ipmmu-vmsa", V6_12, V7_3, "ipmmu-vmsa.c",
		"format=arm-4k ias=32 oas=40 policy=same-instance errno=EINVAL",
		{ "ipmmu_attach_device (6.12, 7.3): domain->mmu, EINVAL, silent" },
		{
			IPMMU_CONTEXT,
			FRESH_NO_MEMORY,
		},
	},
	{
		"omap", V5_10, V6_1, "omap-iommu.c",
		"format=arm-4k ias=32 oas=32 policy=never errno=EINVAL,never=EBUSY misbehave=log-refusal",
		{ "omap_iommu_attach_dev (5.10, 6.1): omap_domain->dev, EBUSY and dev_err()" },
		{
			ONE_DEVICE,
			{ "EINVAL: the device has no IOMMU", ALWAYS_BEHIND },
			{ "the tables of OMAP", NO_FORMAT },
		},
	},
	{
		"omap", V6_12, V7_3, "omap-iommu.c",
		"format=arm-4k ias=32 oas=32 policy=never errno=EINVAL misbehave=log-refusal",
		{ "omap_iommu_attach_dev (6.12, 7.3): omap_domain->dev, EINVAL and dev_err()" },
		{
			ONE_DEVICE,
			{ "ENODEV: the device has no IOMMU", ALWAYS_BEHIND },
			{ "the tables of OMAP", NO_FORMAT },
		},
	},
	{
		"qcom", V5_10, V6_1, "arm/arm-smmu/qcom_iommu.c",
		"format=arm-4k ias=32 oas=40 policy=same-instance errno=EINVAL misbehave=log-refusal",
		{ "qcom_iommu_attach_dev (5.10, 6.1): qcom_domain->iommu, EINVAL and dev_err()" },
		{
			{ "ENXIO: the device is another driver's", "there is one driver for a bus on these kernels" },
			SECOND_DEVICE,
		},
	},
	{
		"qcom", V6_12, V7_3, "arm/arm-smmu/qcom_iommu.c",
		"format=arm-4k ias=32 oas=40 policy=same-instance errno=EINVAL",
		{ "qcom_iommu_attach_dev (6.12, 7.3): qcom_domain->iommu, EINVAL, silent" },
		{
			{ "ENXIO: the device has no instance", ALWAYS_BEHIND },
			SECOND_DEVICE,
		},
	},
	{
		"riscv", V7_3, V7_3, "riscv/iommu.c",
		"format=riscv-sv48 policy=format errno=EINVAL,format=ENODEV",
		{ "riscv_iommu_attach_paging_domain (7.3): the unit does not support the table's mode, ENODEV" },
		{
			{ "a unit may support several modes", "an instance has one format" },
			{ "ENOMEM: no memory for the bond", NO_LIMIT },
		},
	},
	{
		"rockchip", V5_10, V6_12, "rockchip-iommu.c",
		"format=arm-4k ias=32 oas=32 policy=any errno=EINVAL",
		{ "rk_iommu_attach_device (5.10, 6.1, 6.12): refuses no domain" },
		{
			ROCKCHIP_START,
			{ "the tables of Rockchip", NO_FORMAT },
		},
	},
	{
		"rockchip", V7_3, V7_3, "rockchip-iommu.c",
		"format=arm-4k ias=32 oas=32 policy=format errno=EINVAL",
		{ "rk_iommu_attach_device (7.3): rk_domain->rk_ops, EINVAL, before the old domain is left" },
		{
			ROCKCHIP_START,
			{ "the tables of Rockchip, of two generations", NO_FORMAT },
		},
	},
	{
		"s390", V5_10, V6_1, "s390-iommu.c",
		"format=arm-4k ias=42 policy=ias errno=EINVAL misbehave=unhook-first",
		{ "s390_iommu_attach_device (5.10, 6.1): the DMA window is not the first device's, EINVAL; it is off its old table by then" },
		{
			{ "a window that is larger than the domain's is refused, too", "ias accepts a smaller domain" },
			{ "5.10 puts it on the table of the DMA API, not on none", "unhook-first leaves it blocked" },
			{ "EIO: the table cannot be registered (5.10: what the call says)", ATTACH_FAULT },
			{ "the tables of s390", NO_FORMAT },
		},
	},
	{
		"s390", V6_12, V7_3, "s390-iommu.c",
		"format=arm-4k ias=42 policy=any errno=EINVAL",
		{ "s390_iommu_attach_device (6.12, 7.3): EINVAL, with a WARN, only if aperture and DMA window have nothing in common" },
		{
			{ "the test itself", "apertures begin at 0: there is always something in common" },
			{ "EIO: the table cannot be registered, blocked by then", UNHOOKED_FAULT },
			{ "two iommu_ops of one driver, by rtr_avail (7.3)", "give the second instance driver=s390-rtr" },
			{ "the tables of s390", NO_FORMAT },
		},
	},
	{
		"sprd", V6_1, V6_1, "sprd-iommu.c",
		"format=arm-4k ias=32 oas=36 policy=never errno=EINVAL misbehave=log-refusal",
		{ "sprd_iommu_attach_device (6.1): dom->sdev, EINVAL and pr_err()" },
		{
			ONE_DEVICE,
			{ "the tables of Spreadtrum", NO_FORMAT },
		},
	},
	{
		"sprd", V6_12, V7_3, "sprd-iommu.c",
		"format=arm-4k ias=32 oas=36 policy=any errno=EINVAL",
		{ "sprd_iommu_attach_device (6.12, 7.3): refuses no domain" },
		{
			{ "only the first device's unit is flushed (dom->sdev)", "lose-invalidation loses those of all" },
			{ "the tables of Spreadtrum", NO_FORMAT },
		},
	},
	{
		"virtio", V5_10, V6_1, "virtio-iommu.c",
		"format=x86-4l policy=same-instance errno=EINVAL,instance=EXDEV misbehave=log-refusal",
		{ "viommu_attach_dev (5.10, 6.1): vdomain->viommu, EXDEV and dev_err()" },
		{
			HOST_ANSWER,
			{ "EINVAL on a fresh domain: the device's pages are larger than PAGE_SIZE", "refuse-fresh refuses so, whatever the pages" },
			HOST_TABLES,
		},
	},
	{
		"virtio", V6_12, V7_3, "virtio-iommu.c",
		"format=x86-4l policy=same-instance errno=EINVAL",
		{ "viommu_attach_dev (6.12, 7.3): vdomain->viommu, EINVAL, silent" },
		{
			HOST_ANSWER,
			HOST_TABLES,
		},
	},
	{
		"vsi", V7_3, V7_3, "vsi-iommu.c",
		"format=arm-4k ias=32 oas=40 policy=any errno=EINVAL",
		{ "vsi_iommu_attach_device (7.3): refuses no domain" },
		{
			{ "what runtime power management says", ATTACH_FAULT },
			{ "the tables of Verisilicon", NO_FORMAT },
		},
	},
	{ 0 },
};

/* QEMU has one unit of these in a machine, which refuses no domain of its own. */
#define ONE_UNIT "a domain of the same unit is accepted"

const struct preset_run preset_runs[] = {
	{ "amd", V5_10, false, "record-amd.t", "6.1, 6.12, 7.3: " ONE_UNIT },
	{ "arm-smmu-v3", V5_10, true, "record-smmu.t", "6.1: another SMMU's domain: ENXIO, a line in the log, after the old domain is left" },
	{ "arm-smmu-v3", V6_12, true, "record-smmu.t", "6.12: another SMMU's domain: EINVAL, silent, before the old domain is left" },
	{ "arm-smmu-v3", V7_3, true, "record-smmu.t", "7.3: another SMMU's domain: EINVAL, silent, before the old domain is left" },
	{ "intel", V5_10, false, "record-intel.t", "5.10: " ONE_UNIT },
	{ "intel", V6_1, false, "record-intel.t", "6.1: " ONE_UNIT },
	{ "intel", V6_12, false, "record-intel.t", "6.12: " ONE_UNIT },
	{ "intel", V7_3, false, "record-intel.t", "7.3: " ONE_UNIT },
	{ "virtio", V6_12, false, "record-virtio.t", "6.12, 7.3: " ONE_UNIT },
	{ 0 },
};
/* clang-format on */
