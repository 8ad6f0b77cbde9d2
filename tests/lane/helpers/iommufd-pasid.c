// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs of functions by iommufd: attached, moved, detached, and what cannot be.
 *
 *	iommufd-pasid FUNCTION DEVICE FUNCTION DEVICE PLAIN
 *
 * Each is a function that is bound to vfio-pci, with the name that the module has for it.
 * The first two have 16 PASIDs, and the second one is behind an instance that refuses
 * page tables of the first. PLAIN has no PASIDs. Prints what each call returns.
 */
#include "iommufd-cdev.h"

#define FOR_PASIDS 8 /* IOMMU_HWPT_ALLOC_PASID */

struct seat {
	const char *device; /* the module's name */
	struct function f;
	uint32_t id;
};

static void sit(struct seat *seat, const char *function, const char *device)
{
	seat->device = device;
	seat->id = bind_function(&seat->f, function);
}

static int new_tables(const struct seat *seat, uint32_t ioas, uint32_t flags,
		      uint32_t *hwpt)
{
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc), .flags = flags, .dev_id = seat->id,
		.pt_id = ioas,
	};
	int ret = ioctl(iommufd, IOMMU_HWPT_ALLOC, &alloc);

	*hwpt = alloc.out_hwpt_id;
	return ret;
}

static int attach(const struct seat *seat, uint32_t pasid, uint32_t hwpt)
{
	return attach_pasid(&seat->f, pasid, hwpt);
}

static int detach(const struct seat *seat, uint32_t pasid)
{
	return detach_pasid(&seat->f, pasid);
}

/* The device itself. */
static int attach_device(const struct seat *seat, uint32_t hwpt)
{
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = 12, .pt_id = hwpt,
	};

	return ioctl(seat->f.device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
}

/* DMA by the module's file: its reason, or "fine". */
static void dma(const char *what, const struct seat *seat, unsigned int pasid)
{
	char operation[64], with[32] = "";

	if (pasid)
		snprintf(with, sizeof(with), " pasid=%u", pasid);
	snprintf(operation, sizeof(operation), "write 0x%lx 8 pattern=1%s",
		 IOVA, with);
	printf("%s: %s\n", what, dma_reason(seat->device, operation));
}

struct tables {
	uint32_t x, y; /* of the first function, for PASIDs */
	uint32_t other; /* of it, and not for PASIDs */
	uint32_t narrow; /* of the second */
};

static void nonsense(const struct seat *a, const struct seat *plain,
		     const struct tables *t)
{
	say("a PASID that the function does not have", attach(a, 16, t->x));
	say("a PASID of 32 bits", attach(a, 0xffffffff, t->x));
	say("tables that are not for PASIDs", attach(a, 1, t->other));
	say("tables that are not there", attach(a, 1, 4711));
	say("a function without PASIDs", attach(plain, 1, t->x));
	say("a detach of what is not attached", detach(a, 1));
}

static void move(const struct seat *a, const struct tables *t)
{
	say("attach", attach(a, 1, t->x));
	dma("its DMA", a, 1);
	dma("of another PASID", a, 2);
	dma("without PASID", a, 0);
	say("move", attach(a, 1, t->y));
	dma("its DMA", a, 1);
	say("the device itself, on tables that are not for PASIDs",
	    attach_device(a, t->other));
	say("the device itself", attach_device(a, t->x));
	dma("without PASID", a, 0);
	say("detach", detach(a, 1));
	dma("its DMA", a, 1);
	dma("without PASID", a, 0);
}

int main(int argc, char **argv)
{
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct seat a, b, plain;
	struct tables t;
	uint32_t unused;

	if (argc != 6) {
		fprintf(stderr, "usage: iommufd-pasid FUNCTION DEVICE FUNCTION DEVICE PLAIN\n");
		return 2;
	}
	iommufd = open("/dev/iommu", O_RDWR);
	if (iommufd < 0)
		die("open", "/dev/iommu");
	sit(&a, argv[1], argv[2]);
	sit(&b, argv[3], argv[4]);
	sit(&plain, argv[5], "");
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &ioas))
		die("make", "an address space");
	map_pages(ioas.out_ioas_id, IOVA, SIZE, 0);
	say("tables for PASIDs of a function that has none",
	    new_tables(&plain, ioas.out_ioas_id, FOR_PASIDS, &unused));
	if (new_tables(&a, ioas.out_ioas_id, FOR_PASIDS, &t.x) ||
	    new_tables(&a, ioas.out_ioas_id, FOR_PASIDS, &t.y) ||
	    new_tables(&a, ioas.out_ioas_id, 0, &t.other) ||
	    new_tables(&b, ioas.out_ioas_id, FOR_PASIDS, &t.narrow))
		die("make", "tables");
	nonsense(&a, &plain, &t);
	move(&a, &t);
	say("attach the second", attach(&b, 1, t.narrow));
	say("move it to tables that its instance refuses", attach(&b, 1, t.x));
	dma("its DMA", &b, 1);
	say("attach one more", attach(&a, 5, t.y));
	return 0;
}
