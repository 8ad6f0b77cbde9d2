// SPDX-License-Identifier: GPL-2.0-only
/*
 * The writes of devices, tracked by a stage 2 that the tables of two guests are on: a VMM
 * that migrates.
 *
 *	iommufd-nested-dirty FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE
 *
 * The functions are bound to vfio-pci; DEVICE is what the module calls them. The first two
 * are behind instances with nest=1 and dirty=1, the last one behind one with nest=1 only.
 * Prints what each call returns, and what the bitmaps contain.
 */
#include "iommufd-nested.h"
#include "iommufd-bitmap.h"

static void look_at_guest(const char *what, uint32_t flags)
{
	look(what, stage2, flags, GUEST, PAGES * PAGE, PAGE);
}

static void allocate(struct seat *a, struct seat *b, struct seat *plain)
{
	uint32_t flags = IOMMU_HWPT_ALLOC_NEST_PARENT |
			 IOMMU_HWPT_ALLOC_DIRTY_TRACKING;
	uint32_t unused;

	say("a stage 2 that tracks, of one that does not",
	    new_tables(plain, flags, &unused));
	say("a stage 2 that tracks", new_tables(a, flags, &stage2));
	/* It was never attached. */
	map_memory(EXTRA, PAGE);
	say("a table on it, of one that does not track",
	    new_stage1(plain, stage2, ARM_4K, 0));
	say("a vIOMMU on it, of one that does not track",
	    new_viommu(plain, MOCK_NEST_TYPE));
	say("a vIOMMU", new_viommu(a, MOCK_NEST_TYPE));
	say("the other's", new_viommu(b, MOCK_NEST_TYPE));
	say("a table of a guest", new_stage1(a, a->viommu, ARM_4K, 0));
	say("of the other", new_stage1(b, b->viommu, X86_4L, 4));
	say("attach the first", attach(a, a->hwpt));
	say("attach the second", attach(b, b->hwpt));
}

/* The guest changes its table after the device has read: the device writes elsewhere. */
static void change_table(struct seat *a)
{
	char read[32];

	snprintf(read, sizeof(read), "read 0x%lx 8", VA);
	printf("a read: %s\n", dma_reason(a->device, read));
	look_at_guest("a read leaves nothing", 0);
	make_table(0, ARM_4K, at(10));
	printf("another read: %s\n", dma_reason(a->device, read));
	dma("a write, after the table was changed", a, 0x31);
	look_at_guest("the page that has it", 0);
	has("it is there", page(10), 0x31);
}

int main(int argc, char **argv)
{
	struct seat a, b, plain;

	if (argc != 7) {
		fprintf(stderr,
			"usage: iommufd-nested-dirty FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE\n");
		return 2;
	}
	ioas = open_ioas();
	sit(&a, argv[1], argv[2]);
	sit(&b, argv[3], argv[4]);
	sit(&plain, argv[5], argv[6]);
	guest = map_memory(GUEST, PAGES * PAGE);
	make_table(0, ARM_4K, at(8));
	make_table(4, X86_4L, at(9));
	allocate(&a, &b, &plain);
	dma("a write before", &a, 0x21);
	say("track", track(stage2, IOMMU_HWPT_DIRTY_TRACKING_ENABLE));
	look_at_guest("clean", 0);
	dma("a guest", &a, 0x22);
	dma("the other", &b, 0x23);
	look_at_guest("no clear", IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR);
	look_at_guest("both pages", 0);
	look_at_guest("and then", 0);
	dma("a guest again", &a, 0x24);
	dma("and once more", &a, 0x25);
	look_at_guest("its page", 0);
	change_table(&a);
	say("tracking by a table of a guest", track(a.hwpt, 1));
	dma("the other, before it leaves", &b, 0x26);
	say("it leaves", attach(&b, ioas));
	look_at_guest("its last page", 0);
	say("off", track(stage2, 0));
	dma("a guest, unseen", &a, 0x27);
	say("on", track(stage2, IOMMU_HWPT_DIRTY_TRACKING_ENABLE));
	look_at_guest("nothing", 0);
	say("the other comes back", attach(&b, b.hwpt));
	dma("its DMA", &b, 0x28);
	look_at_guest("while writes are tracked", 0);
	return 0;
}
