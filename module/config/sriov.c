// SPDX-License-Identifier: GPL-2.0-only
/*
 * Single Root I/O Virtualization of a physical function (PF), and ARI; config.h.
 * The sections are those of the PCI Express Base Specification. The virtual
 * functions (VFs) do not migrate.
 */
#include <linux/pci_regs.h>

#include "space.h"

/* 9.3.3.11: pages of 4K, 8K, 64K, 256K, 1M and 4M, the ones that must be there. */
#define PAGE_SIZES 0x553U

static u32 sriov(const struct mock_config *cfg, u32 reg, u32 size)
{
	return get(cfg, MOCK_CONFIG_SRIOV + reg, size);
}

/* 9.3.3 */
void mock_put_sriov(struct mock_config *cfg)
{
	const struct mock_config_place *place = &cfg->place;
	const u32 at = MOCK_CONFIG_SRIOV;

	put(cfg, at + PCI_SRIOV_INITIAL_VF, 2, place->vfs);
	put(cfg, at + PCI_SRIOV_TOTAL_VF, 2, place->vfs);
	put(cfg, at + PCI_SRIOV_FUNC_LINK, 1, place->link);
	put(cfg, at + PCI_SRIOV_VF_OFFSET, 2, place->vf_offset);
	put(cfg, at + PCI_SRIOV_VF_STRIDE, 2, place->vf_stride);
	put(cfg, at + PCI_SRIOV_VF_DID, 2, place->vf_device);
	put(cfg, at + PCI_SRIOV_SUP_PGSIZE, 4, PAGE_SIZES);
	put(cfg, at + PCI_SRIOV_SYS_PGSIZE, 4, 1);
	mock_put_bars(cfg, at + PCI_SRIOV_BAR, place->vf_bars);
}

/* 9.3.3.3 and 9.3.3.7: NumVFs does not change while VFs are enabled. */
u8 mock_sriov_writable(const struct mock_config *cfg, u32 where)
{
	const struct mock_field control[] = {
		{ MOCK_CONFIG_SRIOV + PCI_SRIOV_CTRL,
		  PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE |
			  (cfg->place.ari ? PCI_SRIOV_CTRL_ARI : 0) },
		{ }
	};
	static const struct mock_field sizes[] = {
		{ MOCK_CONFIG_SRIOV + PCI_SRIOV_NUM_VF, 0xffff },
		{ MOCK_CONFIG_SRIOV + PCI_SRIOV_SYS_PGSIZE, PAGE_SIZES },
		{ }
	};
	u8 mask;

	if (!cfg->place.vfs)
		return 0;
	mask = mock_field_bits(control, where);
	if (where >= MOCK_CONFIG_SRIOV + PCI_SRIOV_BAR)
		mask |= mock_bar_bits(cfg->place.vf_bars,
				      where - MOCK_CONFIG_SRIOV - PCI_SRIOV_BAR);
	if (!(sriov(cfg, PCI_SRIOV_CTRL, 2) & PCI_SRIOV_CTRL_VFE))
		mask |= mock_field_bits(sizes, where);
	return mask;
}

bool mock_sriov_written(const struct mock_config *cfg, u32 where, u32 size)
{
	return cfg->place.vfs &&
	       (reaches(where, size, MOCK_CONFIG_SRIOV + PCI_SRIOV_CTRL, 2) ||
		reaches(where, size, MOCK_CONFIG_SRIOV + PCI_SRIOV_BAR,
			4 * MOCK_BARS));
}

/* More VFs than there are is a mistake of the software: then it gets all. */
u32 mock_sriov_enabled(const struct mock_config *cfg)
{
	u32 count;

	if (!cfg->place.vfs ||
	    !(sriov(cfg, PCI_SRIOV_CTRL, 2) & PCI_SRIOV_CTRL_VFE))
		return 0;
	count = sriov(cfg, PCI_SRIOV_NUM_VF, 2);
	return count < cfg->place.vfs ? count : cfg->place.vfs;
}

/* 9.3.3.14: where the BAR of the first VF is. */
static u64 vf_bar_at(const struct mock_config *cfg, u32 bar)
{
	u32 reg = PCI_SRIOV_BAR + 4 * bar;
	u64 at = sriov(cfg, reg, 4) & ~(u64)0xf;

	if (cfg->place.vf_bars[bar].wide)
		at |= (u64)sriov(cfg, reg + 4, 4) << 32;
	return at;
}

int mock_sriov_decodes(const struct mock_config *cfg, u32 vf, u64 address)
{
	u32 i;

	if (!(sriov(cfg, PCI_SRIOV_CTRL, 2) & PCI_SRIOV_CTRL_MSE))
		return -1;
	for (i = 0; i < MOCK_BARS; i++) {
		u64 size = cfg->place.vf_bars[i].size;

		if (size && address - (vf_bar_at(cfg, i) + vf * size) < size)
			return i;
	}
	return -1;
}

/* A VF has no other extended capability, and the list begins at 0x100. */
u32 mock_ari_at(const struct mock_config *cfg)
{
	return cfg->place.vf ? MOCK_CONFIG_SERIAL : MOCK_CONFIG_ARI;
}

/* 7.8.7: no groups of functions. */
void mock_put_ari(struct mock_config *cfg)
{
	put(cfg, mock_ari_at(cfg) + PCI_ARI_CAP, 2, cfg->place.ari_next << 8);
}

void mock_ari_set_next(struct mock_config *cfg, u8 next)
{
	cfg->place.ari_next = next;
	if (cfg->place.ari)
		mock_put_ari(cfg);
}
