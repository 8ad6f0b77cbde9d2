// SPDX-License-Identifier: GPL-2.0-only
/* The initial bytes of configuration space, which a reset restores; config.h. */
#ifdef __KERNEL__
#include <linux/pci_regs.h>
#include <linux/string.h>
#else
#include <linux/pci_regs.h>
#include <string.h>
#endif

#include "space.h"

/* 7.7.11.2: the services of a port, and of a function that shares its slot. */
u32 mock_acs_services(const struct mock_config *cfg)
{
	if (!cfg->place.acs)
		return 0;
	if (cfg->place.kind == MOCK_CONFIG_ROOT_PORT)
		return PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF;
	return PCI_ACS_RR | PCI_ACS_CR;
}

static void put_express(struct mock_config *cfg)
{
	static const u8 types[] = {
		[MOCK_CONFIG_INTEGRATED] = PCI_EXP_TYPE_RC_END,
		[MOCK_CONFIG_ENDPOINT] = PCI_EXP_TYPE_ENDPOINT,
		[MOCK_CONFIG_ROOT_PORT] = PCI_EXP_TYPE_ROOT_PORT,
	};
	u32 flr = is_bridge(cfg) ? 0 : PCI_EXP_DEVCAP_FLR;
	u32 next = MOCK_CONFIG_ENGINE;

	if (is_bridge(cfg))
		next = cfg->place.vectors ? MOCK_CONFIG_MSI : 0;
	put(cfg, MOCK_CONFIG_EXPRESS, 2, PCI_CAP_ID_EXP | next << 8);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_FLAGS, 2,
	    2 | types[cfg->place.kind] << 4);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCAP, 4,
	    PCI_EXP_DEVCAP_RBER | flr);
	/* The default of Maximum Read Request Size is 512 bytes. */
	if (!cfg->place.vf)
		put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL, 2, 2 << 12);
	if (cfg->place.kind == MOCK_CONFIG_ROOT_PORT)
		put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCAP2, 4,
		    PCI_EXP_DEVCAP2_ARI);
	if (cfg->place.kind == MOCK_CONFIG_INTEGRATED)
		return;
	/* The link: one lane of 2.5 GT/s, and it is up. */
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCAP, 4, 1 | 1 << 4);
	/* 9.3.5.8: its state is that of the PF. */
	if (cfg->place.vf)
		return;
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKSTA, 2, 1 | 1 << 4);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCAP2, 4,
	    PCI_EXP_LNKCAP2_SLS_2_5GB);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCTL2, 2, 1);
	mock_put_slot(cfg);
}

static void put_serial(struct mock_config *cfg)
{
	put(cfg, MOCK_CONFIG_SERIAL + 4, 8, cfg->ids.serial);
}

/*
 * All services are enabled, as firmware would leave them: the kernel enables ACS
 * only for IOMMUs that were there at boot.
 */
static void put_acs(struct mock_config *cfg)
{
	u32 acs = mock_acs_services(cfg);

	put(cfg, MOCK_CONFIG_ACS + PCI_ACS_CAP, 2, acs);
	put(cfg, MOCK_CONFIG_ACS + PCI_ACS_CTRL, 2, acs);
}

/*
 * 7.8.9: PASIDs are enabled, as the driver of an IOMMU leaves them. iommufd warns
 * about a device that has PASIDs and does not say so (iommufd_get_hw_info()).
 */
static void put_pasid(struct mock_config *cfg)
{
	put(cfg, MOCK_CONFIG_PASID + PCI_PASID_CAP, 2,
	    cfg->place.pasid_bits << 8);
	put(cfg, MOCK_CONFIG_PASID + PCI_PASID_CTRL, 2, PCI_PASID_CTRL_ENABLE);
}

/**
 * struct extended - an extended capability
 * @there: the function has it
 * @id: its id
 * @version: its version
 * @at: where it is
 * @put: writes what follows its header; NULL: a reset leaves that alone
 */
struct extended {
	bool there;
	u32 id;
	u32 version;
	u32 at;
	void (*put)(struct mock_config *cfg);
};

#define EXTENDED 6

/*
 * The list begins at 0x100. A VF has no serial number of its own (9.3.6), and uses
 * the PASID capability of its PF.
 */
