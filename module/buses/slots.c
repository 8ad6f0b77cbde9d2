// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI buses of our own, in a PCI domain of our own, and the functions on them.
 *
 * A root bus for functions has one bus number and 32 slots. Their numbers begin
 * at 0; when a bus is full, the next one gets the next number. A root bus for
 * bridges has 16 numbers, and each bridge on it gets one of them. The numbers
 * of these buses begin at the other end. A root bus is made when it is needed,
 * and stays until the module goes. The bus behind a bridge goes with the
 * bridge.
 */
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "function.h"

#define SLOTS 32
#define FUNCTIONS 8
#define NUMBERS 256
/* The bus numbers of a root bus for bridges; a power of two. */
#define BRANCHES 16

static struct mock_bus *buses[NUMBERS];

DEFINE_RAW_SPINLOCK(mock_slots_lock);

/* The function that is present at this place, or NULL. */
struct mock_function *mock_slots_find(const struct pci_bus *bus,
				      unsigned int devfn)
{
	struct mock_bus *mbus = buses[bus->number];
	struct mock_function *fn;

	lockdep_assert_held(&mock_slots_lock);
	fn = mbus && devfn < MOCK_DEVFNS ? mbus->functions[devfn] : NULL;
	return fn && fn->present ? fn : NULL;
}

/* May an access reach the function in its place? */
bool mock_slots_reached(const struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	return fn->present && mock_vf_reached(fn) && mock_card_reached(fn);
}

/* The function that an access to this place reaches, or NULL. */
struct mock_function *mock_slots_reach(const struct pci_bus *bus,
				       unsigned int devfn)
{
	struct mock_function *fn = mock_slots_find(bus, devfn);

	return fn && mock_slots_reached(fn) ? fn : NULL;
}

/*
 * ---- buses ------------------------------------------------------------------
 */

/* Does a bus use the number, or is it kept for a bridge? */
static bool number_taken(unsigned int number)
{
	const struct mock_bus *root = buses[number & ~(BRANCHES - 1)];

	return buses[number] || (root && !root->bridge &&
				 root->numbers.end >= number);
}

static struct mock_bus *bus_alloc(unsigned int number)
{
	struct mock_bus *mbus = kzalloc(sizeof(*mbus), GFP_KERNEL);

	if (mbus)
		mbus->number = number;
	return mbus;
}

static void bus_set(unsigned int number, struct mock_bus *mbus)
{
	raw_spin_lock_irq(&mock_slots_lock);
	buses[number] = mbus;
	raw_spin_unlock_irq(&mock_slots_lock);
}

static struct mock_bus *root_make(unsigned int number, unsigned int numbers)
{
	struct mock_bus *root = bus_alloc(number);
	LIST_HEAD(resources);

	lockdep_assert_held(&mock_topology);
	if (!root)
		return ERR_PTR(-ENOMEM);
	root->numbers.name = "iommu-mock";
	root->numbers.start = number;
	root->numbers.end = number + numbers - 1;
	root->numbers.flags = IORESOURCE_BUS;
	pci_add_resource(&resources, &root->numbers);
	mock_bars_offer(&resources);
	bus_set(number, root);

	pci_lock_rescan_remove();
	root->bus = kapi_pci_root_bus(number, &mock_config_ops, &resources);
	if (root->bus)
		pci_bus_add_devices(root->bus);
	pci_unlock_rescan_remove();
	if (root->bus)
		return root;
	bus_set(number, NULL);
	pci_free_resource_list(&resources);
	kfree(root);
	return ERR_PTR(-ENODEV);
}

static void root_remove(struct mock_bus *root)
{
	struct pci_host_bridge *bridge = to_pci_host_bridge(root->bus->bridge);

	pci_lock_rescan_remove();
	pci_stop_root_bus(root->bus);
	pci_remove_root_bus(root->bus);
	pci_unlock_rescan_remove();
	/* Drop the reference that pci_create_root_bus() left: H6. */
	kapi_pci_root_free(bridge);
	bus_set(root->number, NULL);
	kfree(root);
}

