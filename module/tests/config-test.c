// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space: what it says, what a write reaches, and that nothing
 * written anywhere, at any size, makes it say what is not so. The numbers are
 * those of the PCI and PCI Express specifications.
 */
#include "config-test.h"

static const struct mock_config_place place = {
	.kind = MOCK_CONFIG_INTEGRATED,
};

static void identity(void)
{
	struct mock_config cfg;

	mock_config_init(&cfg, &ids, &place);
	ok(mock_config_read(&cfg, 0, 4) == 0x56781234, "vendor and device");
	ok(mock_config_read(&cfg, 0x2c, 4) == 0xdef09abc, "subsystem");
	ok(mock_config_read(&cfg, 8, 4) == 0x02000000, "class, revision 0");
	ok(!mock_config_read(&cfg, 0x0e, 1), "a type 0 header");
	ok(!mock_config_read(&cfg, 0x3d, 1), "no interrupt pin");
	ok(mock_config_read(&cfg, 6, 2) == 0x11,
	   "a list of capabilities, and it is ready at once after a reset");
	ok(capabilities_sane(&cfg), "which is sane");
	ok((mock_config_read(&cfg, 0x42, 2) & 0xff) == 0x92,
	   "PCI Express version 2, a root complex integrated endpoint");
	ok(mock_config_read(&cfg, 0x44, 4) & 1U << 28, "that can be reset");
	ok(mock_config_read(&cfg, 0x104, 4) == 0x55667788 &&
		   mock_config_read(&cfg, 0x108, 4) == 0x11223344,
	   "a serial number");
}

/* Size a BAR as the kernel does (pci_read_bases()), and put its value back. */
static u32 bar_size(struct mock_config *cfg, u32 where)
{
	u32 old = mock_config_read(cfg, where, 4), all;

	mock_config_write(cfg, where, 4, ~0U);
	all = mock_config_read(cfg, where, 4);
	mock_config_write(cfg, where, 4, old);
	return all;
}

static u64 bar64(const struct mock_config *cfg, u32 where)
{
	return mock_config_read(cfg, where, 4) |
	       (u64)mock_config_read(cfg, where + 4, 4) << 32;
}

static void bars(void)
{
	struct mock_config cfg;
	struct mock_config_place with = place;

	with.bars[0] = (struct mock_config_bar){ .size = 0x4000,
						 .at = 0x30008000 };
	with.bars[1] = (struct mock_config_bar){
		.size = 0x100000, .at = 0x30100000, .prefetch = true };
	with.bars[2] = (struct mock_config_bar){
		.size = 1ULL << 33, .at = 3ULL << 33, .wide = true,
		.prefetch = true };
	with.bars[4] = (struct mock_config_bar){ .size = 0x1000,
						 .at = 0x30001000,
						 .wide = true };
	mock_config_init(&cfg, &ids, &with);
	ok(mock_config_read(&cfg, 0x10, 4) == 0x30008000 &&
		   mock_config_read(&cfg, 0x14, 4) == 0x30100008 &&
		   bar64(&cfg, 0x18) == (3ULL << 33 | 0xc) &&
		   bar64(&cfg, 0x20) == 0x30001004,
	   "BARs of 32 and 64 bits lead to where firmware had them lead");
	ok(bar_size(&cfg, 0x10) == 0xffffc000 &&
		   bar_size(&cfg, 0x14) == 0xfff00008 &&
		   bar_size(&cfg, 0x18) == 0x0000000c &&
		   bar_size(&cfg, 0x1c) == 0xfffffffe &&
		   bar_size(&cfg, 0x20) == 0xfffff004 &&
		   bar_size(&cfg, 0x24) == 0xffffffff,
	   "and say their sizes");
	mock_config_write(&cfg, 0x10, 1, 0xff);
	mock_config_write(&cfg, 0x1d, 2, 0x1234);
	ok(mock_config_read(&cfg, 0x10, 4) == 0x30008000 &&
		   mock_config_read(&cfg, 0x1c, 4) == 0x00123406,
	   "written in pieces");
	mock_config_init(&cfg, &ids, &with);
	ok(mock_config_decodes(&cfg, 0x30008000) < 0,
	   "no BAR answers before Memory Space Enable");
	mock_config_write(&cfg, 4, 2, 0x2);
	ok(mock_config_decodes(&cfg, 0x30007fff) < 0 &&
		   mock_config_decodes(&cfg, 0x30008000) == 0 &&
		   mock_config_decodes(&cfg, 0x3000bfff) == 0 &&
		   mock_config_decodes(&cfg, 0x3000c000) < 0 &&
		   mock_config_decodes(&cfg, (4ULL << 33) - 1) == 2 &&
		   mock_config_decodes(&cfg, 4ULL << 33) < 0 &&
		   mock_config_decodes(&cfg, 0x30001000) == 4,
	   "then each answers from its first byte to its last");
	mock_config_write(&cfg, 0xdc, 1, 3);
	ok(mock_config_decodes(&cfg, 0x30008000) < 0, "but not in D3hot");
	if (mock_config_write(&cfg, 0xdc, 1, 0) == MOCK_CONFIG_RESET)
		mock_config_reset(&cfg);
	ok(mock_config_read(&cfg, 0x10, 4) == 0 &&
		   mock_config_read(&cfg, 0x14, 4) == 8 &&
		   bar64(&cfg, 0x18) == 0xc,
	   "a reset clears the addresses");
	ok(mock_config_write(&cfg, 4, 2, 2) == MOCK_CONFIG_NOTHING,
	   "nothing follows when memory begins to answer");
	with.regs = true;
	mock_config_init(&cfg, &ids, &with);
	ok(mock_config_write(&cfg, 4, 2, 2) == MOCK_CONFIG_PENDING &&
		   mock_config_write(&cfg, 0x10, 4, 0x30008000) ==
			   MOCK_CONFIG_PENDING &&
		   mock_config_write(&cfg, 0xdc, 1, 3) == MOCK_CONFIG_PENDING,
	   "but when registers do");
}

