// SPDX-License-Identifier: GPL-2.0-only
// Loads and unloads quietly: the VM's verdict must be green.
#include <linux/module.h>

static int __init vmtest_init(void)
{
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: good");
MODULE_LICENSE("GPL");
