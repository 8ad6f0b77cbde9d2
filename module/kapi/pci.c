// SPDX-License-Identifier: GPL-2.0-only
/* PCI root buses of our own. */
#include <linux/pci.h>
#include <linux/pci-ecam.h>

#include "../objects/objects.h"
#include "internal.h"

/*
 * Of one PCI domain, above those of firmware (16 bits, few) and below those
 * of VMD (from 0x10000 on). The core remembers each domain it ever saw, so it
 * is always the same.
 */
#define PCI_DOMAIN 0x4d4f

bool kapi_has_sriov(void)
{
	return IS_ENABLED(CONFIG_PCI_IOV);
}

#ifdef CONFIG_PCI_IOV

int kapi_vf_resource(unsigned int bar)
{
	return PCI_IOV_RESOURCES + bar;
}

#else

/* No function has VFs, so nobody asks. */
int kapi_vf_resource(unsigned int bar)
{
	return -EOPNOTSUPP;
}

#endif

#if defined(CONFIG_X86)

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

void kapi_pci_root_free(struct pci_host_bridge *bridge)
{
	pci_free_host_bridge(bridge);
}

#elif defined(CONFIG_ARM64) && HAVE_BRIDGE_DOMAIN_NR

/*
 * With ACPI, the architecture takes the private data of a root bus for a window
 * of configuration space. One without a parent has no ACPI device.
 */
static struct pci_config_window window;

bool kapi_pci_possible(void)
{
	return true;
}

struct pci_bus *kapi_pci_root_bus(unsigned int number, struct pci_ops *ops,
				  struct list_head *resources)
{
	struct pci_host_bridge *bridge;

	if (pci_find_bus(PCI_DOMAIN, number))
		return NULL;
	bridge = pci_alloc_host_bridge(0);
	if (!bridge)
		return NULL;
	list_splice_init(resources, &bridge->windows);
	bridge->sysdata = &window;
	bridge->busnr = number;
	bridge->ops = ops;
	bridge->domain_nr = PCI_DOMAIN;
	if (pci_scan_root_bus_bridge(bridge)) {
		kapi_pci_root_free(bridge);
		return NULL;
	}
	return bridge->bus;
}

/*
 * Where the core allocates numbers of emulated domains (7.x), it takes back the
 * number of each bridge that has one, and warns of one that it did not allocate.
 */
void kapi_pci_root_free(struct pci_host_bridge *bridge)
{
	bridge->domain_nr = PCI_DOMAIN_NR_NOT_SET;
	pci_free_host_bridge(bridge);
}

#else

/* What stands for this elsewhere differs, and has not been tried. */
bool kapi_pci_possible(void)
{
	return false;
}

struct pci_bus *kapi_pci_root_bus(unsigned int number, struct pci_ops *ops,
				  struct list_head *resources)
{
	return NULL;
}

void kapi_pci_root_free(struct pci_host_bridge *bridge)
{
}

#endif /* CONFIG_X86, CONFIG_ARM64 */
