// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of MSI-X and its pending bits: memory of a BAR, which the kernel and
 * the programs of VFIO write without the module's knowledge.
 *
 * PCI Express Base Specification, 7.7.2: an entry has an address, data and a mask
 * bit. Nobody writes the pending bits but the function, so the module keeps its
 * own copy of them and never reads them back.
 */
#include <linux/pci_regs.h>

#include "../kapi/kapi.h"
#include "function.h"

/* The function reaches its own table whether or not the BAR answers. */
static u32 *place_of(const struct mock_function *fn, u32 offset)
{
	const struct mock_config_place *place = &fn->config.place;

	return kapi_bars_memory(place->bars[place->msix_bar].at + offset);
}

static u32 *entry_of(const struct mock_function *fn, u32 vector, u32 offset)
{
	return place_of(fn, MOCK_MSIX_TABLE + vector * PCI_MSIX_ENTRY_SIZE +
				    offset);
}

/*
 * 7.7.2.8: after a reset all entries are masked. Under mock_slots_lock, or before
 * accesses reach the function.
 */
void mock_msix_reset(struct mock_function *fn)
{
	u32 i;

	if (!fn->config.place.msix)
		return;
	for (i = 0; i < fn->config.place.msix; i++)
		WRITE_ONCE(*entry_of(fn, i, PCI_MSIX_ENTRY_VECTOR_CTRL),
			   PCI_MSIX_ENTRY_CTRL_MASKBIT);
	mock_msix_set_pending(fn, 0);
}

bool mock_msix_masked(const struct mock_function *fn, u32 vector)
{
	return mock_msix_masked_all(&fn->config) ||
	       READ_ONCE(*entry_of(fn, vector, PCI_MSIX_ENTRY_VECTOR_CTRL)) &
		       PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

u64 mock_msix_address(const struct mock_function *fn, u32 vector)
{
	return READ_ONCE(*entry_of(fn, vector, PCI_MSIX_ENTRY_LOWER_ADDR)) |
	       (u64)READ_ONCE(*entry_of(fn, vector, PCI_MSIX_ENTRY_UPPER_ADDR))
		       << 32;
}

u32 mock_msix_data(const struct mock_function *fn, u32 vector)
{
	return READ_ONCE(*entry_of(fn, vector, PCI_MSIX_ENTRY_DATA));
}

/* Show what is pending. */
void mock_msix_set_pending(struct mock_function *fn, u64 pending)
{
	fn->irqs.pending = pending;
	WRITE_ONCE(*place_of(fn, MOCK_MSIX_PBA), (u32)pending);
	WRITE_ONCE(*place_of(fn, MOCK_MSIX_PBA + 4), (u32)(pending >> 32));
}
