/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of configuration space share. */
#ifndef MOCK_CONFIG_TEST_H
#define MOCK_CONFIG_TEST_H

#include <string.h>

#include "../config/config.h"
#include "tap.h"

#define WRITES 2000000

static const struct mock_config_ids ids = {
	.vendor = 0x1234, .device = 0x5678, .sub_vendor = 0x9abc,
	.sub_device = 0xdef0, .class = 0x020000, .serial = 0x1122334455667788,
};

static u64 state = 0x2545f4914f6cdd1dULL;

static inline u64 rnd(u64 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/*
 * Walk a list of capabilities as vfio-pci does: they have these ids, in this
 * order, up to the first 0; false if the list runs outside.
 */
static inline bool capabilities_are(const struct mock_config *cfg, const u8 ids[8])
{
	u32 at = mock_config_read(cfg, 0x34, 1), n = 0;

	for (; at; at = mock_config_read(cfg, at + 1, 1)) {
		u32 id = mock_config_read(cfg, at, 1);

		if (n == 7 || at < 0x40 || at & 3 || id != ids[n++])
			return false;
		if (id == 0x09 && at + mock_config_read(cfg, at + 2, 1) > 256)
			return false;
	}
	return !ids[n];
}

/* PCI Express, the vendor's, power management, VPD; with MSI after the second. */
static const u8 plain[8] = { 0x10, 0x09, 0x01, 0x03 };
static const u8 with_msi[8] = { 0x10, 0x09, 0x05, 0x01, 0x03 };
static const u8 with_both[8] = { 0x10, 0x09, 0x05, 0x01, 0x03, 0x11 };
static const u8 with_msix[8] = { 0x10, 0x09, 0x01, 0x03, 0x11 };
static const u8 conventional[8] = { 0x09, 0x01, 0x03 };
static const u8 of_port[8] = { 0x10 };
static const u8 of_bridge[8] = { 0 };

static inline bool capabilities_sane(const struct mock_config *cfg)
{
	const u8 *want = cfg->place.msix    ? with_both :
			 cfg->place.vectors ? with_msi :
					      plain;

	return capabilities_are(cfg, want) &&
	       mock_config_read(cfg, 0x100, 4) == 0x00010003;
}

/* A function in such a place. */
static inline struct mock_config made(struct mock_config_place where)
{
	struct mock_config cfg;

	mock_config_init(&cfg, &ids, &where);
	return cfg;
}

#endif /* MOCK_CONFIG_TEST_H */
