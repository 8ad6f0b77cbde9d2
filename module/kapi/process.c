// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of processes: looking pages up, and hearing of changes. A domain of a
 * process has one of these.
 */
#include "internal.h"

#if KAPI_SVA

#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "../objects/objects.h"

/**
 * struct kapi_process - the memory of a process
 * @notifier: tells of changes, from kapi_process_begin() to kapi_process_end()
 * @mm: the memory, with a reference that does not keep the process's mappings
 * @dom: the domain, which contains the pointer to this
 */
struct kapi_process {
	struct mmu_notifier notifier;
	struct mm_struct *mm;
	struct mock_domain *dom;
};

static struct mock_domain *domain_of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct kapi_process, notifier)->dom;
}

/*
 * The core also tells of the kernel's own addresses (iommu_sva_invalidate_kva_range()),
 * of which no instance has an entry. Context: often under a lock of page tables.
 */
static void changed(struct mmu_notifier *notifier, struct mm_struct *mm,
		    unsigned long start, unsigned long end)
{
	bool all = end == ULONG_MAX || end <= start;

	mock_process_changed(domain_of(notifier), all ? 0 : start,
			     all ? 0 : end - start);
}

/*
 * The process ends: its memory goes, and the kernel tells no more. Walks find
 * nothing from now on, since nobody uses the memory (mmget_not_zero()).
 */
static void ended(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	mock_process_changed(domain_of(notifier), 0, 0);
}

static const struct mmu_notifier_ops notifier_ops = {
	.release = ended,
	.arch_invalidate_secondary_tlbs = changed,
};

/* Give a domain the memory of a process that runs. Context: process. */
int kapi_process_begin(struct mock_domain *dom, struct mm_struct *mm)
{
	struct kapi_process *process = kzalloc(sizeof(*process),
					       GFP_KERNEL_ACCOUNT);
	int ret;

	if (!process)
		return -ENOMEM;
	process->notifier.ops = &notifier_ops;
	process->mm = mm;
	process->dom = dom;
	ret = mmu_notifier_register(&process->notifier, mm);
	if (ret) {
		kfree(process);
		return ret;
	}
	mmgrab(mm);
	dom->process = process;
	return 0;
}

/* The domain is freed: when this function has returned, nobody tells of changes. */
void kapi_process_end(struct mock_domain *dom)
{
	mmu_notifier_unregister(&dom->process->notifier, dom->process->mm);
}

void kapi_process_free(struct kapi_process *process)
{
	mmdrop(process->mm);
	kfree(process);
}

/* FOLL_NOFAULT: a device does not bring pages in by itself. */
static struct page *look(struct mm_struct *mm, u64 addr, bool write)
{
	unsigned int flags = FOLL_NOFAULT | (write ? FOLL_WRITE : 0);
	struct page *page = NULL;

	mmap_read_lock(mm);
	if (get_user_pages_remote(mm, addr, 1, flags, &page, NULL) != 1)
		page = NULL;
	mmap_read_unlock(mm);
	if (page)
		put_page(page);
	return page;
}

struct page *kapi_process_page(struct kapi_process *process, u64 addr,
			       bool write)
{
	struct page *page;

	if (!mmget_not_zero(process->mm))
		return NULL;
	page = look(process->mm, addr, write);
	mmput(process->mm);
	return page;
}

#else /* no SVA: no domain is one of a process */

void kapi_process_free(struct kapi_process *process)
{
}

struct page *kapi_process_page(struct kapi_process *process, u64 addr,
			       bool write)
{
	return NULL;
}

#endif /* KAPI_SVA */
