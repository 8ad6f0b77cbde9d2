// SPDX-License-Identifier: GPL-2.0-only
// Runs on load into a breakpoint that nobody knows.
#include <linux/module.h>

static int __init vmtest_init(void)
{
	asm volatile("int3");
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: breakpoint");
MODULE_LICENSE("GPL");