/* 9.3.3.14: the BARs of VFs, of which each follows the one before. */
static void vf_bars(void)
{
	struct mock_config cfg;
	struct mock_config_place with = place;

	with.vfs = 3;
	with.vf_offset = 1;
	with.vf_stride = 1;
	with.vf_bars[0] = (struct mock_config_bar){ .size = 0x4000,
						    .at = 0x30008000 };
	with.vf_bars[2] = (struct mock_config_bar){ .size = 0x10000,
						    .at = 0x120000000,
						    .wide = true,
						    .prefetch = true };
	mock_config_init(&cfg, &ids, &with);
	ok(mock_config_read(&cfg, 0x1a4, 4) == 0x30008000,
	   "VF BAR 0 is where firmware put it");
	ok(bar64(&cfg, 0x1ac) == 0x12000000c, "VF BAR 2 has 64 bits");
	ok(bar_size(&cfg, 0x1a4) == 0xffffc000, "VF BAR 0 has 16K for each VF");
	ok(bar_size(&cfg, 0x1ac) == 0xffff000c, "VF BAR 2 has 64K");
	ok(!bar_size(&cfg, 0x1a8) && !bar_size(&cfg, 0x1b4),
	   "there are no others");
	ok(!mock_config_read(&cfg, 0x10, 4), "the PF has no BAR");
	ok(mock_sriov_decodes(&cfg, 0, 0x30008000) == -1,
	   "without VF Memory Space Enable none answers");
	ok(mock_config_write(&cfg, 0x188, 2, 8) == MOCK_CONFIG_VFS,
	   "the write of it is one that concerns the VFs");
	ok(mock_sriov_decodes(&cfg, 0, 0x30008000) == 0 &&
		   mock_sriov_decodes(&cfg, 0, 0x3000c000) == -1,
	   "VF 0 answers in its own BAR");
	ok(mock_sriov_decodes(&cfg, 2, 0x30010000) == 0 &&
		   mock_sriov_decodes(&cfg, 2, 0x30013fff) == 0 &&
		   mock_sriov_decodes(&cfg, 2, 0x3000ffff) == -1,
	   "VF 2 at base + 2 * size");
	ok(mock_sriov_decodes(&cfg, 1, 0x120010000) == 2,
	   "and above 4 GiB");
	ok(mock_config_write(&cfg, 0x1a4, 4, 0x30010000) == MOCK_CONFIG_VFS &&
		   mock_sriov_decodes(&cfg, 0, 0x30010000) == 0,
	   "software moves the BARs of all VFs");
	with = place;
	with.vf = true;
	with.bars[0] = (struct mock_config_bar){ .size = 0x4000,
						 .at = 0x30008000 };
	mock_config_init(&cfg, &ids, &with);
	ok(!bar_size(&cfg, 0x10), "the BARs of a VF itself are zero");
}

