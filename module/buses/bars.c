// SPDX-License-Identifier: GPL-2.0-only
/*
 * The BARs of functions: memory that each of them has in the window of
 * kapi/bar-memory.c.
 *
 * The addresses are in the BARs before the PCI core sees the function, as
 * firmware leaves them, and the core claims them. The core cannot choose them:
 * on x86 it assigns no address that the memory map of the firmware names.
 */
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../kapi/kapi.h"
#include "function.h"

/*
 * The function that has each page of the window. mock_topology serializes
 * writers; an entry changes under mock_slots_lock.
 */
static struct mock_function **owners;

static void set_owner(u64 at, u64 size, struct mock_function *fn)
{
	u64 first = (at - kapi_bars_window()->start) >> PAGE_SHIFT, i;

	lockdep_assert_held(&mock_topology);
	for (i = 0; i < size >> PAGE_SHIFT; i++) {
		raw_spin_lock_irq(&mock_slots_lock);
		owners[first + i] = fn;
		raw_spin_unlock_irq(&mock_slots_lock);
	}
}

static bool is_free(u64 at, u64 size)
{
	u64 first = (at - kapi_bars_window()->start) >> PAGE_SHIFT, i;

	lockdep_assert_held(&mock_topology);
	for (i = 0; i < size >> PAGE_SHIFT; i++)
		if (owners[first + i])
			return false;
	return true;
}

/*
 * The lowest free address for @count BARs of that size, one after the other; 0 if there
 * is none.
 */
static u64 find_free(u64 size, u64 count)
{
	const struct resource *window = kapi_bars_window();
	u64 at;

	if (size > resource_size(window) / count)
		return 0;
	for (at = ALIGN((u64)window->start, size);
	     at + (size * count - 1) <= window->end; at += size)
		if (is_free(at, size * count))
			return at;
	return 0;
}

/*
 * The last owner's contents are no business of the next. The memory is not cached,
 * so that a gigabyte takes seconds.
 */
static void clear(u64 at, u64 size)
{
	u64 done;

	for (done = 0; done < size; done += PAGE_SIZE) {
		memset(kapi_bars_memory(at + done), 0, PAGE_SIZE);
		cond_resched();
	}
}

/**
 * mock_bars_take() - give a function memory for its BARs
 * @fn: the function
 * @bars: the BARs, which get their addresses
 * @count: 1; or of each BAR, how many of them, one after the other
 *
 * Context: process, under mock_topology.
 * Return: 0, or -ENOSPC with nothing taken.
 */
int mock_bars_take(struct mock_function *fn, struct mock_config_bar *bars,
		   u32 count)
{
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++) {
		if (!bars[i].size)
			continue;
		bars[i].at = find_free(bars[i].size, count);
		if (!bars[i].at) {
			mock_bars_give(bars, count, NULL);
			return -ENOSPC;
		}
		set_owner(bars[i].at, bars[i].size * count, fn);
		clear(bars[i].at, bars[i].size * count);
	}
	return 0;
}

/*
 * Give a VF its part of the memory that its PF took for the BARs of all VFs. @bars, a
 * copy of the PF's, become those of the VF.
 */
void mock_bars_share(struct mock_function *vf, u32 number,
		     struct mock_config_bar *bars)
{
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++) {
		if (!bars[i].size)
			continue;
		bars[i].at += number * bars[i].size;
		set_owner(bars[i].at, bars[i].size, vf);
	}
}

/*
 * Take the memory back, for the PF @to or for anybody. A BAR without an address has
 * none.
 */
void mock_bars_give(const struct mock_config_bar *bars, u32 count,
		    struct mock_function *to)
{
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++)
		if (bars[i].size && bars[i].at)
			set_owner(bars[i].at, bars[i].size * count, to);
}

/*
 * The PCI core found the function, and has read its BARs. It claims those of a VF itself,
 * inside of what the PF has for its VFs: virtfn_add() in drivers/pci/iov.c.
 */
void mock_bars_claim(struct mock_function *fn)
{
	const struct mock_config_place *place = &fn->config.place;
	unsigned int i;

	for (i = 0; i < MOCK_BARS && !fn->pf; i++) {
		if (place->bars[i].size)
			pci_claim_resource(fn->dev, i);
		if (place->vf_bars[i].size)
			pci_claim_resource(fn->dev, kapi_vf_resource(i));
	}
}

/* Has the core claimed all BARs? Without one no driver can enable the function. */
bool mock_bars_claimed(const struct mock_function *fn)
{
	const struct mock_config_place *place = &fn->config.place;
	const struct resource *res = fn->dev->resource;
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++) {
		if (place->bars[i].size && !res[i].parent)
			return false;
		if (place->vf_bars[i].size &&
		    !res[kapi_vf_resource(i)].parent)
			return false;
	}
	return true;
}

/*
 * Does the function answer at this address? Returns the number of the BAR, or -1. A VF
 * answers where the registers of its PF say, as long as it is in D0.
 */
int mock_bars_decode(const struct mock_function *fn, u64 address)
{
	lockdep_assert_held(&mock_slots_lock);
	if (!mock_slots_reached(fn))
		return -1;
	if (!fn->pf)
		return mock_config_decodes(&fn->config, address);
	return mock_config_powered(&fn->config) ?
		       mock_sriov_decodes(&fn->pf->config, fn->number,
					  address) :
		       -1;
}

/* The window is one of the root bus. */
void mock_bars_offer(struct list_head *resources)
{
	if (kapi_bars_window())
		pci_add_resource(resources, kapi_bars_window());
}

/**
 * mock_bars_memory() - find what a DMA to a physical address reaches
 * @phys: the address
 *
 * Context: any; takes mock_slots_lock.
 * Return: the memory behind a BAR that answers there, valid to the end of the
 * page; or NULL.
 */
void *mock_bars_memory(u64 phys)
{
	const struct resource *window = kapi_bars_window();
	const struct mock_function *fn;
	bool decodes;
	unsigned long flags;

	if (!window || phys < window->start || phys > window->end)
		return NULL;
	raw_spin_lock_irqsave(&mock_slots_lock, flags);
	fn = owners[(phys - window->start) >> PAGE_SHIFT];
	decodes = fn && mock_bars_decode(fn, phys) >= 0;
	raw_spin_unlock_irqrestore(&mock_slots_lock, flags);
	return decodes ? kapi_bars_memory(phys) : NULL;
}

int mock_bars_init(const char *text)
{
	int ret = kapi_bars_init(text);

	if (ret || !kapi_bars_window())
		return ret;
	owners = kvcalloc(resource_size(kapi_bars_window()) >> PAGE_SHIFT,
			  sizeof(*owners), GFP_KERNEL);
	if (!owners)
		kapi_bars_exit();
	return owners ? 0 : -ENOMEM;
}

void mock_bars_exit(void)
{
	kapi_bars_exit();
	kvfree(owners);
}
