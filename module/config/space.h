/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside config/: the bytes of a space, and what its place says of a function. */
#ifndef MOCK_CONFIG_SPACE_H
#define MOCK_CONFIG_SPACE_H

#include "config.h"

/* The places of the extended capabilities. */
#define MOCK_CONFIG_SERIAL 0x100U
#define MOCK_CONFIG_ACS 0x110U

static inline bool is_bridge(const struct mock_config *cfg)
{
	return cfg->place.kind == MOCK_CONFIG_ROOT_PORT ||
	       cfg->place.kind == MOCK_CONFIG_PCI_BRIDGE;
}

static inline bool is_express(const struct mock_config *cfg)
{
	return cfg->place.kind != MOCK_CONFIG_LEGACY &&
	       cfg->place.kind != MOCK_CONFIG_PCI_BRIDGE;
}

static inline void put(struct mock_config *cfg, u32 where, u32 size, u64 value)
{
	u32 i;

	for (i = 0; i < size; i++)
		cfg->bytes[where + i] = value >> 8 * i;
}

static inline u64 get(const struct mock_config *cfg, u32 where, u32 size)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < size; i++)
		value |= (u64)cfg->bytes[where + i] << 8 * i;
	return value;
}

/* initial.c: the Access Control Services that the function has. */
u32 mock_acs_services(const struct mock_config *cfg);

#endif /* MOCK_CONFIG_SPACE_H */
