// SPDX-License-Identifier: GPL-2.0-only
/* PCI root buses of our own, and what says that interrupts are isolated. */
#include <linux/irqdomain.h>
#include <linux/msi.h>
#include <linux/pci.h>

#include "../objects/objects.h"
#include "internal.h"

/* ---- root buses ----------------------------------------------------------- */

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

/* ---- isolation of interrupts ------------------------------------------------ */

#if HAVE_ISOLATED_MSI

/* A domain that isolates: no interrupt of ours can be allocated in it at all. */
static struct irq_domain *isolated;
static struct fwnode_handle *isolated_fwnode;

static const struct irq_domain_ops isolated_ops = { };

int kapi_pci_init(void)
{
	isolated_fwnode = irq_domain_alloc_named_fwnode("iommu-mock-msi");
	if (!isolated_fwnode)
		return -ENOMEM;
	isolated = irq_domain_create_tree(isolated_fwnode, &isolated_ops,
					  NULL);
	if (!isolated) {
		irq_domain_free_fwnode(isolated_fwnode);
		return -ENOMEM;
	}
	isolated->flags |= IRQ_DOMAIN_FLAG_ISOLATED_MSI;
	return 0;
}

void kapi_pci_exit(void)
{
	irq_domain_remove(isolated);
	irq_domain_free_fwnode(isolated_fwnode);
}

/*
 * Not isolated: none at all. The one that the core found for the bus may be
 * isolated, behind real interrupt remapping.
 */
void kapi_pci_isolate_msi(struct device *dev, bool isolate)
{
	dev_set_msi_domain(dev, isolate ? isolated : NULL);
}

bool kapi_msi_isolated(const struct mock_device *mdev, enum iommu_cap cap)
{
	return false;
}

#else

int kapi_pci_init(void)
{
	return 0;
}

void kapi_pci_exit(void)
{
}

void kapi_pci_isolate_msi(struct device *dev, bool isolate)
{
}

#if !HAVE_CAP_INTR_REMAP
#error "unknown IOMMU API: nothing says whether interrupts are isolated"
#endif

bool kapi_msi_isolated(const struct mock_device *mdev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_INTR_REMAP && (!mdev || mdev->isolated);
}

#endif /* HAVE_ISOLATED_MSI */
