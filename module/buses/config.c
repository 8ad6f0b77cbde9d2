// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space; config.h says what it has. */
#ifdef __KERNEL__
#include <linux/pci_regs.h>
#include <linux/string.h>
#else
#include <linux/pci_regs.h>
#include <string.h>
#endif

#include "config.h"

#define SERIAL 0x100U

/**
 * struct field - bytes that can be written
 * @where: offset of the first
 * @mask: which bits of up to four of them, little-endian
 */
struct field {
	u32 where;
	u32 mask;
};

/*
 * PCI Express Base Specification, 7.5.1.1 and 7.5.3: what a function without
 * BARs, interrupts and a link has. Bit 15 of Device Control is not a bit, but
 * the order to reset.
 */
static const struct field fields[] = {
	{ PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
			       PCI_COMMAND_INTX_DISABLE },
	{ PCI_CACHE_LINE_SIZE, 0xffff }, /* and the latency timer */
	{ PCI_INTERRUPT_LINE, 0xff },
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL, 0x7fff },
	{ MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL2, 0x041f },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_IOVA, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_IOVA + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_SIZE, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_PATTERN, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_PATTERN + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_TO, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_TO + 4, 0xffffffff },
	{ MOCK_CONFIG_ENGINE + MOCK_ENGINE_COMMAND, 0xff },
	{ }
};

/* The bits of a byte that a write reaches. */
static u8 writable(u32 where)
{
	const struct field *field;
	u8 mask = 0;

	for (field = fields; field->mask; field++)
		if (where - field->where < 4)
			mask |= field->mask >> 8 * (where - field->where);
	return mask;
}

static void put(struct mock_config *cfg, u32 where, u32 size, u64 value)
{
	u32 i;

	for (i = 0; i < size; i++)
		cfg->bytes[where + i] = value >> 8 * i;
}

static u64 get(const struct mock_config *cfg, u32 where, u32 size)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < size; i++)
		value |= (u64)cfg->bytes[where + i] << 8 * i;
	return value;
}

void mock_config_reset(struct mock_config *cfg)
{
	const struct mock_config_ids *ids = &cfg->ids;

	memset(cfg->bytes, 0, sizeof(cfg->bytes));
	put(cfg, PCI_VENDOR_ID, 2, ids->vendor);
	put(cfg, PCI_DEVICE_ID, 2, ids->device);
	put(cfg, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	put(cfg, PCI_CLASS_REVISION, 4, (u64)ids->class << 8);
	put(cfg, PCI_SUBSYSTEM_VENDOR_ID, 2, ids->sub_vendor);
	put(cfg, PCI_SUBSYSTEM_ID, 2, ids->sub_device);
	put(cfg, PCI_CAPABILITY_LIST, 1, MOCK_CONFIG_EXPRESS);

	/* A root complex integrated endpoint: it has no link. */
	put(cfg, MOCK_CONFIG_EXPRESS, 2,
	    PCI_CAP_ID_EXP | MOCK_CONFIG_ENGINE << 8);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_FLAGS, 2,
	    2 | PCI_EXP_TYPE_RC_END << 4);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCAP, 4,
	    PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR);
	/* The default of Maximum Read Request Size is 512 bytes. */
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL, 2, 2 << 12);

	put(cfg, MOCK_CONFIG_ENGINE, 3,
	    PCI_CAP_ID_VNDR | MOCK_CONFIG_ENGINE_LEN << 16);
	put(cfg, MOCK_CONFIG_ENGINE + MOCK_ENGINE_VERSION, 1, 1);

	/* Device serial number, version 1, the last extended capability. */
	put(cfg, SERIAL, 4, PCI_EXT_CAP_ID_DSN | 1 << 16);
	put(cfg, SERIAL + 4, 8, ids->serial);
}

void mock_config_init(struct mock_config *cfg,
		      const struct mock_config_ids *ids)
{
	cfg->ids = *ids;
	mock_config_reset(cfg);
}

u32 mock_config_read(const struct mock_config *cfg, u32 where, u32 size)
{
	return get(cfg, where, size);
}

static bool touches(u32 where, u32 size, u32 byte)
{
	return byte - where < size;
}

enum mock_config_action mock_config_write(struct mock_config *cfg, u32 where,
					  u32 size, u32 value)
{
	u32 reset = MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL + 1;
	u32 i;

	if (touches(where, size, reset) && value >> 8 * (reset - where) & 0x80)
		return MOCK_CONFIG_RESET;
	for (i = 0; i < size; i++) {
		u8 mask = writable(where + i), *byte = &cfg->bytes[where + i];

		*byte = (*byte & ~mask) | (value >> 8 * i & mask);
	}
	if (touches(where, size, MOCK_CONFIG_ENGINE + MOCK_ENGINE_COMMAND))
		return MOCK_CONFIG_START;
	return MOCK_CONFIG_NOTHING;
}

u64 mock_engine_get(const struct mock_config *cfg, u32 reg, u32 size)
{
	return get(cfg, MOCK_CONFIG_ENGINE + reg, size);
}

void mock_engine_set(struct mock_config *cfg, u32 reg, u32 size, u64 value)
{
	put(cfg, MOCK_CONFIG_ENGINE + reg, size, value);
}
