// SPDX-License-Identifier: GPL-2.0-only
/* 5.15: a host bridge has the number of its PCI domain, whatever its firmware. */
#include <linux/pci.h>

void probe(struct pci_host_bridge *bridge);
void probe(struct pci_host_bridge *bridge)
{
	bridge->domain_nr = 1;
}
