// SPDX-License-Identifier: GPL-2.0-only
// Stands in for iommu_mock and holds on to itself: it cannot be unloaded.
#include <linux/module.h>

static int __init vmtest_init(void)
{
	__module_get(THIS_MODULE);
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: pinned");
MODULE_LICENSE("GPL");
