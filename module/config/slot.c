// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hot-plug slot of a root port: PCI Express Base Specification, 6.7 and 7.5.3.9 to
 * 7.5.3.11. It has a power controller, two indicators, no latch, and maybe an attention
 * button. A command is completed at once, which the port does not tell (No Command
 * Completed Support).
 */
#include <linux/pci_regs.h>

#include "space.h"

#define SLTCAP (MOCK_CONFIG_EXPRESS + PCI_EXP_SLTCAP)
#define SLTCTL (MOCK_CONFIG_EXPRESS + PCI_EXP_SLTCTL)
#define SLTSTA (MOCK_CONFIG_EXPRESS + PCI_EXP_SLTSTA)
#define LNKSTA (MOCK_CONFIG_EXPRESS + PCI_EXP_LNKSTA)

/* The slot power limit: 25 W. */
#define WATTS 25U

#define CAPABILITIES (PCI_EXP_SLTCAP_PCP | PCI_EXP_SLTCAP_AIP |	\
		      PCI_EXP_SLTCAP_PIP | PCI_EXP_SLTCAP_HPC |	\
		      PCI_EXP_SLTCAP_NCCS)

/* The events, in Slot Status. */
#define EVENTS (PCI_EXP_SLTSTA_ABP | PCI_EXP_SLTSTA_PDC | PCI_EXP_SLTSTA_DLLSC)

static const struct mock_field fields[] = {
	{ SLTCTL, PCI_EXP_SLTCTL_ABPE | PCI_EXP_SLTCTL_PDCE |
			  PCI_EXP_SLTCTL_HPIE | PCI_EXP_SLTCTL_AIC |
			  PCI_EXP_SLTCTL_PIC | PCI_EXP_SLTCTL_PCC |
			  PCI_EXP_SLTCTL_DLLSCE },
	{ }
};

static const struct mock_field status_fields[] = {
	{ SLTSTA, EVENTS },
	{ }
};

/*
 * An empty slot: it has power, which software takes away, and both indicators are off. The
 * number of the slot, which has to be unique, is that of the bus.
 */
void mock_put_slot(struct mock_config *cfg)
{
	u32 kind = cfg->place.hotplug == MOCK_HOTPLUG_BUTTON ?
			   PCI_EXP_SLTCAP_ABP : PCI_EXP_SLTCAP_HPS;

	if (!cfg->place.hotplug)
		return;
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_FLAGS, 2,
	    get(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_FLAGS, 2) |
		    PCI_EXP_FLAGS_SLOT);
	put(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCAP, 4,
	    get(cfg, MOCK_CONFIG_EXPRESS + PCI_EXP_LNKCAP, 4) |
		    PCI_EXP_LNKCAP_DLLLARC);
	put(cfg, SLTCAP, 4,
	    CAPABILITIES | kind | WATTS << 7 | cfg->place.secondary << 19);
	put(cfg, SLTCTL, 2,
	    PCI_EXP_SLTCTL_ATTN_IND_OFF | PCI_EXP_SLTCTL_PWR_IND_OFF);
}

u8 mock_slot_writable(const struct mock_config *cfg, u32 where)
{
	return cfg->place.hotplug ? mock_field_bits(fields, where) : 0;
}

u8 mock_slot_clearable(const struct mock_config *cfg, u32 where)
{
	return cfg->place.hotplug ? mock_field_bits(status_fields, where) : 0;
}

bool mock_slot_up(const struct mock_config *cfg)
{
	return !cfg->place.hotplug ||
	       get(cfg, LNKSTA, 2) & PCI_EXP_LNKSTA_DLLLA;
}

/* The link is up while there is a card with power. Return whether this has changed. */
static bool update_link(struct mock_config *cfg)
{
	u32 control = get(cfg, SLTCTL, 2), status = get(cfg, SLTSTA, 2);
	bool up = status & PCI_EXP_SLTSTA_PDS && !(control & PCI_EXP_SLTCTL_PCC);

	if (up == mock_slot_up(cfg))
		return false;
	put(cfg, LNKSTA, 2, get(cfg, LNKSTA, 2) ^ PCI_EXP_LNKSTA_DLLLA);
	put(cfg, SLTSTA, 2, status | PCI_EXP_SLTSTA_DLLSC);
	return true;
}

/* A write has reached these bytes. Return whether the link went up or down. */
bool mock_slot_written(struct mock_config *cfg, u32 where, u32 size)
{
	return cfg->place.hotplug &&
	       reaches(where, size, SLTCTL, 2) && update_link(cfg);
}

bool mock_slot_has_card(const struct mock_config *cfg)
{
	return get(cfg, SLTSTA, 2) & PCI_EXP_SLTSTA_PDS;
}

bool mock_slot_move_card(struct mock_config *cfg)
{
	put(cfg, SLTSTA, 2,
	    (get(cfg, SLTSTA, 2) ^ PCI_EXP_SLTSTA_PDS) | PCI_EXP_SLTSTA_PDC);
	return update_link(cfg);
}

void mock_slot_press(struct mock_config *cfg)
{
	put(cfg, SLTSTA, 2, get(cfg, SLTSTA, 2) | PCI_EXP_SLTSTA_ABP);
}

u32 mock_slot_control(const struct mock_config *cfg)
{
	return get(cfg, SLTCTL, 2);
}

/* 6.7.3.4: is there an event that is enabled? */
bool mock_slot_interrupts(const struct mock_config *cfg)
{
	u32 control = get(cfg, SLTCTL, 2), enabled = 0;

	if (!cfg->place.hotplug || !(control & PCI_EXP_SLTCTL_HPIE))
		return false;
	if (control & PCI_EXP_SLTCTL_ABPE)
		enabled |= PCI_EXP_SLTSTA_ABP;
	if (control & PCI_EXP_SLTCTL_PDCE)
		enabled |= PCI_EXP_SLTSTA_PDC;
	if (control & PCI_EXP_SLTCTL_DLLSCE)
		enabled |= PCI_EXP_SLTSTA_DLLSC;
	return get(cfg, SLTSTA, 2) & enabled;
}