/*
 * ---- slots ------------------------------------------------------------------
 */

/* The lowest free function number of a slot, or FUNCTIONS. */
static unsigned int free_function(const struct mock_bus *mbus,
				  unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < FUNCTIONS; i++)
		if (!mbus->functions[PCI_DEVFN(slot, i)])
			break;
	return i;
}

static bool slot_empty(const struct mock_bus *mbus, unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < FUNCTIONS; i++)
		if (mbus->functions[PCI_DEVFN(slot, i)])
			return false;
	return true;
}

/* A link has only one slot at its other end. */
static bool is_link(const struct mock_bus *mbus)
{
	return mbus->bridge &&
	       mbus->bridge->config.place.kind == MOCK_CONFIG_ROOT_PORT;
}

/*
 * Give the function an empty slot of a bus, with room for its VFs; -ENOSPC if
 * there is none. Behind a root port the function has ARI if it has VFs, so its VFs
 * can be anywhere on the bus.
 */
static int take_slot(struct mock_function *fn, struct mock_bus *mbus,
		     const struct mock_device_spec *spec)
{
	unsigned int slots = is_link(mbus) ? 1 : SLOTS, i;

	for (i = 0; i < slots; i++) {
		if (!slot_empty(mbus, i) ||
		    !mock_vfs_fit(mbus, PCI_DEVFN(i, 0), spec, MOCK_DEVFNS))
			continue;
		fn->bus = mbus;
		fn->devfn = PCI_DEVFN(i, 0);
		return 0;
	}
	return -ENOSPC;
}

/* Give the function a slot on a root bus, which is made if necessary. */
static int take_root_slot(struct mock_function *fn,
			  const struct mock_device_spec *spec)
{
	unsigned int i;

	for (i = 0; i < NUMBERS; i++) {
		struct mock_bus *root = buses[i];

		if (!number_taken(i))
			root = root_make(i, 1);
		if (IS_ERR(root))
			return PTR_ERR(root);
		if (root && !root->bridge &&
		    root->numbers.start == root->numbers.end &&
		    !take_slot(fn, root, spec))
			return 0;
	}
	return -ENOSPC;
}

/* A free number for a bus behind a bridge on @root; 0 if none is left. */
static unsigned int free_branch(const struct mock_bus *root)
{
	unsigned int i;

	for (i = root->number + 1; i <= root->numbers.end; i++)
		if (!buses[i])
			return i;
	return 0;
}

/* Give a bridge a slot on a root bus, which is made if necessary. */
static int take_bridge_slot(struct mock_function *fn,
			    const struct mock_device_spec *spec)
{
	unsigned int i, j;

	for (i = NUMBERS; i >= BRANCHES; i -= BRANCHES) {
		unsigned int number = i - BRANCHES;
		struct mock_bus *root = buses[number];

		for (j = 0; j < BRANCHES && !number_taken(number + j); j++)
			;
		if (j == BRANCHES)
			root = root_make(number, BRANCHES);
		if (IS_ERR(root))
			return PTR_ERR(root);
		if (root && root->numbers.start != root->numbers.end &&
		    free_branch(root) && !take_slot(fn, root, spec))
			return 0;
	}
	return -ENOSPC;
}

/* A function in the slot of that name, or NULL. */
static struct mock_function *find_slot(const char *name)
{
	unsigned int i, devfn;

	for (i = 0; i < NUMBERS; i++) {
		for (devfn = 0; buses[i] && devfn < MOCK_DEVFNS; devfn++) {
			struct mock_function *fn = buses[i]->functions[devfn];

			if (fn && !strcmp(fn->slot, name))
				return fn;
		}
	}
	return NULL;
}

/* Does the slot have ARI? All functions of a slot have, or none: 7.8.7. */
static bool has_ari(const struct mock_bus *mbus)
{
	unsigned int i;

	/* Function 0 may be gone. A VF has what its PF has, which is one of these. */
	for (i = 0; is_link(mbus) && i < FUNCTIONS; i++)
		if (mbus->functions[i])
			return mbus->functions[i]->config.place.ari;
	return false;
}

