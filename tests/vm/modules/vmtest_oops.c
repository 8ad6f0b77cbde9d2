// SPDX-License-Identifier: GPL-2.0-only
// Follows a bad pointer on load.
#include <linux/compiler.h>
#include <linux/module.h>

static int __init vmtest_init(void)
{
	return READ_ONCE(*(int *)0x18);
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: oops");
MODULE_LICENSE("GPL");
