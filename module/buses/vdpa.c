// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for our devices that makes a vDPA device of each, as the drivers of real
 * ones do. The kernel's vhost-vdpa is then a caller: it puts the device on a domain
 * for its user.
 *
 * As MOCK_CLIENT_DRIVER does, the driver binds a device only if driver_override names
 * it. While a device is bound, the module cannot be unloaded: the removal of a vDPA
 * device waits for its user.
 */
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "buses.h"

static void unmake_vdpa(void *dev)
{
	kapi_vdpa_del(dev);
}

static int make_vdpa(struct device *dev)
{
	int ret = kapi_vdpa_add(dev);

	return ret ?: devm_add_action_or_reset(dev, unmake_vdpa, dev);
}

/* Any device can have this driver_override, so both accept only ours. */
static int platform_probe(struct platform_device *pdev)
{
	return mock_bus_device(&pdev->dev) ? make_vdpa(&pdev->dev) : -ENODEV;
}

static int function_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret = mock_bus_device(&pdev->dev) ? pcim_enable_device(pdev) :
						-ENODEV;

	if (ret)
		return ret;
	pci_set_master(pdev);
	return make_vdpa(&pdev->dev);
}

static struct platform_driver platform_parent = {
	.probe = platform_probe,
	.driver = {
		.name = MOCK_VDPA_DRIVER,
	},
};

static struct pci_driver function_parent = {
	.name = MOCK_VDPA_DRIVER,
	.probe = function_probe,
};

/* On a kernel without vDPA there is no such driver. */
int mock_vdpa_init(void)
{
	int ret;

	if (!kapi_has_vdpa())
		return 0;
	ret = platform_driver_register(&platform_parent);
	if (ret)
		return ret;
	ret = pci_register_driver(&function_parent);
	if (ret)
		platform_driver_unregister(&platform_parent);
	return ret;
}

void mock_vdpa_exit(void)
{
	if (!kapi_has_vdpa())
		return;
	pci_unregister_driver(&function_parent);
	platform_driver_unregister(&platform_parent);
}
