// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space; config.h describes it. */
#include <linux/pci_regs.h>

#include "space.h"

/*
 * PCI Express Base Specification, 7.5.1.1 and 7.5.3: the registers of a
 * function. bar_bits() has its BARs. Bit 15 of Device Control is not stored:
 * writing it resets the function.
 */
static const struct mock_field header_fields[] = {
	{ PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
			       PCI_COMMAND_INTX_DISABLE },
	{ PCI_CACHE_LINE_SIZE, 0xffff }, /* and the latency timer */
	{ PCI_INTERRUPT_LINE, 0xff },
	{ }
};

/*
 * 9.3.4.1 and 9.3.5.3: of a VF, that of its PF holds for the rest of the
 * header, and for all controls of PCI Express but the reset.
 */
static const struct mock_field vf_header_fields[] = {
	{ PCI_COMMAND, PCI_COMMAND_MASTER },
	{ }
};

static const struct mock_field express_fields[] = {
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL, 0x7fff },
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL2, 0x041f },
	{ }
};

static const struct mock_field link_fields[] = {
	/* common clock, extended synch */
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCTL, 0x00c0 },
	{ }
};

static const struct mock_field root_fields[] = {
	/* system errors and PME, which do not happen */
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_RTCTL, 0x000f },
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI },
	{ }
};

/*
 * The bus numbers cannot be written, because the module's buses have fixed
 * numbers: with other numbers a bridge would lead to the buses of other
 * bridges.
 */
static const struct mock_field bridge_fields[] = {
	{ PCI_SEC_LATENCY_TIMER, 0xff },
	{ PCI_IO_BASE, 0xf0f0 },
	{ PCI_MEMORY_BASE, 0xfff0fff0 },
	{ PCI_PREF_MEMORY_BASE, 0xfff0fff0 },
	{ PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_PARITY | PCI_BRIDGE_CTL_SERR |
				      PCI_BRIDGE_CTL_MASTER_ABORT |
				      PCI_BRIDGE_CTL_BUS_RESET },
	{ }
};

static const struct mock_field engine_fields[] = {
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_IOVA, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_IOVA + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_SIZE, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_PATTERN, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_PATTERN + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_TO, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_TO + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_COMMAND, 0xff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_VECTOR, 0xffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_RAISE, 0xff },
	{ }
};

/* 7.7.1: an MSI capability with 64-bit addresses. */
static const struct mock_field msi_fields[] = {
	{ MOCK_CONFIG_MSI + PCI_MSI_FLAGS,
	  PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE },
	{ MOCK_CONFIG_MSI + PCI_MSI_ADDRESS_LO, 0xfffffffc },
	{ MOCK_CONFIG_MSI + PCI_MSI_ADDRESS_HI, 0xffffffff },
	{ MOCK_CONFIG_MSI + PCI_MSI_DATA_64, 0xffff },
	{ }
};

/* 7.7.2: the table is memory of a BAR. */
static const struct mock_field msix_fields[] = {
	{ MOCK_CONFIG_MSIX + PCI_MSIX_FLAGS,
	  PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL },
	{ }
};

/* A write to the register of power management is handled by set_power(). */
static const struct mock_field vpd_fields[] = {
	{ MOCK_CONFIG_VPD + PCI_VPD_ADDR, 0xffff },
	{ MOCK_CONFIG_VPD + PCI_VPD_DATA, 0xffffffff },
	{ }
};

#define PARTS 6

/* The fields of each kind of function that can be written. */
static const struct mock_field *const parts[][PARTS] = {
	[MOCK_CONFIG_INTEGRATED] = {
		header_fields, engine_fields, vpd_fields, express_fields,
	},
	[MOCK_CONFIG_ENDPOINT] = {
		header_fields, engine_fields, vpd_fields, express_fields,
		link_fields,
	},
	[MOCK_CONFIG_LEGACY] = { header_fields, engine_fields, vpd_fields },
	[MOCK_CONFIG_ROOT_PORT] = {
		header_fields, bridge_fields, express_fields, link_fields,
		root_fields,
	},
	[MOCK_CONFIG_PCI_BRIDGE] = { header_fields, bridge_fields },
};

static const struct mock_field *const vf_parts[PARTS] = {
	vf_header_fields, engine_fields, vpd_fields,
};

u8 mock_field_bits(const struct mock_field *field, u32 where)
{
	u8 mask = 0;

	for (; field->mask; field++)
		if (where - field->where < 4)
			mask |= field->mask >> 8 * (where - field->where);
	return mask;
}