static void writes(void)
{
	struct mock_config cfg, before;

	mock_config_init(&cfg, &ids, &place);
	ok(mock_config_write(&cfg, 4, 2, 0xffff) == MOCK_CONFIG_NOTHING &&
		   mock_config_read(&cfg, 4, 2) == 0x0406,
	   "command: memory, bus master, INTx disable");
	mock_config_write(&cfg, 4, 4, 0xffff0000);
	ok(mock_config_read(&cfg, 4, 4) == 0x00110000, "status cannot be written");
	mock_config_write(&cfg, 0x10, 4, 0xffffffff);
	ok(!mock_config_read(&cfg, 0x10, 4), "a BAR has no size");
	mock_config_write(&cfg, 0x83, 2, 0xffff);
	ok(mock_config_read(&cfg, 0x80, 4) == 0x0240d809 &&
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

/* What writes may change: control bits, power state, VPD's registers. */
static bool rest_stays(const struct mock_config *cfg,
		       const struct mock_config *fresh)
{
	struct mock_config now = *cfg;

	if (mock_config_read(cfg, 0xc2, 2) & ~0x71U & 0xfe7f ||
	    (mock_config_read(cfg, 0xdc, 4) & ~3U) || mock_msi_pending(cfg))
		return false;
	memcpy(now.bytes + 0xc2, fresh->bytes + 0xc2, 0xd8 - 0xc2);
	memcpy(now.bytes + 0xdc, fresh->bytes + 0xdc, 4);
	memcpy(now.bytes + 0xe2, fresh->bytes + 0xe2, 6);
	if (mock_config_read(cfg, 0xf2, 2) & 0x3fff & ~2U)
		return false;
	memcpy(now.bytes + 0xf2, fresh->bytes + 0xf2, 2);
	return !memcmp(now.bytes + 0xc0, fresh->bytes + 0xc0,
		       MOCK_CONFIG_SIZE - 0xc0);
}

static void noise(void)
{
	struct mock_config_place where_it_is = place;
	struct mock_config cfg, fresh;
	unsigned long i, odd = 0, did[8] = { 0 }, read_only = 0;

	where_it_is.vectors = 1;
	where_it_is.msix = 3;
	where_it_is.msix_bar = 4;
	mock_config_init(&cfg, &ids, &where_it_is);
	mock_config_init(&fresh, &ids, &where_it_is);
	for (i = 0; i < WRITES; i++) {
		u32 size = 1U << rnd(3);
		/* Most of them where something is. */
		u32 span = rnd(4) ? 0x110 : MOCK_CONFIG_SIZE;
		u32 where = rnd(span - size + 1);
		enum mock_config_action action =
			mock_config_write(&cfg, where, size, rnd(1ULL << 32));

		did[action]++;
		if (action == MOCK_CONFIG_RESET)
			mock_config_reset(&cfg);
		if (i % 64)
			continue;
		odd += !capabilities_sane(&cfg);
		odd += mock_config_read(&cfg, 0, 4) != 0x56781234;
		odd += mock_config_read(&cfg, 4, 2) == 0xffff;
		odd += mock_config_read(&cfg, 0x49, 1) >> 7;
		odd += mock_msi_allocated(&cfg) != 1;
		odd += mock_config_read(&cfg, 0xf4, 4) != 4;
		read_only += !rest_stays(&cfg, &fresh);
	}
	ok(!odd, "%d random writes: it never says what is not so (%lu did)",
	   WRITES, odd);
	ok(!read_only, "and nothing beyond the registers changes (%lu did)",
	   read_only);
	ok(did[MOCK_CONFIG_RESET] && did[MOCK_CONFIG_START] &&
		   did[MOCK_CONFIG_INTERRUPT] && did[MOCK_CONFIG_PENDING],
	   "resets, starts and interrupts were among them");
}

/* 7.7.1: an MSI capability with 64-bit addresses and masks. */
static void interrupts(void)
{
	struct mock_config_place at = { .kind = MOCK_CONFIG_ENDPOINT,
					.vectors = 4 };
	struct mock_config cfg = made(at);

	ok(capabilities_are(&cfg, with_msi), "msi=4: an MSI capability");
	ok(mock_config_read(&cfg, 0xc2, 2) == 0x0184,
	   "four messages, 64 bits, masks");
	ok(mock_config_write(&cfg, 0xc2, 2, 0xffff) == MOCK_CONFIG_PENDING &&
		   mock_config_read(&cfg, 0xc2, 2) == 0x01f5,
	   "the driver enables it, and says how many it allocated");
	ok(mock_msi_allocated(&cfg) == 4,
	   "which is no more than the function has");
	mock_config_write(&cfg, 0xc2, 2, 0x11);
	ok(mock_msi_enabled(&cfg) && mock_msi_allocated(&cfg) == 2,
	   "or less");
	mock_config_write(&cfg, 0xc4, 4, 0xfee4d003);
	mock_config_write(&cfg, 0xc8, 4, 0x12345678);
	mock_config_write(&cfg, 0xcc, 4, 0xabcd4321);
	ok(mock_msi_address(&cfg) == 0x12345678fee4d000 &&
		   mock_config_read(&cfg, 0xcc, 4) == 0x4321,
	   "the address of the message, in double words, and its data");
	ok(mock_config_write(&cfg, 0xd0, 4, ~0U) == MOCK_CONFIG_PENDING &&
		   mock_msi_masked(&cfg) == 0xf,
	   "a mask bit for each vector");
	mock_config_write(&cfg, 0xd4, 4, ~0U);
	ok(!mock_msi_pending(&cfg), "pending bits cannot be written");
	mock_msi_set_pending(&cfg, 5);
	ok(mock_config_read(&cfg, 0xd4, 4) == 5, "but read");
	ok(mock_config_write(&cfg, 4, 2, 4) == MOCK_CONFIG_PENDING,
	   "Bus Master Enable may release what is pending");
	ok(mock_config_write(&cfg, 0xbc, 4, 0xffffff03) ==
			   MOCK_CONFIG_INTERRUPT &&
		   mock_config_read(&cfg, 0xbc, 4) == 3 &&
		   mock_engine_get(&cfg, MOCK_ENGINE_RAISE, 1) == 3 &&
		   mock_config_write(&cfg, 0xb8, 4, 0x0102) ==
			   MOCK_CONFIG_NOTHING,
	   "the register that raises an interrupt, apart from those that choose one");
	mock_config_reset(&cfg);
	ok(!mock_msi_enabled(&cfg) && !mock_msi_pending(&cfg) &&
		   !mock_msi_masked(&cfg),
	   "a reset disables, unmasks and forgets");

	at.vectors = 32;
	cfg = made(at);
	mock_config_write(&cfg, 0xd0, 4, ~0U);
	ok(mock_config_read(&cfg, 0xc2, 2) == 0x018a &&
		   mock_msi_masked(&cfg) == ~0U,
	   "32 messages");
	at.vectors = 0;
	cfg = made(at);
	mock_config_write(&cfg, 0xc2, 2, 0xffff);
	ok(capabilities_are(&cfg, plain) &&
		   !mock_config_read(&cfg, 0xc0, 4) && !mock_msi_enabled(&cfg),
	   "msi=0: none");
}

/* 7.5.1.1.3 and 7.5.1.1.4: Interrupt Disable, Interrupt Status. */
static void intx(void)
{
	struct mock_config_place at = { .vectors = 1, .intx = true };
	struct mock_config cfg = made(at);

	ok(mock_config_read(&cfg, 0x3d, 1) == 1, "intx=1: INTA");
	mock_config_write(&cfg, 0x3d, 1, 2);
	ok(mock_config_read(&cfg, 0x3d, 1) == 1, "the pin cannot be written");
	mock_config_write(&cfg, 4, 4, 0xffff0000);
	ok(!(mock_config_read(&cfg, 6, 2) & 8) && !mock_intx_asserted(&cfg),
	   "nothing is pending, whatever is written to Status");
	mock_intx_set_cause(&cfg, 5);
	ok(mock_config_read(&cfg, 6, 2) & 8 && mock_intx_asserted(&cfg),
	   "a cause: Interrupt Status, and without Bus Master Enable it is asserted");
	ok(mock_config_write(&cfg, 4, 2, 0x400) == MOCK_CONFIG_PENDING &&
		   mock_config_read(&cfg, 6, 2) & 8 && !mock_intx_asserted(&cfg),
	   "Interrupt Disable ends that, and leaves Interrupt Status");
	mock_config_write(&cfg, 4, 2, 0);
	ok(mock_config_write(&cfg, 0xba, 1, 1) == MOCK_CONFIG_PENDING &&
		   mock_config_read(&cfg, 0xba, 1) == 4 &&
		   mock_config_read(&cfg, 6, 2) & 8 && mock_intx_asserted(&cfg),
	   "a one clears a cause, and the other one is left");
	mock_config_write(&cfg, 0xb8, 4, 0x00000201);
	ok(mock_config_read(&cfg, 0xba, 1) == 4, "a zero clears none");
	mock_config_write(&cfg, 0xc2, 2, 1);
	ok(!mock_intx_asserted(&cfg) && mock_intx_pending(&cfg),
	   "MSI is enabled: INTx is not asserted");
	mock_config_write(&cfg, 0xc2, 2, 0);
	ok(mock_intx_asserted(&cfg), "MSI is disabled: INTx is");
	mock_config_write(&cfg, 0xdc, 2, 3);
	ok(!mock_intx_asserted(&cfg), "in D3hot it is not");
	mock_config_reset(&cfg);
	mock_intx_set_cause(&cfg, 4);
	mock_config_write(&cfg, 0xb8, 4, 0xffffffff);
	ok(!mock_config_read(&cfg, 0xba, 1) &&
		   !(mock_config_read(&cfg, 6, 2) & 8) && !mock_intx_asserted(&cfg),
	   "the last cause is cleared: Interrupt Status, too");
	mock_intx_set_cause(&cfg, 4);
	mock_config_reset(&cfg);
	ok(!mock_config_read(&cfg, 0xba, 1) && !(mock_config_read(&cfg, 6, 2) & 8),
	   "a reset clears all");
	at.intx = false;
	cfg = made(at);
	mock_intx_set_cause(&cfg, 7);
	ok(!mock_config_read(&cfg, 0x3d, 1) && !mock_config_read(&cfg, 0xba, 1) &&
		   !(mock_config_read(&cfg, 6, 2) & 8) && !mock_intx_asserted(&cfg),
	   "without intx= there is none of all that");
}

/* 7.7.2: MSI-X, with its table in a BAR. */
static void many_interrupts(void)
{
	struct mock_config_place at = { .kind = MOCK_CONFIG_INTEGRATED,
					.vectors = 1, .msix = 64,
					.msix_bar = 5 };
	struct mock_config cfg = made(at);

	ok(capabilities_are(&cfg, with_both), "MSI-X beside MSI");
	ok(mock_config_read(&cfg, 0xf2, 2) == 63 &&
		   mock_config_read(&cfg, 0xf4, 4) == 5 &&
		   mock_config_read(&cfg, 0xf8, 4) == 0x805,
	   "64 vectors; table and pending bits in BAR 5");
	ok(!mock_msix_enabled(&cfg) && !mock_msix_masked_all(&cfg), "it is off");
	ok(mock_config_write(&cfg, 0xf2, 2, 0xffff) == MOCK_CONFIG_PENDING &&
		   mock_config_read(&cfg, 0xf2, 2) == 0xc03f &&
		   mock_msix_enabled(&cfg) && mock_msix_masked_all(&cfg),
	   "the driver enables it, and masks all");
	ok(mock_config_write(&cfg, 0xf3, 1, 0x80) == MOCK_CONFIG_PENDING &&
		   mock_msix_enabled(&cfg) && !mock_msix_masked_all(&cfg),
	   "unmasked: what is pending may be sent");
	mock_config_write(&cfg, 0xf4, 4, ~0U);
	mock_config_write(&cfg, 0xf8, 4, ~0U);
	ok(mock_config_read(&cfg, 0xf4, 4) == 5 &&
		   mock_config_read(&cfg, 0xf8, 4) == 0x805,
	   "the places cannot be written");
	mock_config_reset(&cfg);
	ok(!mock_msix_enabled(&cfg), "a reset disables it");
	at.vectors = 0;
	at.msix = 1;
	cfg = made(at);
	ok(capabilities_are(&cfg, with_msix) &&
		   mock_config_read(&cfg, 0xf2, 2) == 0 &&
		   mock_config_write(&cfg, 4, 2, 4) == MOCK_CONFIG_PENDING,
	   "one vector of MSI-X, without MSI");
	at.msix = 0;
	cfg = made(at);
	mock_config_write(&cfg, 0xf2, 2, 0xffff);
	ok(capabilities_are(&cfg, plain) && !mock_msix_enabled(&cfg) &&
		   !mock_config_read(&cfg, 0xf0, 4),
	   "msix=0: none");
}

/* 7.5.2: D0 and D3hot. */
static void power(void)
{
	struct mock_config cfg =
		made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT });

	ok(mock_config_read(&cfg, 0xda, 2) == 3 &&
		   !mock_config_read(&cfg, 0xdc, 4),
	   "power management version 3: D0 and D3hot, no PME, D0 resets");
	mock_config_write(&cfg, 4, 2, 4);
	ok(mock_config_masters(&cfg), "in D0 with Bus Master Enable: DMA");
	ok(mock_config_write(&cfg, 0xdc, 2, 0xffff) == MOCK_CONFIG_NOTHING &&
		   mock_config_read(&cfg, 0xdc, 4) == 3 &&
		   !mock_config_powered(&cfg) && !mock_config_masters(&cfg),
	   "in D3hot: none, and no other bit is there");
	mock_config_write(&cfg, 0xdc, 2, 1);
	mock_config_write(&cfg, 0xdc, 1, 2);
	ok(mock_config_read(&cfg, 0xdc, 2) == 3, "D1 and D2 are ignored");
	mock_config_write(&cfg, 0xdd, 1, 0);
	ok(mock_config_read(&cfg, 0xdc, 2) == 3, "so is the other byte");
	ok(mock_config_write(&cfg, 0xdc, 1, 0) == MOCK_CONFIG_RESET,
	   "back in D0: a reset");
	ok(mock_config_write(&cfg, 0xdc, 1, 0) == MOCK_CONFIG_NOTHING,
	   "from D0 to D0: none");
	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_LEGACY });
	mock_config_write(&cfg, 0xdc, 1, 3);
	ok(mock_config_write(&cfg, 0xdc, 1, 0) == MOCK_CONFIG_NOTHING &&
		   mock_config_read(&cfg, 0xdc, 2) == 8,
	   "without PCI Express the state is kept, and the function says so");
	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ROOT_PORT });
	mock_config_write(&cfg, 0xdc, 1, 3);
	ok(mock_config_powered(&cfg), "a bridge has no power management");
}

