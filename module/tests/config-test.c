// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space: what it says, what a write reaches, and that nothing
 * written anywhere, at any size, makes it say what is not so. The numbers are
 * those of the PCI and PCI Express specifications.
 */
#include <string.h>

#include "../buses/config.h"
#include "tap.h"

#define WRITES 2000000

static const struct mock_config_ids ids = {
	.vendor = 0x1234, .device = 0x5678, .sub_vendor = 0x9abc,
	.sub_device = 0xdef0, .class = 0x020000, .serial = 0x1122334455667788,
};

static const struct mock_config_place place = {
	.kind = MOCK_CONFIG_INTEGRATED,
};

static u64 state = 0x2545f4914f6cdd1dULL;

static u64 rnd(u64 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* Walk a list of capabilities as vfio-pci does; false if it runs outside. */
static bool capabilities_sane(const struct mock_config *cfg)
{
	u32 at = mock_config_read(cfg, 0x34, 1), n = 0, express = 0, vendor = 0;

	for (; at; at = mock_config_read(cfg, at + 1, 1)) {
		u32 id = mock_config_read(cfg, at, 1);

		if (++n > 48 || at < 0x40 || at & 3)
			return false;
		express += id == 0x10;
		vendor += id == 0x09;
		if (id == 0x09 && at + mock_config_read(cfg, at + 2, 1) > 256)
			return false;
	}
	return express == 1 && vendor == 1 && n == 2 &&
	       mock_config_read(cfg, 0x100, 4) == 0x00010003;
}

static void identity(void)
{
	struct mock_config cfg;

	mock_config_init(&cfg, &ids, &place);
	ok(mock_config_read(&cfg, 0, 4) == 0x56781234, "vendor and device");
	ok(mock_config_read(&cfg, 0x2c, 4) == 0xdef09abc, "subsystem");
	ok(mock_config_read(&cfg, 8, 4) == 0x02000000, "class, revision 0");
	ok(!mock_config_read(&cfg, 0x0e, 1), "a type 0 header");
	ok(!mock_config_read(&cfg, 0x3d, 1), "no interrupt pin");
	ok(mock_config_read(&cfg, 6, 2) == 0x10, "a list of capabilities");
	ok(capabilities_sane(&cfg), "which is sane");
	ok((mock_config_read(&cfg, 0x42, 2) & 0xff) == 0x92,
	   "PCI Express version 2, a root complex integrated endpoint");
	ok(mock_config_read(&cfg, 0x44, 4) & 1U << 28, "that can be reset");
	ok(mock_config_read(&cfg, 0x104, 4) == 0x55667788 &&
		   mock_config_read(&cfg, 0x108, 4) == 0x11223344,
	   "a serial number");
}

static void writes(void)
{
	struct mock_config cfg, before;

	mock_config_init(&cfg, &ids, &place);
	ok(mock_config_write(&cfg, 4, 2, 0xffff) == MOCK_CONFIG_NOTHING &&
		   mock_config_read(&cfg, 4, 2) == 0x0406,
	   "command: memory, bus master, INTx disable");
	mock_config_write(&cfg, 4, 4, 0xffff0000);
	ok(mock_config_read(&cfg, 4, 4) == 0x00100000, "status cannot be written");
	mock_config_write(&cfg, 0x10, 4, 0xffffffff);
	ok(!mock_config_read(&cfg, 0x10, 4), "a BAR has no size");
	mock_config_write(&cfg, 0x83, 2, 0xffff);
	ok(mock_config_read(&cfg, 0x80, 4) == 0x01400009 &&
		   mock_engine_get(&cfg, MOCK_ENGINE_IOVA, 8) == 0xff,
	   "a write across a header and a register reaches the register");
	mock_config_write(&cfg, 0x84, 4, 0x11223344);
	mock_config_write(&cfg, 0x88, 2, 0x5566);
	ok(mock_engine_get(&cfg, MOCK_ENGINE_IOVA, 8) == 0x556611223344ULL,
	   "a register in pieces");
	before = cfg;
	mock_config_write(&cfg, 0xa4, 4, 0xffffffff);
	mock_config_write(&cfg, 0xa8, 4, 0xffffffff);
	mock_config_write(&cfg, 0xb0, 4, 0xffffffff);
	ok(!memcmp(&before, &cfg, sizeof(cfg)), "results cannot be written");
	ok(mock_config_write(&cfg, 0xa0, 1, 2) == MOCK_CONFIG_START &&
		   mock_config_write(&cfg, 0x9e, 4, 0) == MOCK_CONFIG_START &&
		   mock_config_write(&cfg, 0x9c, 4, 0) == MOCK_CONFIG_NOTHING &&
		   mock_config_write(&cfg, 0xa1, 1, 2) == MOCK_CONFIG_NOTHING,
	   "writing the command, in whatever width, starts");
	ok(mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_RESET &&
		   mock_config_write(&cfg, 0x49, 1, 0x80) == MOCK_CONFIG_RESET &&
		   mock_config_write(&cfg, 0x46, 4, 0x80000000) ==
			   MOCK_CONFIG_RESET &&
		   mock_config_write(&cfg, 0x48, 1, 0x80) != MOCK_CONFIG_RESET,
	   "so does the bit of Device Control that resets");
	mock_config_reset(&cfg);
	mock_config_init(&before, &ids, &place);
	ok(!memcmp(&before, &cfg, sizeof(cfg)), "a reset puts everything back");
}

static void noise(void)
{
	struct mock_config cfg, fresh;
	unsigned long i, odd = 0, resets = 0, starts = 0, read_only = 0;

	mock_config_init(&cfg, &ids, &place);
	mock_config_init(&fresh, &ids, &place);
	for (i = 0; i < WRITES; i++) {
		u32 size = 1U << rnd(3);
		/* Most of them where something is. */
		u32 span = rnd(4) ? 0x110 : MOCK_CONFIG_SIZE;
		u32 where = rnd(span - size + 1);

		switch (mock_config_write(&cfg, where, size, rnd(1ULL << 32))) {
		case MOCK_CONFIG_RESET:
			resets++;
			break;
		case MOCK_CONFIG_START:
			starts++;
			break;
		default:
			break;
		}
		if (i % 64)
			continue;
		odd += !capabilities_sane(&cfg);
		odd += mock_config_read(&cfg, 0, 4) != 0x56781234;
		odd += mock_config_read(&cfg, 4, 2) == 0xffff;
		odd += mock_config_read(&cfg, 0x49, 1) >> 7;
		read_only += memcmp(cfg.bytes + 0xc0, fresh.bytes + 0xc0,
				    MOCK_CONFIG_SIZE - 0xc0) != 0;
	}
	ok(!odd, "%d random writes: it never says what is not so (%lu did)",
	   WRITES, odd);
	ok(!read_only, "and nothing beyond the registers changes (%lu did)",
	   read_only);
	ok(resets && starts, "resets and starts were among them");
}

int main(void)
{
	identity();
	writes();
	noise();
	return done_testing();
}
