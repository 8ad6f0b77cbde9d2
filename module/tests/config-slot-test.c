// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hot-plug slot of a root port: the numbers are those of the PCI Express Base
 * Specification, 6.7 and 7.5.3.
 */
#include "config-test.h"

/* The capability of PCI Express is at 0x40. */
enum {
	FLAGS = 0x42,
	LNKCAP = 0x4c,
	LNKSTA = 0x52,
	SLTCAP = 0x54,
	SLTCTL = 0x58,
	SLTSTA = 0x5a,
};

/* Bits of Slot Control, and of Slot Status. */
enum {
	ABPE = 0x1,
	PDCE = 0x8,
	HPIE = 0x20,
	POWER_OFF = 0x400,
	DLLSCE = 0x1000,
	ABP = 0x1,
	PDC = 0x8,
	PDS = 0x40,
	DLLSC = 0x100,
};

static u32 reg(const struct mock_config *cfg, u32 where)
{
	return mock_config_read(cfg, where, 2);
}

static struct mock_config port(enum mock_hotplug kind)
{
	return made((struct mock_config_place){ .kind = MOCK_CONFIG_ROOT_PORT,
						.vectors = 1,
						.hotplug = kind,
						.secondary = 0xf1 });
}

static void capability(void)
{
	struct mock_config cfg = port(MOCK_HOTPLUG_SURPRISE);

	ok(reg(&cfg, FLAGS) == 0x142 &&
		   mock_config_read(&cfg, SLTCAP, 4) == 0x078c0cfa,
	   "slot 241: power controller, indicators, surprise, 25 W, no command interrupts");
	ok(mock_config_read(&cfg, LNKCAP, 4) & 0x100000,
	   "the port tells whether the link is up");
	ok(reg(&cfg, SLTCTL) == 0x3c0 && !reg(&cfg, SLTSTA) &&
		   !(reg(&cfg, LNKSTA) & 0x2000) && !mock_slot_up(&cfg),
	   "an empty slot: indicators off, link down");
	cfg = port(MOCK_HOTPLUG_BUTTON);
	ok(mock_config_read(&cfg, SLTCAP, 4) == 0x078c0cdb,
	   "a button instead of surprises");
	cfg = port(MOCK_HOTPLUG_NONE);
	mock_config_write(&cfg, SLTCTL, 4, ~0U);
	ok(reg(&cfg, FLAGS) == 0x42 && !mock_config_read(&cfg, SLTCAP, 4) &&
		   !mock_config_read(&cfg, SLTCTL, 4) && mock_slot_up(&cfg) &&
		   !mock_slot_interrupts(&cfg),
	   "a port without: no slot, and the link is up");
}

static void card(void)
{
	struct mock_config cfg = port(MOCK_HOTPLUG_SURPRISE);

	ok(mock_slot_move_card(&cfg) && mock_slot_up(&cfg) &&
		   mock_slot_has_card(&cfg) &&
		   reg(&cfg, SLTSTA) == (PDC | PDS | DLLSC) &&
		   reg(&cfg, LNKSTA) == 0x2011,
	   "a card: present, and the link goes up");
	ok(mock_config_write(&cfg, SLTSTA, 2, PDC | PDS) == MOCK_CONFIG_NOTHING &&
		   reg(&cfg, SLTSTA) == (PDS | DLLSC),
	   "ones clear events, and nothing else");
	ok(mock_config_write(&cfg, SLTCTL, 2, POWER_OFF) == MOCK_CONFIG_LINK &&
		   !mock_slot_up(&cfg) && mock_slot_has_card(&cfg),
	   "power off: the link goes down, and the card is there");
	ok(mock_config_write(&cfg, SLTCTL, 2, POWER_OFF | 0x100) ==
			   MOCK_CONFIG_NOTHING &&
		   mock_slot_control(&cfg) == (POWER_OFF | 0x100),
	   "an indicator changes nothing else");
	ok(!mock_slot_move_card(&cfg) && !mock_slot_move_card(&cfg) &&
		   !mock_slot_up(&cfg),
	   "without power no card brings the link up");
	ok(mock_config_write(&cfg, SLTCTL + 1, 1, 0) == MOCK_CONFIG_LINK &&
		   mock_slot_up(&cfg),
	   "power on, by a write of one byte: up");
	ok(mock_slot_move_card(&cfg) && !mock_slot_up(&cfg) &&
		   !mock_slot_has_card(&cfg) && !(reg(&cfg, SLTSTA) & PDS),
	   "the card is pulled out: down");
	mock_config_write(&cfg, SLTCTL, 2, 0xffff);
	ok(reg(&cfg, SLTCTL) == 0x17e9,
	   "neither a latch nor commands have an interrupt");
}

static void events(void)
{
	struct mock_config cfg = port(MOCK_HOTPLUG_BUTTON);

	mock_slot_press(&cfg);
	ok(reg(&cfg, SLTSTA) == ABP && !mock_slot_interrupts(&cfg),
	   "the button, and nobody is to hear of it");
	mock_config_write(&cfg, SLTCTL, 2, HPIE | PDCE | DLLSCE);
	ok(!mock_slot_interrupts(&cfg), "of the button, that is");
	mock_config_write(&cfg, SLTCTL, 2, HPIE | ABPE);
	ok(mock_slot_interrupts(&cfg), "the button is enabled");
	mock_config_write(&cfg, SLTCTL, 2, ABPE);
	ok(!mock_slot_interrupts(&cfg), "without the interrupt of the slot");
	mock_config_write(&cfg, SLTSTA, 2, ABP);
	mock_config_write(&cfg, SLTCTL, 2, HPIE | ABPE | DLLSCE);
	mock_slot_move_card(&cfg);
	ok(mock_slot_interrupts(&cfg), "the link");
	mock_config_write(&cfg, SLTCTL, 2, HPIE | ABPE | 0x3c0);
	ok(!mock_slot_interrupts(&cfg), "an indicator does not enable it");
	mock_config_write(&cfg, SLTCTL, 2, HPIE | ABPE | DLLSCE);
	mock_config_write(&cfg, SLTSTA, 2, DLLSC);
	ok(!mock_slot_interrupts(&cfg), "the card is not enabled");
	mock_config_write(&cfg, SLTCTL, 2, HPIE | PDCE);
	ok(mock_slot_interrupts(&cfg), "now it is");
}

/* What a card keeps, and what not. */
static void power(void)
{
	struct mock_config cfg =
		made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT,
						 .vectors = 1, .aer = true });
	struct mock_config fresh = cfg;

	mock_config_write(&cfg, 0x84, 4, 0x55555555);
	mock_config_write(&cfg, 0x13c, 4, 0);
	mock_config_reset(&cfg);
	ok(!mock_config_read(&cfg, 0x13c, 4) && !mock_config_read(&cfg, 0x84, 4),
	   "a reset keeps sticky registers");
	mock_config_power_up(&cfg);
	mock_config_reset(&cfg);
	ok(!memcmp(cfg.bytes, fresh.bytes, sizeof(cfg.bytes)),
	   "power sets all of them anew");
}

int main(void)
{
	capability();
	card();
	events();
	power();
	return done_testing();
}
