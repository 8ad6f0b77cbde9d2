// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links: what ties the address spaces of devices to domains.
 *
 * A device has an address space for its DMA without a PASID, and one for each
 * PASID. PASID 0 stands for the first of these. That one can also be on a
 * static domain; a PASID without a link is blocked.
 */
#include <linux/slab.h>

#include "objects.h"

static struct mock_unit_use *find_unit_locked(struct mock_domain *dom,
					      struct mock_instance *inst)
{
	struct mock_unit_use *use;

	lockdep_assert_held(&dom->lock);
	list_for_each_entry(use, &dom->units, node)
		if (use->instance == inst)
			return use;
	return NULL;
}

/*
 * Put a device on a domain; uses up @spare if the instance is new to the
 * domain.
 */
void mock_link_add_locked(struct mock_domain *dom, struct mock_link *link,
			  struct mock_unit_use **spare)
{
	struct mock_instance *inst = link->device->instance;
	struct mock_unit_use *use = find_unit_locked(dom, inst);

	lockdep_assert_held(&dom->lock);
	link->instance = inst;
	kref_get(&inst->obj.ref);

	if (!use) {
		use = *spare;
		*spare = NULL;
		use->instance = inst;
		use->seq = ++dom->last_use;
		list_add_tail(&use->node, &dom->units);
	}
	use->devices++;
	link->domain = dom;
	kref_get(&dom->obj.ref);
	INIT_LIST_HEAD(&link->space);
	list_add_tail(&link->node, &dom->devices);
}

/**
 * mock_domain_drop_link() - take a device off a domain
 * @link: the link; no pointer to it is left
 * @dead: list that gets the link; pass it to mock_domain_bury() without the
 *        lock
 *
 * The function first waits for the device's last access, and then takes the
 * instance off the domain's list. The order matters: an unmap does not wait for
 * an instance that is not on the list.
 */
void mock_domain_drop_link(struct mock_link *link, struct list_head *dead)
{
	struct mock_domain *dom = link->domain;
	struct mock_unit_use *use;

	lockdep_assert_held(&dom->lock);
	use = find_unit_locked(dom, link->instance);
	use->devices--;
	mock_domain_left(dom, link->instance, !use->devices);
	if (!use->devices) {
		list_del(&use->node);
		kfree(use);
	}
	list_move(&link->node, dead);
}

/* Free the links of @dead, and drop their references. */
void mock_domain_bury(struct list_head *dead)
{
	struct mock_link *link, *tmp;

	list_for_each_entry_safe(link, tmp, dead, node) {
		mock_obj_put(&link->instance->obj);
		mock_obj_put(&link->domain->obj);
		kfree(link);
	}
}

/**
 * mock_link_find() - the link of an address space
 * @mdev: the device
 * @pasid: its PASID, or 0
 *
 * Return: the link, or NULL.
 */
struct mock_link *mock_link_find(struct mock_device *mdev, u32 pasid)
{
	struct mock_link *link;

	lockdep_assert_held(&mdev->place_lock);
	if (!pasid)
		return mdev->link;
	list_for_each_entry(link, &mdev->pasids, space)
		if (link->pasid == pasid)
			return link;
	return NULL;
}

/* The address space is on no paging domain any more. */
void mock_link_unhook(struct mock_link *link)
{
	struct mock_device *mdev = link->device;

	lockdep_assert_held(&mdev->place_lock);
	if (link->pasid)
		list_del_init(&link->space);
	else
		mdev->link = NULL;
}

/* The address space moves to the domain of @link. */
void mock_link_hook(struct mock_link *link)
{
	struct mock_device *mdev = link->device;
	struct mock_link *old = mock_link_find(mdev, link->pasid);

	lockdep_assert_held(&mdev->place_lock);
	if (old)
		mock_link_unhook(old);
	if (link->pasid) {
		list_add_tail(&link->space, &mdev->pasids);
	} else {
		mdev->link = link;
		mdev->place = MOCK_PLACE_PAGING;
	}
}

/*
 * The paging domain that an address space is on, with a reference, or NULL.
 */
struct mock_domain *mock_domain_of(struct mock_device *mdev, u32 pasid)
{
	struct mock_domain *dom = NULL;
	struct mock_link *link;

	spin_lock_irq(&mdev->place_lock);
	link = mock_link_find(mdev, pasid);
	if (link) {
		dom = link->domain;
		kref_get(&dom->obj.ref);
	}
	spin_unlock_irq(&mdev->place_lock);
	return dom;
}

/*
 * Set where an address space is from now on; returns its link if it was on
 * @dom. A PASID is blocked then, whatever @place is.
 */
static struct mock_link *set_place(struct mock_device *mdev, u32 pasid,
				   struct mock_domain *dom,
				   enum mock_place place)
{
	struct mock_link *link;
	unsigned long flags;

	spin_lock_irqsave(&mdev->place_lock, flags);
	link = mock_link_find(mdev, pasid);
	if (link && link->domain == dom)
		mock_link_unhook(link);
	else
		link = NULL;
	if (!pasid)
		mdev->place = place;
	spin_unlock_irqrestore(&mdev->place_lock, flags);
	return link;
}

/**
 * mock_domain_unlink() - take an address space off its paging domain
 * @mdev: the device
 * @pasid: the PASID, or 0
 * @place: PASID 0: where the device is afterwards
 *
 * Context: process.
 */
void mock_domain_unlink(struct mock_device *mdev, u32 pasid,
			enum mock_place place)
{
	struct mock_domain *dom = mock_domain_of(mdev, pasid);
	struct mock_link *link;
	LIST_HEAD(dead);

	if (!dom) {
		set_place(mdev, pasid, NULL, place);
		return;
	}
	spin_lock_irq(&dom->lock);
	link = set_place(mdev, pasid, dom, place);
	if (link)
		mock_domain_drop_link(link, &dead);
	spin_unlock_irq(&dom->lock);

	mock_domain_bury(&dead);
	mock_obj_put(&dom->obj);
}

/* A PASID of the device that is on a domain, or 0. */
static u32 some_pasid(struct mock_device *mdev)
{
	struct mock_link *link;
	u32 pasid;

	spin_lock_irq(&mdev->place_lock);
	link = list_first_entry_or_null(&mdev->pasids, struct mock_link, space);
	pasid = link ? link->pasid : 0;
	spin_unlock_irq(&mdev->place_lock);
	return pasid;
}

/* Take all PASIDs of a device off their domains. Context: process. */
void mock_domain_unlink_pasids(struct mock_device *mdev)
{
	u32 pasid;

	while ((pasid = some_pasid(mdev)))
		mock_domain_unlink(mdev, pasid, MOCK_PLACE_NONE);
}

/* Is the address space on this domain? */
bool mock_device_on(struct mock_device *mdev, u32 pasid,
		    struct mock_domain *dom)
{
	struct mock_link *link;
	bool on;

	spin_lock_irq(&mdev->place_lock);
	link = mock_link_find(mdev, pasid);
	on = link && link->domain == dom;
	spin_unlock_irq(&mdev->place_lock);
	return on;
}