/* One bit for each vector that the function has. */
static u32 vector_bits(const struct mock_config *cfg)
{
	return cfg->place.vectors < MOCK_MSI_MAX ?
		       (1U << cfg->place.vectors) - 1 : ~0U;
}

static u8 msi_writable(const struct mock_config *cfg, u32 where)
{
	const struct mock_field masks[] = {
		{ MOCK_CONFIG_MSI + PCI_MSI_MASK_64, vector_bits(cfg) },
		{ }
	};

	if (!cfg->place.vectors)
		return 0;
	return mock_field_bits(msi_fields, where) | mock_field_bits(masks, where);
}

static u8 msix_writable(const struct mock_config *cfg, u32 where)
{
	return cfg->place.msix ? mock_field_bits(msix_fields, where) : 0;
}

/*
 * 7.5.1.2.1: the address bits of a BAR that lead to more than it has can be
 * written. That is how software finds its size.
 */
u8 mock_bar_bits(const struct mock_config_bar *bars, u32 byte)
{
	u32 bar = byte / 4;

	if (bar >= MOCK_BARS)
		return 0;
	byte %= 4;
	if (!bars[bar].size && bar && bars[bar - 1].wide) {
		bar--;
		byte += 4;
	}
	return bars[bar].size ? ~(bars[bar].size - 1) >> 8 * byte : 0;
}

/* 9.3.4.1.11: the BARs of a VF are in the capability of its PF. */
static u8 bar_bits(const struct mock_config *cfg, u32 where)
{
	if (where < PCI_BASE_ADDRESS_0 || cfg->place.vf)
		return 0;
	return mock_bar_bits(cfg->place.bars, where - PCI_BASE_ADDRESS_0);
}

/* The bits of a byte that a write reaches. */
static u8 writable(const struct mock_config *cfg, u32 where)
{
	const struct mock_field *const *part =
		cfg->place.vf ? vf_parts : parts[cfg->place.kind];
	u8 mask = 0;

	for (; *part; part++)
		mask |= mock_field_bits(*part, where);
	if (where == MOCK_CONFIG_ACS + PCI_ACS_CTRL)
		mask |= mock_acs_services(cfg);
	return mask | msi_writable(cfg, where) | msix_writable(cfg, where) |
	       bar_bits(cfg, where) | mock_sriov_writable(cfg, where) |
	       mock_aer_writable(cfg, where) | mock_slot_writable(cfg, where);
}

/* The bits of a byte that a write of one clears. */
static u8 clearable(const struct mock_config *cfg, u32 where)
{
	return mock_aer_clearable(cfg, where) | mock_slot_clearable(cfg, where);
}

u32 mock_config_size(const struct mock_config *cfg)
{
	return is_express(cfg) ? MOCK_CONFIG_SIZE :
				 MOCK_CONFIG_CONVENTIONAL_SIZE;
}

u32 mock_config_read(const struct mock_config *cfg, u32 where, u32 size)
{
	return get(cfg, where, size);
}

static bool touches(u32 where, u32 size, u32 byte)
{
	return byte - where < size;
}

/* Is a bit of a byte set by a write? */
static bool sets(u32 where, u32 size, u32 value, u32 byte, u8 bit)
{
	return touches(where, size, byte) && value >> 8 * (byte - where) & bit;
}

/* A write to the capability of Vital Product Data, which cannot be changed. */
static void vpd_written(struct mock_config *cfg)
{
	u32 address = get(cfg, MOCK_CONFIG_VPD + PCI_VPD_ADDR, 2);

	if (address & PCI_VPD_ADDR_F) {
		/* A write of data is over, and has changed nothing. */
		address &= ~PCI_VPD_ADDR_F;
	} else {
		put(cfg, MOCK_CONFIG_VPD + PCI_VPD_DATA, 4,
		    mock_vpd_read(cfg, address & ~3U));
		address |= PCI_VPD_ADDR_F;
	}
	put(cfg, MOCK_CONFIG_VPD + PCI_VPD_ADDR, 2, address);
}

/*
 * 7.5.2.2: a state that the function does not have is ignored. Return whether
 * the function left D3hot and so is reset.
 */
