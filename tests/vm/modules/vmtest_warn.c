// SPDX-License-Identifier: GPL-2.0-only
// Warns on load: the VM's verdict must be red although the load succeeds.
#include <linux/bug.h>
#include <linux/module.h>

static int __init vmtest_init(void)
{
	WARN(1, "vmtest: a warning on purpose\n");
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: warn");
MODULE_LICENSE("GPL");