/* A transfer of four bytes of Vital Product Data. */
static u32 vpd_at(struct mock_config *cfg, u32 where)
{
	mock_config_write(cfg, 0xe2, 2, where);
	return mock_config_read(cfg, 0xe2, 2) == (where | 0x8000) ?
		       mock_config_read(cfg, 0xe4, 4) : 0;
}

/* PCI 3.0, Appendix I. */
static void vpd(void)
{
	static const char want[] =
		"\x82\x0a\0iommu-mock\x90\x26\0PN\x0cIOMMU-MOCK-1SN\x10"
		"1122334455667788RV\x01";
	struct mock_config cfg = made(place);
	u8 bytes[MOCK_VPD_SIZE + 4], sum = 0;
	u32 i, value;

	for (i = 0; i < sizeof(bytes); i += 4) {
		value = vpd_at(&cfg, i);
		memcpy(bytes + i, &value, 4);
	}
	ok(!memcmp(bytes, want, sizeof(want) - 1),
	   "Vital Product Data: name, part number, serial number");
	for (i = 0; i < sizeof(want); i++)
		sum += bytes[i];
	ok(!sum && bytes[sizeof(want)] == 0x78, "a checksum, and the end");
	mock_config_write(&cfg, 0xe4, 4, 0x12345678);
	mock_config_write(&cfg, 0xe2, 2, 0x8004);
	ok(mock_config_read(&cfg, 0xe2, 2) == 4,
	   "a write ends as the kernel waits for it");
	memcpy(&value, bytes + 4, 4);
	ok(vpd_at(&cfg, 4) == value, "and has changed nothing");
	ok(!vpd_at(&cfg, 0x7ffc), "zeros past the end");
}

int main(void)
{
	identity();
	interrupts();
	intx();
	many_interrupts();
	power();
	vpd();
	bars();
	vf_bars();
	writes();
	noise();
	return done_testing();
}