static void put_extended(struct mock_config *cfg)
{
	const struct extended all[EXTENDED] = {
		{ !cfg->place.vf, PCI_EXT_CAP_ID_DSN, 1, MOCK_CONFIG_SERIAL,
		  put_serial },
		{ mock_acs_services(cfg), PCI_EXT_CAP_ID_ACS, 1,
		  MOCK_CONFIG_ACS, put_acs },
		{ cfg->place.pasid_bits && !cfg->place.vf,
		  PCI_EXT_CAP_ID_PASID, 1, MOCK_CONFIG_PASID, put_pasid },
		{ cfg->place.aer, PCI_EXT_CAP_ID_ERR, 2, MOCK_CONFIG_AER,
		  NULL },
		{ cfg->place.vfs, PCI_EXT_CAP_ID_SRIOV, 1, MOCK_CONFIG_SRIOV,
		  mock_put_sriov },
		{ cfg->place.ari, PCI_EXT_CAP_ID_ARI, 1, mock_ari_at(cfg),
		  mock_put_ari },
	};
	u32 i, next = 0;

	for (i = EXTENDED; i-- > 0;) {
		if (!all[i].there)
			continue;
		put(cfg, all[i].at, 4,
		    all[i].id | all[i].version << 16 | next << 20);
		if (all[i].put)
			all[i].put(cfg);
		next = all[i].at;
	}
}

static void put_bridge(struct mock_config *cfg)
{
	put(cfg, PCI_PRIMARY_BUS, 1, cfg->place.primary);
	put(cfg, PCI_SECONDARY_BUS, 1, cfg->place.secondary);
	put(cfg, PCI_SUBORDINATE_BUS, 1, cfg->place.secondary);
	/*
	 * Bases above their limits: the windows are closed. A bridge without
	 * a window would have 0 in both, which pci_read_bridge_bases() takes
	 * for an open one.
	 */
	put(cfg, PCI_IO_BASE, 2, 0x00f0);
	put(cfg, PCI_MEMORY_BASE, 4, 0x0000fff0);
	put(cfg, PCI_PREF_MEMORY_BASE, 4, 0x0000fff0);
}

static void put_engine(struct mock_config *cfg)
{
	u32 next = cfg->place.vectors ? MOCK_CONFIG_MSI : MOCK_CONFIG_PM;

	put(cfg, MOCK_CONFIG_ENGINE, 3,
	    PCI_CAP_ID_VNDR | next << 8 | MOCK_CONFIG_ENGINE_LEN << 16);
	put(cfg, MOCK_CONFIG_ENGINE + MOCK_ENGINE_VERSION, 1, 2);
}

/* A reset clears the addresses. */
void mock_put_bars(struct mock_config *cfg, u32 where,
		   const struct mock_config_bar *bars)
{
	u32 i;

	for (i = 0; i < MOCK_BARS; i++)
		if (bars[i].size)
			put(cfg, where + 4 * i, 1,
			    (bars[i].wide ? PCI_BASE_ADDRESS_MEM_TYPE_64 : 0) |
			    (bars[i].prefetch ? PCI_BASE_ADDRESS_MEM_PREFETCH :
						0));
}

/* What firmware does before the kernel looks: set up the addresses. */
static void set_up_bars(struct mock_config *cfg, u32 where,
			const struct mock_config_bar *bars)
{
	u32 i;

	for (i = 0; i < MOCK_BARS; i++) {
		if (bars[i].size)
			mock_config_write(cfg, where + 4 * i, 4, bars[i].at);
		if (bars[i].size && bars[i].wide)
			mock_config_write(cfg, where + 4 * i + 4, 4,
					  bars[i].at >> 32);
	}
}

static void put_msi(struct mock_config *cfg)
{
	u32 log = 0, next = is_bridge(cfg) ? 0 : MOCK_CONFIG_PM;

	if (!cfg->place.vectors)
		return;
	while (1U << log < cfg->place.vectors)
		log++;
	put(cfg, MOCK_CONFIG_MSI, 2, PCI_CAP_ID_MSI | next << 8);
	put(cfg, MOCK_CONFIG_MSI + PCI_MSI_FLAGS, 2,
	    PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_MASKBIT | log << 1);
}

/* 7.7.2: the table and the pending bits have a BAR of their own. */
static void put_msix(struct mock_config *cfg)
{
	if (!cfg->place.msix)
		return;
	put(cfg, MOCK_CONFIG_MSIX, 2, PCI_CAP_ID_MSIX);
	put(cfg, MOCK_CONFIG_MSIX + PCI_MSIX_FLAGS, 2, cfg->place.msix - 1);
	put(cfg, MOCK_CONFIG_MSIX + PCI_MSIX_TABLE, 4,
	    MOCK_MSIX_TABLE | cfg->place.msix_bar);
	put(cfg, MOCK_CONFIG_MSIX + PCI_MSIX_PBA, 4,
	    MOCK_MSIX_PBA | cfg->place.msix_bar);
}

