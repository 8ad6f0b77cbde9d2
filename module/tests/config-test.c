// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space: what it says, what a write reaches, and that nothing
 * written anywhere, at any size, makes it say what is not so. The numbers are
 * those of the PCI and PCI Express specifications.
 */
#include <string.h>

#include "../config/config.h"
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
static bool capabilities_are(const struct mock_config *cfg, u32 n_express,
			     u32 n_vendor)
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
	return express == n_express && vendor == n_vendor &&
	       n == n_express + n_vendor;
}

static bool capabilities_sane(const struct mock_config *cfg)
{
	return capabilities_are(cfg, 1, 1) &&
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

static struct mock_config made(struct mock_config_place where)
{
	struct mock_config cfg;

	mock_config_init(&cfg, &ids, &where);
	return cfg;
}

/* What the place makes of a function: 7.5.1.1.9, 7.5.3.2, 7.5.3.3, 7.7.11. */
static void places(void)
{
	struct mock_config cfg;

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_INTEGRATED,
					       .multi = true, .acs = true });
	ok(mock_config_read(&cfg, 0x0e, 1) == 0x80,
	   "one of several says so in its header");
	ok(mock_config_read(&cfg, 0x100, 4) == 0x11010003 &&
		   mock_config_read(&cfg, 0x110, 4) == 0x0001000d &&
		   mock_config_read(&cfg, 0x114, 4) == 0x000c000c,
	   "ACS: request and completion redirect, enabled");
	mock_config_write(&cfg, 0x116, 2, 0);
	ok(mock_config_read(&cfg, 0x114, 4) == 0x0000000c,
	   "which can be disabled");
	mock_config_write(&cfg, 0x114, 4, 0xffffffff);
	ok(mock_config_read(&cfg, 0x114, 4) == 0x000c000c,
	   "and enabled, and nothing else");
	ok(mock_config_size(&cfg) == 4096, "it has 4096 bytes");

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT });
	ok(mock_config_read(&cfg, 0x42, 2) == 0x0002 && capabilities_sane(&cfg),
	   "behind a root port: an endpoint");
	ok(mock_config_read(&cfg, 0x4c, 4) == 0x11 &&
		   mock_config_read(&cfg, 0x52, 2) == 0x11,
	   "whose link has one lane, and is up");
	ok(mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_RESET,
	   "and which can be reset");

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_LEGACY });
	ok(mock_config_size(&cfg) == 256 && capabilities_are(&cfg, 0, 1),
	   "behind a PCI bridge: 256 bytes, no PCI Express");
	ok(mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_NOTHING &&
		   !mock_config_read(&cfg, 0x48, 2),
	   "and no reset");
	ok(mock_config_write(&cfg, 0xa0, 1, 2) == MOCK_CONFIG_START,
	   "but DMA");
}

/* 7.5.1.3: a type 1 header. */
static void bridges(void)
{
	struct mock_config_place at = {
		.kind = MOCK_CONFIG_ROOT_PORT, .acs = true, .primary = 0xf0,
		.secondary = 0xf3,
	};
	struct mock_config cfg = made(at), before;

	ok(mock_config_read(&cfg, 0x0e, 1) == 1 &&
		   mock_config_read(&cfg, 0x42, 2) == 0x42 &&
		   capabilities_are(&cfg, 1, 0),
	   "a root port: a type 1 header, and no DMA registers");
	ok(mock_config_read(&cfg, 0x18, 4) == 0x00f3f3f0, "its bus numbers");
	mock_config_write(&cfg, 0x18, 4, 0);
	ok(mock_config_read(&cfg, 0x18, 4) == 0x00f3f3f0, "are wired");
	ok(mock_config_read(&cfg, 0x1c, 1) > mock_config_read(&cfg, 0x1d, 1) &&
		   mock_config_read(&cfg, 0x20, 2) >
			   mock_config_read(&cfg, 0x22, 2) &&
		   mock_config_read(&cfg, 0x24, 2) >
			   mock_config_read(&cfg, 0x26, 2),
	   "its windows are closed");
	ok(mock_config_read(&cfg, 0x114, 4) == 0x001d001d,
	   "ACS: source validation and upstream forwarding, too");
	ok(!(mock_config_read(&cfg, 0x44, 4) & 1U << 28) &&
		   mock_config_write(&cfg, 0x48, 2, 0x8000) ==
			   MOCK_CONFIG_NOTHING,
	   "a port has no function-level reset");
	before = cfg;
	mock_config_write(&cfg, 0x84, 4, 0xffffffff);
	ok(mock_config_write(&cfg, 0xa0, 1, 2) == MOCK_CONFIG_NOTHING &&
		   !memcmp(&before, &cfg, sizeof(cfg)),
	   "and nothing where functions have their registers");
	ok(mock_config_write(&cfg, 0x3e, 2, 0x40) == MOCK_CONFIG_RESET_BELOW &&
		   mock_config_write(&cfg, 0x3c, 4, 0x00400000) ==
			   MOCK_CONFIG_RESET_BELOW &&
		   mock_config_write(&cfg, 0x3e, 1, 0) == MOCK_CONFIG_NOTHING &&
		   mock_config_write(&cfg, 0x3f, 1, 0x40) ==
			   MOCK_CONFIG_NOTHING,
	   "the secondary bus reset, in whatever width");

	at.kind = MOCK_CONFIG_PCI_BRIDGE;
	cfg = made(at);
	ok(mock_config_read(&cfg, 0x0e, 1) == 1 &&
		   !mock_config_read(&cfg, 0x06, 2) &&
		   capabilities_are(&cfg, 0, 0) &&
		   mock_config_size(&cfg) == 256,
	   "a PCI bridge: no capabilities");
}

/* After any write a bridge leads where it led before. */
static void bridge_noise(void)
{
	struct mock_config cfg = made((struct mock_config_place){
		.kind = MOCK_CONFIG_ROOT_PORT, .primary = 1, .secondary = 2,
	});
	unsigned long i, odd = 0, below = 0;

	for (i = 0; i < WRITES; i++) {
		u32 size = 1U << rnd(3);
		u32 where = rnd(0x120 - size + 1);

		below += mock_config_write(&cfg, where, size, rnd(1ULL << 32)) ==
			 MOCK_CONFIG_RESET_BELOW;
		if (i % 64)
			continue;
		odd += !capabilities_are(&cfg, 1, 0);
		odd += (mock_config_read(&cfg, 0x18, 4) & 0xffffff) != 0x020201;
		odd += mock_config_read(&cfg, 0x0e, 1) != 1;
	}
	ok(!odd, "%d random writes to a bridge: it leads where it led", WRITES);
	ok(below, "resets were among them");
}

int main(void)
{
	identity();
	places();
	bridges();
	bridge_noise();
	writes();
	noise();
	return done_testing();
}
