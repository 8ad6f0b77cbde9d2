// SPDX-License-Identifier: GPL-2.0-only
// Never returns from its load, with interrupts on: only the time limit ends it.
#include <asm/processor.h>
#include <linux/module.h>

static int __init vmtest_init(void)
{
	for (;;)
		cpu_relax();
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: hang");
MODULE_LICENSE("GPL");
