// SPDX-License-Identifier: GPL-2.0-only
/* PCI root buses of our own. */
#include <linux/pci.h>

#include "../objects/objects.h"
#include "internal.h"

#ifdef CONFIG_X86

/*
 * Of one PCI domain, above those of firmware (16 bits, few) and below those
 * of VMD (from 0x10000 on). The core remembers each domain it ever saw, so it
 * is always the same.
 */
#define PCI_DOMAIN 0x4d4f

/* Read by the architecture as long as there is a bus. */
static struct pci_sysdata sysdata = {
	.domain = PCI_DOMAIN,
	.node = NUMA_NO_NODE,
};

bool kapi_pci_possible(void)
{
	return true;
}

struct pci_bus *kapi_pci_root_bus(unsigned int number, struct pci_ops *ops,
				  struct list_head *resources)
{
	if (pci_find_bus(PCI_DOMAIN, number))
		return NULL;
	return pci_scan_root_bus(NULL, number, ops, &sysdata, resources);
}

#else

/* What stands for pci_sysdata elsewhere differs, and has not been tried. */
bool kapi_pci_possible(void)
{
	return false;
}

struct pci_bus *kapi_pci_root_bus(unsigned int number, struct pci_ops *ops,
				  struct list_head *resources)
{
	return NULL;
}

#endif /* CONFIG_X86 */