static bool set_power(struct mock_config *cfg, u32 state)
{
	u32 power = get(cfg, MOCK_CONFIG_PM + PCI_PM_CTRL, 2);
	u32 old = power & PCI_PM_CTRL_STATE_MASK;

	if (state != 0 && state != PCI_PM_CTRL_STATE_MASK)
		return false;
	put(cfg, MOCK_CONFIG_PM + PCI_PM_CTRL, 2,
	    (power & ~PCI_PM_CTRL_STATE_MASK) | state);
	return old && !state && !(power & PCI_PM_CTRL_NO_SOFT_RESET);
}

/*
 * May a write release interrupts that are pending, or end them, or make a BAR with
 * registers answer?
 */
static bool releases(const struct mock_config *cfg, u32 where, u32 size)
{
	if (!cfg->place.vectors && !cfg->place.msix && !cfg->place.regs &&
	    !cfg->place.intx)
		return false;
	return reaches(where, size, PCI_COMMAND, 2) ||
	       reaches(where, size, PCI_BASE_ADDRESS_0, 4 * MOCK_BARS) ||
	       (cfg->place.intx &&
		reaches(where, size, MOCK_CONFIG_ENGINE + MOCK_ENGINE_CAUSE, 1)) ||
	       reaches(where, size, MOCK_CONFIG_PM + PCI_PM_CTRL, 1) ||
	       reaches(where, size, MOCK_CONFIG_MSI,
		       MOCK_CONFIG_PM - MOCK_CONFIG_MSI) ||
	       reaches(where, size, MOCK_CONFIG_MSIX + PCI_MSIX_FLAGS, 2);
}

/* What follows from a write to a function, whose bytes are written already. */
static enum mock_config_action function_written(struct mock_config *cfg,
						u32 where, u32 size, u32 value)
{
	const u32 cause = MOCK_CONFIG_ENGINE + MOCK_ENGINE_CAUSE;
	const u32 power = MOCK_CONFIG_PM + PCI_PM_CTRL;

	if (touches(where, size, cause))
		mock_intx_set_cause(cfg, get(cfg, cause, 1) &
						 ~(value >> 8 * (cause - where)));
	if (touches(where, size, power) &&
	    set_power(cfg, value >> 8 * (power - where) &
				   PCI_PM_CTRL_STATE_MASK))
		return MOCK_CONFIG_RESET;
	/* The byte that has the flag begins a transfer. */
	if (touches(where, size, MOCK_CONFIG_VPD + PCI_VPD_ADDR + 1))
		vpd_written(cfg);
	if (touches(where, size, MOCK_CONFIG_ENGINE + MOCK_ENGINE_COMMAND))
		return MOCK_CONFIG_START;
	if (touches(where, size, MOCK_CONFIG_ENGINE + MOCK_ENGINE_RAISE))
		return MOCK_CONFIG_INTERRUPT;
	if (mock_sriov_written(cfg, where, size))
		return MOCK_CONFIG_VFS;
	if (releases(cfg, where, size))
		return MOCK_CONFIG_PENDING;
	return MOCK_CONFIG_NOTHING;
}

enum mock_config_action mock_config_write(struct mock_config *cfg, u32 where,
					  u32 size, u32 value)
{
	bool port = is_bridge(cfg);
	u32 i;

	/* Bit 15 of Device Control. */
	if (is_express(cfg) && !port &&
	    sets(where, size, value, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL + 1,
		 0x80))
		return MOCK_CONFIG_RESET;
	for (i = 0; i < size; i++) {
		u8 mask = writable(cfg, where + i);
		u8 *byte = &cfg->bytes[where + i];

		*byte = (*byte & ~mask) | (value >> 8 * i & mask);
		*byte &= ~(value >> 8 * i & clearable(cfg, where + i));
	}
	if (!port)
		return function_written(cfg, where, size, value);
	if (sets(where, size, value, PCI_BRIDGE_CONTROL,
		 PCI_BRIDGE_CTL_BUS_RESET))
		return MOCK_CONFIG_RESET_BELOW;
	if (mock_slot_written(cfg, where, size))
		return MOCK_CONFIG_LINK;
	return releases(cfg, where, size) ? MOCK_CONFIG_PENDING :
					    MOCK_CONFIG_NOTHING;
}

u64 mock_engine_get(const struct mock_config *cfg, u32 reg, u32 size)
{
	return get(cfg, MOCK_CONFIG_ENGINE + reg, size);
}

void mock_engine_set(struct mock_config *cfg, u32 reg, u32 size, u64 value)
{
	put(cfg, MOCK_CONFIG_ENGINE + reg, size, value);
}
