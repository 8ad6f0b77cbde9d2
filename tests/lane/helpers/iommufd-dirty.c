// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty tracking by iommufd: a program that migrates.
 *
 *	iommufd-dirty FUNCTION FUNCTION PLAIN
 *
 * The first two functions are behind instances with dirty=1, the last one is not;
 * all are bound to vfio-pci. One page tables with dirty tracking are for all of them.
 * Prints what each call returns, and what the bitmaps contain.
 */
#include "iommufd-cdev.h"
#include "iommufd-bitmap.h"

#define HUGE_IOVA 0x40000000UL

static int attach(struct function *f, uint32_t hwpt)
{
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach), .pt_id = hwpt,
	};

	return ioctl(f->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
}

static int detach(struct function *f)
{
	struct vfio_device_detach_iommufd_pt detach = { .argsz = sizeof(detach) };

	return ioctl(f->device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach);
}

static int new_tables(uint32_t ioas, uint32_t device, uint32_t flags,
		      uint32_t *hwpt)
{
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc), .flags = flags, .dev_id = device,
		.pt_id = ioas,
	};
	int ret = ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc);

	*hwpt = alloc.out_hwpt_id;
	return ret;
}

static void write_to(struct function *f, uint64_t iova)
{
	if (run(f, OP_WRITE, iova, 8, 1) != S_COMPLETE)
		die("let write", f->name);
}

/* What cannot be: each call is refused, or does nothing. */
static void nonsense(uint32_t hwpt, uint32_t plain)
{
	static const struct {
		const char *what;
		uint32_t flags;
		uint64_t iova, length, page;
	} bad[] = {
		{ "no page size", 0, IOVA, SIZE, 0 },
		{ "a page that is not aligned", 0, IOVA + 1, SIZE, PAGE },
		{ "a length that is not aligned", 0, IOVA, SIZE + 1, PAGE },
		{ "a range that wraps", 0, -PAGE, 2 * PAGE, PAGE },
		{ "other flags", 2, IOVA, SIZE, PAGE },
		{ "pages of half of all addresses, at none", 0, IOVA, SIZE,
		  1ULL << 63 },
		{ "pages of half of all addresses", 0, 0, 1ULL << 63,
		  1ULL << 63 },
		{ "no addresses", 0, 0, 0, 1ULL << 63 },
		{ NULL }
	};
	unsigned int i;

	for (i = 0; bad[i].what; i++)
		say(bad[i].what, bitmap(hwpt, bad[i].flags, bad[i].iova,
					bad[i].length, bad[i].page, bits));
	say("a bitmap of nothing", bitmap(4711, 0, IOVA, SIZE, PAGE, bits));
	say("tracking of nothing", track(4711, 1));
	say("tracking with other flags", track(hwpt, 2));
	say("tracking by other tables", track(plain, 1));
	say("a bitmap of other tables", bitmap(plain, 0, IOVA, SIZE, PAGE, bits));
}

static void make_tables(struct function *f, uint32_t ioas, const uint32_t *ids,
			uint32_t *hwpt, uint32_t *plain)
{
	uint32_t unused;

	say("tables for a function that is not tracked",
	    new_tables(ioas, ids[2], IOMMU_HWPT_ALLOC_DIRTY_TRACKING, &unused));
	say("tables for a parent that is tracked",
	    new_tables(ioas, ids[0], IOMMU_HWPT_ALLOC_DIRTY_TRACKING |
		       IOMMU_HWPT_ALLOC_NEST_PARENT, &unused));
	say("other tables", new_tables(ioas, ids[0], 0, plain));
	say("tables", new_tables(ioas, ids[0], IOMMU_HWPT_ALLOC_DIRTY_TRACKING,
				 hwpt));
	say("attach the first", attach(&f[0], *hwpt));
	say("attach the second", attach(&f[1], *hwpt));
	say("attach the one that is not tracked", attach(&f[2], *hwpt));
}

static void write_pages(struct function *f, uint32_t hwpt)
{
	write_to(&f[0], IOVA);
	look("before", hwpt, 0, IOVA, SIZE, PAGE);
	say("track", track(hwpt, IOMMU_HWPT_DIRTY_TRACKING_ENABLE));
	look("clean", hwpt, 0, IOVA, SIZE, PAGE);
	write_to(&f[0], IOVA + 3 * PAGE);
	write_to(&f[1], IOVA + 4 * PAGE);
	write_to(&f[1], IOVA + SIZE - PAGE);
	look("no clear", hwpt, IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR, IOVA, SIZE,
	     PAGE);
	look("in pages of 16K", hwpt, IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR,
	     IOVA, SIZE, 4 * PAGE);
	look("a part", hwpt, 0, IOVA + 4 * PAGE, 4 * PAGE, PAGE);
	look("the rest", hwpt, 0, IOVA, SIZE, PAGE);
	look("and then", hwpt, 0, IOVA, SIZE, PAGE);
	write_to(&f[1], IOVA + 3 * PAGE);
	look("again", hwpt, 0, IOVA, SIZE, PAGE);
	write_to(&f[0], HUGE_IOVA + HUGE + 5 * PAGE);
	look("a part of a huge page", hwpt, 0, HUGE_IOVA + HUGE, 8 * PAGE, PAGE);
	look("a huge page", hwpt, 0, HUGE_IOVA, 2 * HUGE, PAGE);
	look("once", hwpt, 0, HUGE_IOVA, 2 * HUGE, PAGE);
	write_to(&f[0], HUGE_IOVA);
	look("by huge pages", hwpt, 0, HUGE_IOVA, 2 * HUGE, HUGE);
}

int main(int argc, char **argv)
{
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	uint32_t ids[3], hwpt, plain;
	struct function f[3] = { 0 };
	int i;

	if (argc != 4) {
		fprintf(stderr, "usage: iommufd-dirty FUNCTION FUNCTION PLAIN\n");
		return 2;
	}
	iommufd = open("/dev/iommu", O_RDWR);
	if (iommufd < 0)
		die("open", "/dev/iommu");
	for (i = 0; i < 3; i++)
		ids[i] = bind_function(&f[i], argv[i + 1]);
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &ioas))
		die("make", "an address space");
	map_pages(ioas.out_ioas_id, IOVA, SIZE, 0);
	map_pages(ioas.out_ioas_id, HUGE_IOVA, 2 * HUGE, MAP_HUGETLB);
	make_tables(f, ioas.out_ioas_id, ids, &hwpt, &plain);
	write_pages(f, hwpt);
	write_to(&f[0], IOVA + PAGE);
	nonsense(hwpt, plain);
	look("after all that", hwpt, 0, IOVA, SIZE, PAGE);
	write_to(&f[0], IOVA);
	detach(&f[0]);
	detach(&f[1]);
	look("detached", hwpt, 0, IOVA, SIZE, PAGE);
	say("off", track(hwpt, 0));
	return 0;
}
