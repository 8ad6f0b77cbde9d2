// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM with two guests: each has a table of its own in guest memory, both are on one
 * stage 2, behind two instances. And what a guest or a VMM gets wrong.
 *
 *	iommufd-nested FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE FUNCTION FUNCTION
 *
 * Functions that are bound to vfio-pci, with the names that the module has for them: the
 * first two are of the guests; the third is behind an instance that takes no stage 2
 * of the first; the next one's instance translates by one stage; the last one's is of
 * another driver. Prints what each call
 * returns, and where DMA goes.
 */
#include "iommufd-nested.h"

static uint64_t *extra; /* the page at EXTRA */
static uint32_t ordinary;

static int bad_stage1(struct seat *seat, uint32_t type,
		      struct mock_nest_stage1 data)
{
	struct nested_alloc alloc = {
		.size = sizeof(alloc),
		.dev_id = seat->id,
		.pt_id = stage2,
		.data_type = type,
		.data_len = sizeof(data),
		.data_uptr = (uintptr_t)&data,
	};

	return CALL(0x89, &alloc);
}

static void allocate(struct seat *a, struct seat *b, struct seat *c,
		     struct seat *plain, struct seat *foreign)
{
	struct mock_nest_stage1 good = { .ias = 39, .root = GUEST };
	struct mock_nest_stage1 bad = good;
	uint32_t unused;

	say("stage 2 of one that translates by one stage",
	    new_tables(plain, IOMMU_HWPT_ALLOC_NEST_PARENT, &unused));
	say("stage 2 that tracks, of one that does not", new_tables(a, 3, &unused));
	say("stage 2", new_tables(a, IOMMU_HWPT_ALLOC_NEST_PARENT, &stage2));
	say("other tables", new_tables(a, 0, &ordinary));
	say("data of another type", bad_stage1(a, 1, good));
	bad.format = 99;
	say("no such format", bad_stage1(a, MOCK_NEST_TYPE, bad));
	bad = good;
	bad.root += 8;
	say("a root that is not aligned", bad_stage1(a, MOCK_NEST_TYPE, bad));
	bad = good;
	bad.ias = 64;
	say("too many bits", bad_stage1(a, MOCK_NEST_TYPE, bad));
	bad = good;
	bad.flags = 1;
	say("a flag", bad_stage1(a, MOCK_NEST_TYPE, bad));
	say("stage 1 on other tables", new_stage1(a, ordinary, ARM_4K, 0));
	say("stage 1 of one that translates by one stage",
	    new_stage1(plain, stage2, ARM_4K, 0));
	say("stage 1 on a stage 2 that does not fit",
	    new_stage1(c, stage2, ARM_4K, 0));
	say("vIOMMU on a stage 2 that does not fit",
	    new_viommu(c, MOCK_NEST_TYPE));
	say("vIOMMU of one that translates by one stage",
	    new_viommu(plain, MOCK_NEST_TYPE));
	/* iommufd looks at the driver for a table, and not for a vIOMMU (B42). */
	say("stage 1 of another driver",
	    new_stage1(foreign, stage2, ARM_4K, 0));
	say("vIOMMU of another driver", new_viommu(foreign, MOCK_NEST_TYPE));
	say("vIOMMU of another type", new_viommu(a, 2));
	say("vIOMMU", new_viommu(a, MOCK_NEST_TYPE));
	say("the other's", new_viommu(b, MOCK_NEST_TYPE));
	say("vDEVICE", new_vdevice(a, a->viommu, 0x10));
	say("the other's", new_vdevice(b, b->viommu, 0x20));
	say("vDEVICE on the other's vIOMMU", new_vdevice(b, a->viommu, 0x30));
	say("stage 1 of a guest", new_stage1(a, a->viommu, ARM_4K, 0));
	say("of the other", new_stage1(b, b->viommu, X86_4L, 4));
	say("the other's function on it", attach(b, a->hwpt));
	say("its own function", attach(a, a->hwpt));
	say("the other's", attach(b, b->hwpt));
}

