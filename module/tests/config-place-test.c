// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space, and the place of the function: behind what bridge, a bridge
 * itself, a physical or a virtual function. The numbers are those of the PCI and PCI
 * Express specifications.
 */
#include "config-test.h"

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

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_INTEGRATED,
					       .acs = true, .pasid_bits = 4 });
	ok(mock_config_read(&cfg, 0x110, 4) == 0x1201000d &&
		   mock_config_read(&cfg, 0x120, 4) == 0x0001001b &&
		   mock_config_read(&cfg, 0x124, 4) == 0x00010400,
	   "PASIDs of four bits, enabled");
	mock_config_write(&cfg, 0x124, 4, 0x00001f07);
	ok(mock_config_read(&cfg, 0x124, 4) == 0x00010400,
	   "which stay as they are");
	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT,
					       .pasid_bits = 20 });
	ok(mock_config_read(&cfg, 0x100, 4) == 0x12010003 &&
		   mock_config_read(&cfg, 0x124, 4) == 0x00011400,
	   "and without ACS, of twenty bits");

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT });
	ok(mock_config_read(&cfg, 0x42, 2) == 0x0002 && capabilities_sane(&cfg),
	   "behind a root port: an endpoint");
	ok(mock_config_read(&cfg, 0x4c, 4) == 0x11 &&
		   mock_config_read(&cfg, 0x52, 2) == 0x11,
	   "whose link has one lane, and is up");
	ok(mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_RESET,
	   "and which can be reset");

	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_LEGACY });
	ok(mock_config_size(&cfg) == 256 && capabilities_are(&cfg, conventional),
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
		   capabilities_are(&cfg, of_port),
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
		   capabilities_are(&cfg, of_bridge) &&
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
		odd += !capabilities_are(&cfg, of_port);
		odd += (mock_config_read(&cfg, 0x18, 4) & 0xffffff) != 0x020201;
		odd += mock_config_read(&cfg, 0x0e, 1) != 1;
	}
	ok(!odd, "%d random writes to a bridge: it leads where it led", WRITES);
	ok(below, "resets were among them");
}

static const struct mock_config_place pf_place = {
	.kind = MOCK_CONFIG_ENDPOINT, .vectors = 1, .vfs = 12, .vf_offset = 8,
	.vf_stride = 2, .vf_device = 0x9abd, .link = 1, .ari = true,
};

/* 9.3.3: the capability of a physical function, 7.8.7: ARI. */
static void physical(void)
{
	struct mock_config cfg = made(pf_place), before;
	struct mock_config_place other = pf_place;

	ok(mock_config_read(&cfg, 0x100, 4) == 0x18010003 &&
		   mock_config_read(&cfg, 0x180, 4) == 0x1c010010 &&
		   mock_config_read(&cfg, 0x1c0, 4) == 0x0001000e,
	   "sriov=12: a serial number, SR-IOV and ARI");
	ok(mock_config_read(&cfg, 0x18c, 4) == 0x000c000c &&
		   mock_config_read(&cfg, 0x192, 1) == 1 &&
		   mock_config_read(&cfg, 0x194, 4) == 0x00020008 &&
		   mock_config_read(&cfg, 0x19a, 2) == 0x9abd,
	   "12 VFs, 8 after it, every second, with a device id");
	ok(mock_config_read(&cfg, 0x19c, 4) == 0x553 &&
		   mock_config_read(&cfg, 0x1a0, 4) == 1,
	   "page sizes, 4K to begin with");
	before = cfg;
	mock_config_write(&cfg, 0x1a4, 4, ~0U);
	mock_config_write(&cfg, 0x1b8, 4, ~0U);
	ok(!memcmp(&before, &cfg, sizeof(cfg)), "the VFs have no BARs");
	ok(!mock_sriov_enabled(&cfg) &&
		   mock_config_write(&cfg, 0x190, 2, 3) == MOCK_CONFIG_NOTHING &&
		   !mock_sriov_enabled(&cfg),
	   "a number of VFs enables none");
	ok(mock_config_write(&cfg, 0x188, 2, 0xffff) == MOCK_CONFIG_VFS &&
		   mock_config_read(&cfg, 0x188, 4) == 0x19 &&
		   mock_sriov_enabled(&cfg) == 3,
	   "VF Enable does; memory and ARI are controls, too");
	mock_config_write(&cfg, 0x190, 2, 5);
	mock_config_write(&cfg, 0x1a0, 4, 2);
	ok(mock_sriov_enabled(&cfg) == 3 &&
		   mock_config_read(&cfg, 0x190, 2) == 3 &&
		   mock_config_read(&cfg, 0x1a0, 4) == 1,
	   "meanwhile neither their number nor the page size changes");
	ok(mock_config_write(&cfg, 0x186, 4, 0) == MOCK_CONFIG_VFS &&
		   !mock_sriov_enabled(&cfg),
	   "cleared, in whatever width: none");
	mock_config_write(&cfg, 0x190, 2, 0xffff);
	mock_config_write(&cfg, 0x188, 1, 1);
	ok(mock_sriov_enabled(&cfg) == 12, "more than there are: all");
	ok(mock_config_read(&cfg, 0xdc, 4) == 8,
	   "the way back from D3hot is no reset, which ended the VFs");
	ok(mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_RESET,
	   "it can be reset");
	mock_config_reset(&cfg);
	ok(!mock_sriov_enabled(&cfg), "and then has no VFs");
	mock_ari_set_next(&cfg, 5);
	mock_config_reset(&cfg);
	ok(mock_config_read(&cfg, 0x1c4, 2) == 0x0500,
	   "ARI: the next function of the slot");
	other = pf_place;
	other.ari = false;
	cfg = made(other);
	mock_config_write(&cfg, 0x188, 2, 0xffff);
	ok(mock_config_read(&cfg, 0x180, 4) == 0x00010010 &&
		   mock_config_read(&cfg, 0x188, 4) == 9,
	   "without ARI, neither the capability nor the control");
	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ROOT_PORT });
	mock_config_write(&cfg, 0x68, 2, 0x20);
	ok(mock_config_read(&cfg, 0x64, 4) == 0x20 &&
		   mock_config_read(&cfg, 0x68, 2) == 0x20,
	   "a root port can forward ARI");
	ok(!mock_sriov_enabled(&cfg) &&
		   mock_config_write(&cfg, 0x188, 2, 1) == MOCK_CONFIG_NOTHING,
	   "and has no VFs");
}