/*
 * Power management with D0 and D3hot, without PME. The way back to D0 resets
 * the function. One without PCI Express keeps its state, since its only reset
 * is that of the bridge. A PF keeps it as well: its VFs live on while it is
 * in D3hot.
 */
static void put_power(struct mock_config *cfg)
{
	put(cfg, MOCK_CONFIG_PM, 2, PCI_CAP_ID_PM | MOCK_CONFIG_VPD << 8);
	put(cfg, MOCK_CONFIG_PM + PCI_PM_PMC, 2, 3);
	if (!is_express(cfg) || cfg->place.vfs)
		put(cfg, MOCK_CONFIG_PM + PCI_PM_CTRL, 2,
		    PCI_PM_CTRL_NO_SOFT_RESET);
	put(cfg, MOCK_CONFIG_VPD, 2,
	    PCI_CAP_ID_VPD |
		    (cfg->place.msix ? MOCK_CONFIG_MSIX << 8 : 0));
}

/*
 * Immediate Readiness (PCI Express Base Specification, 7.5.1.1.4): a function answers
 * right after a reset, so the kernel does not wait 100 ms after each function-level reset
 * (pcie_flr()). VFIO makes one when a function is opened, and one when it is closed.
 * Virtual functions do not say so.
 */
static u32 readiness(const struct mock_config *cfg)
{
	bool ready = is_express(cfg) && !is_bridge(cfg) && !cfg->place.vf;

	return ready ? PCI_STATUS_IMM_READY : 0;
}

/* 7.4: sticky registers, which are those of AER, keep their values. */
static void clear(struct mock_config *cfg)
{
	const u32 end = MOCK_CONFIG_AER + MOCK_CONFIG_AER_LEN;

	memset(cfg->bytes, 0, MOCK_CONFIG_AER);
	memset(cfg->bytes + end, 0, sizeof(cfg->bytes) - end);
}

void mock_config_power_up(struct mock_config *cfg)
{
	memset(cfg->bytes + MOCK_CONFIG_AER, 0, MOCK_CONFIG_AER_LEN);
	mock_aer_init(cfg);
}

void mock_config_reset(struct mock_config *cfg)
{
	const struct mock_config_ids *ids = &cfg->ids;
	u32 first = is_express(cfg) ? MOCK_CONFIG_EXPRESS : MOCK_CONFIG_ENGINE;

	clear(cfg);
	/* 9.3.4.1.1: those of a VF are in the capability of its PF. */
	put(cfg, PCI_VENDOR_ID, 2, cfg->place.vf ? 0xffff : ids->vendor);
	put(cfg, PCI_DEVICE_ID, 2, cfg->place.vf ? 0xffff : ids->device);
	put(cfg, PCI_CLASS_REVISION, 4, (u64)ids->class << 8);
	put(cfg, PCI_HEADER_TYPE, 1, is_bridge(cfg) | cfg->place.multi << 7);
	if (cfg->place.kind != MOCK_CONFIG_PCI_BRIDGE) {
		put(cfg, PCI_STATUS, 2, PCI_STATUS_CAP_LIST | readiness(cfg));
		put(cfg, PCI_CAPABILITY_LIST, 1, first);
	}
	if (is_bridge(cfg)) {
		put_bridge(cfg);
		put_msi(cfg);
	} else {
		put(cfg, PCI_SUBSYSTEM_VENDOR_ID, 2, ids->sub_vendor);
		put(cfg, PCI_SUBSYSTEM_ID, 2, ids->sub_device);
		/* INTA. */
		put(cfg, PCI_INTERRUPT_PIN, 1, cfg->place.intx);
		if (!cfg->place.vf)
			mock_put_bars(cfg, PCI_BASE_ADDRESS_0, cfg->place.bars);
		put_engine(cfg);
		put_msi(cfg);
		put_msix(cfg);
		put_power(cfg);
	}
	if (is_express(cfg)) {
		put_express(cfg);
		put_extended(cfg);
	}
}

void mock_config_init(struct mock_config *cfg,
		      const struct mock_config_ids *ids,
		      const struct mock_config_place *place)
{
	cfg->ids = *ids;
	cfg->place = *place;
	memset(cfg->bytes, 0, sizeof(cfg->bytes));
	mock_aer_init(cfg);
	mock_config_reset(cfg);
	set_up_bars(cfg, PCI_BASE_ADDRESS_0, cfg->place.bars);
	if (cfg->place.vfs)
		set_up_bars(cfg, MOCK_CONFIG_SRIOV + PCI_SRIOV_BAR,
			    cfg->place.vf_bars);
}
