// SPDX-License-Identifier: GPL-2.0-only
/* The list of scenarios; scenario.h lists their files. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "scenario/scenario.h"

/* clang-format off */
const struct scenario scenarios[] = {
	{
		"B01", "replace-unhooked",
		"iommufd replaces the domain of a device by one that the driver refuses. Since 6.19 the core does not put the device that refused back on its old domain: it takes it for being there still. Drivers that let go of the old domain before they look at the new one leave the device blocked, and iommufd and VFIO say that it is attached.",
		"The device translates by its old domain after the error.",
		"__iommu_group_set_domain_internal (since 2b33598e666d, 6.19); intel_iommu_attach_device, which blocks first",
		sc_b01,
	},
	{
		"B02", "replace-foreign",
		"iommufd replaces the domain of a device by one of another IOMMU driver. An attach compares the domain's owner with the device's driver; a replace does not, and calls attach_dev of a driver with a device that is not its own.",
		"EINVAL, and no driver is called.",
		"iommu_replace_group_handle (6.12, 7.3), beside __iommu_attach_group, which has the test of a9c362db3920 (6.8)",
		sc_b02,
	},
	{
		"B03", "reattach-reserved",
		"A device is attached again to the IOAS that it is on, where another device's domain is the first to be tried, and refuses. The way back removes the reserved addresses of the device's group from the IOAS, which were not added on the way there. Then the domain that it is on is found, and all ends well, but user space can map what must not be mapped.",
		"The addresses stay reserved as long as the device is attached.",
		"iommufd_device_do_replace, err_unresv (6.12, 7.3); iommufd_group_do_replace_reserved_iova adds only for another IOAS",
		sc_b03,
	},
	{
		"B04", "half-attached",
		"A group of two is attached to a domain that the second device refuses. Before 6.3 nothing puts the first one back: the caller is told that the attach failed, and frees the domain that a device is on.",
		"Both devices are where they were before.",
		"__iommu_attach_group (5.10); 2cc73c5712f9 (6.3, 6.1.y), reworked by dcf40ed3a20d (6.5)",
		sc_b04,
	},
	{
		"B06", "any-errno-is-next",
		"A driver answers an attach to an existing domain with an errno that means 'stop'. VFIO's type1 does not look at it, and tries the next domain.",
		"Only EINVAL means 'next' (R1, R2): the errno is passed on.",
		"vfio_iommu_type1_attach_group (5.10, 6.1, 6.12, 7.3)",
		sc_b06,
	},
	{
		"B07", "no-memory-duplicates",
		"The second device of a container fits the domain of the first, but its attach finds no memory, once. type1 takes that for 'incompatible', and makes another domain: the attach succeeds, and from then on everything is mapped twice.",
		"The attach fails with ENOMEM, and there is one domain.",
		"vfio_iommu_type1_attach_group (5.10, 6.1, 6.12, 7.3)",
		sc_b07,
	},
	{
		"B08", "parked-incoherent",
		"A device whose IOMMU can enforce snooping joins an IOAS after one whose IOMMU cannot, and shares its page table. iommufd enforces snooping when it makes a page table, and never again: once the first device has gone, the second is on one that does not enforce it, while KVM asks the device, which can.",
		"What the domain does, and what is said of the device, agree.",
		"iommufd_device_auto_get_domain, iommufd_hwpt_paging_alloc (7.3); 2ccabf81ddff (6.7), by design",
		sc_b08,
	},
	{
		"B09", "equal-coherency",
		"Two devices accept the same domain, but only one of their IOMMUs can enforce snooping. type1 wants domains to be equal in that, and does not ask the driver: two domains where one would do.",
		"The drivers are asked; one domain, if the one that cannot enforce comes first.",
		"vfio_iommu_type1_attach_group (6.1, 6.12, 7.3): enforce_cache_coherency; 5.10 asks the bus, so that all are equal",
		sc_b09,
	},
	{
		"B10", "enforced-where-it-cannot",
		"A device whose IOMMU cannot enforce snooping comes to an IOAS with a page table that does. Intel's driver took such a device until 5.19, then refused it with EOPNOTSUPP, and with EINVAL since 6.2. iommufd must make another page table for EINVAL, and end with any other errno.",
		"A second page table, which does not promise what cannot be kept; EOPNOTSUPP ends the attach.",
		"iommufd_device_auto_get_domain (6.2 to 7.3); 9d6ab26a75f4 (5.19) of Intel's driver",
		sc_b10,
	},
	{
		"B12", "no-gatekeeper",
		"A domain of one IOMMU driver is attached to a group of another driver's. Before 6.8 the core calls the attach_dev of the domain's driver with a device that is not its own; until then a machine has one driver for each bus.",
		"EINVAL, and no driver is called.",
		"__iommu_attach_group; a9c362db3920 (6.8)",
		sc_b12,
	},
	{
		"B14", "needs-its-map",
		"A device's firmware needs an address to be mapped to itself all the time, and user space takes the device. Before 6.6 VFIO gets it, on a domain without that map. Since then the claim fails with EINVAL, which no other domain can cure.",
		"The device is not given to user space, and stays where it is.",
		"__iommu_device_set_domain: require_direct; a48ce36e2786 (6.6)",
		sc_b14,
	},
	{
		"B15", "replace-loses-reserved",
		"iommufd replaces the domain of a device by one of another IOAS, which the driver refuses. In 6.10 the way back removed the device's reserved addresses from the IOAS that it stayed on.",
		"They are reserved where the device is, and nowhere else.",
		"iommufd_device_do_replace; 950aeefb3492 (6.11)",
		sc_b15,
	},
	{
		"B17", "replay-unwind",
		"A device needs a domain of its own, and mapping what the container has already into it fails. Before 5.9 what had been done was not undone.",
		"The attach fails with ENOMEM, and a second one succeeds.",
		"vfio_iommu_replay; aae7a75a821a (5.9)",
		sc_b17,
	},
	{
		"B19", "split-area",
		"iommufd, as a container of VFIO (type1, version 1), has memory on two page tables. A part is unmapped from its middle, which splits it. Before 6.7 the halves were not entered where the page table that remembers the pages was looked up: when that goes, memory that is freed is read.",
		"The other page table has both halves until they are unmapped, and nothing stays pinned.",
		"iopt_area_split; e7250ab7ca49 (6.7)",
		sc_b19,
	},
	{
		"B27", "hot-added-default",
		"A device appears in a group that somebody has on a domain. 5.10 attaches it to that domain, and then to the default domain regardless: it has the kernel's DMA while the rest of its group is user space's.",
		"It is on the domain of its group, or is not taken.",
		"iommu_probe_device (5.10); 6.1 asks for group->owner; e7f85dfbbc9c (6.5)",
		sc_b27,
	},
	{
		"B29", "replace-no-iommu",
		"An IOAS has a device without an IOMMU, and iommufd replaces the domain of another device by that IOAS. The page table of the first is tried, has no attach_dev, and ENODEV is not EINVAL: the replace fails, although an attach to the same IOAS makes a new page table and succeeds.",
		"The candidate is passed over, as an attach does.",
		"__iommu_attach_device: ENODEV; iommufd_device_auto_get_domain; noiommu_amdv1_ops (7.3)",
		sc_b29,
	},
	{
		"B42", "viommu-foreign",
		"User space makes a vIOMMU for a device of one IOMMU driver, on a stage 2 that another driver made. iommufd compares the two for a table of a guest, and not for a vIOMMU: it calls the driver with a domain that is not its own.",
		"EINVAL, and no driver is called.",
		"iommufd_viommu_alloc_ioctl (since 6.13), beside iommufd_hwpt_nested_alloc, which compares the owner",
		sc_b42,
	},
	{
		"B47", "no-page-size-left",
		"The IOMMUs of two functions have no page size in common, 4K and 64K. type1 lets both into a container, each on a domain of its own, and computes with the page sizes that both have, which are none: 1 << __ffs(0). From then on a MAP that is not even a page long passes the test of its alignment (6.1 to 7.3 warn), and a dirty bitmap that is too small is written past its end. The scenario stops before that: it maps nothing.",
		"The second group is refused, with EINVAL.",
		"vfio_update_pgsize_bitmap, vfio_iommu_type1_attach_group (5.10, 6.1, 6.12, 7.3)",
		sc_b47,
	},
	{
		"B63", "partial-requests",
		"A device asks for several pages, whose requests are a group: only the last one says that the group is complete. Kernels before 6.10.7 took a request that is not the last for the last, if another one was there.",
		"Each group is answered once, after its last request.",
		"iopf_queue / report_partial_fault, iommu_report_device_fault (fca5b78511e9, 6.11)",
		sc_b63,
	},
	{
		"B64", "unhandled-request",
		"A device asks for a page, and its domain has no handler for requests. If the kernel answers nothing, the device waits for ever.",
		"The kernel answers: invalid.",
		"iommu_report_device_fault: err_bad_iopf, err_abort (b58b133e680b, 6.11)",
		sc_b64,
	},
	{
		"B79", "unmap-to-the-end",
		"User space unmaps a range that ends at 2^64, with a mapping in it. type1 compares with the end of the range, which is 0: it finds nothing, says that all is well, and the device still does DMA to memory that stays pinned.",
		"The mapping is gone, and its size is told.",
		"vfio_find_dma (5.10), vfio_find_dma_first_node (6.1, 6.12); ef270ec44637, 6012379ede6a, 1196f1f897d4 (6.18)",
		sc_b79,
	},
	{
		"B80", "test-page-reserved",
		"type1 maps two pages in a new domain to see whether large pages are made of small ones. Before 6.2 it does so at address 0, reserved or not.",
		"Nothing is mapped where a device has its addresses reserved.",
		"vfio_test_domain_fgsp (5.10); 895c0747f726 (6.2, 6.1.9), function removed by 07970d048cdd (6.16)",
		sc_b80,
	},
	{
		"B81", "driver-beside-user",
		"One device of a group is user space's, and a driver of the kernel is bound to the other. Before 5.19 its probe is called, and a notifier of VFIO ends the kernel (BUG) if that succeeds. The scenario takes a driver whose probe refuses.",
		"EBUSY, and the driver is not called.",
		"vfio_iommu_group_notifier (5.10); iommu_device_use_default_domain (5.19)",
		sc_b81,
	},
	{
		"B82", "compat-unmap-empty",
		"User space unmaps what is not mapped, as QEMU does. Of type1 that is 0; iommufd, in the place of type1, said ENOENT.",
		"0, and 0 bytes.",
		"iommufd_vfio_unmap_dma; afb47765f923 (6.18, 6.17.9, 6.12.59)",
		sc_b82,
	},
	{
		"B83", "hypertransport-hole",
		"The memory of a guest reaches over the addresses that AMD's HyperTransport keeps for itself, which the IOMMU's driver reserves. A kernel that does not look maps what a device cannot reach.",
		"EINVAL for what overlaps them, of which nothing is mapped.",
		"vfio_iommu_iova_dma_valid (5.10, 6.1, 6.12, 7.3); 9b77e5c79840 (5.4)",
		sc_b83,
	},
	{
		"B84", "entries-without-end",
		"Before 5.1 a container had as many mappings as user space liked, each of which takes memory of the kernel that nobody accounts for.",
		"ENOSPC once there are dma_entry_limit of them, and room again after an unmap.",
		"vfio_dma_do_map: dma_avail; 492855939bdb (5.1), CVE-2019-3882",
		sc_b84,
	},
	{
		"B85", "page-of-zeros-pinned",
		"User space maps memory that nobody has touched, for reading: all of it is the one page of zeros. Before 6.0 type1 pinned it each time, and never released it, until its count was full and nothing in the machine could map it any more.",
		"No pins are left after an unmap, and no device writes to the page.",
		"vaddr_get_pfns; 873aefb376bb (6.0, 5.10.y), reverted by 5b992412776c (6.9) as it is not pinned since 6.5",
		sc_b85,
	},
	{
		"B86", "unmap-a-part",
		"User space unmaps a part of a mapping, which the kernel may have made of large pages. What it is told is gone, and what the device does not reach any more, must be the same.",
		"EINVAL by type1 (v2), and all of the mapping stays.",
		"vfio_dma_do_unmap: iommu->v2 (5.10, 6.1, 6.12, 7.3)",
		sc_b86,
	},
	{
		"B87", "bitmap-at-a-bad-address",
		"User space asks which pages devices wrote, and has no memory for the answer. The kernel clears the dirty bits, writes no bitmap, and says 0: a migration leaves these pages behind.",
		"EFAULT, and the pages stay dirty.",
		"iova_bitmap_set: iova_bitmap_advance_to(); iommu_read_and_clear_dirty drops what iova_bitmap_for_each returns (7.3)",
		sc_b87,
	},
	{
		"B88", "pasid-detaches-the-device",
		"User space attaches a PASID by VFIO, and the number of the page table cannot be written to its memory. VFIO undoes another attach than the one that it made: it takes the device itself off its page table, and leaves the PASID attached.",
		"EFAULT, the PASID is attached to nothing, and the device translates as before.",
		"vfio_df_ioctl_attach_pt: out_detach calls detach_ioas (7.3)",
		sc_b88,
	},
	{ 0 },
};
/* clang-format on */

const struct scenario *scenario_find(const char *name)
{
	for (const struct scenario *sc = scenarios; sc->id; sc++)
		if (!strcasecmp(sc->id, name) || !strcmp(sc->slug, name))
			return sc;
	return NULL;
}

const char *const *scenario_words(void)
{
	static const char **words;
	unsigned int n = 0;

	if (words)
		return words;
	for (const struct scenario *sc = scenarios; sc->id; sc++)
		n++;
	words = xalloc((2 * n + 1) * sizeof(*words));
	for (unsigned int i = 0; i < n; i++) {
		words[i] = scenarios[i].id;
		words[n + i] = scenarios[i].slug;
	}
	return words;
}
