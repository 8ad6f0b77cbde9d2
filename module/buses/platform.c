// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dummy devices on the platform bus, and a driver that does nothing.
 *
 * The driver binds a device only if driver_override names it; docs/ABI.md shows
 * how, and the tool's "device bind" does it. The kernel uses a bound device, so
 * its group cannot be claimed.
 */
#include <linux/module.h>
#include <linux/platform_device.h>

#include "../kapi/kapi.h"
#include "../objects/objects.h"
#include "buses.h"

/* Marks our devices: no other device has this type. */
static const struct device_type mock_device_type = {
	.name = "iommu-mock",
};

static struct mock_device *platform_device_of(struct device *dev)
{
	struct mock_device **data;

	if (dev->type != &mock_device_type)
		return NULL;
	data = dev_get_platdata(dev);
	return *data;
}

static int platform_add(struct mock_device *mdev,
			const struct mock_device_spec *spec)
{
	char name[sizeof(MOCK_DEV_PREFIX) + MOCK_NAME_LEN];
	struct platform_device *pdev;
	int ret;

	snprintf(name, sizeof(name), "%s%s", MOCK_DEV_PREFIX, mdev->obj.name);
	pdev = platform_device_alloc(name, PLATFORM_DEVID_NONE);
	if (!pdev)
		return -ENOMEM;
	pdev->dev.type = &mock_device_type;
	ret = platform_device_add_data(pdev, &mdev, sizeof(mdev));
	if (ret)
		goto err_put;
	ret = kapi_device_prepare(&pdev->dev, &mdev->instance->unit);
	if (ret)
		goto err_put;
	mdev->dev = &pdev->dev;
	if (spec->pasids)
		ret = kapi_device_pasids(&pdev->dev, spec->pasids);
	if (ret)
		goto err_abandon;
	ret = platform_device_add(pdev);
	if (ret)
		goto err_pasids;
	return 0;

err_pasids:
	if (spec->pasids)
		kapi_device_no_pasids(&pdev->dev);
err_abandon:
	kapi_device_abandon(&pdev->dev);
err_put:
	mdev->dev = NULL;
	platform_device_put(pdev);
	return ret;
}

static void platform_del(struct mock_device *mdev)
{
	platform_device_unregister(to_platform_device(mdev->dev));
}

static const struct mock_bus_ops platform_ops = {
	.name = "platform",
	.add = platform_add,
	.del = platform_del,
	.of = platform_device_of,
};

static int client_probe(struct platform_device *pdev)
{
	/* Any device can have this driver_override, so accept only ours. */
	return platform_device_of(&pdev->dev) ? 0 : -ENODEV;
}

static struct platform_driver client_driver = {
	.probe = client_probe,
	.driver = {
		.name = MOCK_CLIENT_DRIVER,
	},
};

static int bus_event(struct notifier_block *nb, unsigned long event,
		     void *data)
{
	struct device *dev = data;
	struct mock_device *mdev = platform_device_of(dev);

	if (!mdev)
		return NOTIFY_DONE;
	if (event == BUS_NOTIFY_BOUND_DRIVER)
		mock_device_bound(mdev, dev->driver,
				  dev->driver != &client_driver.driver);
	else if (event == BUS_NOTIFY_UNBOUND_DRIVER)
		mock_device_unbound(mdev);
	return NOTIFY_OK;
}

static struct notifier_block bus_notifier = {
	.notifier_call = bus_event,
};

int mock_platform_init(void)
{
	int ret = platform_driver_register(&client_driver);

	mock_bus_register(MOCK_BUS_PLATFORM, &platform_ops);
	if (ret)
		return ret;
	ret = bus_register_notifier(&platform_bus_type, &bus_notifier);
	if (ret)
		platform_driver_unregister(&client_driver);
	return ret;
}

void mock_platform_exit(void)
{
	platform_driver_unregister(&client_driver);
	bus_unregister_notifier(&platform_bus_type, &bus_notifier);
}