static void invalidate(struct seat *a, struct seat *b)
{
	struct mock_nest_invalidate one = {
		.op = MOCK_NEST_RANGE,
		.virt_id = 0x10,
		.iova = VA,
		.size = PAGE,
	};
	struct mock_nest_invalidate many[3] = { one, one, one };
	struct mock_nest_invalidate direct = { .op = MOCK_NEST_ALL };

	dma("DMA of a guest", a, 0x11);
	dma("of the other", b, 0x22);
	has("in its own memory", page(8), 0x11);
	has("the other's", page(9), 0x22);
	make_table(0, ARM_4K, at(10));
	dma("the guest changed its table and said nothing", a, 0x12);
	has("where it was", page(8), 0x12);
	many[1].op = 7;
	many[2].virt_id = 0x20;
	send("an array with bad entries", a->viommu, many, 3);
	dma("and nothing changed", a, 0x13);
	has("where it was", page(8), 0x13);
	send("too many entries", a->viommu, many, 5000);
	send("to the other's vIOMMU", b->viommu, &one, 1);
	send("no entries", a->viommu, NULL, 0);
	send("a good one", a->viommu, &one, 1);
	dma("and the guest's table counts", a, 0x14);
	has("where it is now", page(10), 0x14);
	make_table(0, ARM_4K, EXTRA);
	send("the table itself", a->hwpt, &direct, 1);
	dma("likewise", a, 0x15);
	has("where it is now", extra, 0x15);
}

static void break_tables(struct seat *a, struct seat *b)
{
	struct mock_nest_invalidate all = { .op = MOCK_NEST_ALL };
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = EXTRA,
		.length = PAGE,
	};
	uint32_t id;
	int events;

	if (new_queue(a, 4, &events, &id))
		die("make a queue for", a->device);
	if (ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap))
		die("unmap", "the extra page");
	dma("the VMM took the page away (R13)", a, 0x16);
	has("its memory has it", extra, 0x16);
	read_event(events);
	page(0)[0] = at(0) | 3;
	page(0)[1] = at(0) | 3;
	send("a loop", a->hwpt, &all, 1);
	dma("a table that points to itself", a, 0x17);
	page(0)[0] = 0x7000000000 | 3;
	send("outside", a->hwpt, &all, 1);
	dma("a table outside of memory", a, 0x18);
	make_table(0, ARM_4K, at(8));
	page(3)[0] &= ~1UL;
	send("nothing", a->hwpt, &all, 1);
	dma("an empty entry", a, 0x19);
	make_table(0, ARM_4K, at(8));
	page(3)[0] |= 0x80;
	send("read-only", a->hwpt, &all, 1);
	dma("an entry that cannot be written", a, 0x1a);
	dma("the other guest", b, 0x23);
	has("as ever", page(9), 0x23);
	say("vIOMMU that has domains", destroy(a->viommu));
	say("stage 2 that has tables on it", destroy(stage2));
}

int main(int argc, char **argv)
{
	struct seat a, b, c, plain, foreign;

	if (argc != 9) {
		fprintf(stderr,
			"usage: iommufd-nested FUNCTION DEVICE FUNCTION DEVICE FUNCTION DEVICE FUNCTION FUNCTION\n");
		return 2;
	}
	ioas = open_ioas();
	sit(&a, argv[1], argv[2]);
	sit(&b, argv[3], argv[4]);
	sit(&c, argv[5], argv[6]);
	sit(&plain, argv[7], "plain");
	sit(&foreign, argv[8], "foreign");
	guest = map_memory(GUEST, PAGES * PAGE);
	extra = map_memory(EXTRA, PAGE);
	make_table(0, ARM_4K, at(8));
	make_table(4, X86_4L, at(9));
	show_info(&a);
	show_info(&c);
	allocate(&a, &b, &c, &plain, &foreign);
	invalidate(&a, &b);
	break_tables(&a, &b);
	return 0;
}