/*
 * Give the function a place in the slot of @peer, if that is on the right bus.
 * Without ARI, VFs behind a link share the slot, too.
 */
static int join_slot(struct mock_function *fn, const struct mock_function *peer,
		     const struct mock_bus *behind,
		     const struct mock_device_spec *spec)
{
	unsigned int slot = PCI_SLOT(peer->devfn);
	unsigned int func = free_function(peer->bus, slot);

	if (behind ? peer->bus != behind : !!peer->bus->bridge)
		return -EXDEV;
	if (!fn->below != !peer->below)
		return -EXDEV;
	if (func == FUNCTIONS || (fn->below && !free_branch(peer->bus)))
		return -ENOSPC;
	if (!mock_vfs_fit(peer->bus, PCI_DEVFN(slot, func), spec,
			  is_link(peer->bus) && !has_ari(peer->bus) ?
				  FUNCTIONS : MOCK_DEVFNS))
		return -ENOSPC;
	fn->bus = peer->bus;
	fn->devfn = PCI_DEVFN(slot, func);
	return 0;
}

/*
 * ---- coming and going
 * ----------------------------------------------------------
 */

static int find_place(struct mock_function *fn,
		      const struct mock_device_spec *spec)
{
	struct mock_function *peer = *fn->slot ? find_slot(fn->slot) : NULL;
	struct mock_bus *behind = spec->behind ? spec->behind->function->below :
						 NULL;

	if (spec->pf) {
		fn->pf = spec->pf->function;
		fn->number = spec->vf;
		fn->bus = fn->pf->bus;
		fn->devfn = fn->pf->devfn + fn->pf->config.place.vf_offset +
			    spec->vf * fn->pf->config.place.vf_stride;
		return 0;
	}
	if (behind && mock_port_full(behind->bridge))
		return -EBUSY;
	if (peer)
		return join_slot(fn, peer, behind, spec);
	if (behind)
		return take_slot(fn, behind, spec);
	return fn->below ? take_bridge_slot(fn, spec) :
			   take_root_slot(fn, spec);
}

/* A VF has a part of what its PF took. Return 0, or -ENOSPC with nothing taken. */
static int take_bars(struct mock_function *fn,
		     const struct mock_device_spec *spec,
		     struct mock_config_place *place)
{
	int ret;

	if (fn->pf) {
		memcpy(place->bars, fn->pf->config.place.vf_bars,
		       sizeof(place->bars));
		mock_bars_share(fn, fn->number, place->bars);
		return 0;
	}
	memcpy(place->bars, spec->bars, sizeof(place->bars));
	memcpy(place->vf_bars, spec->vf_bars, sizeof(place->vf_bars));
	ret = mock_bars_take(fn, place->bars, 1);
	if (ret)
		return ret;
	ret = mock_bars_take(fn, place->vf_bars, place->vfs);
	if (ret)
		mock_bars_give(place->bars, 1, NULL);
	return ret;
}

/*
 * Set up the configuration space, which depends on the place and on @spec.
 * Return 0; -ENOSPC if there is no memory for the BARs; -EINVAL if it cannot have
 * the PASIDs, or AER.
 */
