// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before 6.8 a bus has one IOMMU driver, found through bus->iommu_ops.
 *
 * The core never clears that pointer (H1), and bus_set_iommu() adds a
 * notifier that it never removes (H2). So the pointer is set once, at load,
 * and cleared at unload, but only if it is ours.
 */
#include "internal.h"
#if HAVE_BUS_IOMMU_OPS

#include <linux/pci.h>
#include <linux/platform_device.h>
#ifdef CONFIG_ARM_AMBA
#include <linux/amba/bus.h>
#endif
#ifdef CONFIG_FSL_MC_BUS
#include <linux/fsl/mc.h>
#endif
#ifdef CONFIG_TEGRA_HOST1X_CONTEXT_BUS
#include <linux/host1x_context_bus.h>
#endif
#ifdef CONFIG_CDX_BUS
#include <linux/cdx/cdx_bus.h>
#endif

/*
 * Every bus that a core of this generation knows (iommu_buses[] in iommu.c):
 * since 6.1 it sets the pointers of all of them, also of those on which we have
 * no device, and probes the devices of all of them.
 */
static struct bus_type *const buses[] = {
	&platform_bus_type,
	&pci_bus_type,
#ifdef CONFIG_ARM_AMBA
	&amba_bustype,
#endif
#ifdef CONFIG_FSL_MC_BUS
	&fsl_mc_bus_type,
#endif
#ifdef CONFIG_TEGRA_HOST1X_CONTEXT_BUS
	&host1x_context_device_bus_type,
#endif
#ifdef CONFIG_CDX_BUS
	&cdx_bus_type,
#endif
};

static bool is_foreign(const struct iommu_ops *ops)
{
	return ops && !kapi_is_ours(ops);
}

static int refuse_real_driver(void)
{
	bool foreign = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		foreign |= is_foreign(buses[i]->iommu_ops);
	if (!foreign)
		return 0;
	pr_err("an IOMMU driver is active, and this kernel allows one only: boot with it switched off\n");
	return -EBUSY;
}

static void clear_ours(struct iommu_ops *ops)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		if (buses[i]->iommu_ops == ops)
			buses[i]->iommu_ops = NULL;
}

#if HAVE_BUS_SET_IOMMU

/* The device that tells whether the core still listens on the bus. */
static struct device *canary;
static bool canary_seen;

void kapi_bus_canary(struct device *dev)
{
	if (dev == canary)
		canary_seen = true;
}

/*
 * Is the notifier of an earlier load still there? If it is, the core asks
 * our probe_device about each device that is added, be it only to hear no.
 */
static int find_notifier(void)
{
	struct platform_device *pdev;
	int ret;

	pdev = platform_device_alloc("iommu-mock-canary", PLATFORM_DEVID_NONE);
	if (!pdev)
		return -ENOMEM;
	canary_seen = false;
	canary = &pdev->dev;
	ret = platform_device_add(pdev);
	if (!ret)
		platform_device_del(pdev);
	canary = NULL;
	platform_device_put(pdev);
	return ret;
}

int kapi_bus_init(struct iommu_ops *ops)
{
	int ret = refuse_real_driver();

	if (ret)
		return ret;
	/* Both buses had theirs set at the same load, or neither. */
	platform_bus_type.iommu_ops = ops;
	pci_bus_type.iommu_ops = ops;
	ret = find_notifier();
	if (ret || canary_seen)
		goto out;
	clear_ours(ops);
	ret = bus_set_iommu(&platform_bus_type, ops);
	if (!ret)
		ret = bus_set_iommu(&pci_bus_type, ops);
out:
	if (ret)
		clear_ours(ops);
	return ret;
}

#else /* the core sets the pointers when an instance is registered */

void kapi_bus_canary(struct device *dev)
{
}

int kapi_bus_init(struct iommu_ops *ops)
{
	return refuse_real_driver();
}

#endif /* HAVE_BUS_SET_IOMMU */

static int do_nothing(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	return NOTIFY_DONE;
}

/*
 * The core probes from a notifier of each bus. Changing the list of notifiers
 * waits for those that are being called, and so for a probe that has seen our
 * callbacks.
 */
static void wait_for_probes(void)
{
	struct notifier_block nb = { .notifier_call = do_nothing };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		if (!bus_register_notifier(buses[i], &nb))
			bus_unregister_notifier(buses[i], &nb);
}

void kapi_bus_exit(struct iommu_ops *ops)
{
	clear_ours(ops);
	wait_for_probes();
}

#else

void kapi_bus_canary(struct device *dev)
{
}

#endif /* HAVE_BUS_IOMMU_OPS */
