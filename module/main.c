// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts the rooms of the module from bottom to top, and stops them in reverse.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "buses/buses.h"
#include "kapi/kapi.h"
#include "knobs/knobs.h"
#include "objects/answers.h"
#include "objects/objects.h"

static unsigned int journal_entries = 16384;
module_param(journal_entries, uint, 0444);
MODULE_PARM_DESC(journal_entries,
		 "number of records that the journal keeps, 64 to 1048576 (16384)");

static char *bar_memory;
module_param(bar_memory, charp, 0444);
MODULE_PARM_DESC(bar_memory,
		 "memory for the BARs of PCI functions: block (the kernel gives up a memory block), or SIZE@START, a range that was reserved at boot (none)");

static int __init mock_init(void)
{
	int ret;

	if (journal_entries < 64 || journal_entries > 1048576) {
		pr_err("journal_entries must be 64 to 1048576, not %u\n",
		       journal_entries);
		return -EINVAL;
	}
	mock_registry_init();
	ret = mock_journal_init(journal_entries);
	if (ret)
		return ret;
	ret = mock_answers_init();
	if (ret)
		goto err_journal;
	ret = mock_dma_init();
	if (ret)
		goto err_answers;
	ret = kapi_init();
	if (ret)
		goto err_dma;
	ret = mock_platform_init();
	if (ret)
		goto err_kapi;
	ret = mock_pci_init(bar_memory);
	if (ret)
		goto err_platform;
	ret = mock_vdpa_init();
	if (ret)
		goto err_pci;
	ret = mock_knobs_init();
	if (ret)
		goto err_vdpa;
	return 0;

err_vdpa:
	mock_vdpa_exit();
err_pci:
	mock_pci_exit();
err_platform:
	mock_platform_exit();
err_kapi:
	kapi_exit();
err_dma:
	mock_dma_exit();
err_answers:
	mock_answers_exit();
err_journal:
	mock_journal_exit();
	return ret;
}

/*
 * Domains and claims pin the module, so no caller holds any object when this
 * function runs, and it may remove devices and instances. The drivers of our own
 * go first: that unbinds them from their devices, which may then be removed.
 */
static void __exit mock_exit(void)
{
	mock_vdpa_exit();
	mock_platform_exit();
	mock_knobs_exit();
	WARN_ON(mock_reset(true));
	mock_pci_exit();
	kapi_exit();
	mock_dma_exit();
	/*
	 * A task that has just dropped the last pin of the module may still run
	 * our code: mock_domain_destroy() after its module_put(), or the core
	 * that frees a static domain, see kapi_statics_leave(). Such a task
	 * does not sleep in our code. So when every task has slept, been in
	 * user space or been idle, no task is in our code.
	 */
	synchronize_rcu_tasks();
	/* Wait for the page tables that RCU callbacks free. */
	rcu_barrier();
	WARN_ON(mock_domain_tables_held());
	mock_answers_exit();
	mock_journal_exit();
}

module_init(mock_init);
module_exit(mock_exit);

MODULE_AUTHOR("The iommu-mock developers");
MODULE_DESCRIPTION("Mock IOMMU instances with configurable compatibility policies");
MODULE_LICENSE("GPL");
MODULE_VERSION(IOMMU_MOCK_VERSION);