static int describe(struct mock_function *fn,
		    const struct mock_device_spec *spec)
{
	const struct mock_function *bridge = fn->bus->bridge;
	struct mock_config_place place = {
		.kind = MOCK_CONFIG_INTEGRATED, .multi = *fn->slot,
		.acs = spec->acs, .aer = spec->aer, .hotplug = spec->hotplug,
		.vectors = spec->vectors,
		/* 9.3.4.1: a VF has no INTx. */
		.intx = spec->intx && !fn->pf && !fn->below,
		.regs = spec->regs, .msix = spec->msix, .msix_bar = spec->msix_bar,
		.vf = fn->pf, .primary = fn->bus->number,
	};
	int ret;

	if (spec->sriov) {
		place.vfs = spec->sriov;
		place.vf_offset = spec->vf_offset;
		place.vf_stride = spec->vf_stride;
		place.vf_device = spec->vf_device;
		place.link = PCI_FUNC(fn->devfn);
	}

	if (fn->below) {
		place.kind = spec->bridge == MOCK_BRIDGE_PCI ?
				     MOCK_CONFIG_PCI_BRIDGE :
				     MOCK_CONFIG_ROOT_PORT;
		place.secondary = fn->below->number;
	} else if (bridge) {
		place.kind = bridge->config.place.kind == MOCK_CONFIG_PCI_BRIDGE ?
				     MOCK_CONFIG_LEGACY :
				     MOCK_CONFIG_ENDPOINT;
		place.ari = has_ari(fn->bus) ||
			    (is_link(fn->bus) && slot_empty(fn->bus, 0) &&
			     spec->sriov);
	}
	if (fn->mdev->max_pasids && place.kind == MOCK_CONFIG_LEGACY)
		return mock_fail(-EINVAL, "%s has no PCI Express behind that bridge, and so no PASIDs",
				 fn->mdev->obj.name);
	if (spec->aer && place.kind == MOCK_CONFIG_LEGACY)
		return mock_fail(-EINVAL, "%s has no PCI Express behind that bridge, and so no AER",
				 fn->mdev->obj.name);
	if (fn->mdev->max_pasids)
		place.pasid_bits = ilog2(fn->mdev->max_pasids);
	ret = take_bars(fn, spec, &place);
	if (ret)
		return ret;
	mock_config_init(&fn->config, &spec->ids, &place);
	mock_msix_reset(fn);
	mock_regs_reset(fn);
	return 0;
}

/**
 * mock_slots_take() - give a function its place
 * @fn: the function; accesses do not reach it there yet
 * @spec: the device that new_device asks for
 *
 * Return: 0; -EBUSY: the card is in the hot-plug slot; -EINVAL if it cannot have PASIDs
 * or AER in that place; -ENOSPC if there is no room, or no memory for the BARs; -EXDEV if
 * the slot of that name is on another bus; -ENOMEM or -ENODEV if a root bus cannot be made.
 */
int mock_slots_take(struct mock_function *fn,
		    const struct mock_device_spec *spec)
{
	int ret;

	lockdep_assert_held(&mock_topology);
	strscpy(fn->slot, spec->slot, sizeof(fn->slot));
	if (spec->bridge) {
		fn->below = bus_alloc(0);
		if (!fn->below)
			return -ENOMEM;
		fn->below->bridge = fn;
	}
	ret = find_place(fn, spec);
	if (!ret && fn->below)
		fn->below->number = free_branch(fn->bus);
	if (!ret)
		ret = describe(fn, spec);
	if (ret) {
		kfree(fn->below);
		return ret;
	}
	if (fn->below)
		bus_set(fn->below->number, fn->below);
	raw_spin_lock_irq(&mock_slots_lock);
	fn->bus->users++;
	fn->bus->functions[fn->devfn] = fn;
	mock_ari_relink(fn->bus);
	raw_spin_unlock_irq(&mock_slots_lock);
	return 0;
}

/* Free the place of a function. No function is behind it if it is a bridge. */
void mock_slots_give(struct mock_function *fn)
{
	lockdep_assert_held(&mock_topology);
	raw_spin_lock_irq(&mock_slots_lock);
	fn->bus->functions[fn->devfn] = NULL;
	fn->bus->users--;
	mock_ari_relink(fn->bus);
	if (!fn->bus->users && fn->bus->bridge)
		mock_port_empty_locked(fn->bus->bridge);
	if (fn->below)
		buses[fn->below->number] = NULL;
	raw_spin_unlock_irq(&mock_slots_lock);
	mock_bars_give(fn->config.place.bars, 1, fn->pf);
	mock_bars_give(fn->config.place.vf_bars, fn->config.place.vfs, NULL);
	kfree(fn->below);
	fn->below = NULL;
}

/* Remove the root buses. All functions are gone already. */
void mock_slots_exit(void)
{
	unsigned int i;

	for (i = 0; i < NUMBERS; i++)
		if (buses[i])
			root_remove(buses[i]);
}