/* 9.3.4 to 9.3.6: a virtual function. */
static void virtual(void)
{
	struct mock_config_place at = { .kind = MOCK_CONFIG_ENDPOINT,
					.vectors = 1, .vf = true };
	struct mock_config cfg = made(at);

	ok(mock_config_read(&cfg, 0, 4) == ~0U &&
		   mock_config_read(&cfg, 0x2c, 4) == 0xdef09abc &&
		   mock_config_read(&cfg, 8, 4) == 0x02000000,
	   "a VF: no ids, but class and subsystem");
	ok(capabilities_are(&cfg, with_msi) && !mock_config_read(&cfg, 0x100, 4),
	   "its capabilities, and no serial number");
	mock_config_write(&cfg, 4, 2, 0xffff);
	mock_config_write(&cfg, 0x0c, 4, ~0U);
	mock_config_write(&cfg, 0x3c, 4, ~0U);
	ok(mock_config_read(&cfg, 4, 4) == 0x00100004 &&
		   !mock_config_read(&cfg, 0x0c, 4) &&
		   !mock_config_read(&cfg, 0x3c, 4),
	   "of the header, Bus Master Enable can be written");
	mock_config_write(&cfg, 0x48, 2, 0x7fff);
	mock_config_write(&cfg, 0x50, 2, 0xffff);
	mock_config_write(&cfg, 0x68, 2, 0xffff);
	ok(!mock_config_read(&cfg, 0x48, 4) && !mock_config_read(&cfg, 0x50, 4) &&
		   !mock_config_read(&cfg, 0x68, 4),
	   "of PCI Express, nothing");
	ok(mock_config_read(&cfg, 0x44, 4) & 1U << 28 &&
		   mock_config_write(&cfg, 0x48, 2, 0x8000) == MOCK_CONFIG_RESET,
	   "but the reset");
	ok(mock_config_write(&cfg, 0xa0, 1, 2) == MOCK_CONFIG_START &&
		   mock_config_write(&cfg, 0xbc, 1, 0) == MOCK_CONFIG_INTERRUPT,
	   "it does DMA, and raises interrupts");
	at.pasid_bits = 4;
	cfg = made(at);
	ok(!mock_config_read(&cfg, 0x100, 4) && !mock_config_read(&cfg, 0x120, 4),
	   "PASIDs: in the capability of its PF");
	at.ari = true;
	cfg = made(at);
	ok(mock_config_read(&cfg, 0x100, 4) == 0x0001000e,
	   "where there is ARI, a VF has it, too");
}

int main(void)
{
	places();
	bridges();
	bridge_noise();
	physical();
	virtual();
	return done_testing();
}
