/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside config/: the bytes of a space, and what its place says of a function. */
#ifndef MOCK_CONFIG_SPACE_H
#define MOCK_CONFIG_SPACE_H

#include "config.h"

/* The places of the extended capabilities. */
#define MOCK_CONFIG_SERIAL 0x100U
#define MOCK_CONFIG_ACS 0x110U
#define MOCK_CONFIG_PASID 0x120U
#define MOCK_CONFIG_AER 0x130U
#define MOCK_CONFIG_AER_LEN 0x48U
#define MOCK_CONFIG_SRIOV 0x180U
#define MOCK_CONFIG_ARI 0x1c0U

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

/**
 * struct mock_field - bytes that can be written
 * @where: offset of the first byte
 * @mask: the writable bits of up to four bytes, little-endian
 */
struct mock_field {
	u32 where;
	u32 mask;
};

/* config.c: the bits of a byte that a list of fields, up to a mask of 0, has. */
u8 mock_field_bits(const struct mock_field *field, u32 where);

/* config.c: the bits of a register of @bars that can be written, by bytes. */
u8 mock_bar_bits(const struct mock_config_bar *bars, u32 byte);

/* initial.c: the type of each BAR, whose registers begin at @where. */
void mock_put_bars(struct mock_config *cfg, u32 where,
		   const struct mock_config_bar *bars);

/* initial.c: the Access Control Services that the function has. */
u32 mock_acs_services(const struct mock_config *cfg);

/* aer.c: the bits that a write changes, and those that a write of one clears */
void mock_aer_init(struct mock_config *cfg);
u8 mock_aer_writable(const struct mock_config *cfg, u32 where);
u8 mock_aer_clearable(const struct mock_config *cfg, u32 where);

/* slot.c */
void mock_put_slot(struct mock_config *cfg);
u8 mock_slot_writable(const struct mock_config *cfg, u32 where);
u8 mock_slot_clearable(const struct mock_config *cfg, u32 where);
bool mock_slot_written(struct mock_config *cfg, u32 where, u32 size);

/* sriov.c */
void mock_put_sriov(struct mock_config *cfg);
void mock_put_ari(struct mock_config *cfg);
u32 mock_ari_at(const struct mock_config *cfg);
u8 mock_sriov_writable(const struct mock_config *cfg, u32 where);
/* May a write enable or disable VFs? */
bool mock_sriov_written(const struct mock_config *cfg, u32 where, u32 size);

/* Does a write reach any of @len bytes from @from on? */
static inline bool reaches(u32 where, u32 size, u32 from, u32 len)
{
	return where < from + len && from < where + size;
}

#endif /* MOCK_CONFIG_SPACE_H */
