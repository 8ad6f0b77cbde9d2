// SPDX-License-Identifier: GPL-2.0-only
// Resets the machine without a word: silence must not pass for success.
#include <linux/reboot.h>
#include <linux/module.h>

static int __init vmtest_init(void)
{
	emergency_restart();
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: die");
MODULE_LICENSE("GPL");
