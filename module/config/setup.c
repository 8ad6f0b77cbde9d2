// SPDX-License-Identifier: GPL-2.0-only
/* What software set up: power, Bus Master Enable, BARs and messages; config.h. */
#include <linux/pci_regs.h>

#include "config.h"

static u32 msi(const struct mock_config *cfg, u32 reg, u32 size)
{
	return mock_config_read(cfg, MOCK_CONFIG_MSI + reg, size);
}

bool mock_config_powered(const struct mock_config *cfg)
{
	if (cfg->place.kind == MOCK_CONFIG_ROOT_PORT ||
	    cfg->place.kind == MOCK_CONFIG_PCI_BRIDGE)
		return true;
	return !(mock_config_read(cfg, MOCK_CONFIG_PM + PCI_PM_CTRL, 2) &
		 PCI_PM_CTRL_STATE_MASK);
}

bool mock_config_masters(const struct mock_config *cfg)
{
	return mock_config_powered(cfg) &&
	       mock_config_read(cfg, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
}

/* Where a BAR leads to. */
static u64 bar_at(const struct mock_config *cfg, u32 bar)
{
	u64 at = mock_config_read(cfg, PCI_BASE_ADDRESS_0 + 4 * bar, 4) &
		 PCI_BASE_ADDRESS_MEM_MASK;

	if (cfg->place.bars[bar].wide)
		at |= (u64)mock_config_read(cfg, PCI_BASE_ADDRESS_0 + 4 * bar + 4,
					    4)
		      << 32;
	return at;
}

int mock_config_decodes(const struct mock_config *cfg, u64 address)
{
	u32 i;

	if (!mock_config_powered(cfg) ||
	    !(mock_config_read(cfg, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY))
		return -1;
	for (i = 0; i < MOCK_BARS; i++)
		if (cfg->place.bars[i].size &&
		    address - bar_at(cfg, i) < cfg->place.bars[i].size)
			return i;
	return -1;
}

bool mock_msi_enabled(const struct mock_config *cfg)
{
	return cfg->place.vectors &&
	       msi(cfg, PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_ENABLE;
}

u32 mock_msi_allocated(const struct mock_config *cfg)
{
	u32 size = (msi(cfg, PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_QSIZE) >> 4;

	/* More than the function has is a mistake of the software. */
	return 1U << size < cfg->place.vectors ? 1U << size :
						 cfg->place.vectors;
}

u32 mock_msi_masked(const struct mock_config *cfg)
{
	return msi(cfg, PCI_MSI_MASK_64, 4);
}

u32 mock_msi_pending(const struct mock_config *cfg)
{
	return msi(cfg, PCI_MSI_PENDING_64, 4);
}

void mock_msi_set_pending(struct mock_config *cfg, u32 pending)
{
	u32 i;

	for (i = 0; i < 4; i++)
		cfg->bytes[MOCK_CONFIG_MSI + PCI_MSI_PENDING_64 + i] =
			pending >> 8 * i;
}

u64 mock_msi_address(const struct mock_config *cfg)
{
	return msi(cfg, PCI_MSI_ADDRESS_LO, 4) |
	       (u64)msi(cfg, PCI_MSI_ADDRESS_HI, 4) << 32;
}

u32 mock_msi_data(const struct mock_config *cfg)
{
	return msi(cfg, PCI_MSI_DATA_64, 2);
}

bool mock_intx_pending(const struct mock_config *cfg)
{
	return mock_engine_get(cfg, MOCK_ENGINE_CAUSE, 1);
}

bool mock_intx_disabled(const struct mock_config *cfg)
{
	return mock_config_read(cfg, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE;
}

/* It needs no Bus Master Enable: it is no write to memory. */
bool mock_intx_asserted(const struct mock_config *cfg)
{
	return mock_intx_pending(cfg) && !mock_intx_disabled(cfg) &&
	       mock_config_powered(cfg) && !mock_msi_enabled(cfg) &&
	       !mock_msix_enabled(cfg);
}

/* Interrupt Status follows the causes, also while Interrupt Disable is set. */
void mock_intx_set_cause(struct mock_config *cfg, u32 cause)
{
	if (!cfg->place.intx)
		return;
	mock_engine_set(cfg, MOCK_ENGINE_CAUSE, 1, cause);
	cfg->bytes[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (cause)
		cfg->bytes[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
}

static u32 msix_flags(const struct mock_config *cfg)
{
	return cfg->place.msix ?
		       mock_config_read(cfg, MOCK_CONFIG_MSIX + PCI_MSIX_FLAGS,
					2) :
		       0;
}

bool mock_msix_enabled(const struct mock_config *cfg)
{
	return msix_flags(cfg) & PCI_MSIX_FLAGS_ENABLE;
}

bool mock_msix_masked_all(const struct mock_config *cfg)
{
	return msix_flags(cfg) & PCI_MSIX_FLAGS_MASKALL;
}
