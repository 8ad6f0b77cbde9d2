// SPDX-License-Identifier: GPL-2.0-only
/* Until 6.18: an MSI domain for PCI is made upon a domain of interrupts. */
#include <linux/irqdomain.h>
#include <linux/msi.h>

struct irq_domain *probe(struct fwnode_handle *fwnode,
			 struct msi_domain_info *info,
			 struct irq_domain *parent);
struct irq_domain *probe(struct fwnode_handle *fwnode,
			 struct msi_domain_info *info,
			 struct irq_domain *parent)
{
	return pci_msi_create_irq_domain(fwnode, info, parent);
}
