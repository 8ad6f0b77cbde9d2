// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller: which pages did devices write? It does what iommufd does
 * for HWPT_SET_DIRTY_TRACKING and HWPT_GET_DIRTY_BITMAP.
 */
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"

/**
 * struct look - one look at the dirty bits of a range
 * @clear: clear them
 * @gather: what has to be invalidated for that
 * @list: gets the pages; NULL: they are cleared only
 */
struct look {
	bool clear;
	struct iommu_iotlb_gather gather;
	struct mock_dirty_list *list;
};

static void found(void *arg, u64 iova, u64 size)
{
	struct mock_dirty_list *list = arg;
	struct mock_dirty_range *last;

	last = list->count ? &list->ranges[list->count - 1] : NULL;
	if (last && last->iova + last->size == iova) {
		last->size += size;
		return;
	}
	if (WARN_ON_ONCE(list->count == list->max))
		return;
	list->ranges[list->count++] = (struct mock_dirty_range){ iova, size };
}

static int look_at(struct mock_domain *dom, u64 iova, u64 size, void *arg)
{
	struct look *look = arg;

	return kapi_dirty_read(&dom->domain, iova, size, look->clear,
			       &look->gather, look->list ? found : NULL,
			       look->list);
}

/* Look at what is mapped in a range; @look->gather is done with afterwards. */
static int look(struct mock_domain *dom, u64 iova, u64 size, struct look *look)
{
	int ret;

	lockdep_assert_held(&dom->maps_lock);
	iommu_iotlb_gather_init(&look->gather);
	ret = mock_maps_each(dom, iova, size, look_at, look);
	if (look->clear)
		iommu_iotlb_sync(&dom->domain, &look->gather);
	return ret;
}

static int check(struct mock_domain *dom)
{
	if (dom->dirty)
		return 0;
	return mock_fail(-EOPNOTSUPP, "%s was not made to track writes: make it with dirty=1",
			 dom->obj.name);
}

/**
 * mock_caller_track() - track the writes of devices from now on, or no more
 * @dom: a domain of the in-kernel caller
 * @on: track them; all pages are clean then
 *
 * Return: 0; -EOPNOTSUPP if the domain was not made for that; the errno of the
 * driver.
 */
int mock_caller_track(struct mock_domain *dom, bool on)
{
	struct look clear = { .clear = true };
	int ret = check(dom);

	if (!ret) {
		mutex_lock(&dom->maps_lock);
		if (on)
			ret = look(dom, 0, 0, &clear);
		if (!ret)
			ret = kapi_dirty_track(&dom->domain, on);
		mutex_unlock(&dom->maps_lock);
	}
	mock_caller_record(on ? "dirty_on" : "dirty_off", dom->obj.name, "",
			   ret);
	return ret;
}

/* Each page can be a range: a page that is found must not be lost for memory. */
static int count_pages(struct mock_domain *dom, u64 iova, u64 size, void *arg)
{
	struct mock_dirty_list *list = arg;
	u64 end = iova + size;
	struct pgt_leaf leaf;

	while (iova < end && mock_domain_walk(dom, iova, &leaf) &&
	       leaf.iova < end) {
		list->max++;
		iova = leaf.iova + leaf.size;
		cond_resched();
	}
	return 0;
}

static int read_locked(struct mock_domain *dom, u64 iova, u64 size, bool clear,
		       struct mock_dirty_list *list)
{
	struct look at = { .clear = clear, .list = list };

	lockdep_assert_held(&dom->maps_lock);
	/* Only mock_caller_track() changes that, under the same lock. */
	if (!dom->tracking)
		return mock_fail(-EINVAL, "%s does not track writes now: turn that on",
				 dom->obj.name);
	mock_maps_each(dom, iova, size, count_pages, list);
	/* A range that is not empty for the driver to refuse. */
	list->ranges = kvmalloc_array(list->max + 1, sizeof(*list->ranges),
				      GFP_KERNEL_ACCOUNT);
	return list->ranges ? look(dom, iova, size, &at) : -ENOMEM;
}

/**
 * mock_caller_read_dirty() - which pages did devices write?
 * @dom: a domain of the in-kernel caller
 * @iova: first address
 * @size: bytes; 0: all that is mapped from there on
 * @clear: the pages are clean afterwards
 * @list: filled in if the function returns 0
 *
 * Return: 0; -EOPNOTSUPP if the domain was not made for that; -EINVAL if no
 * writes are tracked, or for a range that wraps; -ENOMEM.
 */
int mock_caller_read_dirty(struct mock_domain *dom, u64 iova, u64 size,
			   bool clear, struct mock_dirty_list *list)
{
	int ret = check(dom);

	*list = (struct mock_dirty_list){ };
	if (!ret && size && iova + (size - 1) < iova)
		ret = mock_fail(-EINVAL, "0x%llx bytes at 0x%llx are no range of addresses",
				size, iova);
	if (!ret) {
		mutex_lock(&dom->maps_lock);
		ret = read_locked(dom, iova, size, clear, list);
		mutex_unlock(&dom->maps_lock);
	}
	if (ret) {
		kvfree(list->ranges);
		*list = (struct mock_dirty_list){ };
	}
	mock_caller_record(clear ? "dirty_read" : "dirty_peek", dom->obj.name,
			   "", ret);
	return ret;
}
