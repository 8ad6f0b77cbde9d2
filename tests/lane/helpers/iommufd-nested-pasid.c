// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs on tables of users: a guest that has processes of its own.
 *
 *	iommufd-nested-pasid FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE
 *
 * The functions are bound to vfio-pci; DEVICE is what the module calls them. The first one
 * has 16 PASIDs, the second one, too, behind another instance; the last one's instance has
 * none. All instances translate by two stages. Prints what each call returns, and where DMA
 * goes.
 */
#include "iommufd-nested.h"

#define FOR_PASIDS 8 /* IOMMU_HWPT_ALLOC_PASID */

/* The tables of two processes, and one that is not for PASIDs. */
static uint32_t x, y, other;

/* @n: the page of the guest's memory where the table is. */
static uint32_t new_table(const char *what, struct seat *seat, uint32_t flags,
			  unsigned int n)
{
	say(what, new_stage1_for(seat, flags, seat->viommu, ARM_4K, n));
	return seat->hwpt;
}

static void allocate(struct seat *a, struct seat *plain)
{
	say("a stage 2", new_tables(a, IOMMU_HWPT_ALLOC_NEST_PARENT, &stage2));
	say("a table for PASIDs of a function that has none",
	    new_stage1_for(plain, FOR_PASIDS, stage2, ARM_4K, 0));
	say("its vIOMMU", new_viommu(plain, MOCK_NEST_TYPE));
	new_table("likewise", plain, FOR_PASIDS, 0);
	say("a table for PASIDs without a vIOMMU",
	    new_stage1_for(a, FOR_PASIDS, stage2, ARM_4K, 0));
	say("a PASID on it", attach_pasid(&a->f, 3, a->hwpt));
	dma_of("its DMA", a, 3, 0x41);
	say("it leaves", detach_pasid(&a->f, 3));
	say("a vIOMMU", new_viommu(a, MOCK_NEST_TYPE));
	say("a virtual id", new_vdevice(a, a->viommu, 0x10));
	x = new_table("a table for PASIDs", a, FOR_PASIDS, 0);
	y = new_table("another one", a, FOR_PASIDS, 4);
	other = new_table("one that is not for PASIDs", a, 0, 0);
}

static void place(struct seat *a, struct seat *b)
{
	say("a PASID on the table that is not for PASIDs",
	    attach_pasid(&a->f, 1, other));
	say("one of another instance", attach_pasid(&b->f, 1, x));
	say("a PASID", attach_pasid(&a->f, 1, x));
	say("another one", attach_pasid(&a->f, 2, y));
	dma_of("its DMA", a, 1, 0x51);
	dma_of("the other's", a, 2, 0x52);
	dma("without a PASID", a, 0x53);
	has("each by its own table", page(8), 0x51);
	has("the other", page(9), 0x52);
	say("move", attach_pasid(&a->f, 1, y));
	dma_of("its DMA", a, 1, 0x54);
	has("by the other table", page(9), 0x54);
	say("and back", attach_pasid(&a->f, 1, x));
}

static void invalidate(struct seat *a)
{
	struct mock_nest_invalidate one = {
		.op = MOCK_NEST_ALL, .virt_id = 0x10, .pasid = 1,
	};

	dma_of("its DMA", a, 1, 0x55);
	make_table(0, ARM_4K, at(10));
	make_table(4, ARM_4K, at(11));
	send("an invalidation for a PASID", a->viommu, &one, 1);
	dma_of("its DMA", a, 1, 0x61);
	dma_of("the other's", a, 2, 0x62);
	has("the one by the new table", page(10), 0x61);
	has("the other by what it had", page(9), 0x62);
	one.pasid = 0;
	send("for the DMA without a PASID, which is on no table", a->viommu,
	     &one, 1);
	one.pasid = 3;
	send("for a PASID that is on none", a->viommu, &one, 1);
	one.pasid = 2;
	one.virt_id = 0;
	send("of a table, with a PASID", y, &one, 1);
	one.pasid = 0;
	send("of a table", y, &one, 1);
	dma_of("the other's", a, 2, 0x63);
	has("by the new table, too", page(11), 0x63);
}

static void leave(struct seat *a)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = ioas, .iova = EXTRA,
		.length = PAGE,
	};
	uint32_t queue;
	int events;

	make_table(4, ARM_4K, EXTRA);
	if (new_queue(a, 4, &events, &queue))
		die("make a queue for", a->device);
	if (ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap))
		die("unmap", "the extra page");
	dma_of("the VMM took a page away (R13)", a, 2, 0x64);
	read_event(events);
	say("the device itself, on the table that is not for PASIDs",
	    attach(a, other));
	say("on one that is", attach(a, x));
	dma("its DMA", a, 0x65);
	say("detach", detach_pasid(&a->f, 1));
	dma_of("its DMA", a, 1, 0x66);
	dma("without a PASID, still", a, 0x67);
	say("its table, which the device is on", destroy(x));
	say("the other's", destroy(y));
	say("detach the other", detach_pasid(&a->f, 2));
	say("its table", destroy(y));
}

int main(int argc, char **argv)
{
	struct seat a, b, plain;

	if (argc != 7) {
		fprintf(stderr,
			"usage: iommufd-nested-pasid FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE\n");
		return 2;
	}
	ioas = open_ioas();
	sit(&a, argv[1], argv[2]);
	sit(&b, argv[3], argv[4]);
	sit(&plain, argv[5], argv[6]);
	guest = map_memory(GUEST, PAGES * PAGE);
	map_memory(EXTRA, PAGE);
	make_table(0, ARM_4K, at(8));
	make_table(4, ARM_4K, at(9));
	allocate(&a, &plain);
	place(&a, &b);
	invalidate(&a);
	leave(&a);
	return 0;
}
