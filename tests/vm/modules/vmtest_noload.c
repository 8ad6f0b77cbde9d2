// SPDX-License-Identifier: GPL-2.0-only
// Refuses to load.
#include <linux/errno.h>
#include <linux/module.h>

static int __init vmtest_init(void)
{
	return -ENODEV;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: noload");
MODULE_LICENSE("GPL");
